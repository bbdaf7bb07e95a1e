/* common_passwords.h -- the passwords that everybody chooses.
 *
 * Who guesses begins with a list like this one, of which our limits let through
 * a few (limits.h).  Ours is written for this program: keyboards' rows, counting,
 * first names, clubs, seasons with a year. */
#ifndef COMMON_PASSWORDS_H
#define COMMON_PASSWORDS_H

#include <stdbool.h>

#include "base/span.h"

/* 'folded' is the password without regard to case (unicode_add_folded). */
bool common_passwords_has(struct span folded);

#endif
