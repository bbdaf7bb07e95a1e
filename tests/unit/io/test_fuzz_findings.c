/* test_fuzz_findings.c -- what the fuzz targets (tests/fuzz/) have found, one
 * test for each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/fastcgi_records.h"
#include "io/json.h"

/* A literal with its length, NULs in it included. */
#define LIT(literal) ((struct span){literal, sizeof(literal) - 1})

/* --- fuzz_fastcgi: libfcgi does not skip all padding --------------------- */

/* As nginx sends them: nothing but pairs and bodies is padded. */
#define BEGIN         "\1\1\0\1\0\x8\0\0" RESPONDER
#define RESPONDER     "\0\1\0\0\0\0\0\0"
#define PAIRS         "\1\4\0\1\0\4\4\0\1\1Ab\0\0\0\0"
#define END_OF_PARAMS "\1\4\0\1\0\0\0\0"
#define BODY          "\1\5\0\1\0\2\6\0hi\0\0\0\0\0\0"
#define END_OF_BODY   "\1\5\0\1\0\0\0\0"

#define PADDED_BEGIN(len, padding)         "\1\1\0\1\0\x8" len "\0" RESPONDER padding
#define PADDED_END_OF_PARAMS(len, padding) "\1\4\0\1\0\0" len "\0" padding
#define PADDED_END_OF_BODY(len, padding)   "\1\5\0\1\0\0" len "\0" padding

static enum fastcgi_walk walk(struct span bytes)
{
    struct fastcgi_begin begin;

    return fastcgi_walk((const uint8_t *)bytes.at, bytes.len, &begin);
}

static void pairs_and_body_may_be_padded(void **state)
{
    (void)state;
    assert_int_equal(walk(LIT(BEGIN PAIRS END_OF_PARAMS BODY END_OF_BODY)),
                     FASTCGI_WHOLE);
}

/* libfcgi takes the padding for the next record, and finds version 0. */
static void padding_behind_the_beginning_is_refused(void **state)
{
    (void)state;
    assert_int_equal(
        walk(LIT(PADDED_BEGIN("\1", "\0") PAIRS END_OF_PARAMS END_OF_BODY)),
        FASTCGI_INVALID);
}

static void padding_behind_the_params_is_refused(void **state)
{
    (void)state;
    assert_int_equal(
        walk(LIT(BEGIN PAIRS PADDED_END_OF_PARAMS("\1", "\0") END_OF_BODY)),
        FASTCGI_INVALID);
}

/* libfcgi leaves it in the socket when its buffer happens to end before it,
 * and the next request begins with it. */
static void padding_behind_the_body_is_refused(void **state)
{
    (void)state;
    assert_int_equal(walk(LIT(BEGIN PAIRS END_OF_PARAMS BODY PADDED_END_OF_BODY(
                         "\1", "\0"))),
                     FASTCGI_INVALID);
}

/* A record with id 0 is answered by libfcgi itself; FCGI_GET_VALUES with a few
 * repeated names writes beyond a buffer on its stack. */
static void no_record_hides_in_padding(void **state)
{
    (void)state;
    assert_int_equal(walk(LIT(PADDED_BEGIN("\x18", "\1\x9\0\0\0\x10\0\0\xe\0"
                                                   "FCGI_MAX_CONNS")
                                  END_OF_PARAMS END_OF_BODY)),
                     FASTCGI_INVALID);
    assert_int_equal(
        walk(LIT(PADDED_BEGIN("\x10", PAIRS) PAIRS END_OF_PARAMS END_OF_BODY)),
        FASTCGI_INVALID);
    assert_int_equal(walk(LIT(BEGIN PAIRS PADDED_END_OF_PARAMS(
                         "\x18", BODY END_OF_BODY) END_OF_BODY)),
                     FASTCGI_INVALID);
}

/* --- fuzz_fastcgi: one empty record too many ----------------------------- */

static void our_own_request_needs_no_parameters(void **state)
{
    struct buf bytes = {0};

    (void)state;
    fastcgi_add_request(&bytes, NULL, 0);
    assert_int_equal(walk(buf_span(&bytes)), FASTCGI_WHOLE);
    buf_fini(&bytes);
}

/* --- fuzz_payload: json-c hands on what is not UTF-8 --------------------- */

#define MESSAGE(body)                                                        \
    "{\"id\":\"5f-42\",\"prev\":41,\"room\":\"lobby\",\"author\":\"Heron\"," \
    "\"body\":\"" body "\",\"sent_at\":\"2026-11-21T09:30:00.123Z\","        \
    "\"client_id\":null}"

static bool is_ours(struct span text)
{
    struct json_message parsed;

    if (!json_parse_message(&parsed, text))
        return false;
    json_free_message(&parsed);
    return true;
}

static void a_message_is_utf8(void **state)
{
    (void)state;
    assert_true(is_ours(LIT(MESSAGE("caf\xC3\xA9"))));
    assert_false(is_ours(LIT(MESSAGE("caf\xE9"))));
    assert_false(is_ours(LIT(MESSAGE("\xE2\x82"))));
}

/* json-c's own check, JSON_TOKENER_VALIDATE_UTF8, lets these pass. */
static void a_message_is_the_shortest_utf8_without_surrogates(void **state)
{
    (void)state;
    assert_false(is_ours(LIT(MESSAGE("\xED\xA0\x80"))));
    assert_false(is_ours(LIT(MESSAGE("\xC0\xAF"))));
    assert_false(is_ours(LIT(MESSAGE("\xF4\x90\x80\x80"))));
}

/* Escapes are whole characters whatever they say. */
static void an_escaped_half_of_a_pair_does_no_harm(void **state)
{
    (void)state;
    assert_true(is_ours(LIT(MESSAGE("\\ud83d \\ude00"))));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_and_body_may_be_padded),
        cmocka_unit_test(padding_behind_the_beginning_is_refused),
        cmocka_unit_test(padding_behind_the_params_is_refused),
        cmocka_unit_test(padding_behind_the_body_is_refused),
        cmocka_unit_test(no_record_hides_in_padding),
        cmocka_unit_test(our_own_request_needs_no_parameters),
        cmocka_unit_test(a_message_is_utf8),
        cmocka_unit_test(a_message_is_the_shortest_utf8_without_surrogates),
        cmocka_unit_test(an_escaped_half_of_a_pair_does_no_harm),
    };

    return cmocka_run_group_tests_name("fuzz_findings", tests, NULL, NULL);
}
