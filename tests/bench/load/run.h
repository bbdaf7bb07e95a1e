/* run.h -- one run of a scenario, step by step.
 *
 *     enter      a session, where there are such
 *     prime      a message into every room, so that there is something to have
 *     gather     the readers come, get it, and wait
 *     warm up    a message into every room, which wakes all once
 *     measure    posting for the time given, at the pace given
 *     drain      until everybody was told everything, or nothing moves any more
 *     audit      what is missing now is lost
 *
 * All scenarios are this with other numbers. */
#ifndef RUN_H
#define RUN_H

#include "load/options.h"
#include "load/poster.h"
#include "load/probe.h"
#include "load/reader.h"
#include "load/stage.h"
#include "load/usage.h"

/* When the cost of the servers is looked at. */
enum moment {
    MOMENT_START,    /* nobody is here */
    MOMENT_HELD,     /* all readers wait, and nothing happens */
    MOMENT_MEASURED, /* measuring begins */
    MOMENT_END,      /* everybody was told */
    MOMENT_COUNT,
};

/* Who has to be posted to next. */
enum posting {
    POSTING_NOTHING,
    POSTING_ROUND, /* one message to every room that had none in this round */
    POSTING_PACED, /* as options->pace says, until posting_end_ns */
};

struct run {
    const struct options *options; /* outlive us */
    struct stage stage;
    struct posters posters;
    struct reader *readers; /* ours */
    struct probe probe;

    enum posting posting;
    uint64_t posted; /* in this round, or since measuring began */
    uint64_t posting_begin_ns;
    uint64_t posting_end_ns;

    unsigned readers_started;
    unsigned readers_listening; /* a prefix of those started */

    struct usage usage[MOMENT_COUNT][USAGE_GROUPS_MAX];
    uint64_t own_cpu_ms; /* while measuring */
};

/* Does it all.  False after a line on stderr when it could not be done; a bad
 * result is a result. */
bool run_execute(struct run *run, const struct options *options);

/* The ledgers of all rooms together. */
struct ledger_counts run_counts(const struct run *run);

void run_fini(struct run *run);

#endif
