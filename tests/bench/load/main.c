/* main.c -- load: clients by the thousand, who count what they are told.
 *
 * One run of one scenario against one server, and one line of JSON about it;
 * tests/bench/bench makes scenarios of it.  One thread; to the loopback only.
 *
 * The files, from the bottom:
 *
 *     nanos histogram message ledger       pure: time, latencies, what is said,
 *     request response                     who was told what; HTTP, event
 *     eventstream frames                   streams, WebSockets
 *     conn later                           connections, second attempts
 *     dialect dialect_*                    what the servers speak
 *     stage reader poster                  the people, and what they share
 *     probe usage                          what it is like for others, what it
 *                                          costs
 *     options run report                   the steps of a run */
#include <string.h>

#include "load/options.h"
#include "load/report.h"
#include "load/run.h"

static struct run run; /* too large for the stack, with its histograms */

int main(int argc, char **argv)
{
    struct options options;
    bool is_done;

    if (argc == 2 && strcmp(argv[1], "help") == 0) {
        options_help(stdout);
        return 0;
    }
    if (!options_parse(&options, argc, argv))
        return 2;
    is_done = run_execute(&run, &options);
    if (is_done)
        report_print(stdout, &run);
    run_fini(&run);
    return is_done ? 0 : 1;
}
