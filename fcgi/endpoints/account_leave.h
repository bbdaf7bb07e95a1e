/* account_leave.h -- sign out, or for ever.
 *
 * POST /a/account/sign-out    _xsrf; everywhere=1: all sessions of the account
 *     200 {"ended":1}; guests may, too
 * POST /a/account/delete      password, _xsrf
 *     200 {"deleted":true}
 *
 * The browser forgets its cookies, and what is held for a session that ends, by
 * whatever door and on whatever machine, ends now. */
#ifndef ACCOUNT_LEAVE_H
#define ACCOUNT_LEAVE_H

#include "endpoints/app.h"

void account_sign_out(struct app *app, struct http_call *call,
                      const struct http_request *http);
void account_delete(struct app *app, struct http_call *call,
                    const struct http_request *http);

#endif
