#include "endpoints/wait_messages.h"

#include "base/dice.h"
#include "base/mem.h"
#include "endpoints/entry.h"
#include "endpoints/guard.h"
#include "endpoints/news_reply.h"
#include "endpoints/wanted.h"

/* Those who are sent away come back spread over this time. */
#define COME_BACK_MS 2000

/* One who asks: let in by entry.h, then told, or held and then told. */
struct poll {
    struct app *app;               /* outlives us */
    struct http_call *call;        /* the door's, while we are there */
    struct hub_question *question; /* ours */
    struct entry entry;
    bool with_html;
};

static void poll_free(struct poll *poll, enum presence_leaving how)
{
    entry_fini(&poll->entry, how);
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

static void refuse(struct poll *poll, enum problem problem)
{
    entry_refuse(&poll->entry, poll->call, problem);
    poll_free(poll, PRESENCE_LEAVES);
}

/* What he may not be told yet he is told by ask(), when he is in again. */
static void on_answer(struct hub_question *question, enum hub_answer what)
{
    struct poll *poll = question->arg;

    if (what != HUB_NEWS || entry_may_tell(&poll->entry))
        finish(poll, what);
}

/* --- the question -------------------------------------------------------- */

static void ask(struct poll *poll)
{
    const struct app *app = poll->app;

    if (hub_ask(poll->question, dice_shorten(app->core.config->hold_ms)))
        on_answer(poll->question, HUB_NEWS);
    else if (fastcgi_is_crowded(app->door))
        finish(poll, HUB_COME_BACK);
}

static void on_in(struct entry *entry)
{
    ask(LIST_ITEM(entry, struct poll, entry));
}

static void on_out(struct entry *entry, enum problem problem)
{
    refuse(LIST_ITEM(entry, struct poll, entry), problem);
}

static const struct entry_events entry_events = {.on_in = on_in,
                                                 .on_out = on_out};

void wait_messages(struct app *app, struct http_call *call,
                   const struct http_request *request)
{
    struct wanted wanted;
    struct poll *poll;
    enum problem problem;

    if (!guard_form(app, call, request) ||
        !wanted_read(app, call, SPAN_NONE, &wanted))
        return;
    poll = mem_alloc(sizeof(*poll));
    poll->app = app;
    poll->call = call;
    poll->with_html = wanted.with_html;
    poll->question = wanted_question(app, &wanted, on_answer, poll);
    http_call_hold(call, on_gone, poll);
    switch (entry_start(&poll->entry, app,
                        &(struct entry_wish){guard_session_token(request),
                                             wanted.rooms, wanted.count},
                        &entry_events, &problem)) {
    case ENTRY_IN:
        ask(poll);
        break;
    case ENTRY_WAITING:
        break;
    case ENTRY_OUT:
        refuse(poll, problem);
        break;
    }
}
