#include "services/contacts_sql.h"

#include "base/mem.h"
#include "services/hold_sql.h"

/* --- sides, as they are written ------------------------------------------ */

static const char *const side_names[] = {
    [CONTACT_NONE] = "",
    [CONTACT_ASKED] = "asked",
    [CONTACT_ACCEPTED] = "accepted",
    [CONTACT_BLOCKED] = "blocked",
};

static enum contact_side side_of(struct span name)
{
    enum contact_side side = CONTACT_BLOCKED;

    while (side != CONTACT_NONE && !span_is(name, side_names[side]))
        side--;
    return side;
}

/* --- whom it is about ---------------------------------------------------- */

/* Somebody is blocked by what he is called, or by his number by who knows him
 * from elsewhere: numbers can be counted up, and would tell all names. */
static const char find_known[] =
    "SELECT id, name FROM account WHERE id = $2 AND deleted_at IS NULL AND ("
    "EXISTS (SELECT 1 FROM contact WHERE account_id = $1 AND other_id = $2) OR "
    "EXISTS (SELECT 1 FROM contact WHERE account_id = $2 AND other_id = $1 "
    "AND state <> 'blocked') OR "
    "EXISTS (SELECT 1 FROM room_member a JOIN room_member b "
    "ON b.room_id = a.room_id WHERE a.account_id = $1 AND b.account_id = $2 "
    "AND a.state = 'member'))";

static enum sql_result find_other(struct sql_conn *conn,
                                  struct contact_job *job)
{
    enum sql_result result;

    if (job->other != 0)
        result =
            sql_query(conn, find_known,
                      SQL_VALUES(SQL_INT(job->account), SQL_INT(job->other)));
    else
        result =
            sql_query(conn, "SELECT id, name FROM account WHERE name_key = $1",
                      SQL_VALUES(SQL_STRING(job->name.key)));
    if (result != SQL_OK)
        return result;
    if (sql_row_count(conn) == 0) {
        job->outcome =
            job->other == job->account ? CONTACT_ONESELF : CONTACT_NO_ACCOUNT;
        return SQL_OK;
    }
    job->seen.account = sql_int(conn, 0, 0);
    if (job->seen.account == job->account)
        job->outcome = CONTACT_ONESELF;
    return sql_copy(job->seen.name, sizeof(job->seen.name),
                    sql_bytes(conn, 0, 1))
               ? SQL_OK
               : SQL_FAILED;
}

static enum sql_result hold_both(struct sql_conn *conn, struct contact_job *job)
{
    int64_t one = job->account;
    int64_t other = job->seen.account;
    const enum sql_result result = hold_sql_accounts(conn, &one, &other);

    if (result == SQL_OK && (one == 0 || other == 0))
        job->outcome = CONTACT_NO_ACCOUNT; /* deleted meanwhile */
    return result;
}

/* --- the two sides ------------------------------------------------------- */

static enum sql_result read_pair(struct sql_conn *conn,
                                 const struct contact_job *job,
                                 struct contact_pair *pair)
{
    const enum sql_result result = sql_query(
        conn,
        "SELECT account_id, state FROM contact "
        "WHERE (account_id = $1 AND other_id = $2) "
        "OR (account_id = $2 AND other_id = $1)",
        SQL_VALUES(SQL_INT(job->account), SQL_INT(job->seen.account)));

    *pair = (struct contact_pair){CONTACT_NONE, CONTACT_NONE};
    if (result != SQL_OK)
        return result;
    for (size_t row = 0; row < sql_row_count(conn); row++) {
        const enum contact_side side = side_of(sql_bytes(conn, row, 1));

        if (sql_int(conn, row, 0) == job->account)
            pair->mine = side;
        else
            pair->theirs = side;
    }
    return SQL_OK;
}

static enum sql_result write_side(struct sql_conn *conn,
                                  const struct contact_job *job, bool is_mine,
                                  enum contact_side side)
{
    const int64_t from = is_mine ? job->account : job->seen.account;
    const int64_t to = is_mine ? job->seen.account : job->account;

    if (side == CONTACT_NONE)
        return sql_query(
            conn, "DELETE FROM contact WHERE account_id = $1 AND other_id = $2",
            SQL_VALUES(SQL_INT(from), SQL_INT(to)));
    return sql_query(
        conn,
        "INSERT INTO contact (account_id, other_id, state, since) "
        "VALUES ($1, $2, $3, $4) ON CONFLICT (account_id, other_id) "
        "DO UPDATE SET state = excluded.state, since = excluded.since",
        SQL_VALUES(SQL_INT(from), SQL_INT(to), SQL_STRING(side_names[side]),
                   SQL_INT(job->now)));
}

static enum sql_result write_pair(struct sql_conn *conn,
                                  const struct contact_job *job,
                                  struct contact_pair before,
                                  struct contact_pair after)
{
    enum sql_result result = SQL_OK;

    if (after.mine != before.mine)
        result = write_side(conn, job, true, after.mine);
    if (result == SQL_OK && after.theirs != before.theirs)
        result = write_side(conn, job, false, after.theirs);
    return result;
}

/* Of his own: nothing that is done adds one to the other's. */
static enum sql_result count_own(struct sql_conn *conn, struct contact_job *job)
{
    const enum sql_result result =
        sql_query(conn, "SELECT count(*) FROM contact WHERE account_id = $1",
                  SQL_VALUES(SQL_INT(job->account)));

    if (result == SQL_OK && sql_int(conn, 0, 0) >= CONTACTS_MAX)
        job->outcome = CONTACT_TOO_MANY;
    return result;
}

/* Their direct room, if they have one, is to be looked at anew. */
static enum sql_result change_room(struct sql_conn *conn,
                                   struct contact_job *job)
{
    char pair[ROOM_PAIR_SIZE];
    enum sql_result result;
    bool is_there;

    room_pair(pair, job->account, job->seen.account);
    result = sql_query(conn, "SELECT name FROM room WHERE pair = $1",
                       SQL_VALUES(SQL_STRING(pair)));
    if (result != SQL_OK || sql_row_count(conn) == 0)
        return result;
    if (!sql_copy(job->room, sizeof(job->room), sql_bytes(conn, 0, 0)))
        return SQL_FAILED;
    return hold_sql_room(conn, span_of(job->room), job->now, &is_there);
}

/* --- doing it ------------------------------------------------------------ */

static enum contact_outcome outcome_of(enum contact_result result)
{
    switch (result) {
    case CONTACT_OK:
        break;
    case CONTACT_NOT_ASKED:
        return CONTACT_NONE_ASKED;
    case CONTACT_IS_BLOCKED:
        return CONTACT_HAS_BLOCKED;
    }
    return CONTACT_DONE;
}

/* With both held. */
static enum sql_result change(struct sql_conn *conn, struct contact_job *job)
{
    struct contact_pair before;
    struct contact_pair after;
    enum sql_result result = read_pair(conn, job, &before);

    if (result != SQL_OK)
        return result;
    after = before;
    job->outcome = outcome_of(contact_do(job->deed, &after));
    job->seen.mine = after.mine;
    job->seen.is_asking = contact_is_asking(after);
    if (job->outcome == CONTACT_DONE && before.mine == CONTACT_NONE &&
        after.mine != CONTACT_NONE)
        result = count_own(conn, job);
    if (result != SQL_OK || job->outcome != CONTACT_DONE)
        return result;
    result = write_pair(conn, job, before, after);
    if (result == SQL_OK &&
        contact_is_blocked(before) != contact_is_blocked(after))
        result = change_room(conn, job);
    return result;
}

/* Ends something, and so is done where there is nothing. */
static bool is_end(enum contact_deed deed)
{
    return deed == CONTACT_REFUSE || deed == CONTACT_UNBLOCK ||
           deed == CONTACT_REMOVE;
}

/* Nobody he has to do with: whether there is somebody with that number is none
 * of his business. */
static void judge_stranger(struct contact_job *job)
{
    if (job->other == 0 || job->outcome != CONTACT_NO_ACCOUNT)
        return;
    if (is_end(job->deed)) {
        job->outcome = CONTACT_DONE;
        job->seen = (struct contact_seen){.account = job->other};
    } else if (job->deed == CONTACT_ACCEPT) {
        job->outcome = CONTACT_NONE_ASKED;
    }
}

static enum sql_result do_it(struct sql_conn *conn, void *data)
{
    struct contact_job *job = data;
    enum sql_result result = find_other(conn, job);

    if (result == SQL_OK && job->outcome == CONTACT_DONE)
        result = sql_begin(conn);
    if (result == SQL_OK && job->outcome == CONTACT_DONE)
        result = hold_both(conn, job);
    if (result == SQL_OK && job->outcome == CONTACT_DONE)
        result = change(conn, job);
    if (result == SQL_OK && job->outcome == CONTACT_DONE)
        result = sql_commit(conn);
    if (result == SQL_OK)
        judge_stranger(job);
    return result; /* what was not committed is rolled back */
}

/* --- the list ------------------------------------------------------------ */

static const char list_asking[] =
    "SELECT a.id, a.name, '' FROM contact c JOIN account a "
    "ON a.id = c.account_id WHERE c.other_id = $1 AND c.state = 'asked' AND "
    "NOT EXISTS (SELECT 1 FROM contact o WHERE o.account_id = $1 AND "
    "o.other_id = c.account_id AND o.state = 'blocked') "
    "ORDER BY c.since DESC, a.id DESC LIMIT $2";

static const char list_own[] =
    "SELECT a.id, a.name, c.state FROM contact c JOIN account a "
    "ON a.id = c.other_id WHERE c.account_id = $1 "
    "ORDER BY c.since DESC, a.id DESC LIMIT $2";

static enum sql_result add_rows(struct sql_conn *conn,
                                struct contact_list *list,
                                const char *statement, bool are_asking)
{
    const enum sql_result result =
        sql_query(conn, statement,
                  SQL_VALUES(SQL_INT(list->account), SQL_INT(CONTACTS_MAX)));

    if (result != SQL_OK)
        return result;
    for (size_t row = 0; row < sql_row_count(conn); row++) {
        struct contact_seen *seen = &list->at[list->count];

        seen->account = sql_int(conn, row, 0);
        seen->mine = side_of(sql_bytes(conn, row, 2));
        seen->is_asking = are_asking;
        if (!sql_copy(seen->name, sizeof(seen->name), sql_bytes(conn, row, 1)))
            return SQL_FAILED;
        list->count++;
    }
    return SQL_OK;
}

static enum sql_result list_all(struct sql_conn *conn, void *data)
{
    struct contact_list *list = data;
    enum sql_result result;

    list->at = mem_alloc((size_t)2 * CONTACTS_MAX * sizeof(*list->at));
    result = add_rows(conn, list, list_asking, true);
    return result == SQL_OK ? add_rows(conn, list, list_own, false) : result;
}

static void free_list(void *data)
{
    struct contact_list *list = data;

    mem_free(list->at);
    mem_free(list);
}

const struct sql_work contacts_sql_do = {"contact_do", do_it, NULL};
const struct sql_work contacts_sql_list = {"contact_list", list_all, free_list};
