/* unicode.h -- what Unicode says of a text (libunistring).
 *
 * What is written here goes into SQL and is compared for years, by versions of
 * the tables that know more characters.  Unicode promises that normalising and
 * folding a text of characters that are known now gives the same for ever; so
 * who stores a result refuses LETTER_UNKNOWN first.
 *
 * 'text' is well-formed UTF-8 (text_is_utf8) everywhere. */
#ifndef UNICODE_H
#define UNICODE_H

#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "model/letter.h"

/* Appends 'text' in the normalisation form KC: marks in one order and joined
 * to their letter where there is such a letter; ligatures, full-width letters,
 * superscripts and the like as the plain ones. */
void unicode_add_nfkc(struct buf *to, struct span text);

/* The same with every mark taken off its letter (form KD). */
void unicode_add_nfkd(struct buf *to, struct span text);

/* Appends 'text' without regard to case, in NFKC: "Straße" and "STRASSE" become
 * the same. */
void unicode_add_folded(struct buf *to, struct span text);

/* What is known of 'character', which is one (at most U+10FFFF). */
struct letter unicode_letter(uint32_t character);

/* How many of 'max' letters are needed; as many as there is room for are
 * written. */
size_t unicode_letters(struct span text, struct letter *letters, size_t max);

/* Appends a character as UTF-8. */
void unicode_add_character(struct buf *to, uint32_t character);

#endif
