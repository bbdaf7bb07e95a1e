/* gate.h -- what a gateway's endpoints have to work with, and the table of what
 * can be asked for there.
 *
 *     GET /ws        the WebSocket of JSON frames, see socket.h
 *     GET /chat      the plain one, see chat.h
 *     GET /healthz   200 while the loop turns, with counters
 *     GET /readyz    200 when Redis is reached and heard, else 503 */
#ifndef GATE_H
#define GATE_H

#include <stdbool.h>

#include "base/list.h"
#include "base/wheel.h"
#include "endpoints/addresses.h"
#include "io/websocket.h"
#include "services/core.h"

/* One in a gateway; all of it is the gateway's. */
struct gate {
    struct core core;
    unsigned number; /* in the pool, from 1 */
    struct websocket *door;
    struct addresses *addresses;
    struct list guests;  /* everybody who is in: struct visitor */
    struct wheel checks; /* when whose session is looked at again */
    bool is_draining;
};

extern const struct websocket_callbacks gate_callbacks;

/* To be called every WHEEL_TICK_MS. */
void gate_tick(struct gate *gate);

/* Tells some of those who are in to come back elsewhere, and closes.  False when
 * everybody has been told. */
bool gate_drain_some(struct gate *gate);

/* Drops the frames kept for sharing. */
void gate_fini(void);

#endif
