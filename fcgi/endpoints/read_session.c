#include "endpoints/read_session.h"

#include "base/mem.h"
#include "endpoints/guard.h"
#include "endpoints/problem.h"
#include "endpoints/session_reply.h"

/* One who is being looked up. */
struct visit {
    struct app *app;
    struct http_call *call;
    struct sessions_call *opening;
    bool is_https;
};

static void on_gone(void *arg)
{
    struct visit *visit = arg;

    sessions_cancel(visit->opening);
    mem_free(visit);
}

static void on_open(void *arg, enum sessions_found found,
                    const struct session *session)
{
    struct visit *visit = arg;

    if (session != NULL)
        session_reply_send(visit->call, visit->app, 200, session,
                           visit->is_https);
    else
        problem_send(visit->call, guard_problem(found));
    mem_free(visit);
}

void read_session(struct app *app, struct http_call *call,
                  const struct http_request *request)
{
    struct span token = guard_session_token(request);
    struct session session;
    struct visit *visit;

    if (sessions_recall(app->core.sessions, token, &session)) {
        session_reply_send(call, app, 200, &session, request->is_https);
        return;
    }
    visit = mem_alloc(sizeof(*visit));
    visit->app = app;
    visit->call = call;
    visit->is_https = request->is_https;
    visit->opening = sessions_open(app->core.sessions, token, on_open, visit);
    http_call_hold(call, on_gone, visit);
}
