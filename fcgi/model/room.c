#include "model/room.h"

#include <inttypes.h>
#include <stdio.h>

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_closed_name(struct span name)
{
    if (name.len != ROOM_CLOSED_LEN)
        return false;
    for (size_t i = 1; i < name.len; i++) {
        const char c = name.at[i];

        if (!is_letter_or_digit(c) || c > 'f')
            return false;
    }
    return true;
}

bool room_is_closed(struct span name)
{
    return name.len > 0 && name.at[0] == '~';
}

bool room_name_is_valid(struct span name)
{
    if (room_is_closed(name))
        return is_closed_name(name);
    if (name.len < 1 || name.len > ROOM_NAME_MAX)
        return false;
    if (!is_letter_or_digit(name.at[0]))
        return false;
    for (size_t i = 1; i < name.len; i++) {
        const char c = name.at[i];

        if (!is_letter_or_digit(c) && c != '.' && c != '_' && c != '-')
            return false;
    }
    return true;
}

void room_pair(char pair[ROOM_PAIR_SIZE], int64_t one, int64_t other)
{
    snprintf(pair, ROOM_PAIR_SIZE, "%" PRId64 "-%" PRId64,
             one < other ? one : other, one < other ? other : one);
}
