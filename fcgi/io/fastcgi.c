#include "io/fastcgi.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcgiapp.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fatal.h"
#include "base/list.h"
#include "base/log.h"
#include "base/mem.h"
#include "io/fastcgi_records.h"

/* A full backlog of a unix socket is an instant 502. */
#define BACKLOG 4096
/* Accepted in one turn, so that a herd of newcomers does not stop the rest. */
#define ACCEPTS_PER_TURN 64
/* Out of descriptors: the listening socket stays readable, and to go on asking
 * would be a busy loop. */
#define ACCEPT_PAUSE_MS 100
/* Longer than nginx keeps an idle connection (see nginx/upstream.conf): the
 * side that opens is the side that closes. */
#define IDLE_TIMEOUT_MS 120000
/* From the first byte of a request to the last: nginx sends it in one go. */
#define RECEIVE_TIMEOUT_MS 10000
/* For a peer that does not read its reply. */
#define SEND_TIMEOUT_MS 30000
/* A request is parsed from the socket buffer, so all of it must fit. */
#define RECEIVE_BUFFER (256 * 1024)
/* Of how many replies one is looked at later: has the peer read it?  So at most
 * MARKS * MARK_EVERY lie unread, at which nginx works for about a millisecond. */
#define MARKS      2
#define MARK_EVERY 16
/* A peer that stands still is waited for once, then left alone for a while. */
#define BEHIND_MAX_MS   100
#define BEHIND_PAUSE_MS  1000
#define DEADLINE_TICK_MS 500

enum conn_state {
    CONN_READING,   /* nothing, or a part of a request, has come */
    CONN_ANSWERING, /* the request is an endpoint's, or held */
    CONN_WRITING,   /* the reply did not fit into the socket at once */
};

struct conn {
    struct loop_watch watch;
    struct list_node link; /* in door->conns */
    struct wheel_entry deadline;
    struct http_call call;
    struct fastcgi *door; /* outlives us */
    enum conn_state state;
    uint16_t request_id;
    bool keep;               /* nginx wants to use the connection again */
    bool is_hung_up;         /* the peer has left; nobody reads the answer */
    bool handled;            /* the endpoint has returned */
    struct http_packet *out; /* ours: one reference, while WRITING */
    size_t out_at;           /* bytes of it that are sent */
};

struct fastcgi {
    struct loop *loop; /* the caller's, outlives us */
    struct loop_watch listener;
    bool is_listening;
    bool is_stopping;
    bool is_short; /* of descriptors; the log knows */
    fastcgi_fn *on_request;
    void *arg;
    struct list conns;
    size_t conn_count;
    size_t crowded_at; /* connections; see fastcgi_is_crowded */
    size_t answering;  /* connections that are ANSWERING or WRITING */
    struct {
        struct conn *conn; /* NULL: its peer has read it, or has left */
        uint64_t sent_at_ms;
    } marks[MARKS]; /* a ring, by the number of the reply */
    uint64_t reply_count;
    uint64_t nobody_is_behind_until_ms; /* as one stood still */
    struct wheel deadlines;
    struct loop_timer *tick;
    struct loop_timer *accept_pause;
    /* Shared by all: a request is looked at and handed on in one go. */
    uint8_t peeked[FASTCGI_REQUEST_MAX];
    char body[FASTCGI_BODY_MAX + 1]; /* one more: so that the end is read too */
};

static void door_send(struct http_call *call, struct http_packet *packet);

static const struct http_door fastcgi_door = {.send = door_send};

/* --- has the peer read what it was sent? --------------------------------- */

static void mark_reply(struct fastcgi *door, struct conn *conn)
{
    const uint64_t number = door->reply_count++;
    const size_t at = number / MARK_EVERY % MARKS;

    if (number % MARK_EVERY != 0)
        return;
    door->marks[at].conn = conn;
    door->marks[at].sent_at_ms = loop_now_ms(door->loop);
}

static void unmark(struct fastcgi *door, const struct conn *conn)
{
    for (size_t i = 0; i < MARKS; i++) {
        if (door->marks[i].conn == conn)
            door->marks[i].conn = NULL;
    }
}

bool fastcgi_is_behind(struct fastcgi *door)
{
    const uint64_t now_ms = loop_now_ms(door->loop);
    /* The one whose place is taken next. */
    const size_t oldest =
        (door->reply_count + MARK_EVERY - 1) / MARK_EVERY % MARKS;
    const struct conn *conn = door->marks[oldest].conn;
    int unread = 0;

    if (conn == NULL || now_ms < door->nobody_is_behind_until_ms)
        return false;
    ioctl(conn->watch.fd, SIOCOUTQ, &unread); /* fails: then it is not behind */
    if (unread > 0 && now_ms - door->marks[oldest].sent_at_ms < BEHIND_MAX_MS)
        return true;
    if (unread > 0)
        door->nobody_is_behind_until_ms = now_ms + BEHIND_PAUSE_MS;
    door->marks[oldest].conn = NULL;
    return false;
}

/* --- a connection's life ------------------------------------------------- */

static void conn_set_deadline(struct conn *conn, uint64_t delay_ms)
{
    wheel_cancel(&conn->door->deadlines, &conn->deadline);
    if (delay_ms > 0)
        wheel_add(&conn->door->deadlines, &conn->deadline,
                  loop_now_ms(conn->door->loop) + delay_ms);
}

static void log_request(const struct conn *conn, unsigned status)
{
    (conn->call.is_routine ? log_debug : log_info)(
        "request", "id=%s route=%s status=%u ms=%llu", conn->call.id,
        conn->call.route, status,
        (unsigned long long)(loop_now_ms(conn->door->loop) -
                             conn->call.begun_ms));
}

static void conn_free(struct conn *conn)
{
    struct fastcgi *door = conn->door;

    if (conn->state != CONN_READING)
        door->answering--;
    if (conn->state == CONN_ANSWERING) {
        log_request(conn, 499); /* nginx's number for "client left" */
        http_call_gone(&conn->call);
    }
    wheel_cancel(&door->deadlines, &conn->deadline);
    unmark(door, conn);
    loop_watch_stop(door->loop, &conn->watch);
    close(conn->watch.fd);
    list_remove(&conn->link);
    door->conn_count--;
    http_packet_unref(conn->out);
    mem_free(conn);
}

static void on_conn_deadline(struct wheel_entry *entry, void *arg)
{
    struct conn *conn = LIST_ITEM(entry, struct conn, deadline);

    (void)arg;
    if (conn->state == CONN_WRITING)
        log_debug("peer_does_not_read", "id=%s", conn->call.id);
    conn_free(conn);
}

/* The reply is out. */
static void conn_next_request(struct conn *conn)
{
    conn->state = CONN_READING;
    conn->door->answering--;
    if (!conn->keep || conn->is_hung_up || conn->call.close_after ||
        conn->door->is_stopping || fastcgi_is_crowded(conn->door)) {
        conn_free(conn);
        return;
    }
    conn_set_deadline(conn, IDLE_TIMEOUT_MS);
}

/* --- writing ------------------------------------------------------------- */

/* Sends what the socket takes.  False when the peer is gone. */
static bool conn_write(struct conn *conn)
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

static bool conn_is_written(const struct conn *conn)
{
    return conn->out_at == conn->out->len;
}

static void conn_forget_packet(struct conn *conn)
{
    http_packet_unref(conn->out);
    conn->out = NULL;
    conn->out_at = 0;
}

/* A packet is made for request id 1, the only one that nginx uses. */
static struct http_packet *packet_for(const struct conn *conn,
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

static void door_send(struct http_call *call, struct http_packet *packet)
{
    struct conn *conn = LIST_ITEM(call, struct conn, call);

    MUST(conn->state == CONN_ANSWERING);
    log_request(conn, packet->status);
    conn->state = CONN_WRITING;
    conn->out = packet_for(conn, packet);
    conn->out_at = 0;
    /* While the endpoint is still being called, its request is on the stack
     * of conn_handle, which finishes for us. */
    if (!conn_write(conn)) {
        conn->keep = false;
        conn->out_at = conn->out->len;
    }
    if (!conn_is_written(conn)) {
        loop_watch_change(conn->door->loop, &conn->watch,
                          LOOP_READ | LOOP_WRITE | LOOP_EDGE);
        conn_set_deadline(conn, SEND_TIMEOUT_MS);
        return;
    }
    conn_forget_packet(conn);
    mark_reply(conn->door, conn);
    if (conn->handled)
        conn_next_request(conn);
}

static void conn_go_on_writing(struct conn *conn)
{
    if (!conn_write(conn)) {
        conn_free(conn);
        return;
    }
    if (!conn_is_written(conn)) {
        conn_set_deadline(conn, SEND_TIMEOUT_MS);
        return;
    }
    conn_forget_packet(conn);
    loop_watch_change(conn->door->loop, &conn->watch, LOOP_READ | LOOP_EDGE);
    conn_next_request(conn);
}

/* --- reading ------------------------------------------------------------- */

static enum http_method method_of(struct span name)
{
    if (span_is(name, "POST"))
        return HTTP_POST;
    if (span_is(name, "GET") || span_is(name, "HEAD"))
        return HTTP_GET;
    return HTTP_OTHER;
}

/* Fills 'request' from the parameters we read; nginx/fastcgi.conf sends no
 * others. */
static void read_params(char **envp, struct http_request *request)
{
    struct span method = SPAN_NONE;
    struct span https = SPAN_NONE;
    const struct {
        const char *name;
        struct span *to;
    } wanted[] = {
        {"REQUEST_METHOD", &method},
        {"DOCUMENT_URI", &request->path},
        {"QUERY_STRING", &request->query},
        {"CONTENT_TYPE", &request->content_type},
        {"REQUEST_ID", &request->id},
        {"HTTPS", &https},
        {"HTTP_COOKIE", &request->cookies},
        {"HTTP_HOST", &request->host},
        {"HTTP_ORIGIN", &request->origin},
        {"HTTP_REFERER", &request->referer},
        {"HTTP_SEC_FETCH_SITE", &request->fetch_site},
        {"HTTP_ACCEPT", &request->accept},
    };

    for (; *envp != NULL; envp++) {
        const char *equals = strchr(*envp, '=');
        struct span name = {*envp, equals ? (size_t)(equals - *envp) : 0};

        for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
            if (span_is(name, wanted[i].name)) {
                *wanted[i].to = span_of(equals + 1);
                break;
            }
        }
    }
    request->method = method_of(method);
    request->is_https = span_is(https, "on");
}

/* Gives the request, which is whole, to libfcgi and then to the endpoint. */
static void conn_handle(struct conn *conn, const struct fastcgi_begin *begin)
{
    struct fastcgi *door = conn->door;
    struct http_request request = {0};
    FCGX_Request parsed;
    bool accepted;
    int body_len;

    FCGX_InitRequest(&parsed, -1, 0);
    parsed.ipcFd = conn->watch.fd;
    parsed.keepConnection = 1;
    accepted = FCGX_Accept_r(&parsed) == 0;
    body_len =
        accepted ? FCGX_GetStr(door->body, sizeof(door->body), parsed.in) : 0;
    if (!accepted || FCGX_GetError(parsed.in) != 0) {
        /* The walk let something through that libfcgi does not take. */
        log_warn("request_not_parsed", "connection=%d", conn->watch.fd);
        FCGX_Free(&parsed, 0);
        if (parsed.ipcFd == -1) /* libfcgi has closed it */
            conn->watch.fd = -1;
        conn_free(conn);
        return;
    }
    read_params(parsed.envp, &request);
    request.body = (struct span){door->body, (size_t)body_len};

    conn->request_id = begin->request_id;
    conn->keep = begin->keep_connection;
    conn->state = CONN_ANSWERING;
    conn->handled = false;
    door->answering++;
    conn_set_deadline(conn, 0);
    http_call_begin(&conn->call, &fastcgi_door, &request,
                    loop_now_ms(door->loop));
    door->on_request(&conn->call, &request, door->arg);
    FCGX_Free(&parsed, 0);

    conn->handled = true;
    if (conn->state == CONN_WRITING && conn->out == NULL)
        conn_next_request(conn);
    else if (conn->state == CONN_ANSWERING && conn->is_hung_up)
        conn_free(conn);
}

static void conn_refuse(struct conn *conn)
{
    log_debug("request_refused", "connection=%d", conn->watch.fd);
    conn_free(conn);
}

/* READING, and something has come. */
static void conn_read(struct conn *conn)
{
    struct fastcgi *door = conn->door;
    struct fastcgi_begin begin;
    ssize_t n = recv(conn->watch.fd, door->peeked, sizeof(door->peeked),
                     MSG_PEEK | MSG_DONTWAIT);

    if (n == -1 && errno == EAGAIN)
        return;
    if (n <= 0) {
        conn_free(conn);
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
            conn_free(conn);
            return;
        }
        /* The deadline counts from the first byte, not from each. */
        if (conn->deadline.deadline_ms >
            loop_now_ms(door->loop) + RECEIVE_TIMEOUT_MS)
            conn_set_deadline(conn, RECEIVE_TIMEOUT_MS);
        return;
    }
}

static void on_conn_ready(struct loop_watch *watch, unsigned ready)
{
    struct conn *conn = LIST_ITEM(watch, struct conn, watch);

    /* Told once, possibly together with the last bytes. */
    if (ready & LOOP_HANGUP)
        conn->is_hung_up = true;
    switch (conn->state) {
    case CONN_READING:
        if (ready & LOOP_READ)
            conn_read(conn);
        return;
    case CONN_ANSWERING:
        /* The end, or bytes that nobody asked for: either way nobody waits
         * for the answer any more. */
        if (ready & LOOP_READ)
            conn_free(conn);
        return;
    case CONN_WRITING:
        if (ready & LOOP_WRITE)
            conn_go_on_writing(conn);
        return;
    }
}

/* --- accepting ----------------------------------------------------------- */

static void pause_accepting(struct fastcgi *door)
{
    if (!door->is_short)
        log_warn_errno("accept_paused", "connections=%zu", door->conn_count);
    door->is_short = true; /* until nobody waits in the queue any more */
    loop_watch_change(door->loop, &door->listener, 0);
    loop_timer_start(door->accept_pause, ACCEPT_PAUSE_MS, 0);
}

static void note_queue_empty(struct fastcgi *door)
{
    if (door->is_short)
        log_info("accept_resumed", "connections=%zu", door->conn_count);
    door->is_short = false;
}

static void on_accept_pause_over(void *arg)
{
    struct fastcgi *door = arg;

    if (door->is_listening)
        loop_watch_change(door->loop, &door->listener, LOOP_READ);
}

static void conn_new(struct fastcgi *door, int fd)
{
    struct conn *conn = mem_alloc(sizeof(*conn));

    conn->door = door;
    conn->state = CONN_READING;
    if (loop_watch_start(door->loop, &conn->watch, fd, LOOP_READ | LOOP_EDGE,
                         on_conn_ready) == -1) {
        log_warn_errno("watch_failed", "connection=%d", fd);
        close(fd);
        mem_free(conn);
        return;
    }
    list_push(&door->conns, &conn->link);
    door->conn_count++;
    conn_set_deadline(conn, IDLE_TIMEOUT_MS);
}

static void on_listener_ready(struct loop_watch *watch, unsigned ready)
{
    struct fastcgi *door = LIST_ITEM(watch, struct fastcgi, listener);

    (void)ready;
    for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
        int fd = accept4(watch->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd != -1) {
            conn_new(door, fd);
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
                   errno == ENOMEM) {
            pause_accepting(door);
            return;
        } else if (errno != EINTR && errno != ECONNABORTED) {
            note_queue_empty(door);
            return;
        }
    }
}

/* --- the listening socket ------------------------------------------------ */

static int listen_unix(const char *path)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    struct stat there;
    int fd;

    if (strlen(path) >= sizeof(to.sun_path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(to.sun_path, path, strlen(path));
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd == -1)
        return -1;
    /* Left behind by a process that was killed, if nobody answers there. */
    if (lstat(path, &there) == 0 && S_ISSOCK(there.st_mode) &&
        connect(fd, (struct sockaddr *)&to, sizeof(to)) == -1 &&
        errno == ECONNREFUSED)
        unlink(path);
    if (bind(fd, (struct sockaddr *)&to, sizeof(to)) == 0 &&
        listen(fd, BACKLOG) == 0)
        return fd;
    close(fd);
    return -1;
}

static int listen_tcp(const char *host, const char *port_text)
{
    struct sockaddr_in to = {.sin_family = AF_INET};
    const int yes = 1;
    const int buffer = RECEIVE_BUFFER;
    char *end;
    unsigned long port = strtoul(port_text, &end, 10);
    int fd;

    if (*port_text == '\0' || *end != '\0' || port > 65535 ||
        inet_pton(AF_INET, host, &to.sin_addr) != 1) {
        errno = EINVAL;
        return -1;
    }
    to.sin_port = htons((uint16_t)port);
    fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd == -1)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    /* Inherited by accepted sockets, and only so is the window of a
     * connection large enough from its start. */
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer));
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    if (bind(fd, (struct sockaddr *)&to, sizeof(to)) == 0 &&
        listen(fd, BACKLOG) == 0)
        return fd;
    close(fd);
    return -1;
}

int fastcgi_listen(const char *address)
{
    const char *colon = strrchr(address, ':');
    char *host;
    int fd = -1;

    if (strncmp(address, "unix:", 5) == 0) {
        fd = listen_unix(address + 5);
    } else if (colon != NULL) {
        host = mem_copy(address, (size_t)(colon - address));
        fd = listen_tcp(host, colon + 1);
        mem_free(host);
    } else {
        errno = EINVAL;
    }
    if (fd == -1)
        log_error_errno("listen_failed", "address=%s",
                        log_quote(span_of(address)));
    return fd;
}

/* --- the door ------------------------------------------------------------ */

static void on_tick(void *arg)
{
    struct fastcgi *door = arg;

    wheel_expire(&door->deadlines, loop_now_ms(door->loop), on_conn_deadline,
                 door);
}

void fastcgi_init(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    FCGX_Init();
}

/* Seven eighths of what we may have open. */
static size_t crowded_at(void)
{
    struct rlimit limit = {0};
    const size_t others = 16; /* the loop's, Redis's, stderr */

    getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur <= others)
        return 1;
    return (size_t)(limit.rlim_cur - others) / 8 * 7;
}

struct fastcgi *fastcgi_new(struct loop *loop, int listen_fd,
                            fastcgi_fn *on_request, void *arg)
{
    struct fastcgi *door = mem_alloc(sizeof(*door));

    door->loop = loop;
    door->on_request = on_request;
    door->arg = arg;
    list_init(&door->conns);
    wheel_init(&door->deadlines, loop_now_ms(loop));
    door->tick = loop_timer_new(loop, on_tick, door);
    loop_timer_start(door->tick, DEADLINE_TICK_MS, DEADLINE_TICK_MS);
    door->accept_pause = loop_timer_new(loop, on_accept_pause_over, door);
    door->listener.fd = listen_fd;
    door->crowded_at = crowded_at();
    return door;
}

void fastcgi_start(struct fastcgi *door)
{
    MUST(!door->is_listening && !door->is_stopping);
    MUST(loop_watch_start(door->loop, &door->listener, door->listener.fd,
                          LOOP_READ, on_listener_ready) == 0);
    door->is_listening = true;
}

static void stop_listening(struct fastcgi *door)
{
    if (door->listener.fd == -1)
        return;
    door->is_listening = false;
    loop_watch_stop(door->loop, &door->listener);
    close(door->listener.fd);
    door->listener.fd = -1;
}

void fastcgi_stop(struct fastcgi *door)
{
    door->is_stopping = true;
    stop_listening(door);
}

void fastcgi_free(struct fastcgi *door)
{
    struct list_node *node;

    if (door == NULL)
        return;
    stop_listening(door);
    while ((node = list_first(&door->conns)) != NULL)
        conn_free(LIST_ITEM(node, struct conn, link));
    loop_timer_free(door->tick);
    loop_timer_free(door->accept_pause);
    mem_free(door);
}

bool fastcgi_is_crowded(const struct fastcgi *door)
{
    return door->is_short || door->conn_count >= door->crowded_at;
}

size_t fastcgi_connections(const struct fastcgi *door)
{
    return door->conn_count;
}

size_t fastcgi_answering(const struct fastcgi *door)
{
    return door->answering;
}
