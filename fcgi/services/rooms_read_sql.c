/* rooms_read_sql.c -- the statements that read rooms; see rooms_sql.h. */
#include <inttypes.h>
#include <stdio.h>

#include "base/mem.h"
#include "services/rooms_sql_private.h"

/* $1 is who looks.  Of a direct room the title is what the other is called; to
 * somebody who is not in it both are others. */
#define SEEN                                                                \
    "r.id, r.name, r.kind, CASE WHEN r.kind = 'direct' THEN "               \
    "coalesce((SELECT a.name FROM room_member o JOIN account a "            \
    "ON a.id = o.account_id WHERE o.room_id = r.id AND o.account_id <> $1 " \
    "LIMIT 1), "                                                            \
    "'') ELSE coalesce(r.title, '') END, r.topic, r.owner_id, "             \
    "coalesce(r.archived_at, 0), m.state "
#define SEEN_COLUMNS 8

enum sql_result rooms_sql_copy(char *to, size_t size, struct span from)
{
    return sql_copy(to, size, from) ? SQL_OK : SQL_FAILED;
}

static enum room_kind kind_of(struct span name)
{
    if (span_is(name, "private"))
        return ROOM_PRIVATE;
    return span_is(name, "direct") ? ROOM_IS_DIRECT : ROOM_PUBLIC;
}

static enum sql_result take_seen(const struct sql_conn *conn, size_t row,
                                 struct room_seen *seen)
{
    const struct span state = sql_bytes(conn, row, 7);
    enum sql_result result;

    *seen = (struct room_seen){
        .id = sql_int(conn, row, 0),
        .kind = kind_of(sql_bytes(conn, row, 2)),
        .owner = sql_is_null(conn, row, 5) ? 0 : sql_int(conn, row, 5),
        .is_archived = sql_int(conn, row, 6) != 0,
        .is_member = span_is(state, "member"),
        .is_invited = span_is(state, "invited"),
    };
    result =
        rooms_sql_copy(seen->room, sizeof(seen->room), sql_bytes(conn, row, 1));
    if (result == SQL_OK)
        result = rooms_sql_copy(seen->title, sizeof(seen->title),
                                sql_bytes(conn, row, 3));
    return result == SQL_OK ? rooms_sql_copy(seen->topic, sizeof(seen->topic),
                                             sql_bytes(conn, row, 4))
                            : result;
}

static enum sql_result take_one(const struct sql_conn *conn,
                                enum sql_result result, struct room_seen *seen)
{
    seen->id = 0;
    return result == SQL_OK && sql_row_count(conn) > 0
               ? take_seen(conn, 0, seen)
               : result;
}

enum sql_result rooms_sql_see(struct sql_conn *conn, int64_t account,
                              struct sql_value name, struct room_seen *seen)
{
    const enum sql_result result =
        sql_query(conn,
                  "SELECT " SEEN "FROM room r LEFT JOIN room_member m "
                  "ON m.room_id = r.id AND m.account_id = $1 WHERE r.name = $2",
                  SQL_VALUES(SQL_INT(account), name));

    return take_one(conn, result, seen);
}

enum sql_result rooms_sql_see_id(struct sql_conn *conn, int64_t account,
                                 int64_t id, struct room_seen *seen)
{
    const enum sql_result result =
        sql_query(conn,
                  "SELECT " SEEN "FROM room r LEFT JOIN room_member m "
                  "ON m.room_id = r.id AND m.account_id = $1 WHERE r.id = $2",
                  SQL_VALUES(SQL_INT(account), SQL_INT(id)));

    return take_one(conn, result, seen);
}

/* --- one, with who is in it ---------------------------------------------- */

static void free_read(void *data)
{
    struct room_read_job *job = data;

    mem_free(job->members);
    mem_free(job);
}

static enum sql_result read_admin(struct sql_conn *conn,
                                  struct room_read_job *job)
{
    const enum sql_result result =
        sql_query(conn, "SELECT is_admin FROM account WHERE id = $1",
                  SQL_VALUES(SQL_INT(job->account)));

    job->is_admin =
        result == SQL_OK && sql_row_count(conn) > 0 && sql_int(conn, 0, 0) != 0;
    return result;
}

static enum sql_result read_members(struct sql_conn *conn,
                                    struct room_read_job *job)
{
    enum sql_result result =
        sql_query(conn,
                  "SELECT a.id, coalesce(a.name, ''), m.state "
                  "FROM room_member m JOIN account a ON a.id = m.account_id "
                  "WHERE m.room_id = $1 ORDER BY m.since, a.id",
                  SQL_VALUES(SQL_INT(job->seen.id)));

    if (result != SQL_OK)
        return result;
    job->members =
        mem_alloc((sql_row_count(conn) + 1) * sizeof(job->members[0]));
    while (result == SQL_OK && job->member_count < sql_row_count(conn)) {
        const size_t row = job->member_count;
        struct room_member *member = &job->members[job->member_count++];

        member->account = sql_int(conn, row, 0);
        member->is_invited = span_is(sql_bytes(conn, row, 2), "invited");
        result = rooms_sql_copy(member->name, sizeof(member->name),
                                sql_bytes(conn, row, 1));
    }
    return result;
}

/* A public room is there whether there is a row of it or not. */
static enum sql_result read_one(struct sql_conn *conn, void *data)
{
    struct room_read_job *job = data;
    const struct span name = span_of(job->room);
    enum sql_result result =
        rooms_sql_see(conn, job->account, SQL_TEXT(name), &job->seen);

    if (result == SQL_OK)
        result = read_admin(conn, job);
    if (result != SQL_OK)
        return result;
    if (!room_is_closed(name)) {
        job->is_found = true;
        return rooms_sql_copy(job->seen.room, sizeof(job->seen.room), name);
    }
    job->is_found = job->seen.id != 0 && job->seen.is_member;
    return job->is_found ? read_members(conn, job) : SQL_OK;
}

const struct sql_work rooms_sql_read = {"room_read", read_one, free_read};

/* --- somebody's ---------------------------------------------------------- */

static void free_list(void *data)
{
    struct room_list_job *job = data;

    mem_free(job->at);
    mem_free(job);
}

static struct cursor cursor_of(const struct sql_conn *conn, size_t row)
{
    char text[CURSOR_TEXT_SIZE];
    struct cursor cursor;
    struct span epoch;

    if (sql_is_null(conn, row, SEEN_COLUMNS))
        return CURSOR_START;
    epoch = sql_bytes(conn, row, SEEN_COLUMNS);
    snprintf(text, sizeof(text), "%.*s-%" PRId64, (int)epoch.len, epoch.at,
             sql_int(conn, row, SEEN_COLUMNS + 1));
    return cursor_parse(span_of(text), &cursor) ? cursor : CURSOR_START;
}

static enum sql_result list(struct sql_conn *conn, void *data)
{
    struct room_list_job *job = data;
    enum sql_result result =
        sql_query(conn,
                  "SELECT " SEEN ", k.epoch, k.seq FROM room_member m "
                  "JOIN room r ON r.id = m.room_id "
                  "LEFT JOIN read_marker k ON k.account_id = $1 "
                  "AND k.room = r.name WHERE m.account_id = $1 "
                  "ORDER BY m.since DESC, r.id DESC LIMIT $2",
                  SQL_VALUES(SQL_INT(job->account), SQL_INT(ROOMS_JOINED_MAX)));

    if (result != SQL_OK)
        return result;
    job->at = mem_alloc((sql_row_count(conn) + 1) * sizeof(job->at[0]));
    while (result == SQL_OK && job->count < sql_row_count(conn)) {
        struct room_mine *mine = &job->at[job->count];

        result = take_seen(conn, job->count, &mine->seen);
        mine->read = cursor_of(conn, job->count);
        job->count++;
    }
    return result;
}

const struct sql_work rooms_sql_list = {"room_list", list, free_list};

/* --- marks and rights ---------------------------------------------------- */

/* Of a room more than may be marked nothing is noted: it is as if he had not
 * read it. */
static enum sql_result mark(struct sql_conn *conn, void *data)
{
    const struct room_mark_job *job = data;
    char epoch[20];

    snprintf(epoch, sizeof(epoch), "%" PRIx64, job->cursor.epoch);
    return sql_query(
        conn,
        "INSERT INTO read_marker (account_id, room, epoch, seq) "
        "SELECT $1, $2, $3, $4 WHERE (SELECT count(*) FROM read_marker "
        "WHERE account_id = $1 AND room <> $2) < $5 "
        "ON CONFLICT (account_id, room) DO UPDATE "
        "SET epoch = excluded.epoch, seq = excluded.seq "
        "WHERE excluded.seq > 0 AND (read_marker.epoch <> excluded.epoch "
        "OR read_marker.seq < excluded.seq)",
        SQL_VALUES(SQL_INT(job->account), SQL_TEXT(span_of(job->room)),
                   SQL_TEXT(span_of(epoch)), SQL_INT((int64_t)job->cursor.seq),
                   SQL_INT(ROOM_MARKS_MAX)));
}

const struct sql_work rooms_sql_mark = {"room_mark", mark, NULL};

static enum sql_result moderate(struct sql_conn *conn, void *data)
{
    struct room_moderate_job *job = data;
    const bool is_closed = room_is_closed(span_of(job->room));
    const enum sql_result result = sql_query(
        conn,
        is_closed
            ? "SELECT 1 FROM room WHERE name = $2 AND kind = 'private' AND "
              "(owner_id = $1 OR EXISTS (SELECT 1 FROM account "
              "WHERE id = $1 AND is_admin = 1 AND deleted_at IS NULL))"
            : "SELECT 1 FROM account WHERE id = $1 AND is_admin = 1 "
              "AND deleted_at IS NULL AND $2 <> ''",
        SQL_VALUES(SQL_INT(job->account), SQL_TEXT(span_of(job->room))));

    job->may = result == SQL_OK && sql_row_count(conn) > 0;
    return result;
}

const struct sql_work rooms_sql_moderate = {"room_moderate", moderate, NULL};
