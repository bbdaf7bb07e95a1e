/* socket_reader.h -- who follows one room through a WebSocket.
 *
 * A reader is a question to the hub that is asked again and again:
 *
 *     hub_ask --no news--> (parked) --HUB_NEWS--> tell, hub_ask
 *        '----news-------------------------------> tell, hub_ask
 *
 *     what was told is not all written yet: behind, asks again when it is
 *     what there is may not be told yet: held back, asks again when it may
 *
 * So one who is slow falls behind with his cursor, not with a queue. */
#ifndef SOCKET_READER_H
#define SOCKET_READER_H

#include "base/list.h"
#include "endpoints/socket_news.h"
#include "io/websocket.h"
#include "services/hub.h"

/* Asked just before something is told: whether it may be.  When not, the reader
 * stops, until socket_reader_allow. */
struct socket_reader;
typedef bool socket_reader_fn(struct socket_reader *reader);

/* What a reader wants: to be told of this room, from this cursor on, so. */
struct socket_wish {
    struct span room;
    struct cursor cursor;
    enum socket_style style;
};

/* Lives in its owner's struct, zeroed at birth. */
struct socket_reader {
    struct websocket_conn *conn;   /* the door's, outlives us */
    struct list *behind;           /* the connection's; see above */
    struct list_node link;         /* in 'behind' */
    struct hub_question *question; /* ours; about one room */
    socket_reader_fn *may_tell;
    enum socket_style style;
    bool is_held_back; /* neither asking nor behind */
};

void socket_reader_init(struct socket_reader *reader, struct hub *hub,
                        struct websocket_conn *conn, struct list *behind,
                        const struct socket_wish *wish,
                        socket_reader_fn *may_tell);

/* Tells what there is, and from then on what comes. */
void socket_reader_start(struct socket_reader *reader);

/* Something may be told now: a reader that is held back goes on, another one is
 * left alone. */
void socket_reader_allow(struct socket_reader *reader);

/* Lent until the loop goes on. */
struct span socket_reader_room(const struct socket_reader *reader);

/* All is written: the readers of that connection who are behind go on. */
void socket_readers_go_on(struct websocket_conn *conn, struct list *behind);

void socket_reader_fini(struct socket_reader *reader);

#endif
