/* shop_request.h -- a request to the shop, on its way.
 *
 *     endpoint: guard, fields
 *        '--> shop_request_start --> go_on: who asks may come in
 *                 '--> answered: 401, 503   '--> shop.h --> answered
 *
 * It has at most one thing under way; the client's leaving cancels that. */
#ifndef SHOP_REQUEST_H
#define SHOP_REQUEST_H

#include "endpoints/app.h"
#include "endpoints/problem.h"

struct shop_request;
typedef void shop_request_fn(struct shop_request *request);

struct shop_request {
    struct app *app;
    struct http_call *call;
    shop_request_fn *go_on;
    struct sessions_call *opening; /* one of these four is set at a time */
    struct shop_call *asking;
    struct shop_checkout *ordering;
    struct hub_question *question; /* ours; it is held */
    uint64_t deadline_ms;          /* of one that is held */
    unsigned retry_ms;             /* who is sent away comes back then */
    struct cursor cursor;          /* CURSOR_ABSENT: none came */
    enum store_shop_what what;
    unsigned quantity;
    bool is_all;  /* sku=* */
    bool is_last; /* answered by the next look, whatever it sees */
    bool has_sku;
    char sku[SKU_MAX + 1];
    char session[CLIENT_ID_MAX + 1]; /* "": none came */
    char client_key[CLIENT_ID_MAX + 1];
};

/* Reads session, sku and cursor out of app->form, and holds the call.  NULL, and
 * the call is answered, when they make no sense. */
struct shop_request *shop_request_new(struct app *app, struct http_call *call,
                                      bool needs_session);

/* Goes on, if need be when it is known that who asks may: where guests are turned
 * away, somebody with an account.  'http' is lent. */
void shop_request_start(struct shop_request *request,
                        const struct http_request *http,
                        shop_request_fn *go_on);

/* Asks the shop, with the request as 'arg' of 'on_done', whose first act is to set
 * request->asking to NULL. */
void shop_request_ask(struct shop_request *request, shop_fn *on_done);

/* Answers with what became of it if that is not SHOP_OK, and then there is no
 * request any more; 'view' may be NULL. */
bool shop_request_is_ok(struct shop_request *request, enum shop_outcome outcome,
                        const struct shop_view *view);

void shop_request_free(struct shop_request *request);

/* Answers the call and frees the request. */
void shop_request_fail(struct shop_request *request, enum problem problem);

#endif
