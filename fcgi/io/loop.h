/* loop.h -- the event loop (libuv), and what one waits for with it.
 *
 * One thread, one loop.  A turn of it:
 *
 *     descriptors that are ready --> timers --> tasks --> log_flush --> sleep
 *
 * Descriptors are watched through an epoll set of our own that stands in
 * libuv's as a single member.  That costs one system call more per turn and
 * saves what matters with ten thousand connections: 160 bytes of uv_poll_t and
 * three system calls for each; and it gives edge-triggered readiness, without
 * which a half-sent request that is only peeked at would wake us for ever.
 *
 * Callbacks never run inside the call that asks for them. */
#ifndef LOOP_H
#define LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/list.h"

struct loop;

/* Never NULL: without a loop there is no program, so failing to make one ends
 * it. */
struct loop *loop_new(void);
void loop_free(struct loop *loop);

/* The loop as libuv knows it, for a library that turns on it too. */
void *loop_uv(struct loop *loop);

/* Turns until loop_stop. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* A turn without sleep, of a loop that is not running. */
void loop_turn(struct loop *loop);

/* The monotonic time at which this turn began, in ms. */
uint64_t loop_now_ms(const struct loop *loop);

/* The longest that a turn took since the last call, without its sleep, in
 * microseconds: how long somebody may have had to wait for the loop. */
uint64_t loop_take_longest_turn_us(struct loop *loop);

/* --- descriptors --------------------------------------------------------- */

enum loop_events {
    LOOP_READ = 1,
    LOOP_WRITE = 2,
    LOOP_EDGE = 4,   /* tell once per change instead of as long as it is so */
    LOOP_HANGUP = 8, /* told only: the peer has closed, or sends no more; what
                        it sent before can still be read */
};

struct loop_watch;
typedef void loop_watch_fn(struct loop_watch *watch, unsigned ready);

/* Lives in its owner's struct, who finds himself with LIST_ITEM.  A hang-up and
 * an error count as readable and writable too: the next call on the descriptor
 * says what it is. */
struct loop_watch {
    int fd;
    loop_watch_fn *on_ready;
};

/* Returns 0, or -1 and errno.  'fd' stays the caller's and is closed after
 * loop_watch_stop. */
int loop_watch_start(struct loop *loop, struct loop_watch *watch, int fd,
                     unsigned events, loop_watch_fn *on_ready);
void loop_watch_change(struct loop *loop, struct loop_watch *watch,
                       unsigned events);

/* No callback after this, not even of readiness that was already noticed. */
void loop_watch_stop(struct loop *loop, struct loop_watch *watch);

/* --- tasks --------------------------------------------------------------- */

struct loop_task;
typedef void loop_task_fn(struct loop_task *task);

/* Zeroed at birth, lives in its owner's struct. */
struct loop_task {
    struct list_node link;
    loop_task_fn *run;
};

/* Runs 'task' once, at the end of this turn; asked for while the tasks of this
 * turn are running, at the end of the next, which then begins without sleep
 * but not before the descriptors had their chance.  A task that is asked for
 * already is not asked for twice. */
void loop_task_start(struct loop *loop, struct loop_task *task,
                     loop_task_fn *run);
void loop_task_cancel(struct loop_task *task);

/* --- timers and signals -------------------------------------------------- */

struct loop_timer;
typedef void loop_timer_fn(void *arg);

struct loop_timer *loop_timer_new(struct loop *loop, loop_timer_fn *on_time,
                                  void *arg);

/* Calls on_time after 'delay_ms', and every 'repeat_ms' after that unless it is
 * 0.  Starting it again replaces that. */
void loop_timer_start(struct loop_timer *timer, uint64_t delay_ms,
                      uint64_t repeat_ms);
void loop_timer_stop(struct loop_timer *timer);
void loop_timer_free(struct loop_timer *timer); /* NULL is fine */

typedef void loop_signal_fn(int signum, void *arg);

/* From now to the end of the loop. */
void loop_on_signal(struct loop *loop, int signum, loop_signal_fn *on_signal,
                    void *arg);

/* --- names --------------------------------------------------------------- */

struct loop_lookup;

/* 'address' is numeric text, lent during the callback; NULL with 'error' when
 * the name has none. */
typedef void loop_lookup_fn(void *arg, const char *address, const char *error);

/* Looks up an address of 'host' on a thread of libuv's pool: the 'nth' (from 0,
 * and round again) of those that it has, for who tries one after the other. */
struct loop_lookup *loop_lookup_start(struct loop *loop, const char *host,
                                      unsigned nth, loop_lookup_fn *on_found,
                                      void *arg);
void loop_lookup_cancel(struct loop_lookup *lookup);

/* --- work that blocks ---------------------------------------------------- */

struct loop_work;
typedef void loop_work_fn(void *arg);

/* Runs 'run' on a thread of libuv's pool, where it may block and touches
 * nothing but what 'arg' owns; then, back on the loop, exactly one of
 *
 *     on_done     it was run
 *     on_dropped  it was cancelled: the thread is through with 'arg', or never
 *                 saw it
 *
 * is called, once, and 'arg' may be freed from then on.  The pool has four
 * threads (UV_THREADPOOL_SIZE) and an endless queue, which all that blocks here
 * shares: who may be asked a lot keeps a short queue of its own. */
struct loop_work *loop_work_start(struct loop *loop, loop_work_fn *run,
                                  loop_work_fn *on_done,
                                  loop_work_fn *on_dropped, void *arg);

/* The result of loop_work_start is dead after this.  What has begun runs to its
 * end all the same. */
void loop_work_cancel(struct loop_work *work);

#endif
