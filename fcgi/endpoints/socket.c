#include "endpoints/socket.h"

#include "base/dice.h"
#include "base/mem.h"
#include "endpoints/socket_reader.h"
#include "model/feed_name.h"

/* Those who are sent away come back spread over this time. */
#define COME_BACK_MS 2000

/* --- frames to the client ------------------------------------------------ */

static void add_text(struct buf *json, const char *name, struct span value)
{
    if (value.at == NULL)
        return;
    buf_addf(json, ",\"%s\":", name);
    json_add_string(json, value);
}

void socket_send_error(struct socket *socket, enum problem problem,
                       const char *detail, struct span client_id,
                       struct span room)
{
    const struct problem_text text = problem_text(problem);
    struct buf json = {0};

    buf_add_str(&json, "{\"type\":\"error\"");
    add_text(&json, "problem", span_of(text.slug));
    add_text(&json, "title", span_of(text.title));
    add_text(&json, "detail", span_of(detail != NULL ? detail : text.detail));
    add_text(&json, "client_id", client_id);
    if (room.len > 0 && !feed_name_is_room(room))
        add_text(&json, "feed", feed_name_word(room));
    else
        add_text(&json, "room", room);
    buf_add_char(&json, '}');
    websocket_send_text(socket->conn, buf_span(&json));
    buf_fini(&json);
}

static void pong(struct socket *socket, const struct json_object_text *frame)
{
    (void)frame;
    websocket_send_text(socket->conn, span_of("{\"type\":\"pong\"}"));
}

/* --- frames from the client ---------------------------------------------- */

typedef void frame_fn(struct socket *socket,
                      const struct json_object_text *frame);

/* What a client can ask for. */
static const struct {
    const char *type;
    frame_fn *take;
} frames[] = {
    /* Tell me what is said in a room, from this cursor on. */
    {"subscribe", socket_subscribe},
    /* No more of it. */
    {"unsubscribe", socket_unsubscribe},
    /* Say something in a room. */
    {"post", socket_post},
    /* I meant something else; I did not say that. */
    {"edit", socket_edit},
    {"delete", socket_delete},
    /* I am writing something. */
    {"typing", socket_typing},
    /* Are you there? */
    {"ping", pong},
};

static void take_frame(struct socket *socket,
                       const struct json_object_text *frame)
{
    struct span type;

    if (json_get_text(frame, "type", &type) != JSON_FOUND) {
        socket_send_error(socket, PROBLEM_FRAME_MALFORMED, NULL, SPAN_NONE,
                          SPAN_NONE);
        return;
    }
    for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
        if (span_is(type, frames[i].type)) {
            frames[i].take(socket, frame);
            return;
        }
    }
    socket_send_error(socket, PROBLEM_TYPE_UNKNOWN, NULL, SPAN_NONE, SPAN_NONE);
}

/* An error is no answer to one who does not listen: then the end is. */
static void refuse_frame(struct socket *socket,
                         const struct json_object_text *frame)
{
    struct span client_id = SPAN_NONE;

    if (!bucket_take(&socket->refusals, SOCKET_REFUSED_PER_S,
                     SOCKET_REFUSED_BURST,
                     loop_now_ms(socket->gate->core.loop))) {
        websocket_close(socket->conn, WEBSOCKET_POLICY, "too many requests");
        return;
    }
    json_get_text(frame, "client_id", &client_id);
    socket_send_error(socket, PROBLEM_TOO_MANY_REQUESTS, NULL, client_id,
                      SPAN_NONE);
}

static void on_text(void *arg, struct span text)
{
    struct socket *socket = arg;
    struct json_object_text frame;

    /* What is no object has no members, and no type either. */
    json_open(&frame, text);
    if (bucket_take(&socket->frames, SOCKET_FRAMES_PER_S, SOCKET_FRAMES_BURST,
                    loop_now_ms(socket->gate->core.loop)))
        take_frame(socket, &frame);
    else
        refuse_frame(socket, &frame);
    json_close(&frame);
}

/* --- coming and going ---------------------------------------------------- */

static void on_sent(void *arg)
{
    struct socket *socket = arg;

    socket_readers_go_on(socket->conn, &socket->behind);
    socket_subscriptions_go_on(socket);
}

static void on_closed(void *arg)
{
    struct socket *socket = arg;

    socket_subscriptions_end(socket);
    socket_posts_end(socket);
    socket_typings_end(socket);
    visitor_fini(&socket->visitor);
    mem_free(socket);
}

static const struct websocket_events events = {
    .on_text = on_text, .on_sent = on_sent, .on_closed = on_closed};

static void on_known(struct visitor *visitor, bool is_known)
{
    struct socket *socket = LIST_ITEM(visitor, struct socket, visitor);

    if (is_known)
        socket_subscriptions_start(socket);
    socket_posts_go_on(socket, is_known);
}

static void on_ended(struct visitor *visitor)
{
    socket_subscriptions_end(LIST_ITEM(visitor, struct socket, visitor));
}

void socket_close_if_drained(struct socket *socket)
{
    struct buf json = {0};

    if (!socket->is_draining || !list_is_empty(&socket->posts))
        return;
    buf_addf(&json, "{\"type\":\"closing\",\"retry_ms\":%u}",
             1 + (unsigned)dice_roll_below(COME_BACK_MS));
    websocket_send_text(socket->conn, buf_span(&json));
    websocket_close(socket->conn, WEBSOCKET_COME_BACK, "come back");
    buf_fini(&json);
}

/* What was said is answered first; nothing else is told any more. */
static void on_drain(struct visitor *visitor)
{
    struct socket *socket = LIST_ITEM(visitor, struct socket, visitor);

    socket->is_draining = true;
    socket_subscriptions_end(socket);
    socket_close_if_drained(socket);
}

static const struct visitor_events visitor_events = {
    .on_known = on_known, .on_ended = on_ended, .on_drain = on_drain};

void socket_open(struct gate *gate, struct websocket_conn *conn,
                 const struct websocket_request *request)
{
    struct socket *socket = mem_alloc(sizeof(*socket));

    socket->gate = gate;
    socket->conn = conn;
    list_init(&socket->subscriptions);
    list_init(&socket->behind);
    list_init(&socket->posts);
    list_init(&socket->typings);
    bucket_init(&socket->frames, SOCKET_FRAMES_BURST,
                loop_now_ms(gate->core.loop));
    bucket_init(&socket->refusals, SOCKET_REFUSED_BURST,
                loop_now_ms(gate->core.loop));
    websocket_attach(conn, &events, socket);
    visitor_init(&socket->visitor, gate, conn, request, &visitor_events);
    if (gate->is_draining)
        on_drain(&socket->visitor);
}
