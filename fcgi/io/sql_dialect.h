/* sql_dialect.h -- what differs between the two databases' SQL, all of it.
 *
 * Statements are written in what both understand: $1 for parameters, ON
 * CONFLICT, RETURNING, and TEXT, numbers and bytes for columns.  What cannot be
 * is here; migrations say {word} for it. */
#ifndef SQL_DIALECT_H
#define SQL_DIALECT_H

#include <stdbool.h>

#include "base/buf.h"

enum sql_dialect { SQL_SQLITE, SQL_POSTGRES };

enum sql_phrase {
    /* Begins a transaction that is going to write.  SQLite's has to be known
     * as such from the beginning: two that read first and then both want to
     * write would wait for each other. */
    SQL_PHRASE_BEGIN,
    /* Begins one beside which no other of its kind runs. */
    SQL_PHRASE_BEGIN_ALONE,
    /* A row if there is a table named $1. */
    SQL_PHRASE_HAS_TABLE,
};

const char *sql_phrase(enum sql_dialect dialect, enum sql_phrase phrase);

/* Appends 'text' with each {word} in the words of the dialect.  False when one
 * is not known. */
bool sql_dialect_add(struct buf *to, enum sql_dialect dialect,
                     const char *text);

#endif
