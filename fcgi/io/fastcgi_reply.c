#include "io/fastcgi_reply.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/fatal.h"
#include "base/log.h"
#include "base/mem.h"

/* For a peer that does not read its reply. */
#define SEND_TIMEOUT_MS 30000
/* Of a reply that goes on. */
#define UNSENT_MAX ((size_t)256 * 1024)

/* --- packets ------------------------------------------------------------- */

/* Sends what the socket takes.  False when the peer is gone. */
static bool write_packet(struct fastcgi_conn *conn)
{
    while (conn->out_at < conn->out->len) {
        ssize_t n =
            send(conn->watch.fd, conn->out->bytes + conn->out_at,
                 conn->out->len - conn->out_at, MSG_DONTWAIT | MSG_NOSIGNAL);

        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1)
            return errno == EAGAIN;
        conn->out_at += (size_t)n;
    }
    return true;
}

static bool is_written(const struct fastcgi_conn *conn)
{
    return conn->out_at == conn->out->len;
}

static void forget_packet(struct fastcgi_conn *conn)
{
    http_packet_unref(conn->out);
    conn->out = NULL;
    conn->out_at = 0;
}

/* A packet is made for request id 1, the only one that nginx uses. */
static struct http_packet *packet_for(const struct fastcgi_conn *conn,
                                      struct http_packet *packet)
{
    struct http_packet *own;

    if (conn->request_id == 1)
        return http_packet_ref(packet);
    own = mem_alloc(sizeof(*own) + packet->len);
    memcpy(own, packet, sizeof(*own) + packet->len);
    own->refs = 1;
    fastcgi_set_request_id(own->bytes, own->len, conn->request_id);
    return own;
}

static void wait_for_room(struct fastcgi_conn *conn)
{
    loop_watch_change(conn->door->loop, &conn->watch,
                      LOOP_READ | LOOP_WRITE | LOOP_EDGE);
    fastcgi_conn_set_deadline(conn, SEND_TIMEOUT_MS);
}

static void mark(struct fastcgi_conn *conn)
{
    fastcgi_marks_add(&conn->door->marks, &conn->watch,
                      loop_now_ms(conn->door->loop));
}

/* --- a reply at once, or the end of one ---------------------------------- */

static void reply_send(struct http_call *call, struct http_packet *packet)
{
    struct fastcgi_conn *conn = LIST_ITEM(call, struct fastcgi_conn, call);

    MUST(conn->state == FASTCGI_ANSWERING || conn->state == FASTCGI_STREAMING);
    MUST(conn->out == NULL);
    fastcgi_conn_log(conn, packet->status);
    conn->state = FASTCGI_WRITING;
    conn->out = packet_for(conn, packet);
    /* While the endpoint is still being called, its request is on the stack
     * of conn_handle, which finishes for us. */
    if (!write_packet(conn)) {
        conn->keep = false;
        conn->out_at = conn->out->len;
    }
    if (!is_written(conn)) {
        wait_for_room(conn);
        return;
    }
    forget_packet(conn);
    mark(conn);
    if (conn->handled)
        fastcgi_conn_next_request(conn);
}

/* --- a reply that goes on ------------------------------------------------ */

/* The loop tells the end of the connection as if the peer had closed it: the
 * endpoint that is writing must not be called from within. */
static void cut(struct fastcgi_conn *conn)
{
    log_debug("stream_cut", "id=%s unsent=%zu", conn->call.id,
              conn->out->len - conn->out_at);
    shutdown(conn->watch.fd, SHUT_RDWR);
    forget_packet(conn);
}

static bool reply_write(struct http_call *call, struct http_packet *chunk)
{
    struct fastcgi_conn *conn = LIST_ITEM(call, struct fastcgi_conn, call);

    MUST(conn->state == FASTCGI_ANSWERING || conn->state == FASTCGI_STREAMING);
    MUST(conn->out == NULL);
    conn->state = FASTCGI_STREAMING;
    conn->out = packet_for(conn, chunk);
    if (!write_packet(conn) || conn->out->len - conn->out_at > UNSENT_MAX) {
        cut(conn);
        return false;
    }
    /* Who has much to catch up with goes on when the others had their turn. */
    if (!is_written(conn) || chunk->len >= HTTP_CHUNK_FULL) {
        wait_for_room(conn);
        return false;
    }
    forget_packet(conn);
    mark(conn);
    return true;
}

/* --- both ---------------------------------------------------------------- */

const struct http_door fastcgi_reply_door = {
    .send = reply_send,
    .write = reply_write,
};

void fastcgi_reply_go_on(struct fastcgi_conn *conn)
{
    if (conn->out == NULL)
        return;
    if (!write_packet(conn)) {
        fastcgi_conn_free(conn);
        return;
    }
    if (!is_written(conn)) {
        fastcgi_conn_set_deadline(conn, SEND_TIMEOUT_MS);
        return;
    }
    forget_packet(conn);
    loop_watch_change(conn->door->loop, &conn->watch, LOOP_READ | LOOP_EDGE);
    if (conn->state == FASTCGI_WRITING) {
        fastcgi_conn_next_request(conn);
        return;
    }
    fastcgi_conn_set_deadline(conn, 0);
    http_call_written(&conn->call);
}
