/* A reader against a server that says what the test wants it to. */
#include "load/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define TURN_NS     (5 * NANOS_PER_MS)
#define PATIENCE_NS (5 * NANOS_PER_S)

#define STREAM_HEAD                                          \
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n" \
    "Transfer-Encoding: chunked\r\n\r\n"
#define UPGRADED                                                 \
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n" \
    "Connection: upgrade\r\nSec-WebSocket-Accept: " FRAMES_ACCEPT "\r\n\r\n"

#define SUBSCRIBE(cursor)                                           \
    "{\"type\":\"subscribe\",\"room\":\"t-0\",\"cursor\":\"" cursor \
    "\",\"html\":false}"

static int listener;
static int peer; /* the server's end; -1: nobody was accepted */
static struct stage stage;
static struct room *room;
static struct reader reader;
static struct buf heard; /* by the server */

/* --- the server ---------------------------------------------------------- */

static int listen_somewhere(struct sockaddr_in *address)
{
    socklen_t len = sizeof *address;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

    *address = (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    assert_int_equal(bind(fd, (struct sockaddr *)address, sizeof *address), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)address, &len), 0);
    return fd;
}

static void hear(void)
{
    char input[4096];
    const ssize_t len = recv(peer, input, sizeof input, MSG_DONTWAIT);

    if (len > 0)
        buf_add(&heard, input, (size_t)len);
}

/* Whoever comes takes the place of the one before. */
static void serve(void)
{
    const int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

    if (fd >= 0) {
        if (peer >= 0)
            close(peer);
        peer = fd;
    }
    if (peer >= 0)
        hear();
}

#define WAIT_UNTIL(condition)                                  \
    do {                                                       \
        const uint64_t give_up_ns = nanos_now() + PATIENCE_NS; \
                                                               \
        while (!(condition)) {                                 \
            assert_true(nanos_now() < give_up_ns);             \
            stage_turn(&stage, nanos_now() + TURN_NS);         \
            serve();                                           \
        }                                                      \
    } while (0)

static bool has_heard(const char *text)
{
    return heard.len > 0 &&
           memmem(heard.data, heard.len, text, strlen(text)) != NULL;
}

static void tell(struct span bytes)
{
    assert_int_equal(send(peer, bytes.at, bytes.len, MSG_NOSIGNAL), bytes.len);
}

/* One chunk. */
static void tell_chunk(const char *text)
{
    struct buf chunk = {0};

    buf_addf(&chunk, "%zx\r\n%s\r\n", strlen(text), text);
    tell(buf_span(&chunk));
    buf_fini(&chunk);
}

static void add_frame(struct buf *to, char kind, struct span payload)
{
    assert_true(payload.len < 126);
    buf_add_char(to, (char)(0x80 | kind));
    buf_add_char(to, (char)payload.len);
    buf_add_span(to, payload);
}

/* The last that the client says is a frame with this text. */
static void assert_said(const char *text)
{
    const size_t len = strlen(text);
    const char *mask;

    WAIT_UNTIL(heard.len >= len + 6);
    mask = heard.data + heard.len - len - 4;
    for (size_t i = 0; i < len; i++)
        assert_int_equal(mask[4 + i] ^ mask[i % 4], text[i]);
}

/* --- around each test ---------------------------------------------------- */

static int open_it(void **state)
{
    struct sockaddr_in address;

    (void)state;
    listener = listen_somewhere(&address);
    peer = -1;
    assert_true(stage_open(&stage, &dialect_holdline, &address, 1, "t"));
    room = &stage.rooms[0];
    return 0;
}

static int close_it(void **state)
{
    (void)state;
    assert_int_equal(room->ledger.counts.doubled, 0);
    reader_fini(&reader);
    stage_close(&stage);
    close(peer);
    close(listener);
    buf_fini(&heard);
    return 0;
}

static void start(enum transport transport)
{
    reader_init(&reader, &stage, room, transport, false);
    reader_start(&reader);
    WAIT_UNTIL(has_heard("\r\n\r\n"));
}

/* As the server has it, with an id. */
static void add_message(struct buf *to, const char *id)
{
    struct message message = {.sent_ns = nanos_now(),
                              .room = span_of(room->name)};

    message.n = ledger_send(&room->ledger, message.sent_ns);
    stage.outstanding++;
    buf_addf(to, "{\"type\":\"message\",\"id\":\"%s\",\"body\":\"", id);
    message_write(to, &message, 0);
    buf_add_str(to, "\"}");
}

static void add_event(struct buf *to, const char *id)
{
    buf_addf(to, "id: %s\ndata: ", id);
    add_message(to, id);
    buf_add_str(to, "\n\n");
}

static void tell_message_frames(const char *first_id, const char *second_id)
{
    struct buf text = {0};
    struct buf frames = {0};

    add_message(&text, first_id);
    add_frame(&frames, FRAME_TEXT, buf_span(&text));
    buf_clear(&text);
    add_message(&text, second_id);
    add_frame(&frames, FRAME_TEXT, buf_span(&text));
    tell(buf_span(&frames));
    buf_fini(&text);
    buf_fini(&frames);
}

static void tell_frame(char kind, const char *payload)
{
    struct buf frame = {0};

    add_frame(&frame, kind, span_of(payload));
    tell(buf_span(&frame));
    buf_fini(&frame);
}

/* --- event stream -------------------------------------------------------- */

static void events_of_a_stream_are_told(void **state)
{
    struct buf events = {0};

    (void)state;
    start(TRANSPORT_STREAM);
    assert_true(has_heard("GET /a/message/stream?room=t-0&html=0 "));
    tell(span_of(STREAM_HEAD));
    tell_chunk("retry: 1200\nid: 5f-0\n\n");
    WAIT_UNTIL(strcmp(reader.cursor, "5f-0") == 0);
    assert_int_equal(reader.state, READER_CATCHING_UP);
    add_event(&events, "5f-1");
    add_event(&events, "5f-2");
    tell_chunk(events.data);
    WAIT_UNTIL(stage.tally.deliveries == 2);
    assert_string_equal(reader.cursor, "5f-2");
    assert_int_equal(reader.state, READER_LISTENING);
    tell_chunk(":\n\nevent: gap\ndata: {\"room\":\"t-0\"}\n\n");
    WAIT_UNTIL(stage.tally.gaps == 1);
    assert_int_equal(stage.outstanding, 0);
    assert_true(reader.conn.bytes_read > events.len);
    buf_fini(&events);
}

/* An event that was not whole does not count, nor does its id. */
static void a_stream_that_ends_is_taken_up(void **state)
{
    (void)state;
    start(TRANSPORT_STREAM);
    tell(span_of(STREAM_HEAD));
    tell_chunk("id: 5f-7\n\nid: 5f-8\ndata: {");
    buf_clear(&heard);
    tell(span_of("0\r\n\r\n"));
    WAIT_UNTIL(has_heard("Last-Event-ID: 5f-7\r\n"));
    assert_int_equal(stage.tally.ended, 1);
    assert_int_equal(stage.tally.refusals, 0);
}

static void a_refused_stream_is_counted(void **state)
{
    (void)state;
    start(TRANSPORT_STREAM);
    tell(span_of("HTTP/1.1 503 No\r\nContent-Length: 8\r\n\r\nid: 5f\n\n"));
    WAIT_UNTIL(stage.tally.refusals == 1);
    assert_int_equal(stage.tally.ended, 0);
    assert_string_equal(reader.cursor, "");
}

/* --- WebSocket ----------------------------------------------------------- */

static void upgrade(void)
{
    start(TRANSPORT_WS);
    assert_true(has_heard("GET /ws HTTP/1.1\r\n"));
    assert_true(has_heard("Upgrade: websocket\r\n"));
    buf_clear(&heard);
    tell(span_of(UPGRADED));
}

static void frames_of_a_websocket_are_told(void **state)
{
    (void)state;
    upgrade();
    assert_said(SUBSCRIBE(""));
    tell_frame(FRAME_TEXT, "{\"type\":\"subscribed\",\"room\":\"t-0\","
                           "\"cursor\":\"5f-0\",\"gap\":true}");
    WAIT_UNTIL(stage.tally.gaps == 1);
    assert_string_equal(reader.cursor, "5f-0");
    tell_message_frames("5f-1", "5f-2");
    WAIT_UNTIL(stage.tally.deliveries == 2);
    assert_string_equal(reader.cursor, "5f-2");
    assert_int_equal(reader.state, READER_LISTENING);
    tell_message_frames("5f-3", "5f-4");
    WAIT_UNTIL(stage.tally.deliveries == 4);
    assert_int_equal(stage.tally.refusals + stage.tally.broken, 0);
}

static void a_ping_is_answered(void **state)
{
    (void)state;
    upgrade();
    assert_said(SUBSCRIBE(""));
    buf_clear(&heard);
    tell_frame(FRAME_PING, "are you there");
    assert_said("are you there");
    assert_int_equal(stage.tally.ended, 0);
}

static void a_closed_websocket_is_taken_up(void **state)
{
    (void)state;
    upgrade();
    WAIT_UNTIL(reader.is_open);
    tell_frame(FRAME_TEXT, "{\"type\":\"subscribed\",\"cursor\":\"5f-7\"}");
    tell(span_of("\x01\x01x")); /* the first part of something */
    tell_frame(FRAME_CLOSE, "\x03\xf4");
    WAIT_UNTIL(has_heard("GET /ws HTTP/1.1\r\n"));
    assert_int_equal(stage.tally.ended, 1);
    buf_clear(&heard);
    tell(span_of(UPGRADED));
    assert_said(SUBSCRIBE("5f-7"));
    tell_message_frames("5f-8", "5f-9");
    WAIT_UNTIL(stage.tally.deliveries == 2);
    assert_int_equal(stage.tally.broken, 0);
}

static void what_refuses_is_counted(void **state)
{
    (void)state;
    upgrade();
    WAIT_UNTIL(reader.is_open);
    tell_frame(FRAME_TEXT, "{\"type\":\"error\",\"problem\":\"no\"}");
    WAIT_UNTIL(stage.tally.refusals == 1);
    WAIT_UNTIL(has_heard("GET /ws HTTP/1.1\r\n"));
    tell(span_of("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno"));
    WAIT_UNTIL(stage.tally.refusals == 2);
    assert_int_equal(stage.tally.ended + stage.tally.broken, 0);
}

static void what_makes_no_sense_is_broken(void **state)
{
    (void)state;
    upgrade();
    WAIT_UNTIL(reader.is_open);
    tell_frame(FRAME_BINARY, "x");
    WAIT_UNTIL(stage.tally.broken == 1);
    WAIT_UNTIL(has_heard("GET /ws HTTP/1.1\r\n"));
    tell(span_of("HTTP/1.1 101 Yes\r\nSec-WebSocket-Accept: no\r\n\r\n"));
    WAIT_UNTIL(stage.tally.broken == 2);
    buf_clear(&heard);
    WAIT_UNTIL(has_heard("GET /ws HTTP/1.1\r\n"));
    tell(span_of(UPGRADED));
    tell_frame(3, "x");
    WAIT_UNTIL(stage.tally.broken == 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(events_of_a_stream_are_told, open_it,
                                        close_it),
        cmocka_unit_test_setup_teardown(a_stream_that_ends_is_taken_up, open_it,
                                        close_it),
        cmocka_unit_test_setup_teardown(a_refused_stream_is_counted, open_it,
                                        close_it),
        cmocka_unit_test_setup_teardown(frames_of_a_websocket_are_told, open_it,
                                        close_it),
        cmocka_unit_test_setup_teardown(a_ping_is_answered, open_it, close_it),
        cmocka_unit_test_setup_teardown(a_closed_websocket_is_taken_up, open_it,
                                        close_it),
        cmocka_unit_test_setup_teardown(what_refuses_is_counted, open_it,
                                        close_it),
        cmocka_unit_test_setup_teardown(what_makes_no_sense_is_broken, open_it,
                                        close_it),
    };

    return cmocka_run_group_tests_name("bench/reader", tests, NULL, NULL);
}
