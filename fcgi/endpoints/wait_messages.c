#include "endpoints/wait_messages.h"

#include "base/dice.h"
#include "endpoints/guard.h"
#include "endpoints/news_reply.h"
#include "endpoints/problem.h"
#include "endpoints/wanted.h"

/* Those who are sent away come back spread over this time. */
#define COME_BACK_MS 2000

/* --- the answer ---------------------------------------------------------- */

static void finish(struct hub_question *question, enum hub_answer what,
                   bool with_html)
{
    struct http_call *call = question->arg;

    switch (what) {
    case HUB_NEWS:
        news_reply_send(call, question, with_html);
        break;
    case HUB_SILENCE:
        news_reply_send_silence(call, question, 0);
        break;
    case HUB_COME_BACK:
        call->close_after = true;
        news_reply_send_silence(call, question,
                                1 + (unsigned)dice_roll_below(COME_BACK_MS));
        break;
    case HUB_UNAVAILABLE:
        problem_send(call, PROBLEM_UNAVAILABLE);
        break;
    }
    hub_question_free(question);
}

/* Two functions for one bit: a held request keeps nothing else, and there are
 * ten thousand of them. */
static void on_answer_with_html(struct hub_question *question,
                                enum hub_answer what)
{
    finish(question, what, true);
}

static void on_answer_plain(struct hub_question *question, enum hub_answer what)
{
    finish(question, what, false);
}

static void on_gone(void *arg)
{
    hub_question_free(arg);
}

/* --- the question -------------------------------------------------------- */

void wait_messages(struct app *app, struct http_call *call,
                   const struct http_request *request)
{
    struct wanted wanted;
    struct hub_question *question;

    if (!guard_form(app, call, request) ||
        !wanted_read(app, call, SPAN_NONE, &wanted))
        return;
    question = wanted_question(
        app, &wanted, wanted.with_html ? on_answer_with_html : on_answer_plain,
        call);
    if (hub_ask(question, dice_shorten(app->core.config->hold_ms)))
        finish(question, HUB_NEWS, wanted.with_html);
    else if (fastcgi_is_crowded(app->door))
        finish(question, HUB_COME_BACK, wanted.with_html);
    else
        http_call_hold(call, on_gone, question);
}
