/* socket_presence.h -- what happens in a room now, as frames:
 *
 *     {"type":"presence","room":"tea","event":"join","person":"a17",...}
 *
 * with the members of live.h, rendered once for all who are told the same. */
#ifndef SOCKET_PRESENCE_H
#define SOCKET_PRESENCE_H

#include "io/websocket.h"
#include "services/live.h"

void socket_presence_tell(struct websocket_conn *conn,
                          const struct live_bundle *bundle);

/* Drops the packet that is kept; to be called now and then. */
void socket_presence_fini(void);

#endif
