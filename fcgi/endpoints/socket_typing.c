/* socket_typing.c -- I am writing something.
 *
 *     {"type":"typing","room":"tea"}
 *
 * is told to those who listen to who is there, and not answered: whether it was
 * told, too soon after the last time, or lost, nobody needs to know. */
#include <string.h>

#include "base/mem.h"
#include "endpoints/socket.h"
#include "model/room.h"

/* On its way to Redis, if he may say something there. */
struct typing {
    struct list_node link; /* in socket->typings */
    struct socket *socket;
    struct access_call *judging; /* access's, until its callback */
    struct store_call *asked;    /* then store's, until its callback */
    char room[ROOM_NAME_MAX + 1];
};

static void typing_free(struct typing *typing)
{
    if (typing->judging != NULL)
        access_cancel(typing->judging);
    if (typing->asked != NULL)
        store_cancel(typing->asked);
    list_remove(&typing->link);
    mem_free(typing);
}

static void on_told(void *arg, enum store_result result, int64_t count)
{
    struct typing *typing = arg;

    (void)result;
    (void)count;
    typing->asked = NULL;
    typing_free(typing);
}

static void on_judged(void *arg, enum access_verdict verdict)
{
    struct typing *typing = arg;
    const struct presence_person person =
        visitor_person(&typing->socket->visitor);

    typing->judging = NULL;
    if (verdict == ACCESS_ALLOWED)
        typing->asked = store_presence_typing(typing->socket->gate->core.store,
                                              span_of(typing->room), person.id,
                                              person.name, on_told, typing);
    else
        typing_free(typing);
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
    if (socket->visitor.state != VISITOR_KNOWN)
        return;
    typing = mem_alloc(sizeof(*typing));
    typing->socket = socket;
    memcpy(typing->room, room.at, room.len);
    list_push(&socket->typings, &typing->link);
    typing->judging = access_open(socket->gate->core.access, room, person.id,
                                  ACCESS_POST, on_judged, typing);
}

void socket_typings_end(struct socket *socket)
{
    struct list_node *node;

    while ((node = list_first(&socket->typings)) != NULL)
        typing_free(LIST_ITEM(node, struct typing, link));
}
