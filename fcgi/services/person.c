#include "services/person.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"
#include "io/secret.h"

#define HASH_DIGITS 16
/* Of 2^63 - 1. */
#define ACCOUNT_DIGITS_MAX 19

void person_of_guest(char id[PERSON_SIZE], struct span hash)
{
    char again[SECRET_HEX_SIZE];

    secret_hash(again, hash);
    snprintf(id, PERSON_SIZE, "g%.*s", HASH_DIGITS, again);
}

void person_of(char id[PERSON_SIZE], const struct session *session)
{
    char hash[SECRET_HEX_SIZE];

    if (session->account != 0) {
        snprintf(id, PERSON_SIZE, "a%" PRId64, session->account);
        return;
    }
    secret_hash(hash, span_of(session->token));
    person_of_guest(id, span_of(hash));
}

void person_make(char id[PERSON_SIZE])
{
    char token[SECRET_TOKEN_SIZE];
    char hash[SECRET_HEX_SIZE];

    secret_token(token);
    secret_hash(hash, span_of(token));
    snprintf(id, PERSON_SIZE, "v%.*s", HASH_DIGITS, hash);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_hash(struct span text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!is_digit(text.at[i]) && (text.at[i] < 'a' || text.at[i] > 'f'))
            return false;
    }
    return text.len == HASH_DIGITS;
}

static bool is_account(struct span text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!is_digit(text.at[i]))
            return false;
    }
    return text.len >= 1 && text.len <= ACCOUNT_DIGITS_MAX && text.at[0] != '0';
}

bool person_is_valid(struct span id)
{
    const struct span rest = {id.at + 1, id.len - 1};

    if (id.len < 2)
        return false;
    if (id.at[0] == 'a')
        return is_account(rest);
    return (id.at[0] == 'g' || id.at[0] == 'v') && is_hash(rest);
}

int64_t person_account(struct span id)
{
    int64_t account = 0;

    if (!person_is_valid(id) || id.at[0] != 'a')
        return 0;
    for (size_t i = 1; i < id.len; i++) {
        if (__builtin_mul_overflow(account, 10, &account) ||
            __builtin_add_overflow(account, id.at[i] - '0', &account))
            return 0;
    }
    return account;
}
