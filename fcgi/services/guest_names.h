/* guest_names.h -- names for those who have not said theirs: "Heron-4821". */
#ifndef GUEST_NAMES_H
#define GUEST_NAMES_H

#include <stdbool.h>

#include "base/span.h"
#include "model/name.h"

void guest_names_make(char name[NAME_SIZE]);

/* Whether 'key' (struct name's) is such a name, which nobody else may take. */
bool guest_names_is_made(struct span key);

#endif
