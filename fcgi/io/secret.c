#include "io/secret.h"

#include <sodium.h>
#include <string.h>

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
