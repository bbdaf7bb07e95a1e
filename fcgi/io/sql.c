#include "io/sql.h"

#include "base/clock.h"
#include "base/dice.h"
#include "base/fatal.h"
#include "base/list.h"
#include "base/log.h"
#include "base/mem.h"
#include "io/sql_private.h"

/* Of libuv's four threads: the others are for looking up names. */
#define CONNECTIONS 2
/* Some seconds of work; behind it nobody would wait any more. */
#define QUEUE_MAX 200
/* What waited for half of its time would not be done in the other half. */
#define QUEUE_MS 2500
#define JOB_MS   5000
/* A thread that answers in the last moment says more than we could. */
#define THREAD_GRACE_MS 500
#define TICK_MS         100
#define BACKOFF_MIN_MS  50
#define BACKOFF_MAX_MS  1000
/* At most one line in that time about jobs that fail while the database is
 * there: a full disk is one event. */
#define TELL_AGAIN_MS 5000

static const struct sql_patience patience = {
    .connect_ms = 2000, .statement_ms = 2000, .lock_ms = 2000};

enum sql_state {
    SQL_STARTING, /* not tried yet: jobs wait */
    SQL_UP,
    SQL_DOWN, /* jobs are refused; 'retry' will try */
};

struct sql_job {
    struct list_node link; /* in sql->waiting or sql->refused, or in none */
    struct sql *sql;
    const struct sql_work *work;
    void *data;
    sql_done_fn *on_done; /* NULL: cancelled, or told that it is too late */
    void *arg;
    uint64_t begun_ms;
    enum sql_result result;
};

/* A connection.  From loop_work_start to on_run_done all of it is the
 * thread's, but for 'job->on_done', which it does not look at. */
struct slot {
    struct sql *sql;
    struct sql_conn *conn; /* ours */
    bool is_busy;
    struct sql_job *job;    /* ours; NULL with is_busy: it only tries */
    enum sql_result result; /* of the connection; the job has its own */
};

struct sql {
    struct loop *loop; /* the caller's, outlives us */
    enum sql_state state;
    struct slot slots[CONNECTIONS];
    struct list waiting; /* jobs, oldest first */
    size_t waiting_count;
    struct list refused; /* jobs that end in this turn */
    struct loop_task tell_refused;
    struct loop_timer *tick; /* runs while there are jobs */
    bool is_ticking;
    struct loop_timer *retry;
    uint64_t backoff_ms;
    uint64_t down_since_ms;
    uint64_t told_ms; /* the last line about a job that failed */
    bool is_closing;
};

static void start_next(struct sql *sql);

static void job_free(struct sql_job *job)
{
    list_remove(&job->link);
    if (job->work->free != NULL)
        job->work->free(job->data);
    else
        mem_free(job->data);
    mem_free(job);
}

static void job_end(struct sql_job *job, enum sql_result result)
{
    sql_done_fn *on_done = job->on_done;

    job->on_done = NULL;
    if (on_done != NULL)
        on_done(job->arg, result, job->data);
    job_free(job);
}

/* --- refusing ------------------------------------------------------------ */

static void on_tell_refused(struct loop_task *task)
{
    struct sql *sql = LIST_ITEM(task, struct sql, tell_refused);
    struct list_node *node;

    while ((node = list_pop(&sql->refused)) != NULL) {
        struct sql_job *job = LIST_ITEM(node, struct sql_job, link);

        job_end(job, job->result);
    }
}

static void refuse(struct sql_job *job, enum sql_result result)
{
    struct sql *sql = job->sql;

    job->result = result;
    list_push(&sql->refused, &job->link);
    loop_task_start(sql->loop, &sql->tell_refused, on_tell_refused);
}

static struct sql_job *take_waiting(struct sql *sql)
{
    struct list_node *node = list_pop(&sql->waiting);

    if (node == NULL)
        return NULL;
    sql->waiting_count--;
    return LIST_ITEM(node, struct sql_job, link);
}

/* --- up and down --------------------------------------------------------- */

static void go_up(struct sql *sql)
{
    if (sql->state == SQL_DOWN)
        log_info(
            "sql_up", "down_ms=%llu",
            (unsigned long long)(loop_now_ms(sql->loop) - sql->down_since_ms));
    sql->state = SQL_UP;
    sql->backoff_ms = BACKOFF_MIN_MS;
}

static void go_down(struct sql *sql, const char *why)
{
    struct sql_job *job;

    if (sql->state != SQL_DOWN) {
        sql->down_since_ms = loop_now_ms(sql->loop);
        log_warn("sql_down", "why=%s", log_quote(span_of(why)));
    }
    sql->state = SQL_DOWN;
    while ((job = take_waiting(sql)) != NULL)
        refuse(job, SQL_AWAY);
    loop_timer_start(sql->retry, dice_shorten(sql->backoff_ms), 0);
    sql->backoff_ms = sql->backoff_ms * 2 < BACKOFF_MAX_MS ? sql->backoff_ms * 2
                                                           : BACKOFF_MAX_MS;
}

/* What is refused by the database though it is there: its disk is full, a
 * statement is wrong. */
static void tell_trouble(struct sql *sql, const struct slot *slot)
{
    const enum sql_result result = slot->job->result;
    const uint64_t now = loop_now_ms(sql->loop);

    if ((result != SQL_AWAY && result != SQL_FAILED) ||
        (sql->told_ms != 0 && now - sql->told_ms < TELL_AGAIN_MS))
        return;
    sql->told_ms = now;
    log_error("sql_job_failed", "job=%s result=%s why=%s",
              slot->job->work->name, sql_result_name(result),
              log_quote(span_of(sql_conn_error(slot->conn))));
}

/* --- running ------------------------------------------------------------- */

/* On a thread. */
static void run(void *arg)
{
    struct slot *slot = arg;
    struct sql_job *job = slot->job;

    slot->result = sql_conn_open(slot->conn);
    if (job == NULL)
        return;
    job->result = slot->result;
    if (slot->result != SQL_OK)
        return;
    slot->conn->deadline_ms = job->begun_ms + JOB_MS;
    job->result = job->work->run(slot->conn, job->data);
    slot->conn->deadline_ms = 0;
    sql_rollback(slot->conn);
}

static void sql_delete(struct sql *sql);

static void on_run_done(void *arg)
{
    struct slot *slot = arg;
    struct sql *sql = slot->sql;
    struct sql_job *job = slot->job;

    slot->is_busy = false;
    if (sql->is_closing) {
        if (job != NULL)
            job_free(job);
        slot->job = NULL;
        sql_delete(sql);
        return;
    }
    if (sql_conn_is_open(slot->conn)) {
        go_up(sql);
        if (job != NULL)
            tell_trouble(sql, slot);
    } else {
        go_down(sql, sql_conn_error(slot->conn));
    }
    slot->job = NULL;
    /* (Its callback may start jobs; and they find this slot free.) */
    start_next(sql);
    if (job != NULL)
        job_end(job, job->result);
}

static void slot_start(struct slot *slot, struct sql_job *job)
{
    slot->is_busy = true;
    slot->job = job;
    loop_work_start(slot->sql->loop, run, on_run_done, on_run_done, slot);
}

static struct slot *idle_slot(struct sql *sql)
{
    for (size_t i = 0; i < CONNECTIONS; i++)
        if (!sql->slots[i].is_busy)
            return &sql->slots[i];
    return NULL;
}

static void start_next(struct sql *sql)
{
    struct slot *slot;

    while (sql->state == SQL_UP && sql->waiting_count > 0 &&
           (slot = idle_slot(sql)) != NULL)
        slot_start(slot, take_waiting(sql));
}

static void on_retry(void *arg)
{
    struct sql *sql = arg;
    struct slot *slot = idle_slot(sql);

    /* If all are busy, the next of them to end says how it is. */
    if (sql->state == SQL_DOWN && slot != NULL)
        slot_start(slot, NULL);
}

/* --- deadlines ----------------------------------------------------------- */

/* The job itself stays with the thread. */
static void tell_late(struct sql_job *job)
{
    sql_done_fn *on_done = job->on_done;

    job->on_done = NULL;
    if (on_done != NULL)
        on_done(job->arg, SQL_AWAY, NULL);
}

static void on_tick(void *arg)
{
    struct sql *sql = arg;
    const uint64_t now = clock_mono_ms();
    bool is_idle = true;

    LIST_FOREACH(node, &sql->waiting) {
        struct sql_job *job = LIST_ITEM(node, struct sql_job, link);

        if (now < job->begun_ms + QUEUE_MS)
            break;
        take_waiting(sql);
        refuse(job, SQL_BUSY);
    }
    for (size_t i = 0; i < CONNECTIONS; i++) {
        struct sql_job *job = sql->slots[i].job;

        is_idle = is_idle && job == NULL;
        if (job != NULL && now >= job->begun_ms + JOB_MS + THREAD_GRACE_MS)
            tell_late(job);
    }
    if (is_idle && sql->waiting_count == 0) {
        loop_timer_stop(sql->tick);
        sql->is_ticking = false;
    }
}

/* --- jobs ---------------------------------------------------------------- */

struct sql_job *sql_start(struct sql *sql, const struct sql_work *work,
                          void *data, sql_done_fn *on_done, void *arg)
{
    struct sql_job *job = mem_alloc(sizeof(*job));

    job->sql = sql;
    job->work = work;
    job->data = data;
    job->on_done = on_done;
    job->arg = arg;
    job->begun_ms = clock_mono_ms();
    if (sql->state == SQL_DOWN) {
        refuse(job, SQL_AWAY);
        return job;
    }
    if (sql->waiting_count >= QUEUE_MAX) {
        refuse(job, SQL_BUSY);
        return job;
    }
    list_push(&sql->waiting, &job->link);
    sql->waiting_count++;
    if (!sql->is_ticking)
        loop_timer_start(sql->tick, TICK_MS, TICK_MS);
    sql->is_ticking = true;
    start_next(sql);
    return job;
}

static bool is_running(const struct sql_job *job)
{
    for (size_t i = 0; i < CONNECTIONS; i++)
        if (job->sql->slots[i].job == job)
            return true;
    return false;
}

void sql_cancel(struct sql_job *job)
{
    struct sql *sql = job->sql;

    job->on_done = NULL;
    if (is_running(job) || !list_node_is_linked(&job->link))
        return; /* the thread's; or its callback is running */
    LIST_FOREACH(node, &sql->waiting) {
        if (node == &job->link)
            sql->waiting_count--;
    }
    job_free(job);
}

bool sql_is_down(const struct sql *sql)
{
    return sql->state == SQL_DOWN;
}

bool sql_is_up(const struct sql *sql)
{
    return sql->state == SQL_UP;
}

/* --- its life ------------------------------------------------------------ */

struct sql *sql_new(struct loop *loop, const struct sql_address *address)
{
    struct sql *sql = mem_alloc(sizeof(*sql));

    sql->loop = loop;
    sql->backoff_ms = BACKOFF_MIN_MS;
    list_init(&sql->waiting);
    list_init(&sql->refused);
    sql->tick = loop_timer_new(loop, on_tick, sql);
    sql->retry = loop_timer_new(loop, on_retry, sql);
    for (size_t i = 0; i < CONNECTIONS; i++) {
        sql->slots[i].sql = sql;
        sql->slots[i].conn = sql_conn_new(address, patience, false);
    }
    slot_start(&sql->slots[0], NULL);
    return sql;
}

/* Once no thread has anything of it. */
static void sql_delete(struct sql *sql)
{
    for (size_t i = 0; i < CONNECTIONS; i++)
        if (sql->slots[i].is_busy)
            return;
    for (size_t i = 0; i < CONNECTIONS; i++)
        sql_conn_free(sql->slots[i].conn);
    mem_free(sql);
}

void sql_free(struct sql *sql)
{
    struct list_node *node;

    if (sql == NULL)
        return;
    sql->is_closing = true;
    loop_timer_free(sql->tick);
    loop_timer_free(sql->retry);
    loop_task_cancel(&sql->tell_refused);
    while ((node = list_first(&sql->waiting)) != NULL ||
           (node = list_first(&sql->refused)) != NULL)
        job_free(LIST_ITEM(node, struct sql_job, link));
    sql_delete(sql);
}
