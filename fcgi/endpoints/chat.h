/* chat.h -- the plain WebSocket, GET /chat?room=tea: a room as lines of text.
 *
 * A text frame in is a post, a text frame out is a line:
 *
 *     Heron-4821: kettle is on        somebody said it
 *     * Heron-4821 came               and went: "left"
 *     * Heron-4821 is called Anna now
 *     * Message too long: ...         what was said was not taken
 *
 * For wscat and for pages of ten lines.  Who comes is told the room's newest
 * SOCKET_LINES_FIRST lines. */
#ifndef CHAT_H
#define CHAT_H

#include "endpoints/gate.h"

/* Takes a connection that was just opened. */
void chat_open(struct gate *gate, struct websocket_conn *conn,
               const struct websocket_request *request);

#endif
