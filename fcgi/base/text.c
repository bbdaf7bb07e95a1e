#include "base/text.h"

#include <string.h>

#define HIGH_BITS UINT64_C(0x8080808080808080)

static unsigned char byte_at(struct span text, size_t i)
{
    return (unsigned char)text.at[i];
}

static struct span from(struct span text, size_t i)
{
    return (struct span){text.at + i, text.len - i};
}

static bool is_between(uint32_t n, uint32_t low, uint32_t high)
{
    return low <= n && n <= high;
}

static bool is_continuation(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

/* How many ASCII characters there are from 'i' on, in steps of eight: most of
 * what is written is ASCII, or long runs of it. */
static size_t ascii_run(struct span text, size_t i)
{
    const size_t start = i;
    uint64_t eight;

    for (; text.len - i >= sizeof eight; i += sizeof eight) {
        memcpy(&eight, text.at + i, sizeof eight);
        if ((eight & HIGH_BITS) != 0)
            break;
    }
    return i - start;
}

/* Bytes of the character that begins with 'lead', 0 when none does.  C0, C1
 * and F5 to FF begin only overlong forms and what lies above U+10FFFF. */
static size_t char_len(unsigned char lead)
{
    if (lead < 0x80)
        return 1;
    if (is_between(lead, 0xC2, 0xDF))
        return 2;
    if (is_between(lead, 0xE0, 0xEF))
        return 3;
    if (is_between(lead, 0xF0, 0xF4))
        return 4;
    return 0;
}

/* After four leads the second byte has less freedom than a continuation:
 * overlong forms (E0, F0), surrogates (ED) and what lies above U+10FFFF (F4)
 * are all told by it. */
static bool is_second(unsigned char lead, unsigned char second)
{
    switch (lead) {
    case 0xE0:
        return is_between(second, 0xA0, 0xBF);
    case 0xED:
        return is_between(second, 0x80, 0x9F);
    case 0xF0:
        return is_between(second, 0x90, 0xBF);
    case 0xF4:
        return is_between(second, 0x80, 0x8F);
    default:
        return is_continuation(second);
    }
}

/* Bytes of the well-formed character at 'i', 0 when there is none. */
static size_t well_formed_len(struct span text, size_t i)
{
    const unsigned char lead = byte_at(text, i);
    const size_t len = char_len(lead);

    if (len > text.len - i)
        return 0;
    if (len > 1 && !is_second(lead, byte_at(text, i + 1)))
        return 0;
    for (size_t k = 2; k < len; k++) {
        if (!is_continuation(byte_at(text, i + k)))
            return 0;
    }
    return len;
}

bool text_is_utf8(struct span text)
{
    size_t len;

    for (size_t i = 0; i < text.len; i += len) {
        len = ascii_run(text, i);
        if (len == 0)
            len = well_formed_len(text, i);
        if (len == 0)
            return false;
    }
    return true;
}

size_t text_chars(struct span text)
{
    size_t chars = 0;

    for (size_t i = 0; i < text.len; i++)
        chars += !is_continuation(byte_at(text, i));
    return chars;
}

bool text_has_control(struct span text)
{
    unsigned char before = 0;

    for (size_t i = 0; i < text.len; i++) {
        const unsigned char byte = byte_at(text, i);

        if ((byte < 0x20 && byte != '\t' && byte != '\n') || byte == 0x7F)
            return true;
        /* U+0080 to U+009F */
        if (before == 0xC2 && byte < 0xA0)
            return true;
        before = byte;
    }
    return false;
}

/* The code point that all bytes of 'one' make. */
static uint32_t decode(struct span one)
{
    static const unsigned char lead_bits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t character = byte_at(one, 0) & lead_bits[one.len];

    for (size_t i = 1; i < one.len; i++)
        character = character << 6 | (byte_at(one, i) & 0x3F);
    return character;
}

uint32_t text_take_first(struct span *text)
{
    struct span one = {text->at, char_len(byte_at(*text, 0))};

    if (one.len == 0)
        one.len = 1;
    if (one.len > text->len)
        one.len = text->len;
    *text = from(*text, one.len);
    return decode(one);
}

uint32_t text_take_last(struct span *text)
{
    struct span one = {NULL, 1};

    while (one.len < 4 && one.len < text->len &&
           is_continuation(byte_at(*text, text->len - one.len)))
        one.len++;
    text->len -= one.len;
    one.at = text->at + text->len;
    return decode(one);
}

bool text_is_space(uint32_t character)
{
    switch (character) {
    case ' ':
    case 0x0085:
    case 0x00A0:
    case 0x1680:
    case 0x2028:
    case 0x2029:
    case 0x202F:
    case 0x205F:
    case 0x2060:
    case 0x3000:
    case 0xFEFF:
        return true;
    default:
        return is_between(character, '\t', '\r') ||
               is_between(character, 0x2000, 0x200B);
    }
}

struct span text_trim(struct span text)
{
    struct span shorter;

    for (shorter = text; shorter.len > 0; text = shorter) {
        if (!text_is_space(text_take_first(&shorter)))
            break;
    }
    for (shorter = text; shorter.len > 0; text = shorter) {
        if (!text_is_space(text_take_last(&shorter)))
            break;
    }
    return text;
}

static const char *html_reference(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void text_add_html(struct buf *to, struct span text)
{
    size_t added = 0;

    for (size_t i = 0; i < text.len; i++) {
        const char *reference = html_reference(text.at[i]);

        if (reference == NULL)
            continue;
        buf_add(to, text.at + added, i - added);
        buf_add_str(to, reference);
        added = i + 1;
    }
    if (added < text.len)
        buf_add_span(to, from(text, added));
}

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
           c == '~';
}

static void add_hex(struct buf *to, unsigned char byte, const char *digits)
{
    buf_add_char(to, digits[byte >> 4]);
    buf_add_char(to, digits[byte & 0xF]);
}

void text_add_percent(struct buf *to, struct span text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (is_unreserved(text.at[i])) {
            buf_add_char(to, text.at[i]);
        } else {
            buf_add_char(to, '%');
            add_hex(to, byte_at(text, i), "0123456789ABCDEF");
        }
    }
}

static void add_log_char(struct buf *to, char c)
{
    if (c == '"' || c == '\\') {
        buf_add_char(to, '\\');
        buf_add_char(to, c);
    } else if (c == '\n') {
        buf_add_str(to, "\\n");
    } else if (c >= ' ' && c <= '~') {
        buf_add_char(to, c);
    } else {
        buf_add_str(to, "\\x");
        add_hex(to, (unsigned char)c, "0123456789abcdef");
    }
}

void text_add_log(struct buf *to, struct span text, size_t max_len)
{
    if (text.len > max_len)
        text.len = max_len;
    buf_add_char(to, '"');
    for (size_t i = 0; i < text.len; i++)
        add_log_char(to, text.at[i]);
    buf_add_char(to, '"');
}
