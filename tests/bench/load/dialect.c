#include "load/dialect.h"

#include <string.h>

const char *const transport_names[TRANSPORT_COUNT] = {
    [TRANSPORT_POLL] = "poll",
    [TRANSPORT_STREAM] = "stream",
    [TRANSPORT_WS] = "ws",
};

const struct dialect *const dialects[] = {
    &dialect_holdline, &dialect_chatdemo, &dialect_nchan, &dialect_holder,
    &dialect_echo,     &dialect_static,   NULL,
};

const struct dialect *dialect_find(const char *name)
{
    for (size_t i = 0; dialects[i] != NULL; i++) {
        if (strcmp(dialects[i]->name, name) == 0)
            return dialects[i];
    }
    return NULL;
}

bool dialect_set_cursor(char cursor[CURSOR_SIZE], struct span from)
{
    if (from.len == 0 || from.len >= CURSOR_SIZE)
        return false;
    memcpy(cursor, from.at, from.len);
    cursor[from.len] = '\0';
    return true;
}

/* From the end, where what is searched usually is. */
static const char *find_last(struct span text, const char *word, size_t len)
{
    const char *at = text.at + text.len;

    while ((at = memrchr(text.at, word[0], (size_t)(at - text.at))) != NULL) {
        if ((size_t)(text.at + text.len - at) >= len &&
            memcmp(at, word, len) == 0)
            return at;
    }
    return NULL;
}

static struct span between(struct span text, const char *at, size_t len,
                           char end)
{
    const char *stop;

    if (at == NULL)
        return SPAN_NONE;
    at += len;
    stop = memchr(at, end, (size_t)(text.at + text.len - at));
    return stop != NULL ? (struct span){at, (size_t)(stop - at)} : SPAN_NONE;
}

struct span dialect_first_between(struct span text, const char *before,
                                  char end)
{
    const size_t len = strlen(before);

    return between(text, memmem(text.at, text.len, before, len), len, end);
}

struct span dialect_last_between(struct span text, const char *before, char end)
{
    const size_t len = strlen(before);

    return between(text, find_last(text, before, len), len, end);
}
