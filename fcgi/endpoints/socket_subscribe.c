/* socket_subscribe.c -- tell me what is said in a room.
 *
 *     {"type":"subscribe","room":"tea","cursor":"5f-12","html":false}
 *
 * is answered with
 *
 *     {"type":"subscribed","room":"tea","cursor":"5f-12"}
 *
 * and then with a frame for each message after the cursor, now and as they come.
 * Subscribing again begins again from the cursor that comes with it.
 *
 * Who may not read the room, or not any more, is told so by an error, which ends
 * the subscription and nothing else.
 *
 * Who subscribes is present in the room, as soon as it is known who he is; with
 * "presence":true he is told who else is (socket_presence.h). */
#include <stdio.h>

#include "base/buf.h"
#include "base/mem.h"
#include "endpoints/feed_label.h"
#include "endpoints/guard.h"
#include "endpoints/socket.h"
#include "endpoints/socket_presence.h"
#include "endpoints/socket_reader.h"
#include "model/feed_name.h"
#include "model/room.h"

struct subscription {
    struct list_node link; /* in socket->subscriptions */
    struct socket *socket;
    struct socket_reader reader;
    struct access_watch watch;
    struct presence_hold hold;      /* once it is known who it is */
    struct live_listener *listener; /* ours; NULL: he did not ask for it */
    bool is_started; /* else it waits until it is known whether he may */
    bool has_missed; /* what was told while the connection was not clear */
};

static void subscription_free(struct subscription *sub)
{
    sub->socket->subscription_count--;
    list_remove(&sub->link);
    if (sub->listener != NULL)
        live_unlisten(sub->listener);
    mem_free(sub->listener);
    presence_leave(&sub->hold, PRESENCE_LEAVES);
    access_unwatch(&sub->watch);
    socket_reader_fini(&sub->reader);
    mem_free(sub);
}

void socket_subscriptions_end(struct socket *socket)
{
    struct list_node *node;

    while ((node = list_first(&socket->subscriptions)) != NULL)
        subscription_free(LIST_ITEM(node, struct subscription, link));
}

/* --- frames -------------------------------------------------------------- */

static struct subscription *find(const struct socket *socket, struct span room)
{
    LIST_FOREACH(node, &socket->subscriptions) {
        struct subscription *sub = LIST_ITEM(node, struct subscription, link);

        if (span_equal(socket_reader_room(&sub->reader), room))
            return sub;
    }
    return NULL;
}

static void complain(struct socket *socket, enum problem problem,
                     const char *detail, struct span room)
{
    socket_send_error(socket, problem, detail, SPAN_NONE, room);
}

/* "feed"; SPAN_NONE when it is not there. */
static bool read_feed(struct socket *socket,
                      const struct json_object_text *frame, struct span *name)
{
    struct span word = SPAN_NONE;

    *name = SPAN_NONE;
    if (json_get_text(frame, "feed", &word) == JSON_OTHER_TYPE) {
        complain(socket, PROBLEM_FIELD_INVALID, "'feed' is a text.", SPAN_NONE);
        return false;
    }
    if (word.at == NULL)
        return true;
    *name = feed_name_of_word(word);
    if (name->at != NULL)
        return true;
    complain(socket, PROBLEM_FIELD_INVALID, "There is no such feed.",
             SPAN_NONE);
    return false;
}

/* False when the frame was answered with an error. */
static bool read_room(struct socket *socket,
                      const struct json_object_text *frame, struct span *room)
{
    if (!read_feed(socket, frame, room))
        return false;
    if (room->at != NULL)
        return true;
    *room = span_of(ROOM_DEFAULT);
    if (json_get_text(frame, "room", room) == JSON_OTHER_TYPE) {
        complain(socket, PROBLEM_FIELD_INVALID, "'room' is a text.", SPAN_NONE);
        return false;
    }
    if (room_name_is_valid(*room))
        return true;
    complain(socket, PROBLEM_ROOM_INVALID, NULL, *room);
    return false;
}

static bool read_cursor(struct socket *socket,
                        const struct json_object_text *frame, struct span room,
                        struct cursor *cursor)
{
    struct span text = SPAN_NONE;

    *cursor = CURSOR_ABSENT;
    if (json_get_text(frame, "cursor", &text) == JSON_OTHER_TYPE) {
        complain(socket, PROBLEM_FIELD_INVALID, "'cursor' is a text.", room);
        return false;
    }
    if (text.len == 0 || cursor_parse(text, cursor))
        return true;
    complain(socket, PROBLEM_CURSOR_INVALID, NULL, room);
    return false;
}

/* '*value' stays what it is where the frame does not have it. */
static bool read_flag(struct socket *socket,
                      const struct json_object_text *frame, struct span room,
                      const char *name, bool *value)
{
    char detail[64];

    if (json_get_bool(frame, name, value) != JSON_OTHER_TYPE)
        return true;
    snprintf(detail, sizeof(detail), "'%s' is true or false.", name);
    complain(socket, PROBLEM_FIELD_INVALID, detail, room);
    return false;
}

/* --- whether he may ------------------------------------------------------ */

static enum access_verdict judge(const struct subscription *sub)
{
    const struct visitor *visitor = &sub->socket->visitor;

    return access_watch_judge(&sub->watch, visitor_id(visitor), ACCESS_READ);
}

static bool may_read(const struct subscription *sub)
{
    return judge(sub) == ACCESS_ALLOWED;
}

static bool may_tell(struct socket_reader *reader)
{
    return may_read(LIST_ITEM(reader, struct subscription, reader));
}

/* --- who is there -------------------------------------------------------- */

/* Who takes nothing is told nothing; and when he does, how things stand. */
static void on_live(void *arg, const struct live_bundle *bundle)
{
    struct subscription *sub = arg;

    if (websocket_is_clear(sub->socket->conn) && may_read(sub))
        socket_presence_tell(sub->socket->conn, bundle);
    else
        sub->has_missed = true;
}

static void tell_missed(struct subscription *sub)
{
    sub->has_missed = false;
    live_listen_anew(sub->listener);
}

static void be_present(struct subscription *sub)
{
    const struct visitor *visitor = &sub->socket->visitor;
    const struct presence_person person = visitor_person(visitor);
    struct core *core = &sub->socket->gate->core;

    if (visitor->state == VISITOR_KNOWN && sub->hold.here == NULL &&
        feed_name_is_room(socket_reader_room(&sub->reader)))
        presence_enter(core->presence, &sub->hold,
                       socket_reader_room(&sub->reader), &person, NULL);
}

void socket_subscriptions_go_on(struct socket *socket)
{
    LIST_FOREACH(node, &socket->subscriptions) {
        struct subscription *sub = LIST_ITEM(node, struct subscription, link);

        if (sub->has_missed)
            tell_missed(sub);
    }
}

/* --- beginning and ending ------------------------------------------------ */

static void start(struct subscription *sub)
{
    struct websocket_conn *conn = sub->socket->conn;
    const struct hub_question *question = sub->reader.question;

    sub->is_started = true;
    /* A break that is known now says it itself. */
    if (!socket_news_is_break(question))
        socket_news_subscribed(conn, socket_reader_room(&sub->reader),
                               question->places[0].cursor);
    socket_reader_start(&sub->reader);
    if (sub->listener != NULL)
        live_listen(sub->socket->gate->core.live, sub->listener,
                    socket_reader_room(&sub->reader), on_live, sub);
}

static void let_in(struct subscription *sub)
{
    be_present(sub);
    if (!sub->is_started)
        start(sub);
    else
        socket_reader_allow(&sub->reader);
    if (sub->has_missed && sub->is_started)
        tell_missed(sub);
}

static void turn_out(struct subscription *sub, enum access_verdict verdict)
{
    complain(sub->socket, guard_verdict(verdict), NULL,
             socket_reader_room(&sub->reader));
    subscription_free(sub);
}

/* Something has become known: who he is, or who may read the room.  While SQL is
 * away, who is there already waits. */
static void settle(struct subscription *sub)
{
    const enum access_verdict verdict = judge(sub);

    if (!visitor_may_read(&sub->socket->visitor))
        return;
    if (verdict == ACCESS_ALLOWED)
        let_in(sub);
    else if (access_is_refused(verdict) ||
             (verdict == ACCESS_UNAVAILABLE && !sub->is_started))
        turn_out(sub, verdict);
}

static void on_change(struct access_watch *watch)
{
    settle(LIST_ITEM(watch, struct subscription, watch));
}

static void subscribe(struct socket *socket, const struct socket_wish *wish,
                      bool with_presence)
{
    struct subscription *sub = mem_alloc(sizeof(*sub));
    struct core *core = &socket->gate->core;

    sub->socket = socket;
    if (with_presence)
        sub->listener = mem_alloc(sizeof(*sub->listener));
    socket_reader_init(&sub->reader, core->hub, socket->conn, &socket->behind,
                       wish, may_tell);
    access_watch(core->access, &sub->watch, wish->room, on_change);
    list_push(&socket->subscriptions, &sub->link);
    socket->subscription_count++;
    settle(sub);
}

void socket_subscriptions_start(struct socket *socket)
{
    LIST_FOREACH(node, &socket->subscriptions)
        settle(LIST_ITEM(node, struct subscription, link));
}

void socket_subscribe(struct socket *socket,
                      const struct json_object_text *frame)
{
    struct subscription *earlier;
    struct socket_wish wish;
    bool with_html = true;
    bool with_presence = false;

    if (socket->is_draining || !read_room(socket, frame, &wish.room) ||
        !read_cursor(socket, frame, wish.room, &wish.cursor) ||
        !read_flag(socket, frame, wish.room, "html", &with_html) ||
        !read_flag(socket, frame, wish.room, "presence", &with_presence))
        return;
    wish.style = with_html ? SOCKET_HTML : SOCKET_PLAIN;
    if (!feed_name_is_room(wish.room)) {
        wish.style = SOCKET_EVENTS;
        with_presence = false;
    }
    earlier = find(socket, wish.room);
    if (earlier == NULL && socket->subscription_count == SOCKET_ROOMS_MAX) {
        complain(socket, PROBLEM_TOO_MANY_ROOMS,
                 "A connection has at most 32 rooms.", wish.room);
        return;
    }
    /* The room's name is the frame's, and outlives what goes. */
    if (earlier != NULL)
        subscription_free(earlier);
    subscribe(socket, &wish, with_presence);
}

void socket_unsubscribe(struct socket *socket,
                        const struct json_object_text *frame)
{
    struct subscription *sub;
    struct buf json = {0};
    struct span room;

    if (!read_room(socket, frame, &room))
        return;
    sub = find(socket, room);
    if (sub != NULL)
        subscription_free(sub);
    buf_add_str(&json, "{\"type\":\"unsubscribed\",");
    feed_label_add(&json, room);
    buf_add_char(&json, '}');
    websocket_send_text(socket->conn, buf_span(&json));
    buf_fini(&json);
}
