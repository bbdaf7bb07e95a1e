/* test_titles.c -- what a room may be called and be about, by code points where
 * they are not seen. */
#include "services/titles.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static struct title read_title(const char *typed)
{
    struct title title;

    if (!titles_read(span_of(typed), &title))
        fail_msg("%s is none", typed);
    return title;
}

/* 'count' times the same. */
static struct buf repeated(const char *text, size_t count)
{
    struct buf buf = {0};

    for (size_t i = 0; i < count; i++)
        buf_add_str(&buf, text);
    return buf;
}

static bool is_title(const char *text, size_t count)
{
    struct buf buf = repeated(text, count);
    struct title title;
    const bool is = titles_read(buf_span(&buf), &title);

    buf_fini(&buf);
    return is;
}

static bool is_topic(const char *text, size_t count)
{
    struct buf buf = repeated(text, count);
    char topic[TOPIC_SIZE];
    const bool is = titles_read_topic(buf_span(&buf), topic);

    buf_fini(&buf);
    return is;
}

/* --- titles -------------------------------------------------------------- */

static void lines_that_people_write_are_titles(void **state)
{
    static const char *const table[] = {
        "x",
        "Tea at four",
        "What? No!",
        "a/b (c): #1",
        "Ann's room",
        "\u8336",
        "1 2 3",
        "\u2615 & cake",
        "\u0427\u0430\u0439",
        "Zoe\u0308's",
        "\u304a\u8336\u306e\u90e8\u5c4b", /* two scripts of one language */
    };

    (void)state;
    for (size_t i = 0; i < COUNT(table); i++)
        read_title(table[i]);
}

static void what_is_not_seen_is_none(void **state)
{
    static const char *const table[] = {
        "",          " ",         " Tea",          "Tea ",
        "Tea  room", "Tea\nroom", "Tea\u00adroom", "Tea\u200broom",
        "Tea\u202e", "\u0308Tea", "Tea\ue000",     "Tea\u3164",
        "\u2003Tea", "Tea\u0378", "\xff",          "Te\xc3",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        struct title title;

        if (titles_read(span_of(table[i]), &title))
            fail_msg("%zu is one", i);
    }
    assert_false(titles_read((struct span){"Tea\0room", 8},
                             &(struct title){.shown = ""}));
}

static void letters_of_two_scripts_are_none(void **state)
{
    struct title title;

    (void)state;
    assert_false(titles_read(span_of("p\u0430ypal"), &title));
    assert_false(titles_read(span_of("\u0422\u0435\u0430 room"), &title));
    assert_false(titles_read(span_of("1\u0662"), &title));
}

static void a_title_has_80_characters_at_most(void **state)
{
    (void)state;
    assert_true(is_title("x", TITLE_CHARS_MAX));
    assert_true(is_title("\U00020000", TITLE_CHARS_MAX));
    assert_true(is_title("e\u0308", TITLE_CHARS_MAX)); /* joined in NFKC */
    assert_false(is_title("x", TITLE_CHARS_MAX + 1));
    assert_false(is_title("\ufdfa", TITLE_CHARS_MAX)); /* 18 in NFKC */
    assert_false(is_title("x", 100000));
}

static void what_looks_alike_has_one_look(void **state)
{
    static const char *const table[][2] = {
        {"Tea", "TEA"},
        {"Tea room", "\uff34ea\u00a0room"},
        {"paypal", "\u0440\u0430\u0443\u0440\u0430\u04cf"},
        {"Lilly", "1i11y"},
        {"Barn", "Bam"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(table); i++)
        assert_string_equal(read_title(table[i][0]).look,
                            read_title(table[i][1]).look);
    assert_string_not_equal(read_title("Tea").look, read_title("Tee").look);
    assert_string_not_equal(read_title("Tea").look, read_title("Tea!").look);
}

static void it_is_shown_as_it_was_typed(void **state)
{
    (void)state;
    assert_string_equal(read_title("Tea at FOUR!").shown, "Tea at FOUR!");
    assert_string_equal(read_title("Zoe\u0308").shown, "Zo\u00eb");
}

static void what_is_none_leaves_the_title_alone(void **state)
{
    struct title title = read_title("Tea");

    (void)state;
    assert_false(titles_read(span_of("Tea\troom"), &title));
    assert_string_equal(title.shown, "Tea");
}

/* --- topics -------------------------------------------------------------- */

static void a_topic_is_a_line_or_nothing(void **state)
{
    char topic[TOPIC_SIZE];

    (void)state;
    assert_true(titles_read_topic(span_of("  Bring cake \n"), topic));
    assert_string_equal(topic, "Bring cake");
    assert_true(titles_read_topic(span_of(" \n"), topic));
    assert_string_equal(topic, "");
    assert_false(titles_read_topic(span_of("two\nlines"), topic));
    assert_false(titles_read_topic(span_of("a\x1b[2J"), topic));
    assert_false(titles_read_topic(span_of("a\xff"), topic));
    assert_string_equal(topic, "");
}

static void a_topic_has_300_characters_at_most(void **state)
{
    (void)state;
    assert_true(is_topic("\U0001f375", TOPIC_CHARS_MAX));
    assert_false(is_topic("x", TOPIC_CHARS_MAX + 1));
    assert_false(is_topic("x", 100000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_that_people_write_are_titles),
        cmocka_unit_test(what_is_not_seen_is_none),
        cmocka_unit_test(letters_of_two_scripts_are_none),
        cmocka_unit_test(a_title_has_80_characters_at_most),
        cmocka_unit_test(what_looks_alike_has_one_look),
        cmocka_unit_test(it_is_shown_as_it_was_typed),
        cmocka_unit_test(what_is_none_leaves_the_title_alone),
        cmocka_unit_test(a_topic_is_a_line_or_nothing),
        cmocka_unit_test(a_topic_has_300_characters_at_most),
    };

    return cmocka_run_group_tests_name("titles", tests, NULL, NULL);
}
