/* ledger.h -- who was told what: nothing lost, nothing doubled, one order.
 *
 * A room numbers what is sent into it: 0, 1, 2, …  That is not the order in
 * which the server stores them when several speak at once, so the order is
 * learnt from the readers: a message takes its place when the first of them is
 * told it, and everybody else has to be told in the order of the places.
 *
 *     n        0  1  2  3      sent
 *     place    1  2  -  3      0 first, then 1, then 3; 2 not told to anybody
 *
 * If the reader who is first told it is behind others, these have missed it, and
 * its place is not certain: it is adrift, after what that reader was told before
 * and, once he is told something else, before that.  So a loss is not taken for
 * a change of order as well.
 *
 * What can go wrong, and is counted:
 *
 *     doubled     a reader is told a message again
 *     reordered   a reader is told a message whose place is before the last one
 *                 he was told; or a message stands before one that had been
 *                 acknowledged before it was even sent
 *     lost        a message was acknowledged, or told to somebody, and some
 *                 reader was not told until the end
 *     strange     nobody sent that, or not then
 *
 * Pure: time is a number that the caller gives. */
#ifndef LEDGER_H
#define LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct ledger_entry {
    uint64_t sent_ns;
    uint64_t acknowledged_ns; /* 0: not (yet) */
    uint64_t told_ns;         /* when the latest reader was told */
    uint32_t told;            /* readers */
    uint32_t place;           /* from 1; 0: nobody was told, or it is adrift */
    uint32_t after;           /* adrift: it comes after this place, */
    uint32_t before;          /* and before that one */
    bool failed; /* refused, or never answered: may be there or not */
};

struct ledger_counts {
    uint64_t lost;
    uint64_t doubled;
    uint64_t reordered;
    uint64_t strange;
};

/* A room.  Zeroed, it is an empty one in which nobody reads. */
struct ledger {
    struct ledger_entry *entries; /* ours; by n */
    size_t count;
    size_t cap;
    uint32_t places;  /* given out */
    uint32_t readers; /* who are to be told everything */
    struct ledger_counts counts;
};

/* What one reader was told.  Zeroed, it is nothing. */
struct ledger_reader {
    uint64_t *told; /* ours; a bit for each n */
    size_t words;
    size_t count;   /* messages */
    uint32_t place; /* how far he is */
    struct buf
        adrift; /* uint32_t each: what he was told since, without place */
};

/* A message is sent at 'now_ns'; returns its number. */
uint32_t ledger_send(struct ledger *ledger, uint64_t now_ns);

/* The server said that it has it. */
void ledger_acknowledge(struct ledger *ledger, uint32_t n, uint64_t now_ns);

/* 'reader' is told message 'n' that says it was sent at 'sent_ns'.  True if
 * this is a delivery: of a message of this room, for the first time. */
bool ledger_tell(struct ledger *ledger, struct ledger_reader *reader,
                 uint32_t n, uint64_t sent_ns, uint64_t now_ns);

/* At the end: adds to counts->lost what 'reader' should have been told, and
 * was not. */
void ledger_audit_reader(struct ledger *ledger,
                         const struct ledger_reader *reader);

/* At the end, once: adds to counts->reordered the messages that stand before
 * one that was acknowledged before they were sent. */
void ledger_audit_order(struct ledger *ledger);

void ledger_fini(struct ledger *ledger);
void ledger_reader_fini(struct ledger_reader *reader);

#endif
