/* span.h -- some bytes that belong to somebody else.
 *
 * What a parser finds in its input is a place and a length, not a C string:
 * nothing is copied, and a NUL inside is a byte like any other.  A span lives
 * as long as what it points into; each function that hands one out says how
 * long that is.  A span with 'at' NULL means "not there at all", one with len
 * 0 "there, and empty". */
#ifndef SPAN_H
#define SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct span {
    const char *at;
    size_t len;
};

#define SPAN_NONE ((struct span){NULL, 0})

static inline struct span span_of(const char *str)
{
    return (struct span){str, str != NULL ? strlen(str) : 0};
}

static inline bool span_is(struct span s, const char *str)
{
    return s.at != NULL && s.len == strlen(str) &&
           memcmp(s.at, str, s.len) == 0;
}

static inline bool span_equal(struct span a, struct span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

#endif
