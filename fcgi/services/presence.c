#include "services/presence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/dice.h"
#include "base/fatal.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/wheel.h"
#include "services/person.h"

/* Renewed, and held after a poll, for this part of the lease. */
#define LEASE_PART 3
/* When Redis was away, the next attempt. */
#define RETRY_MS    1000
#define HOLDER_SIZE 20

struct presence {
    struct loop *loop; /* the caller's, outlives us, like the next */
    struct store *store;
    char holder[HOLDER_SIZE]; /* names this process in Redis */
    uint64_t lease_ms;
    struct map *rooms;         /* struct presence_room, ours */
    struct map *people;        /* struct somebody, ours */
    struct wheel rooms_due;    /* when a room is renewed, or told a count */
    struct wheel leaving;      /* until when who polled may return */
    struct list rooms_changed; /* to be told to Redis at the end of the turn */
    struct list namings;       /* names that Redis is being asked for */
    struct loop_task change;
    struct loop_timer *tick;
    size_t count;
    bool is_draining;
};

/* A room in which somebody is held here, or of which a count is owed. */
struct presence_room {
    struct presence *presence;
    struct list heres;
    struct list changed; /* of them: to be told to Redis with the next call */
    struct list sent;    /* and with the one that is under way */
    struct store_call *call; /* store's, until its callback */
    struct wheel_entry due;
    struct list_node link; /* in presence->rooms_changed */
    uint64_t renew_at_ms;
    bool is_owed; /* a count has to be told */
    size_t name_len;
    char name[]; /* 'name_len' bytes */
};

/* One for all rooms. */
struct somebody {
    struct list heres;
    char id[PERSON_SIZE];
    char name[]; /* with a NUL */
};

/* Somebody in a room.
 *
 *     wanted   something of his is held, or he may return from a poll
 *     known    Redis has been told that we hold him
 *
 * Whenever the two differ it stands in room->changed or room->sent; when neither
 * is so it goes. */
struct presence_here {
    struct list_node in_room;
    struct list_node of_person;
    struct list_node change; /* in room->changed or room->sent */
    struct wheel_entry
        leaving; /* its deadline is until when he may return, also
                                   while something of his is held */
    struct list holds;
    struct presence_room *room;
    struct somebody *who;
    uint64_t mark;               /* of the last session that held him */
    enum store_change_kind told; /* to Redis, with the last call */
    bool is_known;
    bool is_renamed; /* Redis is to be told */
    bool is_sent;
};

/* A guest is called something else, and Redis is asked what. */
struct naming {
    struct list_node link; /* in presence->namings */
    struct presence *presence;
    struct store_call *call; /* store's, until its callback */
    char id[PERSON_SIZE];
};

static void on_changes(struct loop_task *task);

static bool is_wanted(const struct presence_here *here)
{
    return !list_is_empty(&here->holds) ||
           list_node_is_linked(&here->leaving.link);
}

/* --- rooms and people ---------------------------------------------------- */

static uint64_t now_ms(const struct presence *presence)
{
    return loop_now_ms(presence->loop);
}

static void be_due(struct presence_room *room, uint64_t at_ms)
{
    struct presence *presence = room->presence;

    wheel_cancel(&presence->rooms_due, &room->due);
    wheel_add(&presence->rooms_due, &room->due, at_ms);
}

static void renew_after(struct presence_room *room, uint64_t ms)
{
    room->renew_at_ms = now_ms(room->presence) + dice_shorten(ms);
    be_due(room, room->renew_at_ms);
}

static struct presence_room *use_room(struct presence *presence,
                                      struct span name)
{
    struct presence_room *room = map_get(presence->rooms, name);

    if (room != NULL)
        return room;
    room = mem_alloc(sizeof(*room) + name.len);
    room->presence = presence;
    list_init(&room->heres);
    list_init(&room->changed);
    list_init(&room->sent);
    room->name_len = name.len;
    memcpy(room->name, name.at, name.len);
    map_set(presence->rooms, name, room);
    renew_after(room, presence->lease_ms / LEASE_PART);
    return room;
}

static void free_room(struct presence_room *room)
{
    struct presence *presence = room->presence;

    if (room->call != NULL)
        store_cancel(room->call);
    wheel_cancel(&presence->rooms_due, &room->due);
    list_remove(&room->link);
    map_remove(presence->rooms, (struct span){room->name, room->name_len});
    mem_free(room);
}

static void free_room_if_empty(struct presence_room *room)
{
    if (list_is_empty(&room->heres) && room->call == NULL && !room->is_owed)
        free_room(room);
}

static struct somebody *new_somebody(struct presence *presence, struct span id,
                                     struct span name)
{
    struct somebody *who = mem_alloc(sizeof(*who) + name.len + 1);

    MUST(id.len < sizeof(who->id));
    memcpy(who->id, id.at, id.len);
    memcpy(who->name, name.at, name.len);
    list_init(&who->heres);
    map_set(presence->people, id, who);
    return who;
}

static struct somebody *use_somebody(struct presence *presence,
                                     const struct presence_person *person)
{
    struct somebody *who;

    presence_rename(presence, person->id, person->name);
    who = map_get(presence->people, person->id);
    if (who != NULL)
        return who;
    return new_somebody(presence, person->id, person->name);
}

static void free_here(struct presence_here *here)
{
    struct presence *presence = here->room->presence;
    struct somebody *who = here->who;

    MUST(list_is_empty(&here->holds));
    wheel_cancel(&presence->leaving, &here->leaving);
    list_remove(&here->change);
    list_remove(&here->in_room);
    list_remove(&here->of_person);
    mem_free(here);
    presence->count--;
    if (!list_is_empty(&who->heres))
        return;
    map_remove(presence->people, span_of(who->id));
    mem_free(who);
}

static struct presence_here *use_here(struct presence_room *room,
                                      struct somebody *who)
{
    struct presence_here *here;

    LIST_FOREACH(node, &who->heres) {
        here = LIST_ITEM(node, struct presence_here, of_person);
        if (here->room == room)
            return here;
    }
    here = mem_alloc(sizeof(*here));
    here->room = room;
    here->who = who;
    list_init(&here->holds);
    list_push(&room->heres, &here->in_room);
    list_push(&who->heres, &here->of_person);
    room->presence->count++;
    return here;
}

/* --- telling Redis ------------------------------------------------------- */

static void tell_soon(struct presence_room *room)
{
    struct presence *presence = room->presence;

    if (room->call != NULL || list_node_is_linked(&room->link))
        return;
    list_push(&presence->rooms_changed, &room->link);
    loop_task_start(presence->loop, &presence->change, on_changes);
}

/* One that is under way is looked at again when that is done. */
static void change(struct presence_here *here)
{
    if (here->is_sent || list_node_is_linked(&here->change))
        return;
    list_push(&here->room->changed, &here->change);
    tell_soon(here->room);
}

static enum store_change_kind kind_of(const struct presence_here *here)
{
    if (!is_wanted(here))
        return STORE_LEAVE;
    if (!here->is_known)
        return STORE_ENTER;
    return here->is_renamed ? STORE_RENAME : STORE_RENEW;
}

static void tell_here(struct presence_here *here)
{
    struct list_node *node;
    struct list waiting;

    list_init(&waiting);
    LIST_FOREACH(one, &here->holds) {
        if (LIST_ITEM(one, struct presence_hold, link)->on_here != NULL) {
            list_remove(one);
            list_push(&waiting, one);
        }
    }
    while ((node = list_pop(&waiting)) != NULL) {
        struct presence_hold *hold =
            LIST_ITEM(node, struct presence_hold, link);
        presence_fn *tell = hold->on_here;

        list_push(&here->holds, node);
        hold->on_here = NULL;
        tell(hold);
    }
}

/* The answer to what Redis was told of him.  Without one he is held, or let go,
 * by his lease. */
static void settle(struct presence_here *here, bool is_done)
{
    here->is_sent = false;
    if (is_done || here->told == STORE_LEAVE)
        here->is_known = here->told != STORE_LEAVE;
    if (!is_done && here->told == STORE_RENAME)
        here->is_renamed = true;
    if (is_done && here->is_known)
        tell_here(here);
    if (!is_wanted(here) && !here->is_known)
        free_here(here);
    else if (is_done && (is_wanted(here) != here->is_known || here->is_renamed))
        change(here);
}

static void on_changed(void *arg, enum store_result result, int64_t owed_ms)
{
    struct presence_room *room = arg;
    const bool is_done = result == STORE_OK;
    struct list_node *node;

    room->call = NULL;
    room->is_owed = owed_ms > 0;
    while ((node = list_pop(&room->sent)) != NULL)
        settle(LIST_ITEM(node, struct presence_here, change), is_done);
    if (!is_done)
        renew_after(room, RETRY_MS);
    else if (room->is_owed)
        be_due(room, now_ms(room->presence) + (uint64_t)owed_ms);
    if (is_done && !list_is_empty(&room->changed))
        tell_soon(room);
    free_room_if_empty(room);
}

static void take_changes(struct presence_room *room,
                         struct store_changes *changes)
{
    struct list_node *node;

    while (changes->count < STORE_CHANGES_MAX &&
           (node = list_pop(&room->changed)) != NULL) {
        struct presence_here *here =
            LIST_ITEM(node, struct presence_here, change);

        if (!is_wanted(here) && !here->is_known) {
            free_here(here);
            continue;
        }
        here->told = kind_of(here);
        here->is_renamed = false;
        here->is_sent = true;
        list_push(&room->sent, node);
        changes->at[changes->count++] =
            (struct store_change){.kind = here->told,
                                  .person = span_of(here->who->id),
                                  .name = span_of(here->who->name)};
    }
}

static void tell_room(struct presence_room *room)
{
    struct presence *presence = room->presence;
    struct store_changes changes = {0};

    take_changes(room, &changes);
    if (changes.count > 0 || room->is_owed)
        room->call = store_presence_change(
            presence->store, (struct span){room->name, room->name_len},
            span_of(presence->holder), &changes, on_changed, room);
    else
        free_room_if_empty(room);
}

static void on_changes(struct loop_task *task)
{
    struct presence *presence = LIST_ITEM(task, struct presence, change);
    struct list_node *node;

    if (presence->is_draining)
        return;
    while ((node = list_pop(&presence->rooms_changed)) != NULL)
        tell_room(LIST_ITEM(node, struct presence_room, link));
}

/* --- as time goes by ----------------------------------------------------- */

static void on_room_due(struct wheel_entry *entry, void *arg)
{
    struct presence_room *room = LIST_ITEM(entry, struct presence_room, due);
    struct presence *presence = arg;

    if (now_ms(presence) >= room->renew_at_ms) {
        LIST_FOREACH(node, &room->heres) {
            change(LIST_ITEM(node, struct presence_here, in_room));
        }
        renew_after(room, presence->lease_ms / LEASE_PART);
    } else {
        be_due(room, room->renew_at_ms);
    }
    if (room->is_owed)
        tell_soon(room);
}

static void on_not_returned(struct wheel_entry *entry, void *arg)
{
    (void)arg;
    change(LIST_ITEM(entry, struct presence_here, leaving));
}

static void on_tick(void *arg)
{
    struct presence *presence = arg;

    if (presence->is_draining)
        return;
    wheel_expire(&presence->leaving, now_ms(presence), on_not_returned, NULL);
    wheel_expire(&presence->rooms_due, now_ms(presence), on_room_due, presence);
}

/* --- coming and going ---------------------------------------------------- */

void presence_enter(struct presence *presence, struct presence_hold *hold,
                    struct span room, const struct presence_person *person,
                    presence_fn *on_here)
{
    struct presence_here *here;

    MUST(hold->here == NULL);
    if (presence->is_draining)
        return;
    here = use_here(use_room(presence, room), use_somebody(presence, person));
    hold->here = here;
    hold->on_here = on_here;
    list_push(&here->holds, &hold->link);
    wheel_cancel(&presence->leaving, &here->leaving);
    if (person->token.at != NULL) {
        char hash[SECRET_HEX_SIZE];

        secret_hash(hash, person->token);
        here->mark = ties_mark(span_of(hash));
    }
    if (!here->is_known || on_here != NULL)
        change(here);
}

static void let_go(struct presence_here *here)
{
    struct presence *presence = here->room->presence;

    if (presence->is_draining && !here->is_sent)
        free_here(here);
    else if (!presence->is_draining &&
             here->leaving.deadline_ms > now_ms(presence))
        wheel_add(&presence->leaving, &here->leaving,
                  here->leaving.deadline_ms);
    else if (!presence->is_draining)
        change(here);
}

void presence_leave(struct presence_hold *hold, enum presence_leaving how)
{
    struct presence_here *here = hold->here;
    struct presence *presence;

    if (here == NULL)
        return;
    presence = here->room->presence;
    list_remove(&hold->link);
    hold->here = NULL;
    if (how == PRESENCE_MAY_RETURN)
        here->leaving.deadline_ms =
            now_ms(presence) + presence->lease_ms / LEASE_PART;
    if (list_is_empty(&here->holds))
        let_go(here);
}

void presence_rename(struct presence *presence, struct span id,
                     struct span name)
{
    struct somebody *before = map_get(presence->people, id);
    struct somebody *who;

    if (before == NULL || span_is(name, before->name))
        return;
    LIST_FOREACH(node, &before->heres) {
        struct presence_here *here =
            LIST_ITEM(node, struct presence_here, of_person);

        here->is_renamed = here->is_known || here->is_sent;
        change(here);
    }
    who = new_somebody(presence, id, name);
    LIST_FOREACH(node, &before->heres) {
        LIST_ITEM(node, struct presence_here, of_person)->who = who;
    }
    list_move_all(&who->heres, &before->heres);
    mem_free(before);
}

/* --- what becomes of sessions -------------------------------------------- */

static void end_session(struct span name, void *value, void *arg)
{
    const struct presence_room *room = value;
    const uint64_t *mark = arg;

    (void)name;
    LIST_FOREACH(node, &room->heres) {
        struct presence_here *here =
            LIST_ITEM(node, struct presence_here, in_room);

        if (here->mark != *mark)
            continue;
        here->leaving.deadline_ms = 0;
        if (!list_node_is_linked(&here->leaving.link))
            continue;
        wheel_cancel(&room->presence->leaving, &here->leaving);
        change(here);
    }
}

static void naming_free(struct naming *naming)
{
    list_remove(&naming->link);
    mem_free(naming);
}

static void on_named(void *arg, enum store_result result,
                     const struct store_session *session)
{
    struct naming *naming = arg;

    (void)result; /* when Redis is away, the doors look again themselves */
    if (session != NULL)
        presence_rename(naming->presence, span_of(naming->id), session->name);
    naming_free(naming);
}

/* Only guests are called something else. */
static void ask_name(struct presence *presence, struct span hash)
{
    struct naming *naming;
    char id[PERSON_SIZE];

    person_of_guest(id, hash);
    if (map_get(presence->people, span_of(id)) == NULL)
        return;
    naming = mem_alloc(sizeof(*naming));
    naming->presence = presence;
    memcpy(naming->id, id, sizeof(id));
    list_push(&presence->namings, &naming->link);
    naming->call = store_session_name(presence->store, hash, on_named, naming);
}

/* Holds end, or are renamed, by themselves; but who may return to a poll has
 * nobody to look after him. */
static void on_session(void *arg, enum tie_event event, struct span hash)
{
    struct presence *presence = arg;
    uint64_t mark = ties_mark(hash);

    switch (event) {
    case TIE_ENDED:
        map_each(presence->rooms, end_session, &mark);
        break;
    case TIE_CHANGED:
        ask_name(presence, hash);
        break;
    }
}

/* --- its life ------------------------------------------------------------ */

struct presence *presence_new(struct loop *loop, struct store *store,
                              struct sessions *sessions, uint64_t lease_ms)
{
    struct presence *presence = mem_alloc(sizeof(*presence));

    presence->loop = loop;
    presence->store = store;
    presence->lease_ms = lease_ms;
    snprintf(presence->holder, sizeof(presence->holder), "%016llx",
             (unsigned long long)dice_roll());
    presence->rooms = map_new();
    presence->people = map_new();
    wheel_init(&presence->rooms_due, loop_now_ms(loop));
    wheel_init(&presence->leaving, loop_now_ms(loop));
    list_init(&presence->rooms_changed);
    list_init(&presence->namings);
    presence->tick = loop_timer_new(loop, on_tick, presence);
    loop_timer_start(presence->tick, WHEEL_TICK_MS, WHEEL_TICK_MS);
    sessions_watch(sessions, on_session, presence);
    return presence;
}

void presence_drain(struct presence *presence)
{
    presence->is_draining = true;
}

size_t presence_count(const struct presence *presence)
{
    return presence->count;
}

static void drop_room(struct span name, void *value, void *arg)
{
    struct presence_room *room = value;
    struct list_node *node;

    (void)name;
    (void)arg;
    while ((node = list_first(&room->heres)) != NULL)
        free_here(LIST_ITEM(node, struct presence_here, in_room));
    free_room(room);
}

void presence_free(struct presence *presence)
{
    struct list_node *node;

    if (presence == NULL)
        return;
    while ((node = list_first(&presence->namings)) != NULL) {
        struct naming *naming = LIST_ITEM(node, struct naming, link);

        store_cancel(naming->call);
        naming_free(naming);
    }
    map_each(presence->rooms, drop_room, NULL);
    loop_task_cancel(&presence->change);
    loop_timer_free(presence->tick);
    map_free(presence->rooms);
    map_free(presence->people);
    mem_free(presence);
}
