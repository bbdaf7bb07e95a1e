#include "model/cursor.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/fatal.h"

/* Both numbers have at most 16 digits: neither can overflow. */
#define DIGITS_MAX 16

/* The value of a digit of that base, or -1. */
static int digit(char c, int base)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (base == 16 && c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

static bool parse_number(struct span text, int base, uint64_t *number)
{
    uint64_t sum = 0;

    if (text.len < 1 || text.len > DIGITS_MAX)
        return false;
    if (text.at[0] == '0' && text.len > 1)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        const int value = digit(text.at[i], base);

        if (value < 0)
            return false;
        sum = sum * (uint64_t)base + (uint64_t)value;
    }
    *number = sum;
    return true;
}

bool cursor_parse(struct span text, struct cursor *cursor)
{
    const char *hyphen = text.len > 0 ? memchr(text.at, '-', text.len) : NULL;
    struct cursor parsed;
    struct span epoch;
    struct span seq;

    if (hyphen == NULL)
        return false;
    epoch = (struct span){text.at, (size_t)(hyphen - text.at)};
    seq = (struct span){hyphen + 1, text.len - epoch.len - 1};
    if (!parse_number(epoch, 16, &parsed.epoch) ||
        !parse_number(seq, 10, &parsed.seq))
        return false;
    if (parsed.seq > CURSOR_SEQ_MAX || (parsed.epoch == 0 && parsed.seq != 0))
        return false;
    *cursor = parsed;
    return true;
}

size_t cursor_format(char text[CURSOR_TEXT_SIZE], struct cursor cursor)
{
    int len;

    MUST(cursor.seq <= CURSOR_SEQ_MAX);
    len = snprintf(text, CURSOR_TEXT_SIZE, "%" PRIx64 "-%" PRIu64, cursor.epoch,
                   cursor.seq);
    MUST(len > 0 && len < CURSOR_TEXT_SIZE);
    return (size_t)len;
}
