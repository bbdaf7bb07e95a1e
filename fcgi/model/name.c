#include "model/name.h"

#include <stdbool.h>

/* Marks that no script owns, on one letter: what Vietnamese needs is joined to
 * the letter by NFKC, and who puts more there wants to write on other lines. */
#define COMMON_MARKS_MAX 2
/* Of the script's own: Burmese and Tibetan build tall letters. */
#define MARKS_MAX 6

#define DOT_ABOVE 0x0307

struct range {
    uint32_t from;
    uint32_t to;
};

static bool is_in(const struct range *ranges, size_t count, uint32_t character)
{
    for (size_t i = 0; i < count; i++) {
        if (character >= ranges[i].from && character <= ranges[i].to)
            return true;
    }
    return false;
}

/* --- characters ---------------------------------------------------------- */

/* The other letters that belong to no script are signs in the shape of one. */
static bool is_common_letter(uint32_t character)
{
    return character == 0x02BB || character == 0x02BC || /* okina, apostrophe */
           character == 0x30FC;                          /* a long vowel */
}

/* Letters of phoneticians and of manuscripts, most of which look like another
 * letter. */
static bool is_out_of_use(uint32_t character)
{
    static const struct range ranges[] = {
        {0x01C0, 0x01C3},   /* clicks */
        {0x1C80, 0x1C8F},   /* Cyrillic of manuscripts */
        {0x1D00, 0x1DBF},   /* phonetic */
        {0x2C60, 0x2C64},   /* Latin extended C but the */
        {0x2C67, 0x2C7F},   /* small ones of U+023A and U+023E */
        {0x2DE0, 0x2DFF},   /* Cyrillic of manuscripts */
        {0xA640, 0xA69F},   /* the same */
        {0xA720, 0xA7FF},   /* Latin of manuscripts */
        {0xAB30, 0xAB6F},   /* Latin of dialectologists */
        {0x10780, 0x107BF}, /* phonetic */
        {0x1DF00, 0x1DFFF}, /* the same */
    };

    return is_in(ranges, sizeof(ranges) / sizeof(ranges[0]), character);
}

/* Not those that strike a letter through, or stand around it. */
static bool is_common_mark(uint32_t character)
{
    static const struct range ranges[] = {
        {0x0300, 0x0333}, /* accents */
        {0x064B, 0x0655}, /* Arabic vowels */
        {0x0670, 0x0670}, /* the same */
        {0x3099, 0x309A}, /* Japanese, voiced */
    };

    return is_in(ranges, sizeof(ranges) / sizeof(ranges[0]), character);
}

static bool is_name_symbol(uint32_t character)
{
    return character == '-' || character == '_' || character == '.' ||
           character == '\'' || character == 0x2019 || /* typographic */
           character == 0x00B7 || character == 0x30FB; /* middle dots */
}

static enum name_result check_alpha(const struct letter *letter)
{
    if (letter->script == SCRIPT_OTHER || is_out_of_use(letter->character))
        return NAME_BAD_CHARACTER;
    if (letter->script == SCRIPT_COMMON && !is_common_letter(letter->character))
        return NAME_BAD_CHARACTER;
    return NAME_OK;
}

/* What a character is, whatever stands around it. */
static enum name_result check_character(const struct letter *letter)
{
    switch (letter->kind) {
    case LETTER_ALPHA:
        return check_alpha(letter);
    case LETTER_MARK:
        if (letter->script == SCRIPT_OTHER || is_out_of_use(letter->character))
            return NAME_BAD_CHARACTER;
        return letter->script != SCRIPT_COMMON ||
                       is_common_mark(letter->character)
                   ? NAME_OK
                   : NAME_BAD_MARKS;
    case LETTER_DIGIT:
        return letter->script == SCRIPT_OTHER ? NAME_BAD_CHARACTER : NAME_OK;
    case LETTER_SYMBOL:
        return is_name_symbol(letter->character) ? NAME_OK : NAME_BAD_CHARACTER;
    case LETTER_SPACE:
        return letter->character == ' ' ? NAME_OK : NAME_SPACES;
    case LETTER_CONTROL:
    case LETTER_INVISIBLE:
        return NAME_INVISIBLE;
    case LETTER_PRIVATE:
    case LETTER_UNKNOWN:
        return NAME_BAD_CHARACTER;
    }
    return NAME_BAD_CHARACTER;
}

/* --- what stands beside what ---------------------------------------------- */

static enum name_result check_spaces(const struct letter *letters, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (letters[i].kind == LETTER_SPACE &&
            (i == 0 || i + 1 == count || letters[i - 1].kind == LETTER_SPACE))
            return NAME_SPACES;
    }
    return NAME_OK;
}

/* Letters with a dot of their own, and those that get it by one. */
static bool has_dot(uint32_t character)
{
    return character == 'i' || character == 'j' || character == 0x0131 ||
           character == 0x0237 || character == 0x012F || character == 0x0268 ||
           character == 0x0249 || character == 0x1ECB || character == 0x0456 ||
           character == 0x0458;
}

/* The marks on one letter: 'at' is the first of them. */
static enum name_result check_marks(const struct letter *letters, size_t count,
                                    size_t at)
{
    size_t common = 0;
    size_t i;

    if (at == 0 || letters[at - 1].kind != LETTER_ALPHA)
        return NAME_BAD_MARKS;
    for (i = at; i < count && letters[i].kind == LETTER_MARK; i++) {
        if (letters[i].script == SCRIPT_COMMON)
            common++;
        if (letters[i].character == letters[i - 1].character)
            return NAME_BAD_MARKS;
        if (letters[i].character == DOT_ABOVE &&
            has_dot(letters[at - 1].character))
            return NAME_BAD_MARKS;
    }
    return common > COMMON_MARKS_MAX || i - at > MARKS_MAX ? NAME_BAD_MARKS
                                                           : NAME_OK;
}

static enum name_result check_all_marks(const struct letter *letters,
                                        size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const bool is_first = i == 0 || letters[i - 1].kind != LETTER_MARK;
        enum name_result result;

        if (letters[i].kind != LETTER_MARK || !is_first)
            continue;
        result = check_marks(letters, count, i);
        if (result != NAME_OK)
            return result;
    }
    return NAME_OK;
}

/* Whether 'scripts' are one, or written together. */
static bool go_together(unsigned scripts)
{
    static const unsigned sets[] = {
        SCRIPT_LATIN | SCRIPT_HAN | SCRIPT_HIRAGANA | SCRIPT_KATAKANA,
        SCRIPT_LATIN | SCRIPT_HAN | SCRIPT_BOPOMOFO,
        SCRIPT_LATIN | SCRIPT_HAN | SCRIPT_HANGUL,
    };

    if ((scripts & (scripts - 1)) == 0)
        return true;
    for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
        if ((scripts & ~sets[i]) == 0)
            return true;
    }
    return false;
}

bool name_scripts_fit(const struct letter *letters, size_t count)
{
    unsigned scripts = 0;
    uint32_t zero = 0;

    for (size_t i = 0; i < count; i++) {
        scripts |= (unsigned)letters[i].script;
        if (letters[i].kind == LETTER_DIGIT) {
            const uint32_t its_zero =
                letters[i].character - (uint32_t)letters[i].digit;

            if (zero != 0 && zero != its_zero)
                return false;
            zero = its_zero;
        }
    }
    return go_together(scripts);
}

/* The most particular answer first: of "a\0" one wants to hear of the NUL. */
enum name_result name_check(const struct letter *letters, size_t count)
{
    enum name_result result = NAME_OK;

    if (count > NAME_CHARS_MAX)
        return NAME_TOO_LONG;
    for (size_t i = 0; i < count && result == NAME_OK; i++)
        result = check_character(&letters[i]);
    if (result == NAME_OK)
        result = check_spaces(letters, count);
    if (result == NAME_OK)
        result = check_all_marks(letters, count);
    if (result != NAME_OK)
        return result;
    if (count < NAME_CHARS_MIN)
        return NAME_TOO_SHORT;
    if (letters[0].kind != LETTER_ALPHA && letters[0].kind != LETTER_DIGIT)
        return NAME_BAD_BEGINNING;
    return name_scripts_fit(letters, count) ? NAME_OK : NAME_MIXED_SCRIPTS;
}

/* --- what looks like what ------------------------------------------------ */

#define LOOKS_MAX 10

/* Capitals and small letters each as they are seen: a Greek capital Eta is an
 * H, and a small one an n.  A capital stands beside the small letter because
 * names are folded afterwards; but a capital I is an l, and a small one an i.
 * By code points, as the characters could not be told apart here. */
static const struct {
    uint32_t look[NAME_LOOK_MAX];
    uint32_t of[LOOKS_MAX];
} looks[] = {
    {{'a'}, {0x0391, 0x03B1, 0x0410, 0x0430, 0x0251}},
    {{'a', 'e'}, {0x00C6, 0x00E6, 0x04D4, 0x04D5}},
    {{'b'}, {0x0392, 0x0412, 0x042C, 0x044C, 0x0299}},
    {{'c'}, {0x0421, 0x0441}},
    {{'d'}, {0x0501}},
    {{'e'}, {0x0395, 0x0415, 0x0435, 0x04BD}},
    {{'g'}, {0x0261, 0x0262, 0x0581}},
    {{'h'}, {0x0397, 0x041D, 0x04BA, 0x04BB, 0x0570, 0x029C}},
    {{'i'}, {0x0131, 0x0456, 0x03B9, 0x0269}},
    {{'j'}, {0x0408, 0x0458, 0x037F, 0x03F3, 0x0237, 0x0575}},
    {{'k'}, {0x039A, 0x03BA, 0x041A, 0x043A, 0x0138}},
    {{'l'}, {'1', 'I', 0x0399, 0x0406, 0x04C0, 0x04CF, 0x0196, 0x026A}},
    {{'m'}, {0x039C, 0x041C}}, /* as a capital M; the small one is wider */
    {{'r', 'n'}, {'m'}},
    {{'n'}, {0x039D, 0x03B7, 0x0578, 0x057C, 0x0274}},
    {{'o'}, {'0', 0x039F, 0x03BF, 0x03C3, 0x041E, 0x043E, 0x0555, 0x0585}},
    {{'o', 'e'}, {0x0152, 0x0153}},
    {{'p'}, {0x03A1, 0x03C1, 0x0420, 0x0440}},
    {{'q'}, {0x051A, 0x051B, 0x0566}},
    {{'r'}, {0x0433, 0x0280}},
    {{'s'}, {0x0405, 0x0455, 0x054F}},
    {{'t'}, {0x03A4, 0x0422}},
    {{'u'}, {0x03C5, 0x028B, 0x054D, 0x057D}},
    {{'v'}, {0x03BD, 0x0474, 0x0475}},
    {{'v', 'v'}, {'w', 0x0461, 0x051D, 0x0561}},
    {{'w'}, {0x051C}},
    {{'x'}, {0x03A7, 0x03C7, 0x0425, 0x0445}},
    {{'y'}, {0x03A5, 0x03B3, 0x0423, 0x0443, 0x04AE, 0x04AF, 0x028F}},
    {{'z'}, {0x0396}},
    {{'3'}, {0x0417, 0x0437, 0x01B7, 0x0292, 0x04E0, 0x04E1, 0x021C, 0x021D}},
    {{'6'}, {0x0431}},
    {{'\''}, {0x2019, 0x02BB, 0x02BC}},
    {{0x00B7}, {0x30FB}},
    {{'-'}, {0x30FC, 0x4E00}},
    {{0x0393}, {0x0413}}, /* Greek for Cyrillic */
    {{0x03A0}, {0x041F}},
    {{0x03A6}, {0x0424}},
    {{0x03C6}, {0x0444}},
    {{0x30CB}, {0x4E8C}}, /* Katakana for Han */
    {{0x30ED}, {0x53E3}},
    {{0x30AB}, {0x529B}},
    {{0x30A8}, {0x5DE5}},
    {{0x30BF}, {0x5915}},
    {{0x30C8}, {0x535C}},
    {{0x30CF}, {0x516B}},
    {{0x30D8}, {0x3078}}, /* and for Hiragana */
    {{0x30EA}, {0x308A}},
    {{0x064A}, {0x0649, 0x06CC}}, /* Arabic for Persian and Urdu */
    {{0x0643}, {0x06A9}},
    {{0x0647}, {0x06BE, 0x06C1, 0x06D5}},
};

size_t name_look(const struct letter *letter, uint32_t look[NAME_LOOK_MAX])
{
    const uint32_t character =
        letter->digit >= 0 ? '0' + (uint32_t)letter->digit : letter->character;

    for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++) {
        for (size_t k = 0; k < LOOKS_MAX && looks[i].of[k] != 0; k++) {
            if (looks[i].of[k] != character)
                continue;
            look[0] = looks[i].look[0];
            look[1] = looks[i].look[1];
            return look[1] != 0 ? 2 : 1;
        }
    }
    look[0] = character;
    return 1;
}
