#include "endpoints/present.h"

#include <stdio.h>

#include "base/mem.h"
#include "endpoints/guard.h"
#include "endpoints/problem.h"
#include "model/room.h"
#include "services/person.h"

/* A question about a room, or a word to it, on its way:
 *
 *     (guarded) --> FINDING who asks --> JUDGING --> ASKING Redis --> answered
 *
 * One of 'finding', 'judging' and 'asked' is set while it waits.  Where guests are welcome,
 * who has no session may ask as well, and is nobody. */
struct present_request {
    struct app *app;
    struct http_call *call;
    struct sessions_call *finding; /* sessions', until its callback */
    struct access_call *judging;   /* access's, until its callback */
    struct store_call *asked;      /* store's, until its callback */
    enum access_wish wish;
    void (*on_let_in)(struct present_request *request);
    struct session session;   /* without a token: he has none */
    char person[PERSON_SIZE]; /* "": the same */
    char room[ROOM_NAME_MAX + 1];
};

static void request_free(struct present_request *request)
{
    if (request->finding != NULL)
        sessions_cancel(request->finding);
    if (request->judging != NULL)
        access_cancel(request->judging);
    if (request->asked != NULL)
        store_cancel(request->asked);
    mem_free(request);
}

static void on_gone(void *arg)
{
    request_free(arg);
}

static void fail(struct present_request *request, enum problem problem)
{
    problem_send(request->call, problem);
    request_free(request);
}

static void answer(struct present_request *request, const struct buf *json)
{
    http_send_json(request->call, 200, NULL, buf_span(json));
    request_free(request);
}

/* --- who asks, and whether he may ------------------------------------------------------------ */

static void on_judged(void *arg, enum access_verdict verdict)
{
    struct present_request *request = arg;
    const struct app *app = request->app;

    request->judging = NULL;
    if (verdict == ACCESS_ALLOWED) {
        request->on_let_in(request);
        return;
    }
    guard_refuse(request->call, guard_verdict(verdict),
                 access_wait_s(app->core.access, span_of(request->room),
                               span_of(request->person)));
    request_free(request);
}

static void judge(struct present_request *request)
{
    if (request->session.token[0] != '\0')
        person_of(request->person, &request->session);
    request->judging = access_open(
        request->app->core.access, span_of(request->room),
        span_of(request->person), request->wish, on_judged, request);
}

static void on_session(void *arg, enum sessions_found found,
                       const struct session *session)
{
    struct present_request *request = arg;
    const bool may_be_nobody =
        found == SESSIONS_NONE && request->app->core.config->guests;

    request->finding = NULL;
    if (session == NULL && !may_be_nobody) {
        fail(request, guard_problem(found));
        return;
    }
    if (session != NULL)
        request->session = *session;
    judge(request);
}

/* 'app->form' has the room.  The call is answered now or later. */
static void start(struct app *app, struct http_call *call,
                  const struct http_request *http, enum access_wish wish,
                  void (*on_let_in)(struct present_request *request))
{
    const struct span token = guard_session_token(http);
    struct sessions *sessions = app->core.sessions;
    struct present_request *request;
    struct span room;

    if (!guard_field(app, call, "room", &room) || !guard_room(call, &room))
        return;
    if (token.at == NULL && !app->core.config->guests) {
        problem_send(call, PROBLEM_SIGN_IN_REQUIRED);
        return;
    }
    request = mem_alloc(sizeof(*request));
    request->app = app;
    request->call = call;
    request->wish = wish;
    request->on_let_in = on_let_in;
    snprintf(request->room, sizeof(request->room), "%.*s", (int)room.len,
             room.at);
    http_call_hold(call, on_gone, request);
    if (token.at == NULL || sessions_recall(sessions, token, &request->session))
        judge(request);
    else
        request->finding = sessions_find(sessions, token, on_session, request);
}

/* --- who is there -------------------------------------------------------- */

static void on_present(void *arg, const struct store_present *present)
{
    struct present_request *request = arg;
    struct buf json = {0};

    request->asked = NULL;
    if (present == NULL) {
        fail(request, PROBLEM_UNAVAILABLE);
        return;
    }
    buf_addf(&json, "{\"room\":\"%s\",\"count\":%zu,\"people\":[",
             request->room, present->count);
    store_add_present(&json, present);
    buf_addf(&json, "],\"more\":%s}",
             present->listed < present->count ? "true" : "false");
    answer(request, &json);
    buf_fini(&json);
}

static void list(struct present_request *request)
{
    request->asked = store_presence_list(
        request->app->core.store, span_of(request->room), on_present, request);
}

void present_list(struct app *app, struct http_call *call,
                  const struct http_request *request)
{
    if (guard_query(app, call, request))
        start(app, call, request, ACCESS_READ, list);
}

/* --- typing -------------------------------------------------------------- */

static void on_told(void *arg, enum store_result result, int64_t count)
{
    struct present_request *request = arg;
    struct buf json = {0};

    request->asked = NULL;
    if (result != STORE_OK) {
        fail(request, PROBLEM_UNAVAILABLE);
        return;
    }
    buf_addf(&json, "{\"told\":%s}", count > 0 ? "true" : "false");
    answer(request, &json);
    buf_fini(&json);
}

static void type(struct present_request *request)
{
    if (request->session.token[0] == '\0') {
        fail(request, PROBLEM_SESSION_ENDED);
        return;
    }
    request->asked =
        store_presence_typing(request->app->core.store, span_of(request->room),
                              span_of(request->person),
                              span_of(request->session.name), on_told, request);
}

void present_type(struct app *app, struct http_call *call,
                  const struct http_request *request)
{
    if (guard_form(app, call, request))
        start(app, call, request, ACCESS_POST, type);
}
