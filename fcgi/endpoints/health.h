/* health.h -- how a worker is; for load balancers, supervisors and tests.  Not
 * public: nginx lets only its own host in. */
#ifndef HEALTH_H
#define HEALTH_H

#include "endpoints/app.h"

/* GET /healthz: 200 as long as the loop turns, with counters:
 *
 *     {"worker":1,"pid":4711,"uptime_ms":60000,"connections":12,"held":10,
 *      "rooms":3,"redis":"up","subscription":"up","longest_turn_us":840}
 *
 * 'held' are the questions that wait for news; 'longest_turn_us' is the longest
 * that the loop was busy in one turn since the last GET /healthz. */
void health_live(struct app *app, struct http_call *call,
                 const struct http_request *request);

/* GET /readyz: 200 when both connections to Redis are up and this worker is not
 * going, else 503. */
void health_ready(struct app *app, struct http_call *call,
                  const struct http_request *request);

#endif
