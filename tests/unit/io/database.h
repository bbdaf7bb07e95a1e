/* database.h -- a database for tests: the one that HOLDLINE_TEST_DATABASE_URL
 * names (tests/system starts a PostgreSQL for that), or else a file of SQLite
 * in a folder of its own. */
#ifndef DATABASE_H
#define DATABASE_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "io/sql_conn.h"

static struct sql_address database;
static char database_folder[] = "/tmp/holdline-sql-XXXXXX";
static char database_file[60];

/* Who waits for a lock gives up soon. */
static const struct sql_patience database_patience = {
    .connect_ms = 2000, .statement_ms = 2000, .lock_ms = 100};

static inline int database_make(void **state)
{
    const char *url = getenv("HOLDLINE_TEST_DATABASE_URL");
    char own[80];

    (void)state;
    if (url == NULL) {
        if (mkdtemp(database_folder) == NULL)
            return -1;
        snprintf(database_file, sizeof database_file, "%s/test.db",
                 database_folder);
        snprintf(own, sizeof own, "sqlite:%s", database_file);
        url = own;
    }
    return sql_address_parse(&database, url) ? 0 : -1;
}

static inline int database_remove(void **state)
{
    char beside[70];

    (void)state;
    sql_address_fini(&database);
    if (*database_file == '\0')
        return 0;
    unlink(database_file);
    snprintf(beside, sizeof beside, "%s-wal", database_file);
    unlink(beside);
    snprintf(beside, sizeof beside, "%s-shm", database_file);
    unlink(beside);
    return rmdir(database_folder);
}

#endif
