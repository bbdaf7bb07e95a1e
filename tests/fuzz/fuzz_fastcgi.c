/* fuzz_fastcgi.c -- the walk over FastCGI records, and what it is there for.
 *
 * What it calls whole is given to libfcgi through a socket, as
 * io/fastcgi_request.c does, and libfcgi must take it without waiting for more,
 * without leaving anything and without answering by itself.  A second reader,
 * which follows the specification and has all bytes at hand, must call the same
 * inputs whole, and must see the same parameters and the same body as libfcgi.
 *
 * What we write ourselves is read by that second reader too. */
#include "fuzz.h"

#include <errno.h>
#include <fcgiapp.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../unit/io/add_reply.h"
#include "base/buf.h"
#include "io/fastcgi_records.h"

enum { BEGIN = 1, END = 3, PARAMS = 4, IN = 5, OUT = 6 };

#define HEADER_LEN 8
/* More parameters than that are refused. */
#define PAIRS_MAX 512

/* --- the second reader --------------------------------------------------- */

struct record {
    unsigned type;
    unsigned id;
    struct span body;
    unsigned padding;
};

struct pair {
    struct span name;
    struct span value;
};

struct request {
    unsigned id;
    bool keep;
    struct buf params;
    struct buf body;
    struct pair pairs[PAIRS_MAX]; /* point into 'params' */
    size_t pair_count;
};

static unsigned byte_at(struct span text, size_t i)
{
    return (unsigned char)text.at[i];
}

/* Takes 'len' bytes off the front of 'rest'. */
static bool take(struct span *rest, size_t len, struct span *taken)
{
    if (rest->len < len)
        return false;
    *taken = (struct span){rest->at, len};
    if (len > 0) /* there may be nothing at all */
        rest->at += len;
    rest->len -= len;
    return true;
}

static bool take_record(struct span *rest, struct record *record)
{
    struct span head;
    struct span padding;

    if (!take(rest, HEADER_LEN, &head) || byte_at(head, 0) != 1)
        return false;
    record->type = byte_at(head, 1);
    record->id = byte_at(head, 2) << 8 | byte_at(head, 3);
    record->padding = byte_at(head, 6);
    return take(rest, byte_at(head, 4) << 8 | byte_at(head, 5),
                &record->body) &&
           take(rest, record->padding, &padding);
}

static bool take_length(struct span *rest, size_t *len)
{
    struct span bytes;

    *len = 0;
    if (rest->len == 0 || !take(rest, byte_at(*rest, 0) < 128 ? 1 : 4, &bytes))
        return false;
    for (size_t i = 0; i < bytes.len; i++)
        *len =
            *len << 8 | (i == 0 ? byte_at(bytes, i) & 127 : byte_at(bytes, i));
    return true;
}

static bool take_pair(struct span *rest, struct pair *pair)
{
    size_t name_len;
    size_t value_len;

    return take_length(rest, &name_len) && take_length(rest, &value_len) &&
           name_len > 0 && take(rest, name_len, &pair->name) &&
           take(rest, value_len, &pair->value);
}

/* Takes the records of one stream, of which an empty one is the end.
 *
 * The specification allows padding everywhere, but libfcgi does not skip it
 * behind BEGIN_REQUEST and behind the end of a stream: there it takes it for
 * the next record.  No web server pads those, so they are refused. */
static bool take_stream(struct span *rest, unsigned type, unsigned id,
                        struct buf *stream)
{
    struct record record;

    do {
        if (!take_record(rest, &record) || record.type != type ||
            record.id != id)
            return false;
        buf_add_span(stream, record.body);
    } while (record.body.len > 0);
    return record.padding == 0;
}

static bool read_pairs(struct request *request)
{
    struct span rest = buf_span(&request->params);

    while (rest.len > 0) {
        if (request->pair_count == PAIRS_MAX ||
            !take_pair(&rest, &request->pairs[request->pair_count++]))
            return false;
    }
    return true;
}

/* True when 'data' is one request, and nothing but that. */
static bool read_request(struct span data, struct request *request)
{
    struct record begin;

    if (!take_record(&data, &begin) || begin.type != BEGIN || begin.id == 0 ||
        begin.body.len != 8 || begin.padding > 0)
        return false;
    request->id = begin.id;
    request->keep = byte_at(begin.body, 2) & 1;
    return byte_at(begin.body, 0) == 0 && byte_at(begin.body, 1) == 1 &&
           take_stream(&data, PARAMS, begin.id, &request->params) &&
           take_stream(&data, IN, begin.id, &request->body) && data.len == 0 &&
           request->params.len <= FASTCGI_PARAMS_MAX &&
           request->body.len <= FASTCGI_BODY_MAX && read_pairs(request);
}

static void request_fini(struct request *request)
{
    buf_fini(&request->params);
    buf_fini(&request->body);
}

/* --- libfcgi ------------------------------------------------------------- */

/* A connection that both sides keep open: who reads more than there is, gets
 * EAGAIN, where a worker would wait for ever. */
static void connect_both(int ends[2])
{
    const int buffer = 2 * FASTCGI_REQUEST_MAX;

    MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
                    ends) == 0);
    MUST(setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &buffer, sizeof(buffer)) ==
         0);
}

static bool is_drained(int fd)
{
    char byte;

    return recv(fd, &byte, 1, MSG_PEEK) == -1 && errno == EAGAIN;
}

/* libfcgi puts a pair into one string; a NUL in it is a byte like any other. */
static void check_pair(const char *entry, const struct pair *pair)
{
    struct buf expected = {0};

    buf_add_span(&expected, pair->name);
    buf_add_char(&expected, '=');
    buf_add_span(&expected, pair->value);
    MUST(memcmp(entry, expected.data, expected.len + 1) == 0);
    buf_fini(&expected);
}

static void check_parsed(FCGX_Request *parsed, const struct request *expected)
{
    static char body[FASTCGI_BODY_MAX + 1];
    const int len = FCGX_GetStr(body, sizeof(body), parsed->in);
    char **entry = parsed->envp;

    MUST(FCGX_GetError(parsed->in) == 0);
    MUST(span_equal((struct span){body, (size_t)len},
                    buf_span(&expected->body)));
    MUST(parsed->requestId == (int)expected->id);
    MUST((parsed->keepConnection != 0) == expected->keep);
    /* libfcgi's own comes first. */
    MUST(strcmp(*entry++, "FCGI_ROLE=RESPONDER") == 0);
    for (size_t i = 0; i < expected->pair_count; i++) {
        MUST(*entry != NULL);
        check_pair(*entry++, &expected->pairs[i]);
    }
    MUST(*entry == NULL);
}

static void check_with_libfcgi(struct span data, const struct request *expected)
{
    FCGX_Request parsed;
    int ends[2];

    connect_both(ends);
    MUST(send(ends[0], data.at, data.len, 0) == (ssize_t)data.len);
    FCGX_InitRequest(&parsed, -1, 0);
    parsed.ipcFd = ends[1];
    parsed.keepConnection = 1;
    MUST(FCGX_Accept_r(&parsed) == 0);
    check_parsed(&parsed, expected);
    MUST(is_drained(ends[1])); /* or the next request begins with the rest */
    MUST(is_drained(ends[0])); /* or the web server hears what we did not say */
    FCGX_Free(&parsed, 0);
    close(ends[0]);
    close(ends[1]);
}

/* --- the walk ------------------------------------------------------------ */

static enum fastcgi_walk walk(struct span data, struct fastcgi_begin *begin)
{
    return fastcgi_walk((const uint8_t *)data.at, data.len, begin);
}

/* The bytes come one after the other.  What is right, is incomplete until its
 * end; and what was refused once is refused for ever. */
static void check_parts(struct span data, enum fastcgi_walk result)
{
    enum fastcgi_walk before = FASTCGI_INCOMPLETE;
    struct fastcgi_begin begin;

    for (size_t len = 0; len < data.len; len += 1 + data.len / 64) {
        const enum fastcgi_walk now = walk((struct span){data.at, len}, &begin);

        MUST(before == FASTCGI_INCOMPLETE || now == FASTCGI_INVALID);
        before = now;
    }
    MUST(before == FASTCGI_INCOMPLETE || result == FASTCGI_INVALID);
}

/* Nothing may follow. */
static void check_with_more(struct span data)
{
    struct fastcgi_begin begin;
    struct buf more = {0};

    buf_add_span(&more, data);
    buf_add_char(&more, 1);
    MUST(walk(buf_span(&more), &begin) == FASTCGI_INVALID);
    buf_fini(&more);
}

/* --- what we write ------------------------------------------------------- */

static void check_records_of_reply(struct span reply, unsigned id,
                                   struct span payload)
{
    struct buf out = {0};
    struct record end;

    MUST(reply.len % 8 == 0);
    MUST(take_stream(&reply, OUT, id, &out));
    MUST(span_equal(buf_span(&out), payload));
    MUST(take_record(&reply, &end) && end.type == END && end.id == id);
    MUST(span_equal(end.body, (struct span){"\0\0\0\0\0\0\0\0", 8}));
    MUST(reply.len == 0);
    buf_fini(&out);
}

/* A reply to 'id' that says 'payload'. */
static void check_reply(struct span payload, uint16_t id)
{
    struct buf reply = {0};

    add_reply(&reply, id, payload);
    check_records_of_reply(buf_span(&reply), id, payload);
    fastcgi_set_request_id((uint8_t *)reply.data, reply.len,
                           (uint16_t)(id ^ 0x1234));
    check_records_of_reply(buf_span(&reply), id ^ 0x1234, payload);
    buf_fini(&reply);
}

/* The text as a C string, if fastcgi_add_request may be given it. */
static bool copy_short(char to[128], struct span text)
{
    if (text.len > 127 || memchr(text.at, 0, text.len) != NULL)
        return false;
    memcpy(to, text.at, text.len);
    to[text.len] = '\0';
    return true;
}

/* What a healthcheck would send with the same parameters. */
static void check_own_request(const struct request *like)
{
    static struct request again;
    static char texts[PAIRS_MAX][2][128];
    struct fastcgi_param params[PAIRS_MAX];
    struct buf bytes = {0};
    struct fastcgi_begin begin;
    size_t count = 0;

    for (size_t i = 0; i < like->pair_count; i++) {
        char *const name = texts[i][0];
        char *const value = texts[i][1];

        if (copy_short(name, like->pairs[i].name) &&
            copy_short(value, like->pairs[i].value))
            params[count++] = (struct fastcgi_param){name, value};
    }
    fastcgi_add_request(&bytes, params, count);
    MUST(walk(buf_span(&bytes), &begin) == FASTCGI_WHOLE);
    MUST(begin.request_id == 1);
    again = (struct request){0};
    MUST(read_request(buf_span(&bytes), &again));
    MUST(again.pair_count == count && again.body.len == 0);
    for (size_t i = 0; i < count; i++) {
        MUST(span_is(again.pairs[i].name, params[i].name));
        MUST(span_is(again.pairs[i].value, params[i].value));
    }
    request_fini(&again);
    buf_fini(&bytes);
}

/* --- changing inputs ----------------------------------------------------- */

/* An input as its records, as far as it has some; the rest is lost. */
#define RECORDS_MAX 64

struct draft {
    struct record records[RECORDS_MAX];
    size_t count;
};

static void read_draft(struct draft *draft, struct span input)
{
    draft->count = 0;
    while (draft->count < RECORDS_MAX &&
           take_record(&input, &draft->records[draft->count]))
        draft->count++;
}

static void add_record(struct buf *to, const struct record *r)
{
    buf_addf(to, "%c%c%c%c%c%c%c%c", 1, r->type, r->id >> 8, r->id & 255,
             (int)(r->body.len >> 8), (int)(r->body.len & 255), r->padding, 0);
    buf_add_span(to, r->body);
    for (unsigned i = 0; i < r->padding; i++)
        buf_add_char(to, 0);
}

static void add_pair(struct buf *to, size_t name_len, size_t value_len)
{
    const size_t lens[] = {name_len, value_len};

    for (size_t i = 0; i < 2; i++) {
        if (lens[i] > 127)
            buf_addf(to, "%c%c%c", 128, 0, (int)(lens[i] >> 8 & 255));
        buf_add_char(to, (char)(lens[i] & 255));
    }
    for (size_t i = 0; i < name_len + value_len; i++)
        buf_add_char(to, (char)('a' + i % 26));
}

/* Lengths about which something changes: in a length's size, in libfcgi's
 * buffer. */
static size_t odd_len(unsigned random)
{
    static const size_t lens[] = {0, 127, 255, 256, 8192 - 64, 8192, 16384};

    return lens[random % (sizeof(lens) / sizeof(lens[0]))] + (random >> 4 & 7);
}

/* Fills up the stream that 'i' is of: to its limit, or one more or less. */
static void fill(const struct draft *draft, size_t i, unsigned random,
                 struct buf *body)
{
    const bool is_params = draft->records[i].type == PARAMS;
    const size_t limit = is_params ? FASTCGI_PARAMS_MAX : FASTCGI_BODY_MAX;
    size_t left = limit - 1 + random % 3;

    for (size_t k = 0; k < draft->count; k++) {
        const struct record *r = &draft->records[k];

        if (r->type == draft->records[i].type)
            left -= r->body.len < left ? r->body.len : left;
    }
    if (is_params && left >= 6 + 128) {
        add_pair(body, 1, left - 6);
    } else if (!is_params) {
        memset(buf_reserve(body, left), 'x', left);
        buf_terminate(body, left);
    }
}

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

/* Changes one record so that it stays one: 'body' is for its new body. */
static void change_record(struct draft *draft, unsigned random,
                          struct buf *body)
{
    const size_t i = (random >> 8) % draft->count;
    struct record *r = &draft->records[i];

    random >>= 16;
    buf_add_span(body, r->body);
    switch (random % 6) {
    case 0: /* other bytes */
        buf_reserve(body, 256);
        body->len =
            LLVMFuzzerMutate((uint8_t *)body->data, body->len, body->len + 256);
        break;
    case 1:
        fill(draft, i, random >> 3, body);
        break;
    case 2: /* another pair */
        add_pair(body, 1 + (random >> 3) % 200, odd_len(random >> 5));
        break;
    case 3:
        r->padding = random >> 3 & 255;
        break;
    case 4: /* cut, or ended; what came behind stays behind */
        body->len = body->len > 0 ? (random >> 3) % body->len : 0;
        break;
    default: /* one more such record */
        if (draft->count < RECORDS_MAX) {
            memmove(r + 1, r, (draft->count - i) * sizeof(*r));
            draft->count++;
        }
        break;
    }
    if (body->len > 65535)
        body->len = 65535;
    r->body = buf_span(body);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
                               unsigned seed);

/* libFuzzer would have to guess lengths right, so every other time it is a
 * record that is changed. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
                               unsigned seed)
{
    static struct draft draft;
    struct buf body = {0};
    struct buf changed = {0};

    read_draft(&draft, (struct span){(const char *)data, size});
    if (draft.count == 0 || seed % 2 == 0)
        return LLVMFuzzerMutate(data, size, max_size);
    change_record(&draft, seed >> 1, &body);
    for (size_t i = 0; i < draft.count; i++)
        add_record(&changed, &draft.records[i]);
    size = changed.len < max_size ? changed.len : max_size;
    memcpy(data, changed.data, size);
    buf_fini(&body);
    buf_fini(&changed);
    return size;
}

/* --- one input ----------------------------------------------------------- */

void fuzz_one(struct span input)
{
    static struct request request;
    struct fastcgi_begin begin = {0};
    enum fastcgi_walk result;

    FCGX_Init();
    /* More is never looked at in one go. */
    if (input.len > FASTCGI_REQUEST_MAX)
        input.len = FASTCGI_REQUEST_MAX;
    result = walk(input, &begin);
    request = (struct request){0};
    MUST(read_request(input, &request) == (result == FASTCGI_WHOLE));
    check_parts(input, result);
    if (result == FASTCGI_WHOLE) {
        MUST(begin.request_id == request.id);
        MUST(begin.keep_connection == request.keep);
        check_with_more(input);
        check_with_libfcgi(input, &request);
        check_own_request(&request);
    }
    check_reply(input, (uint16_t)input.len);
    request_fini(&request);
}
