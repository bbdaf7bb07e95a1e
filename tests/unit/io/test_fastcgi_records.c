#include "io/fastcgi_records.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "add_reply.h"
#include "base/mem.h"

/* Section 8 of the specification, once more: a test that asked the code for
 * its numbers would believe any. */
#define BEGIN_REQUEST 1
#define ABORT_REQUEST 2
#define END_REQUEST   3
#define PARAMS        4
#define STDIN         5
#define STDOUT        6
#define GET_VALUES    9

#define HEADER_LEN 8

/* A literal with its length, NULs in it included. */
#define LIT(literal) ((struct span){literal, sizeof(literal) - 1})

#define ID_7       7
#define RESPONDER  LIT("\0\1\0\0\0\0\0\0")
#define KEEP       LIT("\0\1\1\0\0\0\0\0")
#define ONE_PAIR   LIT("\1\1ab")
#define RECORD_MAX 65535

static struct buf bytes;

static int start_anew(void **state)
{
    (void)state;
    buf_clear(&bytes);
    return 0;
}

static int end(void **state)
{
    (void)state;
    buf_fini(&bytes);
    return 0;
}

/* --- what a web server sends --------------------------------------------- */

static void add_padded(uint8_t type, uint16_t id, struct span body,
                       uint8_t padding)
{
    const uint8_t header[HEADER_LEN] = {
        1,
        type,
        (uint8_t)(id >> 8),
        (uint8_t)id,
        (uint8_t)(body.len >> 8),
        (uint8_t)body.len,
        padding,
        0xaa, /* reserved: nobody looks at it */
    };

    assert_true(body.len <= RECORD_MAX);
    buf_add(&bytes, header, sizeof header);
    buf_add_span(&bytes, body);
    for (; padding > 0; padding--)
        buf_add_char(&bytes, '\xff');
}

static void add(uint8_t type, struct span body)
{
    add_padded(type, ID_7, body, 0);
}

/* 'len' bytes of 'type' in as many records as that takes. */
static void add_stream(uint8_t type, const char *at, size_t len)
{
    while (len > 0) {
        const size_t n = len < 30000 ? len : 30000;

        add(type, (struct span){at, n});
        at += n;
        len -= n;
    }
}

static void add_length(struct buf *to, size_t len)
{
    if (len < 128) {
        buf_add_char(to, (char)len);
        return;
    }
    buf_add_char(to, (char)(len >> 24 | 0x80));
    buf_add_char(to, (char)(len >> 16));
    buf_add_char(to, (char)(len >> 8));
    buf_add_char(to, (char)len);
}

static void add_letters(struct buf *to, size_t len)
{
    memset(buf_reserve(to, len), 'x', len);
    buf_terminate(to, len);
}

static void add_pair(struct buf *to, size_t name_len, size_t value_len)
{
    add_length(to, name_len);
    add_length(to, value_len);
    add_letters(to, name_len);
    add_letters(to, value_len);
}

/* BEGIN, and PARAMS that say 'pairs'. */
static void begin_with(struct span pairs)
{
    add(BEGIN_REQUEST, RESPONDER);
    add_stream(PARAMS, pairs.at, pairs.len);
    add(PARAMS, LIT(""));
}

/* A request as nginx makes it: padded, with short and long lengths. */
static void add_request_of_nginx(void)
{
    struct buf pairs = {0};

    add_pair(&pairs, 14, 4);
    add_pair(&pairs, 11, 200);
    add_pair(&pairs, 130, 3);
    add_pair(&pairs, 7, 0);
    add(BEGIN_REQUEST, KEEP);
    add_padded(PARAMS, ID_7, buf_span(&pairs), 5);
    add_padded(PARAMS, ID_7, LIT(""), 0);
    add_padded(STDIN, ID_7, LIT("body=hello"), 6);
    add_padded(STDIN, ID_7, LIT(""), 0);
    buf_fini(&pairs);
}

/* --- what is made of it -------------------------------------------------- */

/* From memory of exactly that size: the sanitizer sees a step too far. */
static enum fastcgi_walk walk_prefix(size_t len, struct fastcgi_begin *begin)
{
    uint8_t *exact = malloc(len > 0 ? len : 1);
    enum fastcgi_walk result;

    memcpy(exact, buf_span(&bytes).at, len);
    result = fastcgi_walk(exact, len, begin);
    free(exact);
    return result;
}

static enum fastcgi_walk walk(void)
{
    struct fastcgi_begin begin;

    return walk_prefix(bytes.len, &begin);
}

/* What is there is refused, and all that is shorter is not called whole. */
static void assert_refused(void)
{
    struct fastcgi_begin begin;

    assert_int_equal(walk(), FASTCGI_INVALID);
    for (size_t len = 0; len < bytes.len; len++)
        assert_int_not_equal(walk_prefix(len, &begin), FASTCGI_WHOLE);
}

/* --- reading: what is taken ---------------------------------------------- */

static void a_request_of_nginx_is_whole(void **state)
{
    struct fastcgi_begin begin = {0};

    (void)state;
    add_request_of_nginx();
    assert_int_equal(walk_prefix(bytes.len, &begin), FASTCGI_WHOLE);
    assert_int_equal(begin.request_id, ID_7);
    assert_true(begin.keep_connection);
}

static void each_part_of_it_is_incomplete(void **state)
{
    struct fastcgi_begin begin;

    (void)state;
    add_request_of_nginx();
    for (size_t len = 0; len < bytes.len; len++)
        assert_int_equal(walk_prefix(len, &begin), FASTCGI_INCOMPLETE);
}

static void trailing_bytes_are_refused(void **state)
{
    struct fastcgi_begin begin;

    (void)state;
    add_request_of_nginx();
    add_request_of_nginx();
    for (size_t len = bytes.len / 2 + 1; len <= bytes.len; len++)
        assert_int_equal(walk_prefix(len, &begin), FASTCGI_INVALID);
}

static void keeping_the_connection_is_asked_for_by_the_lowest_bit(void **state)
{
    (void)state;
    for (unsigned flags = 0; flags < 256; flags++) {
        const char body[8] = {0, 1, (char)flags};
        struct fastcgi_begin begin = {.keep_connection = !(flags & 1)};

        buf_clear(&bytes);
        add(BEGIN_REQUEST, (struct span){body, sizeof body});
        add(PARAMS, LIT(""));
        add(STDIN, LIT(""));
        assert_int_equal(walk_prefix(bytes.len, &begin), FASTCGI_WHOLE);
        assert_int_equal(begin.keep_connection, flags & 1);
    }
}

static void a_request_id_has_two_bytes(void **state)
{
    static const uint16_t ids[] = {1, 255, 256, 0x1234, 65535};

    (void)state;
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        struct fastcgi_begin begin = {0};

        buf_clear(&bytes);
        add_padded(BEGIN_REQUEST, ids[i], RESPONDER, 0);
        add_padded(PARAMS, ids[i], LIT(""), 0);
        add_padded(STDIN, ids[i], LIT(""), 0);
        assert_int_equal(walk_prefix(bytes.len, &begin), FASTCGI_WHOLE);
        assert_int_equal(begin.request_id, ids[i]);
    }
}

static void padding_of_any_length_is_skipped(void **state)
{
    struct fastcgi_begin begin;

    (void)state;
    for (int padding = 0; padding < 256; padding++) {
        buf_clear(&bytes);
        add(BEGIN_REQUEST, RESPONDER);
        add_padded(PARAMS, ID_7, ONE_PAIR, (uint8_t)padding);
        add(PARAMS, LIT(""));
        add_padded(STDIN, ID_7, LIT("x"), (uint8_t)padding);
        add(STDIN, LIT(""));
        assert_int_equal(walk(), FASTCGI_WHOLE);
        assert_int_equal(walk_prefix(bytes.len - 1, &begin),
                         FASTCGI_INCOMPLETE);
    }
}

/* libfcgi would read it as the next record. */
static void padding_that_libfcgi_does_not_skip_is_refused(void **state)
{
    (void)state;
    for (int which = 0; which < 3; which++) {
        buf_clear(&bytes);
        add_padded(BEGIN_REQUEST, ID_7, RESPONDER, which == 0);
        add(PARAMS, ONE_PAIR);
        add_padded(PARAMS, ID_7, LIT(""), which == 1);
        add_padded(STDIN, ID_7, LIT(""), which == 2);
        assert_int_equal(walk(), FASTCGI_INVALID);
    }
}

/* Short and long lengths in every combination, and an empty value. */
static void add_all_kinds_of_pairs(struct buf *pairs)
{
    add_pair(pairs, 3, 2);
    add_pair(pairs, 3, 130);
    add_pair(pairs, 130, 3);
    add_pair(pairs, 128, 129);
    add_pair(pairs, 1, 0);
}

static void pairs_may_be_cut_anywhere(void **state)
{
    struct buf pairs = {0};

    (void)state;
    add_all_kinds_of_pairs(&pairs);
    for (size_t cut = 1; cut < pairs.len; cut++) {
        buf_clear(&bytes);
        add(BEGIN_REQUEST, RESPONDER);
        add(PARAMS, (struct span){pairs.data, cut});
        add(PARAMS, (struct span){pairs.data + cut, pairs.len - cut});
        add(PARAMS, LIT(""));
        add(STDIN, LIT(""));
        assert_int_equal(walk(), FASTCGI_WHOLE);
    }
    buf_fini(&pairs);
}

static void pairs_may_come_byte_by_byte(void **state)
{
    struct buf pairs = {0};

    (void)state;
    add_all_kinds_of_pairs(&pairs);
    add(BEGIN_REQUEST, RESPONDER);
    for (size_t i = 0; i < pairs.len; i++)
        add(PARAMS, (struct span){pairs.data + i, 1});
    add(PARAMS, LIT(""));
    add(STDIN, LIT(""));
    assert_int_equal(walk(), FASTCGI_WHOLE);
    buf_fini(&pairs);
}

static void a_short_length_may_be_written_long(void **state)
{
    (void)state;
    begin_with(LIT("\x80\0\0\1\x80\0\0\2abc"));
    add(STDIN, LIT(""));
    assert_int_equal(walk(), FASTCGI_WHOLE);
}

static void a_request_needs_no_parameters_and_no_body(void **state)
{
    (void)state;
    begin_with(LIT(""));
    add(STDIN, LIT(""));
    assert_int_equal(walk(), FASTCGI_WHOLE);
}

static void our_own_request_is_whole(void **state)
{
    static const struct fastcgi_param params[] = {
        {"REQUEST_METHOD", "GET"},
        {"DOCUMENT_URI", "/healthz"},
        {"QUERY_STRING", ""},
    };
    static const char pairs[] = "\x0e\3REQUEST_METHODGET"
                                "\x0c\x08"
                                "DOCUMENT_URI/healthz"
                                "\x0c\0QUERY_STRING";
    struct fastcgi_begin begin;

    (void)state;
    fastcgi_add_request(&bytes, params, 3);
    assert_int_equal(walk_prefix(bytes.len, &begin), FASTCGI_WHOLE);
    assert_int_equal(begin.request_id, 1);
    assert_false(begin.keep_connection);
    assert_memory_equal(bytes.data + 3 * HEADER_LEN, pairs, sizeof pairs - 1);
}

/* --- reading: what is refused -------------------------------------------- */

static void another_version_is_refused_with_its_first_byte(void **state)
{
    (void)state;
    for (int version = 0; version < 256; version++) {
        struct fastcgi_begin begin;

        buf_clear(&bytes);
        buf_add_char(&bytes, (char)version);
        assert_int_equal(walk_prefix(1, &begin),
                         version == 1 ? FASTCGI_INCOMPLETE : FASTCGI_INVALID);
    }
}

static void another_version_is_refused_in_any_record(void **state)
{
    static const size_t heads[] = {0, 16, 28, 36, 45};

    (void)state;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        struct fastcgi_begin begin;

        buf_clear(&bytes);
        begin_with(ONE_PAIR);
        add(STDIN, LIT("x"));
        add(STDIN, LIT(""));
        assert_int_equal(walk(), FASTCGI_WHOLE);
        assert_int_equal(bytes.data[heads[i]], 1);
        bytes.data[heads[i]] = 2;
        assert_int_equal(walk_prefix(heads[i], &begin), FASTCGI_INCOMPLETE);
        assert_int_equal(walk_prefix(heads[i] + 1, &begin), FASTCGI_INVALID);
        assert_refused();
    }
}

/* The records so far, and then one of 'type'. */
static void assert_only_taken(uint8_t good)
{
    const size_t len = bytes.len;
    struct fastcgi_begin begin;

    for (unsigned type = 0; type < 256; type++) {
        const struct span body =
            type == BEGIN_REQUEST ? RESPONDER : LIT("\1\0a");

        bytes.len = len;
        add((uint8_t)type, body);
        assert_int_equal(walk(),
                         type == good ? FASTCGI_INCOMPLETE : FASTCGI_INVALID);
        assert_int_not_equal(walk_prefix(len + HEADER_LEN, &begin),
                             FASTCGI_WHOLE);
    }
}

static void a_request_begins_with_begin_request(void **state)
{
    (void)state;
    assert_only_taken(BEGIN_REQUEST);
}

static void only_params_follow_the_beginning(void **state)
{
    (void)state;
    add(BEGIN_REQUEST, RESPONDER);
    assert_only_taken(PARAMS);
    bytes.len = HEADER_LEN + 8;
    add(PARAMS, ONE_PAIR);
    assert_only_taken(PARAMS);
}

static void only_stdin_follows_the_params(void **state)
{
    (void)state;
    begin_with(ONE_PAIR);
    assert_only_taken(STDIN);
}

static void stdin_does_not_come_before_the_end_of_params(void **state)
{
    (void)state;
    add(BEGIN_REQUEST, RESPONDER);
    add(PARAMS, ONE_PAIR);
    add(STDIN, LIT(""));
    assert_refused();
}

static void forty_names_in_get_values_are_refused(void **state)
{
    struct buf names = {0};
    struct fastcgi_begin begin;

    (void)state;
    for (int i = 0; i < 40; i++)
        buf_add_str(&names, "\x0f\1FCGI_MPXS_CONNSx");
    add_padded(GET_VALUES, 0, buf_span(&names), 0);
    assert_refused();
    assert_int_equal(walk_prefix(HEADER_LEN, &begin), FASTCGI_INVALID);
    buf_clear(&bytes);
    add(BEGIN_REQUEST, RESPONDER);
    add_padded(GET_VALUES, 0, buf_span(&names), 0);
    assert_refused();
    buf_fini(&names);
}

static void other_types_are_refused_before_their_body_has_come(void **state)
{
    static const uint8_t types[] = {0,      ABORT_REQUEST, END_REQUEST,
                                    STDOUT, GET_VALUES,    11};

    (void)state;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        struct fastcgi_begin begin;

        buf_clear(&bytes);
        add(types[i], LIT("12345678"));
        assert_int_equal(walk_prefix(HEADER_LEN, &begin), FASTCGI_INVALID);
    }
}

static void request_id_zero_is_refused(void **state)
{
    (void)state;
    add_padded(BEGIN_REQUEST, 0, RESPONDER, 0);
    assert_refused();
}

static void a_request_id_that_changes_is_refused(void **state)
{
    static const size_t low_bytes[] = {19, 31, 39, 48};
    struct fastcgi_begin begin;

    (void)state;
    for (size_t i = 0; i < 2 * sizeof low_bytes / sizeof *low_bytes; i++) {
        const size_t at = low_bytes[i / 2] - i % 2; /* the high one, too */

        buf_clear(&bytes);
        begin_with(ONE_PAIR);
        add(STDIN, LIT("x"));
        add(STDIN, LIT(""));
        assert_int_equal(walk_prefix(bytes.len, &begin), FASTCGI_WHOLE);
        assert_int_equal(bytes.data[at], i % 2 ? 0 : ID_7);
        bytes.data[at]++;
        assert_refused();
    }
}

static void other_roles_are_refused(void **state)
{
    (void)state;
    for (int role = 0; role < 512; role++) {
        const char body[8] = {(char)(role >> 8), (char)role};

        buf_clear(&bytes);
        add(BEGIN_REQUEST, (struct span){body, sizeof body});
        assert_int_equal(walk(),
                         role == 1 ? FASTCGI_INCOMPLETE : FASTCGI_INVALID);
    }
}

static void a_beginning_has_eight_bytes(void **state)
{
    static const char body[64] = {0, 1};

    (void)state;
    for (size_t len = 0; len <= sizeof body; len++) {
        buf_clear(&bytes);
        add(BEGIN_REQUEST, (struct span){body, len});
        assert_int_equal(walk(),
                         len == 8 ? FASTCGI_INCOMPLETE : FASTCGI_INVALID);
    }
}

static void assert_pairs_refused(struct span pairs)
{
    buf_clear(&bytes);
    begin_with(pairs);
    add(STDIN, LIT(""));
    assert_refused();
}

static void enormous_lengths_are_refused(void **state)
{
    (void)state;
    assert_pairs_refused(LIT("\xff\xff\xff\xfe\xff\xff\xff\xfe"
                             "ab"));
    assert_pairs_refused(LIT("\xff\xff\xff\xfe\1ab"));
    assert_pairs_refused(LIT("\1\xff\xff\xff\xfe"
                             "ab"));
    assert_pairs_refused(LIT("\xff\xff\xff\xff\xff\xff\xff\xff"));
    assert_pairs_refused(LIT("\x80\0\x80\1\x80\0\x80\1"));
}

static void enormous_lengths_are_refused_as_soon_as_they_are_read(void **state)
{
    static const struct span all[] = {
        {"\xff\xff\xff\xfe\1", 5}, {"\1\xff\xff\xff\xfe", 5},
        {"\xc0\0\0\1\1", 5},       {"\1\xc0\0\0\1", 5},
        {"\x80\1\0\0\1", 5},       {"\1\x80\1\0\0", 5},
        {"\x80\0\x80\1\1", 5},     {"\1\x80\0\x80\1", 5},
    };

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        buf_clear(&bytes);
        add(BEGIN_REQUEST, RESPONDER);
        add(PARAMS, (struct span){all[i].at, 4});
        assert_int_equal(walk(), FASTCGI_INCOMPLETE);
        add(PARAMS, (struct span){all[i].at + 4, 1});
        assert_int_equal(walk(), FASTCGI_INVALID);
    }
}

static void a_pair_that_ends_behind_the_params_is_refused(void **state)
{
    (void)state;
    assert_pairs_refused(LIT("\2\2abc"));
    assert_pairs_refused(LIT("\2"));
    assert_pairs_refused(LIT("\1\1ab\1"));
    assert_pairs_refused(LIT("\1\1ab\x80\0"));
    assert_pairs_refused(LIT("\1\1ab\1\x80\0\0"));
}

static void the_params_may_end_behind_any_pair_only(void **state)
{
    struct buf pairs = {0};

    (void)state;
    add_pair(&pairs, 2, 3);
    add_pair(&pairs, 128, 1);
    for (size_t len = 0; len <= pairs.len; len++) {
        const bool is_between = len == 0 || len == 7 || len == pairs.len;

        buf_clear(&bytes);
        begin_with((struct span){pairs.data, len});
        add(STDIN, LIT(""));
        assert_int_equal(walk(), is_between ? FASTCGI_WHOLE : FASTCGI_INVALID);
    }
    buf_fini(&pairs);
}

static void a_parameter_needs_a_name(void **state)
{
    (void)state;
    assert_pairs_refused(LIT("\0\1a"));
    assert_pairs_refused(LIT("\0\0"));
    assert_pairs_refused(LIT("\x80\0\0\0\1a"));
}

/* Pairs that take 'len' bytes in all. */
static void assert_params_len(size_t len, enum fastcgi_walk expected)
{
    struct buf pairs = {0};

    add_pair(&pairs, 3, 1000);
    add_pair(&pairs, 128, len - pairs.len - 128 - 8);
    assert_int_equal(pairs.len, len);
    buf_clear(&bytes);
    begin_with(buf_span(&pairs));
    add(STDIN, LIT(""));
    assert_int_equal(walk(), expected);
    buf_fini(&pairs);
}

static void params_have_at_most_32_kb(void **state)
{
    (void)state;
    assert_params_len(FASTCGI_PARAMS_MAX, FASTCGI_WHOLE);
    assert_params_len(FASTCGI_PARAMS_MAX + 1, FASTCGI_INVALID);
}

static void the_number_of_parameters_is_limited(void **state)
{
    (void)state;
    begin_with(LIT(""));
    bytes.len = HEADER_LEN + 8;
    for (int i = 0; i < 512; i++)
        add(PARAMS, ONE_PAIR);
    assert_int_equal(walk(), FASTCGI_INCOMPLETE);
    add(PARAMS, ONE_PAIR);
    assert_int_equal(walk(), FASTCGI_INVALID);
}

static void a_body_has_at_most_64_kb(void **state)
{
    char *body = mem_alloc(FASTCGI_BODY_MAX);

    (void)state;
    begin_with(ONE_PAIR);
    add_stream(STDIN, body, FASTCGI_BODY_MAX);
    assert_int_equal(walk(), FASTCGI_INCOMPLETE);
    add(STDIN, LIT(""));
    assert_int_equal(walk(), FASTCGI_WHOLE);
    bytes.len -= HEADER_LEN;
    add(STDIN, LIT("x"));
    assert_int_equal(walk(), FASTCGI_INVALID);
    mem_free(body);
}

static void a_request_that_can_never_fit_is_refused(void **state)
{
    struct fastcgi_begin begin;

    (void)state;
    add(BEGIN_REQUEST, RESPONDER);
    /* Little in the records, much around it. */
    while (bytes.len < FASTCGI_REQUEST_MAX)
        add_padded(PARAMS, ID_7, LIT("\1\0a"), 255);
    assert_int_equal(walk_prefix(FASTCGI_REQUEST_MAX - 1, &begin),
                     FASTCGI_INCOMPLETE);
    assert_int_equal(walk_prefix(FASTCGI_REQUEST_MAX, &begin), FASTCGI_INVALID);
}

static uint32_t next_random(void)
{
    static uint32_t x = 1;

    x = x * 1664525 + 1013904223;
    return x >> 8;
}

/* No answer is expected, but one within the memory that was given. */
static void any_bytes_may_come(void **state)
{
    (void)state;
    for (int round = 0; round < 5000; round++) {
        buf_clear(&bytes);
        add_request_of_nginx();
        for (uint32_t i = next_random() % 4; i <= 4; i++)
            bytes.data[next_random() % bytes.len] = (char)next_random();
        walk();
    }
}

/* --- writing ------------------------------------------------------------- */

/* A reply, taken apart again. */
struct reply {
    struct buf payload;
    size_t empty_stdouts;
    size_t ends;
    size_t records;
};

static uint8_t byte_at(size_t at)
{
    assert_true(at < bytes.len);
    return (uint8_t)bytes.data[at];
}

static void take_record(struct reply *reply, size_t at, size_t body_len)
{
    const uint8_t type = byte_at(at + 1);

    reply->records++;
    assert_int_equal(reply->ends, 0);
    if (type == END_REQUEST) {
        assert_int_equal(body_len, 8);
        assert_int_equal(reply->empty_stdouts, 1);
        for (size_t i = 0; i < 8; i++)
            assert_int_equal(byte_at(at + HEADER_LEN + i), 0);
        reply->ends++;
        return;
    }
    assert_int_equal(type, STDOUT);
    assert_int_equal(reply->empty_stdouts, 0);
    if (body_len == 0)
        reply->empty_stdouts++;
    buf_add(&reply->payload, bytes.data + at + HEADER_LEN, body_len);
}

static struct reply take_apart(uint16_t id)
{
    struct reply reply = {0};
    size_t at = 0;

    while (at < bytes.len) {
        size_t body_len = (size_t)byte_at(at + 4) << 8 | byte_at(at + 5);
        size_t whole_len = HEADER_LEN + body_len + byte_at(at + 6);

        assert_int_equal(byte_at(at), 1);
        assert_int_equal(byte_at(at + 2), id >> 8);
        assert_int_equal(byte_at(at + 3), id & 0xff);
        assert_true(at + whole_len <= bytes.len);
        assert_int_equal(whole_len % 8, 0);
        assert_true(byte_at(at + 6) < 8);
        take_record(&reply, at, body_len);
        at += whole_len;
    }
    assert_int_equal(reply.ends, 1);
    return reply;
}

static const size_t reply_lens[] = {
    0,     1,     7,     8,     9,      65519,  65520,  65527,  65528,
    65529, 65535, 65536, 65537, 131055, 131056, 131057, 200000,
};

#define REPLY_LENS (sizeof reply_lens / sizeof *reply_lens)

static char *payload_of(size_t len)
{
    char *payload = mem_alloc(len);

    for (size_t i = 0; i < len; i++)
        payload[i] = (char)(i % 251);
    return payload;
}

static void a_reply_of_any_length_arrives_as_it_was(void **state)
{
    (void)state;
    for (size_t i = 0; i < REPLY_LENS; i++) {
        const size_t len = reply_lens[i];
        char *payload = payload_of(len);
        struct reply reply;

        buf_clear(&bytes);
        add_reply(&bytes, 0x0102, (struct span){payload, len});
        reply = take_apart(0x0102);
        assert_int_equal(reply.payload.len, len);
        if (len > 0)
            assert_memory_equal(reply.payload.data, payload, len);
        /* As few as can be, with the two that end it. */
        assert_int_equal(reply.records, (len + 65527) / 65528 + 2);
        buf_fini(&reply.payload);
        mem_free(payload);
    }
}

static void the_bytes_of_a_small_reply_are_those_of_the_specification(
    void **state)
{
    static const char expected[] = "\1\6\0\1\0\2\6\0Hi\0\0\0\0\0\0"
                                   "\1\6\0\1\0\0\0\0"
                                   "\1\3\0\1\0\10\0\0\0\0\0\0\0\0\0\0";

    (void)state;
    add_reply(&bytes, 1, LIT("Hi"));
    assert_int_equal(bytes.len, sizeof expected - 1);
    assert_memory_equal(bytes.data, expected, sizeof expected - 1);
}

static void add_chunk(struct span payload)
{
    const size_t len = fastcgi_chunk_len(payload.len);

    fastcgi_put_chunk((uint8_t *)buf_reserve(&bytes, len), 7, payload);
    buf_terminate(&bytes, len);
}

static void chunks_and_an_end_are_a_reply(void **state)
{
    (void)state;
    for (size_t i = 0; i < REPLY_LENS; i++) {
        const size_t len = reply_lens[i];
        char *payload = payload_of(len);
        struct reply reply;

        buf_clear(&bytes);
        add_chunk((struct span){payload, len / 2});
        add_chunk(LIT(""));
        add_chunk((struct span){payload + len / 2, len - len / 2});
        add_reply(&bytes, 7, LIT(""));
        reply = take_apart(7);
        assert_int_equal(reply.payload.len, len);
        if (len > 0)
            assert_memory_equal(reply.payload.data, payload, len);
        buf_fini(&reply.payload);
        mem_free(payload);
    }
}

static void a_reply_is_added_behind_what_is_there(void **state)
{
    (void)state;
    buf_add_str(&bytes, "before");
    add_reply(&bytes, 1, LIT("Hi"));
    assert_memory_equal(bytes.data, "before\1\6\0\1\0\2", 12);
}

static void a_reply_can_be_made_fit_for_another_request(void **state)
{
    (void)state;
    for (size_t i = 0; i < REPLY_LENS; i++) {
        const size_t len = reply_lens[i];
        char *payload = payload_of(len);
        struct buf expected = {0};

        add_reply(&expected, 0xfedc, (struct span){payload, len});
        buf_clear(&bytes);
        add_reply(&bytes, 1, (struct span){payload, len});
        fastcgi_set_request_id((uint8_t *)bytes.data, bytes.len, 0xfedc);
        assert_true(span_equal(buf_span(&bytes), buf_span(&expected)));
        buf_fini(&expected);
        mem_free(payload);
    }
}

#define ANEW(test) cmocka_unit_test_setup_teardown(test, start_anew, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ANEW(a_request_of_nginx_is_whole),
        ANEW(each_part_of_it_is_incomplete),
        ANEW(trailing_bytes_are_refused),
        ANEW(keeping_the_connection_is_asked_for_by_the_lowest_bit),
        ANEW(a_request_id_has_two_bytes),
        ANEW(padding_of_any_length_is_skipped),
        ANEW(padding_that_libfcgi_does_not_skip_is_refused),
        ANEW(pairs_may_be_cut_anywhere),
        ANEW(pairs_may_come_byte_by_byte),
        ANEW(a_short_length_may_be_written_long),
        ANEW(a_request_needs_no_parameters_and_no_body),
        ANEW(our_own_request_is_whole),
        ANEW(another_version_is_refused_with_its_first_byte),
        ANEW(another_version_is_refused_in_any_record),
        ANEW(a_request_begins_with_begin_request),
        ANEW(only_params_follow_the_beginning),
        ANEW(only_stdin_follows_the_params),
        ANEW(stdin_does_not_come_before_the_end_of_params),
        ANEW(forty_names_in_get_values_are_refused),
        ANEW(other_types_are_refused_before_their_body_has_come),
        ANEW(request_id_zero_is_refused),
        ANEW(a_request_id_that_changes_is_refused),
        ANEW(other_roles_are_refused),
        ANEW(a_beginning_has_eight_bytes),
        ANEW(enormous_lengths_are_refused),
        ANEW(enormous_lengths_are_refused_as_soon_as_they_are_read),
        ANEW(a_pair_that_ends_behind_the_params_is_refused),
        ANEW(the_params_may_end_behind_any_pair_only),
        ANEW(a_parameter_needs_a_name),
        ANEW(params_have_at_most_32_kb),
        ANEW(the_number_of_parameters_is_limited),
        ANEW(a_body_has_at_most_64_kb),
        ANEW(a_request_that_can_never_fit_is_refused),
        ANEW(any_bytes_may_come),
        ANEW(a_reply_of_any_length_arrives_as_it_was),
        ANEW(the_bytes_of_a_small_reply_are_those_of_the_specification),
        ANEW(chunks_and_an_end_are_a_reply),
        ANEW(a_reply_is_added_behind_what_is_there),
        ANEW(a_reply_can_be_made_fit_for_another_request),
    };

    return cmocka_run_group_tests_name("fastcgi_records", tests, NULL, NULL);
}
