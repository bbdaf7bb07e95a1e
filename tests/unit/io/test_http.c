/* test_http.c -- the door is one that keeps what it was given. */
#include "io/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "add_reply.h"
#include "io/fastcgi_records.h"
#include "io/secret.h"

/* A literal with its length, NULs in it included. */
#define LIT(literal) ((struct span){literal, sizeof(literal) - 1})

static struct http_packet *sent; /* a reference of ours */
static unsigned times_sent;
static unsigned times_gone;
static unsigned times_written;

static void keep(struct http_call *call, struct http_packet *packet)
{
    (void)call;
    times_sent++;
    http_packet_unref(sent);
    sent = http_packet_ref(packet);
}

static bool is_out; /* what the door says of the next chunk */
static unsigned chunks_written;

static bool keep_chunk(struct http_call *call, struct http_packet *chunk)
{
    (void)call;
    chunks_written++;
    http_packet_unref(sent);
    sent = http_packet_ref(chunk);
    return is_out;
}

static const struct http_door door = {.send = keep, .write = keep_chunk};

static struct http_call call;
static struct http_request request;

static int start(void **state)
{
    (void)state;
    return secret_init() ? 0 : -1;
}

static int start_anew(void **state)
{
    (void)state;
    times_sent = times_gone = times_written = chunks_written = 0;
    is_out = true;
    request = (struct http_request){.id = LIT("0123456789abcdef")};
    http_call_begin(&call, &door, &request, 5000);
    return 0;
}

static int end(void **state)
{
    (void)state;
    http_packet_unref(sent);
    sent = NULL;
    return 0;
}

static void on_gone(void *arg)
{
    assert_ptr_equal(arg, &request);
    times_gone++;
}

static void on_written(void *arg)
{
    assert_ptr_equal(arg, &request);
    times_written++;
}

/* What goes out is 'payload', in a record with its padding and without an
 * end. */
static void assert_chunk(const char *payload)
{
    const size_t len = strlen(payload);
    uint8_t framed[1024];

    assert_non_null(sent);
    assert_int_equal(sent->len, fastcgi_chunk_len(len));
    assert_true(sent->len <= sizeof framed);
    fastcgi_put_chunk(framed, 1, (struct span){payload, len});
    assert_memory_equal(sent->bytes, framed, sent->len);
}

/* What goes out is 'payload', in the records that carry it. */
static void assert_sent(unsigned status, const char *payload)
{
    struct buf framed = {0};

    assert_non_null(sent);
    add_reply(&framed, 1, span_of(payload));
    assert_int_equal(sent->status, status);
    assert_int_equal(sent->len, framed.len);
    assert_memory_equal(sent->bytes, framed.data, framed.len);
    buf_fini(&framed);
}

/* --- answers ------------------------------------------------------------- */

static void an_answer_has_status_type_length_and_body(void **state)
{
    (void)state;
    http_send(&call, 200, "text/plain", NULL, LIT("hello"));
    assert_sent(200, "Status: 200 OK\r\n"
                     "Content-Type: text/plain\r\n"
                     "Content-Length: 5\r\n"
                     "Cache-Control: no-store\r\n"
                     "\r\n"
                     "hello");
}

static void an_answer_may_have_more_headers(void **state)
{
    (void)state;
    http_send(&call, 303, "text/html", "Location: /r/tea\r\nA: b\r\n", LIT(""));
    assert_sent(303, "Status: 303 See Other\r\n"
                     "Content-Type: text/html\r\n"
                     "Content-Length: 0\r\n"
                     "Cache-Control: no-store\r\n"
                     "Location: /r/tea\r\n"
                     "A: b\r\n"
                     "\r\n");
}

static void json_is_sent_as_json(void **state)
{
    (void)state;
    http_send_json(&call, 503, "Retry-After: 1\r\n", LIT("{}"));
    assert_sent(503, "Status: 503 Service Unavailable\r\n"
                     "Content-Type: application/json\r\n"
                     "Content-Length: 2\r\n"
                     "Cache-Control: no-store\r\n"
                     "Retry-After: 1\r\n"
                     "\r\n"
                     "{}");
}

static void every_status_in_use_has_its_words(void **state)
{
    static const struct {
        unsigned status;
        const char *words;
    } all[] = {
        {200, "OK"},
        {303, "See Other"},
        {400, "Bad Request"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {409, "Conflict"},
        {413, "Content Too Large"},
        {415, "Unsupported Media Type"},
        {503, "Service Unavailable"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char payload[200];

        http_send(&call, all[i].status, "a/b", NULL, LIT(""));
        snprintf(payload, sizeof payload,
                 "Status: %u %s\r\nContent-Type: a/b\r\nContent-Length: 0\r\n"
                 "Cache-Control: no-store\r\n\r\n",
                 all[i].status, all[i].words);
        assert_sent(all[i].status, payload);
    }
}

static void a_packet_is_sent_to_many(void **state)
{
    struct http_packet *packet =
        http_packet_new(200, "text/plain", NULL, LIT("news"));

    (void)state;
    assert_int_equal(packet->refs, 1);
    for (int i = 0; i < 10; i++) {
        http_call_begin(&call, &door, &request, 0);
        http_send_packet(&call, packet);
        assert_ptr_equal(sent, packet);
    }
    assert_int_equal(times_sent, 10);
    assert_int_equal(packet->refs, 2);
    http_packet_unref(packet);
    assert_int_equal(sent->refs, 1);
}

static void a_packet_that_is_none_may_be_let_go(void **state)
{
    (void)state;
    http_packet_unref(NULL);
}

/* --- a reply that goes on ------------------------------------------------ */

static bool begin_stream(void)
{
    http_call_hold(&call, on_gone, &request);
    return http_stream_begin(&call, "text/plain", "A: b\r\n", LIT("first"),
                             on_written);
}

static void a_reply_that_goes_on_has_no_length(void **state)
{
    (void)state;
    assert_true(begin_stream());
    assert_chunk("Status: 200 OK\r\n"
                 "Content-Type: text/plain\r\n"
                 "Cache-Control: no-store\r\n"
                 "A: b\r\n"
                 "\r\n"
                 "first");
}

static void a_chunk_is_written_to_many(void **state)
{
    struct http_packet *chunk = http_chunk_new(LIT("news"));

    (void)state;
    begin_stream();
    for (int i = 0; i < 10; i++)
        assert_true(http_stream_write(&call, chunk));
    assert_chunk("news");
    assert_int_equal(chunks_written, 11);
    assert_int_equal(chunk->refs, 2);
    http_packet_unref(chunk);
    assert_int_equal(times_sent, 0);
}

static void what_is_not_out_at_once_is_told_when_it_is(void **state)
{
    (void)state;
    is_out = false;
    assert_false(begin_stream());
    assert_int_equal(times_written, 0);
    http_call_written(&call);
    http_call_written(&call);
    assert_int_equal(times_written, 2);
    assert_int_equal(times_gone, 0);
}

static void a_reply_that_goes_on_ends_with_its_last_bytes(void **state)
{
    (void)state;
    begin_stream();
    http_stream_end(&call, LIT("last"));
    assert_sent(200, "last");
    http_call_gone(&call);
    assert_int_equal(times_gone, 0);
}

static void or_without_any(void **state)
{
    (void)state;
    begin_stream();
    http_stream_end(&call, LIT(""));
    assert_sent(200, "");
}

static void who_leaves_a_reply_that_goes_on_is_gone(void **state)
{
    (void)state;
    begin_stream();
    http_call_gone(&call);
    http_call_gone(&call);
    assert_int_equal(times_gone, 1);
}

/* --- calls --------------------------------------------------------------- */

static void a_call_begins_unheld_and_unnamed(void **state)
{
    (void)state;
    assert_string_equal(call.route, "-");
    assert_int_equal(call.begun_ms, 5000);
    assert_false(call.close_after);
    assert_false(call.wants_html);
    http_call_gone(&call);
    assert_int_equal(times_gone, 0);
}

static void whatever_was_in_a_call_is_forgotten(void **state)
{
    (void)state;
    call.close_after = true;
    http_call_hold(&call, on_gone, &request);
    request.id = LIT("x");
    http_call_begin(&call, &door, &request, 1);
    http_call_gone(&call);
    assert_int_equal(times_gone, 0);
    assert_false(call.close_after);
    assert_string_equal(call.id, "x");
}

static void who_holds_a_call_is_told_once_that_its_client_left(void **state)
{
    (void)state;
    http_call_hold(&call, on_gone, &request);
    assert_int_equal(times_gone, 0);
    http_call_gone(&call);
    http_call_gone(&call);
    assert_int_equal(times_gone, 1);
}

static void who_has_answered_is_not_told(void **state)
{
    (void)state;
    http_call_hold(&call, on_gone, &request);
    http_send(&call, 200, "text/plain", NULL, LIT(""));
    http_call_gone(&call);
    assert_int_equal(times_gone, 0);
}

static void the_id_of_nginx_is_kept(void **state)
{
    (void)state;
    assert_string_equal(call.id, "0123456789abcdef");
    request.id = LIT("0123456789abcdef0123456789abcdef");
    http_call_begin(&call, &door, &request, 0);
    assert_string_equal(call.id, "0123456789abcdef0123456789abcdef");
}

static void an_id_that_is_missing_or_too_long_is_made_up(void **state)
{
    static const struct span ids[] = {
        {NULL, 0},
        {"", 0},
        {"0123456789abcdef0123456789abcdefX", 33},
    };

    (void)state;
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        char before[HTTP_ID_MAX + 1];

        request.id = ids[i];
        http_call_begin(&call, &door, &request, 0);
        assert_int_equal(strlen(call.id), 32);
        assert_int_equal(strspn(call.id, "0123456789abcdef"), 32);
        memcpy(before, call.id, sizeof before);
        http_call_begin(&call, &door, &request, 0);
        assert_string_not_equal(call.id, before);
    }
}

static void assert_wants_html(struct span accept, bool expected)
{
    request.accept = accept;
    http_call_begin(&call, &door, &request, 0);
    assert_int_equal(call.wants_html, expected);
}

static void who_asks_for_html_first_wants_it(void **state)
{
    (void)state;
    assert_wants_html(LIT("text/html"), true);
    assert_wants_html(LIT("text/html,application/xhtml+xml,*/*;q=0.8"), true);
    assert_wants_html(LIT("*/*"), false);
    assert_wants_html(LIT("application/json, text/html"), false);
    assert_wants_html(LIT("text/htm"), false);
    assert_wants_html(LIT(""), false);
    assert_wants_html(SPAN_NONE, false);
}

#define ANEW(test) cmocka_unit_test_setup_teardown(test, start_anew, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ANEW(an_answer_has_status_type_length_and_body),
        ANEW(an_answer_may_have_more_headers),
        ANEW(json_is_sent_as_json),
        ANEW(every_status_in_use_has_its_words),
        ANEW(a_packet_is_sent_to_many),
        ANEW(a_packet_that_is_none_may_be_let_go),
        ANEW(a_reply_that_goes_on_has_no_length),
        ANEW(a_chunk_is_written_to_many),
        ANEW(what_is_not_out_at_once_is_told_when_it_is),
        ANEW(a_reply_that_goes_on_ends_with_its_last_bytes),
        ANEW(or_without_any),
        ANEW(who_leaves_a_reply_that_goes_on_is_gone),
        ANEW(a_call_begins_unheld_and_unnamed),
        ANEW(whatever_was_in_a_call_is_forgotten),
        ANEW(who_holds_a_call_is_told_once_that_its_client_left),
        ANEW(who_has_answered_is_not_told),
        ANEW(the_id_of_nginx_is_kept),
        ANEW(an_id_that_is_missing_or_too_long_is_made_up),
        ANEW(who_asks_for_html_first_wants_it),
    };

    return cmocka_run_group_tests_name("http", tests, start, NULL);
}
