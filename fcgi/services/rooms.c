#include "services/rooms.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/mem.h"

/* One of the two is set at a time. */
struct rooms_call {
    struct sql_job *job;      /* sql's, until its callback */
    struct store_call *asked; /* store's, the same */
    struct access *access;
    struct store *store;
    struct room_list_job *list; /* ours, while Redis is asked about it */
    struct store_unread *unread;
    union {
        rooms_fn *done;
        rooms_read_fn *read;
        rooms_list_fn *list;
        rooms_answer_fn *answer;
    } on_done;
    void *arg;
};

static void call_free(struct rooms_call *call)
{
    if (call->list != NULL)
        rooms_sql_list.free(call->list);
    mem_free(call->unread);
    mem_free(call);
}

void rooms_cancel(struct rooms_call *call)
{
    if (call->job != NULL)
        sql_cancel(call->job);
    if (call->asked != NULL)
        store_cancel(call->asked);
    call_free(call);
}

static void copy_room(char to[ROOM_NAME_MAX + 1], struct span room)
{
    snprintf(to, ROOM_NAME_MAX + 1, "%.*s", (int)room.len, room.at);
}

/* --- doing --------------------------------------------------------------- */

/* Not a secret, but not to be hit upon by chance either. */
static void make_name(char room[ROOM_NAME_MAX + 1])
{
    char token[SECRET_TOKEN_SIZE];
    char hash[SECRET_HEX_SIZE];

    secret_token(token);
    secret_hash(hash, span_of(token));
    snprintf(room, ROOM_NAME_MAX + 1, "~%.*s", ROOM_CLOSED_LEN - 1, hash);
}

static void on_changed(void *arg, enum sql_result result, void *data)
{
    struct rooms_call *call = arg;
    rooms_fn *on_done = call->on_done.done;
    void *done_arg = call->arg;
    const struct room_job *job = data;

    if (result == SQL_OK && job->outcome == ROOM_DONE &&
        (job->deed != ROOM_DIRECT || job->is_new))
        access_tell(call->access, span_of(job->seen.room));
    mem_free(call);
    on_done(done_arg, result == SQL_OK ? job : NULL);
}

struct rooms_call *rooms_start(struct sql *sql, struct access *access,
                               const struct room_job *wish, rooms_fn *on_done,
                               void *arg)
{
    struct rooms_call *call = mem_alloc(sizeof(*call));
    struct room_job *job = mem_alloc(sizeof(*job));

    *job = *wish;
    job->now = (int64_t)clock_wall_ms();
    if (job->deed == ROOM_NEW || job->deed == ROOM_DIRECT)
        make_name(job->room);
    call->access = access;
    call->on_done.done = on_done;
    call->arg = arg;
    call->job = sql_start(sql, &rooms_sql_do, job, on_changed, call);
    return call;
}

/* --- reading ------------------------------------------------------------- */

static void on_read(void *arg, enum sql_result result, void *data)
{
    struct rooms_call *call = arg;
    rooms_read_fn *on_done = call->on_done.read;
    void *done_arg = call->arg;

    mem_free(call);
    on_done(done_arg, result == SQL_OK ? data : NULL);
}

struct rooms_call *rooms_read(struct sql *sql, int64_t account,
                              struct span room, rooms_read_fn *on_done,
                              void *arg)
{
    struct rooms_call *call = mem_alloc(sizeof(*call));
    struct room_read_job *job = mem_alloc(sizeof(*job));

    job->account = account;
    copy_room(job->room, room);
    call->on_done.read = on_done;
    call->arg = arg;
    call->job = sql_start(sql, &rooms_sql_read, job, on_read, call);
    return call;
}

/* --- the list ------------------------------------------------------------ */

static void finish_list(struct rooms_call *call, bool ok)
{
    call->on_done.list(call->arg, ok ? call->list : NULL,
                       ok ? call->unread : NULL);
    call_free(call);
}

static void on_unread(void *arg, enum store_result result, int64_t count)
{
    struct rooms_call *call = arg;

    (void)count;
    call->asked = NULL;
    finish_list(call, result == STORE_OK);
}

/* The job's data goes with its callback. */
static void take_list(struct rooms_call *call, struct room_list_job *job)
{
    call->list = mem_alloc(sizeof(*call->list));
    *call->list = *job;
    job->at = NULL;
    call->unread = mem_alloc((call->list->count + 1) * sizeof(*call->unread));
    for (size_t i = 0; i < call->list->count; i++)
        call->unread[i] =
            (struct store_unread){.room = span_of(call->list->at[i].seen.room),
                                  .read = call->list->at[i].read};
}

static void on_list(void *arg, enum sql_result result, void *data)
{
    struct rooms_call *call = arg;

    call->job = NULL;
    if (result != SQL_OK) {
        finish_list(call, false);
        return;
    }
    take_list(call, data);
    call->asked = store_unread(call->store, call->unread, call->list->count,
                               on_unread, call);
}

struct rooms_call *rooms_list(struct sql *sql, struct store *store,
                              int64_t account, rooms_list_fn *on_done,
                              void *arg)
{
    struct rooms_call *call = mem_alloc(sizeof(*call));
    struct room_list_job *job = mem_alloc(sizeof(*job));

    job->account = account;
    call->store = store;
    call->on_done.list = on_done;
    call->arg = arg;
    call->job = sql_start(sql, &rooms_sql_list, job, on_list, call);
    return call;
}

/* --- marks and rights ---------------------------------------------------- */

static void answer(struct rooms_call *call, bool ok, bool yes)
{
    rooms_answer_fn *on_done = call->on_done.answer;
    void *done_arg = call->arg;

    mem_free(call);
    on_done(done_arg, ok, yes);
}

static void on_marked(void *arg, enum sql_result result, void *data)
{
    (void)data;
    answer(arg, result == SQL_OK, true);
}

struct rooms_call *rooms_mark(struct sql *sql, int64_t account,
                              struct span room, struct cursor cursor,
                              rooms_answer_fn *on_done, void *arg)
{
    struct rooms_call *call = mem_alloc(sizeof(*call));
    struct room_mark_job *job = mem_alloc(sizeof(*job));

    job->account = account;
    job->cursor = cursor;
    copy_room(job->room, room);
    call->on_done.answer = on_done;
    call->arg = arg;
    call->job = sql_start(sql, &rooms_sql_mark, job, on_marked, call);
    return call;
}

static void on_moderate(void *arg, enum sql_result result, void *data)
{
    const struct room_moderate_job *job = data;

    answer(arg, result == SQL_OK, result == SQL_OK && job->may);
}

struct rooms_call *rooms_may_moderate(struct sql *sql, int64_t account,
                                      struct span room,
                                      rooms_answer_fn *on_done, void *arg)
{
    struct rooms_call *call = mem_alloc(sizeof(*call));
    struct room_moderate_job *job = mem_alloc(sizeof(*job));

    job->account = account;
    copy_room(job->room, room);
    call->on_done.answer = on_done;
    call->arg = arg;
    call->job = sql_start(sql, &rooms_sql_moderate, job, on_moderate, call);
    return call;
}
