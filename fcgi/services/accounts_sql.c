#include "services/accounts_sql.h"

#include "base/mem.h"
#include "services/departure_sql.h"

#define COLUMNS "id, name, password_hash, password_changed_at"

/* A moment after the last change, should the clock have been set back. */
#define AFTER_CHANGE                      \
    "CASE WHEN password_changed_at < $3 " \
    "THEN $3 ELSE password_changed_at + 1 END"

static void free_job(void *data)
{
    struct account_job *job = data;

    secret_forget(job->account.hash, sizeof(job->account.hash));
    secret_forget(job->new_hash, sizeof(job->new_hash));
    mem_free(job);
}

/* --- reading ------------------------------------------------------------- */

/* The row, if there is one, into 'job'. */
static enum sql_result take_account(const struct sql_conn *conn,
                                    struct account_job *job)
{
    struct account *account = &job->account;

    job->is_found = sql_row_count(conn) == 1;
    if (!job->is_found)
        return SQL_OK;
    account->id = sql_int(conn, 0, 0);
    account->password_changed_at = sql_int(conn, 0, 3);
    return sql_copy(account->name, sizeof(account->name),
                    sql_bytes(conn, 0, 1)) &&
                   sql_copy(account->hash, sizeof(account->hash),
                            sql_bytes(conn, 0, 2))
               ? SQL_OK
               : SQL_FAILED;
}

static enum sql_result find(struct sql_conn *conn, void *data)
{
    struct account_job *job = data;
    const enum sql_result result =
        sql_query(conn, "SELECT " COLUMNS " FROM account WHERE name_key = $1",
                  SQL_VALUES(SQL_STRING(job->name.key)));

    return result == SQL_OK ? take_account(conn, job) : result;
}

static enum sql_result read_one(struct sql_conn *conn, void *data)
{
    struct account_job *job = data;
    const enum sql_result result = sql_query(
        conn,
        "SELECT " COLUMNS " FROM account WHERE id = $1 AND deleted_at IS NULL",
        SQL_VALUES(SQL_INT(job->account.id)));

    return result == SQL_OK ? take_account(conn, job) : result;
}

static enum sql_result look(struct sql_conn *conn, void *data)
{
    struct account_job *job = data;
    const enum sql_result result = sql_query(
        conn, "SELECT id FROM account WHERE name_key = $1 OR name_look = $2",
        SQL_VALUES(SQL_STRING(job->name.key), SQL_STRING(job->name.look)));

    job->is_found = result == SQL_OK && sql_row_count(conn) > 0;
    return result;
}

/* --- writing ------------------------------------------------------------- */

static enum sql_result insert(struct sql_conn *conn, void *data)
{
    struct account_job *job = data;
    const enum sql_result result = sql_query(
        conn,
        "INSERT INTO account (name, name_key, name_look, password_hash, "
        "created_at, password_changed_at) VALUES ($1, $2, $3, $4, $5, $5) "
        "RETURNING " COLUMNS,
        SQL_VALUES(SQL_STRING(job->name.shown), SQL_STRING(job->name.key),
                   SQL_STRING(job->name.look), SQL_STRING(job->new_hash),
                   SQL_INT(job->now)));

    return result == SQL_OK ? take_account(conn, job) : result;
}

static enum sql_result renew(struct sql_conn *conn, void *data)
{
    struct account_job *job = data;
    const enum sql_result result = sql_query(
        conn,
        "UPDATE account SET password_hash = $2 "
        "WHERE id = $1 AND password_hash = $3",
        SQL_VALUES(SQL_INT(job->account.id), SQL_STRING(job->new_hash),
                   SQL_STRING(job->account.hash)));

    job->is_found = result == SQL_OK && sql_changed(conn) == 1;
    return result;
}

/* After an UPDATE ... RETURNING since: whether there was something to do. */
static bool take_ending(const struct sql_conn *conn, struct account_job *job)
{
    job->is_found = sql_row_count(conn) == 1;
    if (job->is_found)
        job->endings[0] = (struct account_ending){.account = job->account.id,
                                                  .since = sql_int(conn, 0, 0)};
    return job->is_found;
}

/* In the transaction of the change: what Redis is to be told is written down
 * with it. */
static enum sql_result end_older(struct sql_conn *conn,
                                 const struct account_job *job)
{
    const struct account_ending *ending = &job->endings[0];
    const enum sql_result result = sql_query(
        conn,
        "INSERT INTO session_end (account_id, since) VALUES ($1, $2) "
        "ON CONFLICT (account_id) DO UPDATE SET since = excluded.since",
        SQL_VALUES(SQL_INT(ending->account), SQL_INT(ending->since)));

    return result == SQL_OK ? sql_commit(conn) : result;
}

static enum sql_result change(struct sql_conn *conn, void *data)
{
    struct account_job *job = data;
    enum sql_result result = sql_begin(conn);

    if (result == SQL_OK)
        result = sql_query(
            conn,
            "UPDATE account SET password_hash = $2, "
            "password_changed_at = " AFTER_CHANGE
            " WHERE id = $1 AND password_hash = $4 "
            "RETURNING password_changed_at",
            SQL_VALUES(SQL_INT(job->account.id), SQL_STRING(job->new_hash),
                       SQL_INT(job->now), SQL_STRING(job->account.hash)));
    if (result != SQL_OK || !take_ending(conn, job))
        return result; /* and is rolled back */
    job->account.password_changed_at = job->endings[0].since;
    return end_older(conn, job);
}

/* Nobody else changes it until the transaction ends; but, as no key of it is
 * changed, rooms may still be given to others and refer to it. */
static enum sql_result hold_one(struct sql_conn *conn, struct account_job *job)
{
    const enum sql_result result = sql_query(
        conn,
        "UPDATE account SET is_admin = 0 "
        "WHERE id = $1 AND password_hash = $2",
        SQL_VALUES(SQL_INT(job->account.id), SQL_STRING(job->account.hash)));

    job->is_found = result == SQL_OK && sql_changed(conn) == 1;
    return result;
}

/* Last, as its name goes and with it keys: who inherits a room from somebody may
 * be going himself, and would wait for him who waits for that room. */
static enum sql_result forget_one(struct sql_conn *conn,
                                  const struct account_job *job)
{
    return sql_query(
        conn,
        "UPDATE account SET name = NULL, name_key = NULL, name_look = NULL, "
        "password_hash = NULL, deleted_at = $3, "
        "password_changed_at = " AFTER_CHANGE
        " WHERE id = $1 AND password_hash = $2 RETURNING password_changed_at",
        SQL_VALUES(SQL_INT(job->account.id), SQL_STRING(job->account.hash),
                   SQL_INT(job->now)));
}

static enum sql_result delete_one(struct sql_conn *conn, void *data)
{
    struct account_job *job = data;
    enum sql_result result = sql_begin(conn);

    if (result == SQL_OK)
        result = hold_one(conn, job);
    if (result != SQL_OK || !job->is_found)
        return result;
    result = departure_sql_carry_out(conn, job->account.id, job->now);
    /* The heir has given a room the same title at this moment. */
    if (result == SQL_NOT_UNIQUE)
        result = SQL_BUSY;
    if (result == SQL_OK)
        result = forget_one(conn, job);
    if (result != SQL_OK || !take_ending(conn, job))
        return result;
    return end_older(conn, job);
}

/* --- what Redis is to be told -------------------------------------------- */

static enum sql_result endings(struct sql_conn *conn, void *data)
{
    struct account_job *job = data;
    const enum sql_result result =
        sql_query(conn, "SELECT account_id, since FROM session_end LIMIT $1",
                  SQL_VALUES(SQL_INT(ACCOUNT_ENDINGS_MAX)));

    if (result != SQL_OK)
        return result;
    job->ending_count = sql_row_count(conn);
    for (size_t i = 0; i < job->ending_count; i++)
        job->endings[i] = (struct account_ending){
            .account = sql_int(conn, i, 0), .since = sql_int(conn, i, 1)};
    return SQL_OK;
}

static enum sql_result ended(struct sql_conn *conn, void *data)
{
    const struct account_job *job = data;

    /* There may be a newer one meanwhile, which is still to be done. */
    return sql_query(
        conn, "DELETE FROM session_end WHERE account_id = $1 AND since = $2",
        SQL_VALUES(SQL_INT(job->endings[0].account),
                   SQL_INT(job->endings[0].since)));
}

const struct sql_work accounts_sql_find = {"account_find", find, free_job};
const struct sql_work accounts_sql_read = {"account_read", read_one, free_job};
const struct sql_work accounts_sql_look = {"account_look", look, free_job};
const struct sql_work accounts_sql_insert = {"account_insert", insert,
                                             free_job};
const struct sql_work accounts_sql_renew = {"account_renew", renew, free_job};
const struct sql_work accounts_sql_change = {"account_change", change,
                                             free_job};
const struct sql_work accounts_sql_delete = {"account_delete", delete_one,
                                             free_job};
const struct sql_work accounts_sql_endings = {"session_endings", endings,
                                              free_job};
const struct sql_work accounts_sql_ended = {"session_ended", ended, free_job};
