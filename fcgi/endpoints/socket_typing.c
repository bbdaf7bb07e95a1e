/* socket_typing.c -- I am writing something.
 *
 *     {"type":"typing","room":"tea"}
 *
 * is told to those who listen to who is there, and not answered: whether it was
 * told, too soon after the last time, or lost, nobody needs to know. */
#include "base/mem.h"
#include "endpoints/socket.h"
#include "model/room.h"

/* On its way to Redis. */
struct typing {
    struct list_node link; /* in socket->typings */
    struct store_call *asked;
};

static void typing_free(struct typing *typing)
{
    list_remove(&typing->link);
    mem_free(typing);
}

static void on_told(void *arg, enum store_result result, int64_t count)
{
    (void)result;
    (void)count;
    typing_free(arg);
}

void socket_typing(struct socket *socket, const struct json_object_text *frame)
{
    const struct presence_person person = visitor_person(&socket->visitor);
    struct span room = span_of(ROOM_DEFAULT);
    struct typing *typing;

    if (json_get_text(frame, "room", &room) == JSON_OTHER_TYPE) {
        socket_send_error(socket, PROBLEM_FIELD_INVALID, "'room' is a text.",
                          SPAN_NONE, SPAN_NONE);
        return;
    }
    if (!room_name_is_valid(room)) {
        socket_send_error(socket, PROBLEM_ROOM_INVALID, NULL, SPAN_NONE, room);
        return;
    }
    /* As long as it is not known who he is, he types for himself. */
    if (socket->visitor.state != VISITOR_KNOWN || room_is_closed(room))
        return;
    typing = mem_alloc(sizeof(*typing));
    list_push(&socket->typings, &typing->link);
    typing->asked =
        store_presence_typing(socket->gate->core.store, room, person.id,
                              person.name, on_told, typing);
}

void socket_typings_end(struct socket *socket)
{
    struct list_node *node;

    while ((node = list_first(&socket->typings)) != NULL) {
        struct typing *typing = LIST_ITEM(node, struct typing, link);

        store_cancel(typing->asked);
        typing_free(typing);
    }
}
