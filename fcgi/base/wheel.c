#include "base/wheel.h"

#include "base/fatal.h"

/* The tick in which 'deadline_ms' has surely passed. */
static uint64_t tick_of(uint64_t deadline_ms)
{
    return (deadline_ms + WHEEL_TICK_MS - 1) / WHEEL_TICK_MS;
}

void wheel_init(struct wheel *wheel, uint64_t now_ms)
{
    for (size_t i = 0; i < WHEEL_SLOTS; i++)
        list_init(&wheel->slots[i]);
    wheel->tick = now_ms / WHEEL_TICK_MS;
    wheel->count = 0;
}

void wheel_add(struct wheel *wheel, struct wheel_entry *entry,
               uint64_t deadline_ms)
{
    uint64_t tick = tick_of(deadline_ms);

    MUST(!list_node_is_linked(&entry->link));
    /* What is already late belongs to the next slot to be looked at. */
    if (tick <= wheel->tick)
        tick = wheel->tick + 1;
    entry->deadline_ms = deadline_ms;
    list_push(&wheel->slots[tick % WHEEL_SLOTS], &entry->link);
    wheel->count++;
}

void wheel_cancel(struct wheel *wheel, struct wheel_entry *entry)
{
    if (!list_node_is_linked(&entry->link))
        return;
    list_remove(&entry->link);
    wheel->count--;
}

/* Moves what is due from 'slot' to 'due', leaving later rounds behind. */
static void collect(struct list *slot, uint64_t now_tick, struct list *due)
{
    LIST_FOREACH(node, slot) {
        struct wheel_entry *e = LIST_ITEM(node, struct wheel_entry, link);

        if (tick_of(e->deadline_ms) <= now_tick) {
            list_remove(node);
            list_push(due, node);
        }
    }
}

void wheel_expire(struct wheel *wheel, uint64_t now_ms, wheel_fn *on_expired,
                  void *arg)
{
    const uint64_t now_tick = now_ms / WHEEL_TICK_MS;
    struct list due;
    struct list_node *node;

    if (now_tick <= wheel->tick)
        return;
    list_init(&due);
    /* After a long sleep one round visits every slot. */
    if (now_tick - wheel->tick > WHEEL_SLOTS)
        wheel->tick = now_tick - WHEEL_SLOTS;
    while (wheel->tick < now_tick) {
        wheel->tick++;
        collect(&wheel->slots[wheel->tick % WHEEL_SLOTS], now_tick, &due);
    }
    /* Popped one at a time: a callback may cancel one that is still in 'due',
     * which is a list like the slots. */
    while ((node = list_pop(&due)) != NULL) {
        wheel->count--;
        on_expired(LIST_ITEM(node, struct wheel_entry, link), arg);
    }
}
