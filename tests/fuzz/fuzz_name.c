/* fuzz_name.c -- what somebody wants to be called.  What is allowed keeps the
 * promises of services/names.h, whatever the tables of Unicode say: it reads the
 * same when it is read again, in any case, and holds nothing that would not be
 * seen. */
#include "fuzz.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "io/unicode.h"
#include "oracle_utf8.h"
#include "services/names.h"

/* The borders of what is seen, said once more by ranges. */
static bool is_unseen(uint32_t point)
{
    return point_is_control(point) || point == 0x00AD || point == 0x034F ||
           point == 0x061C || (point >= 0x180B && point <= 0x180F) ||
           (point >= 0x200B && point <= 0x200F) ||
           (point >= 0x2028 && point <= 0x202E) ||
           (point >= 0x2060 && point <= 0x206F) || point == 0x3164 ||
           (point >= 0xE000 && point <= 0xF8FF) ||
           (point >= 0xFE00 && point <= 0xFE0F) || point == 0xFEFF ||
           point == 0xFFA0 || (point >= 0xFFF0 && point <= 0xFFFF) ||
           point >= 0xE0000;
}

static bool has(const struct points *points, uint32_t from, uint32_t to)
{
    for (size_t i = 0; i < points->count; i++) {
        if (points->at[i] >= from && points->at[i] <= to)
            return true;
    }
    return false;
}

/* Of the name as it is shown. */
static void check_points(const struct points *points)
{
    const uint32_t *at = points->at;

    MUST(points->count >= NAME_CHARS_MIN && points->count <= NAME_CHARS_MAX);
    for (size_t i = 0; i < points->count; i++) {
        MUST(!is_unseen(at[i]));
        MUST(at[i] == ' ' || !point_is_space(at[i]));
        /* What would end a key of Redis, or mean something in HTML. */
        MUST(at[i] > 127 || strchr(":{}<>&\"/\\;%@", (int)at[i]) == NULL);
        MUST(at[i] != ' ' || (i > 0 && i + 1 < points->count));
        MUST(at[i] != ' ' || at[i + 1] != ' ');
    }
    /* Letters of Latin, and of those that look like it. */
    MUST(!(has(points, 'A', 'Z') || has(points, 'a', 'z')) ||
         !(has(points, 0x0391, 0x03C9) || has(points, 0x0400, 0x0481) ||
           has(points, 0x0531, 0x0587)));
    MUST(!has(points, 0x0391, 0x03C9) || !has(points, 0x0400, 0x0481));
}

/* Not only the bytes: the same person, found by the same key. */
static void check_again(const struct name *name, struct span typed)
{
    struct name again;

    MUST(names_read(typed, &again) == NAME_OK);
    MUST(strcmp(again.key, name->key) == 0);
}

static void check_name(const struct name *name)
{
    struct points points;
    struct name again;

    MUST(points_read(&points, span_of(name->shown)));
    check_points(&points);
    points_fini(&points);
    MUST(text_is_utf8(span_of(name->key)));
    MUST(text_is_utf8(span_of(name->look)));
    MUST(name->key[0] != '\0' && name->look[0] != '\0');
    check_again(name, span_of(name->shown));
    MUST(names_read(span_of(name->shown), &again) == NAME_OK);
    MUST(strcmp(again.shown, name->shown) == 0);
    MUST(strcmp(again.look, name->look) == 0);
}

/* Upper case of ASCII, which every table agrees upon. */
static void check_in_capitals(const struct name *name)
{
    char capitals[NAME_SIZE];

    snprintf(capitals, sizeof(capitals), "%s", name->shown);
    for (size_t i = 0; capitals[i] != '\0'; i++) {
        if (capitals[i] >= 'a' && capitals[i] <= 'z')
            capitals[i] = (char)(capitals[i] - 'a' + 'A');
    }
    check_again(name, span_of(capitals));
}

void fuzz_one(struct span input)
{
    struct points points;
    struct name name;
    const bool is_utf8 = points_read(&points, input);
    const enum name_result result = names_read(input, &name);

    if (is_utf8)
        points_fini(&points);
    MUST(is_utf8 == (result != NAME_NOT_UTF8));
    if (result != NAME_OK)
        return;
    check_name(&name);
    check_in_capitals(&name);
}
