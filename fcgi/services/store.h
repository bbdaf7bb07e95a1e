/* store.h -- what is in Redis.  No other file knows a key or a script.
 *
 *     holdline:{lobby}:head       hash    epoch, seq, run
 *     holdline:{lobby}:log        list    the newest messages as JSON, oldest
 *                                         first, capped; what was edited or
 *                                         deleted, as it is now (revise.lua)
 *     holdline:{lobby}:sent:KEY   string  the result of a post, for a while;
 *                                         KEY is the client_id, or request:ID
 *     holdline:{lobby}            channel each new message, as in the list
 *     holdline:{lobby}:live       channel who comes, leaves, types; see live.h
 *     holdline:{lobby}:present    sorted set: who is there, by when his lease
 *                                         ends (ms); presence.lua has the rules
 *     holdline:{lobby}:who        hash    person -> name, of those
 *     holdline:{lobby}:at:PERSON  hash    process -> when its lease on him ends
 *     holdline:{lobby}:pace       hash    what is told how fast; presence.lua
 *     holdline:{lobby}:typing:PERSON  string  he said so a moment ago
 *     holdline:rooms:active       sorted set: public rooms, by when somebody
 *                                 last spoke in them (ms)
 *     holdline:session:HASH       hash    name, began, created_at, and of an
 *                                         account account, since, seen, device;
 *                                         HASH is SHA-256 of the token in the
 *                                         visitor's cookie
 *     holdline:account:{ID}:sessions  sorted set: its sessions' HASHes
 *     holdline:account:{ID}:since string  sessions that began with an older
 *                                         password are none
 *     holdline:guest:LOOK         string  HASH of the guest who is called that
 *     holdline:guest-key:KEY      string  the same (names.h: both are unique)
 *     holdline:sessions           channel ended:HASH, changed:HASH
 *     holdline:limit:{WHAT}:address:ADDRESS        string  when this budget is
 *     holdline:limit:{WHAT}:account:NAME           string  whole again (ms); gone
 *     holdline:limit:{WHAT}:pair:NAME:ADDRESS      string  by then; see limits.h
 *     holdline:limit:{WHAT}:known:NAME:ADDRESS     string  NAME has signed in
 *                                         from there; NAME is the account's key
 *
 *     holdline:{=shop}:...        the shop's: store_shop.h
 *
 * The room stands in braces, so that all its keys share a slot of a cluster;
 * and so does what is limited.
 *
 * 'seq' counts up by one.  After a restart of Redis ('run', its run id, is
 * another) it leaps ahead by STORE_LEAP: a crash may have taken the newest
 * messages with it (appendfsync), whose ids readers have seen, and must not
 * give those ids to others.  A message carries the seq of the one before it
 * ("prev"), so a leap is no gap.
 *
 * Each function that takes 'on_done' keeps nothing of its other arguments, and
 * calls it once, later, unless the call is cancelled. */
#ifndef STORE_H
#define STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/span.h"
#include "io/redis.h"
#include "io/secret.h"
#include "model/message.h"
#include "model/name.h"
#include "services/names.h"

/* More than Redis can number between two fsyncs, and 2^53 has room for nine
 * thousand million of them. */
#define STORE_LEAP 1000000
/* How long a repeated post is recognised. */
#define STORE_REMEMBER_S 300
/* Longer than any visitor's name. */
#define STORE_NAME_SIZE NAME_SIZE
/* What is kept of a User-Agent. */
#define STORE_DEVICE_MAX 200

struct store;
struct store_call;

/* What the operator decides. */
struct store_rules {
    size_t replay;               /* messages that a room's list keeps */
    unsigned session_idle_s;     /* how long a session lives unused */
    unsigned session_absolute_s; /* and at most */
    uint64_t presence_lease_ms;  /* who is not heard of for so long has left */
};

/* 'redis' is the caller's and outlives the store. */
struct store *store_new(struct redis *redis, struct store_rules rules);
void store_free(struct store *store); /* NULL is fine */

/* on_done will not run.  What was asked may be done all the same. */
void store_cancel(struct store_call *call);

enum store_result {
    STORE_OK,          /* it is stored: now, or when it was first sent */
    STORE_REUSED,      /* another message was sent under that key */
    STORE_UNAVAILABLE, /* Redis is away; it may be stored or not, and sending
                          it again under the same key is harmless */
};

/* A number; what it counts, each function says. */
typedef void store_number_fn(void *arg, enum store_result result,
                             int64_t number);

/* With STORE_OK either it was stored just now, as it was sent and under 'id';
 * or it had been before, and 'earlier' is that message as it is in the log, lent
 * during the callback. */
typedef void store_append_fn(void *arg, enum store_result result,
                             struct cursor id, struct span earlier);

/* Gives 'msg' (its id and prev_seq are not looked at) a place in its room,
 * stores it and tells every worker, as one step: a reader woken by the news
 * reads the room at once, and must find it there.  'once' is the key under
 * which a repetition is recognised. */
struct store_call *store_append(struct store *store, const struct message *msg,
                                struct span once, store_append_fn *on_done,
                                void *arg);

/* Runs whenever something has been stored in a room. */
typedef void store_said_fn(void *arg, struct span room);
void store_on_said(struct store *store, store_said_fn *on_said, void *arg);

/* How long somebody may edit what he said. */
#define STORE_EDIT_MS ((uint64_t)15 * 60 * 1000)

enum store_revised {
    STORE_REVISED, /* now, or when it was first sent */
    STORE_REVISED_REUSED,
    STORE_REVISED_MISSING, /* no such message in the list (any more) */
    STORE_REVISED_NOT_YOURS,
    STORE_REVISED_DELETED,
    STORE_REVISED_TOO_LATE,
    STORE_REVISED_UNAVAILABLE, /* as for STORE_UNAVAILABLE */
};

/* 'id' and 'earlier' as for a store_append_fn; of the edit or deletion. */
typedef void store_revise_fn(void *arg, enum store_revised result,
                             struct cursor id, struct span earlier);

/* Edits or deletes what msg->of is, as one step: checks that msg->by said it, or
 * 'moderates', that it is there, and that there is time; replaces it in the list;
 * and gives 'msg' a place like any other.  */
struct store_call *store_revise(struct store *store, const struct message *msg,
                                struct span once, bool moderates,
                                store_revise_fn *on_done, void *arg);

/* The room at one moment.  'newest' is CURSOR_START for one in which nothing
 * was ever said.  'messages' are lent during the callback, oldest first. */
struct store_room {
    struct cursor newest;
    const struct redis_reply *reply;
    size_t count;
};

struct span store_room_message(const struct store_room *room, size_t index);

/* 'room' is NULL when Redis is away. */
typedef void store_read_fn(void *arg, const struct store_room *room);

/* Reads a room; nothing but its newest id when that is 'known' already. */
struct store_call *store_read(struct store *store, struct span room,
                              struct cursor known, store_read_fn *on_done,
                              void *arg);

/* The channel on which a room's messages are published, and back: SPAN_NONE
 * for a channel of another kind. */
size_t store_channel(char *to, size_t size, struct span room);
struct span store_channel_room(struct span channel);

/* The channel on which it is told what happens there now; see live.h. */
size_t store_live_channel(char *to, size_t size, struct span room);

/* --- who is in a room ---------------------------------------------------- */

/* Where more are there, or come and leave in a second, they are not told one by
 * one; and no list has more. */
#define STORE_CROWD 200
/* Redis does nothing else meanwhile: about half a millisecond. */
#define STORE_CHANGES_MAX 64
/* How often somebody may say that he is typing. */
#define STORE_TYPING_MS 3000

enum store_change_kind {
    STORE_ENTER,  /* this process holds something of his from now on */
    STORE_RENEW,  /* still */
    STORE_RENAME, /* the same, and he is called something else */
    STORE_LEAVE,  /* nothing any more */
};

struct store_change {
    enum store_change_kind kind;
    struct span person;
    struct span name;
};

struct store_changes {
    size_t count;
    struct store_change at[STORE_CHANGES_MAX];
};

/* What changed for the process that is called 'holder', and tells those who
 * listen what follows from it.  Those of whom nobody heard for a lease leave.
 * The number: after how many ms the room is to be looked at again, with or
 * without changes, as a count has to be told then; 0: nothing has to. */
struct store_call *store_presence_change(struct store *store, struct span room,
                                         struct span holder,
                                         const struct store_changes *changes,
                                         store_number_fn *on_done, void *arg);

/* Who is there: how many, and as many as are listed. */
struct store_present {
    size_t count;
    size_t listed;
    const struct redis_reply *reply;
};

/* Appends those listed, {"person":"a17","name":"Anna"} with commas between. */
void store_add_present(struct buf *json, const struct store_present *present);

/* 'present' is lent during the callback; NULL when Redis is away. */
typedef void store_present_fn(void *arg, const struct store_present *present);

/* Lists up to STORE_CROWD, or some of them. */
struct store_call *store_presence_list(struct store *store, struct span room,
                                       store_present_fn *on_done, void *arg);
struct store_call *store_presence_sample(struct store *store, struct span room,
                                         store_present_fn *on_done, void *arg);

/* He is typing: the number is 1 when that is told, 0 when it is too soon again, or
 * the room too full. */
struct store_call *store_presence_typing(struct store *store, struct span room,
                                         struct span person, struct span name,
                                         store_number_fn *on_done, void *arg);

/* --- sessions ------------------------------------------------------------ */

/* As Redis has it; lent during the callback. */
struct store_session {
    struct span name;
    int64_t account; /* 0: a guest */
};

/* 'session' is NULL when there is none, or none could be made. */
typedef void store_session_fn(void *arg, enum store_result result,
                              const struct store_session *session);

/* Looks a session up and prolongs it. */
struct store_call *store_session_find(struct store *store, struct span token,
                                      store_session_fn *on_done, void *arg);

/* An account that signs in. */
struct store_account {
    int64_t id;         /* 0: a guest, and the others are not looked at */
    int64_t since;      /* password_changed_at */
    struct span device; /* the User-Agent */
};

/* Makes a session.  None is made for an account whose sessions were ended since
 * its password was looked at. */
struct store_call *store_session_create(struct store *store, struct span token,
                                        struct span name,
                                        const struct store_account *account,
                                        store_session_fn *on_done, void *arg);

/* Which sessions are to end: 'only' one, given by its hash or, of an account, by
 * the beginning of that; or those of the account, but for 'keep', that began
 * with a password older than 'since' (0: all). */
struct store_ending {
    int64_t account;
    struct span only; /* SPAN_NONE: all of the account */
    struct span keep; /* a hash, or SPAN_NONE */
    int64_t since;
};

/* Ends them and tells store_sessions_channel; 'count' of them were there. */
struct store_call *store_session_end(struct store *store,
                                     const struct store_ending *ending,
                                     store_number_fn *on_done, void *arg);

/* One of an account's, lent during the callback. */
struct store_listed {
    struct span hash;
    uint64_t began_ms; /* wall clock, like the next */
    uint64_t seen_ms;
    struct span device;
};

/* 'reply' is for store_session_listed; NULL when Redis is away. */
typedef void store_list_fn(void *arg, const struct redis_reply *reply,
                           size_t count);
struct store_call *store_session_list(struct store *store, int64_t account,
                                      store_list_fn *on_done, void *arg);
struct store_listed store_session_listed(const struct redis_reply *reply,
                                         size_t index);

/* A guest is called 'name' from now on.  'count' is 1; 0 when another guest has
 * a name of that key or look; -1 when there is no such session. */
struct store_call *store_guest_rename(struct store *store, struct span token,
                                      const struct name *name,
                                      store_number_fn *on_done, void *arg);

/* The guests whose names have the key or the look of 'name', of which there may
 * be one each, are called 'others' from now on. */
#define STORE_GUESTS_EVICTED 2
struct store_call *store_guest_evict(
    struct store *store, const struct name *name,
    const struct span others[STORE_GUESTS_EVICTED], store_number_fn *on_done,
    void *arg);

/* What the session of that hash is called; it is not prolonged.  'session' has no
 * account. */
struct store_call *store_session_name(struct store *store, struct span hash,
                                      store_session_fn *on_done, void *arg);

/* Where it is told that a session has ended or changed. */
struct span store_sessions_channel(void);

enum store_session_event {
    STORE_SESSION_ENDED,
    STORE_SESSION_CHANGED, /* its name */
    STORE_SESSION_NEITHER, /* nothing of ours */
};

/* What is said there; 'hash' points into 'payload'. */
enum store_session_event store_session_event(struct span payload,
                                             struct span *hash);

/* --- rooms --------------------------------------------------------------- */

/* One of somebody's rooms. */
struct store_unread {
    struct span room;   /* the caller's */
    struct cursor read; /* up to where; CURSOR_START: nothing */
    /* What is found: */
    uint64_t count;
    bool is_more; /* than that: the list does not go back so far */
    char active_at[CLOCK_TEXT_SIZE]; /* of the newest message; "": none */
};

/* Finds them out.  'rooms' are the caller's until on_done, whose 'count' is
 * theirs. */
struct store_call *store_unread(struct store *store, struct store_unread *rooms,
                                size_t count, store_number_fn *on_done,
                                void *arg);

/* At once at most, and so many are remembered. */
#define STORE_ACTIVE_MAX  200
#define STORE_ACTIVE_KEPT 1000

/* Public rooms that somebody spoke in just now. */
void store_rooms_active(struct store *store, const struct span *rooms,
                        size_t count);

struct store_active {
    struct span room; /* lent with the reply */
    uint64_t at_ms;   /* wall clock */
};

/* 'count' of them, the last one first; for store_rooms_listed. */
struct store_call *store_rooms_list(struct store *store, size_t count,
                                    store_list_fn *on_done, void *arg);
struct store_active store_rooms_listed(const struct redis_reply *reply,
                                       size_t index);

/* --- limits -------------------------------------------------------------- */

/* So many attempts at once, and then one each 'every_ms'. */
struct store_budget {
    unsigned burst;
    unsigned every_ms;
};

/* What an attempt counts against, as limits.h tells. */
struct store_limit {
    const char *what;
    struct span place; /* at most STORE_PLACE_MAX */
    struct span name;  /* SPAN_NONE: by_address only */
    struct store_budget by_address;
    struct store_budget by_account;
    struct store_budget by_pair;  /* for a stranger */
    struct store_budget by_known; /* for who is known there, and nothing else */
};

#define STORE_PLACE_MAX 64

/* The number: how many ms to wait; 0 when it is allowed, and has been counted. */
struct store_call *store_limit_try(struct store *store,
                                   const struct store_limit *limit,
                                   store_number_fn *on_done, void *arg);

/* The attempt was right, so it is not counted, and the name is known there for
 * 'known_s'.  'limit' has a name; the number is 0. */
struct store_call *store_limit_done(struct store *store,
                                    const struct store_limit *limit,
                                    unsigned known_s, store_number_fn *on_done,
                                    void *arg);

#endif
