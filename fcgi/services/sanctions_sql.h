/* sanctions_sql.h -- the statements about who is muted or banned, as jobs for
 * sql_start.
 *
 * Who looks after a room: its owner, of a private one; an administrator, of any
 * public or private one.  A direct room is nobody's: there one blocks the
 * other. */
#ifndef SANCTIONS_SQL_H
#define SANCTIONS_SQL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/sql.h"
#include "model/room.h"
#include "services/names.h"
#include "services/person.h"

/* Of a room, at a time: all of them are remembered by every process, and the
 * list is one answer. */
#define SANCTIONS_MAX 1000

enum sanction_deed { SANCTION_MUTE, SANCTION_BAN, SANCTION_PARDON };

enum sanction_outcome {
    SANCTION_DONE,
    SANCTION_NO_ROOM,    /* there is none, or he is not in it */
    SANCTION_NOT_KEEPER, /* he does not look after it */
    SANCTION_OF_OWNER,   /* whose room it is */
    SANCTION_OF_ONESELF,
    SANCTION_TOO_MANY,
};

struct sanction_job {
    enum sanction_deed deed;
    int64_t account; /* who does it */
    char room[ROOM_NAME_MAX + 1];
    char person[PERSON_SIZE]; /* to whom */
    char name[NAME_SIZE];     /* what he is called */
    int64_t now;              /* wall clock, ms, like the next */
    int64_t until;            /* not of a pardon */
    enum sanction_outcome outcome;
    int64_t ended; /* by a pardon: how many */
};

/* Mutes, bans, or ends both -> outcome, ended; noted in room_change.  The same
 * again replaces what there was. */
extern const struct sql_work sanctions_sql_do;

struct sanction {
    bool is_ban;
    char person[PERSON_SIZE];
    char name[NAME_SIZE];
    int64_t given_by;
    int64_t until;
};

struct sanction_list {
    int64_t account; /* who asks */
    char room[ROOM_NAME_MAX + 1];
    int64_t now;
    enum sanction_outcome outcome;
    struct sanction *at; /* ours; what ends last comes first */
    size_t count;
};

/* account, room, now -> outcome, at, count */
extern const struct sql_work sanctions_sql_list;

#endif
