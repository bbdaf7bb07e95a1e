/* buf.h -- bytes that grow.
 *
 * A zeroed struct buf is an empty one.  Whenever data is not NULL there is a
 * NUL behind the last byte, so that text in it is a C string as well. */
#ifndef BUF_H
#define BUF_H

#include <stddef.h>

#include "base/span.h"

struct buf {
    char *data; /* ours; NULL until something is added */
    size_t len; /* bytes in use */
    size_t cap; /* bytes allocated, the NUL's included */
};

void buf_add(struct buf *buf, const void *from, size_t len);
void buf_add_str(struct buf *buf, const char *str);
void buf_add_span(struct buf *buf, struct span s);
void buf_add_char(struct buf *buf, char c);
void buf_addf(struct buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Room for 'len' more bytes behind the last.  The caller writes there, and then
 * says with buf_terminate how much: that is added to buf->len and the NUL put
 * behind it. */
char *buf_reserve(struct buf *buf, size_t len);
void buf_terminate(struct buf *buf, size_t added_len);

/* What is in it now, "" and never SPAN_NONE when that is nothing; valid until
 * the next change. */
struct span buf_span(const struct buf *buf);

/* Empties it and keeps the memory for the next use. */
void buf_clear(struct buf *buf);

/* Gives its memory away: the result is the caller's to mem_free (never NULL),
 * and buf is empty and needs no buf_fini. */
char *buf_take(struct buf *buf, size_t *len);

void buf_fini(struct buf *buf);

#endif
