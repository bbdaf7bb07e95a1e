/* fuzz_form.c -- forms and query strings, against a reader that goes byte by
 * byte; and what was read, written and read again, is the same. */
#include "fuzz.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/form.h"
#include "base/text.h"

/* A pair as the second reader sees it: where in 'text' it stands. */
struct expected_pair {
    size_t name_at;
    size_t name_len;
    size_t value_at;
    size_t value_len;
};

struct expected {
    struct expected_pair pairs[FORM_FIELDS_MAX];
    size_t count;
    struct buf text;
};

/* The byte at '*i', where '+' and escapes are one; '*i' is behind it. */
static bool read_byte(struct span encoded, size_t *i, char *byte)
{
    char digits[3] = "";

    *byte = encoded.at[(*i)++];
    if (*byte == '+')
        *byte = ' ';
    if (*byte != '%')
        return true;
    for (size_t k = 0; k < 2; k++) {
        if (*i == encoded.len || !isxdigit((unsigned char)encoded.at[*i]))
            return false;
        digits[k] = encoded.at[(*i)++];
    }
    *byte = (char)strtoul(digits, NULL, 16);
    return true;
}

/* Reads one pair up to its '&' or the end, and takes that too. */
static bool read_pair(struct expected *expected, struct span encoded, size_t *i)
{
    struct expected_pair pair = {.name_at = expected->text.len};
    const size_t begin = *i;
    bool in_value = false;
    char byte;

    while (*i < encoded.len && encoded.at[*i] != '&') {
        if (!in_value && encoded.at[*i] == '=') {
            in_value = true;
            pair.name_len = expected->text.len - pair.name_at;
            pair.value_at = expected->text.len;
            (*i)++;
            continue;
        }
        if (!read_byte(encoded, i, &byte))
            return false;
        buf_add_char(&expected->text, byte);
    }
    if (in_value)
        pair.value_len = expected->text.len - pair.value_at;
    else
        pair.name_len = expected->text.len - pair.name_at;
    if (*i > begin) {
        if (expected->count == FORM_FIELDS_MAX)
            return false;
        expected->pairs[expected->count++] = pair;
    }
    (*i)++;
    return true;
}

static bool read_expected(struct expected *expected, struct span encoded)
{
    for (size_t i = 0; i < encoded.len;) {
        if (!read_pair(expected, encoded, &i))
            return false;
    }
    return true;
}

static void check_fields(const struct form *form,
                         const struct expected *expected)
{
    const char *text = buf_span(&expected->text).at;

    MUST(form->count == expected->count);
    for (size_t i = 0; i < form->count; i++) {
        const struct expected_pair *pair = &expected->pairs[i];

        MUST(form->fields[i].name.at != NULL);
        MUST(form->fields[i].value.at != NULL);
        MUST(span_equal(form->fields[i].name,
                        (struct span){text + pair->name_at, pair->name_len}));
        MUST(span_equal(form->fields[i].value,
                        (struct span){text + pair->value_at, pair->value_len}));
    }
}

/* Asks for fields by their names, as the endpoints do; a few, as each question
 * goes through all of them. */
static void check_getting(const struct form *form)
{
    for (size_t i = 0; i < form->count && i < 16; i++) {
        const struct span name = form->fields[i].name;
        char *asked = strndup(name.at, name.len);
        size_t before = 0;

        MUST(asked != NULL);
        if (strlen(asked) < name.len) {
            /* With a NUL in it nobody can ask for it. */
            free(asked);
            continue;
        }
        for (size_t k = 0; k < i; k++)
            before += span_equal(form->fields[k].name, name);
        MUST(form_count(form, asked) > before);
        MUST(form_nth(form, asked, before).at == form->fields[i].value.at);
        MUST(form_nth(form, asked, form_count(form, asked)).at == NULL);
        MUST(form_get(form, asked).at == form_nth(form, asked, 0).at);
        free(asked);
    }
}

static void check_written_again(const struct form *form)
{
    struct form again = {0};
    struct buf encoded = {0};

    for (size_t i = 0; i < form->count; i++) {
        text_add_percent(&encoded, form->fields[i].name);
        buf_add_char(&encoded, '=');
        text_add_percent(&encoded, form->fields[i].value);
        buf_add_char(&encoded, '&');
    }
    MUST(form_parse(&again, buf_span(&encoded)));
    MUST(again.count == form->count);
    for (size_t i = 0; i < form->count; i++) {
        MUST(span_equal(again.fields[i].name, form->fields[i].name));
        MUST(span_equal(again.fields[i].value, form->fields[i].value));
    }
    buf_fini(&encoded);
    form_fini(&again);
}

void fuzz_one(struct span input)
{
    static struct form form;
    struct expected expected = {0};
    const bool is_form = read_expected(&expected, input);

    /* A form is used again and again: nothing may stay of the last one. */
    MUST(form_parse(&form, span_of("left=over&from=before")));
    MUST(form_parse(&form, input) == is_form);
    if (is_form) {
        check_fields(&form, &expected);
        check_getting(&form);
        check_written_again(&form);
    } else {
        MUST(form.count == 0);
        MUST(form_get(&form, "left").at == NULL);
    }
    form_fini(&form);
    buf_fini(&expected.text);
}
