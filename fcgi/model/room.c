#include "model/room.h"

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool room_name_is_valid(struct span name)
{
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
