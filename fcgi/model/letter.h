/* letter.h -- a character, and what Unicode says of it.
 *
 * The tables of Unicode are large and somebody else's: io/unicode.c looks a
 * character up and fills this in.  Who judges text by it (name.h) needs nothing
 * else. */
#ifndef LETTER_H
#define LETTER_H

#include <stdint.h>

enum letter_kind {
    LETTER_ALPHA,     /* of a word */
    LETTER_MARK,      /* stands on the letter before it */
    LETTER_DIGIT,     /* 0 to 9 of some script */
    LETTER_SYMBOL,    /* punctuation, signs, pictures */
    LETTER_SPACE,     /* of any width, and line ends that are no controls */
    LETTER_CONTROL,   /* U+0000-U+001F, U+007F-U+009F */
    LETTER_INVISIBLE, /* not seen, or only in what it does to others: joiners,
                         direction, variation, fillers */
    LETTER_PRIVATE,   /* means what two parties agreed upon */
    LETTER_UNKNOWN,   /* assigned to nothing, as far as we know */
};

/* Those in everyday use (Unicode Standard Annex 31, "recommended"), one bit
 * each. */
enum letter_script {
    SCRIPT_COMMON = 0, /* of any script: digits, punctuation, marks */
    SCRIPT_LATIN = 1 << 0,
    SCRIPT_GREEK = 1 << 1,
    SCRIPT_CYRILLIC = 1 << 2,
    SCRIPT_ARMENIAN = 1 << 3,
    SCRIPT_HEBREW = 1 << 4,
    SCRIPT_ARABIC = 1 << 5,
    SCRIPT_THAANA = 1 << 6,
    SCRIPT_DEVANAGARI = 1 << 7,
    SCRIPT_BENGALI = 1 << 8,
    SCRIPT_GURMUKHI = 1 << 9,
    SCRIPT_GUJARATI = 1 << 10,
    SCRIPT_ORIYA = 1 << 11,
    SCRIPT_TAMIL = 1 << 12,
    SCRIPT_TELUGU = 1 << 13,
    SCRIPT_KANNADA = 1 << 14,
    SCRIPT_MALAYALAM = 1 << 15,
    SCRIPT_SINHALA = 1 << 16,
    SCRIPT_THAI = 1 << 17,
    SCRIPT_LAO = 1 << 18,
    SCRIPT_TIBETAN = 1 << 19,
    SCRIPT_MYANMAR = 1 << 20,
    SCRIPT_GEORGIAN = 1 << 21,
    SCRIPT_HANGUL = 1 << 22,
    SCRIPT_ETHIOPIC = 1 << 23,
    SCRIPT_KHMER = 1 << 24,
    SCRIPT_HIRAGANA = 1 << 25,
    SCRIPT_KATAKANA = 1 << 26,
    SCRIPT_BOPOMOFO = 1 << 27,
    SCRIPT_HAN = 1 << 28,
    SCRIPT_OTHER = 1 << 29, /* any script that is not above */
};

struct letter {
    uint32_t character;
    enum letter_kind kind;
    enum letter_script script;
    int digit; /* its value; -1 for what is no digit */
};

#endif
