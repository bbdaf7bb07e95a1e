/* fastcgi_reply.h -- what goes out on a connection: a reply at once, or one
 * that goes on, chunk by chunk.
 *
 * At most one packet is under way on a connection.  What the socket does not
 * take at once goes on when there is room, and the endpoint that writes a reply
 * which goes on is told when it is out: until then it writes nothing, so a peer
 * that does not read costs us one packet, and after SEND_TIMEOUT_MS in which it
 * took nothing, or with more than UNSENT_MAX under way, its connection. */
#ifndef FASTCGI_REPLY_H
#define FASTCGI_REPLY_H

#include "io/fastcgi_conn.h"

extern const struct http_door fastcgi_reply_door;

/* There is room in the socket, or the peer is gone. */
void fastcgi_reply_go_on(struct fastcgi_conn *conn);

#endif
