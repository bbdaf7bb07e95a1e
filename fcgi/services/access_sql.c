#include "services/access_sql.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

/* --- what is known of a room --------------------------------------------- */

static enum sql_result load_members(struct sql_conn *conn,
                                    struct access_rules *rules, int64_t room)
{
    const enum sql_result result =
        sql_query(conn,
                  "SELECT account_id FROM room_member "
                  "WHERE room_id = $1 AND state = 'member' "
                  "ORDER BY account_id",
                  SQL_VALUES(SQL_INT(room)));

    if (result != SQL_OK || sql_row_count(conn) == 0)
        return result;
    rules->members = mem_alloc(sql_row_count(conn) * sizeof(*rules->members));
    for (size_t row = 0; row < sql_row_count(conn); row++)
        rules->members[rules->member_count++] = sql_int(conn, row, 0);
    return SQL_OK;
}

/* Sorted in the database by bytes only where its collation does; so here. */
static void insert_sanction(struct access_rules *rules,
                            const struct access_sanction *sanction)
{
    size_t at = rules->sanction_count++;

    while (at > 0 &&
           strcmp(rules->sanctions[at - 1].person, sanction->person) > 0) {
        rules->sanctions[at] = rules->sanctions[at - 1];
        at--;
    }
    rules->sanctions[at] = *sanction;
}

static enum sql_result load_sanctions(struct sql_conn *conn,
                                      struct access_rules *rules, int64_t room,
                                      int64_t now)
{
    const enum sql_result result =
        sql_query(conn,
                  "SELECT person, kind, until FROM room_sanction "
                  "WHERE room_id = $1 AND until > $2 ORDER BY person",
                  SQL_VALUES(SQL_INT(room), SQL_INT(now)));

    if (result != SQL_OK || sql_row_count(conn) == 0)
        return result;
    rules->sanctions =
        mem_alloc(sql_row_count(conn) * sizeof(*rules->sanctions));
    for (size_t row = 0; row < sql_row_count(conn); row++) {
        struct access_sanction sanction = {
            .is_ban = span_is(sql_bytes(conn, row, 1), "ban"),
            .until = sql_int(conn, row, 2)};

        if (!sql_copy(sanction.person, sizeof(sanction.person),
                      sql_bytes(conn, row, 0)))
            return SQL_FAILED;
        insert_sanction(rules, &sanction);
        rules->has_bans = rules->has_bans || sanction.is_ban;
    }
    return SQL_OK;
}

/* 'pair' is "3-17". */
static enum sql_result load_block(struct sql_conn *conn,
                                  struct access_rules *rules, const char *pair)
{
    int64_t one;
    int64_t other;
    enum sql_result result;

    if (sscanf(pair, "%" SCNd64 "-%" SCNd64, &one, &other) != 2) // NOLINT
        return SQL_FAILED;
    result = sql_query(conn,
                       "SELECT 1 FROM contact WHERE state = 'blocked' AND "
                       "((account_id = $1 AND other_id = $2) OR "
                       "(account_id = $2 AND other_id = $1)) LIMIT 1",
                       SQL_VALUES(SQL_INT(one), SQL_INT(other)));
    rules->is_blocked = result == SQL_OK && sql_row_count(conn) > 0;
    return result;
}

static enum sql_result load_room(struct sql_conn *conn,
                                 struct access_load_room *wanted, int64_t now)
{
    struct access_rules *rules = &wanted->rules;
    enum sql_result result =
        sql_query(conn,
                  "SELECT id, archived_at, owner_id, pair FROM room "
                  "WHERE name = $1",
                  SQL_VALUES(SQL_TEXT(span_of(wanted->name))));
    char pair[ROOM_PAIR_SIZE] = "";
    int64_t room;

    rules->is_closed = room_is_closed(span_of(wanted->name));
    if (result != SQL_OK || sql_row_count(conn) == 0)
        return result;
    rules->is_there = true;
    room = sql_int(conn, 0, 0);
    rules->is_archived = !sql_is_null(conn, 0, 1);
    if (!sql_is_null(conn, 0, 2))
        rules->owner = sql_int(conn, 0, 2);
    if (!sql_is_null(conn, 0, 3) &&
        !sql_copy(pair, sizeof(pair), sql_bytes(conn, 0, 3)))
        return SQL_FAILED;
    if (pair[0] != '\0')
        result = load_block(conn, rules, pair);
    if (result == SQL_OK && rules->is_closed)
        result = load_members(conn, rules, room);
    return result == SQL_OK ? load_sanctions(conn, rules, room, now) : result;
}

static enum sql_result load_all(struct sql_conn *conn, void *data)
{
    struct access_load *load = data;
    enum sql_result result = SQL_OK;

    for (size_t i = 0; i < load->count && result == SQL_OK; i++)
        result = load_room(conn, &load->rooms[i], load->now);
    return result;
}

static void free_load(void *data)
{
    struct access_load *load = data;

    for (size_t i = 0; i < load->count; i++)
        access_rules_fini(&load->rooms[i].rules);
    mem_free(load);
}

/* --- what is still to be told -------------------------------------------- */

static enum sql_result find_changes(struct sql_conn *conn, void *data)
{
    struct access_changes *changes = data;
    const enum sql_result result =
        sql_query(conn,
                  "SELECT c.room_id, c.number, r.name FROM room_change c "
                  "JOIN room r ON r.id = c.room_id LIMIT $1",
                  SQL_VALUES(SQL_INT(ACCESS_LOAD_MAX)));

    if (result != SQL_OK)
        return result;
    for (size_t row = 0; row < sql_row_count(conn); row++) {
        struct access_change *change = &changes->at[changes->count];

        change->room_id = sql_int(conn, row, 0);
        change->number = sql_int(conn, row, 1);
        if (!sql_copy(change->name, sizeof(change->name),
                      sql_bytes(conn, row, 2)))
            return SQL_FAILED;
        changes->count++;
    }
    return SQL_OK;
}

static enum sql_result forget_changes(struct sql_conn *conn, void *data)
{
    const struct access_changes *changes = data;
    enum sql_result result = SQL_OK;

    for (size_t i = 0; i < changes->count && result == SQL_OK; i++)
        result = sql_query(conn,
                           "DELETE FROM room_change "
                           "WHERE room_id = $1 AND number = $2",
                           SQL_VALUES(SQL_INT(changes->at[i].room_id),
                                      SQL_INT(changes->at[i].number)));
    return result;
}

const struct sql_work access_sql_load = {"access_load", load_all, free_load};
const struct sql_work access_sql_changes = {"access_changes", find_changes,
                                            NULL};
const struct sql_work access_sql_told = {"access_told", forget_changes, NULL};
