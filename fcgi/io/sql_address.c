#include "io/sql_address.h"

#include <string.h>

#include "base/mem.h"
#include "io/sql_private.h"

/* (What begins with a colon is not a file to SQLite: ":memory:".) */
bool sql_address_parse(struct sql_address *address, const char *url)
{
    if (strncmp(url, "sqlite:", 7) == 0) {
        address->dialect = SQL_SQLITE;
        address->place = mem_copy_str(url + 7);
        return url[7] != '\0' && url[7] != ':';
    }
    address->dialect = SQL_POSTGRES;
    address->place = mem_copy_str(url);
    return (strncmp(url, "postgres://", 11) == 0 ||
            strncmp(url, "postgresql://", 13) == 0) &&
           sql_postgres_is_url(url);
}

void sql_address_fini(struct sql_address *address)
{
    mem_free(address->place);
    mem_free(address->password);
    *address = (struct sql_address){0};
}
