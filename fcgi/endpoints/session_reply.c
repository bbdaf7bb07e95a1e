#include "endpoints/session_reply.h"

#include "endpoints/guard.h"
#include "io/json.h"

void session_reply_send(struct http_call *call, const struct app *app,
                        unsigned status, const struct session *session,
                        bool is_https)
{
    struct buf headers = {0};
    struct buf json = {0};
    char xsrf[SECRET_TOKEN_SIZE];

    sessions_xsrf(xsrf, (struct span){session->token, SECRET_TOKEN_LEN});
    guard_add_cookies(&headers, app, session, is_https);
    buf_add_str(&json, "{\"name\":");
    json_add_string(&json, span_of(session->name));
    buf_addf(&json, ",\"account\":%s,\"_xsrf\":\"%s\"}\n",
             session->account != 0 ? "true" : "false", xsrf);
    http_send_json(call, status, headers.data, buf_span(&json));
    buf_fini(&headers);
    buf_fini(&json);
}
