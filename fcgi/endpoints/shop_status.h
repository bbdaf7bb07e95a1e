/* shop_status.h -- has a count changed?  Held until one has. */
#ifndef SHOP_STATUS_H
#define SHOP_STATUS_H

#include "endpoints/app.h"

void shop_status(struct app *app, struct http_call *call,
                 const struct http_request *http);

#endif
