#include "io/http.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/dice.h"
#include "base/fatal.h"
#include "base/mem.h"
#include "io/fastcgi_records.h"

static const char *reason_of(unsigned status)
{
    switch (status) {
    case 200:
        return "OK";
    case 303:
        return "See Other";
    case 400:
        return "Bad Request";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 409:
        return "Conflict";
    case 413:
        return "Content Too Large";
    case 415:
        return "Unsupported Media Type";
    case 503:
        return "Service Unavailable";
    default:
        return "Unknown";
    }
}

/* A browser that loads a page or sends a form asks for text/html first;
 * scripts ask for something else or for anything. */
static bool asks_for_html(struct span accept)
{
    static const char html[] = "text/html";

    return accept.len >= sizeof(html) - 1 &&
           memcmp(accept.at, html, sizeof(html) - 1) == 0;
}

void http_call_begin(struct http_call *call, const struct http_door *door,
                     const struct http_request *request, uint64_t now_ms)
{
    *call = (struct http_call){
        .door = door,
        .route = "-",
        .begun_ms = now_ms,
        .wants_html = asks_for_html(request->accept),
    };
    if (request->id.len > 0 && request->id.len <= HTTP_ID_MAX)
        memcpy(call->id, request->id.at, request->id.len);
    else
        snprintf(call->id, sizeof(call->id), "%016" PRIx64 "%016" PRIx64,
                 dice_roll(), dice_roll());
}

void http_call_hold(struct http_call *call, http_gone_fn *on_gone, void *arg)
{
    call->on_gone = on_gone;
    call->arg = arg;
}

void http_call_gone(struct http_call *call)
{
    http_gone_fn *on_gone = call->on_gone;

    call->on_gone = NULL;
    if (on_gone != NULL)
        on_gone(call->arg);
}

void http_call_written(struct http_call *call)
{
    call->on_written(call->arg);
}

/* The CGI header fields (RFC 3875, section 6.3) and the empty line; 'length' is
 * a line of them, or "" for a reply that goes on. */
static void add_head(struct buf *head, unsigned status, const char *type,
                     const char *length, const char *headers)
{
    buf_addf(head, "Status: %u ", status);
    buf_add_str(head, reason_of(status));
    buf_add_str(head, "\r\nContent-Type: ");
    buf_add_str(head, type);
    buf_add_str(head, "\r\n");
    buf_add_str(head, length);
    buf_add_str(head, "Cache-Control: no-store\r\n");
    if (headers != NULL)
        buf_add_str(head, headers);
    buf_add_str(head, "\r\n");
}

static struct http_packet *packet_new(unsigned status, size_t len)
{
    struct http_packet *packet = mem_alloc(sizeof(*packet) + len);

    packet->refs = 1;
    packet->status = status;
    packet->len = len;
    return packet;
}

struct http_packet *http_packet_new(unsigned status, const char *type,
                                    const char *headers, struct span body)
{
    struct buf head = {0};
    struct http_packet *packet;
    char length[48];

    snprintf(length, sizeof(length), "Content-Length: %zu\r\n", body.len);
    add_head(&head, status, type, length, headers);
    packet = packet_new(status, fastcgi_reply_len(head.len + body.len));
    fastcgi_put_reply(packet->bytes, 1, buf_span(&head), body);
    buf_fini(&head);
    return packet;
}

struct http_packet *http_chunk_new(struct span bytes)
{
    struct http_packet *packet = packet_new(200, fastcgi_chunk_len(bytes.len));

    fastcgi_put_chunk(packet->bytes, 1, bytes);
    return packet;
}

struct http_packet *http_packet_ref(struct http_packet *packet)
{
    packet->refs++;
    return packet;
}

void http_packet_unref(struct http_packet *packet)
{
    if (packet != NULL && --packet->refs == 0)
        mem_free(packet);
}

void http_send_packet(struct http_call *call, struct http_packet *packet)
{
    MUST(call->door != NULL);
    call->on_gone = NULL;
    call->door->send(call, packet);
}

void http_send(struct http_call *call, unsigned status, const char *type,
               const char *headers, struct span body)
{
    struct http_packet *packet = http_packet_new(status, type, headers, body);

    http_send_packet(call, packet);
    http_packet_unref(packet);
}

void http_send_json(struct http_call *call, unsigned status,
                    const char *headers, struct span json)
{
    http_send(call, status, "application/json", headers, json);
}

bool http_stream_begin(struct http_call *call, const char *type,
                       const char *headers, struct span first,
                       http_written_fn *on_written)
{
    struct buf opening = {0};
    struct http_packet *packet;
    bool is_out;

    add_head(&opening, 200, type, "", headers);
    buf_add_span(&opening, first);
    packet = http_chunk_new(buf_span(&opening));
    buf_fini(&opening);
    call->on_written = on_written;
    is_out = http_stream_write(call, packet);
    http_packet_unref(packet);
    return is_out;
}

bool http_stream_write(struct http_call *call, struct http_packet *chunk)
{
    return call->door->write(call, chunk);
}

void http_stream_end(struct http_call *call, struct span last)
{
    struct http_packet *packet = packet_new(200, fastcgi_reply_len(last.len));

    fastcgi_put_reply(packet->bytes, 1, last, span_of(""));
    http_send_packet(call, packet);
    http_packet_unref(packet);
}
