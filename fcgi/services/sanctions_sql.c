#include "services/sanctions_sql.h"

#include "base/mem.h"
#include "services/hold_sql.h"

/* --- who looks after it -------------------------------------------------- */

/* A room and who asks, as they stand. */
struct seen {
    int64_t id; /* 0: there is no such room */
    int64_t owner;
    bool is_public;
    bool is_direct;
    bool is_member;
    bool is_admin;
};

/* A public room need not have a row: it is there all the same. */
static enum sql_result see(struct sql_conn *conn, int64_t account,
                           const char *room, struct seen *seen)
{
    enum sql_result result = sql_query(conn,
                                       "SELECT is_admin FROM account "
                                       "WHERE id = $1 AND deleted_at IS NULL",
                                       SQL_VALUES(SQL_INT(account)));

    *seen = (struct seen){.is_public = !room_is_closed(span_of(room))};
    if (result != SQL_OK)
        return result;
    seen->is_admin = sql_row_count(conn) > 0 && sql_int(conn, 0, 0) != 0;
    result = sql_query(conn,
                       "SELECT r.id, r.owner_id, r.kind, m.state FROM room r "
                       "LEFT JOIN room_member m ON m.room_id = r.id "
                       "AND m.account_id = $2 WHERE r.name = $1",
                       SQL_VALUES(SQL_STRING(room), SQL_INT(account)));
    if (result != SQL_OK || sql_row_count(conn) == 0)
        return result;
    seen->id = sql_int(conn, 0, 0);
    seen->owner = sql_is_null(conn, 0, 1) ? 0 : sql_int(conn, 0, 1);
    seen->is_direct = span_is(sql_bytes(conn, 0, 2), "direct");
    seen->is_member = span_is(sql_bytes(conn, 0, 3), "member");
    return SQL_OK;
}

static enum sanction_outcome judge_keeper(const struct seen *seen,
                                          int64_t account)
{
    const bool is_keeper =
        !seen->is_direct && (seen->is_admin || seen->owner == account);

    if (seen->is_public)
        return seen->is_admin ? SANCTION_DONE : SANCTION_NOT_KEEPER;
    if (seen->id == 0 || !(seen->is_member || is_keeper))
        return SANCTION_NO_ROOM;
    return is_keeper ? SANCTION_DONE : SANCTION_NOT_KEEPER;
}

static enum sanction_outcome judge(const struct sanction_job *job,
                                   const struct seen *seen)
{
    const enum sanction_outcome outcome = judge_keeper(seen, job->account);
    const int64_t whom = person_account(span_of(job->person));

    if (outcome != SANCTION_DONE || job->deed == SANCTION_PARDON || whom == 0)
        return outcome;
    if (whom == job->account)
        return SANCTION_OF_ONESELF;
    return whom == seen->owner ? SANCTION_OF_OWNER : SANCTION_DONE;
}

/* --- doing it ------------------------------------------------------------ */

/* What several do in one room is one after the other: who notes a change holds
 * the room until it is done. */
static enum sql_result hold(struct sql_conn *conn,
                            const struct sanction_job *job)
{
    enum sql_result result = SQL_OK;
    bool is_there;

    if (!room_is_closed(span_of(job->room)))
        result =
            sql_query(conn,
                      "INSERT INTO room (name, kind, created_at) "
                      "VALUES ($1, 'public', $2) "
                      "ON CONFLICT (name) DO NOTHING",
                      SQL_VALUES(SQL_STRING(job->room), SQL_INT(job->now)));
    if (result != SQL_OK)
        return result;
    return hold_sql_room(conn, span_of(job->room), job->now, &is_there);
}

/* Those that are over are no use to anybody. */
static enum sql_result make_place(struct sql_conn *conn,
                                  struct sanction_job *job, int64_t room)
{
    enum sql_result result = sql_query(
        conn, "DELETE FROM room_sanction WHERE room_id = $1 AND until <= $2",
        SQL_VALUES(SQL_INT(room), SQL_INT(job->now)));

    if (result == SQL_OK)
        result = sql_query(
            conn, "SELECT count(*) FROM room_sanction WHERE room_id = $1",
            SQL_VALUES(SQL_INT(room)));
    if (result == SQL_OK && sql_int(conn, 0, 0) >= SANCTIONS_MAX)
        job->outcome = SANCTION_TOO_MANY;
    return result;
}

static enum sql_result give(struct sql_conn *conn, struct sanction_job *job,
                            int64_t room)
{
    enum sql_result result = make_place(conn, job, room);

    if (result != SQL_OK || job->outcome != SANCTION_DONE)
        return result;
    return sql_query(
        conn,
        "INSERT INTO room_sanction "
        "(room_id, person, kind, name, given_by, given_at, until) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7) "
        "ON CONFLICT (room_id, person, kind) DO UPDATE "
        "SET name = excluded.name, given_by = excluded.given_by, "
        "given_at = excluded.given_at, until = excluded.until",
        SQL_VALUES(SQL_INT(room), SQL_STRING(job->person),
                   SQL_STRING(job->deed == SANCTION_BAN ? "ban" : "mute"),
                   SQL_STRING(job->name), SQL_INT(job->account),
                   SQL_INT(job->now), SQL_INT(job->until)));
}

static enum sql_result pardon(struct sql_conn *conn, struct sanction_job *job,
                              int64_t room)
{
    const enum sql_result result = sql_query(
        conn, "DELETE FROM room_sanction WHERE room_id = $1 AND person = $2",
        SQL_VALUES(SQL_INT(room), SQL_STRING(job->person)));

    job->ended = result == SQL_OK ? sql_changed(conn) : 0;
    return result;
}

/* Looked at before, so that who may not makes no row, and again with the room
 * held: it may have another owner. */
static enum sql_result do_it(struct sql_conn *conn, void *data)
{
    struct sanction_job *job = data;
    struct seen seen;
    enum sql_result result = see(conn, job->account, job->room, &seen);

    if (result != SQL_OK || (job->outcome = judge(job, &seen)) != SANCTION_DONE)
        return result;
    result = sql_begin(conn);
    if (result == SQL_OK)
        result = hold(conn, job);
    if (result == SQL_OK)
        result = see(conn, job->account, job->room, &seen);
    if (result != SQL_OK || (job->outcome = judge(job, &seen)) != SANCTION_DONE)
        return result;
    result = job->deed == SANCTION_PARDON ? pardon(conn, job, seen.id)
                                          : give(conn, job, seen.id);
    if (result == SQL_OK && job->outcome == SANCTION_DONE)
        result = sql_commit(conn);
    return result; /* what was not committed is rolled back */
}

/* --- the list ------------------------------------------------------------ */

static enum sql_result take_row(struct sql_conn *conn, size_t row,
                                struct sanction *sanction)
{
    sanction->is_ban = span_is(sql_bytes(conn, row, 2), "ban");
    sanction->given_by = sql_int(conn, row, 3);
    sanction->until = sql_int(conn, row, 4);
    return sql_copy(sanction->person, sizeof(sanction->person),
                    sql_bytes(conn, row, 0)) &&
                   sql_copy(sanction->name, sizeof(sanction->name),
                            sql_bytes(conn, row, 1))
               ? SQL_OK
               : SQL_FAILED;
}

static enum sql_result list_all(struct sql_conn *conn, void *data)
{
    struct sanction_list *list = data;
    struct seen seen;
    enum sql_result result = see(conn, list->account, list->room, &seen);

    if (result != SQL_OK ||
        (list->outcome = judge_keeper(&seen, list->account)) != SANCTION_DONE)
        return result;
    result = sql_query(
        conn,
        "SELECT person, name, kind, given_by, until FROM room_sanction "
        "WHERE room_id = $1 AND until > $2 "
        "ORDER BY until DESC, person, kind LIMIT $3",
        SQL_VALUES(SQL_INT(seen.id), SQL_INT(list->now),
                   SQL_INT(SANCTIONS_MAX)));
    if (result != SQL_OK || sql_row_count(conn) == 0)
        return result;
    list->at = mem_alloc(sql_row_count(conn) * sizeof(*list->at));
    for (size_t row = 0; row < sql_row_count(conn) && result == SQL_OK; row++)
        result = take_row(conn, row, &list->at[list->count++]);
    return result;
}

static void free_list(void *data)
{
    struct sanction_list *list = data;

    mem_free(list->at);
    mem_free(list);
}

const struct sql_work sanctions_sql_do = {"sanction_do", do_it, NULL};
const struct sql_work sanctions_sql_list = {"sanction_list", list_all,
                                            free_list};
