#include "services/activity.h"

#include "base/map.h"
#include "base/mem.h"
#include "model/room.h"

#define TELL_MS 1000

struct activity {
    struct store *store; /* the caller's, outlives us */
    struct loop_timer *tell;
    struct map *rooms; /* noted and not told; the values are us */
};

/* The rooms of the map, collected. */
struct batch {
    struct span rooms[STORE_ACTIVE_MAX];
    size_t count;
};

static void add(struct span room, void *value, void *arg)
{
    struct batch *batch = arg;

    (void)value;
    batch->rooms[batch->count++] = room;
}

static void on_tell(void *arg)
{
    struct activity *activity = arg;
    struct batch batch = {.count = 0};

    map_each(activity->rooms, add, &batch);
    store_rooms_active(activity->store, batch.rooms, batch.count);
    map_free(activity->rooms);
    activity->rooms = map_new();
}

static void note(void *arg, struct span room)
{
    struct activity *activity = arg;

    if (room_is_closed(room) || map_get(activity->rooms, room) != NULL ||
        map_count(activity->rooms) == STORE_ACTIVE_MAX)
        return;
    if (map_count(activity->rooms) == 0)
        loop_timer_start(activity->tell, TELL_MS, 0);
    map_set(activity->rooms, room, activity);
}

struct activity *activity_new(struct loop *loop, struct store *store)
{
    struct activity *activity = mem_alloc(sizeof(*activity));

    activity->store = store;
    activity->rooms = map_new();
    activity->tell = loop_timer_new(loop, on_tell, activity);
    store_on_said(store, note, activity);
    return activity;
}

void activity_free(struct activity *activity)
{
    if (activity == NULL)
        return;
    store_on_said(activity->store, NULL, NULL);
    loop_timer_free(activity->tell);
    map_free(activity->rooms);
    mem_free(activity);
}
