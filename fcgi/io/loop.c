#include "io/loop.h"

#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "base/log.h"
#include "base/mem.h"

/* Descriptors told about in one turn.  Small enough for a turn to stay short,
 * large enough for the system call to be shared by many. */
#define BATCH 256

struct loop {
    uv_loop_t uv;
    uv_poll_t descriptors; /* the epoll set below, as libuv sees it */
    uv_prepare_t turn_end;
    uv_idle_t no_sleep;  /* active while there are tasks for the next turn */
    struct list tasks;   /* asked for */
    struct list running; /* of this turn, while they run */
    int epoll_fd;
    /* What this turn was told about and has not handled yet: loop_watch_stop
     * takes what stops out of it. */
    struct epoll_event batch[BATCH];
    int batch_len;
    /* For loop_take_longest_turn_us, in nanoseconds. */
    uint64_t last_turn_end;
    uint64_t last_idle;
    uint64_t longest_turn;
};

struct loop_timer {
    uv_timer_t uv;
    loop_timer_fn *on_time;
    void *arg;
};

struct loop_signal {
    uv_signal_t uv;
    loop_signal_fn *on_signal;
    void *arg;
};

struct loop_lookup {
    uv_getaddrinfo_t uv;
    loop_lookup_fn *on_found; /* NULL: cancelled */
    void *arg;
    unsigned nth;
};

struct loop_work {
    uv_work_t uv;
    loop_work_fn *run;
    loop_work_fn *on_done;
    loop_work_fn *on_dropped;
    void *arg;
    bool is_cancelled; /* of the loop's thread */
};

static void must_uv(int result, const char *what)
{
    if (result < 0) {
        log_error("loop_failed", "what=%s error=\"%s\"", what,
                  uv_strerror(result));
        exit(1);
    }
}

static unsigned to_epoll(unsigned events)
{
    return ((events & LOOP_READ) ? EPOLLIN | EPOLLRDHUP : 0U) |
           ((events & LOOP_WRITE) ? EPOLLOUT : 0U) |
           ((events & LOOP_EDGE) ? EPOLLET : 0U);
}

static unsigned from_epoll(unsigned events)
{
    if (events & (EPOLLHUP | EPOLLERR))
        return LOOP_READ | LOOP_WRITE | LOOP_HANGUP;
    return ((events & (EPOLLIN | EPOLLRDHUP)) ? LOOP_READ : 0U) |
           ((events & EPOLLRDHUP) ? LOOP_HANGUP : 0U) |
           ((events & EPOLLOUT) ? LOOP_WRITE : 0U);
}

static void on_descriptors(uv_poll_t *poll, int status, int events)
{
    struct loop *loop = poll->data;

    (void)status;
    (void)events;
    loop->batch_len = epoll_wait(loop->epoll_fd, loop->batch, BATCH, 0);
    for (int i = 0; i < loop->batch_len; i++) {
        struct loop_watch *watch = loop->batch[i].data.ptr;

        if (watch != NULL)
            watch->on_ready(watch, from_epoll(loop->batch[i].events));
    }
    loop->batch_len = 0;
}

static void on_no_sleep(uv_idle_t *idle)
{
    (void)idle;
}

static void run_tasks(struct loop *loop)
{
    struct list_node *node;

    while ((node = list_pop(&loop->tasks)) != NULL)
        list_push(&loop->running, node);
    while ((node = list_pop(&loop->running)) != NULL) {
        struct loop_task *task = LIST_ITEM(node, struct loop_task, link);

        task->run(task);
    }
    if (list_is_empty(&loop->tasks))
        uv_idle_stop(&loop->no_sleep);
    else
        uv_idle_start(&loop->no_sleep, on_no_sleep);
}

/* A turn lasts from the end of the one before to now, less what libuv slept. */
static void measure_turn(struct loop *loop)
{
    uint64_t now = uv_hrtime();
    uint64_t idle = uv_metrics_idle_time(&loop->uv);
    uint64_t turn = now - loop->last_turn_end - (idle - loop->last_idle);

    if (loop->last_turn_end != 0 && turn > loop->longest_turn)
        loop->longest_turn = turn;
    loop->last_turn_end = now;
    loop->last_idle = idle;
}

static void on_turn_end(uv_prepare_t *prepare)
{
    struct loop *loop = prepare->data;

    run_tasks(loop);
    log_flush();
    measure_turn(loop);
}

struct loop *loop_new(void)
{
    struct loop *loop = mem_alloc(sizeof(*loop));

    list_init(&loop->tasks);
    list_init(&loop->running);
    must_uv(uv_loop_init(&loop->uv), "init");
    must_uv(uv_loop_configure(&loop->uv, UV_METRICS_IDLE_TIME), "metrics");
    loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (loop->epoll_fd == -1)
        must_uv(-errno, "epoll");
    must_uv(uv_poll_init(&loop->uv, &loop->descriptors, loop->epoll_fd),
            "poll");
    loop->descriptors.data = loop;
    must_uv(uv_poll_start(&loop->descriptors, UV_READABLE, on_descriptors),
            "poll");
    uv_prepare_init(&loop->uv, &loop->turn_end);
    loop->turn_end.data = loop;
    uv_prepare_start(&loop->turn_end, on_turn_end);
    uv_idle_init(&loop->uv, &loop->no_sleep);
    return loop;
}

static void free_data(uv_handle_t *handle)
{
    mem_free(handle->data);
}

static void close_handle(uv_handle_t *handle, void *arg)
{
    (void)arg;
    if (uv_is_closing(handle))
        return;
    /* Timers are freed by who made them; signals are ours. */
    uv_close(handle, handle->type == UV_SIGNAL ? free_data : NULL);
}

void loop_free(struct loop *loop)
{
    if (loop == NULL)
        return;
    uv_walk(&loop->uv, close_handle, NULL);
    uv_run(&loop->uv, UV_RUN_DEFAULT);
    uv_loop_close(&loop->uv);
    close(loop->epoll_fd);
    mem_free(loop);
    uv_library_shutdown();
}

void *loop_uv(struct loop *loop)
{
    return &loop->uv;
}

void loop_run(struct loop *loop)
{
    uv_run(&loop->uv, UV_RUN_DEFAULT);
}

void loop_stop(struct loop *loop)
{
    uv_stop(&loop->uv);
}

void loop_turn(struct loop *loop)
{
    uv_run(&loop->uv, UV_RUN_NOWAIT);
}

uint64_t loop_now_ms(const struct loop *loop)
{
    return uv_now(&loop->uv);
}

uint64_t loop_take_longest_turn_us(struct loop *loop)
{
    uint64_t us = loop->longest_turn / 1000;

    loop->longest_turn = 0;
    return us;
}

int loop_watch_start(struct loop *loop, struct loop_watch *watch, int fd,
                     unsigned events, loop_watch_fn *on_ready)
{
    struct epoll_event event = {.events = to_epoll(events), .data.ptr = watch};

    watch->fd = fd;
    watch->on_ready = on_ready;
    return epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

void loop_watch_change(struct loop *loop, struct loop_watch *watch,
                       unsigned events)
{
    struct epoll_event event = {.events = to_epoll(events), .data.ptr = watch};

    must_uv(epoll_ctl(loop->epoll_fd, EPOLL_CTL_MOD, watch->fd, &event) == -1
                ? -errno
                : 0,
            "watch");
}

void loop_watch_stop(struct loop *loop, struct loop_watch *watch)
{
    struct epoll_event unused = {0};

    if (watch->on_ready == NULL)
        return;
    epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, watch->fd, &unused);
    watch->on_ready = NULL;
    for (int i = 0; i < loop->batch_len; i++) {
        if (loop->batch[i].data.ptr == watch)
            loop->batch[i].data.ptr = NULL;
    }
}

void loop_task_start(struct loop *loop, struct loop_task *task,
                     loop_task_fn *run)
{
    task->run = run;
    if (!list_node_is_linked(&task->link))
        list_push(&loop->tasks, &task->link);
}

void loop_task_cancel(struct loop_task *task)
{
    list_remove(&task->link);
}

static void on_uv_timer(uv_timer_t *uv)
{
    struct loop_timer *timer = uv->data;

    timer->on_time(timer->arg);
}

struct loop_timer *loop_timer_new(struct loop *loop, loop_timer_fn *on_time,
                                  void *arg)
{
    struct loop_timer *timer = mem_alloc(sizeof(*timer));

    timer->on_time = on_time;
    timer->arg = arg;
    uv_timer_init(&loop->uv, &timer->uv);
    timer->uv.data = timer;
    return timer;
}

void loop_timer_start(struct loop_timer *timer, uint64_t delay_ms,
                      uint64_t repeat_ms)
{
    uv_timer_start(&timer->uv, on_uv_timer, delay_ms, repeat_ms);
}

void loop_timer_stop(struct loop_timer *timer)
{
    uv_timer_stop(&timer->uv);
}

void loop_timer_free(struct loop_timer *timer)
{
    if (timer != NULL)
        uv_close((uv_handle_t *)&timer->uv, free_data);
}

static void on_uv_signal(uv_signal_t *uv, int signum)
{
    struct loop_signal *s = uv->data;

    s->on_signal(signum, s->arg);
}

void loop_on_signal(struct loop *loop, int signum, loop_signal_fn *on_signal,
                    void *arg)
{
    struct loop_signal *s = mem_alloc(sizeof(*s));

    s->on_signal = on_signal;
    s->arg = arg;
    must_uv(uv_signal_init(&loop->uv, &s->uv), "signal");
    s->uv.data = s;
    must_uv(uv_signal_start(&s->uv, on_uv_signal, signum), "signal");
}

/* The n-th, counted round and round. */
static const struct addrinfo *nth_address(const struct addrinfo *first,
                                          unsigned nth)
{
    const struct addrinfo *at = first;

    while (nth-- > 0)
        at = at->ai_next != NULL ? at->ai_next : first;
    return at;
}

static void on_uv_lookup(uv_getaddrinfo_t *uv, int status,
                         struct addrinfo *found)
{
    struct loop_lookup *lookup = uv->data;
    loop_lookup_fn *on_found = lookup->on_found;
    void *arg = lookup->arg;
    char address[NI_MAXHOST] = "";

    if (status == 0) {
        const struct addrinfo *to = nth_address(found, lookup->nth);

        if (getnameinfo(to->ai_addr, to->ai_addrlen, address, sizeof(address),
                        NULL, 0, NI_NUMERICHOST) != 0)
            status = UV_EAI_FAIL;
    }
    uv_freeaddrinfo(found);
    mem_free(lookup);
    if (on_found == NULL)
        return;
    if (status == 0)
        on_found(arg, address, NULL);
    else
        on_found(arg, NULL, uv_strerror(status));
}

struct loop_lookup *loop_lookup_start(struct loop *loop, const char *host,
                                      unsigned nth, loop_lookup_fn *on_found,
                                      void *arg)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct loop_lookup *lookup = mem_alloc(sizeof(*lookup));

    lookup->on_found = on_found;
    lookup->arg = arg;
    lookup->nth = nth;
    lookup->uv.data = lookup;
    must_uv(uv_getaddrinfo(&loop->uv, &lookup->uv, on_uv_lookup, host, NULL,
                           &hints),
            "lookup");
    return lookup;
}

void loop_lookup_cancel(struct loop_lookup *lookup)
{
    lookup->on_found = NULL;
    uv_cancel((uv_req_t *)&lookup->uv);
}

static void run_work(uv_work_t *uv)
{
    struct loop_work *work = uv->data;

    work->run(work->arg);
}

/* 'status' is UV_ECANCELED for what was cancelled before it began: that it was
 * cancelled we know already. */
static void on_uv_work(uv_work_t *uv, int status)
{
    struct loop_work *work = uv->data;
    loop_work_fn *tell = work->is_cancelled ? work->on_dropped : work->on_done;
    void *arg = work->arg;

    (void)status;
    mem_free(work);
    tell(arg);
}

struct loop_work *loop_work_start(struct loop *loop, loop_work_fn *run,
                                  loop_work_fn *on_done,
                                  loop_work_fn *on_dropped, void *arg)
{
    struct loop_work *work = mem_alloc(sizeof(*work));

    work->run = run;
    work->on_done = on_done;
    work->on_dropped = on_dropped;
    work->arg = arg;
    work->uv.data = work;
    must_uv(uv_queue_work(&loop->uv, &work->uv, run_work, on_uv_work), "work");
    return work;
}

void loop_work_cancel(struct loop_work *work)
{
    work->is_cancelled = true;
    uv_cancel((uv_req_t *)&work->uv);
}
