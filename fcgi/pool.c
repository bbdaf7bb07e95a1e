/* pool.c -- the parent of one host's workers and gateways.
 *
 * It holds the listening sockets and serves nobody: a member that dies or is
 * replaced leaves its socket open, so that whoever connects meanwhile waits in
 * its queue instead of being refused.
 *
 * A slot is the place of one member, with its kind, its number and its socket:
 *
 *     EMPTY --spawn--> STARTING --says "ready"--> RUNNING
 *       ^                  |                         |
 *       +--- after a while, longer each time ---- dies
 *
 *     SIGHUP   in one slot after the other: start a second process; when it is
 *              ready, tell the first to go; when that is gone, the next slot
 *     SIGTERM  tell all to go, and go when they are gone */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "io/fastcgi_listen.h"
#include "io/loop.h"
#include "programs.h"

#define RESTART_MIN_MS 100
#define RESTART_MAX_MS 10000
/* Who lived so long died of something new. */
#define HEALTHY_MS 10000
/* From the start of a replacement to its "ready". */
#define RELOAD_TIMEOUT_MS 10000
/* Beyond the members' own drain, before they are killed. */
#define KILL_GRACE_MS 5000
/* The descriptors that a member finds its socket and its ready pipe on. */
#define MEMBER_LISTEN_FD 3
#define MEMBER_READY_FD  4

#define EVENT_SIZE 32

struct process {
    struct slot *slot;
    pid_t pid; /* 0: none */
    uint64_t begun_ms;
    struct loop_watch ready; /* the pipe it says so on; fd -1: closed */
};

struct slot {
    struct pool *pool;
    const char *kind; /* "worker" or "gateway": the name of its program */
    unsigned number;  /* from 1 in each kind */
    char *address;    /* ours */
    int listen_fd;
    struct process current;
    struct process next; /* the replacement, while it starts */
    pid_t leaving;       /* who was replaced, until it is gone; 0: none */
    struct loop_timer *restart;
    uint64_t restart_ms; /* the next delay */
};

struct pool {
    const struct config *config;
    struct loop *loop;
    struct slot *slots;
    unsigned count;
    char *binary; /* ours: the path of this program */
    bool is_stopping;
    bool is_reloading;
    bool reload_again;
    unsigned reload_slot; /* the slot being replaced */
    struct loop_timer *kill;
};

static void reload_next(struct pool *pool);

/* "worker_died" */
static const char *event(char text[EVENT_SIZE], const struct slot *slot,
                         const char *what)
{
    snprintf(text, EVENT_SIZE, "%s_%s", slot->kind, what);
    return text;
}

/* --- starting a member --------------------------------------------------- */

/* In the child.  Only what may be called between fork and exec. */
static _Noreturn void become_member(const struct slot *slot, pid_t parent,
                                    int ready_fd)
{
    /* High copies first, so that neither lands on the other's place. */
    int high_listen = fcntl(slot->listen_fd, F_DUPFD_CLOEXEC, 10);
    int high_ready = fcntl(ready_fd, F_DUPFD_CLOEXEC, 10);
    char number[12];
    char listen_fd[12];
    char ready[12];
    sigset_t none;

    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(1); /* it died before we asked to hear of it */
    for (int signum = 1; signum < NSIG; signum++)
        signal(signum, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    /* What dup2 makes stays open across exec. */
    dup2(high_listen, MEMBER_LISTEN_FD);
    dup2(high_ready, MEMBER_READY_FD);
    snprintf(number, sizeof(number), "%u", slot->number);
    snprintf(listen_fd, sizeof(listen_fd), "%d", MEMBER_LISTEN_FD);
    snprintf(ready, sizeof(ready), "%d", MEMBER_READY_FD);
    execl(slot->pool->binary, "holdline", slot->kind, "--number", number,
          "--listen-fd", listen_fd, "--ready-fd", ready, (char *)NULL);
    _exit(127);
}

static void on_ready(struct loop_watch *watch, unsigned ready);

static void process_close_ready(struct pool *pool, struct process *process)
{
    if (process->ready.fd == -1)
        return;
    loop_watch_stop(pool->loop, &process->ready);
    close(process->ready.fd);
    process->ready.fd = -1;
}

/* A libuv signal handler must not run in the child, where it would write into
 * the parent's pipe: no signals until become_member has put the defaults
 * back. */
static pid_t fork_quietly(void)
{
    sigset_t all;
    sigset_t before;
    pid_t pid;
    int error;

    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid = fork();
    error = errno;
    if (pid != 0)
        sigprocmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return pid;
}

/* False, after a line in the log, when there is no process to be had. */
static bool process_start(struct slot *slot, struct process *process)
{
    const pid_t parent = getpid();
    int pipe_fds[2];

    log_flush(); /* or the child would have the lines too */
    if (pipe2(pipe_fds, O_CLOEXEC | O_NONBLOCK) == -1) {
        log_error_errno("pipe_failed", "%s=%u", slot->kind, slot->number);
        return false;
    }
    process->pid = fork_quietly();
    if (process->pid == 0)
        become_member(slot, parent, pipe_fds[1]);
    close(pipe_fds[1]);
    if (process->pid == -1) {
        log_error_errno("fork_failed", "%s=%u", slot->kind, slot->number);
        process->pid = 0;
        close(pipe_fds[0]);
        return false;
    }
    process->begun_ms = loop_now_ms(slot->pool->loop);
    if (loop_watch_start(slot->pool->loop, &process->ready, pipe_fds[0],
                         LOOP_READ, on_ready) == -1) {
        close(pipe_fds[0]);
        process->ready.fd = -1;
    }
    return true;
}

static void slot_start(void *arg)
{
    struct slot *slot = arg;

    if (!process_start(slot, &slot->current))
        loop_timer_start(slot->restart, RESTART_MAX_MS, 0);
}

/* --- what members do ----------------------------------------------------- */

/* The replacement serves: the first process may go. */
static void slot_swap(struct slot *slot)
{
    char text[EVENT_SIZE];
    slot->leaving = slot->current.pid;
    process_close_ready(slot->pool, &slot->current);
    slot->current.pid = slot->next.pid;
    slot->current.begun_ms = slot->next.begun_ms;
    slot->next.pid = 0;
    log_info(event(text, slot, "replaced"), "%s=%u pid=%d leaving=%d",
             slot->kind, slot->number, (int)slot->current.pid,
             (int)slot->leaving);
    if (slot->leaving == 0) {
        reload_next(slot->pool);
        return;
    }
    kill(slot->leaving, SIGTERM);
    loop_timer_start(slot->pool->kill,
                     slot->pool->config->drain_ms + KILL_GRACE_MS, 0);
}

static void on_ready(struct loop_watch *watch, unsigned ready)
{
    char text[EVENT_SIZE];
    struct process *process = LIST_ITEM(watch, struct process, ready);
    struct slot *slot = process->slot;
    char byte;
    bool says_so = read(watch->fd, &byte, 1) == 1;

    (void)ready;
    process_close_ready(slot->pool, process);
    if (!says_so)
        return; /* it died; SIGCHLD tells the rest */
    log_debug(event(text, slot, "is_ready"), "%s=%u pid=%d", slot->kind,
              slot->number, (int)process->pid);
    if (process == &slot->next)
        slot_swap(slot);
}

static void log_death(const struct slot *slot, pid_t pid, int status)
{
    char text[EVENT_SIZE];
    if (WIFSIGNALED(status))
        log_error(event(text, slot, "died"), "%s=%u pid=%d signal=%d",
                  slot->kind, slot->number, (int)pid, WTERMSIG(status));
    else
        log_error(event(text, slot, "died"), "%s=%u pid=%d status=%d",
                  slot->kind, slot->number, (int)pid, WEXITSTATUS(status));
}

static void slot_restart_later(struct slot *slot, uint64_t lived_ms)
{
    char text[EVENT_SIZE];
    if (lived_ms >= HEALTHY_MS)
        slot->restart_ms = RESTART_MIN_MS;
    log_info(event(text, slot, "restarts"), "%s=%u in_ms=%llu", slot->kind,
             slot->number, (unsigned long long)slot->restart_ms);
    loop_timer_start(slot->restart, slot->restart_ms, 0);
    slot->restart_ms = slot->restart_ms * 2 < RESTART_MAX_MS
                           ? slot->restart_ms * 2
                           : RESTART_MAX_MS;
}

static void slot_lost_current(struct slot *slot, int status)
{
    struct pool *pool = slot->pool;
    const pid_t pid = slot->current.pid;

    process_close_ready(pool, &slot->current);
    slot->current.pid = 0;
    if (pool->is_stopping)
        return;
    log_death(slot, pid, status);
    /* Its replacement is on its way already. */
    if (slot->next.pid == 0)
        slot_restart_later(slot,
                           loop_now_ms(pool->loop) - slot->current.begun_ms);
}

/* The new program does not come up: better the old one than none. */
static void slot_lost_next(struct slot *slot, int status)
{
    struct pool *pool = slot->pool;

    log_death(slot, slot->next.pid, status);
    process_close_ready(pool, &slot->next);
    slot->next.pid = 0;
    if (pool->is_stopping)
        return;
    log_error("reload_given_up", "%s=%u", slot->kind, slot->number);
    pool->is_reloading = false;
    pool->reload_again = false;
    loop_timer_stop(pool->kill);
    if (slot->current.pid == 0)
        slot_restart_later(slot, 0);
}

static bool is_empty(const struct pool *pool)
{
    for (unsigned i = 0; i < pool->count; i++) {
        const struct slot *slot = &pool->slots[i];

        if (slot->current.pid != 0 || slot->next.pid != 0 || slot->leaving != 0)
            return false;
    }
    return true;
}

static void pool_lost(struct pool *pool, pid_t pid, int status)
{
    for (unsigned i = 0; i < pool->count; i++) {
        struct slot *slot = &pool->slots[i];

        if (slot->current.pid == pid) {
            slot_lost_current(slot, status);
        } else if (slot->next.pid == pid) {
            slot_lost_next(slot, status);
        } else if (slot->leaving == pid) {
            slot->leaving = 0;
            if (!pool->is_stopping)
                reload_next(pool);
        }
    }
    if (pool->is_stopping && is_empty(pool))
        loop_stop(pool->loop);
}

/* --- signals ------------------------------------------------------------- */

static void on_child(int signum, void *arg)
{
    int status;
    pid_t pid;

    (void)signum;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        pool_lost(arg, pid, status);
}

static void signal_all(struct pool *pool, int signum)
{
    for (unsigned i = 0; i < pool->count; i++) {
        const struct slot *slot = &pool->slots[i];

        if (slot->current.pid != 0)
            kill(slot->current.pid, signum);
        if (slot->next.pid != 0)
            kill(slot->next.pid, signum);
        if (slot->leaving != 0)
            kill(slot->leaving, signum);
    }
}

static void on_terminate(int signum, void *arg)
{
    struct pool *pool = arg;

    if (pool->is_stopping)
        return;
    pool->is_stopping = true;
    log_info("pool_stopping", "signal=%d", signum);
    for (unsigned i = 0; i < pool->count; i++)
        loop_timer_stop(pool->slots[i].restart);
    signal_all(pool, SIGTERM);
    loop_timer_start(pool->kill, pool->config->drain_ms + KILL_GRACE_MS, 0);
    if (is_empty(pool))
        loop_stop(pool->loop);
}

/* The replacement that does not get ready, or else the first that does not go.
 * (To kill process 0 would be to kill everybody around us.) */
static void slot_kill_stuck(const struct slot *slot)
{
    char text[EVENT_SIZE];
    const pid_t pid = slot->next.pid != 0 ? slot->next.pid : slot->leaving;

    if (pid == 0)
        return;
    log_error(event(text, slot, "killed"), "%s=%u pid=%d why=\"it is stuck\"",
              slot->kind, slot->number, (int)pid);
    kill(pid, SIGKILL);
}

/* Somebody did not come or go in time: all of them, or the one whose place is
 * being taken.  SIGCHLD does the rest. */
static void on_kill(void *arg)
{
    struct pool *pool = arg;

    if (pool->is_stopping) {
        log_error("members_killed", "why=\"they did not go in time\"");
        signal_all(pool, SIGKILL);
    } else if (pool->is_reloading) {
        slot_kill_stuck(&pool->slots[pool->reload_slot]);
    }
}

/* Goes on with the slot after the one that is done. */
static void reload_next(struct pool *pool)
{
    if (!pool->is_reloading)
        return;
    while (++pool->reload_slot < pool->count) {
        struct slot *slot = &pool->slots[pool->reload_slot];

        loop_timer_stop(slot->restart);
        if (process_start(slot, &slot->next)) {
            loop_timer_start(pool->kill, RELOAD_TIMEOUT_MS, 0);
            return;
        }
        if (slot->current.pid == 0)
            slot_restart_later(slot, 0);
    }
    pool->is_reloading = false;
    loop_timer_stop(pool->kill);
    log_info("pool_reloaded", "members=%u", pool->count);
    if (pool->reload_again) {
        pool->reload_again = false;
        raise(SIGHUP);
    }
}

static void on_reload(int signum, void *arg)
{
    struct pool *pool = arg;

    (void)signum;
    if (pool->is_stopping)
        return;
    if (pool->is_reloading) {
        pool->reload_again = true;
        return;
    }
    log_info("pool_reloading", "members=%u", pool->count);
    pool->is_reloading = true;
    pool->reload_slot = UINT_MAX; /* one before the first */
    reload_next(pool);
}

/* --- the pool ------------------------------------------------------------ */

/* The path, not the file: after an upgrade SIGHUP starts the new program. */
static char *own_path(void)
{
    char path[4096];
    ssize_t len = readlink("/proc/self/exe", path, sizeof(path));

    if (len <= 0 || len == sizeof(path)) {
        log_error_errno("own_path_unknown", NULL);
        return NULL;
    }
    return mem_copy(path, (size_t)len);
}

static bool slot_open(struct pool *pool, unsigned index)
{
    const struct config *config = pool->config;
    const bool is_worker = index < config->workers;
    struct slot *slot = &pool->slots[index];

    slot->pool = pool;
    slot->kind = is_worker ? "worker" : "gateway";
    slot->number = 1 + (is_worker ? index : index - config->workers);
    slot->current = (struct process){.slot = slot, .ready = {.fd = -1}};
    slot->next = slot->current;
    slot->restart_ms = RESTART_MIN_MS;
    slot->restart = loop_timer_new(pool->loop, slot_start, slot);
    slot->address = config_listen_address(
        is_worker ? config->listen : config->gateway_listen, slot->number);
    slot->listen_fd = fastcgi_listen(slot->address);
    return slot->listen_fd != -1;
}

static void slot_close(struct slot *slot)
{
    if (slot->listen_fd > 0) {
        close(slot->listen_fd);
        if (strncmp(slot->address, "unix:", 5) == 0)
            unlink(slot->address + 5);
    }
    loop_timer_free(slot->restart);
    mem_free(slot->address);
}

static bool pool_open(struct pool *pool, const struct config *config)
{
    pool->config = config;
    pool->loop = loop_new();
    pool->kill = loop_timer_new(pool->loop, on_kill, pool);
    pool->count = config->workers + config->gateways;
    pool->slots = mem_alloc(pool->count * sizeof(*pool->slots));
    pool->binary = own_path();
    if (pool->binary == NULL)
        return false;
    for (unsigned i = 0; i < pool->count; i++) {
        if (!slot_open(pool, i))
            return false;
    }
    loop_on_signal(pool->loop, SIGCHLD, on_child, pool);
    loop_on_signal(pool->loop, SIGTERM, on_terminate, pool);
    loop_on_signal(pool->loop, SIGINT, on_terminate, pool);
    loop_on_signal(pool->loop, SIGHUP, on_reload, pool);
    return true;
}

static void pool_close(struct pool *pool)
{
    for (unsigned i = 0; i < pool->count; i++)
        slot_close(&pool->slots[i]);
    loop_timer_free(pool->kill);
    loop_free(pool->loop);
    mem_free(pool->slots);
    mem_free(pool->binary);
}

int pool_main(const struct config *config, int argc, char **argv)
{
    struct pool pool = {0};
    int status = 1;

    (void)argv;
    if (argc > 0) {
        log_error("usage", "serve=\"takes no arguments\"");
        return 2;
    }
    log_init(config->log_level, "pool");
    /* The embedded database has nobody else to do that. */
    if (config->workers > 0 && config->database.dialect == SQL_SQLITE &&
        !migrate_database(config))
        return 1;
    if (pool_open(&pool, config)) {
        log_info("pool_ready",
                 "workers=%u listen=%s gateways=%u gateway_listen=%s",
                 config->workers, log_quote(span_of(config->listen)),
                 config->gateways, log_quote(span_of(config->gateway_listen)));
        for (unsigned i = 0; i < pool.count; i++)
            slot_start(&pool.slots[i]);
        loop_run(pool.loop);
        log_info("pool_done", NULL);
        status = 0;
    }
    pool_close(&pool);
    return status;
}
