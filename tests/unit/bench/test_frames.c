#include "load/frames.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "load/dialect.h"

#define SPAN(literal) ((struct span){literal, sizeof literal - 1})

static struct frames frames;
static struct frames_message message;
static struct buf bytes;
static size_t at;

static int clear_it(void **state)
{
    (void)state;
    frames_fini(&frames);
    frames = (struct frames){0};
    buf_fini(&bytes);
    at = 0;
    return 0;
}

static enum frames_progress next(struct span input)
{
    return frames_next(&frames, input, &at, &message);
}

static void assert_next(struct span input, enum frame_kind kind,
                        const char *payload)
{
    assert_int_equal(next(input), FRAMES_WHOLE);
    assert_int_equal(message.kind, kind);
    assert_true(span_is(message.payload, payload));
}

static void assert_broken(struct span input)
{
    frames_clear(&frames);
    at = 0;
    assert_int_equal(next(input), FRAMES_BROKEN);
}

static void a_text_is_read(void **state)
{
    const struct span input = SPAN("\x81\x05Hello");

    (void)state;
    assert_next(input, FRAME_TEXT, "Hello");
    assert_int_equal(next(input), FRAMES_MORE);
    assert_int_equal(at, input.len);
}

static void many_frames_come_with_one_read(void **state)
{
    const struct span input = SPAN("\x81\x03one\x81\x03two\x89\x01p\x81\x00"
                                   "\x81\x04hal");

    (void)state;
    assert_next(input, FRAME_TEXT, "one");
    assert_next(input, FRAME_TEXT, "two");
    assert_next(input, FRAME_PING, "p");
    assert_next(input, FRAME_TEXT, "");
    assert_int_equal(next(input), FRAMES_MORE);
    assert_int_equal(input.len - at, 5);
}

/* Control frames may come between the parts, and are told when they come. */
static void parts_are_put_together(void **state)
{
    const struct span input = SPAN("\x01\x03Hel\x89\x00\x00\x02lo\x8a\x00"
                                   "\x80\x01!\x01\x02ne\x80\x02xt");

    (void)state;
    assert_next(input, FRAME_PING, "");
    assert_next(input, FRAME_PONG, "");
    assert_next(input, FRAME_TEXT, "Hello!");
    assert_next(input, FRAME_TEXT, "next");
}

static void parts_do_not_add_up_without_end(void **state)
{
    static const size_t most = (size_t)1 << 24;

    (void)state;
    buf_add(&bytes, "\x01\x7f\0\0\0\0\1\0\0\0", 10);
    memset(buf_reserve(&bytes, most), 'x', most);
    buf_terminate(&bytes, most);
    assert_int_equal(next(buf_span(&bytes)), FRAMES_MORE);
    assert_int_equal(at, bytes.len);
    at = 0;
    assert_int_equal(next(SPAN("\x80\x01x")), FRAMES_BROKEN);
}

static void parts_come_with_several_reads(void **state)
{
    (void)state;
    assert_int_equal(next(SPAN("\x01\x03Hel")), FRAMES_MORE);
    assert_int_equal(at, 5);
    at = 0;
    assert_next(SPAN("\x80\x02lo"), FRAME_TEXT, "Hello");
}

static void lengths_have_three_forms(void **state)
{
    static const size_t lengths[] = {125, 126, 65535, 65536};
    static const size_t heads[] = {2, 4, 4, 10};
    static char text[65536];

    (void)state;
    memset(text, 'x', sizeof text);
    for (size_t i = 0; i < 4; i++) {
        size_t len;

        /* as a server would: what a client writes, without the mask */
        buf_clear(&bytes);
        frames_write(&bytes, FRAME_TEXT, (struct span){text, lengths[i]}, 0);
        len = heads[i] + lengths[i];
        assert_int_equal(bytes.len, len + 4);
        bytes.data[1] &= 0x7f;
        memmove(bytes.data + heads[i], bytes.data + heads[i] + 4, lengths[i]);
        for (size_t there = 0; there < len; there += there < 12 ? 1 : 9999) {
            at = 0;
            assert_int_equal(next((struct span){bytes.data, there}),
                             FRAMES_MORE);
            assert_int_equal(at, 0);
        }
        assert_int_equal(next((struct span){bytes.data, len}), FRAMES_WHOLE);
        assert_int_equal(message.payload.len, lengths[i]);
        assert_int_equal(at, len);
    }
}

static void what_a_server_must_not_send_is_broken(void **state)
{
    (void)state;
    assert_broken(SPAN("\x81\x81maskx")); /* masked */
    assert_broken(SPAN("\xc1\x01x"));     /* compressed, unasked */
    assert_broken(SPAN("\x83\x01x"));     /* kinds that do not exist */
    assert_broken(SPAN("\x8b\x01x"));
    assert_broken(SPAN("\x09\x01x"));          /* a ping in pieces */
    assert_broken(SPAN("\x89\x7e\x01\x00"));   /* a long ping */
    assert_broken(SPAN("\x80\x01x"));          /* a continuation of nothing */
    assert_broken(SPAN("\x01\x01x\x81\x01x")); /* a message in a message */
    assert_broken(SPAN("\x81\x7f\x80\0\0\0\0\0\0\0")); /* endless */
}

/* The example of RFC 6455, 5.7. */
static void what_a_client_sends_is_masked(void **state)
{
    (void)state;
    frames_write(&bytes, FRAME_TEXT, SPAN("Hello"), 0x37fa213d);
    assert_int_equal(bytes.len, 11);
    assert_memory_equal(bytes.data,
                        "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51"
                        "\x58",
                        11);
}

static void a_cleared_one_has_forgotten_its_parts(void **state)
{
    (void)state;
    assert_int_equal(next(SPAN("\x01\x03Hel")), FRAMES_MORE);
    frames_clear(&frames);
    at = 0;
    assert_next(SPAN("\x81\x01x"), FRAME_TEXT, "x");
}

static void assert_stands_at(const char *text, const char *expected)
{
    char cursor[CURSOR_SIZE] = "5f-1";

    dialect_holdline.text_cursor(span_of(text), cursor);
    assert_string_equal(cursor, expected);
}

/* Ours: see docs/wire.md. */
static void our_texts_say_where_the_reader_stands(void **state)
{
    (void)state;
    assert_stands_at("{\"type\":\"subscribed\",\"room\":\"tea\",\"cursor\":"
                     "\"5f-12\",\"gap\":true}",
                     "5f-12");
    assert_stands_at("{\"type\":\"message\",\"id\":\"5f-13\",\"room\":\"tea\","
                     "\"body\":\"\\\"id\\\":\\\"no\\\"\",\"client_id\":\"k\"}",
                     "5f-13");
    assert_stands_at("{\"type\":\"pong\"}", "5f-1");
    assert_stands_at("{\"type\":\"closing\",\"retry_ms\":12}", "5f-1");
    assert_stands_at("{\"type\":\"subscribed\",\"room\":\"tea\",\"cursor\":"
                     "\"\"}",
                     "5f-1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_text_is_read, clear_it),
        cmocka_unit_test_teardown(many_frames_come_with_one_read, clear_it),
        cmocka_unit_test_teardown(parts_are_put_together, clear_it),
        cmocka_unit_test_teardown(parts_do_not_add_up_without_end, clear_it),
        cmocka_unit_test_teardown(parts_come_with_several_reads, clear_it),
        cmocka_unit_test_teardown(lengths_have_three_forms, clear_it),
        cmocka_unit_test_teardown(what_a_server_must_not_send_is_broken,
                                  clear_it),
        cmocka_unit_test_teardown(what_a_client_sends_is_masked, clear_it),
        cmocka_unit_test_teardown(a_cleared_one_has_forgotten_its_parts,
                                  clear_it),
        cmocka_unit_test_teardown(our_texts_say_where_the_reader_stands,
                                  clear_it),
    };

    return cmocka_run_group_tests_name("bench/frames", tests, NULL, NULL);
}
