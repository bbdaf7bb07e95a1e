#include "services/accounts.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/dice.h"
#include "base/fatal.h"
#include "base/list.h"
#include "base/log.h"
#include "base/mem.h"
#include "services/accounts_sql.h"
#include "services/guest_names.h"

/* What was left behind is looked for so often, by each worker. */
#define SWEEP_MS 15000

/* Calls with a password at once.  A place is taken before the attempt is
 * counted and kept to the end, so that whoever is counted is compared.  Those
 * who left while they were hashed, PASSWORD_RUNNING at most, take none away. */
#define PLACES PASSWORD_WAITING

struct accounts {
    struct accounts_parts parts;
    struct list calls;
    unsigned places_taken;
    struct loop_timer *sweep;
    struct sql_job *sweeping; /* sql's, until its callback */
};

/* One thing under way.  At any time it waits for exactly one of the 'step's. */
struct accounts_call {
    struct list_node link; /* in accounts->calls */
    struct accounts *accounts;
    enum accounts_kind kind;
    bool is_writing; /* to be brought to its end */
    bool has_place;
    accounts_fn *on_done; /* NULL: nobody waits any more */
    void *arg;
    struct {
        struct limits_call *limit;
        struct sql_job *job;
        struct password_work *work;
        struct sessions_call *begin;
        struct store_call *asked;
    } step;
    bool has_name; /* else it can be nobody's */
    struct name name;
    struct buf password; /* as it is hashed */
    struct buf new_password;
    char new_hash[SECRET_PASSWORD_SIZE];
    struct account account;
    struct account_ending ending;
    char token[SECRET_TOKEN_SIZE]; /* "": none */
    char address[LIMITS_PLACE_SIZE];
    char device[STORE_DEVICE_MAX + 1];
};

/* --- beginning and ending ------------------------------------------------ */

static void copy_text(char *to, size_t size, struct span from)
{
    snprintf(to, size, "%.*s", (int)from.len, from.at != NULL ? from.at : "");
}

static struct accounts_call *call_new(struct accounts *accounts,
                                      enum accounts_kind kind,
                                      accounts_fn *on_done, void *arg)
{
    struct accounts_call *call = mem_alloc(sizeof(*call));

    call->accounts = accounts;
    call->kind = kind;
    call->on_done = on_done;
    call->arg = arg;
    list_push(&accounts->calls, &call->link);
    return call;
}

static void call_free(struct accounts_call *call)
{
    if (call->step.limit != NULL)
        limits_cancel(call->step.limit);
    if (call->step.job != NULL)
        sql_cancel(call->step.job);
    if (call->step.work != NULL)
        password_cancel(call->step.work);
    if (call->step.begin != NULL)
        sessions_cancel(call->step.begin);
    if (call->step.asked != NULL)
        store_cancel(call->step.asked);
    list_remove(&call->link);
    call->accounts->places_taken -= call->has_place;
    password_rules_forget(&call->password);
    password_rules_forget(&call->new_password);
    secret_forget(call->new_hash, sizeof(call->new_hash));
    secret_forget(&call->account, sizeof(call->account));
    mem_free(call);
}

static void tell(struct accounts_call *call,
                 const struct accounts_result *result)
{
    if (call->on_done != NULL)
        call->on_done(call->arg, result);
    call_free(call);
}

static void end(struct accounts_call *call, enum accounts_outcome outcome)
{
    tell(call, &(struct accounts_result){.outcome = outcome});
}

void accounts_cancel(struct accounts_call *call)
{
    if (call->is_writing)
        call->on_done = NULL;
    else
        call_free(call);
}

/* --- the steps, the last one first --------------------------------------- */

static void on_begun(void *arg, enum sessions_found found,
                     const struct session *session)
{
    struct accounts_call *call = arg;

    call->step.begin = NULL;
    if (found == SESSIONS_FOUND)
        tell(call, &(struct accounts_result){.outcome = ACCOUNTS_OK,
                                             .session = session});
    else
        end(call,
            found == SESSIONS_NONE ? ACCOUNTS_WRONG : ACCOUNTS_UNAVAILABLE);
}

static void begin_session(struct accounts_call *call)
{
    const struct store_account account = {.id = call->account.id,
                                          .since =
                                              call->account.password_changed_at,
                                          .device = span_of(call->device)};

    call->step.begin = sessions_begin(
        call->accounts->parts.sessions,
        call->token[0] != '\0' ? span_of(call->token) : SPAN_NONE,
        span_of(call->account.name), &account, on_begun, call);
}

static void on_evicted(void *arg, enum store_result result, int64_t count)
{
    struct accounts_call *call = arg;

    (void)result; /* a session cannot be had then, either */
    (void)count;
    call->step.asked = NULL;
    if (call->kind == ACCOUNTS_RENAME_GUEST)
        end(call, ACCOUNTS_NAME_TAKEN);
    else
        begin_session(call);
}

/* No guest is called what an account is called.  At every sign-in, as a worker
 * may have died after an account was made. */
static void evict_guest(struct accounts_call *call)
{
    char names[STORE_GUESTS_EVICTED][NAME_SIZE];
    struct span others[STORE_GUESTS_EVICTED];

    for (size_t i = 0; i < STORE_GUESTS_EVICTED; i++) {
        guest_names_make(names[i]);
        others[i] = span_of(names[i]);
    }
    call->step.asked = store_guest_evict(call->accounts->parts.store,
                                         &call->name, others, on_evicted, call);
}

/* --- older sessions end -------------------------------------------------- */

/* A job whose fields are those of the call. */
static struct account_job *job_of(const struct accounts_call *call)
{
    struct account_job *job = mem_alloc(sizeof(*job));

    job->name = call->name;
    job->now = (int64_t)clock_wall_ms();
    job->account = call->account;
    memcpy(job->new_hash, call->new_hash, sizeof(job->new_hash));
    job->endings[0] = call->ending;
    return job;
}

static void start_job(struct accounts_call *call, const struct sql_work *work,
                      sql_done_fn *on_done)
{
    call->step.job =
        sql_start(call->accounts->parts.sql, work, job_of(call), on_done, call);
}

static void on_written_off(void *arg, enum sql_result result, void *data)
{
    struct accounts_call *call = arg;

    (void)result; /* else it is done once more, and changes nothing */
    (void)data;
    call->step.job = NULL;
    if (call->kind == ACCOUNTS_CHANGE_PASSWORD)
        begin_session(call);
    else
        end(call, ACCOUNTS_OK);
}

static void on_older_ended(void *arg, enum store_result result, int64_t count)
{
    struct accounts_call *call = arg;

    call->step.asked = NULL;
    if (result != STORE_OK) {
        end(call, ACCOUNTS_UNAVAILABLE); /* the sweep will do it */
        return;
    }
    log_info("sessions_ended", "account=%lld count=%lld",
             (long long)call->ending.account, (long long)count);
    start_job(call, &accounts_sql_ended, on_written_off);
}

static void end_older(struct accounts_call *call)
{
    call->step.asked =
        sessions_end_older(call->accounts->parts.sessions, call->ending.account,
                           call->ending.since, on_older_ended, call);
}

/* --- SQL has written ----------------------------------------------------- */

/* Whether the job did what it was to do; else the call has ended. */
static bool job_is_done(struct accounts_call *call, enum sql_result result)
{
    call->step.job = NULL;
    switch (result) {
    case SQL_OK:
        return true;
    case SQL_NOT_UNIQUE:
        end(call, ACCOUNTS_NAME_TAKEN);
        return false;
    case SQL_BUSY:
        end(call, ACCOUNTS_BUSY);
        return false;
    case SQL_AWAY:
    case SQL_FAILED:
    case SQL_REFUSED:
        end(call, ACCOUNTS_UNAVAILABLE);
        return false;
    }
    return false;
}

/* Of a change or a deletion. */
static void on_changed(void *arg, enum sql_result result, void *data)
{
    struct accounts_call *call = arg;
    const struct account_job *job = data;

    if (!job_is_done(call, result))
        return;
    if (!job->is_found) { /* somebody else has changed it meanwhile */
        end(call, ACCOUNTS_WRONG);
        return;
    }
    call->account = job->account;
    call->ending = job->endings[0];
    end_older(call);
}

static void on_inserted(void *arg, enum sql_result result, void *data)
{
    struct accounts_call *call = arg;
    const struct account_job *job = data;

    if (!job_is_done(call, result))
        return;
    call->account = job->account;
    log_info("account_made", "account=%lld", (long long)call->account.id);
    evict_guest(call);
}

static void on_renewed(void *arg, enum sql_result result, void *data)
{
    struct accounts_call *call = arg;

    (void)result; /* then it is renewed the next time */
    (void)data;
    call->step.job = NULL;
    evict_guest(call);
}

/* --- hashes -------------------------------------------------------------- */

static void on_hash(void *arg, const char *hash)
{
    struct accounts_call *call = arg;

    call->step.work = NULL;
    if (hash == NULL) {
        end(call, ACCOUNTS_BUSY);
        return;
    }
    copy_text(call->new_hash, sizeof(call->new_hash), span_of(hash));
    call->is_writing = true;
    if (call->kind == ACCOUNTS_REGISTER)
        start_job(call, &accounts_sql_insert, on_inserted);
    else if (call->kind == ACCOUNTS_CHANGE_PASSWORD)
        start_job(call, &accounts_sql_change, on_changed);
    else
        start_job(call, &accounts_sql_renew, on_renewed);
}

static bool hash(struct accounts_call *call, struct span password)
{
    call->step.work =
        password_hash(call->accounts->parts.passwords, password, on_hash, call);
    return call->step.work != NULL;
}

/* Who makes an account counts by where he is only. */
static struct limits_who limits_who(const struct accounts_call *call)
{
    const bool by_account = call->has_name && call->kind != ACCOUNTS_REGISTER;

    return (struct limits_who){.account = by_account ? span_of(call->name.key)
                                                     : SPAN_NONE,
                               .address = span_of(call->address)};
}

/* The password was right. */
static void go_on(struct accounts_call *call, bool is_old)
{
    if (call->has_name)
        limits_tell_right(call->accounts->parts.limits, LIMITS_SIGN_IN,
                          limits_who(call));
    switch (call->kind) {
    case ACCOUNTS_SIGN_IN:
        if (!is_old || !hash(call, buf_span(&call->password)))
            evict_guest(call);
        break;
    case ACCOUNTS_CHANGE_PASSWORD:
        if (!hash(call, buf_span(&call->new_password)))
            end(call, ACCOUNTS_BUSY);
        break;
    case ACCOUNTS_DELETE:
        call->is_writing = true;
        start_job(call, &accounts_sql_delete, on_changed);
        break;
    case ACCOUNTS_REGISTER:
    case ACCOUNTS_RENAME_GUEST:
    case ACCOUNTS_END_SESSIONS:
        MUST(false);
        break;
    }
}

static void on_verified(void *arg, enum secret_password result)
{
    struct accounts_call *call = arg;

    call->step.work = NULL;
    switch (result) {
    case SECRET_PASSWORD_RIGHT:
    case SECRET_PASSWORD_RIGHT_OLD:
        go_on(call, result == SECRET_PASSWORD_RIGHT_OLD);
        break;
    case SECRET_PASSWORD_WRONG:
        end(call, ACCOUNTS_WRONG);
        break;
    case SECRET_PASSWORD_FAILED:
        end(call, ACCOUNTS_BUSY);
        break;
    }
}

static void verify(struct accounts_call *call, bool is_found)
{
    call->step.work = password_verify(
        call->accounts->parts.passwords, buf_span(&call->password),
        is_found ? span_of(call->account.hash) : SPAN_NONE, on_verified, call);
    if (call->step.work == NULL)
        end(call, ACCOUNTS_BUSY);
}

/* --- the first steps ----------------------------------------------------- */

static void on_found(void *arg, enum sql_result result, void *data)
{
    struct accounts_call *call = arg;
    const struct account_job *job = data;

    if (!job_is_done(call, result))
        return;
    if (job->is_found)
        call->account = job->account;
    verify(call, job->is_found);
}

static void look_up(struct accounts_call *call)
{
    if (call->kind == ACCOUNTS_REGISTER) {
        if (!hash(call, buf_span(&call->password)))
            end(call, ACCOUNTS_BUSY);
    } else if (call->kind != ACCOUNTS_SIGN_IN) {
        start_job(call, &accounts_sql_read, on_found);
    } else if (call->has_name) {
        start_job(call, &accounts_sql_find, on_found);
    } else {
        verify(call, false);
    }
}

static void on_limit(void *arg, enum limits_result result, unsigned wait_s)
{
    struct accounts_call *call = arg;

    call->step.limit = NULL;
    switch (result) {
    case LIMITS_ALLOWED:
        look_up(call);
        break;
    case LIMITS_REFUSED:
        tell(call, &(struct accounts_result){.outcome = ACCOUNTS_REFUSED,
                                             .wait_s = wait_s});
        break;
    case LIMITS_UNAVAILABLE:
        end(call, ACCOUNTS_UNAVAILABLE);
        break;
    }
}

/* --- what can be asked for ----------------------------------------------- */

/* A name that somebody chooses.  False, and '*refused', when he may not. */
static bool choose_name(struct accounts_call *call, struct span typed,
                        struct accounts_result *refused)
{
    refused->name = names_read(typed, &call->name);
    if (refused->name != NAME_OK)
        refused->outcome = ACCOUNTS_NAME_BAD;
    else if (guest_names_is_made(&call->name))
        refused->outcome = ACCOUNTS_NAME_TAKEN;
    else
        call->has_name = true;
    return call->has_name;
}

static bool choose_password(const struct accounts_call *call, struct span typed,
                            struct buf *clean, struct accounts_result *refused)
{
    refused->password =
        password_rules_check(typed, span_of(call->name.key), clean);
    if (refused->password != PASSWORD_RULES_OK)
        refused->outcome = ACCOUNTS_PASSWORD_BAD;
    return refused->password == PASSWORD_RULES_OK;
}

/* The name and password of somebody who is to be found.  What can be nobody's is
 * compared all the same, in the same time. */
static void take_credentials(struct accounts_call *call, struct span name,
                             struct span password)
{
    call->has_name = names_read(name, &call->name) == NAME_OK;
    if (!password_rules_read(password, &call->password))
        buf_clear(&call->password);
}

/* What can be said at once. */
static bool check(struct accounts_call *call, const struct accounts_wish *wish,
                  struct accounts_result *refused)
{
    switch (wish->kind) {
    case ACCOUNTS_REGISTER:
        return choose_name(call, wish->name, refused) &&
               choose_password(call, wish->password, &call->password, refused);
    case ACCOUNTS_SIGN_IN:
        take_credentials(call, wish->name, wish->password);
        return true;
    case ACCOUNTS_CHANGE_PASSWORD:
        take_credentials(call, span_of(wish->session->name), wish->password);
        return choose_password(call, wish->new_password, &call->new_password,
                               refused);
    case ACCOUNTS_DELETE:
        take_credentials(call, span_of(wish->session->name), wish->password);
        return true;
    case ACCOUNTS_RENAME_GUEST:
        return choose_name(call, wish->name, refused);
    case ACCOUNTS_END_SESSIONS:
        break;
    }
    MUST(false);
    return false;
}

/* --- a guest's name ------------------------------------------------------ */

/* An account may have been made after we looked, and have found no guest who is
 * called like it before we were in Redis.  So we look once more: of the two, who
 * comes second sees the other. */
static void on_looked_again(void *arg, enum sql_result result, void *data)
{
    struct accounts_call *call = arg;
    const struct account_job *job = data;

    call->step.job = NULL;
    if (result == SQL_OK && job->is_found)
        evict_guest(call);
    else
        end(call, ACCOUNTS_OK); /* who cannot look trusts in the first look */
}

static void on_renamed(void *arg, enum store_result result, int64_t count)
{
    struct accounts_call *call = arg;

    call->step.asked = NULL;
    if (result != STORE_OK)
        end(call, ACCOUNTS_UNAVAILABLE);
    else if (count == 0)
        end(call, ACCOUNTS_NAME_TAKEN);
    else if (count < 0)
        end(call, ACCOUNTS_NO_SESSION);
    else
        start_job(call, &accounts_sql_look, on_looked_again);
}

static void on_looked(void *arg, enum sql_result result, void *data)
{
    struct accounts_call *call = arg;
    const struct account_job *job = data;

    if (!job_is_done(call, result))
        return;
    if (job->is_found) {
        end(call, ACCOUNTS_NAME_TAKEN);
        return;
    }
    call->is_writing = true;
    call->step.asked =
        store_guest_rename(call->accounts->parts.store, span_of(call->token),
                           &call->name, on_renamed, call);
}

/* --- starting ------------------------------------------------------------ */

static bool take_place(struct accounts_call *call)
{
    call->has_place = call->accounts->places_taken < PLACES;
    call->accounts->places_taken += call->has_place;
    return call->has_place;
}

/* What cannot be done anyway is no attempt: nobody is to wait because we could
 * not look. */
static void find_place(struct accounts_call *call, bool has_password,
                       struct accounts_result *refused)
{
    if (sql_is_down(call->accounts->parts.sql))
        refused->outcome = ACCOUNTS_UNAVAILABLE;
    else if (has_password && !take_place(call))
        refused->outcome = ACCOUNTS_BUSY;
}

static void try_once(struct accounts_call *call)
{
    call->step.limit =
        limits_try(call->accounts->parts.limits,
                   call->kind == ACCOUNTS_REGISTER ? LIMITS_CREATE_ACCOUNT
                                                   : LIMITS_SIGN_IN,
                   limits_who(call), on_limit, call);
}

struct accounts_call *accounts_start(struct accounts *accounts,
                                     const struct accounts_wish *wish,
                                     struct accounts_result *refused,
                                     accounts_fn *on_done, void *arg)
{
    struct accounts_call *call = call_new(accounts, wish->kind, on_done, arg);
    const bool has_password = wish->kind != ACCOUNTS_RENAME_GUEST;

    *refused = (struct accounts_result){.outcome = ACCOUNTS_OK};
    copy_text(call->token, sizeof(call->token), wish->token);
    copy_text(call->address, sizeof(call->address), wish->address);
    copy_text(call->device, sizeof(call->device), wish->device);
    if (wish->session != NULL)
        call->account.id = wish->session->account;
    if (check(call, wish, refused))
        find_place(call, has_password, refused);
    if (refused->outcome != ACCOUNTS_OK) {
        call_free(call);
        return NULL;
    }
    if (has_password)
        try_once(call);
    else
        start_job(call, &accounts_sql_look, on_looked);
    return call;
}

/* --- what was left behind ------------------------------------------------ */

static void on_endings(void *arg, enum sql_result result, void *data)
{
    struct accounts *accounts = arg;
    const struct account_job *job = data;

    accounts->sweeping = NULL;
    if (result != SQL_OK)
        return;
    for (size_t i = 0; i < job->ending_count; i++) {
        struct accounts_call *call =
            call_new(accounts, ACCOUNTS_END_SESSIONS, NULL, NULL);

        call->is_writing = true;
        call->ending = job->endings[i];
        end_older(call);
    }
}

static void on_sweep(void *arg)
{
    struct accounts *accounts = arg;

    loop_timer_start(accounts->sweep, dice_shorten(SWEEP_MS), 0);
    if (accounts->sweeping == NULL && sql_is_up(accounts->parts.sql))
        accounts->sweeping = sql_start(
            accounts->parts.sql, &accounts_sql_endings,
            mem_alloc(sizeof(struct account_job)), on_endings, accounts);
}

/* --- its life ------------------------------------------------------------ */

struct accounts *accounts_new(const struct accounts_parts *parts)
{
    struct accounts *accounts = mem_alloc(sizeof(*accounts));

    accounts->parts = *parts;
    list_init(&accounts->calls);
    accounts->sweep = loop_timer_new(parts->loop, on_sweep, accounts);
    loop_timer_start(accounts->sweep, dice_roll_below(SWEEP_MS), 0);
    return accounts;
}

void accounts_free(struct accounts *accounts)
{
    struct list_node *node;

    if (accounts == NULL)
        return;
    while ((node = list_first(&accounts->calls)) != NULL)
        call_free(LIST_ITEM(node, struct accounts_call, link));
    if (accounts->sweeping != NULL)
        sql_cancel(accounts->sweeping);
    loop_timer_free(accounts->sweep);
    mem_free(accounts);
}
