/* shop_status.c -- has a count changed?
 *
 *     look --there is something to say------------------> told
 *       ^ '--there is not--> held by the hub at the place looked at
 *       |                       |
 *       +---- the feed goes on--+   (or the hold is over: the last look)
 *
 * Who comes with a cursor is held at that place first, and not looked up before
 * there is something new.
 *
 * The feed says that something has happened, and the look what is so now, for one
 * session, at one moment: so no answer is older than the question, and what is in
 * the cart is right.  Looks of a herd go together (shop.h). */
#include "endpoints/shop_status.h"
#include "base/dice.h"
#include "endpoints/guard.h"
#include "endpoints/shop_reply.h"
#include "endpoints/shop_request.h"
#include "model/feed_name.h"

/* Those who are sent away come back spread over this time. */
#define COME_BACK_MS 2000

static void look(struct shop_request *request);

/* --- the answer ---------------------------------------------------------- */

static void tell(struct shop_request *request, const struct shop_view *view)
{
    struct http_call *call = request->call;
    const enum shop_reply_form form =
        request->is_all ? SHOP_REPLY_ALL : SHOP_REPLY_STATUS;
    const unsigned retry_ms = request->retry_ms;

    shop_request_free(request);
    call->close_after = retry_ms > 0;
    shop_reply_send(call, view, form, retry_ms);
}

/* When the last of what is asked about has changed. */
static uint64_t changed_seq(const struct shop_request *request,
                            const struct shop_view *view)
{
    uint64_t newest = 0;

    if (!request->is_all)
        return view->stands[view->asked].changed_seq;
    for (size_t i = 0; i < view->count; i++) {
        if (view->stands[i].changed_seq > newest)
            newest = view->stands[i].changed_seq;
    }
    return newest;
}

static bool has_news(const struct shop_request *request,
                     enum shop_outcome outcome, const struct shop_view *view)
{
    if (request->is_last)
        return true;
    if (cursor_is_absent(request->cursor))
        return outcome != SHOP_OLD;
    return request->cursor.epoch != view->cursor.epoch ||
           changed_seq(request, view) > request->cursor.seq;
}

/* --- being held ---------------------------------------------------------- */

static void come_back(struct shop_request *request)
{
    request->retry_ms = 1 + (unsigned)dice_roll_below(COME_BACK_MS);
    request->is_last = true;
    look(request);
}

static void let_go(struct shop_request *request)
{
    hub_question_free(request->question);
    request->question = NULL;
}

static void on_answer(struct hub_question *question, enum hub_answer what)
{
    struct shop_request *request = question->arg;

    let_go(request);
    switch (what) {
    case HUB_NEWS:
        look(request);
        break;
    case HUB_SILENCE:
        request->is_last = true;
        look(request);
        break;
    case HUB_COME_BACK:
        come_back(request);
        break;
    case HUB_UNAVAILABLE:
        shop_request_fail(request, PROBLEM_UNAVAILABLE);
        break;
    }
}

static void hold(struct shop_request *request, struct cursor seen)
{
    const struct app *app = request->app;
    const uint64_t now_ms = loop_now_ms(app->core.loop);

    if (fastcgi_is_crowded(app->door)) {
        come_back(request);
        return;
    }
    request->question = hub_question_new(app->core.hub, 1, on_answer, request);
    hub_question_set(request->question, 0, span_of(FEED_SHOP), seen);
    if (hub_ask(request->question, request->deadline_ms > now_ms
                                       ? request->deadline_ms - now_ms
                                       : 0)) {
        let_go(request);
        look(request);
    }
}

static void on_looked(void *arg, enum shop_outcome outcome,
                      const struct shop_view *view)
{
    struct shop_request *request = arg;

    request->asking = NULL;
    if (!shop_request_is_ok(request, outcome, view))
        return;
    if (has_news(request, outcome, view))
        tell(request, view);
    else
        hold(request, view->cursor);
}

static void look(struct shop_request *request)
{
    shop_request_ask(request, on_looked);
}

static void begin(struct shop_request *request)
{
    const struct span sku =
        request->has_sku ? span_of(request->sku) : SPAN_NONE;

    if (!request->is_last && !cursor_is_absent(request->cursor) &&
        shop_knows(request->app->shop, sku))
        hold(request, request->cursor);
    else
        look(request);
}

void shop_status(struct app *app, struct http_call *call,
                 const struct http_request *http)
{
    struct shop_request *request;

    if (!guard_query(app, call, http))
        return;
    request = shop_request_new(app, call, true);
    if (request == NULL)
        return;
    request->deadline_ms =
        loop_now_ms(app->core.loop) + dice_shorten(app->core.config->hold_ms);
    /* Of one product is remembered what was answered; of all it is not. */
    if (http->is_head || (cursor_is_absent(request->cursor) && request->is_all))
        request->is_last = true;
    else if (cursor_is_absent(request->cursor))
        request->what = STORE_SHOP_TELL;
    shop_request_start(request, http, begin);
}
