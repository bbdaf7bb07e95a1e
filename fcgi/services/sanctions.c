#include "services/sanctions.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/mem.h"

/* One of the two callbacks is set. */
struct sanctions_call {
    struct sql_job *job;   /* sql's, until its callback */
    struct access *access; /* the caller's, outlives us */
    sanctions_fn *on_done;
    sanctions_list_fn *on_list;
    void *arg;
};

static void on_carried_out(void *arg, enum sql_result result, void *data)
{
    const struct sanctions_call call = *(struct sanctions_call *)arg;
    const struct sanction_job *job = data;

    mem_free(arg);
    if (result == SQL_OK && job->outcome == SANCTION_DONE)
        access_tell(call.access, span_of(job->room));
    call.on_done(call.arg, result == SQL_OK ? job : NULL);
}

struct sanctions_call *sanctions_start(struct sql *sql, struct access *access,
                                       const struct sanction_job *wish,
                                       sanctions_fn *on_done, void *arg)
{
    struct sanctions_call *call = mem_alloc(sizeof(*call));
    struct sanction_job *job = mem_alloc(sizeof(*job));

    call->access = access;
    call->on_done = on_done;
    call->arg = arg;
    *job = *wish;
    call->job = sql_start(sql, &sanctions_sql_do, job, on_carried_out, call);
    return call;
}

static void on_listed(void *arg, enum sql_result result, void *data)
{
    const struct sanctions_call call = *(struct sanctions_call *)arg;

    mem_free(arg);
    call.on_list(call.arg, result == SQL_OK ? data : NULL);
}

struct sanctions_call *sanctions_list(struct sql *sql, int64_t account,
                                      struct span room,
                                      sanctions_list_fn *on_list, void *arg)
{
    struct sanctions_call *call = mem_alloc(sizeof(*call));
    struct sanction_list *list = mem_alloc(sizeof(*list));

    call->on_list = on_list;
    call->arg = arg;
    list->account = account;
    list->now = (int64_t)clock_wall_ms();
    snprintf(list->room, sizeof(list->room), "%.*s", (int)room.len, room.at);
    call->job = sql_start(sql, &sanctions_sql_list, list, on_listed, call);
    return call;
}

void sanctions_cancel(struct sanctions_call *call)
{
    sql_cancel(call->job);
    mem_free(call);
}
