#include "endpoints/shop_shelf.h"

#include "endpoints/guard.h"
#include "endpoints/shop_reply.h"
#include "endpoints/shop_request.h"

static void answer(struct shop_request *request, enum shop_outcome outcome,
                   const struct shop_view *view, enum shop_reply_form form)
{
    struct http_call *call = request->call;

    request->asking = NULL;
    if (!shop_request_is_ok(request, outcome, view))
        return;
    shop_request_free(request);
    shop_reply_send(call, view, form, 0);
}

/* --- looking ------------------------------------------------------------- */

static void on_products(void *arg, enum shop_outcome outcome,
                        const struct shop_view *view)
{
    answer(arg, outcome, view, SHOP_REPLY_PRODUCTS);
}

static void on_cart(void *arg, enum shop_outcome outcome,
                    const struct shop_view *view)
{
    answer(arg, outcome, view, SHOP_REPLY_CART);
}

static void ask_products(struct shop_request *request)
{
    shop_request_ask(request, on_products);
}

static void ask_cart(struct shop_request *request)
{
    shop_request_ask(request, on_cart);
}

static void start_look(struct app *app, struct http_call *call,
                       const struct http_request *http, bool needs_session,
                       shop_request_fn *go_on)
{
    struct shop_request *request;

    if (!guard_query(app, call, http))
        return;
    request = shop_request_new(app, call, needs_session);
    if (request != NULL)
        shop_request_start(request, http, go_on);
}

void shop_read_products(struct app *app, struct http_call *call,
                        const struct http_request *http)
{
    start_look(app, call, http, false, ask_products);
}

void shop_read_cart(struct app *app, struct http_call *call,
                    const struct http_request *http)
{
    start_look(app, call, http, true, ask_cart);
}

/* --- changing ------------------------------------------------------------ */

static void on_changed(void *arg, enum shop_outcome outcome,
                       const struct shop_view *view)
{
    answer(arg, outcome, view, SHOP_REPLY_STATUS);
}

static void change(struct shop_request *request)
{
    shop_request_ask(request, on_changed);
}

static bool read_action(struct app *app, struct http_call *call,
                        enum store_shop_what *what)
{
    struct span action;

    if (!guard_field(app, call, "action", &action))
        return false;
    *what = span_is(action, "add") ? STORE_SHOP_ADD : STORE_SHOP_REMOVE;
    if (*what == STORE_SHOP_ADD || span_is(action, "remove"))
        return true;
    problem_send(call, PROBLEM_ACTION_INVALID);
    return false;
}

static bool read_quantity(struct app *app, struct http_call *call,
                          enum store_shop_what what, unsigned *quantity)
{
    struct span text;

    if (!guard_field(app, call, "quantity", &text))
        return false;
    *quantity = what == STORE_SHOP_ADD ? 1 : 0;
    if (text.at == NULL)
        return true;
    if (product_quantity_parse(text, quantity) &&
        (*quantity > 0 || what == STORE_SHOP_REMOVE))
        return true;
    problem_send(call, PROBLEM_QUANTITY_INVALID);
    return false;
}

void shop_change_cart(struct app *app, struct http_call *call,
                      const struct http_request *http)
{
    struct shop_request *request;
    enum store_shop_what what;
    unsigned quantity;

    if (!guard_open_form(app, call, http) || !read_action(app, call, &what) ||
        !read_quantity(app, call, what, &quantity))
        return;
    request = shop_request_new(app, call, true);
    if (request == NULL)
        return;
    request->what = what;
    request->quantity = quantity;
    if (request->is_all)
        shop_request_fail(request, PROBLEM_PRODUCT_NOT_FOUND);
    else
        shop_request_start(request, http, change);
}
