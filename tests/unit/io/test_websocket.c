#include "io/websocket.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

static void assert_frame(size_t len, const void *head, size_t head_len)
{
    char *text = mem_alloc(len + 1);
    struct buf to = {0};

    memset(text, 'x', len);
    buf_add_str(&to, "before");
    websocket_add_frame(&to, (struct span){text, len});
    assert_int_equal(to.len, 6 + head_len + len);
    assert_memory_equal(to.data + 6, head, head_len);
    assert_memory_equal(to.data + 6 + head_len, text, len);
    buf_fini(&to);
    mem_free(text);
}

static void a_frame_says_its_length(void **state)
{
    (void)state;
    assert_frame(0, "\x81\x00", 2);
    assert_frame(125, "\x81\x7d", 2);
    assert_frame(126, "\x81\x7e\x00\x7e", 4);
    assert_frame(65535, "\x81\x7e\xff\xff", 4);
    assert_frame(65536, "\x81\x7f\0\0\0\0\0\1\0\0", 10);
    assert_frame(70000, "\x81\x7f\0\0\0\0\0\1\x11\x70", 10);
}

static void a_packet_lives_as_long_as_its_references(void **state)
{
    struct websocket_packet *packet = websocket_packet_new(span_of("abc"));

    (void)state;
    assert_int_equal(packet->refs, 1);
    assert_int_equal(packet->len, 3);
    assert_memory_equal(packet->bytes, "abc", 3);
    packet->refs++;
    websocket_packet_unref(packet);
    assert_int_equal(packet->refs, 1);
    websocket_packet_unref(packet);
    websocket_packet_unref(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_says_its_length),
        cmocka_unit_test(a_packet_lives_as_long_as_its_references),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
