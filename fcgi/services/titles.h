/* titles.h -- what a room is called on the page, and what it is about.
 *
 * A title is a line of 1 to 80 characters in NFKC: letters of one script, or of
 * those that are written together (model/name.h), digits, punctuation, pictures
 * and single spaces; nothing that is not seen.  Two titles that look alike have
 * one look, as names have (names.h).
 *
 * A topic is a line of at most 300 characters, or empty. */
#ifndef TITLES_H
#define TITLES_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

#define TITLE_CHARS_MAX 80
#define TOPIC_CHARS_MAX 300
/* At UTF-8's four bytes each, and a NUL. */
#define TITLE_SIZE (4 * TITLE_CHARS_MAX + 1)
#define TOPIC_SIZE (4 * TOPIC_CHARS_MAX + 1)
/* Folding makes at most three characters of one. */
#define TITLE_LOOK_SIZE (3 * 4 * TITLE_CHARS_MAX + 1)

struct title {
    char shown[TITLE_SIZE];
    char look[TITLE_LOOK_SIZE];
};

/* Makes 'title' of what somebody typed.  False, and it is untouched, when that
 * can be none. */
bool titles_read(struct span typed, struct title *title);

/* The same for a topic; white space at the ends goes. */
bool titles_read_topic(struct span typed, char topic[TOPIC_SIZE]);

#endif
