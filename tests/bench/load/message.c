#include "load/message.h"

#include <inttypes.h>
#include <string.h>

#define BEGIN "bench n="

void message_write(struct buf *to, const struct message *message, size_t size)
{
    static const char dots[] = "................";
    const size_t begin = to->len;

    buf_addf(to, BEGIN "%" PRIu32 " t=%" PRIu64 " room=%.*s ", message->n,
             message->sent_ns, (int)message->room.len, message->room.at);
    while (to->len - begin < size) {
        const size_t missing = size - (to->len - begin);

        buf_add(to, dots, missing < sizeof dots ? missing : sizeof dots - 1);
    }
}

static bool take_word(const char **at, const char *end, const char *word)
{
    const size_t len = strlen(word);

    if ((size_t)(end - *at) < len || memcmp(*at, word, len) != 0)
        return false;
    *at += len;
    return true;
}

static bool take_number(const char **at, const char *end, uint64_t *number)
{
    const char *begin = *at;

    *number = 0;
    while (*at < end && **at >= '0' && **at <= '9')
        *number = *number * 10 + (uint64_t)(*(*at)++ - '0');
    return *at > begin;
}

/* What follows BEGIN. */
static bool take_message(const char **at, const char *end,
                         struct message *message)
{
    uint64_t n;
    const char *space;

    if (!take_number(at, end, &n) || n > UINT32_MAX ||
        !take_word(at, end, " t=") ||
        !take_number(at, end, &message->sent_ns) ||
        !take_word(at, end, " room="))
        return false;
    space = memchr(*at, ' ', (size_t)(end - *at));
    if (space == NULL)
        return false;
    message->n = (uint32_t)n;
    message->room = (struct span){*at, (size_t)(space - *at)};
    *at = space;
    return true;
}

bool message_next(struct span text, const char *before, size_t *at,
                  struct message *message)
{
    const char *end = text.at + text.len;
    const char *place = text.at + *at;

    while ((place = memmem(place, (size_t)(end - place), BEGIN,
                           sizeof BEGIN - 1)) != NULL) {
        const size_t passed = (size_t)(place - text.at);
        const size_t len = strlen(before);
        const bool is_one =
            passed >= len && memcmp(place - len, before, len) == 0;

        place += sizeof BEGIN - 1;
        if (is_one && take_message(&place, end, message)) {
            *at = (size_t)(place - text.at);
            return true;
        }
    }
    return false;
}
