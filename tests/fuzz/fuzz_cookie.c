/* fuzz_cookie.c -- the Cookie header, against a reader that knows all cookies
 * in it before it is asked for one. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/form.h"
#include "base/mem.h"

struct cookie {
    struct span name;
    struct span value;
};

/* Where 'c' stands in 'text', or its end. */
static size_t find(struct span text, char c)
{
    size_t i = 0;

    while (i < text.len && text.at[i] != c)
        i++;
    return i;
}

static struct span part(struct span text, size_t from, size_t to)
{
    return (struct span){text.at + from, to - from};
}

static struct span trim(struct span text)
{
    size_t from = 0;
    size_t to = text.len;

    while (from < to && (text.at[from] == ' ' || text.at[from] == '\t'))
        from++;
    while (to > from && (text.at[to - 1] == ' ' || text.at[to - 1] == '\t'))
        to--;
    return part(text, from, to);
}

static struct cookie read_cookie(struct span pair)
{
    const size_t equals = find(pair, '=');
    struct cookie cookie = {SPAN_NONE, SPAN_NONE};

    if (equals == pair.len)
        return cookie;
    cookie.name = part(pair, 0, equals);
    cookie.value = part(pair, equals + 1, pair.len);
    if (cookie.value.len > 1 && cookie.value.at[0] == '"' &&
        cookie.value.at[cookie.value.len - 1] == '"')
        cookie.value = part(cookie.value, 1, cookie.value.len - 1);
    return cookie;
}

/* All cookies of a header, the caller's to mem_free. */
static struct cookie *read_cookies(struct span header, size_t *count)
{
    struct cookie *cookies = mem_alloc((header.len + 1) * sizeof(*cookies));
    size_t from = 0;

    *count = 0;
    while (from < header.len) {
        const size_t to = from + find(part(header, from, header.len), ';');
        const struct cookie cookie = read_cookie(trim(part(header, from, to)));

        if (cookie.name.at != NULL)
            cookies[(*count)++] = cookie;
        from = to + 1;
    }
    return cookies;
}

/* Asks for 'name' and compares with the first of that name. */
static void check_asking(struct span header, const struct cookie *cookies,
                         size_t count, const char *name)
{
    const struct span got = cookie_get(header, name);

    for (size_t i = 0; i < count; i++) {
        if (span_is(cookies[i].name, name)) {
            MUST(got.at == cookies[i].value.at);
            MUST(got.len == cookies[i].value.len);
            return;
        }
    }
    MUST(got.at == NULL);
}

/* With another cookie before or behind, and blanks between, it is the same. */
static void check_among_others(struct span header, const char *name)
{
    const struct span expected = cookie_get(header, name);
    struct buf longer = {0};
    struct span got;

    buf_add_str(&longer, "another=one;\t ");
    buf_add_span(&longer, header);
    buf_add_str(&longer, " ; last=one");
    got = cookie_get(buf_span(&longer), name);
    MUST((got.at == NULL) == (expected.at == NULL));
    MUST(span_equal(got, expected));
    buf_fini(&longer);
}

void fuzz_one(struct span input)
{
    size_t count;
    struct cookie *cookies = read_cookies(input, &count);

    check_asking(input, cookies, count, "holdline_session");
    check_asking(input, cookies, count, "__Host-holdline_session");
    check_among_others(input, "holdline_session");
    for (size_t i = 0; i < count && i < 64; i++) {
        const struct span found = cookies[i].name;
        char *name = mem_copy(found.at, found.len);

        if (strlen(name) == found.len)
            check_asking(input, cookies, count, name);
        mem_free(name);
    }
    mem_free(cookies);
}
