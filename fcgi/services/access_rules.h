/* access_rules.h -- what SQL says of a room, and what follows from it.
 *
 *                       reads                    says something
 *     public room       anybody, not banned      ... nor muted, not archived
 *     private room      members, not banned      ... nor muted, not archived
 *     direct room       the two                  ... unless one blocks the other
 *
 * A closed room that is not there and one that somebody may not know of are the
 * same to him.  Who is invited is no member yet.  The owner of a room is neither
 * banned nor muted in it, whatever was said of him before it was his. */
#ifndef ACCESS_RULES_H
#define ACCESS_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "services/person.h"

enum access_wish { ACCESS_READ, ACCESS_POST };

enum access_verdict {
    ACCESS_ALLOWED,
    ACCESS_NOT_FOUND, /* missing, or closed to him */
    ACCESS_BANNED,
    ACCESS_MUTED,
    ACCESS_ARCHIVED,
    ACCESS_BLOCKED,     /* one of the two of a direct room by the other */
    ACCESS_WHO,         /* it depends on who it is, and that was not said */
    ACCESS_LOADING,     /* SQL is being asked */
    ACCESS_UNAVAILABLE, /* and does not answer */
};

/* It is settled that he may not; neither that he may nor open. */
bool access_is_refused(enum access_verdict verdict);

struct access_sanction {
    int64_t until; /* wall clock, ms */
    bool is_ban;   /* else he is muted */
    char person[PERSON_SIZE];
};

/* All zeros: a public room of which there is nothing to know. */
struct access_rules {
    bool is_closed;
    bool is_there; /* of a closed room */
    bool is_archived;
    bool is_blocked;
    bool has_bans;
    int64_t owner;    /* his account; 0: nobody's */
    int64_t *members; /* accounts, ascending; ours, like the next */
    size_t member_count;
    struct access_sanction *sanctions; /* by person, ascending */
    size_t sanction_count;
};

void access_rules_fini(struct access_rules *rules);

/* Whether 'person' may do it: an id of person.h, "" for somebody who has none,
 * SPAN_NONE when it is not known who it is.  'now' is the wall clock in ms;
 * '*until' is set to the end of the ban or mute when that is the verdict. */
enum access_verdict access_rules_judge(const struct access_rules *rules,
                                       struct span person,
                                       enum access_wish wish, int64_t now,
                                       int64_t *until);

#endif
