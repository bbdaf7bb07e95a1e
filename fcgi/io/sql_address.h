/* sql_address.h -- where the database is: a file, or a server. */
#ifndef SQL_ADDRESS_H
#define SQL_ADDRESS_H

#include <stdbool.h>

#include "io/sql_dialect.h"

/* Zeroed at birth. */
struct sql_address {
    enum sql_dialect dialect;
    char *place;    /* ours; SQLite: the file; PostgreSQL: the URL */
    char *password; /* ours; goes before the one in the URL; NULL: none */
};

/* "sqlite:PATH", "postgres://..." or "postgresql://..." as libpq has it.  False
 * for anything else; sql_address_fini is due in either case. */
bool sql_address_parse(struct sql_address *address, const char *url);
void sql_address_fini(struct sql_address *address);

#endif
