/* test_names.c -- by code points where the characters look alike, which is what
 * this is about. */
#include "services/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "io/unicode.h"

struct judged {
    const char *typed;
    enum name_result result;
    const char *why;
};

static void assert_judged(const struct judged *table, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct name name;
        const enum name_result result =
            names_read(span_of(table[i].typed), &name);

        if (result != table[i].result)
            fail_msg("%s (%s): %d instead of %d", table[i].typed, table[i].why,
                     (int)result, (int)table[i].result);
    }
}
#define ASSERT_JUDGED(table) \
    assert_judged(table, sizeof(table) / sizeof((table)[0]))

static struct name read_name(const char *typed)
{
    struct name name;
    const enum name_result result = names_read(span_of(typed), &name);

    if (result != NAME_OK)
        fail_msg("%s: %d", typed, (int)result);
    return name;
}

/* --- what is a name ------------------------------------------------------ */

static void names_of_many_peoples_are_names(void **state)
{
    static const struct judged table[] = {
        {"anna", NAME_OK, "plain"},
        {"Heron-4821", NAME_OK, "a guest's"},
        {"007", NAME_OK, "digits"},
        {"Zoë Müller", NAME_OK, "marks"},
        {"O'Brien", NAME_OK, "apostrophe"},
        {"O’Brien", NAME_OK, "typographic"},
        {"J. R. Smith", NAME_OK, "full stops and single spaces"},
        {"a_b.c-d", NAME_OK, "all of ASCII's"},
        {"Nguyễn Văn", NAME_OK, "two marks, joined"},
        {"Анна Каренина", NAME_OK, "Cyrillic"},
        {"Ελένη", NAME_OK, "Greek"},
        {"Արմեն", NAME_OK, "Armenian"},
        {"דוד בן", NAME_OK, "Hebrew, right to left"},
        {"محمد علي", NAME_OK, "Arabic"},
        {"مُحَمَّد", NAME_OK, "with its vowels"},
        {"अमिताभ", NAME_OK, "Devanagari"},
        {"ประเสริฐ", NAME_OK, "Thai"},
        {"မြန်မာ", NAME_OK, "Burmese"},
        {"諸葛孔明", NAME_OK, "Han"},
        {"さくら子", NAME_OK, "Hiragana and Han"},
        {"スーパーKoji", NAME_OK, "Katakana and Latin"},
        {"김철수", NAME_OK, "Hangul"},
        {"李小龍Bruce", NAME_OK, "Han and Latin"},
        {"აბგ", NAME_OK, "Georgian"},
        {"Gal·la", NAME_OK, "middle dot"},
        {"マイケル・ジョーダン", NAME_OK, "Katakana middle dot"},
    };

    (void)state;
    ASSERT_JUDGED(table);
}

static void a_name_has_3_to_32_characters(void **state)
{
    static const struct judged table[] = {
        {"", NAME_TOO_SHORT, "nothing"},
        {"ab", NAME_TOO_SHORT, "two"},
        {"李明", NAME_TOO_SHORT, "two, of six bytes"},
        {"abc", NAME_OK, "three"},
        {"e\u0301e\u0301", NAME_TOO_SHORT, "two with marks"},
        {"e\u0301e\u0301e\u0301", NAME_OK, "three with marks"},
        {"12345678901234567890123456789012", NAME_OK, "32"},
        {"123456789012345678901234567890123", NAME_TOO_LONG, "33"},
        {"𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷"
         "𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷",
         NAME_OK, "32 of four bytes each"},
        {"\uFDFA\uFDFA", NAME_TOO_LONG, "two that become 36"},
    };
    char vast[20000];
    struct name name;

    (void)state;
    ASSERT_JUDGED(table);
    memset(vast, 'a', sizeof(vast));
    assert_int_equal(names_read((struct span){vast, sizeof(vast)}, &name),
                     NAME_TOO_LONG);
}

static void spaces_are_single_and_inside(void **state)
{
    static const struct judged table[] = {
        {" anna", NAME_SPACES, "before"},
        {"anna ", NAME_SPACES, "behind"},
        {"   ", NAME_SPACES, "nothing else"},
        {"an  na", NAME_SPACES, "doubled"},
        {"an \u00A0na", NAME_SPACES, "doubled, one no-break"},
        {"an\u3000na", NAME_OK, "a wide one is one"},
        {"anna\u00A0", NAME_SPACES, "no-break at the end"},
        {"an\u1680na", NAME_SPACES, "Ogham's"},
        {"an\u2028na", NAME_SPACES, "a line end"},
    };

    (void)state;
    ASSERT_JUDGED(table);
}

static void what_is_not_seen_is_refused(void **state)
{
    static const struct judged table[] = {
        {"an\tna", NAME_INVISIBLE, "tab"},
        {"an\nna", NAME_INVISIBLE, "line feed"},
        {"an\x7Fna", NAME_INVISIBLE, "delete"},
        {"an\xC2\x85na", NAME_INVISIBLE, "C1"},
        {"an\u200Bna", NAME_INVISIBLE, "zero-width space"},
        {"an\u200Cna", NAME_INVISIBLE, "zero-width non-joiner"},
        {"an\u200Dna", NAME_INVISIBLE, "zero-width joiner"},
        {"an\u2060na", NAME_INVISIBLE, "word joiner"},
        {"an\uFEFFna", NAME_INVISIBLE, "byte order mark"},
        {"an\u00ADna", NAME_INVISIBLE, "soft hyphen"},
        {"an\u034Fna", NAME_INVISIBLE, "grapheme joiner"},
        {"an\u202Ena", NAME_INVISIBLE, "right-to-left override"},
        {"an\u2066na", NAME_INVISIBLE, "isolate"},
        {"an\u061Cna", NAME_INVISIBLE, "Arabic letter mark"},
        {"an\u3164na", NAME_INVISIBLE, "Hangul filler"},
        {"an\uFFA0na", NAME_INVISIBLE, "half-width filler"},
        {"an\uFE0Fna", NAME_INVISIBLE, "variation selector"},
        {"an\U000E0041na", NAME_INVISIBLE, "tag"},
        {"an\uE000na", NAME_BAD_CHARACTER, "private"},
        {"an\u0378na", NAME_BAD_CHARACTER, "assigned to nothing"},
        {"an\uFFFEna", NAME_BAD_CHARACTER, "no character"},
    };
    struct name name;

    (void)state;
    ASSERT_JUDGED(table);
    assert_int_equal(names_read((struct span){"an\0na", 5}, &name),
                     NAME_INVISIBLE);
}

static void symbols_and_dead_letters_are_refused(void **state)
{
    static const struct judged table[] = {
        {"a<b>c", NAME_BAD_CHARACTER, "markup"},
        {"a:b", NAME_BAD_CHARACTER, "colon"},
        {"a/b", NAME_BAD_CHARACTER, "slash"},
        {"anna@x", NAME_BAD_CHARACTER, "at"},
        {"x'; drop--", NAME_BAD_CHARACTER, "SQL"},
        {"anna😀", NAME_BAD_CHARACTER, "picture"},
        {"\u2800\u2800\u2800", NAME_BAD_CHARACTER, "empty Braille"},
        {"a\u2010b", NAME_BAD_CHARACTER, "another hyphen"},
        {"aбᴀ", NAME_BAD_CHARACTER, "phonetic small capital"},
        {"ab\u01C3", NAME_BAD_CHARACTER, "click"},
        {"ᎠᎡᎢ", NAME_BAD_CHARACTER, "Cherokee, full of Latin"},
        {"𐌀𐌁𐌂", NAME_BAD_CHARACTER, "Old Italic"},
        {"ع\u0640ل", NAME_BAD_CHARACTER, "stretched"},
        {"ab\u02D0", NAME_BAD_CHARACTER, "a sign in the shape of a letter"},
        {"-anna", NAME_BAD_BEGINNING, "hyphen first"},
        {"...", NAME_BAD_BEGINNING, "nothing else"},
        {"_ab", NAME_BAD_BEGINNING, "underscore first"},
    };

    (void)state;
    ASSERT_JUDGED(table);
}

static void marks_stand_on_letters_and_are_few(void **state)
{
    static const struct judged table[] = {
        {"\u0301anna", NAME_BAD_MARKS, "first"},
        {"an -\u0301na", NAME_BAD_MARKS, "on a hyphen"},
        {"12\u0301na", NAME_BAD_MARKS, "on a digit"},
        {"x\u0323\u0301yz", NAME_OK, "two"},
        {"x\u0323\u0316\u0301yz", NAME_BAD_MARKS, "three"},
        {"x\u0301\u0301yz", NAME_BAD_MARKS, "one twice"},
        {"al\u0335a", NAME_BAD_MARKS, "struck through"},
        {"ann\u20DD", NAME_BAD_MARKS, "encircled"},
        {"ni\u0307na", NAME_BAD_MARKS, "a dot on an i"},
        {"n\u0131\u0307na", NAME_BAD_MARKS, "and on one without"},
        {"\u0456\u0307ван", NAME_BAD_MARKS, "and on the Cyrillic one"},
    };

    (void)state;
    ASSERT_JUDGED(table);
}

static void scripts_are_not_mixed(void **state)
{
    static const struct judged table[] = {
        {"p\u0430ypal", NAME_MIXED_SCRIPTS, "a Cyrillic a"},
        {"b\u03BFb", NAME_MIXED_SCRIPTS, "a Greek o"},
        {"Анн\u03B1", NAME_MIXED_SCRIPTS, "Greek in Cyrillic"},
        {"ab\u0578", NAME_MIXED_SCRIPTS, "Armenian in Latin"},
        {"abג", NAME_MIXED_SCRIPTS, "Hebrew in Latin"},
        {"김さくら", NAME_MIXED_SCRIPTS, "Hangul and Hiragana"},
        {"ab12\u0663", NAME_MIXED_SCRIPTS, "digits of two kinds"},
        {"علي1٢", NAME_MIXED_SCRIPTS, "digits of two kinds"},
        {"علي١٢", NAME_OK, "digits of one kind"},
        {"Анна-12", NAME_OK, "what is of every script"},
    };

    (void)state;
    ASSERT_JUDGED(table);
}

static void what_is_no_utf_8_is_no_name(void **state)
{
    static const struct judged table[] = {
        {"ann\xE4", NAME_NOT_UTF8, "Latin 1"},
        {"ann\xC3", NAME_NOT_UTF8, "cut"},
        {"an\xC0\x80na", NAME_NOT_UTF8, "overlong NUL"},
        {"an\xED\xA0\x80na", NAME_NOT_UTF8, "surrogate"},
    };

    (void)state;
    ASSERT_JUDGED(table);
}

/* --- which names are the same -------------------------------------------- */

static void a_name_is_shown_as_it_was_typed(void **state)
{
    (void)state;
    assert_string_equal(read_name("Zoë Müller").shown, "Zoë Müller");
    assert_string_equal(read_name("ANNA").shown, "ANNA");
    assert_string_equal(read_name("Zoe\u0308").shown, "Zo\u00EB");
}

static void one_key_for_all_ways_to_write_it(void **state)
{
    static const char *const pairs[][2] = {
        {"Anna", "aNNA"},
        {"ＡＮＮＡ", "anna"},                   /* full width */
        {"\uFB01nn", "finn"},                   /* ligature */
        {"Zoe\u0308", "ZO\u00CB"},              /* joined and not */
        {"x\u0323\u0301yz", "x\u0301\u0323yz"}, /* in either order */
        {"Straße", "STRASSE"},
        {"STRA\u1E9EE", "strasse"}, /* capital sharp s */
        {"Όσσος", "ΌΣΣΟΣ"},         /* final sigma */
        {"\u212Aelvin", "kelvin"},
        {"𝓐𝓷𝓷𝓪", "anna"}, /* mathematical */
        {"①②③", "123"},
        {"IŞIK", "ışık"}, /* Turkish */
        {"\u0130STANBUL", "istanbul"},
        {"ISTANBUL", "\u0131stanbul"},
        {"ﾏｲｹﾙ", "マイケル"},                 /* half width */
        {"\u1112\u1161\u11AB김철", "한김철"}, /* from jamo */
        {"ჯონი", "ᲯᲝᲜᲘ"},             /* Georgian capitals */
        {"a\u00A0b", "A b"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        assert_string_equal(read_name(pairs[i][0]).key,
                            read_name(pairs[i][1]).key);
}

static void one_look_for_what_looks_alike(void **state)
{
    static const char *const pairs[][2] = {
        {"\u0441\u043E\u0440", "cop"}, /* all Cyrillic */
        {"\u0421\u041E\u0420", "COP"},
        {"\u0397\u0391\u03A4", "HAT"}, /* all Greek */
        {"\u03BF\u03C5\u03BD", "ouv"},
        {"\u0570\u0585\u057D", "hou"},            /* all Armenian */
        {"\u0435\u0301\u0445\u0430", "\u00E9xa"}, /* with a mark */
        {"\u041F\u0410\u041F\u0410", "\u03A0\u0391\u03A0\u0391"},
        {"\u0451\u0445\u0430", "\u00EBxa"}, /* joined */
        {"paypaI", "paypal"},               /* capital i, l */
        {"paypa1", "paypal"},
        {"r00t", "root"},
        {"admin", "adrnin"},
        {"wanda", "vvanda"},
        {"d\u0251ve", "dave"},
        {"s\u0131r", "sir"},
        {"C\u00E6sar", "Caesar"},
        {"O’Brien", "O'Brien"},
        {"\u516B\u30EDa", "\u30CF\u53E3a"},           /* Han and Katakana */
        {"\u0639\u0644\u06CC", "\u0639\u0644\u064A"}, /* Persian, Arabic */
        {"\u06F1\u06F2\u06F3", "\u0661\u0662\u0663"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        if (strcmp(read_name(pairs[i][0]).look, read_name(pairs[i][1]).look))
            fail_msg("%s and %s: %s and %s", pairs[i][0], pairs[i][1],
                     read_name(pairs[i][0]).look, read_name(pairs[i][1]).look);
    }
}

static void different_names_stay_different(void **state)
{
    static const char *const pairs[][2] = {
        {"Zoë", "Zoe"},     {"Neil", "Nell"},     {"Hali", "Hall"},
        {"anna", "anne"},   {"Łukasz", "Lukasz"}, {"Ольга", "Олга"},
        {"anna1", "anna2"}, {"an na", "anna"},    {"an-na", "an_na"},
        {"Иван", "Ивап"},   {"김철수", "김철호"}, {"さくら", "ざくら"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        const struct name a = read_name(pairs[i][0]);
        const struct name b = read_name(pairs[i][1]);

        assert_string_not_equal(a.key, b.key);
        assert_string_not_equal(a.look, b.look);
    }
}

static void a_look_is_not_a_key(void **state)
{
    (void)state;
    assert_string_not_equal(read_name("Ian").key, read_name("lan").key);
    assert_string_equal(read_name("Ian").look, read_name("lan").look);
    assert_string_equal(read_name("Ian").key, read_name("ian").key);
}

/* The letters that grow when they are folded or taken apart. */
static void the_longest_names_have_room(void **state)
{
    static const char *const letters[] = {
        "\u0390", "\u1F82", "\u1FB7", "\u1E9E", "\u0149a", "\u1E96",
        "w",      "\u0587", "\uAC01", "\u0958", "\u01D5",  "\U0002F800",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
        struct buf typed = {0};
        struct name name;
        size_t most = 0;

        for (size_t n = 1; n <= NAME_CHARS_MAX; n++) {
            buf_add_str(&typed, letters[i]);
            if (names_read(buf_span(&typed), &name) == NAME_OK)
                most = n;
        }
        assert_true(most >= NAME_CHARS_MAX / 4);
        buf_fini(&typed);
    }
}

/* Of every character there is, alone in a name: nothing aborts, and what is
 * allowed has a key and a look that are as good as the name. */
static void every_character_is_judged(void **state)
{
    size_t allowed = 0;

    (void)state;
    for (uint32_t character = 1; character < 0x110000; character++) {
        struct buf typed = {0};
        struct name name;
        struct name again;

        if (character >= 0xD800 && character < 0xE000)
            continue;
        buf_add_str(&typed, "a");
        unicode_add_character(&typed, character);
        buf_add_str(&typed, "ab");
        if (names_read(buf_span(&typed), &name) == NAME_OK) {
            allowed++;
            assert_int_equal(names_read(span_of(name.shown), &again), NAME_OK);
            assert_string_equal(again.shown, name.shown);
            assert_int_equal(names_read(span_of(name.key), &again), NAME_OK);
            assert_string_equal(again.key, name.key);
        }
        buf_fini(&typed);
    }
    assert_true(allowed > 90000); /* most are Han and Hangul */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_many_peoples_are_names),
        cmocka_unit_test(a_name_has_3_to_32_characters),
        cmocka_unit_test(spaces_are_single_and_inside),
        cmocka_unit_test(what_is_not_seen_is_refused),
        cmocka_unit_test(symbols_and_dead_letters_are_refused),
        cmocka_unit_test(marks_stand_on_letters_and_are_few),
        cmocka_unit_test(scripts_are_not_mixed),
        cmocka_unit_test(what_is_no_utf_8_is_no_name),
        cmocka_unit_test(a_name_is_shown_as_it_was_typed),
        cmocka_unit_test(one_key_for_all_ways_to_write_it),
        cmocka_unit_test(one_look_for_what_looks_alike),
        cmocka_unit_test(different_names_stay_different),
        cmocka_unit_test(a_look_is_not_a_key),
        cmocka_unit_test(the_longest_names_have_room),
        cmocka_unit_test(every_character_is_judged),
    };

    return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
