#include "io/secret.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

/* What OWASP recommends for one thread: 46 MB, once over it. */
#define PASSES    1
#define MEMORY_KB 47104

/* The hash of 256 random bits that nobody has. */
#define NOBODY                        \
    "$argon2id$v=19$m=47104,t=1,p=1$" \
    "sCuatt9UhLyyo/2c7yiehQ$5C8difiHpEJC/0OZYG1yHyk2+HNmBVPgH4aNoD97Pjk"

_Static_assert(SECRET_PASSWORD_SIZE == crypto_pwhash_STRBYTES,
               "a hash has another length in this version of libsodium");

bool secret_init(void)
{
    return sodium_init() >= 0;
}

static void to_token(char token[SECRET_TOKEN_SIZE], const unsigned char *bytes)
{
    sodium_bin2base64(token, SECRET_TOKEN_SIZE, bytes, 32,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

void secret_token(char token[SECRET_TOKEN_SIZE])
{
    unsigned char bytes[32];

    randombytes_buf(bytes, sizeof(bytes));
    to_token(token, bytes);
}

bool secret_is_token(struct span text)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz0123456789-_";

    if (text.len != SECRET_TOKEN_LEN)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (memchr(letters, text.at[i], sizeof(letters) - 1) == NULL)
            return false;
    }
    return true;
}

void secret_hash(char hex[SECRET_HEX_SIZE], struct span text)
{
    unsigned char hash[crypto_hash_sha256_BYTES];

    crypto_hash_sha256(hash, (const unsigned char *)text.at, text.len);
    sodium_bin2hex(hex, SECRET_HEX_SIZE, hash, sizeof(hash));
}

void secret_mac(char token[SECRET_TOKEN_SIZE], struct span key,
                struct span text)
{
    crypto_auth_hmacsha256_state state;
    unsigned char mac[crypto_auth_hmacsha256_BYTES];

    crypto_auth_hmacsha256_init(&state, (const unsigned char *)key.at, key.len);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)text.at,
                                  text.len);
    crypto_auth_hmacsha256_final(&state, mac);
    to_token(token, mac);
}

bool secret_equal(struct span a, struct span b)
{
    return a.len == b.len && sodium_memcmp(a.at, b.at, a.len) == 0;
}

bool secret_hash_password(char hash[SECRET_PASSWORD_SIZE], struct span text)
{
    return crypto_pwhash_str_alg(hash, text.at, text.len, PASSES,
                                 (size_t)MEMORY_KB * 1024,
                                 crypto_pwhash_ALG_ARGON2ID13) == 0;
}

/* crypto_pwhash_str_verify says EINVAL for the wrong password and for what is
 * no hash of any kind, and nothing when there is no memory: hence the question
 * about the parameters, which -1 answers when they cannot be read. */
enum secret_password secret_check_password(
    const char hash[SECRET_PASSWORD_SIZE], struct span text)
{
    const int is_old =
        crypto_pwhash_str_needs_rehash(hash, PASSES, (size_t)MEMORY_KB * 1024);

    if (is_old == -1)
        return SECRET_PASSWORD_FAILED;
    errno = 0;
    if (crypto_pwhash_str_verify(hash, text.at, text.len) == 0)
        return is_old ? SECRET_PASSWORD_RIGHT_OLD : SECRET_PASSWORD_RIGHT;
    return errno == EINVAL ? SECRET_PASSWORD_WRONG : SECRET_PASSWORD_FAILED;
}

enum secret_password secret_check_nobody(struct span text)
{
    const char hash[SECRET_PASSWORD_SIZE] = NOBODY;
    const enum secret_password result = secret_check_password(hash, text);

    return result == SECRET_PASSWORD_FAILED ? result : SECRET_PASSWORD_WRONG;
}

void secret_forget(void *at, size_t len)
{
    sodium_memzero(at, len);
}
