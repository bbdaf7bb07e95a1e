#include "io/fastcgi_records.h"

#include <string.h>

/* Section 8 of the specification. */
enum {
    VERSION = 1,
    BEGIN_REQUEST = 1,
    END_REQUEST = 3,
    PARAMS = 4,
    STDIN = 5,
    STDOUT = 6,
    ROLE_RESPONDER = 1,
    FLAG_KEEP_CONN = 1,
};

#define HEADER_LEN 8
#define BEGIN_LEN  8
#define END_LEN    8
/* The most that one record carries, less what would need padding to 8. */
#define RECORD_BODY_MAX 65528
/* Room for the pairs of a request: what libfcgi grows its table by is 30, and
 * more than a few dozen are never sent by a web server of ours. */
#define PARAM_PAIRS_MAX 512

/* --- reading ------------------------------------------------------------- */

struct record {
    uint8_t type;
    uint16_t request_id;
    const uint8_t *body;
    size_t body_len;
    size_t padding_len;
};

static uint16_t read_u16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

/* libfcgi does not skip the padding of these: it takes it for the next record.
 * No web server pads them. */
static bool has_bad_padding(const struct record *r)
{
    return r->padding_len > 0 && (r->type == BEGIN_REQUEST || r->body_len == 0);
}

/* The stages of one request on the wire. */
enum stage { WANT_BEGIN, WANT_PARAMS, WANT_STDIN, DONE };

struct walk {
    enum stage stage;
    struct fastcgi_begin begin;
    size_t body_len;
    /* The name-value pairs may be cut anywhere by record borders, so they are
     * followed as a stream. */
    size_t params_len;
    size_t pairs;
    uint8_t length_bytes[8]; /* the two lengths of a pair, as far as come */
    size_t length_have;
    size_t pair_left; /* bytes of name and value still to come */
};

/* How many bytes the length that begins with 'first' takes (section 3.4). */
static size_t length_size(uint8_t first)
{
    return first & 0x80 ? 4 : 1;
}

static size_t read_length(const uint8_t *at)
{
    if (length_size(at[0]) == 1)
        return at[0];
    return (size_t)(at[0] & 0x7f) << 24 | (size_t)at[1] << 16 |
           (size_t)at[2] << 8 | at[3];
}

/* With all bytes of both lengths at hand: true, and starts the pair. */
static bool lengths_are_whole(struct walk *walk, bool *is_valid)
{
    size_t name_size;
    size_t name_len;
    size_t value_len;

    if (walk->length_have < 1)
        return false;
    name_size = length_size(walk->length_bytes[0]);
    if (walk->length_have < name_size + 1)
        return false;
    if (walk->length_have <
        name_size + length_size(walk->length_bytes[name_size]))
        return false;
    name_len = read_length(walk->length_bytes);
    value_len = read_length(walk->length_bytes + name_size);
    walk->pairs++;
    *is_valid = name_len > 0 && name_len <= FASTCGI_PARAMS_MAX &&
                value_len <= FASTCGI_PARAMS_MAX &&
                walk->pairs <= PARAM_PAIRS_MAX;
    walk->pair_left = name_len + value_len;
    walk->length_have = 0;
    return true;
}

static bool walk_params(struct walk *walk, const uint8_t *at, size_t len)
{
    bool is_valid = true;

    walk->params_len += len;
    if (walk->params_len > FASTCGI_PARAMS_MAX)
        return false;
    while (len > 0 && is_valid) {
        size_t skip = walk->pair_left < len ? walk->pair_left : len;

        walk->pair_left -= skip;
        at += skip;
        len -= skip;
        if (len > 0) {
            walk->length_bytes[walk->length_have++] = *at++;
            len--;
            lengths_are_whole(walk, &is_valid);
        }
    }
    return is_valid;
}

static bool walk_begin(struct walk *walk, const struct record *r)
{
    if (r->type != BEGIN_REQUEST || r->body_len != BEGIN_LEN ||
        r->request_id == 0 || read_u16(r->body) != ROLE_RESPONDER)
        return false;
    walk->begin.request_id = r->request_id;
    walk->begin.keep_connection = r->body[2] & FLAG_KEEP_CONN;
    walk->stage = WANT_PARAMS;
    return true;
}

static bool walk_record(struct walk *walk, const struct record *r)
{
    if (has_bad_padding(r))
        return false;
    if (walk->stage == WANT_BEGIN)
        return walk_begin(walk, r);
    if (r->request_id != walk->begin.request_id)
        return false;
    if (walk->stage == WANT_PARAMS) {
        if (r->type != PARAMS)
            return false;
        if (r->body_len > 0)
            return walk_params(walk, r->body, r->body_len);
        walk->stage = WANT_STDIN;
        /* The stream must not end inside a pair. */
        return walk->pair_left == 0 && walk->length_have == 0;
    }
    if (walk->stage != WANT_STDIN || r->type != STDIN)
        return false;
    walk->body_len += r->body_len;
    if (r->body_len == 0)
        walk->stage = DONE;
    return walk->body_len <= FASTCGI_BODY_MAX;
}

static bool is_plausible_header(const uint8_t *at)
{
    return at[0] == VERSION &&
           (at[1] == BEGIN_REQUEST || at[1] == PARAMS || at[1] == STDIN);
}

enum fastcgi_walk fastcgi_walk(const uint8_t *data, size_t len,
                               struct fastcgi_begin *begin)
{
    struct walk walk = {.stage = WANT_BEGIN};
    size_t at = 0;

    while (at < len) {
        const uint8_t *head = data + at;
        size_t left = len - at;
        struct record r;

        /* Nothing may follow the end, and what begins wrong is refused before
         * the rest of it has come. */
        if (walk.stage == DONE || head[0] != VERSION)
            return FASTCGI_INVALID;
        if (left < HEADER_LEN)
            break;
        if (!is_plausible_header(head))
            return FASTCGI_INVALID;
        r.type = head[1];
        r.request_id = read_u16(head + 2);
        r.body = head + HEADER_LEN;
        r.body_len = read_u16(head + 4);
        r.padding_len = head[6];
        if (left < HEADER_LEN + r.body_len + r.padding_len)
            break;
        if (!walk_record(&walk, &r))
            return FASTCGI_INVALID;
        at += HEADER_LEN + r.body_len + r.padding_len;
    }
    if (walk.stage == DONE) {
        *begin = walk.begin;
        return FASTCGI_WHOLE;
    }
    return len >= FASTCGI_REQUEST_MAX ? FASTCGI_INVALID : FASTCGI_INCOMPLETE;
}

/* --- writing ------------------------------------------------------------- */

static uint8_t *put_header(uint8_t *to, uint8_t type, uint16_t request_id,
                           size_t body_len, size_t padding)
{
    to[0] = VERSION;
    to[1] = type;
    to[2] = (uint8_t)(request_id >> 8);
    to[3] = (uint8_t)request_id;
    to[4] = (uint8_t)(body_len >> 8);
    to[5] = (uint8_t)body_len;
    to[6] = (uint8_t)padding;
    to[7] = 0;
    return to + HEADER_LEN;
}

/* To a multiple of eight, as section 3.3 recommends. */
static size_t padding_of(size_t len)
{
    return (8 - len % 8) % 8;
}

size_t fastcgi_chunk_len(size_t len)
{
    const size_t full = len / RECORD_BODY_MAX;
    const size_t rest = len % RECORD_BODY_MAX;
    size_t all = full * (HEADER_LEN + RECORD_BODY_MAX);

    if (rest > 0)
        all += HEADER_LEN + rest + padding_of(rest);
    return all;
}

size_t fastcgi_reply_len(size_t len)
{
    return fastcgi_chunk_len(len) + HEADER_LEN + HEADER_LEN + END_LEN;
}

/* Takes up to 'len' bytes off the front of a span. */
static struct span take(struct span *from, size_t len)
{
    struct span taken = {from->at, len < from->len ? len : from->len};

    from->at += taken.len;
    from->len -= taken.len;
    return taken;
}

static uint8_t *put(uint8_t *to, struct span bytes)
{
    if (bytes.len > 0)
        memcpy(to, bytes.at, bytes.len);
    return to + bytes.len;
}

/* Returns where the next record goes. */
static uint8_t *put_stdout(uint8_t *to, uint16_t request_id, struct span head,
                           struct span body)
{
    while (head.len + body.len > 0) {
        struct span first = take(&head, RECORD_BODY_MAX);
        struct span second = take(&body, RECORD_BODY_MAX - first.len);
        size_t len = first.len + second.len;

        to = put_header(to, STDOUT, request_id, len, padding_of(len));
        to = put(put(to, first), second);
        memset(to, 0, padding_of(len));
        to += padding_of(len);
    }
    return to;
}

void fastcgi_put_chunk(uint8_t *to, uint16_t request_id, struct span bytes)
{
    put_stdout(to, request_id, bytes, span_of(""));
}

void fastcgi_put_reply(uint8_t *to, uint16_t request_id, struct span head,
                       struct span body)
{
    to = put_stdout(to, request_id, head, body);
    to = put_header(to, STDOUT, request_id, 0, 0);
    to = put_header(to, END_REQUEST, request_id, END_LEN, 0);
    /* Status 0, FCGI_REQUEST_COMPLETE. */
    memset(to, 0, END_LEN);
}

static void add_header(struct buf *to, uint8_t type, size_t body_len)
{
    uint8_t header[HEADER_LEN];

    put_header(header, type, 1, body_len, 0);
    buf_add(to, header, sizeof(header));
}

void fastcgi_add_request(struct buf *to, const struct fastcgi_param *params,
                         size_t count)
{
    static const uint8_t begin[BEGIN_LEN] = {0, ROLE_RESPONDER};
    struct buf pairs = {0};

    for (size_t i = 0; i < count; i++) {
        buf_add_char(&pairs, (char)strlen(params[i].name));
        buf_add_char(&pairs, (char)strlen(params[i].value));
        buf_add_str(&pairs, params[i].name);
        buf_add_str(&pairs, params[i].value);
    }
    add_header(to, BEGIN_REQUEST, BEGIN_LEN);
    buf_add(to, begin, sizeof(begin));
    if (pairs.len > 0) /* an empty record is the end of them */
        add_header(to, PARAMS, pairs.len);
    buf_add_span(to, buf_span(&pairs));
    add_header(to, PARAMS, 0);
    add_header(to, STDIN, 0);
    buf_fini(&pairs);
}

void fastcgi_set_request_id(uint8_t *reply, size_t len, uint16_t request_id)
{
    size_t at = 0;

    while (at + HEADER_LEN <= len) {
        reply[at + 2] = (uint8_t)(request_id >> 8);
        reply[at + 3] = (uint8_t)request_id;
        at += HEADER_LEN + read_u16(reply + at + 4) + reply[at + 6];
    }
}
