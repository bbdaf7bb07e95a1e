/* secret.h -- tokens and hashes (libsodium). */
#ifndef SECRET_H
#define SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/* 32 bytes in base64url (RFC 4648, section 5) without padding, and a NUL. */
#define SECRET_TOKEN_LEN  43
#define SECRET_TOKEN_SIZE (SECRET_TOKEN_LEN + 1)
/* 32 bytes in hexadecimal, and a NUL. */
#define SECRET_HEX_SIZE 65

/* Once in a process; false when there is no source of randomness. */
bool secret_init(void);

/* 256 random bits as text. */
void secret_token(char token[SECRET_TOKEN_SIZE]);

/* Whether it is shaped like one. */
bool secret_is_token(struct span text);

/* SHA-256 of 'text', in hexadecimal. */
void secret_hash(char hex[SECRET_HEX_SIZE], struct span text);

/* HMAC-SHA-256 (RFC 2104) of 'text' under 'key', as a token. */
void secret_mac(char token[SECRET_TOKEN_SIZE], struct span key,
                struct span text);

/* Compares in a time that depends on the lengths only. */
bool secret_equal(struct span a, struct span b);

/* --- passwords (Argon2id) ------------------------------------------------ */

/* Each of these takes 46 MB and some hundredths of a second, on purpose: on a
 * thread of its own, see password.h. */

/* Longer than any hash, its NUL included. */
#define SECRET_PASSWORD_SIZE 128

/* The hash of a password, to be stored: parameters and salt stand in it, as
 * $argon2id$v=19$m=47104,t=1,p=1$SALT$HASH.  False without memory. */
bool secret_hash_password(char hash[SECRET_PASSWORD_SIZE], struct span text);

enum secret_password {
    SECRET_PASSWORD_RIGHT,
    SECRET_PASSWORD_RIGHT_OLD, /* right; but we make hashes otherwise by now */
    SECRET_PASSWORD_WRONG,
    SECRET_PASSWORD_FAILED, /* the hash is none, or there was no memory */
};

/* Compares a password with 'hash', of which all bytes behind the NUL are NUL,
 * too. */
enum secret_password secret_check_password(
    const char hash[SECRET_PASSWORD_SIZE], struct span text);

/* Takes as long, for who does not exist: WRONG, or FAILED. */
enum secret_password secret_check_nobody(struct span text);

/* Overwrites what nobody is to find in freed memory. */
void secret_forget(void *at, size_t len);

#endif
