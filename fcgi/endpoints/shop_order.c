#include "endpoints/shop_order.h"

#include <string.h>

#include "endpoints/guard.h"
#include "endpoints/shop_reply.h"
#include "endpoints/shop_request.h"

static void on_ordered(void *arg, enum shop_outcome outcome,
                       const struct shop_order *order, bool is_new,
                       const struct shop_view *view)
{
    struct shop_request *request = arg;
    struct http_call *call = request->call;

    request->ordering = NULL;
    if (!shop_request_is_ok(request, outcome, view))
        return;
    shop_request_free(request);
    shop_reply_send_order(call, is_new ? 201 : 200, order, view);
}

static void place(struct shop_request *request)
{
    request->ordering =
        shop_checkout(request->app->shop, span_of(request->session),
                      span_of(request->client_key), on_ordered, request);
}

void shop_order(struct app *app, struct http_call *call,
                const struct http_request *http)
{
    struct shop_request *request;
    struct span key;

    if (!guard_open_form(app, call, http) ||
        !guard_field(app, call, "client_key", &key))
        return;
    if (!message_client_id_is_valid(key)) {
        problem_send(call, PROBLEM_CLIENT_KEY_INVALID);
        return;
    }
    request = shop_request_new(app, call, true);
    if (request == NULL)
        return;
    memcpy(request->client_key, key.at, key.len);
    shop_request_start(request, http, place);
}
