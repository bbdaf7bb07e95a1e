#include "endpoints/chat.h"

#include <stdio.h>

#include "base/bucket.h"
#include "base/dice.h"
#include "base/form.h"
#include "base/mem.h"
#include "endpoints/guard.h"
#include "endpoints/posting.h"
#include "endpoints/socket_reader.h"
#include "endpoints/visitor.h"
#include "model/room.h"

/* As for /ws. */
#define LINES_PER_S   50
#define LINES_BURST   200
#define REFUSED_PER_S 10
#define REFUSED_BURST 1000
/* The key under which the store would know a repetition; nobody repeats. */
#define ONCE_SIZE 48

struct chat {
    struct visitor visitor;
    struct gate *gate;
    struct websocket_conn *conn; /* the door's, until on_closed */
    char *room;                  /* ours */
    struct list behind;
    struct socket_reader reader;
    struct access_watch watch;
    struct live_listener listener;
    struct presence_hold hold; /* from when he hears who comes and leaves */
    struct list lines;         /* said here and on their way, oldest first */
    struct bucket allowed;
    struct bucket refusals; /* of lines that were too many */
    bool is_reading;
    bool is_over; /* he may not any more, and it is being closed */
    bool is_draining;
};

/* A line on its way. */
struct line {
    struct list_node link;
    struct chat *chat;
    struct posting *posting; /* ours */
    bool is_started;
};

/* --- whether he may ------------------------------------------------------ */

static enum access_verdict judge(const struct chat *chat)
{
    return access_watch_judge(&chat->watch, visitor_id(&chat->visitor),
                              ACCESS_READ);
}

static bool may_read(const struct chat *chat)
{
    return !chat->is_over && judge(chat) == ACCESS_ALLOWED;
}

static bool may_tell(struct socket_reader *reader)
{
    return may_read(LIST_ITEM(reader, struct chat, reader));
}

/* --- lines to the client ------------------------------------------------- */

static void say_problem(struct chat *chat, enum problem problem)
{
    const struct problem_text text = problem_text(problem);
    struct buf line = {0};

    buf_addf(&line, "* %s: %s", text.title, text.detail);
    websocket_send_text(chat->conn, buf_span(&line));
    buf_fini(&line);
}

static void say_of(struct chat *chat, struct span name, const char *what,
                   struct span more)
{
    struct buf line = {0};

    buf_add_str(&line, "* ");
    buf_add_span(&line, name);
    buf_add_str(&line, what);
    if (more.at != NULL) {
        buf_add_span(&line, more);
        buf_add_str(&line, " now");
    }
    websocket_send_text(chat->conn, buf_span(&line));
    buf_fini(&line);
}

/* One's own coming is told by on_here, once, also when another tab was there
 * before. */
static void say_event(struct chat *chat, const struct live_event *event)
{
    const bool is_own = span_is(event->person, chat->visitor.person);

    switch (event->kind) {
    case LIVE_JOIN:
        if (!is_own)
            say_of(chat, event->name, " came", SPAN_NONE);
        break;
    case LIVE_LEAVE:
        if (!is_own)
            say_of(chat, event->name, " left", SPAN_NONE);
        break;
    case LIVE_RENAME:
        say_of(chat, event->was, " is called ", event->name);
        break;
    case LIVE_TYPING:
    case LIVE_COUNT:
        break;
    }
}

static void on_here(struct presence_hold *hold)
{
    struct chat *chat = LIST_ITEM(hold, struct chat, hold);

    say_of(chat, span_of(chat->visitor.name), " came", SPAN_NONE);
}

/* He comes when he hears what is told of the others: the first bundle says so. */
static void on_live(void *arg, const struct live_bundle *bundle)
{
    struct chat *chat = arg;
    const struct presence_person person = visitor_person(&chat->visitor);

    if (chat->hold.here == NULL && !chat->is_over)
        presence_enter(chat->gate->core.presence, &chat->hold,
                       span_of(chat->room), &person, on_here);
    if (!websocket_is_clear(chat->conn) || !may_read(chat))
        return;
    for (size_t i = 0; i < bundle->count; i++)
        say_event(chat, &bundle->events[i]);
}

/* --- lines from the client ----------------------------------------------- */

static void line_free(struct line *line)
{
    list_remove(&line->link);
    posting_free(line->posting);
    mem_free(line);
}

static void close_if_drained(struct chat *chat)
{
    if (chat->is_draining && list_is_empty(&chat->lines))
        websocket_close(chat->conn, WEBSOCKET_COME_BACK, "come back");
}

static void on_posted(void *arg, const struct message *msg,
                      enum problem problem)
{
    struct line *line = arg;
    struct chat *chat = line->chat;

    line_free(line);
    if (msg == NULL)
        say_problem(chat, problem);
    close_if_drained(chat);
}

static void start(struct line *line)
{
    struct chat *chat = line->chat;
    char once[ONCE_SIZE];

    snprintf(once, sizeof(once), "line:%016llx%016llx",
             (unsigned long long)dice_roll(), (unsigned long long)dice_roll());
    line->is_started = true;
    posting_start(line->posting, &chat->gate->core,
                  &(struct posting_author){span_of(chat->visitor.person),
                                           span_of(chat->visitor.name)},
                  span_of(once), on_posted, line);
}

static void take_line(struct chat *chat, struct span text)
{
    const struct posting_draft draft = {.room = span_of(chat->room),
                                        .body = text};
    enum problem problem;
    struct posting *posting;
    struct line *line;

    if (!address_may_post(chat->visitor.address)) {
        say_problem(chat, PROBLEM_TOO_MANY_REQUESTS);
        return;
    }
    posting = posting_new(&draft, &problem);
    if (posting == NULL) {
        say_problem(chat, problem);
        return;
    }
    line = mem_alloc(sizeof(*line));
    line->chat = chat;
    line->posting = posting;
    list_push(&chat->lines, &line->link);
    if (chat->visitor.state == VISITOR_KNOWN)
        start(line);
    else if (chat->visitor.state == VISITOR_UNKNOWN)
        visitor_look_again(&chat->visitor);
}

static void on_text(void *arg, struct span text)
{
    struct chat *chat = arg;

    const uint64_t now_ms = loop_now_ms(chat->gate->core.loop);

    if (bucket_take(&chat->allowed, LINES_PER_S, LINES_BURST, now_ms))
        take_line(chat, text);
    else if (bucket_take(&chat->refusals, REFUSED_PER_S, REFUSED_BURST, now_ms))
        say_problem(chat, PROBLEM_TOO_MANY_REQUESTS);
    else
        websocket_close(chat->conn, WEBSOCKET_POLICY, "too many requests");
}

/* --- coming and going ---------------------------------------------------- */

static void on_sent(void *arg)
{
    struct chat *chat = arg;

    socket_readers_go_on(chat->conn, &chat->behind);
}

static void on_closed(void *arg)
{
    struct chat *chat = arg;
    struct list_node *node;

    live_unlisten(&chat->listener);
    presence_leave(&chat->hold, PRESENCE_LEAVES);
    access_unwatch(&chat->watch);
    if (chat->reader.question != NULL)
        socket_reader_fini(&chat->reader);
    while ((node = list_first(&chat->lines)) != NULL)
        line_free(LIST_ITEM(node, struct line, link));
    visitor_fini(&chat->visitor);
    mem_free(chat->room);
    mem_free(chat);
}

static const struct websocket_events events = {
    .on_text = on_text, .on_sent = on_sent, .on_closed = on_closed};

static void read_on(struct chat *chat)
{
    chat->is_reading = true;
    socket_reader_start(&chat->reader);
}

/* Where guests are welcome he reads before it is known who he is.  Who is only
 * called something else now has come already. */
static void let_in(struct chat *chat)
{
    if (!chat->is_reading)
        read_on(chat);
    else
        socket_reader_allow(&chat->reader);
    if (chat->visitor.state == VISITOR_KNOWN && chat->listener.room == NULL)
        live_listen(chat->gate->core.live, &chat->listener, span_of(chat->room),
                    on_live, chat);
}

/* Nothing more is told, and he has left, though it may take a while to close. */
static void end(struct chat *chat)
{
    chat->is_over = true;
    presence_leave(&chat->hold, PRESENCE_LEAVES);
}

static void turn_out(struct chat *chat, enum problem problem)
{
    end(chat);
    say_problem(chat, problem);
    websocket_close(chat->conn,
                    problem == PROBLEM_UNAVAILABLE ? WEBSOCKET_UNAVAILABLE
                                                   : WEBSOCKET_POLICY,
                    problem_text(problem).slug);
}

/* Something has become known: who he is, or who may read the room.  While SQL is
 * away, who is there already waits. */
static void settle(struct chat *chat)
{
    enum access_verdict verdict;

    if (chat->is_over || !visitor_may_read(&chat->visitor))
        return;
    verdict = judge(chat);
    if (verdict == ACCESS_ALLOWED)
        let_in(chat);
    else if (access_is_refused(verdict) ||
             (verdict == ACCESS_UNAVAILABLE && !chat->is_reading))
        turn_out(chat, guard_verdict(verdict));
}

static void on_change(struct access_watch *watch)
{
    settle(LIST_ITEM(watch, struct chat, watch));
}

static void on_known(struct visitor *visitor, bool is_known)
{
    struct chat *chat = LIST_ITEM(visitor, struct chat, visitor);

    if (is_known && chat->room != NULL)
        settle(chat);
    LIST_FOREACH(node, &chat->lines) {
        struct line *line = LIST_ITEM(node, struct line, link);

        if (line->is_started)
            continue;
        if (is_known) {
            start(line);
        } else {
            line_free(line);
            say_problem(chat, PROBLEM_UNAVAILABLE);
        }
    }
    close_if_drained(chat);
}

static void on_ended(struct visitor *visitor)
{
    end(LIST_ITEM(visitor, struct chat, visitor));
}

static void on_drain(struct visitor *visitor)
{
    struct chat *chat = LIST_ITEM(visitor, struct chat, visitor);

    chat->is_draining = true;
    close_if_drained(chat);
}

static const struct visitor_events visitor_events = {
    .on_known = on_known, .on_ended = on_ended, .on_drain = on_drain};

/* The room of "?room=tea"; SPAN_NONE when it has no such name. */
static struct span read_room(struct form *query,
                             const struct websocket_request *request)
{
    struct span room = span_of(ROOM_DEFAULT);

    if (request->query.at != NULL && !form_parse(query, request->query))
        return SPAN_NONE;
    if (form_get(query, "room").len > 0)
        room = form_get(query, "room");
    return room_name_is_valid(room) ? room : SPAN_NONE;
}

static void enter(struct chat *chat, struct span room)
{
    const struct socket_wish wish = {room, CURSOR_ABSENT, SOCKET_LINES};

    chat->room = mem_copy(room.at, room.len);
    socket_reader_init(&chat->reader, chat->gate->core.hub, chat->conn,
                       &chat->behind, &wish, may_tell);
    access_watch(chat->gate->core.access, &chat->watch, room, on_change);
    settle(chat);
    if (chat->gate->is_draining)
        on_drain(&chat->visitor);
}

void chat_open(struct gate *gate, struct websocket_conn *conn,
               const struct websocket_request *request)
{
    struct chat *chat = mem_alloc(sizeof(*chat));
    struct form query = {0};
    struct span room = read_room(&query, request);

    chat->gate = gate;
    chat->conn = conn;
    list_init(&chat->behind);
    list_init(&chat->lines);
    bucket_init(&chat->allowed, LINES_BURST, loop_now_ms(gate->core.loop));
    bucket_init(&chat->refusals, REFUSED_BURST, loop_now_ms(gate->core.loop));
    websocket_attach(conn, &events, chat);
    visitor_init(&chat->visitor, gate, conn, request, &visitor_events);
    if (room.at != NULL) {
        enter(chat, room);
    } else {
        say_problem(chat, PROBLEM_ROOM_INVALID);
        websocket_close(conn, WEBSOCKET_POLICY, "no such room");
    }
    form_fini(&query);
}
