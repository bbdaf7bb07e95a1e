#include "io/websocket.h"

#include <libwebsockets.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/descriptors.h"
#include "base/fatal.h"
#include "base/list.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/wheel.h"
#include "io/acceptor.h"

/* Each connection has a buffer of this size for what comes in.  What people
 * write is short; a longer message comes in pieces. */
#define RECEIVE_LEN 256
/* The headers that nginx/websocket.conf passes on: nginx takes lines of 8 KB. */
#define HEADERS_LEN 16384
#define COOKIES_MAX 8192
#define VALUE_MAX   1024
/* From the connection to the end of the headers. */
#define HANDSHAKE_S 10
/* For a peer to take what it was still to be sent, and to say goodbye. */
#define CLOSE_MS 5000
#define TICK_MS  WHEEL_TICK_MS
/* More than enough for all that lws has in the loop to be closed. */
#define LWS_END_TURNS 8
/* Never in one piece is what limits a write to lws. */
#define WRITE_MAX ((size_t)16 * 1024 * 1024)
/* What a peer takes of a unix socket is seen when he has taken a whole write. */
#define PIECE_LEN ((size_t)16 * 1024)

/* A packet that waits for the socket. */
struct waiting {
    struct list_node link;
    struct websocket_packet *packet; /* one reference */
};

enum conn_state {
    CONN_OPEN,
    CONN_CLOSING, /* websocket_close was called */
    CONN_KILLED,  /* lws was told to end it */
};

/* Lives in the memory that lws gives each of its connections. */
struct websocket_conn {
    struct websocket *door;   /* NULL: not open (yet) */
    struct lws *wsi;          /* lws's, and so are we */
    struct list_node link;    /* in door->conns */
    struct list_node closing; /* in door->closing, until its goodbye is said */
    const struct websocket_events *events; /* NULL: nobody's (any more) */
    void *arg;
    struct buf in; /* the message whose frames are coming in */
    struct list out;
    size_t unsent; /* bytes in 'out', and of the packet lws is at */
    enum conn_state state;
    uint16_t code;      /* enum websocket_code, of CLOSING */
    bool is_blocked;    /* lws has a rest that the socket did not take */
    bool awaiting_pong; /* nothing was heard since the ping */
    const char *reason;
    uint64_t heard_at_ms;
    uint64_t written;   /* bytes, in all */
    uint64_t pinged_at; /* of them, when the last ping was */
    uint64_t taken;     /* see set_patience */
    struct wheel_entry deadline;
};

struct websocket {
    struct loop *loop;                           /* the caller's, like these */
    const struct websocket_callbacks *callbacks; /* outlive us */
    const struct websocket_times *times;
    void *arg;
    struct lws_context *context;
    struct lws_vhost *vhost; /* the context's */
    struct acceptor acceptor;
    struct list conns;
    struct list closing;
    struct loop_task close;
    size_t conn_count;
    size_t crowded_at;
    struct wheel deadlines;
    struct loop_timer *tick;
};

/* --- packets ------------------------------------------------------------- */

/* RFC 6455, section 5.2: FIN, text, not masked. */
void websocket_add_frame(struct buf *to, struct span text)
{
    uint8_t head[10] = {0x81};
    size_t len = 2;

    if (text.len < 126) {
        head[1] = (uint8_t)text.len;
    } else if (text.len <= UINT16_MAX) {
        head[1] = 126;
        len = 4;
    } else {
        head[1] = 127;
        len = 10;
    }
    for (size_t i = len, rest = text.len; i > 2; i--, rest >>= 8)
        head[i - 1] = (uint8_t)(rest & 0xff);
    buf_add(to, head, len);
    buf_add_span(to, text);
}

struct websocket_packet *websocket_packet_new(struct span frames)
{
    struct websocket_packet *packet = mem_alloc(sizeof(*packet) + frames.len);

    packet->refs = 1;
    packet->len = frames.len;
    memcpy(packet->bytes, frames.at, frames.len);
    return packet;
}

void websocket_packet_unref(struct websocket_packet *packet)
{
    if (packet != NULL && --packet->refs == 0)
        mem_free(packet);
}

/* --- deadlines ----------------------------------------------------------- */

static void set_deadline(struct websocket_conn *conn, uint64_t at_ms)
{
    wheel_cancel(&conn->door->deadlines, &conn->deadline);
    wheel_add(&conn->door->deadlines, &conn->deadline, at_ms);
}

static void set_deadline_in(struct websocket_conn *conn, uint64_t delay_ms)
{
    set_deadline(conn, loop_now_ms(conn->door->loop) + delay_ms);
}

/* How much of what was written the peer has taken, more or less: the socket counts
 * its own expenses, too. */
static uint64_t taken(const struct websocket_conn *conn)
{
    int left = 0;

    /* Fails: then he has taken it all. */
    ioctl(lws_get_socket_fd(conn->wsi), SIOCOUTQ, &left);
    return conn->written - (uint64_t)left;
}

/* So long may he take nothing (blocked), or not answer when he has. */
static void set_patience(struct websocket_conn *conn)
{
    const struct websocket_times *times = conn->door->times;

    conn->taken = taken(conn);
    set_deadline_in(conn, conn->is_blocked ? times->stall_ms : times->pong_ms);
}

/* He is slow, and not away: since then he has taken something, and what he is
 * waited for lay behind it. */
static bool takes_on(const struct websocket_conn *conn)
{
    const int64_t more = (int64_t)(taken(conn) - conn->taken);

    /* While he is blocked lws may have filled up what he took, so that there seems
     * to be less. */
    if (conn->is_blocked)
        return more != 0;
    return more > 0 && (int64_t)(conn->pinged_at - conn->taken) > 0;
}

static void note_heard(struct websocket_conn *conn)
{
    conn->heard_at_ms = loop_now_ms(conn->door->loop);
    conn->awaiting_pong = false;
}

/* --- writing ------------------------------------------------------------- */

/* lws looks at its timers when something happens to its descriptors, and one
 * of them is there for that. */
static void wake_lws(struct websocket *door)
{
    lws_cancel_service(door->context);
}

/* Ends it without goodbye, in the next turn. */
static void kill_conn(struct websocket_conn *conn)
{
    conn->state = CONN_KILLED;
    list_remove(&conn->closing);
    wheel_cancel(&conn->door->deadlines, &conn->deadline);
    lws_set_timeout(conn->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
    wake_lws(conn->door);
}

/* The frames are whole and have their heads: to lws they are raw.  False when the
 * peer is gone. */
static bool write_raw(struct websocket_conn *conn, uint8_t *bytes, size_t len)
{
    while (len > 0) {
        const bool is_rest =
            len <= PIECE_LEN || lws_partial_buffered(conn->wsi);
        const size_t piece = is_rest ? len : PIECE_LEN;

        if (lws_write(conn->wsi, bytes, piece, LWS_WRITE_RAW) < 0)
            return false;
        conn->written += piece;
        bytes += piece;
        len -= piece;
    }
    return true;
}

/* lws keeps what the socket does not take, and says WRITEABLE when that is
 * gone. */
static void write_packet(struct websocket_conn *conn,
                         struct websocket_packet *packet)
{
    if (!write_raw(conn, packet->bytes, packet->len)) {
        kill_conn(conn);
        return;
    }
    if (!lws_partial_buffered(conn->wsi))
        return;
    conn->is_blocked = true;
    conn->unsent += packet->len;
    if (conn->state == CONN_OPEN)
        set_patience(conn);
}

static void drop_waiting(struct websocket_conn *conn)
{
    struct list_node *node;

    while ((node = list_pop(&conn->out)) != NULL) {
        struct waiting *waiting = LIST_ITEM(node, struct waiting, link);

        conn->unsent -= waiting->packet->len;
        websocket_packet_unref(waiting->packet);
        mem_free(waiting);
    }
}

static void write_waiting(struct websocket_conn *conn)
{
    struct list_node *node;

    while (!conn->is_blocked && conn->state != CONN_KILLED &&
           (node = list_pop(&conn->out)) != NULL) {
        struct waiting *waiting = LIST_ITEM(node, struct waiting, link);

        conn->unsent -= waiting->packet->len;
        write_packet(conn, waiting->packet);
        websocket_packet_unref(waiting->packet);
        mem_free(waiting);
    }
}

static void wait_in_line(struct websocket_conn *conn,
                         struct websocket_packet *packet)
{
    struct waiting *waiting = mem_alloc(sizeof(*waiting));

    waiting->packet = packet;
    packet->refs++;
    conn->unsent += packet->len;
    list_push(&conn->out, &waiting->link);
}

void websocket_send(struct websocket_conn *conn,
                    struct websocket_packet *packet)
{
    if (conn->state != CONN_OPEN)
        return;
    if (!conn->is_blocked)
        write_packet(conn, packet);
    else if (conn->unsent + packet->len <= WEBSOCKET_UNSENT_MAX)
        wait_in_line(conn, packet);
    else
        websocket_close(conn, WEBSOCKET_SLOW, "slow");
}

void websocket_send_text(struct websocket_conn *conn, struct span text)
{
    struct buf frame = {0};
    struct websocket_packet *packet;

    websocket_add_frame(&frame, text);
    packet = websocket_packet_new(buf_span(&frame));
    websocket_send(conn, packet);
    websocket_packet_unref(packet);
    buf_fini(&frame);
}

bool websocket_is_clear(const struct websocket_conn *conn)
{
    return !conn->is_blocked;
}

/* Sends the close frame; lws waits for the peer's.  A callback may ask lws for
 * that by what it returns, but then some builds of lws, Debian's among them,
 * close once more at once, and the frame is never sent. */
static void say_goodbye(struct websocket_conn *conn)
{
    char text[64];
    const size_t len = strlen(conn->reason);

    MUST(len < sizeof(text));
    memcpy(text, conn->reason, len);
    lws_close_reason(conn->wsi, (enum lws_close_status)conn->code,
                     (unsigned char *)text, len);
    lws_set_timeout(conn->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
}

/* Outside of lws, which may be at that connection when it is to be closed. */
static void on_close_task(struct loop_task *task)
{
    struct websocket *door = LIST_ITEM(task, struct websocket, close);
    struct list_node *node;

    while ((node = list_pop(&door->closing)) != NULL)
        say_goodbye(LIST_ITEM(node, struct websocket_conn, closing));
    wake_lws(door);
}

static void close_soon(struct websocket_conn *conn)
{
    list_push(&conn->door->closing, &conn->closing);
    loop_task_start(conn->door->loop, &conn->door->close, on_close_task);
}

void websocket_close(struct websocket_conn *conn, enum websocket_code code,
                     const char *reason)
{
    if (conn->state != CONN_OPEN)
        return;
    (code == WEBSOCKET_COME_BACK ? log_debug : log_info)(
        "websocket_closes", "code=%d why=\"%s\" unsent=%zu", (int)code, reason,
        conn->unsent);
    conn->state = CONN_CLOSING;
    conn->code = (uint16_t)code;
    conn->reason = reason;
    if (code == WEBSOCKET_SLOW)
        drop_waiting(conn);
    set_deadline_in(conn, CLOSE_MS);
    if (!conn->is_blocked)
        close_soon(conn);
}

/* lws has got rid of what the socket did not take. */
static void on_writeable(struct websocket_conn *conn)
{
    if (!conn->is_blocked)
        return;
    conn->is_blocked = false;
    conn->unsent = 0;
    LIST_FOREACH(node, &conn->out)
        conn->unsent += LIST_ITEM(node, struct waiting, link)->packet->len;
    /* A ping that stood behind what was written has arrived only now. */
    if (conn->state == CONN_OPEN && conn->awaiting_pong)
        set_patience(conn);
    else if (conn->state == CONN_OPEN)
        set_deadline(conn, conn->heard_at_ms + conn->door->times->ping_ms);
    write_waiting(conn);
    if (conn->is_blocked)
        return;
    if (conn->state == CONN_CLOSING)
        close_soon(conn);
    else if (conn->state == CONN_OPEN && conn->events != NULL)
        conn->events->on_sent(conn->arg);
}

/* It carries a byte, and so does the answer: of an empty one lws says nothing. */
static void ping(struct websocket_conn *conn)
{
    unsigned char frame[LWS_PRE + 1] = {0};

    conn->awaiting_pong = true;
    conn->pinged_at = conn->written;
    set_patience(conn);
    if (lws_write(conn->wsi, frame + LWS_PRE, 1, LWS_WRITE_PING) < 0)
        kill_conn(conn);
}

static void on_deadline(struct wheel_entry *entry, void *arg)
{
    struct websocket_conn *conn =
        LIST_ITEM(entry, struct websocket_conn, deadline);
    const struct websocket *door = arg;
    const uint64_t ping_at_ms = conn->heard_at_ms + door->times->ping_ms;

    if (conn->state == CONN_CLOSING)
        kill_conn(conn);
    else if ((conn->is_blocked || conn->awaiting_pong) && takes_on(conn))
        set_patience(conn);
    else if (conn->is_blocked)
        websocket_close(conn, WEBSOCKET_SLOW, "slow");
    else if (conn->awaiting_pong)
        websocket_close(conn, WEBSOCKET_POLICY, "no pong");
    else if (ping_at_ms > loop_now_ms(door->loop))
        set_deadline(conn, ping_at_ms);
    else
        ping(conn);
}

/* --- reading ------------------------------------------------------------- */

static void take_text(struct websocket_conn *conn, struct span text)
{
    if (!text_is_utf8(text))
        websocket_close(conn, WEBSOCKET_NOT_UTF8, "not UTF-8");
    else if (conn->events != NULL)
        conn->events->on_text(conn->arg, text);
}

/* Some bytes of a frame.  A message that came in one piece is not copied. */
static void on_receive(struct websocket_conn *conn, struct span bytes)
{
    const bool is_whole = lws_is_final_fragment(conn->wsi) &&
                          lws_remaining_packet_payload(conn->wsi) == 0;

    note_heard(conn);
    if (conn->state != CONN_OPEN) {
        return;
    } else if (lws_frame_is_binary(conn->wsi)) {
        websocket_close(conn, WEBSOCKET_NOT_TEXT, "text only");
    } else if (conn->in.len + bytes.len > WEBSOCKET_TEXT_MAX) {
        websocket_close(conn, WEBSOCKET_TOO_BIG, "too big");
    } else if (is_whole && conn->in.len == 0) {
        take_text(conn, bytes);
    } else {
        buf_add_span(&conn->in, bytes);
        if (!is_whole)
            return;
        take_text(conn, buf_span(&conn->in));
        buf_fini(&conn->in);
    }
}

/* --- the request --------------------------------------------------------- */

/* Room for the values of one request. */
struct values {
    char path[VALUE_MAX];
    char query[VALUE_MAX];
    char host[VALUE_MAX];
    char origin[VALUE_MAX];
    char cookies[COOKIES_MAX];
    char proto[16];
    char client[64];
};

/* Empty for what is longer than anybody has a use for: it was sent, which counts
 * for an Origin. */
static struct span copy_header(struct lws *wsi, enum lws_token_indexes token,
                               char *to, size_t size)
{
    const int len = lws_hdr_total_length(wsi, token);

    if (len <= 0)
        return SPAN_NONE;
    if ((size_t)len >= size || lws_hdr_copy(wsi, to, (int)size, token) < 0)
        return span_of("");
    return span_of(to);
}

static struct span copy_custom(struct lws *wsi, const char *name, char *to,
                               size_t size)
{
    const int len =
        lws_hdr_custom_copy(wsi, to, (int)size, name, (int)strlen(name));

    return len > 0 ? (struct span){to, (size_t)len} : SPAN_NONE;
}

static struct websocket_request read_request(struct lws *wsi, struct values *to)
{
    return (struct websocket_request){
        .wants_upgrade = lws_hdr_total_length(wsi, WSI_TOKEN_UPGRADE) > 0,
        .path = copy_header(wsi, WSI_TOKEN_GET_URI, to->path, VALUE_MAX),
        .query =
            copy_header(wsi, WSI_TOKEN_HTTP_URI_ARGS, to->query, VALUE_MAX),
        .host = copy_header(wsi, WSI_TOKEN_HOST, to->host, VALUE_MAX),
        .origin = copy_header(wsi, WSI_TOKEN_ORIGIN, to->origin, VALUE_MAX),
        .cookies =
            copy_header(wsi, WSI_TOKEN_HTTP_COOKIE, to->cookies, COOKIES_MAX),
        .forwarded_proto = copy_custom(wsi, "x-forwarded-proto:", to->proto,
                                       sizeof(to->proto)),
        .client = copy_custom(wsi, "x-client:", to->client, sizeof(to->client)),
    };
}

/* Sends an answer that is no upgrade; the connection ends with it. */
static int answer(struct lws *wsi, unsigned status, struct span json)
{
    struct buf reply = {0};
    int result;

    buf_addf(&reply,
             "HTTP/1.1 %u %s\r\nContent-Type: application/%s\r\n"
             "Content-Length: %zu\r\nCache-Control: no-store\r\n%s"
             "Connection: close\r\n\r\n",
             status, status < 300 ? "OK" : "Refused",
             status < 400 ? "json" : "problem+json", json.len,
             status == 503 ? "Retry-After: 1\r\n" : "");
    buf_add_span(&reply, json);
    result = lws_write(wsi, (unsigned char *)reply.data, reply.len,
                       LWS_WRITE_HTTP_FINAL);
    buf_fini(&reply);
    return result < 0 ? -1 : 0;
}

/* What lws is to return: 0 goes on with the upgrade, -1 closes. */
static int on_request(struct websocket *door, struct lws *wsi)
{
    struct values values;
    struct websocket_request request = read_request(wsi, &values);
    struct buf json = {0};
    unsigned status;

    request.is_crowded = door->conn_count >= door->crowded_at;
    status = door->callbacks->on_request(door->arg, &request, &json);
    if (status != 101)
        answer(wsi, status, buf_span(&json));
    buf_fini(&json);
    return status == 101 ? 0 : -1;
}

static void on_established(struct websocket *door, struct lws *wsi,
                           struct websocket_conn *conn)
{
    struct values values;
    const struct websocket_request request = read_request(wsi, &values);

    conn->door = door;
    conn->wsi = wsi;
    list_init(&conn->out);
    list_push(&door->conns, &conn->link);
    door->conn_count++;
    note_heard(conn);
    set_deadline_in(conn, door->times->ping_ms);
    door->callbacks->on_open(door->arg, conn, &request);
}

static void on_closed(struct websocket_conn *conn)
{
    struct websocket *door = conn->door;

    if (door == NULL)
        return;
    conn->state = CONN_KILLED;
    wheel_cancel(&door->deadlines, &conn->deadline);
    drop_waiting(conn);
    buf_fini(&conn->in);
    list_remove(&conn->link);
    list_remove(&conn->closing);
    door->conn_count--;
    conn->door = NULL;
    if (conn->events != NULL)
        conn->events->on_closed(conn->arg);
}

void websocket_attach(struct websocket_conn *conn,
                      const struct websocket_events *events, void *arg)
{
    conn->events = events;
    conn->arg = arg;
}

/* lws calls this for everything; what we return non-zero for is closed. */
static int on_lws(struct lws *wsi, enum lws_callback_reasons reason, void *user,
                  void *in, size_t len)
{
    struct websocket_conn *conn = user;
    struct websocket *door = lws_context_user(lws_get_context(wsi));

    switch ((int)reason) {
    case LWS_CALLBACK_HTTP:
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return on_request(door, wsi);
    case LWS_CALLBACK_ESTABLISHED:
        on_established(door, wsi, conn);
        return 0;
    case LWS_CALLBACK_RECEIVE:
        on_receive(conn, (struct span){in, len});
        return 0;
    case LWS_CALLBACK_RECEIVE_PONG:
        note_heard(conn);
        return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE:
        on_writeable(conn);
        return 0;
    case LWS_CALLBACK_CLOSED:
        on_closed(conn);
        return 0;
    default:
        return 0;
    }
}

/* --- the door ------------------------------------------------------------ */

static void on_lws_log(int level, const char *line)
{
    const struct span text = {line, strcspn(line, "\n")};

    if (level == LLL_ERR)
        log_warn("libwebsockets", "says=%s", log_quote(text));
    else
        log_debug("libwebsockets", "says=%s", log_quote(text));
}

/* It closes what it does not take. */
static void on_accept(void *arg, int fd)
{
    const struct websocket *door = arg;

    lws_adopt_socket_vhost(door->vhost, fd);
}

static void on_tick(void *arg)
{
    struct websocket *door = arg;

    wheel_expire(&door->deadlines, loop_now_ms(door->loop), on_deadline, door);
}

static const struct lws_protocols protocols[] = {
    {
        .name = "holdline",
        .callback = on_lws,
        .per_session_data_size = sizeof(struct websocket_conn),
        .rx_buffer_size = RECEIVE_LEN,
        .tx_packet_size = WRITE_MAX,
    },
    {0},
};

/* Zero: lws is not to ping by itself.  Its deadlines stand in a sorted list,
 * through which each new one has to walk. */
static const lws_retry_bo_t no_pings;

static bool start_lws(struct websocket *door)
{
    void *loops[] = {loop_uv(door->loop)};
    const struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN,
        .protocols = protocols,
        .options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS,
        .foreign_loops = loops,
        .gid = -1,
        .uid = -1,
        .user = door,
        .max_http_header_data2 = HEADERS_LEN,
        .timeout_secs = HANDSHAKE_S,
        .retry_and_idle_policy = &no_pings,
        .vhost_name = "holdline",
    };

    lws_set_log_level(LLL_ERR | LLL_WARN, on_lws_log);
    door->context = lws_create_context(&info);
    if (door->context != NULL)
        door->vhost = lws_create_vhost(door->context, &info);
    if (door->vhost == NULL)
        log_error("websocket_failed",
                  "why=\"libwebsockets does not start; is its libuv part "
                  "(libwebsockets-evlib-uv) installed?\"");
    return door->vhost != NULL;
}

struct websocket *websocket_new(struct loop *loop, int listen_fd,
                                const struct websocket_callbacks *callbacks,
                                const struct websocket_times *times, void *arg)
{
    struct websocket *door = mem_alloc(sizeof(*door));

    door->loop = loop;
    door->callbacks = callbacks;
    door->times = times;
    door->arg = arg;
    door->crowded_at = descriptors_limit() / 8 * 7;
    list_init(&door->conns);
    list_init(&door->closing);
    wheel_init(&door->deadlines, loop_now_ms(loop));
    door->tick = loop_timer_new(loop, on_tick, door);
    acceptor_init(&door->acceptor, loop, listen_fd, &door->conn_count,
                  on_accept, door);
    if (!start_lws(door)) {
        websocket_free(door);
        return NULL;
    }
    loop_timer_start(door->tick, TICK_MS, TICK_MS);
    return door;
}

void websocket_start(struct websocket *door)
{
    acceptor_start(&door->acceptor);
}

void websocket_stop(struct websocket *door)
{
    acceptor_stop(&door->acceptor);
}

/* lws has a handle in the loop for each connection and three for itself, closes
 * the ones after the others, each in a turn of the loop, and wants to be called
 * a second time after that. */
static void stop_lws(struct websocket *door)
{
    lws_context_destroy(door->context);
    for (int turn = 0; turn < LWS_END_TURNS; turn++)
        loop_turn(door->loop);
    lws_context_destroy(door->context);
}

void websocket_free(struct websocket *door)
{
    if (door == NULL)
        return;
    acceptor_fini(&door->acceptor);
    loop_timer_free(door->tick);
    if (door->context != NULL)
        stop_lws(door);
    loop_task_cancel(&door->close);
    MUST(list_is_empty(&door->conns));
    mem_free(door);
}

size_t websocket_connections(const struct websocket *door)
{
    return door->conn_count;
}
