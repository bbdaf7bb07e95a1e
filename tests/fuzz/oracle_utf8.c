#include "oracle_utf8.h"

#include <iconv.h>
#include <string.h>

#include "base/fatal.h"
#include "base/mem.h"

static iconv_t utf8_to_utf32(void)
{
    static iconv_t converter;

    if (converter == NULL)
        converter = iconv_open("UTF-32LE", "UTF-8");
    MUST(converter != (iconv_t)-1);
    /* Back to the beginning, if the last text was cut off. */
    iconv(converter, NULL, NULL, NULL, NULL);
    return converter;
}

bool points_read(struct points *points, struct span text)
{
    const size_t size = text.len * sizeof(uint32_t);
    char *const copy =
        mem_copy(text.at, text.len); /* as iconv writes no const */
    char *in = copy;
    size_t in_left = text.len;
    char *out = mem_alloc(size);
    size_t out_left = size;

    points->at = (uint32_t *)(void *)out;
    if (iconv(utf8_to_utf32(), &in, &in_left, &out, &out_left) == (size_t)-1) {
        points_fini(points);
        mem_free(copy);
        return false;
    }
    points->count = (size - out_left) / sizeof(uint32_t);
    mem_free(copy);
    return true;
}

void points_fini(struct points *points)
{
    mem_free(points->at);
    *points = (struct points){0};
}

bool points_equal(const struct points *a, const struct points *b)
{
    return a->count == b->count &&
           memcmp(a->at, b->at, a->count * sizeof(uint32_t)) == 0;
}

bool point_is_space(uint32_t point)
{
    static const uint32_t spaces[] = {
        0x0009, 0x000A, 0x000B, 0x000C, 0x000D, 0x0020, 0x0085, 0x00A0, 0x1680,
        0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008,
        0x2009, 0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000,
        /* not white, but invisible */
        0x200B, 0x2060, 0xFEFF};

    for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++) {
        if (point == spaces[i])
            return true;
    }
    return false;
}

bool point_is_control(uint32_t point)
{
    return point < 0x20 || (point >= 0x7F && point < 0xA0);
}
