#include "member.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/descriptors.h"
#include "base/log.h"
#include "base/mem.h"
#include "io/fastcgi_listen.h"

#define START_LOOK_MS     2
#define START_WITHOUT_MS  1000
#define DRAIN_LOOK_MS     50
#define DRAIN_QUIET_LOOKS 3
/* What is kept for sharing is given up so often: some of it is large. */
#define HOUSEKEEPING_MS 5000

#define EVENT_SIZE 32

/* "worker_ready" */
static const char *event(char text[EVENT_SIZE], const struct member *member,
                         const char *what)
{
    snprintf(text, EVENT_SIZE, "%s_%s", member->role->kind, what);
    return text;
}

/* --- going --------------------------------------------------------------- */

static void on_drain_look(void *arg)
{
    struct member *member = arg;
    struct loop *loop = member->core->loop;

    if (member->role->is_quiet(member->arg))
        member->quiet_looks++;
    else
        member->quiet_looks = 0;
    if (member->quiet_looks >= DRAIN_QUIET_LOOKS ||
        loop_now_ms(loop) >= member->drain_deadline_ms)
        loop_stop(loop);
}

static void on_terminate(int signum, void *arg)
{
    struct member *member = arg;
    const struct core *core = member->core;
    char text[EVENT_SIZE];

    if (member->is_draining)
        return;
    member->is_draining = true;
    log_info(event(text, member, "draining"), "%s=%u signal=%d held=%zu",
             member->role->kind, member->number, signum,
             hub_waiting(core->hub));
    presence_drain(core->presence);
    member->role->on_drain(member->arg);
    member->drain_deadline_ms =
        loop_now_ms(core->loop) + core->config->drain_ms;
    loop_timer_start(member->drain_look, DRAIN_LOOK_MS, DRAIN_LOOK_MS);
}

/* --- coming -------------------------------------------------------------- */

static void tell_ready(int ready_fd)
{
    if (ready_fd == -1)
        return;
    if (write(ready_fd, "r", 1) != 1)
        log_warn_errno("ready_not_told", NULL);
    close(ready_fd);
}

static void on_start_look(void *arg)
{
    struct member *member = arg;
    const struct core *core = member->core;
    char text[EVENT_SIZE];

    if (member->is_draining) {
        loop_timer_stop(member->start_look);
        return;
    }
    if (!core_is_ready(core) &&
        loop_now_ms(core->loop) - core->begun_ms < START_WITHOUT_MS)
        return;
    loop_timer_stop(member->start_look);
    member->role->on_open(member->arg);
    log_info(event(text, member, "ready"), "%s=%u pid=%d", member->role->kind,
             member->number, (int)getpid());
    tell_ready(member->ready_fd);
}

static void on_housekeeping(void *arg)
{
    struct member *member = arg;

    member->role->on_housekeeping(member->arg);
}

/* Until the loop listens for them: libfcgi's own handlers swallow what comes
 * between its start and ours. */
static void hold_signals(int how)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(how, &set, NULL);
}

void member_start(struct member *member, struct core *core, void *arg)
{
    struct loop *loop = core->loop;

    member->core = core;
    member->arg = arg;
    member->drain_look = loop_timer_new(loop, on_drain_look, member);
    member->housekeeping = loop_timer_new(loop, on_housekeeping, member);
    loop_timer_start(member->housekeeping, HOUSEKEEPING_MS, HOUSEKEEPING_MS);
    member->start_look = loop_timer_new(loop, on_start_look, member);
    loop_timer_start(member->start_look, START_LOOK_MS, START_LOOK_MS);
    loop_on_signal(loop, SIGTERM, on_terminate, member);
    loop_on_signal(loop, SIGINT, on_terminate, member);
    hold_signals(SIG_UNBLOCK);
}

void member_run(struct member *member)
{
    char text[EVENT_SIZE];

    loop_run(member->core->loop);
    log_info(event(text, member, "done"), "%s=%u pid=%d", member->role->kind,
             member->number, (int)getpid());
}

void member_fini(struct member *member)
{
    loop_timer_free(member->start_look);
    loop_timer_free(member->drain_look);
    loop_timer_free(member->housekeeping);
}

/* --- what it is told at its start ---------------------------------------- */

static bool parse_arguments(struct member *member, int argc, char **argv)
{
    for (int i = 0; i + 1 < argc; i += 2) {
        const struct span name = span_of(argv[i]);
        char *end;
        long value = strtol(argv[i + 1], &end, 10);

        if (*end != '\0' || value < 0 || value > 0xffff)
            return false;
        if (span_is(name, "--number"))
            member->number = (unsigned)value;
        else if (span_is(name, "--listen-fd"))
            member->listen_fd = (int)value;
        else if (span_is(name, "--ready-fd"))
            member->ready_fd = (int)value;
        else
            return false;
    }
    return argc % 2 == 0;
}

int member_init(struct member *member, const struct member_role *role,
                const struct config *config, const char *listen, int argc,
                char **argv)
{
    char process[24];

    member->role = role;
    member->number = 1;
    member->listen_fd = member->ready_fd = -1;
    if (!parse_arguments(member, argc, argv)) {
        log_error("usage",
                  "%s=\"[--number N] [--listen-fd FD] [--ready-fd FD]\"",
                  role->kind);
        return 2;
    }
    snprintf(process, sizeof(process), "%s-%u", role->kind, member->number);
    log_init(config->log_level, process);
    descriptors_raise(role->descriptors_max);
    hold_signals(SIG_BLOCK);
    if (member->listen_fd == -1) {
        char *address = config_listen_address(listen, member->number);

        member->listen_fd = fastcgi_listen(address);
        mem_free(address);
    }
    return member->listen_fd != -1 ? 0 : 1;
}
