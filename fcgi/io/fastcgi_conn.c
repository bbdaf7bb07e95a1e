#include "io/fastcgi_conn.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "io/fastcgi_reply.h"
#include "io/fastcgi_request.h"

/* Longer than nginx keeps an idle connection (see nginx/nginx.conf.in): the
 * side that opens is the side that closes. */
#define IDLE_TIMEOUT_MS 120000
/* From the first byte of a request to the last: nginx sends it in one go. */
#define RECEIVE_TIMEOUT_MS 10000

static void on_conn_ready(struct loop_watch *watch, unsigned ready);

/* --- its life ------------------------------------------------------------ */

void fastcgi_conn_new(struct fastcgi *door, int fd)
{
    struct fastcgi_conn *conn = mem_alloc(sizeof(*conn));

    conn->door = door;
    conn->state = FASTCGI_READING;
    if (loop_watch_start(door->loop, &conn->watch, fd, LOOP_READ | LOOP_EDGE,
                         on_conn_ready) == -1) {
        log_warn_errno("watch_failed", "connection=%d", fd);
        close(fd);
        mem_free(conn);
        return;
    }
    list_push(&door->conns, &conn->link);
    door->conn_count++;
    fastcgi_conn_set_deadline(conn, IDLE_TIMEOUT_MS);
}

void fastcgi_conn_free(struct fastcgi_conn *conn)
{
    struct fastcgi *door = conn->door;

    if (conn->state != FASTCGI_READING)
        door->answering--;
    if (conn->state == FASTCGI_ANSWERING) {
        fastcgi_conn_log(conn, 499); /* nginx's number for "client left" */
        http_call_gone(&conn->call);
    } else if (conn->state == FASTCGI_STREAMING) {
        fastcgi_conn_log(conn, 200); /* it has no other end */
        http_call_gone(&conn->call);
    }
    wheel_cancel(&door->deadlines, &conn->deadline);
    fastcgi_marks_forget(&door->marks, &conn->watch);
    loop_watch_stop(door->loop, &conn->watch);
    close(conn->watch.fd);
    list_remove(&conn->link);
    door->conn_count--;
    http_packet_unref(conn->out);
    mem_free(conn);
}

void fastcgi_conn_on_deadline(struct wheel_entry *entry, void *arg)
{
    struct fastcgi_conn *conn = LIST_ITEM(entry, struct fastcgi_conn, deadline);

    (void)arg;
    if (conn->out != NULL)
        log_debug("peer_does_not_read", "id=%s", conn->call.id);
    fastcgi_conn_free(conn);
}

void fastcgi_conn_set_deadline(struct fastcgi_conn *conn, uint64_t delay_ms)
{
    wheel_cancel(&conn->door->deadlines, &conn->deadline);
    if (delay_ms > 0)
        wheel_add(&conn->door->deadlines, &conn->deadline,
                  loop_now_ms(conn->door->loop) + delay_ms);
}

void fastcgi_conn_next_request(struct fastcgi_conn *conn)
{
    conn->state = FASTCGI_READING;
    conn->door->answering--;
    if (!conn->keep || conn->is_hung_up || conn->call.close_after ||
        conn->door->is_stopping || fastcgi_is_crowded(conn->door)) {
        fastcgi_conn_free(conn);
        return;
    }
    fastcgi_conn_set_deadline(conn, IDLE_TIMEOUT_MS);
}

void fastcgi_conn_log(const struct fastcgi_conn *conn, unsigned status)
{
    (conn->call.is_routine ? log_debug : log_info)(
        "request", "id=%s route=%s status=%u ms=%llu", conn->call.id,
        conn->call.route, status,
        (unsigned long long)(loop_now_ms(conn->door->loop) -
                             conn->call.begun_ms));
}

/* --- what comes in ------------------------------------------------------- */

static void on_request(const struct http_request *request, void *arg)
{
    struct fastcgi_conn *conn = arg;
    struct fastcgi *door = conn->door;

    conn->state = FASTCGI_ANSWERING;
    conn->handled = false;
    door->answering++;
    fastcgi_conn_set_deadline(conn, 0);
    http_call_begin(&conn->call, &fastcgi_reply_door, request,
                    loop_now_ms(door->loop));
    door->on_request(&conn->call, request, door->arg);
}

/* Gives the request, which is whole, to libfcgi and then to the endpoint. */
static void conn_handle(struct fastcgi_conn *conn,
                        const struct fastcgi_begin *begin)
{
    enum fastcgi_request result;

    conn->request_id = begin->request_id;
    conn->keep = begin->keep_connection;
    result = fastcgi_request_read(conn->watch.fd, on_request, conn);
    if (result != FASTCGI_REQUEST_OK) {
        log_warn("request_not_parsed", "connection=%d", conn->watch.fd);
        if (result == FASTCGI_REQUEST_CLOSED)
            conn->watch.fd = -1;
        fastcgi_conn_free(conn);
        return;
    }
    conn->handled = true;
    if (conn->state == FASTCGI_WRITING && conn->out == NULL)
        fastcgi_conn_next_request(conn);
    else if (conn->state != FASTCGI_WRITING && conn->is_hung_up)
        fastcgi_conn_free(conn);
}

static void conn_refuse(struct fastcgi_conn *conn)
{
    log_debug("request_refused", "connection=%d", conn->watch.fd);
    fastcgi_conn_free(conn);
}

/* READING, and something has come. */
static void conn_read(struct fastcgi_conn *conn)
{
    struct fastcgi *door = conn->door;
    struct fastcgi_begin begin;
    ssize_t n = recv(conn->watch.fd, door->peeked, sizeof(door->peeked),
                     MSG_PEEK | MSG_DONTWAIT);

    if (n == -1 && errno == EAGAIN)
        return;
    if (n <= 0) {
        fastcgi_conn_free(conn);
        return;
    }
    switch (fastcgi_walk(door->peeked, (size_t)n, &begin)) {
    case FASTCGI_WHOLE:
        conn_handle(conn, &begin);
        return;
    case FASTCGI_INVALID:
        conn_refuse(conn);
        return;
    case FASTCGI_INCOMPLETE:
        if (conn->is_hung_up) {
            fastcgi_conn_free(conn);
            return;
        }
        /* The deadline counts from the first byte, not from each. */
        if (conn->deadline.deadline_ms >
            loop_now_ms(door->loop) + RECEIVE_TIMEOUT_MS)
            fastcgi_conn_set_deadline(conn, RECEIVE_TIMEOUT_MS);
        return;
    }
}

static void on_conn_ready(struct loop_watch *watch, unsigned ready)
{
    struct fastcgi_conn *conn = LIST_ITEM(watch, struct fastcgi_conn, watch);

    /* Told once, possibly together with the last bytes. */
    if (ready & LOOP_HANGUP)
        conn->is_hung_up = true;
    switch (conn->state) {
    case FASTCGI_READING:
        if (ready & LOOP_READ)
            conn_read(conn);
        return;
    case FASTCGI_ANSWERING:
    case FASTCGI_STREAMING:
        /* The end, or bytes that nobody asked for: either way nobody waits
         * for the answer any more. */
        if (ready & LOOP_READ)
            fastcgi_conn_free(conn);
        else if (ready & LOOP_WRITE)
            fastcgi_reply_go_on(conn);
        return;
    case FASTCGI_WRITING:
        if (ready & LOOP_WRITE)
            fastcgi_reply_go_on(conn);
        return;
    }
}
