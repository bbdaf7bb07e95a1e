/* schema.h -- brings the database to the form that this program knows.
 *
 * The files of sql/ are in the program.  The table schema_migration says which
 * of them the database has had, and what was in them then:
 *
 *     one is missing       it is applied, and noted, in one transaction
 *     one was changed      an error: the database has what it was before
 *     one is not known     an error: the database belongs to a newer program
 *
 * Each transaction waits for those of others, and looks anew at what is missing
 * when it has its turn.  So two at once do it once, and one that was interrupted
 * is gone on with.  When nothing is missing nothing is written. */
#ifndef SCHEMA_H
#define SCHEMA_H

#include <stdbool.h>

#include "io/sql_conn.h"

struct schema_migration {
    const char *name;         /* that of its file; NULL: the end of the list */
    const char *const *lines; /* each with its line feed; and NULL */
};

/* Those of sql/, in their order. */
extern const struct schema_migration schema_migrations[];

/* Applies what is missing.  False after a line in the log that says why. */
bool schema_migrate(struct sql_conn *conn,
                    const struct schema_migration *migrations);

#endif
