#include "services/names.h"

#include <string.h>

#include "base/buf.h"
#include "base/fatal.h"
#include "base/text.h"
#include "io/unicode.h"

/* One more, to see that there are too many. */
#define LETTERS_MAX (NAME_CHARS_MAX + 1)
/* Marks may be joined to letters, three to one. */
#define TYPED_CHARS_MAX ((size_t)4 * NAME_CHARS_MAX)

#define I_WITHOUT_DOT "\xC4\xB1" /* U+0131 */
#define DOT_ABOVE     "\xCC\x87" /* U+0307 */

static bool begins_with(struct span text, const char *str)
{
    return text.len >= strlen(str) && memcmp(text.at, str, strlen(str)) == 0;
}

static void add_key(struct buf *key, struct span shown)
{
    struct buf folded = {0};
    struct span rest;

    unicode_add_folded(&folded, shown);
    rest = buf_span(&folded);
    while (rest.len > 0) {
        size_t len = 1;

        if (begins_with(rest, I_WITHOUT_DOT)) {
            len = strlen(I_WITHOUT_DOT);
            buf_add_char(key, 'i');
        } else if (begins_with(rest, "i" DOT_ABOVE)) {
            len = strlen("i" DOT_ABOVE);
            buf_add_char(key, 'i');
        } else {
            buf_add_char(key, *rest.at);
        }
        rest = (struct span){rest.at + len, rest.len - len};
    }
    buf_fini(&folded);
}

/* Marks are taken off their letters meanwhile, so that the table needs no line
 * for each letter with each mark. */
void names_add_look(struct buf *look, struct span shown)
{
    struct buf apart = {0};
    struct buf simple = {0};
    struct span rest;

    unicode_add_nfkd(&apart, shown);
    rest = buf_span(&apart);
    while (rest.len > 0) {
        const struct letter letter = unicode_letter(text_take_first(&rest));
        uint32_t like[NAME_LOOK_MAX];
        const size_t count = name_look(&letter, like);

        for (size_t i = 0; i < count; i++)
            unicode_add_character(&simple, like[i]);
    }
    unicode_add_folded(look, buf_span(&simple));
    buf_fini(&apart);
    buf_fini(&simple);
}

static void set(char *to, size_t size, struct buf *from)
{
    MUST(from->data != NULL && from->len < size);
    memcpy(to, from->data, from->len + 1);
    buf_fini(from);
}

static void make_name(struct name *name, struct span shown)
{
    struct buf text = {0};
    struct buf key = {0};
    struct buf look = {0};

    buf_add_span(&text, shown);
    add_key(&key, shown);
    names_add_look(&look, shown);
    set(name->shown, sizeof(name->shown), &text);
    set(name->key, sizeof(name->key), &key);
    set(name->look, sizeof(name->look), &look);
}

enum name_result names_read(struct span typed, struct name *name)
{
    struct letter letters[LETTERS_MAX];
    struct buf shown = {0};
    enum name_result result;
    size_t count;

    if (!text_is_utf8(typed))
        return NAME_NOT_UTF8;
    if (text_chars(typed) > TYPED_CHARS_MAX)
        return NAME_TOO_LONG;
    unicode_add_nfkc(&shown, typed);
    count = unicode_letters(buf_span(&shown), letters, LETTERS_MAX);
    result = name_check(letters, count);
    if (result == NAME_OK)
        make_name(name, buf_span(&shown));
    buf_fini(&shown);
    return result;
}
