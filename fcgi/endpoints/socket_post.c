/* socket_post.c -- say something in a room, or change what one has said.
 *
 *     {"type":"post","room":"tea","body":"...","client_id":"k3"}
 *     {"type":"edit","room":"tea","id":"5f-13","body":"...","client_id":"k4"}
 *     {"type":"delete","room":"tea","id":"5f-13","client_id":"k5"}
 *
 * is answered, once Redis has stored it, with
 *
 *     {"type":"posted","client_id":"k3","id":"5f-13","room":"tea"}
 *
 * or with an error that carries the client_id.  A repetition is answered with
 * the first result.  As long as it is not known whose session it is, posts
 * wait. */
#include "base/buf.h"
#include "base/mem.h"
#include "endpoints/posting.h"
#include "endpoints/socket.h"

struct post {
    struct list_node link; /* in socket->posts */
    struct socket *socket;
    struct posting *posting; /* ours */
    bool is_started;
};

static void post_free(struct post *post)
{
    list_remove(&post->link);
    posting_free(post->posting);
    mem_free(post);
}

static void fail(struct post *post, enum problem problem)
{
    struct socket *socket = post->socket;

    socket_send_error(socket, problem, NULL, posting_client_id(post->posting),
                      posting_room(post->posting));
    post_free(post);
    socket_close_if_drained(socket);
}

static void on_posted(void *arg, const struct message *msg,
                      enum problem problem)
{
    struct post *post = arg;
    struct socket *socket = post->socket;
    struct buf json = {0};
    char id[CURSOR_TEXT_SIZE];

    if (msg == NULL) {
        fail(post, problem);
        return;
    }
    cursor_format(id, msg->id);
    buf_add_str(&json, "{\"type\":\"posted\",\"client_id\":");
    json_add_string(&json, posting_client_id(post->posting));
    buf_addf(&json, ",\"id\":\"%s\",\"room\":\"%.*s\"}", id, (int)msg->room.len,
             msg->room.at);
    websocket_send_text(socket->conn, buf_span(&json));
    buf_fini(&json);
    post_free(post);
    socket_close_if_drained(socket);
}

static void start(struct post *post)
{
    struct socket *socket = post->socket;

    post->is_started = true;
    posting_start(post->posting, &socket->gate->core,
                  &(struct posting_author){span_of(socket->visitor.person),
                                           span_of(socket->visitor.name)},
                  SPAN_NONE, on_posted, post);
}

static void take(struct socket *socket, const struct json_object_text *frame,
                 enum message_kind kind)
{
    struct posting_draft draft = {.kind = kind};
    enum problem problem = PROBLEM_FIELD_INVALID;
    const char *detail = NULL;
    struct posting *posting = NULL;
    struct post *post;

    if (json_get_text(frame, "client_id", &draft.client_id) != JSON_FOUND) {
        problem = PROBLEM_CLIENT_ID_INVALID;
        detail = "A post has a client_id, a text that is new for each message.";
    } else if (json_get_text(frame, "room", &draft.room) == JSON_OTHER_TYPE ||
               json_get_text(frame, "id", &draft.id) == JSON_OTHER_TYPE ||
               json_get_text(frame, "body", &draft.body) == JSON_OTHER_TYPE) {
        detail = "'room', 'id' and 'body' are texts.";
    } else if (!address_may_post(socket->visitor.address)) {
        problem = PROBLEM_TOO_MANY_REQUESTS;
    } else {
        posting = posting_new(&draft, &problem);
    }
    if (posting == NULL) {
        socket_send_error(socket, problem, detail, draft.client_id, draft.room);
        return;
    }
    post = mem_alloc(sizeof(*post));
    post->socket = socket;
    post->posting = posting;
    list_push(&socket->posts, &post->link);
    if (socket->visitor.state == VISITOR_KNOWN)
        start(post);
    else if (socket->visitor.state == VISITOR_UNKNOWN)
        visitor_look_again(&socket->visitor);
}

void socket_post(struct socket *socket, const struct json_object_text *frame)
{
    take(socket, frame, MESSAGE_SAID);
}

void socket_edit(struct socket *socket, const struct json_object_text *frame)
{
    take(socket, frame, MESSAGE_EDIT);
}

void socket_delete(struct socket *socket, const struct json_object_text *frame)
{
    take(socket, frame, MESSAGE_DELETE);
}

void socket_posts_go_on(struct socket *socket, bool is_known)
{
    LIST_FOREACH(node, &socket->posts) {
        struct post *post = LIST_ITEM(node, struct post, link);

        if (is_known && !post->is_started)
            start(post);
        else if (!post->is_started)
            fail(post, PROBLEM_UNAVAILABLE);
    }
}

void socket_posts_end(struct socket *socket)
{
    struct list_node *node;

    while ((node = list_first(&socket->posts)) != NULL)
        post_free(LIST_ITEM(node, struct post, link));
}
