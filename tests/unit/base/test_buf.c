#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

static void a_zeroed_buf_is_empty(void **state)
{
    struct buf buf = {0};

    (void)state;
    assert_int_equal(buf_span(&buf).len, 0);
    assert_non_null(buf_span(&buf).at);
    buf_fini(&buf);
}

static void what_is_added_stands_in_order(void **state)
{
    struct buf buf = {0};

    (void)state;
    buf_add(&buf, "abc", 2);
    buf_add_str(&buf, "cd");
    buf_add_char(&buf, 'e');
    buf_add_span(&buf, (struct span){"fgh", 1});
    buf_addf(&buf, "%d-%s", 7, "x");
    assert_string_equal(buf.data, "abcdef7-x");
    assert_int_equal(buf.len, 9);
    buf_fini(&buf);
}

static void nothing_can_be_added_from_nowhere(void **state)
{
    struct buf buf = {0};

    (void)state;
    buf_add(&buf, NULL, 0);
    buf_add_span(&buf, SPAN_NONE);
    buf_add_str(&buf, "");
    buf_addf(&buf, "%s", "");
    assert_int_equal(buf.len, 0);
    buf_fini(&buf);
}

static void a_nul_is_a_byte_like_any_other(void **state)
{
    struct buf buf = {0};

    (void)state;
    buf_add(&buf, "a\0b", 3);
    buf_add_char(&buf, '\0');
    assert_int_equal(buf.len, 4);
    assert_memory_equal(buf.data, "a\0b\0\0", 5);
    buf_fini(&buf);
}

static void a_nul_follows_at_every_length(void **state)
{
    struct buf buf = {0};

    (void)state;
    for (size_t len = 1; len <= 1000; len++) {
        buf_add_char(&buf, 'x');
        assert_int_equal(buf.len, len);
        assert_int_equal(strlen(buf.data), len);
    }
    buf_fini(&buf);
}

static void a_formatted_text_of_any_length_is_whole(void **state)
{
    char text[500];

    (void)state;
    memset(text, 'y', sizeof text);
    for (int len = 0; len < (int)sizeof text; len++) {
        struct buf buf = {0};

        buf_addf(&buf, "<%.*s>", len, text);
        assert_int_equal(buf.len, len + 2);
        assert_int_equal(buf.data[0], '<');
        assert_memory_equal(buf.data + 1, text, len);
        assert_string_equal(buf.data + 1 + len, ">");
        buf_fini(&buf);
    }
}

static void what_is_written_into_reserved_room_counts_once_said(void **state)
{
    struct buf buf = {0};

    (void)state;
    buf_add_str(&buf, "ab");
    memset(buf_reserve(&buf, 3000), 'z', 3000);
    assert_int_equal(buf.len, 2);
    buf_terminate(&buf, 2999);
    assert_int_equal(buf.len, 3001);
    assert_int_equal(strlen(buf.data), 3001);
    assert_memory_equal(buf.data, "abz", 3);
    buf_fini(&buf);
}

static void reserving_does_not_change_the_text(void **state)
{
    struct buf buf = {0};

    (void)state;
    assert_string_equal(buf_reserve(&buf, 0), "");
    buf_add_str(&buf, "ab");
    buf_reserve(&buf, 10000);
    assert_string_equal(buf.data, "ab");
    buf_fini(&buf);
}

static void clearing_keeps_the_memory(void **state)
{
    struct buf buf = {0};
    const char *data;

    (void)state;
    buf_clear(&buf);
    buf_add_str(&buf, "something");
    data = buf.data;
    buf_clear(&buf);
    assert_int_equal(buf.len, 0);
    assert_string_equal(buf.data, "");
    buf_add_str(&buf, "else");
    assert_ptr_equal(buf.data, data);
    assert_string_equal(buf.data, "else");
    buf_fini(&buf);
}

static void taking_leaves_an_empty_buf(void **state)
{
    struct buf buf = {0};
    size_t len = 99;
    char *taken;

    (void)state;
    buf_add_str(&buf, "mine");
    taken = buf_take(&buf, &len);
    assert_string_equal(taken, "mine");
    assert_int_equal(len, 4);
    assert_null(buf.data);
    assert_int_equal(buf.len, 0);
    assert_int_equal(buf.cap, 0);
    mem_free(taken);
}

static void taking_nothing_gives_an_empty_text(void **state)
{
    struct buf buf = {0};
    size_t len = 99;
    char *taken = buf_take(&buf, &len);

    (void)state;
    assert_string_equal(taken, "");
    assert_int_equal(len, 0);
    mem_free(taken);
}

static void an_ended_buf_can_be_used_anew(void **state)
{
    struct buf buf = {0};

    (void)state;
    buf_add_str(&buf, "old");
    buf_fini(&buf);
    buf_fini(&buf);
    buf_add_str(&buf, "new");
    assert_string_equal(buf.data, "new");
    buf_fini(&buf);
}

static void memory_comes_zeroed_and_even_for_no_bytes(void **state)
{
    unsigned char *some = mem_alloc(100);
    void *none = mem_alloc(0);

    (void)state;
    for (int i = 0; i < 100; i++)
        assert_int_equal(some[i], 0);
    assert_non_null(none);
    none = mem_resize(none, 0);
    assert_non_null(none);
    mem_free(some);
    mem_free(none);
    mem_free(NULL);
}

static void a_copy_ends_in_a_nul(void **state)
{
    char *part = mem_copy("abcdef", 3);
    char *nothing = mem_copy(NULL, 0);
    char *all = mem_copy_str("abcdef");

    (void)state;
    assert_string_equal(part, "abc");
    assert_string_equal(nothing, "");
    assert_string_equal(all, "abcdef");
    mem_free(part);
    mem_free(nothing);
    mem_free(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_zeroed_buf_is_empty),
        cmocka_unit_test(what_is_added_stands_in_order),
        cmocka_unit_test(nothing_can_be_added_from_nowhere),
        cmocka_unit_test(a_nul_is_a_byte_like_any_other),
        cmocka_unit_test(a_nul_follows_at_every_length),
        cmocka_unit_test(a_formatted_text_of_any_length_is_whole),
        cmocka_unit_test(what_is_written_into_reserved_room_counts_once_said),
        cmocka_unit_test(reserving_does_not_change_the_text),
        cmocka_unit_test(clearing_keeps_the_memory),
        cmocka_unit_test(taking_leaves_an_empty_buf),
        cmocka_unit_test(taking_nothing_gives_an_empty_text),
        cmocka_unit_test(an_ended_buf_can_be_used_anew),
        cmocka_unit_test(memory_comes_zeroed_and_even_for_no_bytes),
        cmocka_unit_test(a_copy_ends_in_a_nul),
    };

    return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
