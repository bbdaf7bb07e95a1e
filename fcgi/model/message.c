/* message.c -- the rules of a body, and how addresses in it are found.
 *
 * An address is only ever made into a link, never looked at or fetched, so what
 * it takes to be one is chosen for readers: it begins where a word begins, and
 * it ends where somebody who writes prose would say that it does. */
#include "model/message.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"

static struct span slice(struct span text, size_t from, size_t to)
{
    return (struct span){text.at + from, to - from};
}

static void add_with_line_feeds(struct buf *to, struct span text)
{
    size_t added = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] != '\r')
            continue;
        buf_add_span(to, slice(text, added, i));
        added = i + 1;
        if (added == text.len || text.at[added] != '\n')
            buf_add_char(to, '\n');
    }
    if (added < text.len)
        buf_add_span(to, slice(text, added, text.len));
}

static void trim(struct buf *text)
{
    const struct span inner = text_trim(buf_span(text));

    if (inner.len == text->len)
        return;
    memmove(text->data, inner.at, inner.len);
    text->len = 0;
    buf_terminate(text, inner.len);
}

enum body_result message_body_check(struct span raw, struct buf *clean)
{
    buf_clear(clean);
    if (!text_is_utf8(raw))
        return BODY_NOT_UTF8;
    add_with_line_feeds(clean, raw);
    if (text_has_control(buf_span(clean)))
        return BODY_CONTROL_CHARACTER;
    trim(clean);
    if (clean->len == 0)
        return BODY_EMPTY;
    if (clean->len > BODY_LEN_MAX ||
        text_chars(buf_span(clean)) > BODY_CHARS_MAX)
        return BODY_TOO_LONG;
    return BODY_OK;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) ||
           c == '_';
}

bool message_client_id_is_valid(struct span client_id)
{
    if (client_id.len < 1 || client_id.len > CLIENT_ID_MAX)
        return false;
    for (size_t i = 0; i < client_id.len; i++) {
        const char c = client_id.at[i];

        if (!is_word_char(c) && c != '.' && c != '-')
            return false;
    }
    return true;
}

static bool begins_with(struct span text, const char *prefix)
{
    const size_t len = strlen(prefix);

    return text.len >= len && strncasecmp(text.at, prefix, len) == 0;
}

/* Bytes of the scheme and its "//" that 'text' begins with, or 0. */
static size_t scheme_len(struct span text)
{
    static const char *const schemes[] = {"http://", "https://"};

    /* Nearly every byte of a message is not the beginning of one. */
    if (text.len == 0 || (text.at[0] | 0x20) != 'h')
        return 0;
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        if (begins_with(text, schemes[i]))
            return strlen(schemes[i]);
    }
    return 0;
}

/* What ends a sentence or a part of one, in ASCII, in type and in CJK's full
 * width. */
static bool is_stop(uint32_t c)
{
    switch (c) {
    case '.':
    case ',':
    case ';':
    case ':':
    case '!':
    case '?':
    case '\'':
    case '"':
    case 0x00BB: /* right double guillemet */
    case 0x2019: /* right single quotation mark */
    case 0x201D: /* right double quotation mark */
    case 0x2026: /* ellipsis */
    case 0x3001: /* ideographic comma */
    case 0x3002: /* ideographic full stop */
    case 0x300B: /* right double angle bracket */
    case 0x300D: /* right corner bracket */
    case 0x300F: /* right white corner bracket */
    case 0x3011: /* right black lenticular bracket */
    case 0xFF01: /* fullwidth ! */
    case 0xFF09: /* fullwidth ) */
    case 0xFF0C: /* fullwidth , */
    case 0xFF1A: /* fullwidth : */
    case 0xFF1B: /* fullwidth ; */
    case 0xFF1F: /* fullwidth ? */
        return true;
    default:
        return false;
    }
}

/* What no address has in it, wherever it stands. */
static bool is_end(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == '<' || c == '>' ||
           c == '"' || text_is_space(c);
}

static bool is_ipv6_char(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') ||
           c == ':' || c == '.';
}

/* "[::1]" */
static bool begins_with_ipv6(struct span text)
{
    size_t i = 1;

    if (text.len == 0 || text.at[0] != '[')
        return false;
    while (i < text.len && is_ipv6_char(text.at[i]))
        i++;
    return i > 2 && i < text.len && text.at[i] == ']';
}

static bool begins_with_host(struct span text)
{
    uint32_t first;

    if (text.len == 0)
        return false;
    if (is_word_char(text.at[0]) || begins_with_ipv6(text))
        return true;
    first = text_take_first(&text);
    return first >= 0x80 && !is_end(first) && !is_stop(first);
}

static struct span up_to_end(struct span text)
{
    struct span rest = text;
    size_t len = 0;

    while (rest.len > 0 && !is_end(text_take_first(&rest)))
        len = text.len - rest.len;
    return slice(text, 0, len);
}

/* How many more brackets are closed than opened. */
static long surplus(struct span text, char open, char close)
{
    long count = 0;

    for (size_t i = 0; i < text.len; i++)
        count += (text.at[i] == close) - (text.at[i] == open);
    return count;
}

/* The surplus is counted once and then down: counting again for each bracket
 * taken off would let 4 000 of them hold up everybody. */
static struct span without_stops(struct span address)
{
    long round = surplus(address, '(', ')');
    long square = surplus(address, '[', ']');
    long curly = surplus(address, '{', '}');

    for (struct span rest = address; rest.len > 0; address = rest) {
        const uint32_t last = text_take_last(&rest);

        if ((last == ')' && round-- > 0) || (last == ']' && square-- > 0) ||
            (last == '}' && curly-- > 0))
            continue;
        if (!is_stop(last))
            break;
    }
    return address;
}

/* Bytes of the address at 'i', 0 when there is none.  The host is looked at
 * first, so that what is read to its end is also taken, and the time is
 * linear.  Being neither a stop nor a bracket that is not balanced, the host
 * stays. */
static size_t address_len(struct span body, size_t i)
{
    const struct span text = slice(body, i, body.len);
    const size_t len = scheme_len(text);

    if (len == 0 || (i > 0 && is_word_char(body.at[i - 1])))
        return 0;
    if (!begins_with_host(slice(text, len, text.len)))
        return 0;
    return without_stops(up_to_end(text)).len;
}

static void add_link(struct buf *to, struct span address)
{
    buf_add_str(to, "<a href=\"");
    text_add_html(to, address);
    buf_add_str(to, "\" rel=\"nofollow ugc noopener noreferrer\""
                    " target=\"_blank\">");
    text_add_html(to, address);
    buf_add_str(to, "</a>");
}

void message_add_body_html(struct buf *to, struct span body)
{
    size_t added = 0;
    size_t i = 0;

    while (i < body.len) {
        const size_t len = address_len(body, i);

        if (len == 0 && body.at[i] != '\n') {
            i++;
            continue;
        }
        text_add_html(to, slice(body, added, i));
        if (len > 0)
            add_link(to, slice(body, i, i + len));
        else
            buf_add_str(to, "<br>");
        i += len > 0 ? len : 1;
        added = i;
    }
    if (added < body.len)
        text_add_html(to, slice(body, added, body.len));
}

/* --- the element of a message -------------------------------------------- */

/* <div class="message'class'" id="m5f0c-42" data-of="m5f0c-41"> */
static void begin_element(struct buf *to, const struct message *msg,
                          const char *class)
{
    char id[CURSOR_TEXT_SIZE];

    cursor_format(id, msg->id);
    buf_addf(to, "<div class=\"message%s\" id=\"m%s\"", class, id);
    if (msg->kind != MESSAGE_SAID) {
        cursor_format(id, msg->of);
        buf_addf(to, " data-of=\"m%s\"", id);
    }
}

static void add_author(struct buf *to, const struct message *msg)
{
    buf_add_str(to, "><b class=\"author\">");
    text_add_html(to, msg->author);
    buf_add_str(to, "</b>");
}

/* What is not said but to be known. */
static void add_mark(struct buf *to, const char *english, const char *chinese)
{
    buf_addf(to,
             " <small class=\"mark\">%s <span lang=\"zh-Hans\">%s</span>"
             "</small>",
             english, chinese);
}

static void add_body(struct buf *to, const struct message *msg)
{
    buf_add_str(to, " <span class=\"body\" dir=\"auto\">");
    message_add_body_html(to, msg->body);
    buf_add_str(to, "</span>");
}

static void add_said(struct buf *to, const struct message *msg)
{
    if (msg->deleted_at.at != NULL) {
        begin_element(to, msg, " deleted");
        add_author(to, msg);
        add_mark(to, "removed", "已删除");
        return;
    }
    begin_element(to, msg, "");
    add_author(to, msg);
    add_body(to, msg);
    if (msg->edited_at.at != NULL)
        add_mark(to, "edited", "已编辑");
}

/* Nothing is to be seen of one that a newer change has replaced. */
static void add_edit(struct buf *to, const struct message *msg)
{
    begin_element(to, msg, " edit");
    if (msg->deleted_at.at != NULL) {
        buf_add_str(to, " hidden>");
        return;
    }
    add_author(to, msg);
    add_mark(to, "changed", "改为");
    add_body(to, msg);
}

static void add_delete(struct buf *to, const struct message *msg)
{
    begin_element(to, msg, " delete");
    add_author(to, msg);
    add_mark(to, "removed a message", "删除了一条消息");
}

void message_add_html(struct buf *to, const struct message *msg)
{
    switch (msg->kind) {
    case MESSAGE_SAID:
        add_said(to, msg);
        break;
    case MESSAGE_EDIT:
        add_edit(to, msg);
        break;
    case MESSAGE_DELETE:
        add_delete(to, msg);
        break;
    }
    buf_add_str(to, "</div>");
}
