/* shop_shelf.h -- what is there, what is in the cart, put it in, take it out. */
#ifndef SHOP_SHELF_H
#define SHOP_SHELF_H

#include "endpoints/app.h"

void shop_read_products(struct app *app, struct http_call *call,
                        const struct http_request *http);
void shop_read_cart(struct app *app, struct http_call *call,
                    const struct http_request *http);
void shop_change_cart(struct app *app, struct http_call *call,
                      const struct http_request *http);

#endif
