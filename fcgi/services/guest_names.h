/* guest_names.h -- names for those who have not said theirs: "Heron-4821". */
#ifndef GUEST_NAMES_H
#define GUEST_NAMES_H

#include <stdbool.h>

#include "model/name.h"
#include "services/names.h"

void guest_names_make(char name[NAME_SIZE]);

/* Whether 'name' is such a name, or looks like one: nobody may choose it. */
bool guest_names_is_made(const struct name *name);

#endif
