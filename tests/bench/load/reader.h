/* reader.h -- one who listens to a room, and does as a browser's page does.
 *
 *     NEW --> CATCHING_UP --(has the first message)--> LISTENING
 *                 |  ^                                   |  ^
 *                 +--+------- no reply, or a refusal: ---+--+
 *                             later again, same cursor
 *
 * By long poll, every reply is followed at once by the next question with the
 * new cursor.  By event stream there is one reply without end, and so there is
 * by WebSocket, after which the reader says what it is to be. */
#ifndef READER_H
#define READER_H

#include "load/frames.h"
#include "load/stage.h"

enum reader_state { READER_NEW, READER_CATCHING_UP, READER_LISTENING };

struct reader {
    struct conn conn;
    struct stage *stage; /* outlives us */
    struct room *room;   /* the stage's */
    struct ledger_reader told;
    struct later_entry retry;
    enum reader_state state;
    enum transport transport;
    bool with_session;
    bool is_open; /* the WebSocket: its handshake is done */
    struct frames frames;
    char cursor[CURSOR_SIZE];
};

/* The room's ledger counts this reader from now on. */
void reader_init(struct reader *reader, struct stage *stage, struct room *room,
                 enum transport transport, bool with_session);
void reader_fini(struct reader *reader);

/* Begins to listen: first to what there is now. */
void reader_start(struct reader *reader);

#endif
