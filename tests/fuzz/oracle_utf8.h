/* oracle_utf8.h -- UTF-8 as the C library reads it.
 *
 * iconv to UTF-32 refuses what RFC 3629 refuses (overlong forms, surrogates,
 * what lies above U+10FFFF, what is cut off), and shares no line with
 * base/text.c. */
#ifndef ORACLE_UTF8_H
#define ORACLE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/* Characters (code points). */
struct points {
    uint32_t *at; /* ours */
    size_t count;
};

/* True and the characters of 'text', which are the caller's to points_fini;
 * or false, with nothing to be freed. */
bool points_read(struct points *points, struct span text);
void points_fini(struct points *points);

bool points_equal(const struct points *a, const struct points *b);

/* Unicode 15's White_Space, and the three invisible ones that text.h adds. */
bool point_is_space(uint32_t point);

/* General category Cc. */
bool point_is_control(uint32_t point);

#endif
