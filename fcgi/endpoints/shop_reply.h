/* shop_reply.h -- what the shop answers.
 *
 *     "inventorycount":"9","sku":"teapot","available":9,"yours":1,
 *     "ends_in_ms":598123,"cursor":"5f-42"
 *
 * When a count changes, nearly all who hold a question are answered the same: who
 * has nothing in the cart gets what was rendered for the one before. */
#ifndef SHOP_REPLY_H
#define SHOP_REPLY_H

#include "base/buf.h"
#include "io/http.h"
#include "services/shop.h"

/* Appends the members that every answer has, without braces. */
void shop_reply_add(struct buf *json, const struct shop_view *view);

/* What there is besides these. */
enum shop_reply_form {
    SHOP_REPLY_STATUS,
    SHOP_REPLY_ALL,      /* "products":[{"sku","available",...}] */
    SHOP_REPLY_PRODUCTS, /* the same with names and pictures */
    SHOP_REPLY_CART,     /* "items":[{"sku","quantity","ends_in_ms"}] */
};

/* Answers; 'retry_ms' is left out when it is 0. */
void shop_reply_send(struct http_call *call, const struct shop_view *view,
                     enum shop_reply_form form, unsigned retry_ms);

void shop_reply_send_order(struct http_call *call, unsigned status,
                           const struct shop_order *order,
                           const struct shop_view *view);

/* Drops what is kept for the next one. */
void shop_reply_fini(void);

#endif
