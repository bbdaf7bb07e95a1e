/* holder.c -- the least that can hold a request: the limit of the architecture.
 *
 *     holder SOCKET
 *
 * nginx speaks FastCGI to it, it keeps polls open and answers them when
 * somebody posts.  No Redis, no JSON, no sessions, no second process, nothing
 * checked: what Holdline costs beyond this is the price of what Holdline
 * promises.  So it is written to be quick and to lose nothing, and for nothing
 * else; it believes nginx every word.
 *
 *     POST /new?room=R              the body is the next line of the room
 *     GET  /updates?room=R&after=N  "cursor=M\n" and the lines N+1 … M, at once
 *                                   or when there are any; "gap=1\n" in front
 *                                   if some of them are forgotten already
 *     anything else                 the body again, at once
 *
 * A room remembers lines up to KEEP_MAX bytes.  Everybody who is held stands at
 * the newest line, so one rendering of the news is right for all of them. */
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fatal.h"
#include "base/list.h"
#include "base/map.h"
#include "base/mem.h"

#define INPUT_SIZE ((size_t)128 * 1024)
#define EVENTS_MAX 512
#define KEEP_MAX   ((size_t)256 * 1024)
#define REPLY_MAX  60000 /* of lines in one reply: it is one record */

/* FastCGI 1.0, sections 3 and 8. */
enum record_type {
    RECORD_BEGIN = 1,
    RECORD_END = 3,
    RECORD_PARAMS = 4,
    RECORD_STDIN = 5,
    RECORD_STDOUT = 6,
};
#define HEADER_LEN 8

struct room {
    uint64_t last;    /* number of the newest line, 0 if there is none */
    uint64_t first;   /* of the oldest that is remembered */
    struct buf lines; /* each with its line feed */
    struct list held; /* connections */
};

struct conn {
    int fd;
    struct buf input;           /* a request that has not come whole yet */
    struct buf unsent;          /* what the socket did not take */
    struct list_node held_link; /* in its room */
};

/* What is asked; points into the input. */
struct request {
    struct span uri;
    struct span query;
    struct buf body;
    bool is_whole;
};

static int epoll_fd;
static struct map *rooms;
static char input[INPUT_SIZE];

/* --- replies ------------------------------------------------------------- */

static void watch(struct conn *conn, int operation, bool wants_writing)
{
    struct epoll_event event = {
        .events = EPOLLIN | (wants_writing ? EPOLLOUT : 0),
        .data.ptr = conn,
    };

    MUST(epoll_ctl(epoll_fd, operation, conn->fd, &event) == 0);
}

static void send_reply(struct conn *conn, struct span reply)
{
    const ssize_t sent = send(conn->fd, reply.at, reply.len, MSG_NOSIGNAL);
    const size_t taken = sent > 0 ? (size_t)sent : 0;

    if (taken == reply.len)
        return;
    buf_add(&conn->unsent, reply.at + taken, reply.len - taken);
    watch(conn, EPOLL_CTL_MOD, true);
}

static void send_unsent(struct conn *conn)
{
    struct buf rest = conn->unsent;

    conn->unsent = (struct buf){0};
    watch(conn, EPOLL_CTL_MOD, false);
    send_reply(conn, buf_span(&rest));
    buf_fini(&rest);
}

static void add_header(struct buf *to, enum record_type type, size_t len)
{
    const unsigned char header[HEADER_LEN] = {
        1, (unsigned char)type,       0,
        1, (unsigned char)(len >> 8), (unsigned char)len,
    };

    buf_add(to, header, sizeof header);
}

/* A whole reply: one record with all of it, and the end. */
static void render(struct buf *to, struct span head, struct span body)
{
    static const char fields[] = "Content-Type: text/plain\r\n\r\n";
    static const char end[8] = {0};

    buf_clear(to);
    add_header(to, RECORD_STDOUT, sizeof fields - 1 + head.len + body.len);
    buf_add(to, fields, sizeof fields - 1);
    buf_add_span(to, head);
    buf_add_span(to, body);
    add_header(to, RECORD_STDOUT, 0);
    add_header(to, RECORD_END, sizeof end);
    buf_add(to, end, sizeof end);
}

static void answer(struct conn *conn, struct span body)
{
    static struct buf reply;

    render(&reply, span_of(""), body);
    send_reply(conn, buf_span(&reply));
}

/* --- rooms --------------------------------------------------------------- */

static struct room *room_of(struct span name)
{
    struct room *room = map_get(rooms, name);

    if (room != NULL)
        return room;
    room = mem_alloc(sizeof *room);
    room->first = 1;
    list_init(&room->held);
    map_set(rooms, name, room);
    return room;
}

/* Where the line behind the one at 'from' begins. */
static size_t next_line(const struct room *room, size_t from)
{
    const char *feed =
        memchr(room->lines.data + from, '\n', room->lines.len - from);

    return (size_t)(feed - room->lines.data) + 1;
}

/* The older half of the lines, when there are too many. */
static void forget(struct room *room)
{
    size_t at = 0;

    if (room->lines.len < KEEP_MAX)
        return;
    while (at < KEEP_MAX / 2) {
        at = next_line(room, at);
        room->first++;
    }
    memmove(room->lines.data, room->lines.data + at, room->lines.len - at);
    room->lines.len -= at;
}

/* From the end, because that is where most readers stand. */
static size_t place_of(const struct room *room, uint64_t number)
{
    size_t at = room->lines.len;

    for (uint64_t n = room->last; n >= number; n--) {
        const char *feed = memrchr(room->lines.data, '\n', at - 1);

        at = feed != NULL ? (size_t)(feed - room->lines.data) + 1 : 0;
    }
    return at;
}

/* What comes after 'after', as much as one reply takes. */
static void render_news(struct buf *to, const struct room *room, uint64_t after)
{
    const uint64_t first = after + 1 > room->first ? after + 1 : room->first;
    const size_t begin = place_of(room, first);
    size_t end = room->lines.len;
    uint64_t last = room->last;
    char head[64];

    if (end - begin > REPLY_MAX) {
        last = first - 1;
        for (end = begin; next_line(room, end) - begin <= REPLY_MAX; last++)
            end = next_line(room, end);
    }
    snprintf(head, sizeof head, "%scursor=%llu\n",
             first > after + 1 ? "gap=1\n" : "", (unsigned long long)last);
    render(to, span_of(head),
           (struct span){room->lines.data + begin, end - begin});
}

static void post(struct conn *conn, struct span room_name, struct span text)
{
    static struct buf news;
    struct room *room = room_of(room_name);
    struct list_node *node;

    forget(room);
    buf_add_span(&room->lines, text);
    buf_add_char(&room->lines, '\n');
    room->last++;
    answer(conn, span_of("ok\n"));
    render_news(&news, room, room->last - 1);
    while ((node = list_pop(&room->held)) != NULL)
        send_reply(LIST_ITEM(node, struct conn, held_link), buf_span(&news));
}

static void wait_for_news(struct conn *conn, struct span room_name,
                          uint64_t after)
{
    static struct buf news;
    struct room *room = room_of(room_name);

    if (after < room->last) {
        render_news(&news, room, after);
        send_reply(conn, buf_span(&news));
    } else {
        list_push(&room->held, &conn->held_link);
    }
}

/* --- requests ------------------------------------------------------------ */

static size_t take_length(const unsigned char **at)
{
    const unsigned char *p = *at;

    if (p[0] < 128) {
        *at += 1;
        return p[0];
    }
    *at += 4;
    return (size_t)(p[0] & 127) << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 |
           p[3];
}

static void take_params(struct request *request, const unsigned char *at,
                        size_t len)
{
    const unsigned char *end = at + len;

    while (at < end) {
        const size_t name_len = take_length(&at);
        const size_t value_len = take_length(&at);
        const struct span name = {(const char *)at, name_len};
        const struct span value = {(const char *)at + name_len, value_len};

        if (span_is(name, "DOCUMENT_URI"))
            request->uri = value;
        else if (span_is(name, "QUERY_STRING"))
            request->query = value;
        at += name_len + value_len;
    }
}

/* Reads the records of a request; it is whole when the empty STDIN is there. */
static void take_records(struct request *request, const char *data, size_t len)
{
    const unsigned char *at = (const unsigned char *)data;
    const unsigned char *end = at + len;

    while (!request->is_whole && end - at >= HEADER_LEN) {
        const unsigned char *content = at + HEADER_LEN;
        const size_t content_len = (size_t)at[4] << 8 | at[5];

        if ((size_t)(end - content) < content_len + at[6])
            return;
        if (at[1] == RECORD_PARAMS)
            take_params(request, content, content_len);
        else if (at[1] == RECORD_STDIN && content_len > 0)
            buf_add(&request->body, content, content_len);
        else if (at[1] == RECORD_STDIN)
            request->is_whole = true;
        at = content + content_len + at[6];
    }
}

/* The query is "room=R" or "room=R&after=N". */
static void handle(struct conn *conn, const struct request *request)
{
    static const size_t skip = sizeof "room=" - 1;
    const struct span query = request->query;
    const char *amp = memchr(query.at, '&', query.len);
    const size_t end = amp != NULL ? (size_t)(amp - query.at) : query.len;
    const struct span room = {query.at + skip, end - skip};

    if (span_is(request->uri, "/new"))
        post(conn, room, buf_span(&request->body));
    else if (amp != NULL)
        wait_for_news(conn, room,
                      strtoull(amp + sizeof "&after=" - 1, NULL, 10));
    else
        answer(conn, buf_span(&request->body));
}

/* --- connections --------------------------------------------------------- */

static void drop(struct conn *conn)
{
    list_remove(&conn->held_link);
    buf_fini(&conn->input);
    buf_fini(&conn->unsent);
    close(conn->fd);
    mem_free(conn);
}

/* Handles the request if it is whole, else keeps what there is of it. */
static void take_input(struct conn *conn, struct span data)
{
    struct request request = {.query = span_of("")};

    take_records(&request, data.at, data.len);
    if (request.is_whole) {
        handle(conn, &request);
        buf_clear(&conn->input);
    } else if (conn->input.len == 0) {
        buf_add_span(&conn->input, data);
    }
    buf_fini(&request.body);
}

static void on_event(struct conn *conn, uint32_t events)
{
    ssize_t len;

    if ((events & EPOLLOUT) != 0 && conn->unsent.len > 0)
        send_unsent(conn);
    if ((events & ~(uint32_t)EPOLLOUT) == 0)
        return;
    len = recv(conn->fd, input, INPUT_SIZE - 1, 0);
    if (len > 0) {
        input[len] = '\0'; /* strtoull stops there at last */
        if (conn->input.len > 0) {
            buf_add(&conn->input, input, (size_t)len);
            take_input(conn, buf_span(&conn->input));
        } else {
            take_input(conn, (struct span){input, (size_t)len});
        }
    } else if (len == 0 || (errno != EAGAIN && errno != EINTR)) {
        drop(conn);
    }
}

static void on_connections(int listen_fd)
{
    int fd;

    while ((fd = accept4(listen_fd, NULL, NULL,
                         SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct conn *conn = mem_alloc(sizeof *conn);

        conn->fd = fd;
        watch(conn, EPOLL_CTL_ADD, false);
    }
}

static int listen_on(const char *path)
{
    const int fd =
        socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (fd < 0 || strlen(path) >= sizeof address.sun_path)
        return -1;
    memcpy(address.sun_path, path, strlen(path) + 1);
    if (bind(fd, (const struct sockaddr *)&address, sizeof address) != 0 ||
        listen(fd, 4096) != 0)
        return -1;
    return fd;
}

int main(int argc, char **argv)
{
    struct epoll_event events[EVENTS_MAX];
    struct epoll_event listening = {.events = EPOLLIN};
    struct rlimit limit;
    int listen_fd;

    if (argc != 2 || (listen_fd = listen_on(argv[1])) < 0) {
        fputs("usage: holder SOCKET\n", stderr);
        return 2;
    }
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    rooms = map_new();
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    MUST(epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listen_fd, &listening) == 0);
    for (;;) {
        const int count = epoll_wait(epoll_fd, events, EVENTS_MAX, -1);

        for (int i = 0; i < count; i++) {
            if (events[i].data.ptr == NULL)
                on_connections(listen_fd);
            else
                on_event(events[i].data.ptr, events[i].events);
        }
    }
}
