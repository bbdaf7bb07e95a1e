/* account_sessions.h -- where one is signed in.
 *
 * GET /a/account/sessions         200 {"sessions":[{"id":"16 digits","began_at":
 *     "RFC 3339","seen_at":"...","device":"User-Agent","current":true},...]},
 *     the newest first
 * POST /a/account/sessions/end    id, _xsrf
 *     200 {"ended":1}, or 0 when it had ended */
#ifndef ACCOUNT_SESSIONS_H
#define ACCOUNT_SESSIONS_H

#include "endpoints/app.h"

void account_list_sessions(struct app *app, struct http_call *call,
                           const struct http_request *http);
void account_end_session(struct app *app, struct http_call *call,
                         const struct http_request *http);

#endif
