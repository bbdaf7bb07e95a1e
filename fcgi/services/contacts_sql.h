/* contacts_sql.h -- the statements about contacts, as jobs for sql_start.
 *
 * What two accounts do with each other at the same moment is one after the
 * other.  Where it changes whether one may write to the other, their direct
 * room is said to have changed, in the same transaction. */
#ifndef CONTACTS_SQL_H
#define CONTACTS_SQL_H

#include <stddef.h>
#include <stdint.h>

#include "io/sql.h"
#include "model/contact.h"
#include "model/room.h"
#include "services/names.h"

/* Of an account: those it asked, accepted or blocked.  The list is one answer,
 * so there is an end to it. */
#define CONTACTS_MAX 500

enum contact_outcome {
    CONTACT_DONE,
    CONTACT_NO_ACCOUNT, /* or none that he has anything to do with */
    CONTACT_ONESELF,
    CONTACT_NONE_ASKED,  /* there is nothing to be accepted */
    CONTACT_HAS_BLOCKED, /* he himself, and so cannot ask */
    CONTACT_TOO_MANY,
};

/* Somebody, as the account sees him. */
struct contact_seen {
    int64_t account;
    char name[NAME_SIZE];
    enum contact_side mine;
    bool is_asking;
};

struct contact_job {
    enum contact_deed deed;
    int64_t account; /* who does it */
    int64_t other;   /* to whom; 0: whom 'name' says */
    struct name name;
    int64_t now; /* wall clock, ms */
    enum contact_outcome outcome;
    struct contact_seen seen;     /* after it, with CONTACT_DONE */
    char room[ROOM_NAME_MAX + 1]; /* the direct room; "": none has changed */
};

/* deed, account, other or name, now -> outcome, seen, room */
extern const struct sql_work contacts_sql_do;

struct contact_list {
    int64_t account;
    struct contact_seen *at; /* ours */
    size_t count;
};

/* account -> at, count: who asks and then his own, each the newest first and
 * CONTACTS_MAX at most */
extern const struct sql_work contacts_sql_list;

#endif
