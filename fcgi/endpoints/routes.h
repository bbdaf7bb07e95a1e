/* routes.h -- from a request to the function that answers it. */
#ifndef ROUTES_H
#define ROUTES_H

#include "endpoints/app.h"

/* Answers 'call', or leaves it held.  'request' is lent for the time of the
 * call. */
void routes_handle(struct app *app, struct http_call *call,
                   const struct http_request *request);

/* Drops what is kept between requests. */
void routes_fini(void);

#endif
