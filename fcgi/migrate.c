/* migrate.c -- brings the database to the form that this version needs.
 *
 * An operator calls it once for each new version, before its workers start.
 * The embedded database has nobody to do that: `serve` does it (pool.c). */
#include "base/log.h"
#include "programs.h"
#include "services/schema.h"

/* A change of a large table takes its time, and somebody is watching; but
 * another migration that is not over after a minute is worth a look. */
static const struct sql_patience patience = {
    .connect_ms = 10000, .statement_ms = 3600000, .lock_ms = 60000};

bool migrate_database(const struct config *config)
{
    struct sql_conn *conn = sql_conn_new(&config->database, patience, true);
    const bool ok = schema_migrate(conn, schema_migrations);

    sql_conn_free(conn);
    return ok;
}

int migrate_main(const struct config *config, int argc, char **argv)
{
    (void)argv;
    if (argc > 0) {
        log_error("usage", "migrate=\"takes no arguments\"");
        return 2;
    }
    return migrate_database(config) ? 0 : 1;
}
