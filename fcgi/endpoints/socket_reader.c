#include "endpoints/socket_reader.h"

/* Silence is no news here: the pings say that we are there. */
#define HOLD_MS 60000

/* What may not be told yet waits for socket_reader_allow: whether it does. */
static bool hold_back(struct socket_reader *reader)
{
    reader->is_held_back = !reader->may_tell(reader);
    return reader->is_held_back;
}

/* Until there is nothing to tell, or the writer has to catch up. */
static void go_on(struct socket_reader *reader)
{
    while (websocket_is_clear(reader->conn)) {
        if (!hub_ask(reader->question, HOLD_MS) || hold_back(reader))
            return;
        socket_news_tell(reader->conn, reader->question, reader->style);
    }
    list_push(reader->behind, &reader->link);
}

/* When nobody knows whether there is news, or there is none, nothing is said:
 * no client takes the silence of a socket for an answer. */
static void on_answer(struct hub_question *question, enum hub_answer answer)
{
    struct socket_reader *reader = question->arg;

    if (answer == HUB_NEWS && websocket_is_clear(reader->conn)) {
        if (hold_back(reader))
            return;
        socket_news_tell(reader->conn, question, reader->style);
    }
    go_on(reader);
}

void socket_reader_init(struct socket_reader *reader, struct hub *hub,
                        struct websocket_conn *conn, struct list *behind,
                        const struct socket_wish *wish,
                        socket_reader_fn *may_tell)
{
    reader->may_tell = may_tell;
    reader->conn = conn;
    reader->behind = behind;
    reader->style = wish->style;
    reader->question = hub_question_new(hub, 1, on_answer, reader);
    hub_question_set(reader->question, 0, wish->room, wish->cursor);
}

void socket_reader_start(struct socket_reader *reader)
{
    go_on(reader);
}

void socket_reader_allow(struct socket_reader *reader)
{
    if (!reader->is_held_back)
        return;
    reader->is_held_back = false;
    go_on(reader);
}

struct span socket_reader_room(const struct socket_reader *reader)
{
    return hub_look(reader->question, 0).room;
}

void socket_readers_go_on(struct websocket_conn *conn, struct list *behind)
{
    struct list_node *node;

    while (websocket_is_clear(conn) && (node = list_pop(behind)) != NULL)
        go_on(LIST_ITEM(node, struct socket_reader, link));
}

void socket_reader_fini(struct socket_reader *reader)
{
    list_remove(&reader->link);
    hub_question_free(reader->question);
    reader->question = NULL;
}
