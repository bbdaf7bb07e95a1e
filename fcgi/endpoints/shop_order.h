/* shop_order.h -- I take what is in my cart. */
#ifndef SHOP_ORDER_H
#define SHOP_ORDER_H

#include "endpoints/app.h"

void shop_order(struct app *app, struct http_call *call,
                const struct http_request *http);

#endif
