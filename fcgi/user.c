/* user.c -- what an operator has to do with accounts.
 *
 *     holdline user list                 all of them
 *     holdline user NAME admin yes|no    an administrator, or not any more
 *
 * A name is what somebody types to sign in.  An account of somebody called
 * "list" is none of the two's trouble: there is a word more. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "programs.h"
#include "services/admins.h"

enum { DONE, FAILED, USAGE, NOBODY }; /* exit statuses */

static const struct sql_patience patience = {
    .connect_ms = 10000, .statement_ms = 30000, .lock_ms = 10000};

static int fail(const struct sql_conn *conn, enum sql_result result)
{
    log_error("user_failed", "result=%s why=%s", sql_result_name(result),
              log_quote(span_of(sql_conn_error(conn))));
    return FAILED;
}

static int usage(void)
{
    log_error("usage", "user=\"list | NAME admin yes|no\"");
    return USAGE;
}

/* --- the list ------------------------------------------------------------ */

static void print_account(void *arg, const struct admins_account *account)
{
    char created_at[CLOCK_TEXT_SIZE];

    clock_format(created_at, (uint64_t)account->created_at);
    fprintf(arg, "a%-9" PRId64 " %-5s  %s  %.*s\n", account->id,
            account->is_admin ? "admin" : "-", created_at,
            (int)account->name.len, account->name.at);
}

static int list(struct sql_conn *conn)
{
    const enum sql_result result = admins_list(conn, print_account, stdout);

    if (result != SQL_OK)
        return fail(conn, result);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        log_error_errno("user_failed", "doing=write");
        return FAILED;
    }
    return DONE;
}

/* --- an administrator ---------------------------------------------------- */

static int set_admin(struct sql_conn *conn, const char *typed, bool is_admin)
{
    enum sql_result result = SQL_OK;
    int64_t account = 0;
    struct name name;

    if (names_read(span_of(typed), &name) == NAME_OK)
        result = admins_set(conn, &name, is_admin, &account);
    if (result != SQL_OK)
        return fail(conn, result);
    if (account == 0) {
        log_error("user_unknown", "name=%s", log_quote(span_of(typed)));
        return NOBODY;
    }
    log_info("user_changed", "account=%" PRId64 " admin=%s", account,
             is_admin ? "yes" : "no");
    return DONE;
}

/* --- which of the two ---------------------------------------------------- */

static int run(struct sql_conn *conn, int argc, char **argv)
{
    const enum sql_result result = sql_conn_open(conn);

    if (result != SQL_OK)
        return fail(conn, result);
    return argc == 1 ? list(conn)
                     : set_admin(conn, argv[0], strcmp(argv[2], "yes") == 0);
}

static bool is_usual(int argc, char **argv)
{
    if (argc == 1)
        return strcmp(argv[0], "list") == 0;
    return argc == 3 && strcmp(argv[1], "admin") == 0 &&
           (strcmp(argv[2], "yes") == 0 || strcmp(argv[2], "no") == 0);
}

int user_main(const struct config *config, int argc, char **argv)
{
    struct sql_conn *conn;
    int status;

    if (!is_usual(argc, argv))
        return usage();
    conn = sql_conn_new(&config->database, patience, false);
    status = run(conn, argc, argv);
    sql_conn_free(conn);
    return status;
}
