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

/* The CGI header fields (RFC 3875, section 6.3) and the empty line. */
static void add_head(struct buf *head, unsigned status, const char *type,
                     const char *headers, size_t body_len)
{
    buf_addf(head, "Status: %u ", status);
    buf_add_str(head, reason_of(status));
    buf_add_str(head, "\r\nContent-Type: ");
    buf_add_str(head, type);
    buf_addf(head,
             "\r\nContent-Length: %zu\r\n"
             "Cache-Control: no-store\r\n",
             body_len);
    if (headers != NULL)
        buf_add_str(head, headers);
    buf_add_str(head, "\r\n");
}

struct http_packet *http_packet_new(unsigned status, const char *type,
                                    const char *headers, struct span body)
{
    struct buf head = {0};
    struct http_packet *packet;
    size_t len;

    add_head(&head, status, type, headers, body.len);
    len = fastcgi_reply_len(head.len + body.len);
    packet = mem_alloc(sizeof(*packet) + len);
    packet->refs = 1;
    packet->status = status;
    packet->len = len;
    fastcgi_put_reply(packet->bytes, 1, buf_span(&head), body);
    buf_fini(&head);
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
