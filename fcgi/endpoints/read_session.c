#include "endpoints/read_session.h"

#include "base/mem.h"
#include "endpoints/guard.h"
#include "endpoints/problem.h"
#include "io/json.h"

/* One who is being looked up. */
struct visit {
    struct http_call *call;
    struct sessions_call *opening;
    bool is_https;
};

static void send_session(struct http_call *call, const struct session *session,
                         bool is_https)
{
    struct buf headers = {0};
    struct buf json = {0};
    char xsrf[SECRET_TOKEN_SIZE];

    sessions_xsrf(xsrf, (struct span){session->token, SECRET_TOKEN_LEN});
    guard_add_cookies(&headers, session, is_https);
    buf_add_str(&json, "{\"name\":");
    json_add_string(&json, span_of(session->name));
    buf_addf(&json, ",\"_xsrf\":\"%s\"}\n", xsrf);
    http_send_json(call, 200, headers.data, buf_span(&json));
    buf_fini(&headers);
    buf_fini(&json);
}

static void on_gone(void *arg)
{
    struct visit *visit = arg;

    sessions_cancel(visit->opening);
    mem_free(visit);
}

static void on_open(void *arg, const struct session *session)
{
    struct visit *visit = arg;

    if (session != NULL)
        send_session(visit->call, session, visit->is_https);
    else
        problem_send(visit->call, PROBLEM_UNAVAILABLE);
    mem_free(visit);
}

void read_session(struct app *app, struct http_call *call,
                  const struct http_request *request)
{
    struct span token = guard_session_token(request);
    struct session session;
    struct visit *visit;

    if (sessions_recall(app->core.sessions, token, &session)) {
        send_session(call, &session, request->is_https);
        return;
    }
    visit = mem_alloc(sizeof(*visit));
    visit->call = call;
    visit->is_https = request->is_https;
    visit->opening = sessions_open(app->core.sessions, token, on_open, visit);
    http_call_hold(call, on_gone, visit);
}
