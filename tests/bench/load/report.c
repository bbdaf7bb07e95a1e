#include "load/report.h"

#include <inttypes.h>

#include "load/nanos.h"

static void print_count(FILE *to, const char *name, uint64_t value)
{
    fprintf(to, ",\"%s\":%" PRIu64, name, value);
}

static void print_number(FILE *to, const char *name, double value)
{
    fprintf(to, ",\"%s\":%.3f", name, value);
}

/* In milliseconds. */
static void print_histogram(FILE *to, const char *name,
                            const struct histogram *histogram)
{
    static const struct {
        const char *name;
        double fraction;
    } points[] = {
        {"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999}, {"max", 1},
    };

    fprintf(to, ",\"%s\":{\"count\":%" PRIu64, name, histogram->count);
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++)
        print_number(to, points[i].name,
                     nanos_to_ms(histogram_at(histogram, points[i].fraction)));
    fputc('}', to);
}

static void print_options(FILE *to, const struct options *options)
{
    fprintf(to,
            "{\"label\":\"%s\",\"dialect\":\"%s\",\"transport\":\"%s\","
            "\"rooms\":%u,\"readers\":%u,\"posters\":%u,\"size\":%u",
            options->label, options->dialect->name,
            transport_names[options->transport], options->rooms,
            options->readers, options->posters, options->size);
}

static void print_ledger(FILE *to, const struct run *run)
{
    const struct ledger_counts counts = run_counts(run);

    print_count(to, "lost", counts.lost);
    print_count(to, "doubled", counts.doubled);
    print_count(to, "reordered", counts.reordered);
    print_count(to, "strange", counts.strange);
}

/* Per second: posts while they were posted, deliveries until the last was
 * made, so that one who lags behind gains nothing by it. */
static void print_tally(FILE *to, const struct tally *tally)
{
    const double posting_s =
        nanos_to_s(tally->posting_end_ns - tally->begin_ns);
    const uint64_t end_ns = tally->end_ns > tally->posting_end_ns
                                ? tally->end_ns
                                : tally->posting_end_ns;

    print_number(to, "seconds", posting_s);
    print_count(to, "posts", tally->posts);
    print_count(to, "posts_failed", tally->posts_failed);
    print_number(to, "posts_per_s", (double)tally->posts / posting_s);
    print_count(to, "deliveries", tally->deliveries);
    print_number(to, "deliveries_per_s",
                 (double)tally->deliveries /
                     nanos_to_s(end_ns - tally->begin_ns));
    print_count(to, "replies", tally->replies);
    print_count(to, "empty", tally->empty);
    print_count(to, "refusals", tally->refusals);
    print_count(to, "broken", tally->broken);
    print_count(to, "ended", tally->ended);
    print_count(to, "gaps", tally->gaps);
    print_count(to, "bytes_read", tally->bytes_read);
    print_count(to, "bytes_sent", tally->bytes_sent);
    print_number(to, "lateness_ms", nanos_to_ms(tally->lateness_ns));
    print_histogram(to, "told_ms", &tally->told);
    print_histogram(to, "last_told_ms", &tally->last_told);
    print_histogram(to, "post_ms", &tally->acknowledged);
}

static void print_probe(FILE *to, const struct probe_board *board)
{
    if (board == NULL)
        return;
    print_histogram(to, "probe_herd_ms", &board->herd);
    print_histogram(to, "probe_quiet_ms", &board->quiet);
    print_count(to, "probe_failed", board->failed);
}

static void print_memory(FILE *to, const struct run *run, unsigned group)
{
    static const struct {
        const char *name;
        enum moment moment;
    } moments[] = {
        {"start", MOMENT_START},
        {"held", MOMENT_HELD},
        {"end", MOMENT_END},
    };

    for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++) {
        const struct usage *usage = &run->usage[moments[i].moment][group];

        fprintf(to, ",\"%s\":{\"rss_kb\":%" PRIu64 ",\"pss_kb\":%" PRIu64 "}",
                moments[i].name, usage->rss_kb, usage->pss_kb);
    }
}

/* Processor time while it was measured, and memory at three moments. */
static void print_groups(FILE *to, const struct run *run)
{
    fputs(",\"cost\":{", to);
    for (unsigned i = 0; i < run->options->group_count; i++) {
        const struct usage *before = &run->usage[MOMENT_MEASURED][i];
        const struct usage *after = &run->usage[MOMENT_END][i];

        fprintf(to,
                "%s\"%s\":{\"user_s\":%.3f,\"system_s\":%.3f,\"processes\":%u",
                i > 0 ? "," : "", run->options->groups[i].name,
                (double)(after->user_ms - before->user_ms) / 1000,
                (double)(after->system_ms - before->system_ms) / 1000,
                run->options->groups[i].count);
        print_memory(to, run, i);
        fputc('}', to);
    }
    fputc('}', to);
}

void report_print(FILE *to, const struct run *run)
{
    print_options(to, run->options);
    print_tally(to, &run->stage.tally);
    print_ledger(to, run);
    print_probe(to, run->probe.board);
    print_groups(to, run);
    print_number(to, "own_cpu_s", (double)run->own_cpu_ms / 1000);
    fputs("}\n", to);
}
