/* person.h -- who somebody is, for others.
 *
 * What identifies somebody in a room, on the wire ("by" of a message, "person"
 * of who is present) and in SQL (a ban): one and the same in all tabs and at all
 * doors, and nothing that lets others act in his name.
 *
 *     a17                   the account with that id
 *     g5f0c6a1be02d9e77     the guest of a session, 64 bits of a hash of its hash
 *     v5f0c6a1be02d9e77     a guest for as long as a connection lasts */
#ifndef PERSON_H
#define PERSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "services/recall.h"

#define PERSON_SIZE 24

/* Of somebody with a session. */
void person_of(char id[PERSON_SIZE], const struct session *session);

/* Of a guest with a session of that hash (secret_hash of its token). */
void person_of_guest(char id[PERSON_SIZE], struct span hash);

/* A new one for a visitor who has none. */
void person_make(char id[PERSON_SIZE]);

/* Whether a text has one of the three forms. */
bool person_is_valid(struct span id);

/* Its account; 0 for a guest. */
int64_t person_account(struct span id);

#endif
