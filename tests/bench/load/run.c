#include "load/run.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/mem.h"

/* Readers that may be on their way at once: well below what nginx's and the
 * worker's listening sockets queue up. */
#define ARRIVING_MAX 256

/* How long a step may make no progress before it has failed. */
#define PATIENCE_NS (10 * NANOS_PER_S)

/* After the last post: how long nothing may arrive before the rest counts as
 * lost.  Longer than any server here puts anything off. */
#define DRAIN_PATIENCE_NS (3 * NANOS_PER_S)

/* For what is still under way when all requests are out: a request that was
 * sent is not yet one that is held. */
#define SETTLE_NS (500 * NANOS_PER_MS)

/* --- turns --------------------------------------------------------------- */

/* When the next message is due; UINT64_MAX: not by the clock. */
static uint64_t next_post_ns(const struct run *run)
{
    const uint64_t now_ns = nanos_now();

    switch (run->posting) {
    case POSTING_NOTHING:
        return UINT64_MAX;
    case POSTING_ROUND:
        return run->posted < run->stage.room_count ? now_ns : UINT64_MAX;
    case POSTING_PACED:
        break;
    }
    switch (run->options->pace) {
    case PACE_RATE:
        return run->posting_begin_ns +
               (uint64_t)((double)run->posted / run->options->rate *
                          (double)NANOS_PER_S);
    case PACE_ANSWERED:
        return now_ns;
    case PACE_TOLD:
        return run->stage.outstanding == 0 && run->posters.busy == 0
                   ? now_ns
                   : UINT64_MAX;
    }
    return UINT64_MAX;
}

/* Posts what is due, as far as there is somebody free to post it. */
static void post_due(void *arg)
{
    struct run *run = arg;
    struct stage *stage = &run->stage;

    while (posters_are_free(&run->posters)) {
        const uint64_t due_ns = next_post_ns(run);
        const uint64_t now_ns = nanos_now();

        if (due_ns > now_ns ||
            (run->posting == POSTING_PACED && now_ns >= run->posting_end_ns))
            return;
        if (now_ns - due_ns > stage->tally.lateness_ns)
            stage->tally.lateness_ns = now_ns - due_ns;
        posters_say(&run->posters,
                    &stage->rooms[run->posted % stage->room_count]);
        run->posted++;
    }
}

/* Lets something happen, until 'until_ns' at most. */
static void turn(struct run *run, uint64_t until_ns)
{
    uint64_t post_ns;

    post_due(run);
    if (run->probe.board != NULL)
        atomic_store(&run->probe.board->is_herd, run->stage.outstanding > 0);
    post_ns = posters_are_free(&run->posters) ? next_post_ns(run) : UINT64_MAX;
    stage_turn(&run->stage, post_ns < until_ns ? post_ns : until_ns);
}

static void rest(struct run *run, uint64_t ns)
{
    const uint64_t end_ns = nanos_now() + ns;

    while (nanos_now() < end_ns)
        turn(run, end_ns);
}

/* Goes on until progress() returns what it should reach.  False when it has
 * not moved for 'patience_ns'. */
typedef uint64_t progress_fn(struct run *run);

static bool go_on(struct run *run, progress_fn *progress, uint64_t goal,
                  uint64_t patience_ns)
{
    uint64_t give_up_ns = nanos_now() + patience_ns;
    uint64_t last = UINT64_MAX;

    for (;;) {
        const uint64_t now = progress(run);

        if (now == goal)
            return true;
        if (now != last)
            give_up_ns = nanos_now() + patience_ns;
        else if (nanos_now() > give_up_ns)
            return false;
        last = now;
        turn(run, give_up_ns + NANOS_PER_MS);
    }
}

static void look_at_usage(struct run *run, enum moment moment)
{
    for (unsigned i = 0; i < run->options->group_count; i++)
        run->usage[moment][i] = usage_now(&run->options->groups[i]);
}

static bool fail(const struct run *run, const char *what)
{
    const struct tally *tally = &run->stage.tally;

    fprintf(stderr,
            "load: %s (%u of %u readers listen, %" PRIu64
            " replies were refusals, %" PRIu64 " connections broke, %" PRIu64
            " posts failed)\n",
            what, run->readers_listening, run->options->readers,
            tally->refusals, tally->broken, tally->posts_failed);
    return false;
}

/* --- the steps ----------------------------------------------------------- */

struct entry {
    struct identity *who;
    enum { ENTRY_ASKED, ENTRY_GIVEN, ENTRY_REFUSED } state;
    const struct dialect *dialect;
};

static void on_entry_reply(struct conn *conn, void *arg)
{
    struct entry *entry = arg;

    entry->state = entry->dialect->entered(&conn->response, entry->who)
                       ? ENTRY_GIVEN
                       : ENTRY_REFUSED;
}

static void on_entry_broken(struct conn *conn, void *arg)
{
    struct entry *entry = arg;

    (void)conn;
    entry->state = ENTRY_REFUSED;
}

static bool enter(struct run *run)
{
    static const struct conn_events events = {
        .on_reply = on_entry_reply,
        .on_broken = on_entry_broken,
    };
    struct stage *stage = &run->stage;
    struct entry entry = {.who = &stage->who, .dialect = stage->dialect};
    const struct ask ask = {.room = "", .cursor = "", .who = &stage->who};
    const uint64_t give_up_ns = nanos_now() + PATIENCE_NS;
    struct buf request = {0};
    struct conn conn;

    if (stage->dialect->enter == NULL)
        return true;
    stage->dialect->enter(&request, &ask);
    conn_init(&conn, &stage->net, &events, &entry);
    conn_ask(&conn, &request);
    while (entry.state == ENTRY_ASKED && nanos_now() < give_up_ns)
        turn(run, give_up_ns);
    conn_fini(&conn);
    buf_fini(&request);
    return entry.state == ENTRY_GIVEN;
}

/* How much is still to be done in a round. */
static uint64_t round_left(struct run *run)
{
    return run->stage.room_count - run->posted + run->posters.busy +
           run->stage.outstanding;
}

/* One message to every room, and everybody there has been told. */
static bool post_round(struct run *run)
{
    bool is_done;

    run->posted = 0;
    run->posting = POSTING_ROUND;
    is_done = go_on(run, round_left, 0, PATIENCE_NS);
    run->posting = POSTING_NOTHING;
    return is_done && run->stage.tally.posts_failed == 0;
}

/* Lets some more readers begin; returns how many listen already.  They were
 * not there when their room was primed, so that message is owed to each of
 * them from now on. */
static uint64_t gather_more(struct run *run)
{
    while (run->readers_listening < run->readers_started &&
           run->readers[run->readers_listening].state == READER_LISTENING)
        run->readers_listening++;
    while (run->readers_started < run->options->readers &&
           run->readers_started - run->readers_listening < ARRIVING_MAX) {
        struct reader *reader = &run->readers[run->readers_started];

        reader_init(
            reader, &run->stage,
            &run->stage.rooms[run->readers_started % run->stage.room_count],
            run->options->transport, run->options->with_sessions);
        run->stage.outstanding++;
        run->readers_started++;
        reader_start(reader);
    }
    return run->readers_listening;
}

static bool gather(struct run *run)
{
    if (!go_on(run, gather_more, run->options->readers, PATIENCE_NS))
        return false;
    rest(run, SETTLE_NS);
    return true;
}

static bool start_probe(struct run *run)
{
    return !run->options->with_probe ||
           probe_start(&run->probe, &run->options->server, run->stage.dialect,
                       &run->stage.who, run->stage.rooms[0].name);
}

static void forget_bytes(struct run *run)
{
    for (unsigned i = 0; i < run->readers_started; i++) {
        run->readers[i].conn.bytes_read = 0;
        run->readers[i].conn.bytes_sent = 0;
    }
}

static void count_bytes(struct run *run)
{
    for (unsigned i = 0; i < run->readers_started; i++) {
        run->stage.tally.bytes_read += run->readers[i].conn.bytes_read;
        run->stage.tally.bytes_sent += run->readers[i].conn.bytes_sent;
    }
}

static void measure(struct run *run)
{
    const uint64_t own_cpu_ms = usage_own_cpu_ms();
    const uint64_t begin_ns = nanos_now();
    struct tally *tally = &run->stage.tally;

    *tally = (struct tally){.begin_ns = begin_ns, .end_ns = begin_ns};
    forget_bytes(run);
    for (unsigned i = 0; i < run->stage.room_count; i++)
        run->stage.rooms[i].first_measured =
            (uint32_t)run->stage.rooms[i].ledger.count;
    run->posted = 0;
    run->posting_begin_ns = begin_ns;
    run->posting_end_ns =
        begin_ns + (uint64_t)(run->options->seconds * (double)NANOS_PER_S);
    run->posting = POSTING_PACED;
    while (nanos_now() < run->posting_end_ns)
        turn(run, run->posting_end_ns);
    run->posting = POSTING_NOTHING;
    tally->posting_end_ns = nanos_now();
    run->own_cpu_ms = usage_own_cpu_ms() - own_cpu_ms;
}

static uint64_t all_left(struct run *run)
{
    return run->posters.busy + run->stage.outstanding;
}

/* When the last reader had each message, where all of them had it. */
static void note_last_told(struct run *run, const struct room *room)
{
    const struct ledger *ledger = &room->ledger;

    for (uint32_t n = room->first_measured; n < ledger->count; n++) {
        const struct ledger_entry *entry = &ledger->entries[n];

        if (entry->told > 0 && entry->told == ledger->readers)
            histogram_add(&run->stage.tally.last_told,
                          entry->told_ns - entry->sent_ns);
    }
}

static void audit(struct run *run)
{
    for (unsigned i = 0; i < run->readers_started; i++)
        ledger_audit_reader(&run->readers[i].room->ledger,
                            &run->readers[i].told);
    for (unsigned i = 0; i < run->stage.room_count; i++) {
        ledger_audit_order(&run->stage.rooms[i].ledger);
        note_last_told(run, &run->stage.rooms[i]);
    }
}

/* --- all of it ----------------------------------------------------------- */

bool run_execute(struct run *run, const struct options *options)
{
    char prefix[ROOM_NAME_SIZE / 2];

    *run = (struct run){.options = options};
    snprintf(prefix, sizeof prefix, "b%x", (unsigned)getpid());
    if (!stage_open(&run->stage, options->dialect, &options->server,
                    options->rooms, prefix))
        return fail(run, "there is no epoll");
    run->stage.message_size = options->size;
    run->readers = mem_alloc((options->readers + 1) * sizeof run->readers[0]);
    posters_init(&run->posters, &run->stage, options->posters, post_due, run);

    look_at_usage(run, MOMENT_START);
    if (!enter(run))
        return fail(run, "no session was given");
    if (!post_round(run))
        return fail(run, "the first message of each room was not taken");
    if (!gather(run))
        return fail(run, "the readers did not all get the first message");
    look_at_usage(run, MOMENT_HELD);
    if (!post_round(run))
        return fail(run, "the second message of each room did not reach all");
    rest(run, SETTLE_NS);
    if (!start_probe(run))
        return fail(run, "no process for the probe");
    look_at_usage(run, MOMENT_MEASURED);
    measure(run);
    go_on(run, all_left, 0, DRAIN_PATIENCE_NS);
    count_bytes(run);
    look_at_usage(run, MOMENT_END);
    probe_stop(&run->probe);
    audit(run);
    return true;
}

struct ledger_counts run_counts(const struct run *run)
{
    struct ledger_counts all = {0};

    for (unsigned i = 0; i < run->stage.room_count; i++) {
        const struct ledger_counts *counts = &run->stage.rooms[i].ledger.counts;

        all.lost += counts->lost;
        all.doubled += counts->doubled;
        all.reordered += counts->reordered;
        all.strange += counts->strange;
    }
    return all;
}

void run_fini(struct run *run)
{
    probe_fini(&run->probe);
    for (unsigned i = 0; i < run->readers_started; i++)
        reader_fini(&run->readers[i]);
    mem_free(run->readers);
    posters_fini(&run->posters);
    stage_close(&run->stage);
}
