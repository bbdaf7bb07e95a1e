/* text.h -- what people write, and the ways it is quoted.
 *
 * All of it works on bytes with a length; nothing stops at a NUL. */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/* Well-formed UTF-8 as RFC 3629 section 4 has it: no overlong forms, no
 * surrogates, nothing above U+10FFFF. */
bool text_is_utf8(struct span text);

/* Characters (code points) of well-formed UTF-8. */
size_t text_chars(struct span text);

/* Any control character: U+0000-U+001F but tab and line feed, U+007F-U+009F.
 * Of well-formed UTF-8. */
bool text_has_control(struct span text);

/* The first and the last character (code point) of 'text', which is not empty;
 * it is taken off.  Of well-formed UTF-8; of other bytes the result means
 * nothing, but at least one is taken and none outside 'text' is read. */
uint32_t text_take_first(struct span *text);
uint32_t text_take_last(struct span *text);

/* ASCII white space and Unicode's (White_Space property: U+0085, U+00A0,
 * U+1680, U+2000-U+200A, U+2028, U+2029, U+202F, U+205F, U+3000), and the
 * invisible U+200B, U+2060, U+FEFF, of which a message could otherwise
 * consist. */
bool text_is_space(uint32_t character);

/* Without white space at both ends.  Of well-formed UTF-8. */
struct span text_trim(struct span text);

/* Appends with & < > " ' replaced by references, fit for element content and
 * for quoted attribute values. */
void text_add_html(struct buf *to, struct span text);

/* Appends with everything but RFC 3986's unreserved characters as %XX. */
void text_add_percent(struct buf *to, struct span text);

/* Appends 'text' as a quoted word fit for one field of a log line: in double
 * quotes, with quotes, backslashes, control characters and everything outside
 * ASCII escaped (\", \\, \n, \xHH), at most 'max_len' bytes of it looked at. */
void text_add_log(struct buf *to, struct span text, size_t max_len);

#endif
