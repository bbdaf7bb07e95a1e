#include "endpoints/shop_request.h"

#include <string.h>

#include "base/mem.h"
#include "endpoints/guard.h"
#include "endpoints/shop_reply.h"

/* --- beginning and ending ------------------------------------------------ */

void shop_request_free(struct shop_request *request)
{
    if (request->opening != NULL)
        sessions_cancel(request->opening);
    if (request->asking != NULL)
        shop_cancel(request->asking);
    if (request->ordering != NULL)
        shop_checkout_cancel(request->ordering);
    hub_question_free(request->question);
    mem_free(request);
}

static void on_gone(void *arg)
{
    shop_request_free(arg);
}

void shop_request_fail(struct shop_request *request, enum problem problem)
{
    struct http_call *call = request->call;

    shop_request_free(request);
    problem_send(call, problem);
}

/* --- its fields ---------------------------------------------------------- */

struct fields {
    struct span session;
    struct span sku;
    struct cursor cursor;
};

static bool read_cursor(struct app *app, struct http_call *call,
                        struct cursor *cursor)
{
    struct span text;

    *cursor = CURSOR_ABSENT;
    if (!guard_field(app, call, "cursor", &text))
        return false;
    if (text.len == 0 || cursor_parse(text, cursor))
        return true;
    problem_send(call, PROBLEM_CURSOR_INVALID);
    return false;
}

static bool read_session(struct app *app, struct http_call *call,
                         bool is_needed, struct span *session)
{
    if (!guard_field(app, call, "session", session))
        return false;
    if (message_client_id_is_valid(*session) ||
        (session->at == NULL && !is_needed))
        return true;
    problem_send(call, PROBLEM_CART_INVALID);
    return false;
}

static bool read_sku(struct app *app, struct http_call *call, struct span *sku)
{
    if (!guard_field(app, call, "sku", sku))
        return false;
    if (sku->at == NULL || span_is(*sku, "*") || product_sku_is_valid(*sku))
        return true;
    problem_send(call, PROBLEM_PRODUCT_NOT_FOUND);
    return false;
}

static bool read_fields(struct app *app, struct http_call *call,
                        bool needs_session, struct fields *fields)
{
    return read_session(app, call, needs_session, &fields->session) &&
           read_sku(app, call, &fields->sku) &&
           read_cursor(app, call, &fields->cursor);
}

struct shop_request *shop_request_new(struct app *app, struct http_call *call,
                                      bool needs_session)
{
    struct shop_request *request;
    struct fields fields;

    if (!read_fields(app, call, needs_session, &fields))
        return NULL;
    request = mem_alloc(sizeof(*request));
    request->app = app;
    request->call = call;
    request->cursor = fields.cursor;
    request->is_all = span_is(fields.sku, "*");
    request->has_sku = fields.sku.at != NULL && !request->is_all;
    if (request->has_sku)
        memcpy(request->sku, fields.sku.at, fields.sku.len);
    if (fields.session.len > 0)
        memcpy(request->session, fields.session.at, fields.session.len);
    http_call_hold(call, on_gone, request);
    return request;
}

/* --- who asks ------------------------------------------------------------ */

static void on_open(void *arg, enum sessions_found found,
                    const struct session *session)
{
    struct shop_request *request = arg;

    request->opening = NULL;
    if (session != NULL)
        request->go_on(request);
    else
        shop_request_fail(request, guard_problem(found));
}

void shop_request_start(struct shop_request *request,
                        const struct http_request *http, shop_request_fn *go_on)
{
    const struct span token = guard_session_token(http);
    struct sessions *sessions = request->app->core.sessions;
    struct session known;

    request->go_on = go_on;
    if (request->app->core.config->guests ||
        sessions_recall(sessions, token, &known))
        go_on(request);
    else
        request->opening = sessions_open(sessions, token, on_open, request);
}

/* --- the shop ------------------------------------------------------------ */

void shop_request_ask(struct shop_request *request, shop_fn *on_done)
{
    const struct shop_wish wish = {
        .what = request->what,
        .session = span_of(request->session),
        .sku = request->has_sku ? span_of(request->sku) : SPAN_NONE,
        .quantity = request->quantity,
    };

    request->asking = shop_ask(request->app->shop, &wish, on_done, request);
}

static enum problem problem_of(enum shop_outcome outcome)
{
    switch (outcome) {
    case SHOP_SOLD_OUT:
        return PROBLEM_SOLD_OUT;
    case SHOP_NO_PRODUCT:
        return PROBLEM_PRODUCT_NOT_FOUND;
    case SHOP_EMPTY:
        return PROBLEM_CART_EMPTY;
    case SHOP_REUSED:
        return PROBLEM_CLIENT_KEY_REUSED;
    case SHOP_OK:
    case SHOP_OLD:
    case SHOP_UNAVAILABLE:
        break;
    }
    return PROBLEM_UNAVAILABLE;
}

bool shop_request_is_ok(struct shop_request *request, enum shop_outcome outcome,
                        const struct shop_view *view)
{
    struct http_call *call = request->call;
    struct buf members = {0};

    if (outcome == SHOP_OK || outcome == SHOP_OLD)
        return true;
    shop_request_free(request);
    if (view != NULL)
        shop_reply_add(&members, view);
    problem_send_more(call, problem_of(outcome), buf_span(&members));
    buf_fini(&members);
    return false;
}
