/* rooms_sql.h -- the statements about rooms that somebody made, as jobs for
 * sql_start.
 *
 * What several do with one room at the same moment is one after the other: who
 * changes something holds his account first (and that of whom it concerns, the
 * smaller number first), then the room.  Whatever changes who may do what in it
 * is noted in room_change, in the same transaction. */
#ifndef ROOMS_SQL_H
#define ROOMS_SQL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/secret.h"
#include "io/sql.h"
#include "model/cursor.h"
#include "model/room.h"
#include "services/names.h"
#include "services/titles.h"

/* An account's own, archived ones not counted. */
#define ROOMS_OWNED_MAX 100
/* That it is in or invited to. */
#define ROOMS_JOINED_MAX 500
/* Who is in a room or invited to it. */
#define ROOM_MEMBERS_MAX 1000
/* Of a room, that nobody has used and that are good still. */
#define ROOM_LINKS_MAX 20

enum room_deed {
    ROOM_NEW,
    ROOM_RETITLE,
    ROOM_SET_TOPIC,
    ROOM_INVITE,
    ROOM_LINK,
    ROOM_ENTER, /* by a link */
    ROOM_JOIN,  /* who is invited */
    ROOM_REFUSE,
    ROOM_LEAVE,
    ROOM_REMOVE,
    ROOM_HAND_OVER,
    ROOM_ARCHIVE,
    ROOM_DIRECT, /* made, or found */
};

enum room_outcome {
    ROOM_DONE,
    ROOM_NOT_FOUND,   /* there is none, or he is not in it */
    ROOM_NOT_PRIVATE, /* a public or direct one has no owner, no members... */
    ROOM_NOT_OWNER,
    ROOM_IS_ARCHIVED,
    ROOM_OWNER_LEAVES, /* with others there */
    ROOM_NO_ACCOUNT,
    ROOM_NOT_MEMBER, /* whom it concerns is not in the room */
    ROOM_ONESELF,
    ROOM_NO_LINK, /* none such, used, or over */
    ROOM_NOT_CONTACT,
    ROOM_TITLE_TAKEN,
    ROOM_TOO_MANY_OWNED,
    ROOM_TOO_MANY_JOINED,
    ROOM_TOO_MANY_MEMBERS,
    ROOM_TOO_MANY_LINKS,
};

enum room_kind { ROOM_PUBLIC, ROOM_PRIVATE, ROOM_IS_DIRECT };

/* A room as one of its members sees it. */
struct room_seen {
    int64_t id;
    char room[ROOM_NAME_MAX + 1];
    enum room_kind kind;
    char title[TITLE_SIZE]; /* of a direct one, what the other is called */
    char topic[TOPIC_SIZE];
    int64_t owner; /* 0: nobody's */
    bool is_archived;
    bool is_member;
    bool is_invited;
};

struct room_job {
    enum room_deed deed;
    int64_t account; /* who does it */
    int64_t other;   /* whom it concerns; 0: whom 'name' says */
    struct name name;
    char room[ROOM_NAME_MAX + 1];      /* of a new one, its name */
    struct title title;                /* ROOM_NEW, ROOM_RETITLE */
    char topic[TOPIC_SIZE];            /* ROOM_NEW, ROOM_SET_TOPIC */
    char secret_hash[SECRET_HEX_SIZE]; /* ROOM_LINK, ROOM_ENTER */
    int64_t expires_at;                /* ROOM_LINK; wall clock, ms */
    int64_t now;                       /* the same */
    enum room_outcome outcome;
    struct room_seen seen; /* after it, with ROOM_DONE */
    bool is_new;           /* it was made, not found */
};

/* Carries out a deed -> outcome, seen, is_new */
extern const struct sql_work rooms_sql_do;

/* --- reading ------------------------------------------------------------- */

struct room_member {
    int64_t account;
    char name[NAME_SIZE];
    bool is_invited;
};

struct room_read_job {
    int64_t account; /* 0: a guest */
    char room[ROOM_NAME_MAX + 1];
    bool is_found; /* false also when it is none of his business */
    bool is_admin;
    struct room_seen seen;
    struct room_member
        *members; /* ours; of a closed one, who came first first */
    size_t member_count;
};

/* account, room -> the others */
extern const struct sql_work rooms_sql_read;

/* One of somebody's rooms. */
struct room_mine {
    struct room_seen seen;
    struct cursor read; /* up to where; CURSOR_START: nothing */
};

struct room_list_job {
    int64_t account;
    struct room_mine *at; /* ours */
    size_t count;
};

/* account -> at, count: the newest membership first */
extern const struct sql_work rooms_sql_list;

/* --- marks and rights ---------------------------------------------------- */

/* Up to where somebody has read a room, of so many rooms. */
#define ROOM_MARKS_MAX 1000

struct room_mark_job {
    int64_t account;
    char room[ROOM_NAME_MAX + 1];
    struct cursor cursor;
};

/* Notes it; never goes back within an epoch. */
extern const struct sql_work rooms_sql_mark;

struct room_moderate_job {
    int64_t account;
    char room[ROOM_NAME_MAX + 1];
    bool may; /* he owns it, or is an administrator; never in a direct room */
};

/* account, room -> may */
extern const struct sql_work rooms_sql_moderate;

#endif
