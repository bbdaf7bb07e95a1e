#include "oracle_html.h"

#include <string.h>
#include <strings.h>

#include "base/fatal.h"
#include "oracle_utf8.h"

/* --- the markup ---------------------------------------------------------- */

/* Takes 'word' off the front of 'rest' if it is there. */
static bool take(struct span *rest, const char *word)
{
    const size_t len = strlen(word);

    if (rest->len < len || memcmp(rest->at, word, len) != 0)
        return false;
    rest->at += len;
    rest->len -= len;
    return true;
}

/* Takes one character of a text, or returns false when none is there. */
static bool take_text_char(struct span *rest, char *c)
{
    static const struct {
        const char *reference;
        char means;
    } references[] = {
        {"&amp;", '&'},  {"&lt;", '<'},   {"&gt;", '>'},
        {"&quot;", '"'}, {"&#39;", '\''},
    };

    for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++) {
        if (take(rest, references[i].reference)) {
            *c = references[i].means;
            return true;
        }
    }
    if (rest->len == 0 || memchr("&<>\"'", *rest->at, 5) != NULL)
        return false;
    *c = *rest->at++;
    rest->len--;
    return true;
}

static void take_text(struct span *rest, struct buf *text)
{
    char c;

    while (take_text_char(rest, &c))
        buf_add_char(text, c);
}

static void see(struct seen_body *seen, char c, enum mark mark)
{
    buf_add_char(&seen->text, c);
    buf_add_char(&seen->marks, (char)mark);
}

/* Behind "<a href=\"". */
static void take_link(struct span *rest, struct seen_body *seen)
{
    struct buf href = {0};
    struct buf text = {0};

    take_text(rest, &href);
    MUST(take(rest, "\" rel=\"nofollow ugc noopener noreferrer\""
                    " target=\"_blank\">"));
    take_text(rest, &text);
    MUST(take(rest, "</a>"));
    /* Nobody is sent elsewhere than what he reads says. */
    MUST(span_equal(buf_span(&href), buf_span(&text)));
    MUST(text.len > 0);
    for (size_t i = 0; i < text.len; i++)
        see(seen, text.data[i], i == 0 ? MARK_LINK_BEGINS : MARK_LINK);
    buf_fini(&href);
    buf_fini(&text);
}

/* Takes as much of a body as there is. */
static void take_body(struct span *rest, struct seen_body *seen)
{
    char c;

    for (;;) {
        if (take(rest, "<br>")) {
            see(seen, '\n', MARK_PLAIN);
        } else if (take(rest, "<a href=\"")) {
            take_link(rest, seen);
        } else if (take_text_char(rest, &c)) {
            MUST(c != '\n');
            see(seen, c, MARK_PLAIN);
        } else {
            return;
        }
    }
}

void oracle_read_body(struct seen_body *seen, struct span html)
{
    take_body(&html, seen);
    MUST(html.len == 0);
}

/* What is not said; there is one at most. */
static void take_mark(struct span *rest, struct buf *english)
{
    struct buf chinese = {0};

    if (!take(rest, " <small class=\"mark\">"))
        return;
    MUST(english->len == 0);
    take_text(rest, english);
    MUST(take(rest, "<span lang=\"zh-Hans\">"));
    take_text(rest, &chinese);
    MUST(chinese.len > 0);
    MUST(take(rest, "</span></small>"));
    buf_fini(&chinese);
}

static void take_shown(struct span *rest, struct seen_message *seen)
{
    MUST(take(rest, "><b class=\"author\">"));
    take_text(rest, &seen->author);
    MUST(take(rest, "</b>"));
    take_mark(rest, &seen->mark);
    seen->has_body = take(rest, " <span class=\"body\" dir=\"auto\">");
    if (!seen->has_body)
        return;
    take_body(rest, &seen->body);
    MUST(take(rest, "</span>"));
    take_mark(rest, &seen->mark);
}

void oracle_read_message(struct seen_message *seen, struct span html)
{
    MUST(take(&html, "<div class=\"message"));
    take_text(&html, &seen->class);
    MUST(take(&html, "\" id=\"m"));
    take_text(&html, &seen->id);
    MUST(take(&html, "\""));
    if (take(&html, " data-of=\"m")) {
        take_text(&html, &seen->of);
        MUST(take(&html, "\""));
    }
    seen->is_hidden = take(&html, " hidden>");
    if (!seen->is_hidden)
        take_shown(&html, seen);
    MUST(take(&html, "</div>"));
    MUST(html.len == 0);
}

void seen_message_fini(struct seen_message *seen)
{
    buf_fini(&seen->class);
    buf_fini(&seen->id);
    buf_fini(&seen->of);
    buf_fini(&seen->author);
    buf_fini(&seen->mark);
    seen_body_fini(&seen->body);
}

void seen_body_fini(struct seen_body *seen)
{
    buf_fini(&seen->text);
    buf_fini(&seen->marks);
}

/* --- the links ----------------------------------------------------------- */

/* Those of www/js/linkify.js: both are to find the same addresses. */
#define STOPS ".,;:!?'\"»’”…、。》」』】！），：；？"

/* A body by characters. */
struct text {
    struct points points;
    struct buf marks; /* an enum mark for each character */
};

static void text_init(struct text *text, const struct seen_body *seen)
{
    const char *bytes = buf_span(&seen->text).at;

    *text = (struct text){0};
    MUST(points_read(&text->points, buf_span(&seen->text)));
    for (size_t i = 0; i < seen->text.len; i++) {
        if (((unsigned char)bytes[i] & 0xC0) != 0x80)
            buf_add_char(&text->marks, seen->marks.data[i]);
        else /* no link begins inside a character */
            MUST(seen->marks.data[i] != MARK_LINK_BEGINS);
    }
    MUST(text->marks.len == text->points.count);
}

static void text_fini(struct text *text)
{
    points_fini(&text->points);
    buf_fini(&text->marks);
}

/* The character at 'i', or 0, which is in no address, where there is none. */
static uint32_t at(const struct text *text, size_t i)
{
    return i < text->points.count ? text->points.at[i] : 0;
}

static enum mark mark_at(const struct text *text, size_t i)
{
    return i < text->marks.len ? (enum mark)text->marks.data[i] : MARK_PLAIN;
}

static bool is_stop(uint32_t point)
{
    static struct points stops;

    if (stops.at == NULL)
        MUST(points_read(&stops, span_of(STOPS)));
    for (size_t i = 0; i < stops.count; i++) {
        if (stops.at[i] == point)
            return true;
    }
    return false;
}

/* White space, controls, and what RFC 3986 has as delimiters around one. */
static bool is_end(uint32_t point)
{
    return point_is_control(point) || point_is_space(point) || point == '<' ||
           point == '>' || point == '"';
}

static bool is_ascii_in(uint32_t point, const char *set)
{
    return point > 0 && point < 0x80 && strchr(set, (int)point) != NULL;
}

static bool is_word(uint32_t point)
{
    return is_ascii_in(point, "abcdefghijklmnopqrstuvwxyz"
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
}

/* Characters of the scheme at 'i', or 0. */
static size_t scheme_len(const struct text *text, size_t i)
{
    char word[sizeof("https://")] = "";

    for (size_t k = 0; k < sizeof(word) - 1; k++)
        word[k] = (char)(at(text, i + k) < 0x80 ? at(text, i + k) : 0);
    if (strncasecmp(word, "https://", 8) == 0)
        return 8;
    return strncasecmp(word, "http://", 7) == 0 ? 7 : 0;
}

/* "[::]" is the shortest. */
static bool is_ipv6(const struct text *text, size_t i)
{
    size_t len = 0;

    while (is_ascii_in(at(text, i + 1 + len), "0123456789abcdefABCDEF:."))
        len++;
    return at(text, i) == '[' && len >= 2 && at(text, i + 1 + len) == ']';
}

static bool host_begins(const struct text *text, size_t i)
{
    const uint32_t first = at(text, i);

    return is_word(first) || is_ipv6(text, i) ||
           (first >= 0x80 && !is_end(first) && !is_stop(first));
}

static bool address_begins(const struct text *text, size_t i)
{
    const size_t len = scheme_len(text, i);

    return len > 0 && (i == 0 || !is_word(at(text, i - 1))) &&
           host_begins(text, i + len);
}

/* How many more brackets are closed than opened between the two. */
static long surplus(const struct text *text, size_t from, size_t to,
                    const char *brackets)
{
    long count = 0;

    for (size_t i = from; i < to; i++)
        count += (at(text, i) == (uint32_t)brackets[1]) -
                 (at(text, i) == (uint32_t)brackets[0]);
    return count;
}

/* Of what nothing but the end is doubtful: it neither has a stop or a bracket
 * too many, nor was one taken that belongs to it. */
static void check_end(const struct text *text, size_t from, size_t to)
{
    static const char *const brackets[] = {"()", "[]", "{}"};
    size_t end = to;

    MUST(!is_stop(at(text, to - 1)));
    while (!is_end(at(text, end)))
        end++;
    for (size_t i = to; i < end; i++)
        MUST(is_stop(at(text, i)) || is_ascii_in(at(text, i), ")]}"));
    for (size_t k = 0; k < sizeof(brackets) / sizeof(brackets[0]); k++) {
        const long in_link = surplus(text, from, to, brackets[k]);

        if (at(text, to - 1) == (uint32_t)brackets[k][1])
            MUST(in_link <= 0);
        if (surplus(text, to, end, brackets[k]) > 0)
            MUST(in_link >= 0);
    }
}

/* Checks the link at 'from' and returns where it ends. */
static size_t check_link(const struct text *text, size_t from)
{
    size_t to = from + 1;

    MUST(mark_at(text, from) == MARK_LINK_BEGINS);
    MUST(address_begins(text, from));
    while (mark_at(text, to) == MARK_LINK)
        to++;
    MUST(to > from + scheme_len(text, from));
    for (size_t i = from; i < to; i++)
        MUST(!is_end(at(text, i)));
    check_end(text, from, to);
    return to;
}

void oracle_check_links(const struct seen_body *seen)
{
    struct text text;
    size_t i = 0;

    text_init(&text, seen);
    while (i < text.points.count) {
        if (mark_at(&text, i) == MARK_PLAIN) {
            MUST(!address_begins(&text, i));
            i++;
        } else {
            i = check_link(&text, i);
        }
    }
    text_fini(&text);
}
