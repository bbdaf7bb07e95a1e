#include "io/unicode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

typedef void add_fn(struct buf *to, struct span text);

static void assert_made(add_fn *add, const char *from, const char *expected)
{
    struct buf made = {0};

    add(&made, span_of(from));
    assert_string_equal(made.data, expected);
    buf_fini(&made);
}

static void a_text_is_normalised(void **state)
{
    (void)state;
    assert_made(unicode_add_nfkc, "Zoe\u0308", "Zo\u00EB");
    assert_made(unicode_add_nfkc, "\uFF21\uFB01\u00B2\u2460", "Afi21");
    assert_made(unicode_add_nfkc, "x\u0301\u0323", "x\u0323\u0301");
    assert_made(unicode_add_nfkd, "Zo\u00EB", "Zoe\u0308");
    assert_made(unicode_add_nfkd, "\uD55C", "\u1112\u1161\u11AB");
}

static void a_text_is_folded(void **state)
{
    (void)state;
    assert_made(unicode_add_folded, "Straße", "strasse");
    assert_made(unicode_add_folded, "\u0130", "i\u0307");
    assert_made(unicode_add_folded, "\u0131", "\u0131");
    assert_made(unicode_add_folded, "ΌΣΟΣ", "όσοσ");
    assert_made(unicode_add_folded, "\u1F88", "\u1F00\u03B9");
    /* Of these NFKC makes what is still to be folded. */
    assert_made(unicode_add_folded, "\u03D3", "\u03CD");
    assert_made(unicode_add_folded, "\u1D2C", "a");
}

static void nothing_becomes_nothing(void **state)
{
    struct buf made = {0};

    (void)state;
    unicode_add_nfkc(&made, SPAN_NONE);
    unicode_add_nfkd(&made, span_of(""));
    unicode_add_folded(&made, span_of(""));
    assert_int_equal(made.len, 0);
}

static void it_is_added_behind_what_is_there(void **state)
{
    struct buf made = {0};

    (void)state;
    buf_add_str(&made, "a");
    unicode_add_nfkc(&made, span_of("\uFF22"));
    unicode_add_character(&made, 0x20BB7);
    assert_string_equal(made.data, "aB\U00020BB7");
    buf_fini(&made);
}

static void a_character_is_known(void **state)
{
    static const struct letter known[] = {
        {'a', LETTER_ALPHA, SCRIPT_LATIN, -1},
        {0x0430, LETTER_ALPHA, SCRIPT_CYRILLIC, -1},
        {0x03B1, LETTER_ALPHA, SCRIPT_GREEK, -1},
        {0x4E00, LETTER_ALPHA, SCRIPT_HAN, -1},
        {0x13A0, LETTER_ALPHA, SCRIPT_OTHER, -1},
        {0x0301, LETTER_MARK, SCRIPT_COMMON, -1},
        {'7', LETTER_DIGIT, SCRIPT_COMMON, 7},
        {0x0663, LETTER_DIGIT, SCRIPT_ARABIC, 3},
        {0x096A, LETTER_DIGIT, SCRIPT_DEVANAGARI, 4},
        {'-', LETTER_SYMBOL, SCRIPT_COMMON, -1},
        {0x1F600, LETTER_SYMBOL, SCRIPT_COMMON, -1},
        {' ', LETTER_SPACE, SCRIPT_COMMON, -1},
        {0x2028, LETTER_SPACE, SCRIPT_COMMON, -1},
        {0, LETTER_CONTROL, SCRIPT_COMMON, -1},
        {0x200D, LETTER_INVISIBLE, SCRIPT_COMMON, -1},
        {0x202E, LETTER_INVISIBLE, SCRIPT_COMMON, -1},
        {0xFE0F, LETTER_INVISIBLE, SCRIPT_COMMON, -1},
        {0x3164, LETTER_INVISIBLE, SCRIPT_HANGUL, -1},
        {0xE000, LETTER_PRIVATE, SCRIPT_OTHER, -1},
        {0x0378, LETTER_UNKNOWN, SCRIPT_OTHER, -1},
        {0x10FFFF, LETTER_UNKNOWN, SCRIPT_OTHER, -1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        const struct letter letter = unicode_letter(known[i].character);

        if (letter.kind != known[i].kind || letter.script != known[i].script ||
            letter.digit != known[i].digit)
            fail_msg("U+%04X: %d %d %d", (unsigned)letter.character,
                     (int)letter.kind, (int)letter.script, letter.digit);
    }
}

static void letters_are_counted_also_where_there_is_no_room(void **state)
{
    struct letter letters[2];

    (void)state;
    assert_int_equal(unicode_letters(span_of("añ漢😀"), letters, 2), 4);
    assert_int_equal(letters[1].character, 0xF1);
    assert_int_equal(unicode_letters(SPAN_NONE, letters, 2), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_normalised),
        cmocka_unit_test(a_text_is_folded),
        cmocka_unit_test(nothing_becomes_nothing),
        cmocka_unit_test(it_is_added_behind_what_is_there),
        cmocka_unit_test(a_character_is_known),
        cmocka_unit_test(letters_are_counted_also_where_there_is_no_room),
    };

    return cmocka_run_group_tests_name("unicode", tests, NULL, NULL);
}
