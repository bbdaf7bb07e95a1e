#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

/* A literal with its length, NULs in it included. */
#define LIT(literal) ((struct span){literal, sizeof(literal) - 1})

/* Also with ASCII on both sides, at each distance from the eight bytes that
 * are read at once.  Copied, so that ASan sees a read beyond the end. */
static void assert_utf8(struct span text, bool expected)
{
    for (size_t pad = 0; pad <= 17; pad++) {
        struct buf buf = {0};
        size_t len;
        char *exact;

        buf_addf(&buf, "%.*s", (int)pad, "0123456789abcdefg");
        buf_add_span(&buf, text);
        buf_addf(&buf, "%.*s", (int)(pad / 3), "0123456789abcdefg");
        len = buf.len;
        exact = mem_alloc(len);
        if (len > 0)
            memcpy(exact, buf.data, len);
        assert_int_equal(text_is_utf8((struct span){exact, len}), expected);
        mem_free(exact);
        buf_fini(&buf);
    }
}

static void what_people_write_is_utf8(void **state)
{
    (void)state;
    assert_utf8(LIT(""), true);
    assert_utf8(LIT("plain, and more than eight bytes of it"), true);
    assert_utf8(LIT("na\u00efve \u00a9 \u20ac5"), true);
    assert_utf8(LIT("\u65e5\u672c\u8a9e"), true);
    assert_utf8(LIT("\u0645\u0631\u062d\u0628\u0627"), true);
    assert_utf8(LIT("\U0001F469\u200D\U0001F4BB"), true);
    assert_utf8(LIT("NUL \0 in the middle"), true);
    assert_true(text_is_utf8(SPAN_NONE));
}

static void the_first_and_last_of_each_length_are_utf8(void **state)
{
    (void)state;
    assert_utf8(LIT("\x01"), true);
    assert_utf8(LIT("\x7F"), true);
    assert_utf8(LIT("\xC2\x80"), true);
    assert_utf8(LIT("\xDF\xBF"), true);
    assert_utf8(LIT("\xE0\xA0\x80"), true);
    assert_utf8(LIT("\xED\x9F\xBF"), true);
    assert_utf8(LIT("\xEE\x80\x80"), true);
    assert_utf8(LIT("\xEF\xBF\xBF"), true);
    assert_utf8(LIT("\xF0\x90\x80\x80"), true);
    assert_utf8(LIT("\xF4\x8F\xBF\xBF"), true);
}

static void an_overlong_form_is_not_utf8(void **state)
{
    (void)state;
    assert_utf8(LIT("\xC0\x80"), false);
    assert_utf8(LIT("\xC0\xAF"), false);
    assert_utf8(LIT("\xC1\xBF"), false);
    assert_utf8(LIT("\xE0\x80\xAF"), false);
    assert_utf8(LIT("\xE0\x9F\xBF"), false);
    assert_utf8(LIT("\xF0\x80\x80\xAF"), false);
    assert_utf8(LIT("\xF0\x8F\xBF\xBF"), false);
}

static void a_surrogate_is_not_utf8(void **state)
{
    (void)state;
    assert_utf8(LIT("\xED\xA0\x80"), false);
    assert_utf8(LIT("\xED\xBF\xBF"), false);
    assert_utf8(LIT("\xED\xA0\xBD\xED\xB8\x80"), false);
}

static void what_lies_above_unicode_is_not_utf8(void **state)
{
    (void)state;
    assert_utf8(LIT("\xF4\x90\x80\x80"), false);
    assert_utf8(LIT("\xF5\x80\x80\x80"), false);
    assert_utf8(LIT("\xF8\x88\x80\x80\x80"), false);
    assert_utf8(LIT("\xFC\x84\x80\x80\x80\x80"), false);
    assert_utf8(LIT("\xFE"), false);
    assert_utf8(LIT("\xFF"), false);
}

static void a_cut_off_character_is_not_utf8(void **state)
{
    (void)state;
    assert_utf8(LIT("\xC2"), false);
    assert_utf8(LIT("\xE2\x82"), false);
    assert_utf8(LIT("\xE2"), false);
    assert_utf8(LIT("\xF0\x9F\x98"), false);
    assert_utf8(LIT("\xF0\x9F"), false);
    assert_utf8(LIT("\xF0"), false);
    assert_utf8(LIT("\xE2\x82\xC2\x80"), false);
}

static void a_stray_continuation_is_not_utf8(void **state)
{
    (void)state;
    assert_utf8(LIT("\x80"), false);
    assert_utf8(LIT("\xBF"), false);
    assert_utf8(LIT("\xC2\x80\x80"), false);
    assert_utf8(LIT("caf\xE9"), false);
}

/* Against the table of RFC 3629, written as one condition. */
static void all_pairs_of_bytes_are_judged_by_the_table(void **state)
{
    (void)state;
    for (int first = 0; first < 256; first++) {
        for (int second = 0; second < 256; second++) {
            const char pair[] = {(char)first, (char)second};
            const bool expected = (first < 0x80 && second < 0x80) ||
                                  (first >= 0xC2 && first <= 0xDF &&
                                   second >= 0x80 && second <= 0xBF);

            assert_int_equal(text_is_utf8((struct span){pair, 2}), expected);
        }
    }
}

static void characters_are_counted_not_bytes(void **state)
{
    (void)state;
    assert_int_equal(text_chars(SPAN_NONE), 0);
    assert_int_equal(text_chars(LIT("abc")), 3);
    assert_int_equal(text_chars(LIT("a\0c")), 3);
    assert_int_equal(text_chars(LIT("\u00e9\u20ac\U0001F600")), 3);
    assert_int_equal(text_chars(LIT("e\u0301")), 2);
}

static void tab_and_line_feed_are_no_control_characters(void **state)
{
    (void)state;
    assert_false(text_has_control(SPAN_NONE));
    assert_false(text_has_control(LIT("a\tb\nc ~")));
    assert_false(text_has_control(LIT("\u00a0\u00ff\u0100\u2028")));
    /* Continuation bytes in the range of C1. */
    assert_false(text_has_control(LIT("\u00c0\u0400\u20ac\U0001F600")));
    assert_false(text_has_control(LIT("\xC3\x82\xC3\x80")));
}

static void every_other_control_character_is_found(void **state)
{
    (void)state;
    for (int c = 0; c < 0xA0; c++) {
        const char ascii[] = {'a', (char)c, 'b'};
        const char c1[] = {'a', (char)0xC2, (char)c, 'b'};

        if (c == '\t' || c == '\n' || (c >= 0x20 && c < 0x7F))
            continue;
        if (c < 0x80)
            assert_true(text_has_control((struct span){ascii, 3}));
        else
            assert_true(text_has_control((struct span){c1, 4}));
    }
}

static void assert_trimmed(struct span text, const char *expected)
{
    const struct span trimmed = text_trim(text);

    assert_int_equal(trimmed.len, strlen(expected));
    assert_memory_equal(trimmed.at, expected, trimmed.len);
}

static void white_space_is_trimmed_at_both_ends_only(void **state)
{
    (void)state;
    assert_trimmed(LIT(" \t\r\n\v\fa  b \n"), "a  b");
    assert_trimmed(LIT("a"), "a");
    assert_trimmed(LIT("\u3000a\u3000b\u3000"), "a\u3000b");
    assert_trimmed(LIT("\u05e9\u05dc\u05d5\u05dd "),
                   "\u05e9\u05dc\u05d5\u05dd");
    assert_trimmed(LIT(" \U0001F600 "), "\U0001F600");
}

static void what_is_only_white_space_is_trimmed_to_nothing(void **state)
{
    (void)state;
    assert_int_equal(text_trim(LIT("")).len, 0);
    assert_int_equal(text_trim(SPAN_NONE).len, 0);
    assert_int_equal(text_trim(LIT(" ")).len, 0);
    assert_int_equal(text_trim(LIT("\n \t\u00a0\u200b\u3000")).len, 0);
}

static void every_kind_of_white_space_is_trimmed(void **state)
{
    static const char *const spaces[] = {
        "\t",     "\n",     "\v",     "\f",     "\r",     " ",      "\xC2\x85",
        "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004",
        "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a", "\u200b",
        "\u2028", "\u2029", "\u202f", "\u205f", "\u2060", "\u3000", "\ufeff",
    };

    (void)state;
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
        struct buf buf = {0};

        buf_addf(&buf, "%s\u00e9%s", spaces[i], spaces[i]);
        assert_trimmed(buf_span(&buf), "\u00e9");
        buf_fini(&buf);
    }
}

/* They join and direct what stands beside them. */
static void joiners_and_marks_of_direction_stay(void **state)
{
    (void)state;
    assert_trimmed(LIT("\u200d"), "\u200d");
    assert_trimmed(LIT("\u200ea\u200f"), "\u200ea\u200f");
}

static void characters_are_taken_from_both_ends(void **state)
{
    struct span text = LIT("a\u00e9\u20ac\U0001F600");

    (void)state;
    assert_int_equal(text_take_first(&text), 'a');
    assert_int_equal(text_take_last(&text), 0x1F600);
    assert_int_equal(text_take_first(&text), 0xE9);
    assert_int_equal(text_take_last(&text), 0x20AC);
    assert_int_equal(text.len, 0);
}

static void broken_text_is_taken_byte_by_byte_to_its_end(void **state)
{
    static const char *const broken[] = {
        "\xF0", "\xF0\x9F", "\x80\x80\x80\x80\x80\x80", "\xFF\xFE", "\xE2",
    };

    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        const size_t len = strlen(broken[i]);
        char *exact = mem_alloc(len);
        struct span front = {exact, len};
        struct span back = {exact, len};

        memcpy(exact, broken[i], len);
        while (front.len > 0)
            text_take_first(&front);
        while (back.len > 0)
            text_take_last(&back);
        assert_ptr_equal(front.at, exact + len);
        assert_ptr_equal(back.at, exact);
        mem_free(exact);
    }
}

typedef void add_fn(struct buf *to, struct span text);

static void assert_added(add_fn *add, struct span text, struct span expected)
{
    struct buf buf = {0};

    buf_add_str(&buf, "|");
    add(&buf, text);
    assert_int_equal(buf.len, expected.len + 1);
    assert_memory_equal(buf.data + 1, expected.at, expected.len);
    buf_fini(&buf);
}

static void html_is_escaped_for_content_and_attributes(void **state)
{
    (void)state;
    assert_added(text_add_html, SPAN_NONE, LIT(""));
    assert_added(text_add_html, LIT("plain"), LIT("plain"));
    assert_added(text_add_html, LIT("<a href=\"x\">&amp;'</a>"),
                 LIT("&lt;a href=&quot;x&quot;&gt;&amp;amp;&#39;&lt;/a&gt;"));
    assert_added(text_add_html, LIT("&"), LIT("&amp;"));
    assert_added(text_add_html, LIT("a\0<\u00e9"), LIT("a\0&lt;\u00e9"));
}

static void percent_encoding_spares_only_the_unreserved(void **state)
{
    (void)state;
    assert_added(text_add_percent, SPAN_NONE, LIT(""));
    assert_added(text_add_percent, LIT("AZaz09-._~"), LIT("AZaz09-._~"));
    assert_added(text_add_percent, LIT(" /?#&=+%\"\n\0\x7F"),
                 LIT("%20%2F%3F%23%26%3D%2B%25%22%0A%00%7F"));
    assert_added(text_add_percent, LIT("\u00e9\xFF"), LIT("%C3%A9%FF"));
}

static void add_log(struct buf *to, struct span text)
{
    text_add_log(to, text, 20);
}

static void a_word_for_the_log_is_quoted_and_escaped(void **state)
{
    (void)state;
    assert_added(add_log, SPAN_NONE, LIT("\"\""));
    assert_added(add_log, LIT("a b=c"), LIT("\"a b=c\""));
    assert_added(add_log, LIT("a\"b\\c\nd"), LIT("\"a\\\"b\\\\c\\nd\""));
    assert_added(add_log, LIT("\0\t\r\x1b\x7F"),
                 LIT("\"\\x00\\x09\\x0d\\x1b\\x7f\""));
    assert_added(add_log, LIT("\u00e9\xFF ~"), LIT("\"\\xc3\\xa9\\xff ~\""));
}

static void a_word_for_the_log_is_cut(void **state)
{
    (void)state;
    assert_added(add_log, LIT("12345678901234567890"),
                 LIT("\"12345678901234567890\""));
    assert_added(add_log, LIT("123456789012345678901"),
                 LIT("\"12345678901234567890\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_people_write_is_utf8),
        cmocka_unit_test(the_first_and_last_of_each_length_are_utf8),
        cmocka_unit_test(an_overlong_form_is_not_utf8),
        cmocka_unit_test(a_surrogate_is_not_utf8),
        cmocka_unit_test(what_lies_above_unicode_is_not_utf8),
        cmocka_unit_test(a_cut_off_character_is_not_utf8),
        cmocka_unit_test(a_stray_continuation_is_not_utf8),
        cmocka_unit_test(all_pairs_of_bytes_are_judged_by_the_table),
        cmocka_unit_test(characters_are_counted_not_bytes),
        cmocka_unit_test(tab_and_line_feed_are_no_control_characters),
        cmocka_unit_test(every_other_control_character_is_found),
        cmocka_unit_test(white_space_is_trimmed_at_both_ends_only),
        cmocka_unit_test(what_is_only_white_space_is_trimmed_to_nothing),
        cmocka_unit_test(every_kind_of_white_space_is_trimmed),
        cmocka_unit_test(joiners_and_marks_of_direction_stay),
        cmocka_unit_test(characters_are_taken_from_both_ends),
        cmocka_unit_test(broken_text_is_taken_byte_by_byte_to_its_end),
        cmocka_unit_test(html_is_escaped_for_content_and_attributes),
        cmocka_unit_test(percent_encoding_spares_only_the_unreserved),
        cmocka_unit_test(a_word_for_the_log_is_quoted_and_escaped),
        cmocka_unit_test(a_word_for_the_log_is_cut),
    };

    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
