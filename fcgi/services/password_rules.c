#include "services/password_rules.h"

#include "base/text.h"
#include "io/secret.h"
#include "io/unicode.h"
#include "services/common_passwords.h"
#include "services/names.h"

/* What is normalised can be longer than what was typed, and shorter: four
 * marks may be joined to a letter. */
#define TYPED_CHARS_MAX ((size_t)4 * PASSWORD_CHARS_MAX)

void password_rules_forget(struct buf *clean)
{
    if (clean->data != NULL)
        secret_forget(clean->data, clean->cap);
    buf_fini(clean);
}

static bool has_bad_character(struct span text)
{
    while (text.len > 0) {
        const struct letter letter = unicode_letter(text_take_first(&text));

        if (letter.kind == LETTER_CONTROL || letter.kind == LETTER_UNKNOWN)
            return true;
    }
    return false;
}

static bool is_name(struct span text, struct span key)
{
    struct name name;

    return names_read(text, &name) == NAME_OK &&
           span_equal(span_of(name.key), key);
}

/* Of a text in NFKC. */
static enum password_rules_result judge(struct span text, struct span name_key)
{
    const size_t chars = text_chars(text);
    enum password_rules_result result = PASSWORD_RULES_OK;
    struct buf folded = {0};

    if (chars < PASSWORD_CHARS_MIN)
        return PASSWORD_RULES_TOO_SHORT;
    if (chars > PASSWORD_CHARS_MAX)
        return PASSWORD_RULES_TOO_LONG;
    if (has_bad_character(text))
        return PASSWORD_RULES_BAD_CHARACTER;
    if (is_name(text, name_key))
        return PASSWORD_RULES_IS_NAME;
    unicode_add_folded(&folded, text);
    if (common_passwords_has(buf_span(&folded)))
        result = PASSWORD_RULES_COMMON;
    password_rules_forget(&folded);
    return result;
}

enum password_rules_result password_rules_check(struct span typed,
                                                struct span name_key,
                                                struct buf *clean)
{
    struct buf text = {0};
    enum password_rules_result result;

    if (!text_is_utf8(typed))
        return PASSWORD_RULES_NOT_UTF8;
    if (text_chars(typed) > TYPED_CHARS_MAX)
        return PASSWORD_RULES_TOO_LONG;
    unicode_add_nfkc(&text, typed);
    result = judge(buf_span(&text), name_key);
    if (result == PASSWORD_RULES_OK)
        buf_add_span(clean, buf_span(&text));
    password_rules_forget(&text);
    return result;
}

bool password_rules_read(struct span typed, struct buf *clean)
{
    if (!text_is_utf8(typed) || text_chars(typed) > TYPED_CHARS_MAX)
        return false;
    unicode_add_nfkc(clean, typed);
    return true;
}
