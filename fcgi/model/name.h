/* name.h -- what an account may be called.
 *
 * Others know somebody by the name alone, so no two names may be taken for each
 * other, and a name must be shown as it was meant:
 *
 *     as typed --NFKC--> struct letter[] --name_check--> NAME_OK: the name
 *                               |
 *                               +--name_add_look--> what it looks like
 *
 * What is allowed: 3 to 32 characters, a letter or a digit first; letters,
 * marks and digits of the scripts in everyday use, single spaces in between,
 * and - _ . ' and the middle dots that names are written with.  The letters are
 * of one script, or of those that are written together: Japanese, Korean and
 * Chinese, each with Latin (the level "highly restrictive" of Unicode Technical
 * Standard 39).  Nobody sees that a Cyrillic "a" stands among Latin letters.
 *
 * A name of look-alikes only, as the Cyrillic "cop", remains; name_look is
 * there for that, and for "0" and "O", "1", "l" and "I", "rn" and "m".  Unlike
 * the tables of that standard, ours do not change under the names that are in
 * SQL already. */
#ifndef NAME_H
#define NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/letter.h"

#define NAME_CHARS_MIN 3
#define NAME_CHARS_MAX 32
/* At UTF-8's four bytes each, and a NUL. */
#define NAME_SIZE (4 * NAME_CHARS_MAX + 1)

enum name_result {
    NAME_OK,
    NAME_NOT_UTF8,
    NAME_TOO_SHORT,
    NAME_TOO_LONG,
    NAME_SPACES,        /* at an end, two together, or of another kind */
    NAME_INVISIBLE,     /* a character that is not seen: control, joiner... */
    NAME_BAD_CHARACTER, /* symbols, pictures, letters out of use */
    NAME_BAD_BEGINNING, /* neither letter nor digit */
    NAME_BAD_MARKS, /* on nothing, too many, or such that nobody sees them */
    NAME_MIXED_SCRIPTS, /* or digits of two kinds */
};

/* Judges a name in NFKC. */
enum name_result name_check(const struct letter *letters, size_t count);

/* Whether the letters are of one script, or of those that are written together,
 * and the digits of one kind. */
bool name_scripts_fit(const struct letter *letters, size_t count);

/* The characters that 'letter' looks like, itself when there is no simpler one;
 * the result is their number.  The letters come from a text with marks taken
 * apart (NFKD), and what comes out is still to be folded. */
#define NAME_LOOK_MAX 2
size_t name_look(const struct letter *letter, uint32_t look[NAME_LOOK_MAX]);

#endif
