/* account_change.h -- change the password, or a guest's name.
 *
 * POST /a/account/password    password, new_password, _xsrf
 *     200 and session_reply.h: a new session; all others of the account end
 * POST /a/session/name        name, _xsrf
 *     200 and session_reply.h.  A guest's only: 409 name-is-fixed */
#ifndef ACCOUNT_CHANGE_H
#define ACCOUNT_CHANGE_H

#include "endpoints/app.h"

void account_change_password(struct app *app, struct http_call *call,
                             const struct http_request *http);
void guest_change_name(struct app *app, struct http_call *call,
                       const struct http_request *http);

#endif
