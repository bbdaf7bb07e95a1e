/* read_session.h -- who am I? */
#ifndef READ_SESSION_H
#define READ_SESSION_H

#include "endpoints/app.h"

/* GET /a/session: {"name":"Heron-4821","_xsrf":"..."}
 *
 * Sets the cookies of the session, a new guest's for a visitor without one; for
 * one who has one it renews their lifetime. 503 when Redis is away. */
void read_session(struct app *app, struct http_call *call,
                  const struct http_request *request);

#endif
