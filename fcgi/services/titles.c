#include "services/titles.h"

#include <string.h>

#include "base/text.h"
#include "io/unicode.h"
#include "model/letter.h"
#include "model/message.h"
#include "model/name.h"
#include "services/names.h"

/* One more, to see that there are too many. */
#define LETTERS_MAX (TITLE_CHARS_MAX + 1)
/* Marks may be joined to letters, three to one. */
#define TYPED_CHARS_MAX ((size_t)4 * TITLE_CHARS_MAX)

static bool copy(char *to, size_t size, struct span from)
{
    if (from.len >= size)
        return false;
    memcpy(to, from.at, from.len);
    to[from.len] = '\0';
    return true;
}

/* Whether it is seen, and known to stay what it is when it is folded. */
static bool may_stand(const struct letter *letter)
{
    switch (letter->kind) {
    case LETTER_ALPHA:
    case LETTER_MARK:
    case LETTER_DIGIT:
    case LETTER_SYMBOL:
        return true;
    case LETTER_SPACE:
        return letter->character == ' ';
    case LETTER_CONTROL:
    case LETTER_INVISIBLE:
    case LETTER_PRIVATE:
    case LETTER_UNKNOWN:
        break;
    }
    return false;
}

static bool is_space(const struct letter *letters, size_t count, size_t i)
{
    return i >= count || letters[i].kind == LETTER_SPACE;
}

static bool is_title(const struct letter *letters, size_t count)
{
    if (count < 1 || count > TITLE_CHARS_MAX ||
        letters[0].kind == LETTER_MARK || is_space(letters, count, 0) ||
        is_space(letters, count, count - 1))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!may_stand(&letters[i]) || (letters[i].kind == LETTER_SPACE &&
                                        is_space(letters, count, i + 1)))
            return false;
    }
    return name_scripts_fit(letters, count);
}

bool titles_read(struct span typed, struct title *title)
{
    struct letter letters[LETTERS_MAX];
    struct buf shown = {0};
    struct buf look = {0};
    bool ok;

    if (typed.len == 0 || !text_is_utf8(typed) ||
        text_chars(typed) > TYPED_CHARS_MAX)
        return false;
    unicode_add_nfkc(&shown, typed);
    ok = is_title(letters,
                  unicode_letters(buf_span(&shown), letters, LETTERS_MAX));
    if (ok) {
        names_add_look(&look, buf_span(&shown));
        ok = copy(title->look, sizeof(title->look), buf_span(&look)) &&
             copy(title->shown, sizeof(title->shown), buf_span(&shown));
    }
    buf_fini(&shown);
    buf_fini(&look);
    return ok;
}

bool titles_read_topic(struct span typed, char topic[TOPIC_SIZE])
{
    struct buf clean = {0};
    bool ok = false;

    switch (message_body_check(typed, &clean)) {
    case BODY_OK:
        ok = text_chars(buf_span(&clean)) <= TOPIC_CHARS_MAX &&
             memchr(clean.data, '\n', clean.len) == NULL &&
             copy(topic, TOPIC_SIZE, buf_span(&clean));
        break;
    case BODY_EMPTY:
        topic[0] = '\0';
        ok = true;
        break;
    case BODY_TOO_LONG:
    case BODY_NOT_UTF8:
    case BODY_CONTROL_CHARACTER:
        break;
    }
    buf_fini(&clean);
    return ok;
}
