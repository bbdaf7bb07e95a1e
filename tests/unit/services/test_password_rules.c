#include "services/password_rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "io/unicode.h"

/* For the list itself; its function is in the library already. */
#define common_passwords_has listed_has
#include "services/common_passwords.c" /* NOLINT(bugprone-suspicious-include) */
#undef common_passwords_has

static enum password_rules_result check(struct span typed)
{
    struct buf clean = {0};
    const enum password_rules_result result =
        password_rules_check(typed, span_of("anna karenina"), &clean);

    assert_int_equal(clean.data != NULL, result == PASSWORD_RULES_OK);
    password_rules_forget(&clean);
    assert_null(clean.data);
    return result;
}

static void length_is_counted_in_characters(void **state)
{
    struct buf text = {0};

    (void)state;
    assert_int_equal(check(span_of("")), PASSWORD_RULES_TOO_SHORT);
    assert_int_equal(check(SPAN_NONE), PASSWORD_RULES_TOO_SHORT);
    assert_int_equal(check(span_of("7fK.w2x")), PASSWORD_RULES_TOO_SHORT);
    assert_int_equal(check(span_of("7fK.w2xq")), PASSWORD_RULES_OK);
    assert_int_equal(check(span_of("ключиков")), PASSWORD_RULES_OK);
    assert_int_equal(check(span_of("ключико")), PASSWORD_RULES_TOO_SHORT);
    assert_int_equal(check(span_of("e\u0301a\u0301e\u0301a\u0301")),
                     PASSWORD_RULES_TOO_SHORT); /* four, joined */
    for (int i = 0; i < PASSWORD_CHARS_MAX / 2; i++)
        buf_add_str(&text, "😀🐦");
    assert_int_equal(check(buf_span(&text)), PASSWORD_RULES_OK);
    buf_add_str(&text, "x");
    assert_int_equal(check(buf_span(&text)), PASSWORD_RULES_TOO_LONG);
    for (int i = 0; i < 5000; i++)
        buf_add_str(&text, "x");
    assert_int_equal(check(buf_span(&text)), PASSWORD_RULES_TOO_LONG);
    buf_fini(&text);
}

static void any_character_that_can_be_typed_will_do(void **state)
{
    static const char *const good[] = {
        "correct horse battery staple",
        " spaces at both ends ",
        "x'; DROP TABLE accounts; --",
        "<script>alert(1)</script>",
        "пароль из слов",
        "密碼是一個祕密的詞",
        "👩‍👩‍👧‍👦 in a row",
        "ssapdrowssap",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_int_equal(check(span_of(good[i])), PASSWORD_RULES_OK);
}

static void what_cannot_be_typed_is_refused(void **state)
{
    (void)state;
    assert_int_equal(check((struct span){"eight\0characters", 16}),
                     PASSWORD_RULES_BAD_CHARACTER);
    assert_int_equal(check(span_of("eight\ncharacters")),
                     PASSWORD_RULES_BAD_CHARACTER);
    assert_int_equal(check(span_of("eight\u0378characters")),
                     PASSWORD_RULES_BAD_CHARACTER);
    assert_int_equal(check(span_of("eight\xFF characters")),
                     PASSWORD_RULES_NOT_UTF8);
}

static void what_everybody_chooses_is_refused(void **state)
{
    static const char *const bad[] = {
        "password",   "PassWord",  "password1",  "12345678",
        "qwertyuiop", "iloveyou",  "P@ssw0rd",   "trustno1",
        "1q2w3e4r",   "aaaaaaaa",  "ääääääääää", "ｐａｓｓｗｏｒｄ",
        "        ",   "ПАРОЛЬ123", "holdline",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(check(span_of(bad[i])), PASSWORD_RULES_COMMON);
    assert_int_equal(check(span_of("passwords of mine")), PASSWORD_RULES_OK);
    assert_int_equal(check(span_of("aaaaaaab")), PASSWORD_RULES_OK);
}

static void the_name_is_no_password(void **state)
{
    (void)state;
    assert_int_equal(check(span_of("anna karenina")), PASSWORD_RULES_IS_NAME);
    assert_int_equal(check(span_of("Anna Karenina")), PASSWORD_RULES_IS_NAME);
    assert_int_equal(check(span_of("Ａｎｎａ Karenina")),
                     PASSWORD_RULES_IS_NAME);
    assert_int_equal(check(span_of("anna karenina!")), PASSWORD_RULES_OK);
}

static void the_same_keys_give_the_same_password(void **state)
{
    struct buf one = {0};
    struct buf other = {0};

    (void)state;
    assert_true(password_rules_read(span_of("Zoe\u0308 tr\u00E4gt"), &one));
    assert_true(password_rules_read(span_of("Zo\u00EB tra\u0308gt"), &other));
    assert_string_equal(one.data, other.data);
    buf_clear(&other);
    assert_true(password_rules_read(span_of("Ｚｏ\u00EB tr\u00E4gt"), &other));
    assert_string_equal(one.data, other.data);
    buf_clear(&other);
    assert_true(password_rules_read(span_of("zo\u00EB tr\u00E4gt"), &other));
    assert_string_not_equal(one.data, other.data); /* case stays */
    password_rules_forget(&one);
    password_rules_forget(&other);
}

/* What is chosen is what is read when signing in; what no rule would let be
 * chosen can be read all the same. */
static void who_signs_in_is_held_to_no_rules(void **state)
{
    struct buf chosen = {0};
    struct buf read = {0};
    const struct span typed = span_of("ﬁne words, of mine");

    (void)state;
    assert_int_equal(password_rules_check(typed, span_of("x"), &chosen),
                     PASSWORD_RULES_OK);
    assert_true(password_rules_read(typed, &read));
    assert_string_equal(chosen.data, read.data);
    password_rules_forget(&chosen);
    password_rules_forget(&read);
    assert_true(password_rules_read(span_of("short"), &read));
    password_rules_forget(&read);
    assert_false(password_rules_read(span_of("\xFF"), &read));
    assert_null(read.data);
}

static void the_list_can_be_searched(void **state)
{
    const size_t count = sizeof(common) / sizeof(common[0]);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        struct buf folded = {0};

        assert_true(text_is_utf8(span_of(common[i])));
        assert_true(text_chars(span_of(common[i])) >= PASSWORD_CHARS_MIN);
        unicode_add_folded(&folded, span_of(common[i]));
        assert_string_equal(folded.data, common[i]);
        buf_fini(&folded);
        if (i > 0)
            assert_true(strcmp(common[i - 1], common[i]) < 0);
        assert_true(listed_has(span_of(common[i])));
    }
    assert_true(count >= 300);
    assert_false(listed_has(span_of("")));
    assert_false(listed_has(span_of("zzzzzzzy")));
    assert_false(listed_has(span_of("passwor")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(length_is_counted_in_characters),
        cmocka_unit_test(any_character_that_can_be_typed_will_do),
        cmocka_unit_test(what_cannot_be_typed_is_refused),
        cmocka_unit_test(what_everybody_chooses_is_refused),
        cmocka_unit_test(the_name_is_no_password),
        cmocka_unit_test(the_same_keys_give_the_same_password),
        cmocka_unit_test(who_signs_in_is_held_to_no_rules),
        cmocka_unit_test(the_list_can_be_searched),
    };

    return cmocka_run_group_tests_name("password_rules", tests, NULL, NULL);
}
