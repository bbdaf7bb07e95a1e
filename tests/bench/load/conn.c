#include "load/conn.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fatal.h"
#include "base/mem.h"
#include "load/nanos.h"

#define INPUT_SIZE   ((size_t)256 * 1024)
#define EVENTS_MAX   512
#define FIRST_SOURCE 0x7f400000U /* 127.64.0.0 */

bool net_open(struct net *net, const struct sockaddr_in *server)
{
    *net = (struct net){.server = *server};
    net->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    net->input = mem_alloc(INPUT_SIZE);
    return net->epoll_fd >= 0;
}

void net_close(struct net *net)
{
    if (net->epoll_fd >= 0)
        close(net->epoll_fd);
    net->epoll_fd = -1;
    mem_free(net->input);
    net->input = NULL;
}

void conn_init(struct conn *conn, struct net *net,
               const struct conn_events *events, void *arg)
{
    *conn = (struct conn){
        .net = net,
        .events = events,
        .arg = arg,
        .fd = -1,
        .number = ++net->clients,
    };
}

void conn_close(struct conn *conn)
{
    if (conn->fd >= 0)
        close(conn->fd);
    conn->fd = -1;
    conn->state = CONN_CLOSED;
    buf_clear(&conn->unsent);
}

void conn_fini(struct conn *conn)
{
    conn_close(conn);
    buf_fini(&conn->unsent);
    response_fini(&conn->response);
}

static void break_off(struct conn *conn)
{
    const bool was_idle = conn->state == CONN_IDLE;

    conn_close(conn);
    if (!was_idle)
        conn->events->on_broken(conn, conn->arg);
}

/* --- writing ------------------------------------------------------------- */

static void watch(struct conn *conn, int operation, bool wants_writing)
{
    struct epoll_event event = {
        .events = EPOLLIN | (wants_writing ? EPOLLOUT : 0),
        .data.ptr = conn,
    };

    MUST(epoll_ctl(conn->net->epoll_fd, operation, conn->fd, &event) == 0);
}

/* If the connection cannot be made, epoll says so in the next turn, just as
 * when the server refuses it; so there is one way to fail, and not two. */
static void open_socket(struct conn *conn)
{
    static const int on = 1;
    const struct sockaddr_in source = {
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(FIRST_SOURCE + conn->number),
    };
    const struct sockaddr_in *server = &conn->net->server;

    conn->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    MUST(conn->fd >= 0); /* options.c has counted the descriptors */
    /* The port is chosen when it is known where to: only the four together
     * have to be unique. */
    setsockopt(conn->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    setsockopt(conn->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (bind(conn->fd, (const struct sockaddr *)&source, sizeof source) == 0)
        (void)connect(conn->fd, (const struct sockaddr *)server,
                      sizeof *server);
}

/* How much of it the socket took; an error counts as nothing, because reading
 * will meet it too. */
static size_t send_some(struct conn *conn, const char *data, size_t len)
{
    const ssize_t sent = send(conn->fd, data, len, MSG_NOSIGNAL);

    if (sent <= 0)
        return 0;
    conn->bytes_sent += (size_t)sent;
    return (size_t)sent;
}

/* Sends, and keeps what the socket does not take. */
static void send_or_keep(struct conn *conn, const struct buf *bytes)
{
    const bool was_waiting = conn->unsent.len > 0;
    const size_t sent =
        was_waiting ? 0 : send_some(conn, bytes->data, bytes->len);

    if (sent == bytes->len)
        return;
    buf_add(&conn->unsent, bytes->data + sent, bytes->len - sent);
    if (!was_waiting)
        watch(conn, EPOLL_CTL_MOD, true);
}

void conn_ask(struct conn *conn, const struct buf *request)
{
    MUST(conn->state == CONN_CLOSED || conn->state == CONN_IDLE);
    response_clear(&conn->response);
    if (conn->state == CONN_CLOSED) {
        open_socket(conn);
        conn->state = CONN_CONNECTING;
        buf_add(&conn->unsent, request->data, request->len);
        watch(conn, EPOLL_CTL_ADD, true);
        return;
    }
    conn->state = CONN_ASKING;
    send_or_keep(conn, request);
}

void conn_say(struct conn *conn, const struct buf *frames)
{
    MUST(conn->state == CONN_ASKING);
    send_or_keep(conn, frames);
}

static void send_unsent(struct conn *conn)
{
    struct buf rest = {0};
    const size_t sent = send_some(conn, conn->unsent.data, conn->unsent.len);

    conn->state = CONN_ASKING;
    buf_add(&rest, conn->unsent.data + sent, conn->unsent.len - sent);
    buf_fini(&conn->unsent);
    conn->unsent = rest;
    if (conn->unsent.len == 0)
        watch(conn, EPOLL_CTL_MOD, false);
}

/* --- reading ------------------------------------------------------------- */

static void on_whole(struct conn *conn)
{
    if (conn->response.is_last)
        conn_close(conn);
    else
        conn->state = CONN_IDLE;
    conn->events->on_reply(conn, conn->arg);
}

static void on_input(struct conn *conn, size_t len)
{
    struct response *response = &conn->response;
    const size_t taken = response_feed(response, conn->net->input, len);

    conn->bytes_read += len;

    if (conn->state != CONN_ASKING || taken < len ||
        response->state == RESPONSE_BROKEN)
        break_off(conn); /* nobody asked for that */
    else if (response->state == RESPONSE_WHOLE)
        on_whole(conn);
    else if (response->state > RESPONSE_HEAD && conn->events->on_part != NULL)
        conn->events->on_part(conn, conn->arg);
}

static void on_end(struct conn *conn)
{
    if (conn->state == CONN_ASKING)
        response_end(&conn->response);
    if (conn->state == CONN_ASKING && conn->response.state == RESPONSE_WHOLE)
        on_whole(conn);
    else
        break_off(conn);
}

static void on_event(struct conn *conn, uint32_t events)
{
    ssize_t len;

    if ((events & (EPOLLERR | EPOLLHUP)) != 0 &&
        conn->state == CONN_CONNECTING) {
        break_off(conn);
        return;
    }
    if ((events & EPOLLOUT) != 0 && conn->unsent.len > 0)
        send_unsent(conn);
    if ((events & (EPOLLIN | EPOLLERR | EPOLLHUP)) == 0)
        return;
    len = recv(conn->fd, conn->net->input, INPUT_SIZE, 0);
    if (len > 0)
        on_input(conn, (size_t)len);
    else if (len == 0)
        on_end(conn);
    else if (errno != EAGAIN && errno != EINTR)
        break_off(conn);
}

void net_turn(struct net *net, uint64_t wait_ns)
{
    struct epoll_event events[EVENTS_MAX];
    const struct timespec wait = {
        .tv_sec = (time_t)(wait_ns / NANOS_PER_S),
        .tv_nsec = (long)(wait_ns % NANOS_PER_S),
    };
    const int count =
        epoll_pwait2(net->epoll_fd, events, EVENTS_MAX, &wait, NULL);

    for (int i = 0; i < count; i++)
        on_event(events[i].data.ptr, events[i].events);
}
