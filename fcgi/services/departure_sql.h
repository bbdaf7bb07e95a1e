/* departure_sql.h -- what somebody leaves behind whose account is deleted.
 *
 *     his private rooms     go to the member who has been there longest, or are
 *                           archived where nobody is left
 *     his direct rooms      are archived: the other reads on
 *     memberships, invitations, contacts, marks of what was read, links that
 *     nobody has used, and what he was punished for   go
 *
 * What he said stays, as everywhere, and so does what he decided of others.
 * Each room that changes by it is noted in room_change. */
#ifndef DEPARTURE_SQL_H
#define DEPARTURE_SQL_H

#include <stdint.h>

#include "io/sql_conn.h"

/* Within the caller's transaction, which holds the row of the account.  'now':
 * wall clock, ms. */
enum sql_result departure_sql_carry_out(struct sql_conn *conn, int64_t account,
                                        int64_t now);

#endif
