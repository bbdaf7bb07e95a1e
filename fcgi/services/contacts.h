/* contacts.h -- who knows whom, and who wants to hear nothing of whom.
 *
 * What it means is in model/contact.h, what is kept in contacts_sql.h.  A block
 * stops what is written in the direct room of the two: as soon as it is in SQL,
 * all processes are told to look at that room anew. */
#ifndef CONTACTS_H
#define CONTACTS_H

#include "io/sql.h"
#include "services/access.h"
#include "services/contacts_sql.h"

struct contacts_call;

/* 'done' is lent, and NULL when SQL could not be asked: it may or may not have
 * been done then. */
typedef void contacts_fn(void *arg, const struct contact_job *done);

/* Does what 'wish' says (deed, account, other or name).  on_done runs once,
 * later, unless cancelled; what has begun then may be done all the same, and is
 * told by whoever looks at room_change next. */
struct contacts_call *contacts_start(struct sql *sql, struct access *access,
                                     const struct contact_job *wish,
                                     contacts_fn *on_done, void *arg);

/* 'list' is lent, and NULL when SQL could not be asked. */
typedef void contacts_list_fn(void *arg, const struct contact_list *list);

struct contacts_call *contacts_list(struct sql *sql, int64_t account,
                                    contacts_list_fn *on_list, void *arg);

void contacts_cancel(struct contacts_call *call);

#endif
