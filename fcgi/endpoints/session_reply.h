/* session_reply.h -- who you are, as an answer.
 *
 *     {"name":"Heron-4821","account":false,"_xsrf":"..."}
 *
 * and the cookies that go with it. */
#ifndef SESSION_REPLY_H
#define SESSION_REPLY_H

#include "endpoints/app.h"

void session_reply_send(struct http_call *call, const struct app *app,
                        unsigned status, const struct session *session,
                        bool is_https);

#endif
