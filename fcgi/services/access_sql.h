/* access_sql.h -- the statements about who may do what, as jobs for sql_start.
 *
 * They read what others write (rooms, contacts, sanctions): each of those writes
 * a row to room_change in the transaction in which it changes something. */
#ifndef ACCESS_SQL_H
#define ACCESS_SQL_H

#include <stddef.h>
#include <stdint.h>

#include "io/sql.h"
#include "model/room.h"
#include "services/access_rules.h"

/* Rooms that one job asks for: some milliseconds of work. */
#define ACCESS_LOAD_MAX 64

struct access_load_room {
    char name[ROOM_NAME_MAX + 1];
    struct access_rules rules; /* ours, until somebody takes it */
};

struct access_load {
    int64_t now; /* wall clock, ms: older sanctions are over */
    size_t count;
    struct access_load_room rooms[ACCESS_LOAD_MAX];
};

/* now, names -> rules of each.  Not one snapshot: what changes meanwhile is told
 * later, and read again then. */
extern const struct sql_work access_sql_load;

struct access_change {
    int64_t room_id;
    int64_t number;
    char name[ROOM_NAME_MAX + 1];
};

struct access_changes {
    size_t count;
    struct access_change at[ACCESS_LOAD_MAX];
};

/* -> some changes that were not told yet, or not to all. */
extern const struct sql_work access_sql_changes;

/* Those changes have been told: forgets them, but no newer ones of the same
 * rooms. */
extern const struct sql_work access_sql_told;

#endif
