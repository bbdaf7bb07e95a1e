/* fuzz_cursor.c -- a text is a cursor if, and only if, the numbers that the C
 * library reads in it are written as just that text. */
#include "fuzz.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/cursor.h"

static bool is_expected(struct span text, struct cursor *cursor)
{
    char *const copy = mem_copy(text.at, text.len);
    char again[64];
    char *rest;

    cursor->epoch = strtoull(copy, &rest, 16);
    cursor->seq = *rest == '-' ? strtoull(rest + 1, NULL, 10) : 0;
    mem_free(copy);
    snprintf(again, sizeof(again), "%" PRIx64 "-%" PRIu64, cursor->epoch,
             cursor->seq);
    return span_is(text, again) && cursor->seq < UINT64_C(1) << 53 &&
           (cursor->epoch != 0 || cursor->seq == 0);
}

static void check_text(struct span text)
{
    struct cursor expected;
    struct cursor cursor = {7, 8};
    char again[CURSOR_TEXT_SIZE];

    if (!is_expected(text, &expected)) {
        MUST(!cursor_parse(text, &cursor));
        MUST(cursor.epoch == 7 && cursor.seq == 8);
        return;
    }
    MUST(cursor_parse(text, &cursor));
    MUST(cursor.epoch == expected.epoch && cursor.seq == expected.seq);
    MUST(!cursor_is_absent(cursor));
    MUST(cursor_format(again, cursor) == text.len);
    MUST(span_is(text, again));
}

/* The first bytes as numbers: what is written can be read. */
static void check_numbers(struct span input)
{
    struct cursor cursor = {0};
    struct cursor again = {0};
    char text[CURSOR_TEXT_SIZE];
    size_t len;

    if (input.len < sizeof(cursor))
        return;
    memcpy(&cursor, input.at, sizeof(cursor));
    cursor.seq &= CURSOR_SEQ_MAX;
    if (cursor.epoch == 0)
        cursor = CURSOR_START;
    len = cursor_format(text, cursor);
    MUST(len == strlen(text));
    MUST(cursor_parse((struct span){text, len}, &again));
    MUST(again.epoch == cursor.epoch && again.seq == cursor.seq);
    /* One byte less is another number, or none. */
    if (cursor_parse((struct span){text, len - 1}, &again))
        MUST(again.seq == cursor.seq / 10);
}

void fuzz_one(struct span input)
{
    check_text(input);
    check_numbers(input);
}
