/* fuzz_body.c -- what somebody wants to say: the rules of a body, said once
 * more over characters; and its html, of which a reader sees the same text
 * with the links that message.h promises. */
#include "fuzz.h"

#include <string.h>

#include "base/mem.h"
#include "model/message.h"
#include "oracle_html.h"
#include "oracle_utf8.h"

/* CR LF and CR made LF, in place. */
static void normalise(struct points *points)
{
    size_t count = 0;

    for (size_t i = 0; i < points->count; i++) {
        if (points->at[i] == '\n' && i > 0 && points->at[i - 1] == '\r')
            continue;
        points->at[count++] = points->at[i];
    }
    points->count = count;
    for (size_t i = 0; i < count; i++) {
        if (points->at[i] == '\r')
            points->at[i] = '\n';
    }
}

static void trim(struct points *points)
{
    size_t from = 0;

    while (points->count > 0 && point_is_space(points->at[points->count - 1]))
        points->count--;
    while (from < points->count && point_is_space(points->at[from]))
        from++;
    points->count -= from;
    memmove(points->at, points->at + from, points->count * sizeof(uint32_t));
}

static bool has_control(const struct points *points)
{
    for (size_t i = 0; i < points->count; i++) {
        const uint32_t point = points->at[i];

        if (point_is_control(point) && point != '\t' && point != '\n')
            return true;
    }
    return false;
}

/* What message_body_check is to say of 'points', which become the clean text. */
static enum body_result judge(struct points *points)
{
    normalise(points);
    if (has_control(points))
        return BODY_CONTROL_CHARACTER;
    trim(points);
    if (points->count == 0)
        return BODY_EMPTY;
    return points->count > BODY_CHARS_MAX ? BODY_TOO_LONG : BODY_OK;
}

static void check_html(struct span body, bool is_utf8)
{
    struct buf html = {0};
    struct seen_body seen = {0};

    message_add_body_html(&html, body);
    oracle_read_body(&seen, buf_span(&html));
    MUST(span_equal(buf_span(&seen.text), body));
    if (is_utf8)
        oracle_check_links(&seen);
    buf_fini(&html);
    seen_body_fini(&seen);
}

/* It is as long as it may be when filled up to the limit, and no more. */
static void check_filled(struct span clean, size_t chars)
{
    struct buf again = {0};
    struct buf filled = {0};
    const size_t room = BODY_CHARS_MAX - chars;

    buf_add_span(&filled, clean);
    memset(buf_reserve(&filled, room), 'x', room);
    buf_terminate(&filled, room);
    MUST(message_body_check(buf_span(&filled), &again) == BODY_OK);
    buf_add_char(&filled, 'x');
    MUST(message_body_check(buf_span(&filled), &again) == BODY_TOO_LONG);
    buf_fini(&again);
    buf_fini(&filled);
}

/* A clean text is checked again as it is. */
static void check_clean(struct span clean)
{
    struct buf again = {0};

    MUST(message_body_check(clean, &again) == BODY_OK);
    MUST(span_equal(buf_span(&again), clean));
    MUST(clean.len <= BODY_LEN_MAX);
    buf_fini(&again);
}

static void check_ok(struct span clean, const struct points *expected)
{
    struct points points;

    MUST(points_read(&points, clean));
    MUST(points_equal(&points, expected));
    check_clean(clean);
    /* Not always, as that is a hundred times the work. */
    if (points.count % 16 == 0)
        check_filled(clean, points.count);
    points_fini(&points);
    check_html(clean, true);
}

void fuzz_one(struct span input)
{
    struct points points;
    struct buf clean = {0};
    enum body_result result;
    const bool is_utf8 = points_read(&points, input);

    buf_add_str(&clean, "what was there before");
    result = message_body_check(input, &clean);
    /* The page shows what Redis has, whoever wrote it there. */
    check_html(input, is_utf8);
    if (is_utf8) {
        MUST(result == judge(&points));
        if (result == BODY_OK)
            check_ok(buf_span(&clean), &points);
        points_fini(&points);
    } else {
        MUST(result == BODY_NOT_UTF8);
    }
    buf_fini(&clean);
}
