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

#endif
