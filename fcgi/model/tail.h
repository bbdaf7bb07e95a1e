/* tail.h -- the newest messages of one room, as a worker knows them.
 *
 *        prev_seq of the oldest            newest.seq
 *                |                             |
 *     -----------+---[41]---[42]---[43]---[44]-+
 *        gone    '------- the entries -------'
 *
 * A reader who comes with a cursor is judged against it: has he seen
 * everything, is there news, is something between him and the oldest entry
 * already gone, or does his cursor not belong to this room's history at all?
 *
 * True whenever no function of this file is running:
 *
 *   1. The entries are in order of 'seq', and each one's prev_seq is the seq
 *      of the entry before it.  ('seq' itself may leap: see store.h.)
 *   2. No entry's seq is above newest.seq, and the last one's is newest.seq,
 *      unless the list in Redis lacks the newest (somebody deleted it).
 *   3. newest is CURSOR_START if and only if nothing was ever said here.
 *
 * An entry is the message as JSON, ready to be sent:
 *
 *     {"id":"5f-42",...,"client_id":null   ,"html":"<div ...>"}
 *     '---------- plain_len ------------'
 *     '------------------------ len --------------------------'
 *
 * Cut at plain_len and closed with a brace it is the message without html. */
#ifndef TAIL_H
#define TAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/cursor.h"

/* Entries beyond 'keep' stay until they are this old: in a busy room, so long may
 * a reader take to come back. */
#define TAIL_YOUNG_MS 1000
/* But never more than so many times 'keep'. */
#define TAIL_GROWTH 8

struct tail_entry {
    uint64_t seq;
    uint64_t prev_seq; /* 0: the first message of the room */
    uint64_t heard_ms; /* when it was published, by the clock of the loop; 0:
                          long ago */
    char *json;        /* ours */
    size_t len;
    size_t plain_len;
};

struct tail {
    struct cursor newest;
    size_t keep;                /* entries that are kept, however old */
    size_t count;               /* entries there are */
    size_t first;               /* index of the oldest in the ring */
    size_t cap;                 /* of the ring */
    struct tail_entry *entries; /* ours; a ring, NULL until there is one */
};

void tail_init(struct tail *tail, size_t keep);
void tail_fini(struct tail *tail);

/* Forgets the entries; 'newest' is the room's as Redis has it. */
void tail_restart(struct tail *tail, struct cursor newest);

enum tail_push {
    TAIL_PUSHED, /* it was the next one, and is the newest now */
    TAIL_KNOWN,  /* we had it already; nothing changed */
    TAIL_MISSED, /* something between our newest and it is missing here */
    TAIL_ALIEN,  /* of another epoch than what we have */
};

/* Adds a message that was just published.  With TAIL_PUSHED the tail owns
 * entry->json; with any other result it stays the caller's, and after MISSED
 * or ALIEN the list in Redis has to be read again. */
enum tail_push tail_push(struct tail *tail, uint64_t epoch,
                         const struct tail_entry *entry);

/* Adds one entry of the list in Redis, oldest first, between tail_restart and
 * the next push; owns entry->json.  newest stays what tail_restart said unless
 * the entry is newer. */
void tail_fill(struct tail *tail, uint64_t epoch,
               const struct tail_entry *entry);

enum tail_verdict {
    TAIL_NOTHING, /* the reader has seen everything */
    TAIL_NEWS,    /* entries from '*index' on are new to him */
    TAIL_GAP,     /* the same, and what came before them is gone */
    TAIL_STRANGE, /* his cursor is of another epoch, or ahead of us */
};

/* Judges a reader who has seen everything up to 'cursor'; CURSOR_ABSENT is a
 * reader who wants what there is.  '*index' counts from the oldest entry and
 * is set for NEWS and GAP. */
enum tail_verdict tail_judge(const struct tail *tail, struct cursor cursor,
                             size_t *index);

/* The entry at 'index', counted from the oldest.  Lent until the next change. */
const struct tail_entry *tail_at(const struct tail *tail, size_t index);

/* The entry of that id, NULL when there is none.  Lent in the same way. */
const struct tail_entry *tail_find(const struct tail *tail, struct cursor id);

/* Puts another text in the place of that entry's, which must be there.  Takes
 * 'json' over. */
void tail_replace(struct tail *tail, struct cursor id, char *json, size_t len,
                  size_t plain_len);

#endif
