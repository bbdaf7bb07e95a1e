/* form.h -- the two lists of name=value pairs that a browser sends.
 *
 * Forms and query strings: application/x-www-form-urlencoded, as the WHATWG
 * URL Standard, section 5.1, parses it, but strict where that is forgiving: a
 * '%' that is not followed by two hexadecimal digits is an error here, because
 * silently repaired input is how two programs come to disagree on it.
 *
 * Cookies: RFC 6265, section 4.2.1, the Cookie header.
 *
 * Limits: FORM_FIELDS_MAX pairs; more is an error. */
#ifndef FORM_H
#define FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

#define FORM_FIELDS_MAX 128 /* 32 rooms with their cursors, and some to spare */

struct form_field {
    struct span name;  /* decoded; points into form->text */
    struct span value; /* decoded; points into form->text */
};

/* A zeroed struct form is an empty one. */
struct form {
    struct form_field fields[FORM_FIELDS_MAX];
    size_t count;
    struct buf text; /* ours: what the spans point into */
};

/* Replaces what 'form' holds by the pairs in 'encoded'.  False when a percent
 * escape is broken or there are too many pairs; the form is then empty.  Empty
 * pairs ("a=1&&b=2") are skipped; "a" is "a=". */
bool form_parse(struct form *form, struct span encoded);

/* How often the field is there. */
size_t form_count(const struct form *form, const char *name);

/* The n-th (from 0) field of that name, SPAN_NONE when there is none.  Valid
 * until the form is parsed into again or ended. */
struct span form_nth(const struct form *form, const char *name, size_t n);

/* The first field of that name. */
struct span form_get(const struct form *form, const char *name);

void form_fini(struct form *form);

/* The value of the first cookie called 'name' in a Cookie header, without
 * quotes around it, or SPAN_NONE.  Points into 'header'. */
struct span cookie_get(struct span header, const char *name);

#endif
