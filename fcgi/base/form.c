#include "base/form.h"

#include <string.h>

/* Cuts what comes before 'separator' off the front of 'rest', and the separator
 * with it; without one that is all there is. */
static struct span cut(struct span *rest, char separator)
{
    const char *at = memchr(rest->at, separator, rest->len);
    struct span piece = *rest;

    if (at != NULL)
        piece.len = (size_t)(at - rest->at);
    rest->at += piece.len + (at != NULL);
    rest->len -= piece.len + (at != NULL);
    return piece;
}

/* -1 when it is none. */
static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* The byte that a text beginning with '%' stands for, or -1. */
static int escaped_byte(struct span text)
{
    int high;
    int low;

    if (text.len < 3)
        return -1;
    high = hex_digit(text.at[1]);
    low = hex_digit(text.at[2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* Decodes into 'to', which has room enough: a decoded text is never longer. */
static bool decode(struct buf *to, struct span encoded, struct span *decoded)
{
    char *const start = buf_reserve(to, encoded.len);
    char *end = start;

    for (size_t i = 0; i < encoded.len; i++) {
        char c = encoded.at[i];

        if (c == '+') {
            c = ' ';
        } else if (c == '%') {
            const int byte =
                escaped_byte((struct span){encoded.at + i, encoded.len - i});

            if (byte < 0)
                return false;
            c = (char)byte;
            i += 2;
        }
        *end++ = c;
    }
    *decoded = (struct span){start, (size_t)(end - start)};
    buf_terminate(to, decoded->len);
    return true;
}

static bool add_pair(struct form *form, struct span pair)
{
    struct form_field field;
    const struct span name = cut(&pair, '=');

    if (form->count == FORM_FIELDS_MAX)
        return false;
    if (!decode(&form->text, name, &field.name) ||
        !decode(&form->text, pair, &field.value))
        return false;
    form->fields[form->count++] = field;
    return true;
}

static void empty(struct form *form)
{
    form->count = 0;
    buf_clear(&form->text);
}

bool form_parse(struct form *form, struct span encoded)
{
    empty(form);
    /* All of it now, so that the text does not move under the spans. */
    buf_reserve(&form->text, encoded.len);
    while (encoded.len > 0) {
        const struct span pair = cut(&encoded, '&');

        if (pair.len > 0 && !add_pair(form, pair)) {
            empty(form);
            return false;
        }
    }
    return true;
}

size_t form_count(const struct form *form, const char *name)
{
    size_t count = 0;

    for (size_t i = 0; i < form->count; i++)
        count += span_is(form->fields[i].name, name);
    return count;
}

struct span form_nth(const struct form *form, const char *name, size_t n)
{
    for (size_t i = 0; i < form->count; i++) {
        if (span_is(form->fields[i].name, name) && n-- == 0)
            return form->fields[i].value;
    }
    return SPAN_NONE;
}

struct span form_get(const struct form *form, const char *name)
{
    return form_nth(form, name, 0);
}

void form_fini(struct form *form)
{
    form->count = 0;
    buf_fini(&form->text);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct span without_blanks(struct span s)
{
    while (s.len > 0 && is_blank(s.at[0])) {
        s.at++;
        s.len--;
    }
    while (s.len > 0 && is_blank(s.at[s.len - 1]))
        s.len--;
    return s;
}

static struct span without_quotes(struct span s)
{
    if (s.len < 2 || s.at[0] != '"' || s.at[s.len - 1] != '"')
        return s;
    return (struct span){s.at + 1, s.len - 2};
}

struct span cookie_get(struct span header, const char *name)
{
    const size_t name_len = strlen(name);

    while (header.len > 0) {
        const struct span pair = without_blanks(cut(&header, ';'));

        if (pair.len > name_len && pair.at[name_len] == '=' &&
            memcmp(pair.at, name, name_len) == 0)
            return without_quotes(
                (struct span){pair.at + name_len + 1, pair.len - name_len - 1});
    }
    return SPAN_NONE;
}
