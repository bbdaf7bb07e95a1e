#include "load/response.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "load/message.h"

static struct response response;

static int clear_it(void **state)
{
    (void)state;
    response_fini(&response);
    memset(&response, 0, sizeof response);
    return 0;
}

/* In pieces of 'step' bytes; how many bytes were taken. */
static size_t feed(const char *text, size_t step)
{
    const size_t len = strlen(text);
    size_t taken = 0;

    response_clear(&response);
    while (taken < len) {
        const size_t piece = len - taken < step ? len - taken : step;
        const size_t got = response_feed(&response, text + taken, piece);

        taken += got;
        if (got < piece)
            break;
    }
    return taken;
}

/* Whatever the size of the pieces. */
static void assert_whole(const char *text, unsigned status, const char *body)
{
    for (size_t step = 1; step <= strlen(text); step++) {
        assert_int_equal(feed(text, step), strlen(text));
        assert_int_equal(response.state, RESPONSE_WHOLE);
        assert_int_equal(response.status, status);
        assert_true(span_is(buf_span(&response.body), body));
    }
}

static void assert_broken(const char *text)
{
    feed(text, strlen(text));
    assert_int_equal(response.state, RESPONSE_BROKEN);
}

static void a_length_says_where_it_ends(void **state)
{
    (void)state;
    assert_whole("HTTP/1.1 200 OK\r\ncontent-length:  5\r\n\r\nhello", 200,
                 "hello");
    assert_whole("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", 404, "");
}

static void chunks_are_put_together(void **state)
{
    (void)state;
    assert_whole("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                 "4\r\nhell\r\nA\r\no\r\n, you\r\n\r\n0\r\n\r\n",
                 200, "hello\r\n, you\r\n");
    assert_whole("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                 "1\r\nx\r\n0\r\nTrailer: yes\r\n\r\n",
                 200, "x");
}

static void some_have_no_body(void **state)
{
    (void)state;
    assert_whole("HTTP/1.1 304 Not Modified\r\nEtag: 3\r\n\r\n", 304, "");
    assert_whole("HTTP/1.1 204 No Content\r\n\r\n", 204, "");
}

static void without_a_length_it_lasts_until_the_close(void **state)
{
    (void)state;
    feed("HTTP/1.1 200 OK\r\n\r\nhel", 3);
    feed("HTTP/1.1 200 OK\r\n\r\nhello", 3);
    assert_int_equal(response.state, RESPONSE_UNTIL_CLOSE);
    response_end(&response);
    assert_int_equal(response.state, RESPONSE_WHOLE);
    assert_true(response.is_last);
    assert_true(span_is(buf_span(&response.body), "hello"));
}

static void frames_follow_an_upgrade(void **state)
{
    (void)state;
    feed("HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\nframes", 9);
    assert_int_equal(response.state, RESPONSE_UNTIL_CLOSE);
    response_take(&response, 3);
    assert_true(span_is(buf_span(&response.body), "mes"));
}

static void the_close_breaks_what_is_not_whole(void **state)
{
    (void)state;
    feed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", 100);
    response_end(&response);
    assert_int_equal(response.state, RESPONSE_BROKEN);
}

static void the_next_response_is_left_alone(void **state)
{
    static const char one[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    (void)state;
    assert_int_equal(feed("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
                          "okHTTP/1.1 200 OK\r\n",
                          1000),
                     sizeof one - 1);
    assert_int_equal(response.state, RESPONSE_WHOLE);
}

static void fields_are_found_by_name(void **state)
{
    (void)state;
    feed("HTTP/1.1 200 OK\r\nX-Etag: no\r\nETag: W/3\r\n"
         "Connection: close\r\nContent-Length: 0\r\n\r\n",
         7);
    assert_true(span_is(response_field(&response, "Etag"), "W/3"));
    assert_null(response_field(&response, "Tag").at);
    assert_true(response.is_last);
}

static void what_is_not_http_is_broken(void **state)
{
    (void)state;
    assert_broken("hello there\r\n\r\n");
    assert_broken("HTTP/1.1 abc\r\n\r\n");
    assert_broken("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n");
    assert_broken("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n");
}

static void messages_are_found_in_any_body(void **state)
{
    static const char text[] =
        "{\"body\":\"bench n=7 t=123 room=b1-0 ....\","
        "\"html\":\"<p>bench n=7 t=123 room=b1-0 ....</p>\"},"
        "{\"body\":\"bench n=8 t=124 room=b1-0 ....\"},"
        "{\"body\":\"bench n=x\"}";
    struct message message;
    size_t at = 0;

    (void)state;
    assert_true(message_next(span_of(text), "\"body\":\"", &at, &message));
    assert_int_equal(message.n, 7);
    assert_int_equal(message.sent_ns, 123);
    assert_true(span_is(message.room, "b1-0"));
    assert_true(message_next(span_of(text), "\"body\":\"", &at, &message));
    assert_int_equal(message.n, 8);
    assert_false(message_next(span_of(text), "\"body\":\"", &at, &message));
}

static void a_message_has_the_size_asked_for(void **state)
{
    const struct message said = {7, 123, span_of("b1-0")};
    struct message heard;
    struct buf text = {0};
    size_t at = 0;

    (void)state;
    message_write(&text, &said, 100);
    assert_int_equal(text.len, 100);
    assert_true(message_next(buf_span(&text), "", &at, &heard));
    assert_int_equal(heard.n, 7);
    buf_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_length_says_where_it_ends, clear_it),
        cmocka_unit_test_teardown(chunks_are_put_together, clear_it),
        cmocka_unit_test_teardown(some_have_no_body, clear_it),
        cmocka_unit_test_teardown(without_a_length_it_lasts_until_the_close,
                                  clear_it),
        cmocka_unit_test_teardown(frames_follow_an_upgrade, clear_it),
        cmocka_unit_test_teardown(the_close_breaks_what_is_not_whole, clear_it),
        cmocka_unit_test_teardown(the_next_response_is_left_alone, clear_it),
        cmocka_unit_test_teardown(fields_are_found_by_name, clear_it),
        cmocka_unit_test_teardown(what_is_not_http_is_broken, clear_it),
        cmocka_unit_test(messages_are_found_in_any_body),
        cmocka_unit_test(a_message_has_the_size_asked_for),
    };

    return cmocka_run_group_tests_name("bench/response", tests, NULL, NULL);
}
