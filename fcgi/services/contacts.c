#include "services/contacts.h"

#include "base/clock.h"
#include "base/mem.h"

/* One of the two callbacks is set. */
struct contacts_call {
    struct sql_job *job; /* sql's, until its callback */
    struct access *access;
    contacts_fn *on_done;
    contacts_list_fn *on_list;
    void *arg;
};

static void on_sql_done(void *arg, enum sql_result result, void *data)
{
    const struct contacts_call call = *(struct contacts_call *)arg;
    const struct contact_job *job = data;

    mem_free(arg);
    if (result == SQL_OK && job->room[0] != '\0')
        access_tell(call.access, span_of(job->room));
    call.on_done(call.arg, result == SQL_OK ? job : NULL);
}

struct contacts_call *contacts_start(struct sql *sql, struct access *access,
                                     const struct contact_job *wish,
                                     contacts_fn *on_done, void *arg)
{
    struct contacts_call *call = mem_alloc(sizeof(*call));
    struct contact_job *job = mem_alloc(sizeof(*job));

    call->access = access;
    call->on_done = on_done;
    call->arg = arg;
    *job = *wish;
    job->now = (int64_t)clock_wall_ms();
    call->job = sql_start(sql, &contacts_sql_do, job, on_sql_done, call);
    return call;
}

static void on_sql_list(void *arg, enum sql_result result, void *data)
{
    const struct contacts_call call = *(struct contacts_call *)arg;
    const struct contact_list *list = data;

    mem_free(arg);
    call.on_list(call.arg, result == SQL_OK ? list : NULL);
}

struct contacts_call *contacts_list(struct sql *sql, int64_t account,
                                    contacts_list_fn *on_list, void *arg)
{
    struct contacts_call *call = mem_alloc(sizeof(*call));
    struct contact_list *list = mem_alloc(sizeof(*list));

    call->on_list = on_list;
    call->arg = arg;
    list->account = account;
    call->job = sql_start(sql, &contacts_sql_list, list, on_sql_list, call);
    return call;
}

void contacts_cancel(struct contacts_call *call)
{
    sql_cancel(call->job);
    mem_free(call);
}
