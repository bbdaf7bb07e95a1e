/* hold_sql.h -- what several do at the same moment is one after the other.
 *
 * Within a transaction who changes something holds first the accounts that it
 * concerns, the smaller number first, and then the room; so two never wait for
 * each other.  SELECT ... FOR UPDATE is not known to SQLite: an UPDATE that
 * changes nothing does it in both, and for a room the note of its change. */
#ifndef HOLD_SQL_H
#define HOLD_SQL_H

#include <stdbool.h>
#include <stdint.h>

#include "io/sql_conn.h"

/* '*account' becomes 0 when it is not there any more. */
enum sql_result hold_sql_account(struct sql_conn *conn, int64_t *account);

/* Two different ones. */
enum sql_result hold_sql_accounts(struct sql_conn *conn, int64_t *one,
                                  int64_t *other);

/* The room of that name, and notes in room_change that who may do what in it
 * changes.  'now' is the wall clock in ms: a note that is made anew has another
 * number than the one that somebody is just about to forget.  '*is_there' says
 * whether there is such a room. */
enum sql_result hold_sql_room(struct sql_conn *conn, struct span name,
                              int64_t now, bool *is_there);

#endif
