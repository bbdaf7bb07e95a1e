/* sanctions.h -- who says or reads nothing in a room for a time.
 *
 * What it means is in access_rules.h, what is kept in sanctions_sql.h.  As soon
 * as it is in SQL, all processes are told to look at that room anew. */
#ifndef SANCTIONS_H
#define SANCTIONS_H

#include "services/access.h"
#include "services/sanctions_sql.h"

struct sanctions_call;

/* 'done' is lent, and NULL when SQL could not be asked: it may or may not have
 * been done then. */
typedef void sanctions_fn(void *arg, const struct sanction_job *done);

/* Does what 'wish' says (all but outcome and ended).  on_done runs once, later,
 * unless cancelled; what has begun then may be done all the same. */
struct sanctions_call *sanctions_start(struct sql *sql, struct access *access,
                                       const struct sanction_job *wish,
                                       sanctions_fn *on_done, void *arg);

/* 'list' is lent, and NULL when SQL could not be asked. */
typedef void sanctions_list_fn(void *arg, const struct sanction_list *list);

struct sanctions_call *sanctions_list(struct sql *sql, int64_t account,
                                      struct span room,
                                      sanctions_list_fn *on_list, void *arg);

void sanctions_cancel(struct sanctions_call *call);

#endif
