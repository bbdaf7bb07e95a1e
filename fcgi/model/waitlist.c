#include "model/waitlist.h"

#include "base/fatal.h"

void waitlist_init(struct waitlist *list, uint64_t now_ms,
                   waitlist_fn *on_silence, void *arg)
{
    wheel_init(&list->wheel, now_ms);
    list->count = 0;
    list->on_silence = on_silence;
    list->arg = arg;
}

void wait_queue_init(struct wait_queue *queue)
{
    *queue = (struct wait_queue){0};
    list_init(&queue->places);
}

void waitlist_add(struct waitlist *list, struct waiter *waiter,
                  uint64_t deadline_ms)
{
    MUST(!waiter->is_waiting);
    waiter->is_waiting = true;
    wheel_add(&list->wheel, &waiter->deadline, deadline_ms);
    list->count++;
}

void waitlist_join(struct wait_queue *queue, struct wait_place *place,
                   struct waiter *waiter)
{
    MUST(place->queue == NULL);
    place->queue = queue;
    place->waiter = waiter;
    place->turn = ++queue->last_turn;
    list_push(&queue->places, &place->link);
    queue->count++;
}

void waitlist_remove(struct waitlist *list, struct waiter *waiter)
{
    if (!waiter->is_waiting)
        return;
    waiter->is_waiting = false;
    wheel_cancel(&list->wheel, &waiter->deadline);
    list->count--;
}

void waitlist_leave(struct wait_place *place)
{
    if (place->queue == NULL)
        return;
    list_remove(&place->link);
    place->queue->count--;
    place->queue = NULL;
}

static void on_expired(struct wheel_entry *entry, void *arg)
{
    struct waitlist *list = arg;
    struct waiter *waiter = LIST_ITEM(entry, struct waiter, deadline);

    waiter->is_waiting = false;
    list->count--;
    list->on_silence(waiter, list->arg);
}

void waitlist_expire(struct waitlist *list, uint64_t now_ms)
{
    wheel_expire(&list->wheel, now_ms, on_expired, list);
}

void wait_queue_walk(struct wait_queue *queue)
{
    queue->walk_end = queue->last_turn;
}

struct wait_place *wait_queue_next(struct wait_queue *queue)
{
    struct list_node *node = list_first(&queue->places);
    struct wait_place *place;

    if (node == NULL)
        return NULL;
    place = LIST_ITEM(node, struct wait_place, link);
    if (place->turn > queue->walk_end)
        return NULL;
    list_remove(node);
    list_push(&queue->places, node);
    place->turn = ++queue->last_turn;
    return place;
}
