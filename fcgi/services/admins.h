/* admins.h -- which accounts are administrators': who may delete what others
 * said, mute and ban in public rooms.
 *
 * For programs without a loop: the operator says it (user.c).  Nobody keeps it
 * in mind; who wants to know asks SQL when it matters. */
#ifndef ADMINS_H
#define ADMINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/sql_conn.h"
#include "services/names.h"

/* '*account' is 0 when nobody is called 'name'. */
enum sql_result admins_set(struct sql_conn *conn, const struct name *name,
                           bool is_admin, int64_t *account);

struct admins_account {
    int64_t id;
    bool is_admin;
    int64_t created_at; /* wall clock, ms */
    struct span name;   /* lent during the callback */
};

typedef void admins_fn(void *arg, const struct admins_account *account);

/* Tells all accounts, the oldest first: within this call, and those until an
 * error. */
enum sql_result admins_list(struct sql_conn *conn, admins_fn *on_account,
                            void *arg);

#endif
