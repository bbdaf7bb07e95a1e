/* names.h -- the names of accounts, ready to be stored and compared.
 *
 * Three texts of one name:
 *
 *     shown   "Zoë Ìshak"   as its owner wrote it (in NFKC)
 *     key     "zoë ìshak"   by which the account is found: no case, and i with
 *                           a dot or without, as Turkish and others disagree on
 *                           which is the capital of which
 *     look    "zoë ìshak"   what it looks like: names are unique by this, too
 *
 * An account is refused when another has the same key, or the same look; it is
 * found by its key only.  Two texts, because "Ian" is found as "ian", and looks
 * like "lan".
 *
 * Unlike message_body_check this is not in the model, as it asks the tables of
 * Unicode; the rules are (model/name.h). */
#ifndef NAMES_H
#define NAMES_H

#include "base/buf.h"
#include "base/span.h"
#include "model/name.h"

/* A key or a look: characters grow when they are folded, to three times as many
 * bytes at most, and a NUL. */
#define NAME_KEY_SIZE (3 * 4 * NAME_CHARS_MAX + 1)

struct name {
    char shown[NAME_SIZE];
    char key[NAME_KEY_SIZE];
    char look[NAME_KEY_SIZE];
};

/* Makes 'name' of what somebody typed; untouched unless the result is
 * NAME_OK. */
enum name_result names_read(struct span typed, struct name *name);

/* Appends what a text in NFKC looks like. */
void names_add_look(struct buf *look, struct span shown);

#endif
