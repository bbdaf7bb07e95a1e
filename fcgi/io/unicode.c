#include "io/unicode.h"

#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "base/fatal.h"
#include "base/text.h"

static const struct {
    const char *name; /* as libunistring has it */
    enum letter_script script;
} scripts[] = {
    {"Common", SCRIPT_COMMON},     {"Inherited", SCRIPT_COMMON},
    {"Latin", SCRIPT_LATIN},       {"Greek", SCRIPT_GREEK},
    {"Cyrillic", SCRIPT_CYRILLIC}, {"Armenian", SCRIPT_ARMENIAN},
    {"Hebrew", SCRIPT_HEBREW},     {"Arabic", SCRIPT_ARABIC},
    {"Thaana", SCRIPT_THAANA},     {"Devanagari", SCRIPT_DEVANAGARI},
    {"Bengali", SCRIPT_BENGALI},   {"Gurmukhi", SCRIPT_GURMUKHI},
    {"Gujarati", SCRIPT_GUJARATI}, {"Oriya", SCRIPT_ORIYA},
    {"Tamil", SCRIPT_TAMIL},       {"Telugu", SCRIPT_TELUGU},
    {"Kannada", SCRIPT_KANNADA},   {"Malayalam", SCRIPT_MALAYALAM},
    {"Sinhala", SCRIPT_SINHALA},   {"Thai", SCRIPT_THAI},
    {"Lao", SCRIPT_LAO},           {"Tibetan", SCRIPT_TIBETAN},
    {"Myanmar", SCRIPT_MYANMAR},   {"Georgian", SCRIPT_GEORGIAN},
    {"Hangul", SCRIPT_HANGUL},     {"Ethiopic", SCRIPT_ETHIOPIC},
    {"Khmer", SCRIPT_KHMER},       {"Hiragana", SCRIPT_HIRAGANA},
    {"Katakana", SCRIPT_KATAKANA}, {"Bopomofo", SCRIPT_BOPOMOFO},
    {"Han", SCRIPT_HAN},
};

/* The functions of libunistring give memory of malloc, or NULL for want of
 * it. */
static void add_result(struct buf *to, uint8_t *result, size_t len)
{
    MUST(result != NULL);
    buf_add(to, result, len);
    free(result);
}

static void add_normal(struct buf *to, struct span text, uninorm_t form)
{
    uint8_t *result;
    size_t len;

    if (text.len == 0)
        return;
    result = u8_normalize(form, (const uint8_t *)text.at, text.len, NULL, &len);
    add_result(to, result, len);
}

void unicode_add_nfkc(struct buf *to, struct span text)
{
    add_normal(to, text, UNINORM_NFKC);
}

void unicode_add_nfkd(struct buf *to, struct span text)
{
    add_normal(to, text, UNINORM_NFKD);
}

/* libunistring folds what NFKC leaves capital once more: the test of this file
 * has examples. */
void unicode_add_folded(struct buf *to, struct span text)
{
    uint8_t *result;
    size_t len;

    if (text.len == 0)
        return;
    result = u8_casefold((const uint8_t *)text.at, text.len, NULL, UNINORM_NFKC,
                         NULL, &len);
    add_result(to, result, len);
}

static enum letter_script script_of(uint32_t character)
{
    const uc_script_t *script = uc_script(character);

    for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
        if (script != NULL && strcmp(script->name, scripts[i].name) == 0)
            return scripts[i].script;
    }
    return SCRIPT_OTHER;
}

/* Ignorable comes first: some that nobody sees pass for letters (the fillers of
 * Hangul) or marks (variation selectors) otherwise. */
static enum letter_kind kind_of(uint32_t character)
{
    if (uc_is_general_category(character, UC_UNASSIGNED) ||
        uc_is_general_category(character, UC_SURROGATE))
        return LETTER_UNKNOWN;
    if (uc_is_general_category(character, UC_CONTROL))
        return LETTER_CONTROL;
    if (uc_is_general_category(character, UC_PRIVATE_USE))
        return LETTER_PRIVATE;
    if (uc_is_property_default_ignorable_code_point(character) ||
        uc_is_general_category(character, UC_FORMAT))
        return LETTER_INVISIBLE;
    if (uc_is_general_category(character, UC_SEPARATOR))
        return LETTER_SPACE;
    if (uc_is_general_category(character, UC_LETTER))
        return LETTER_ALPHA;
    if (uc_is_general_category(character, UC_MARK))
        return LETTER_MARK;
    if (uc_is_general_category(character, UC_DECIMAL_DIGIT_NUMBER))
        return LETTER_DIGIT;
    return LETTER_SYMBOL;
}

struct letter unicode_letter(uint32_t character)
{
    struct letter letter = {
        .character = character,
        .kind = kind_of(character),
        .script = script_of(character),
        .digit = -1,
    };

    if (letter.kind == LETTER_DIGIT)
        letter.digit = uc_decimal_value(character);
    return letter;
}

size_t unicode_letters(struct span text, struct letter *letters, size_t max)
{
    size_t count = 0;

    while (text.len > 0) {
        const uint32_t character = text_take_first(&text);

        if (count < max)
            letters[count] = unicode_letter(character);
        count++;
    }
    return count;
}

void unicode_add_character(struct buf *to, uint32_t character)
{
    uint8_t bytes[6];
    const int len = u8_uctomb(bytes, character, sizeof(bytes));

    MUST(len > 0);
    buf_add(to, bytes, (size_t)len);
}
