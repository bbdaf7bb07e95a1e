/* fuzz_text.c -- base/text.h: the UTF-8 check against iconv; taking characters
 * off, counting and trimming against the characters that iconv sees; and what
 * is quoted for a log, which must stay one word and lose nothing. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "oracle_utf8.h"

/* The check looks at eight bytes at a time: it must not matter where in them
 * something stands. */
static void check_shifted(struct span input, bool is_utf8)
{
    struct buf shifted = {0};

    buf_add_str(&shifted, "ABCDEFGH");
    buf_add_span(&shifted, input);
    buf_add_str(&shifted, "IJKLMNOP");
    for (size_t shift = 1; shift <= 8; shift++) {
        const char *const begin = shifted.data + 8 - shift;
        const size_t len = shift + input.len;

        MUST(text_is_utf8((struct span){begin, len}) == is_utf8);
        MUST(text_is_utf8((struct span){begin, len + shift}) == is_utf8);
    }
    buf_fini(&shifted);
}

/* Of any bytes: at least one is taken, and none outside. */
static void check_taking(struct span input)
{
    struct span rest = input;

    while (rest.len > 0) {
        const struct span before = rest;

        text_take_first(&rest);
        MUST(rest.len < before.len);
        MUST(rest.at + rest.len == before.at + before.len);
    }
    rest = input;
    while (rest.len > 0) {
        const size_t before = rest.len;

        text_take_last(&rest);
        MUST(rest.len < before && rest.at == input.at);
    }
}

static void check_characters(struct span text, const struct points *points)
{
    struct span first = text;
    struct span last = text;
    bool has_control = false;

    MUST(text_chars(text) == points->count);
    for (size_t i = 0; i < points->count; i++) {
        const uint32_t point = points->at[i];

        MUST(text_take_first(&first) == point);
        MUST(text_take_last(&last) == points->at[points->count - 1 - i]);
        MUST(text_is_space(point) == point_is_space(point));
        if (point_is_control(point) && point != '\t' && point != '\n')
            has_control = true;
    }
    MUST(first.len == 0 && last.len == 0);
    MUST(text_has_control(text) == has_control);
}

static void check_trimmed(struct span text, struct points points)
{
    struct points trimmed;
    struct points expected = points;

    while (expected.count > 0 && point_is_space(expected.at[0])) {
        expected.at++;
        expected.count--;
    }
    while (expected.count > 0 &&
           point_is_space(expected.at[expected.count - 1]))
        expected.count--;
    MUST(points_read(&trimmed, text_trim(text)));
    MUST(points_equal(&trimmed, &expected));
    points_fini(&trimmed);
}

/* The byte that the escape behind a backslash means; it is taken. */
static char take_escape(const char **at)
{
    char digits[3] = "";

    switch (*(*at)++) {
    case 'n':
        return '\n';
    case '"':
        return '"';
    case '\\':
        return '\\';
    case 'x':
        MUST(strspn(*at, "0123456789abcdef") >= 2);
        memcpy(digits, *at, 2);
        *at += 2;
        return (char)strtoul(digits, NULL, 16);
    default:
        fatal_bug(__FILE__, __LINE__, "an escape");
    }
}

static void check_log_word(struct span input, size_t max_len)
{
    const size_t len = input.len < max_len ? input.len : max_len;
    struct buf word = {0};
    struct buf back = {0};
    const char *at;

    text_add_log(&word, input, max_len);
    for (size_t i = 0; i < word.len; i++)
        MUST(word.data[i] >= ' ' && word.data[i] <= '~');
    MUST(word.data[0] == '"');
    for (at = word.data + 1; *at != '"';) {
        const char c = *at++;

        buf_add_char(&back, c == '\\' ? take_escape(&at) : c);
    }
    MUST(at == word.data + word.len - 1);
    MUST(span_equal(buf_span(&back), (struct span){input.at, len}));
    buf_fini(&word);
    buf_fini(&back);
}

void fuzz_one(struct span input)
{
    struct points points;
    const bool is_utf8 = points_read(&points, input);

    MUST(text_is_utf8(input) == is_utf8);
    check_shifted(input, is_utf8);
    check_taking(input);
    check_log_word(input, input.len + 1);
    check_log_word(input, input.len / 2);
    if (is_utf8) {
        check_characters(input, &points);
        check_trimmed(input, points);
        points_fini(&points);
    }
}
