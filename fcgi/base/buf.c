#include "base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/fatal.h"
#include "base/mem.h"

/* Below this, doubling is mostly a series of calls to realloc. */
#define CAP_MIN 64

static size_t next_cap(size_t cap, size_t needed)
{
    if (cap < CAP_MIN)
        cap = CAP_MIN;
    while (cap < needed)
        cap *= 2;
    return cap;
}

char *buf_reserve(struct buf *buf, size_t len)
{
    MUST(len < SIZE_MAX / 4 && buf->len < SIZE_MAX / 4);
    if (buf->data == NULL || buf->len + len >= buf->cap) {
        buf->cap = next_cap(buf->cap, buf->len + len + 1);
        buf->data = mem_resize(buf->data, buf->cap);
        buf->data[buf->len] = '\0';
    }
    return buf->data + buf->len;
}

void buf_terminate(struct buf *buf, size_t added_len)
{
    MUST(buf->data != NULL && added_len < buf->cap - buf->len);
    buf->len += added_len;
    buf->data[buf->len] = '\0';
}

void buf_add(struct buf *buf, const void *from, size_t len)
{
    if (len == 0)
        return;
    memcpy(buf_reserve(buf, len), from, len);
    buf_terminate(buf, len);
}

void buf_add_str(struct buf *buf, const char *str)
{
    buf_add(buf, str, strlen(str));
}

void buf_add_span(struct buf *buf, struct span s)
{
    buf_add(buf, s.at, s.len);
}

void buf_add_char(struct buf *buf, char c)
{
    buf_add(buf, &c, 1);
}

void buf_addf(struct buf *buf, const char *format, ...)
{
    va_list args;
    va_list again;
    size_t room;
    int len;

    /* Most texts fit at once; one that does not has told its length. */
    buf_reserve(buf, CAP_MIN);
    room = buf->cap - buf->len;
    va_start(args, format);
    va_copy(again, args);
    len = vsnprintf(buf->data + buf->len, room, format, args);
    MUST(len >= 0);
    if ((size_t)len >= room)
        vsnprintf(buf_reserve(buf, (size_t)len), (size_t)len + 1, format,
                  again);
    va_end(again);
    va_end(args);
    buf_terminate(buf, (size_t)len);
}

struct span buf_span(const struct buf *buf)
{
    return (struct span){buf->data != NULL ? buf->data : "", buf->len};
}

void buf_clear(struct buf *buf)
{
    buf->len = 0;
    if (buf->data != NULL)
        buf->data[0] = '\0';
}

char *buf_take(struct buf *buf, size_t *len)
{
    char *data;

    buf_reserve(buf, 0);
    data = buf->data;
    *len = buf->len;
    *buf = (struct buf){0};
    return data;
}

void buf_fini(struct buf *buf)
{
    mem_free(buf->data);
    *buf = (struct buf){0};
}
