/* rooms_sql_private.h -- what the files of statements about rooms share. */
#ifndef ROOMS_SQL_PRIVATE_H
#define ROOMS_SQL_PRIVATE_H

#include "services/rooms_sql.h"

/* Reads the room of that name (a value of SQL) as 'account' sees it; 'seen->id'
 * is 0 when there is none. */
enum sql_result rooms_sql_see(struct sql_conn *conn, int64_t account,
                              struct sql_value name, struct room_seen *seen);
enum sql_result rooms_sql_see_id(struct sql_conn *conn, int64_t account,
                                 int64_t id, struct room_seen *seen);

/* SQL_FAILED when it does not fit: then the schema is not what it says. */
enum sql_result rooms_sql_copy(char *to, size_t size, struct span from);

#endif
