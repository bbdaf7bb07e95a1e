/* socket_news.h -- what a subscriber is told, rendered once for all who are told
 * the same.
 *
 * Several messages are several frames in one packet, which is one write. */
#ifndef SOCKET_NEWS_H
#define SOCKET_NEWS_H

#include <stdbool.h>

#include "io/websocket.h"
#include "services/hub.h"

enum socket_style {
    SOCKET_HTML,   /* a message is a JSON object with "html" */
    SOCKET_PLAIN,  /* the same without */
    SOCKET_LINES,  /* it is "name: body", a line feed in it a space */
    SOCKET_EVENTS, /* of what is no room: as they are */
};

/* Of a room's past who reads lines gets so many. */
#define SOCKET_LINES_FIRST 20

/* Sends what is new in the room of 'question', as much as fits into a packet,
 * and moves its cursor on. */
void socket_news_tell(struct websocket_conn *conn,
                      struct hub_question *question, enum socket_style style);

/* Whether what is to be told begins with a gap or a reset. */
bool socket_news_is_break(const struct hub_question *question);

/* {"type":"subscribed",...} where nothing is broken. */
void socket_news_subscribed(struct websocket_conn *conn, struct span room,
                            struct cursor cursor);

/* Drops the packets that are kept; to be called now and then. */
void socket_news_fini(void);

#endif
