/* accounts_sql.h -- the statements about accounts, as jobs for sql_start.
 *
 * Each takes a struct account_job; the comments say which fields it reads and
 * which it sets. */
#ifndef ACCOUNTS_SQL_H
#define ACCOUNTS_SQL_H

#include <stdbool.h>
#include <stdint.h>

#include "io/secret.h"
#include "io/sql.h"
#include "services/names.h"

/* Rows of accounts_sql_endings at once. */
#define ACCOUNT_ENDINGS_MAX 32

struct account {
    int64_t id;
    char name[NAME_SIZE];
    char hash[SECRET_PASSWORD_SIZE]; /* what is behind its NUL is NUL, too */
    int64_t password_changed_at;     /* wall clock, ms; never goes back */
};

/* Sessions of 'account' with a password from before 'since' are to end. */
struct account_ending {
    int64_t account;
    int64_t since;
};

struct account_job {
    struct name name;
    char new_hash[SECRET_PASSWORD_SIZE];
    int64_t now; /* wall clock, ms */
    struct account account;
    bool is_found;
    struct account_ending endings[ACCOUNT_ENDINGS_MAX];
    size_t ending_count;
};

/* name.key -> is_found, account */
extern const struct sql_work accounts_sql_find;

/* account.id -> is_found, account */
extern const struct sql_work accounts_sql_read;

/* name.key, name.look -> is_found: there is one with either */
extern const struct sql_work accounts_sql_look;

/* name, new_hash, now -> account; SQL_NOT_UNIQUE: the name is taken */
extern const struct sql_work accounts_sql_insert;

/* account.id, account.hash, new_hash: the same password, hashed as is done by
 * now -> is_found: false when it is another one meanwhile */
extern const struct sql_work accounts_sql_renew;

/* account.id, account.hash, new_hash, now -> is_found (as above), and then
 * endings[0], which accounts_sql_ended is to be told of */
extern const struct sql_work accounts_sql_change;

/* account.id, account.hash, now -> the same */
extern const struct sql_work accounts_sql_delete;

/* -> endings, ending_count: what is still to be done */
extern const struct sql_work accounts_sql_endings;

/* endings[0] has been done */
extern const struct sql_work accounts_sql_ended;

#endif
