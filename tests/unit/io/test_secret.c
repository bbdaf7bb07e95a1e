#include "io/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A literal with its length, NULs in it included. */
#define LIT(literal) ((struct span){literal, sizeof(literal) - 1})

#define A_TOKEN "AZaz09-_AZaz09-_AZaz09-_AZaz09-_AZaz09-_AZa"

static int start(void **state)
{
    (void)state;
    /* Twice does no harm. */
    return secret_init() && secret_init() ? 0 : -1;
}

static void two_tokens_differ(void **state)
{
    char one[SECRET_TOKEN_SIZE];
    char other[SECRET_TOKEN_SIZE];

    (void)state;
    secret_token(one);
    secret_token(other);
    assert_string_not_equal(one, other);
}

static void a_token_looks_like_one(void **state)
{
    (void)state;
    for (int i = 0; i < 200; i++) {
        char token[SECRET_TOKEN_SIZE];

        secret_token(token);
        assert_int_equal(strlen(token), SECRET_TOKEN_LEN);
        assert_true(secret_is_token(span_of(token)));
    }
    assert_true(secret_is_token(LIT(A_TOKEN)));
}

static void a_token_has_one_length(void **state)
{
    static const char text[] = A_TOKEN "AA";

    (void)state;
    for (size_t len = 0; len < sizeof text; len++)
        assert_int_equal(secret_is_token((struct span){text, len}),
                         len == SECRET_TOKEN_LEN);
    assert_false(secret_is_token(SPAN_NONE));
}

static void a_token_has_letters_digits_hyphens_and_underscores(void **state)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz0123456789-_";

    (void)state;
    for (int c = 0; c < 256; c++) {
        const bool is_letter = c != 0 && strchr(letters, c) != NULL;
        char token[] = A_TOKEN;

        token[0] = (char)c;
        assert_int_equal(
            secret_is_token((struct span){token, SECRET_TOKEN_LEN}), is_letter);
        memcpy(token, A_TOKEN, sizeof token);
        token[SECRET_TOKEN_LEN - 1] = (char)c;
        assert_int_equal(
            secret_is_token((struct span){token, SECRET_TOKEN_LEN}), is_letter);
    }
}

static void assert_hash(struct span text, const char *expected)
{
    char hex[SECRET_HEX_SIZE];

    secret_hash(hex, text);
    assert_string_equal(hex, expected);
}

/* The first two are from FIPS 180-2. */
static void a_hash_is_sha256(void **state)
{
    (void)state;
    assert_hash(
        LIT("abc"),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_hash(
        LIT("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    assert_hash(
        LIT(""),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_hash(
        LIT("a\0b"),
        "59b271ae1bbcb1d31d41929817f4b16fb439eb4f31520b5ad1d5ce98920a7138");
}

static void assert_mac(struct span key, struct span text, const char *expected)
{
    char token[SECRET_TOKEN_SIZE];

    secret_mac(token, key, text);
    assert_string_equal(token, expected);
    assert_true(secret_is_token(span_of(token)));
}

/* RFC 4231, sections 4.3 and 4.7, in base64url. */
static void a_mac_is_hmac_sha256(void **state)
{
    char long_key[131];

    (void)state;
    memset(long_key, '\xaa', sizeof long_key);
    assert_mac(LIT("Jefe"), LIT("what do ya want for nothing?"),
               "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM");
    assert_mac((struct span){long_key, sizeof long_key},
               LIT("Test Using Larger Than Block-Size Key - Hash Key First"),
               "YOQxWR7gtn8Niiaqy_W3f44LxiE3KMUUBUYEDw7jf1Q");
}

static void another_key_or_text_is_another_mac(void **state)
{
    char token[SECRET_TOKEN_SIZE];
    char other[SECRET_TOKEN_SIZE];

    (void)state;
    secret_mac(token, LIT("key"), LIT("text"));
    secret_mac(other, LIT("kex"), LIT("text"));
    assert_string_not_equal(token, other);
    secret_mac(other, LIT("key"), LIT("tex"));
    assert_string_not_equal(token, other);
    secret_mac(other, LIT("key"), LIT("text"));
    assert_string_equal(token, other);
}

static void what_is_equal_is_equal(void **state)
{
    (void)state;
    assert_true(secret_equal(LIT("abc"), LIT("abc")));
    assert_true(secret_equal(LIT(""), LIT("")));
    assert_true(secret_equal(LIT("a\0b"), LIT("a\0b")));
}

static void what_differs_anywhere_is_not_equal(void **state)
{
    (void)state;
    assert_false(secret_equal(LIT("abc"), LIT("abd")));
    assert_false(secret_equal(LIT("abc"), LIT("xbc")));
    assert_false(secret_equal(LIT("a\0b"), LIT("a\0c")));
    assert_false(secret_equal(LIT("abc"), LIT("ab")));
    assert_false(secret_equal(LIT("ab"), LIT("abc")));
    assert_false(secret_equal(LIT("abc"), LIT("")));
    assert_false(secret_equal(LIT("abc"), SPAN_NONE));
    assert_false(secret_equal(SPAN_NONE, LIT("abc")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_tokens_differ),
        cmocka_unit_test(a_token_looks_like_one),
        cmocka_unit_test(a_token_has_one_length),
        cmocka_unit_test(a_token_has_letters_digits_hyphens_and_underscores),
        cmocka_unit_test(a_hash_is_sha256),
        cmocka_unit_test(a_mac_is_hmac_sha256),
        cmocka_unit_test(another_key_or_text_is_another_mac),
        cmocka_unit_test(what_is_equal_is_equal),
        cmocka_unit_test(what_differs_anywhere_is_not_equal),
    };

    return cmocka_run_group_tests_name("secret", tests, start, NULL);
}
