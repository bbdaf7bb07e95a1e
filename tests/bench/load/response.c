#include "load/response.h"

#include <string.h>
#include <strings.h>

#define HEAD_MAX  16384
#define CHUNK_MAX (1ULL << 40)

void response_clear(struct response *response)
{
    response->state = RESPONSE_HEAD;
    response->status = 0;
    response->is_last = false;
    response->left = 0;
    response->line_len = 0;
    buf_clear(&response->head);
    buf_clear(&response->body);
}

void response_fini(struct response *response)
{
    buf_fini(&response->head);
    buf_fini(&response->body);
}

static void cut(struct buf *buf, size_t len)
{
    buf->len = len;
    buf->data[len] = '\0';
}

struct span response_field(const struct response *response, const char *name)
{
    const size_t name_len = strlen(name);
    const char *line = response->head.data;

    while (line != NULL && (line = strstr(line, "\r\n")) != NULL) {
        line += 2;
        if (strncasecmp(line, name, name_len) == 0 && line[name_len] == ':') {
            const char *value = line + name_len + 1;

            value += strspn(value, " \t");
            return (struct span){value, strcspn(value, "\r")};
        }
    }
    return SPAN_NONE;
}

static bool field_says(const struct response *response, const char *name,
                       const char *value)
{
    const struct span field = response_field(response, name);

    return field.len == strlen(value) &&
           strncasecmp(field.at, value, field.len) == 0;
}

/* False when 's' is no number. */
static bool number_of(struct span s, uint64_t *number)
{
    *number = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] < '0' || s.at[i] > '9' || *number > CHUNK_MAX)
            return false;
        *number = *number * 10 + (uint64_t)(s.at[i] - '0');
    }
    return s.len > 0;
}

/* What follows a head that is whole. */
static enum response_state state_after_head(struct response *response)
{
    const char *head = response->head.data;
    const struct span length = response_field(response, "Content-Length");
    uint64_t status;

    if (response->head.len < 12 || memcmp(head, "HTTP/1.", 7) != 0 ||
        !number_of((struct span){head + 9, 3}, &status))
        return RESPONSE_BROKEN;
    response->status = (unsigned)status;
    response->is_last = field_says(response, "Connection", "close");
    if (status == 204 || status == 304)
        return RESPONSE_WHOLE;
    if (field_says(response, "Transfer-Encoding", "chunked"))
        return RESPONSE_CHUNK_SIZE;
    if (status == 101 || length.at == NULL) {
        response->is_last = true;
        return RESPONSE_UNTIL_CLOSE;
    }
    if (!number_of(length, &response->left))
        return RESPONSE_BROKEN;
    return response->left > 0 ? RESPONSE_LENGTH : RESPONSE_WHOLE;
}

/* Each of these takes what it can of 'data' in its state, sets the next one and
 * returns how much it took. */

static size_t feed_head(struct response *response, const char *data, size_t len)
{
    struct buf *head = &response->head;
    const size_t before = head->len;
    const size_t from = before > 3 ? before - 3 : 0;
    const size_t most = len < HEAD_MAX ? len : HEAD_MAX;
    const char *end;

    buf_add(head, data, most);
    end = memmem(head->data + from, head->len - from, "\r\n\r\n", 4);
    if (end == NULL) {
        if (head->len > HEAD_MAX)
            response->state = RESPONSE_BROKEN;
        return most;
    }
    cut(head, (size_t)(end - head->data) + 2);
    response->state = state_after_head(response);
    return head->len + 2 - before;
}

/* LENGTH and CHUNK_DATA. */
static size_t feed_counted(struct response *response, const char *data,
                           size_t len)
{
    const size_t taken = len < response->left ? len : (size_t)response->left;

    buf_add(&response->body, data, taken);
    response->left -= taken;
    if (response->left == 0)
        response->state = response->state == RESPONSE_LENGTH
                              ? RESPONSE_WHOLE
                              : RESPONSE_CHUNK_END;
    return taken;
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static size_t feed_chunk_size(struct response *response, char c)
{
    const int digit = digit_of(c);

    if (c == '\n')
        response->state =
            response->left > 0 ? RESPONSE_CHUNK_DATA : RESPONSE_TRAILER;
    else if (digit >= 0 && response->left < CHUNK_MAX)
        response->left = response->left * 16 + (uint64_t)digit;
    else if (c != '\r') /* nginx and Tornado send no chunk extensions */
        response->state = RESPONSE_BROKEN;
    return 1;
}

static size_t feed_chunk_end(struct response *response, char c)
{
    if (c == '\n')
        response->state = RESPONSE_CHUNK_SIZE;
    else if (c != '\r')
        response->state = RESPONSE_BROKEN;
    return 1;
}

/* Lines up to an empty one. */
static size_t feed_trailer(struct response *response, char c)
{
    if (c == '\n') {
        if (response->line_len == 0)
            response->state = RESPONSE_WHOLE;
        response->line_len = 0;
    } else if (c != '\r') {
        response->line_len++;
    }
    return 1;
}

size_t response_feed(struct response *response, const char *data, size_t len)
{
    size_t at = 0;

    while (at < len) {
        switch (response->state) {
        case RESPONSE_HEAD:
            at += feed_head(response, data + at, len - at);
            break;
        case RESPONSE_LENGTH:
        case RESPONSE_CHUNK_DATA:
            at += feed_counted(response, data + at, len - at);
            break;
        case RESPONSE_CHUNK_SIZE:
            at += feed_chunk_size(response, data[at]);
            break;
        case RESPONSE_CHUNK_END:
            at += feed_chunk_end(response, data[at]);
            break;
        case RESPONSE_TRAILER:
            at += feed_trailer(response, data[at]);
            break;
        case RESPONSE_UNTIL_CLOSE:
            buf_add(&response->body, data + at, len - at);
            return len;
        case RESPONSE_WHOLE:
        case RESPONSE_BROKEN:
            return at;
        }
    }
    return at;
}

void response_end(struct response *response)
{
    if (response->state == RESPONSE_UNTIL_CLOSE)
        response->state = RESPONSE_WHOLE;
    else if (response->state != RESPONSE_WHOLE)
        response->state = RESPONSE_BROKEN;
}

void response_take(struct response *response, size_t len)
{
    struct buf *body = &response->body;

    if (len == 0)
        return;
    memmove(body->data, body->data + len, body->len - len);
    cut(body, body->len - len);
}
