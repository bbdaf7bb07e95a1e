/* account_enter.h -- become somebody.
 *
 * POST /a/account/register    name, password, _xsrf with a session
 *     201 and session_reply.h: the account is there, and one is signed in
 * POST /a/account/sign-in     the same
 *     200 and session_reply.h
 *
 * The answer has a new session; the one that came with the request has ended.
 *
 * 400 name-... and password-..., 409 name-taken, 403 credentials-wrong, 429
 * too-many-attempts with Retry-After, 503 busy or unavailable.  A request is not
 * repeated by nginx: who hears 502 or 503 after registering signs in. */
#ifndef ACCOUNT_ENTER_H
#define ACCOUNT_ENTER_H

#include "endpoints/app.h"

void account_register(struct app *app, struct http_call *call,
                      const struct http_request *http);
void account_sign_in(struct app *app, struct http_call *call,
                     const struct http_request *http);

#endif
