#include "services/departure_sql.h"

#include <stddef.h>

/* Whose a room is then; of two who came at the same moment the one whose account
 * is older.  Null: nobody is left. */
#define HEIR                                                             \
    "(SELECT m.account_id FROM room_member m WHERE m.room_id = room.id " \
    "AND m.state = 'member' AND m.account_id <> $1 "                     \
    "ORDER BY m.since, m.account_id LIMIT 1)"

#define HIS_ROOMS "(SELECT room_id FROM room_member WHERE account_id = $1)"

/* Of those that he leaves to nobody. */
#define LEFT_ROOMS                                                      \
    "(SELECT id FROM room WHERE kind = 'private' AND owner_id IS NULL " \
    "AND id IN " HIS_ROOMS ")"

/* In this order.  $1 is the account, $2 the present; a statement has one or
 * both, and says which by how it is listed. */
static const struct step {
    const char *statement;
    size_t value_count;
} steps[] = {
    /* First, as it is also what holds a room against others who change it; in
     * their order, so that two who go at the same moment do not wait for each
     * other. */
    {"INSERT INTO room_change (room_id, number) "
     "SELECT room_id, $2 FROM room_member WHERE account_id = $1 "
     "ORDER BY room_id ON CONFLICT (room_id) DO UPDATE "
     "SET number = room_change.number + 1",
     2},

    /* The heir may have one that looks alike already.  Then both keep their
     * titles, as its members know it by that, and what is to be unique has a
     * line feed and a number in it, which no title has. */
    {"UPDATE room SET owner_id = " HEIR ", title_look = CASE WHEN EXISTS "
     "(SELECT 1 FROM room other WHERE other.owner_id = " HEIR
     " AND other.title_look = room.title_look) "
     "THEN substr(title_look, 1, 900) || '\n' || CAST(id AS TEXT) "
     "ELSE title_look END "
     "WHERE owner_id = $1 AND archived_at IS NULL AND " HEIR " IS NOT NULL",
     1},
    {"UPDATE room SET owner_id = NULL, archived_at = coalesce(archived_at, $2) "
     "WHERE owner_id = $1",
     2},
    {"DELETE FROM room_member WHERE state = 'invited' "
     "AND room_id IN " LEFT_ROOMS,
     1},
    {"DELETE FROM room_invite WHERE used_by IS NULL "
     "AND (made_by = $1 OR room_id IN " LEFT_ROOMS ")",
     1},

    {"UPDATE room SET archived_at = $2 WHERE kind = 'direct' "
     "AND archived_at IS NULL AND id IN " HIS_ROOMS,
     2},

    {"DELETE FROM room_member WHERE account_id = $1", 1},
    {"DELETE FROM room_sanction WHERE person = 'a' || CAST($1 AS TEXT)", 1},
    {"DELETE FROM contact WHERE account_id = $1 OR other_id = $1", 1},
    {"DELETE FROM read_marker WHERE account_id = $1", 1},
};

enum sql_result departure_sql_carry_out(struct sql_conn *conn, int64_t account,
                                        int64_t now)
{
    const struct sql_value values[] = {SQL_INT(account), SQL_INT(now)};
    enum sql_result result = SQL_OK;

    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
        if (result == SQL_OK)
            result =
                sql_query(conn, steps[i].statement,
                          (struct sql_values){values, steps[i].value_count});
    return result;
}
