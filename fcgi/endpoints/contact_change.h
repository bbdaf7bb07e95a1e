/* contact_change.h -- get to know somebody, or have nothing to do with him.
 *
 * POST /a/contact/ask        name, _xsrf; who has asked oneself is accepted
 * POST /a/contact/accept     person, _xsrf
 * POST /a/contact/refuse     person, _xsrf: what he asked
 * POST /a/contact/remove     person, _xsrf: what is accepted, or asked oneself
 * POST /a/contact/block      person or else name, _xsrf
 * POST /a/contact/unblock    person, _xsrf
 *     200 and an object of contact_list.h; "state" is "none" when there is
 *     nothing any more, and "name" is missing when it is somebody unknown
 *
 * 404 account-not-found and contact-not-found, 409 contact-is-you,
 * contact-is-blocked and too-many-contacts.  For accounts only.  By number one
 * blocks whom one has something to do with; everybody by name. */
#ifndef CONTACT_CHANGE_H
#define CONTACT_CHANGE_H

#include "endpoints/app.h"

void contact_ask(struct app *app, struct http_call *call,
                 const struct http_request *http);
void contact_accept(struct app *app, struct http_call *call,
                    const struct http_request *http);
void contact_refuse(struct app *app, struct http_call *call,
                    const struct http_request *http);
void contact_remove(struct app *app, struct http_call *call,
                    const struct http_request *http);
void contact_block(struct app *app, struct http_call *call,
                   const struct http_request *http);
void contact_unblock(struct app *app, struct http_call *call,
                     const struct http_request *http);

#endif
