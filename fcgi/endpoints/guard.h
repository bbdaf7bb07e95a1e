/* guard.h -- what holds for every request that changes or holds something,
 * before anybody looks at what it asks for. */
#ifndef GUARD_H
#define GUARD_H

#include <stdbool.h>

#include "endpoints/app.h"
#include "endpoints/problem.h"

/* Checks a POST and parses its form into app->form:
 *
 *   1. It does not come from another site: Sec-Fetch-Site is not "cross-site"
 *      (W3C Fetch Metadata), or, where a browser does not send that, the host
 *      of Origin, or else of Referer, is the Host asked.
 *   2. It is a form, and well formed.
 *   3. If it carries a session, it carries that session's _xsrf too.
 *
 * False when it did not pass; the call has been answered then. */
bool guard_form(struct app *app, struct http_call *call,
                const struct http_request *request);

/* The same without 3: for what names in its form what another site cannot
 * know. */
bool guard_open_form(struct app *app, struct http_call *call,
                     const struct http_request *request);

/* Checks a GET that holds something, and parses its query into app->form: the
 * same without a form's type, and without _xsrf, as it changes nothing. */
bool guard_query(struct app *app, struct http_call *call,
                 const struct http_request *request);

/* The one field of that name, SPAN_NONE when there is none.  False, and the
 * call is answered, when it is there more than once. */
bool guard_field(struct app *app, struct http_call *call, const char *name,
                 struct span *value);

/* The one field of that name, 0 or 1; '*value' stays what it is when there is none.
 * False, and the call is answered, when it is something else. */
bool guard_flag(struct app *app, struct http_call *call, const char *name,
                bool *value);

/* The room asked for: the field or the default.  False, and the call is
 * answered, when it is none. */
bool guard_room(struct http_call *call, struct span *room);

/* The token of the session that the request carries, or SPAN_NONE. */
struct span guard_session_token(const struct http_request *request);

/* What it means that there is no session for a request. */
enum problem guard_problem(enum sessions_found found);

/* What a verdict is that is not ACCESS_ALLOWED. */
enum problem guard_verdict(enum access_verdict verdict);

/* Answers with it; 'wait_s', unless it is 0, in the header Retry-After. */
void guard_refuse(struct http_call *call, enum problem problem,
                  unsigned wait_s);

/* Appends Set-Cookie lines for the session and its _xsrf; or such that the
 * browser forgets both. */
void guard_add_cookies(struct buf *headers, const struct app *app,
                       const struct session *session, bool is_https);
void guard_drop_cookies(struct buf *headers, bool is_https);

#endif
