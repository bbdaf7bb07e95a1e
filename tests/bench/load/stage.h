/* stage.h -- what readers and posters have in common: the rooms, the server,
 * what is counted.
 *
 * 'outstanding' is how many deliveries are still due: each message, times the
 * readers of its room, that they have not been told.  While it is not zero, a
 * herd is being told. */
#ifndef STAGE_H
#define STAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "load/conn.h"
#include "load/dialect.h"
#include "load/later.h"
#include "load/ledger.h"
#include "load/message.h"
#include "load/tally.h"

#define ROOM_NAME_SIZE 32

struct room {
    char name[ROOM_NAME_SIZE];
    struct ledger ledger;
    uint32_t first_measured; /* number of the first message that counts */
};

struct stage {
    const struct dialect *dialect;
    struct net net;
    struct later later;
    struct identity who;
    struct room *rooms; /* ours */
    unsigned room_count;
    size_t message_size;
    uint64_t outstanding;
    struct tally tally;
};

/* The rooms' names begin with 'prefix', so that no run meets another's.
 * False, and errno says why. */
bool stage_open(struct stage *stage, const struct dialect *dialect,
                const struct sockaddr_in *server, unsigned room_count,
                const char *prefix);
void stage_close(struct stage *stage);

/* Waits for something to happen until 'until_ns' at most, and handles it. */
void stage_turn(struct stage *stage, uint64_t until_ns);

/* A message that says so was told to 'reader' in 'room'. */
void stage_told(struct stage *stage, struct room *room,
                struct ledger_reader *reader, const struct message *message);

#endif
