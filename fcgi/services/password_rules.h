/* password_rules.h -- which passwords may be chosen.
 *
 *     as typed --NFKC--> password_rules_check --> what is hashed
 *
 * 8 to 256 characters, of which every Unicode code point counts as one, with no
 * rules of composition (NIST SP 800-63B): length is what helps, and a list of
 * those that everybody chooses.
 *
 * NFKC, which that document names for passwords, because the same keys give
 * different code points on different machines: marks joined or not, and from
 * East Asian keyboards full-width letters or plain ones.  Who is kept out by
 * that cannot see why.  Case and spaces stay as they are. */
#ifndef PASSWORD_RULES_H
#define PASSWORD_RULES_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

#define PASSWORD_CHARS_MIN 8
#define PASSWORD_CHARS_MAX 256

enum password_rules_result {
    PASSWORD_RULES_OK,
    PASSWORD_RULES_TOO_SHORT,
    PASSWORD_RULES_TOO_LONG,
    PASSWORD_RULES_NOT_UTF8,
    PASSWORD_RULES_BAD_CHARACTER, /* a control, or one that is not known: a
                                     later Unicode may normalise it */
    PASSWORD_RULES_COMMON,        /* one of those that are tried first */
    PASSWORD_RULES_IS_NAME,       /* the account's name */
};

/* Appends what is hashed to 'clean' for a password that somebody chooses;
 * 'name_key' is struct name's.  Only with PASSWORD_RULES_OK is anything
 * appended.  Whoever has 'clean' overwrites it (password_rules_forget). */
enum password_rules_result password_rules_check(struct span typed,
                                                struct span name_key,
                                                struct buf *clean);

/* The same for somebody who signs in: only what can be no password at all is
 * refused, so that a rule that comes later locks nobody out. */
bool password_rules_read(struct span typed, struct buf *clean);

/* Overwrites and frees. */
void password_rules_forget(struct buf *clean);

#endif
