#include "endpoints/wait_messages.h"

#include "base/dice.h"
#include "base/mem.h"
#include "endpoints/attendance.h"
#include "endpoints/guard.h"
#include "endpoints/news_reply.h"
#include "endpoints/problem.h"
#include "endpoints/wanted.h"

/* Those who are sent away come back spread over this time. */
#define COME_BACK_MS 2000

/* One who asks:
 *
 *     (guests are welcome) ---> ask --> told, or held --> told
 *     (else) --> OPENING -------'
 *
 * 'opening' is set while the session is looked up. */
struct poll {
    struct app *app;               /* outlives us */
    struct http_call *call;        /* the door's, while we are there */
    struct hub_question *question; /* ours */
    struct sessions_call *opening;
    struct tie tie;                /* with a session: ends with it */
    struct attendance *attendance; /* ours; NULL: of nobody */
    bool with_html;
};

static void poll_free(struct poll *poll, enum presence_leaving how)
{
    attendance_end(poll->attendance, how);
    if (poll->opening != NULL)
        sessions_cancel(poll->opening);
    ties_remove(&poll->tie);
    hub_question_free(poll->question);
    mem_free(poll);
}

static void on_gone(void *arg)
{
    poll_free(arg, PRESENCE_MAY_RETURN);
}

/* --- the answer ---------------------------------------------------------- */

static void finish(struct poll *poll, enum hub_answer what)
{
    struct http_call *call = poll->call;

    switch (what) {
    case HUB_NEWS:
        news_reply_send(call, poll->question, poll->with_html);
        break;
    case HUB_SILENCE:
        news_reply_send_silence(call, poll->question, 0);
        break;
    case HUB_COME_BACK:
        call->close_after = true;
        news_reply_send_silence(call, poll->question,
                                1 + (unsigned)dice_roll_below(COME_BACK_MS));
        break;
    case HUB_UNAVAILABLE:
        problem_send(call, PROBLEM_UNAVAILABLE);
        break;
    }
    poll_free(poll, PRESENCE_MAY_RETURN);
}

static void on_answer(struct hub_question *question, enum hub_answer what)
{
    finish(question->arg, what);
}

static void refuse(struct poll *poll, enum problem problem)
{
    problem_send(poll->call, problem);
    poll_free(poll, PRESENCE_LEAVES);
}

static void on_session(struct tie *tie, enum tie_event event)
{
    if (event == TIE_ENDED)
        refuse(LIST_ITEM(tie, struct poll, tie), PROBLEM_SESSION_ENDED);
}

/* --- the question -------------------------------------------------------- */

static void ask(struct poll *poll, struct span token)
{
    struct app *app = poll->app;

    poll->attendance = attendance_start(app, token, poll->question);
    if (hub_ask(poll->question, dice_shorten(app->core.config->hold_ms)))
        finish(poll, HUB_NEWS);
    else if (fastcgi_is_crowded(app->door))
        finish(poll, HUB_COME_BACK);
}

static void on_open(void *arg, enum sessions_found found,
                    const struct session *session)
{
    struct poll *poll = arg;

    poll->opening = NULL;
    if (session != NULL)
        ask(poll, span_of(session->token));
    else
        refuse(poll, guard_problem(found));
}

void wait_messages(struct app *app, struct http_call *call,
                   const struct http_request *request)
{
    const struct span token = guard_session_token(request);
    struct sessions *sessions = app->core.sessions;
    struct session known;
    struct wanted wanted;
    struct poll *poll;

    if (!guard_form(app, call, request) ||
        !wanted_read(app, call, SPAN_NONE, &wanted))
        return;
    poll = mem_alloc(sizeof(*poll));
    poll->app = app;
    poll->call = call;
    poll->with_html = wanted.with_html;
    poll->question = wanted_question(app, &wanted, on_answer, poll);
    http_call_hold(call, on_gone, poll);
    if (token.at != NULL &&
        !ties_add(sessions_ties(sessions), &poll->tie, token, on_session))
        refuse(poll, PROBLEM_SESSION_ENDED);
    else if (app->core.config->guests ||
             sessions_recall(sessions, token, &known))
        ask(poll, token);
    else
        poll->opening = sessions_open(sessions, token, on_open, poll);
}
