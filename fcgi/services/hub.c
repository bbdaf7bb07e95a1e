#include "services/hub.h"

#include "base/fatal.h"
#include "base/list.h"
#include "base/mem.h"

/* Told in one turn.  At about 4 us each a turn stays near a millisecond. */
#define WAKE_SLICE 256
/* Of them in one room, before another one has its turn. */
#define ROOM_SLICE 32
#define TICK_MS    100
/* Some five times what telling one reader, and his next question, cost all the
 * servers together.  A room with fewer than five readers here is never paced. */
#define PACE_US     200
#define PACE_MAX_MS 10

/* Those who ask for one room.  There is one as long as there is the feed. */
struct hub_room {
    struct hub *hub;
    struct feed *feed;
    struct wait_queue queue;
    struct list_node waking; /* in hub->rooms_waking: some may be told */
    uint64_t told_at_ms;     /* when the last walk through the queue went on */
    unsigned told;           /* how many were told since it began */
    struct list_node paced;  /* in hub->rooms_paced: there is news, to be told
                               when the pause is over */
};

struct hub {
    struct loop *loop;   /* the caller's, outlives us */
    struct feeds *feeds; /* the caller's, outlives us */
    struct waitlist waiting;
    struct list rooms_waking; /* with a walk under way, in the order begun */
    struct loop_task wake;
    struct list rooms_paced;
    struct loop_timer *pace; /* ticks while there are any */
    struct loop_timer *tick;
    struct loop_timer *resume; /* the walk, when the door has caught up */
    bool is_draining;
    hub_is_behind_fn *is_behind;
    void *is_behind_arg;
};

static void on_wake(struct loop_task *task);

/* --- what a reader is to be told ----------------------------------------- */

/* His cursor is strange, and Redis, asked after he came, says so too.  While
 * there is nothing in the room he is held: there is nothing to begin anew
 * with. */
static bool is_reset(const struct hub_place *place)
{
    const struct feed *feed = place->room->feed;

    return place->ticket != 0 && feed_is_verified(feed, place->ticket) &&
           feed_tail(feed)->count > 0;
}

struct hub_news hub_look(const struct hub_question *question, unsigned index)
{
    const struct hub_place *place = &question->places[index];
    const struct feed *feed = place->room->feed;
    struct hub_news news = {
        .room = feed_room(feed),
        .serial = feed_serial(feed),
        .tail = feed_tail(feed),
        .cursor = place->cursor,
    };
    enum tail_verdict verdict =
        tail_judge(news.tail, place->cursor, &news.first);

    switch (verdict) {
    case TAIL_NOTHING:
        break;
    case TAIL_NEWS:
    case TAIL_GAP:
        news.has_news = feed_is_whole(feed);
        news.is_gap = news.has_news && verdict == TAIL_GAP;
        break;
    case TAIL_STRANGE:
        news.has_news = news.is_reset = is_reset(place);
        news.first = 0;
        break;
    }
    /* Who wanted what there is, and is told nothing of it, has seen nothing;
     * unless we know that nothing is there. */
    if (news.has_news ||
        (cursor_is_absent(place->cursor) && feed_is_known(feed)))
        news.cursor = news.tail->newest;
    return news;
}

/* Who wants what there is, where there is nothing, has seen all of it: from now
 * on he misses nothing without being told. */
static void settle(struct hub_place *place)
{
    const struct feed *feed = place->room->feed;

    if (cursor_is_absent(place->cursor) && feed_is_known(feed) &&
        feed_tail(feed)->count == 0)
        place->cursor = feed_tail(feed)->newest;
}

static void verify_if_strange(struct hub_place *place)
{
    struct feed *feed = place->room->feed;
    size_t unused;

    if (place->ticket == 0 && feed_is_known(feed) &&
        tail_judge(feed_tail(feed), place->cursor, &unused) == TAIL_STRANGE)
        place->ticket = feed_verify(feed);
}

/* Whoever follows the room is told with all the others, when the pause is over;
 * but nobody is kept waiting until what is new to him could be gone. */
static bool is_paced(const struct hub_place *place, const struct hub_news *news)
{
    return list_node_is_linked(&place->room->paced) && !news->is_gap &&
           !news->is_reset && !cursor_is_absent(place->cursor) &&
           news->tail->count - news->first <= news->tail->keep / 4;
}

static bool has_news_now(const struct hub_question *question)
{
    for (unsigned i = 0; i < question->place_count; i++) {
        struct hub_news news = hub_look(question, i);

        if (news.has_news && !is_paced(&question->places[i], &news))
            return true;
    }
    return false;
}

static bool has_news(const struct hub_question *question)
{
    for (unsigned i = 0; i < question->place_count; i++) {
        if (hub_look(question, i).has_news)
            return true;
    }
    return false;
}

/* --- telling ------------------------------------------------------------- */

static void leave(struct hub_question *question)
{
    waitlist_remove(&question->hub->waiting, &question->waiter);
    for (unsigned i = 0; i < question->place_count; i++)
        waitlist_leave(&question->places[i].wait);
}

static void answer(struct hub_question *question, enum hub_answer what)
{
    leave(question);
    question->on_answer(question, what);
}

/* Everybody who waits for the room now is to be looked at. */
static void room_wake(struct hub_room *room)
{
    struct hub *hub = room->hub;

    list_remove(&room->paced);
    wait_queue_walk(&room->queue);
    room->told = 0;
    if (room->queue.count == 0 || list_node_is_linked(&room->waking))
        return;
    list_push(&hub->rooms_waking, &room->waking);
    loop_task_start(hub->loop, &hub->wake, on_wake);
}

static bool is_pause_over(const struct hub_room *room)
{
    const uint64_t pause_ms = (uint64_t)room->told * PACE_US / 1000;

    return loop_now_ms(room->hub->loop) >=
           room->told_at_ms + (pause_ms < PACE_MAX_MS ? pause_ms : PACE_MAX_MS);
}

static void on_pace(void *arg)
{
    struct hub *hub = arg;

    LIST_FOREACH(node, &hub->rooms_paced) {
        struct hub_room *room = LIST_ITEM(node, struct hub_room, paced);

        if (is_pause_over(room))
            room_wake(room);
    }
    if (list_is_empty(&hub->rooms_paced))
        loop_timer_stop(hub->pace);
}

/* The same, but not before the pause is over. */
static void room_wake_paced(struct hub_room *room)
{
    struct hub *hub = room->hub;

    if (list_node_is_linked(&room->paced))
        return;
    if (is_pause_over(room)) {
        room_wake(room);
        return;
    }
    if (list_is_empty(&hub->rooms_paced))
        loop_timer_start(hub->pace, 1, 1);
    list_push(&hub->rooms_paced, &room->paced);
}

static void visit(struct hub_place *place)
{
    struct hub_question *question =
        LIST_ITEM(place->wait.waiter, struct hub_question, waiter);

    settle(place);
    verify_if_strange(place);
    if (has_news(question))
        answer(question, HUB_NEWS);
    else if (question->hub->is_draining)
        answer(question, HUB_COME_BACK);
}

/* Visits some of a room's waiters and returns how many. */
static int room_tell(struct hub_room *room)
{
    struct wait_place *wait;
    int told = 0;

    while (told < ROOM_SLICE &&
           (wait = wait_queue_next(&room->queue)) != NULL) {
        visit(LIST_ITEM(wait, struct hub_place, wait));
        told++;
    }
    return told;
}

/* Tells one slice.  A room that is not done goes behind the others, so that a
 * full one does not keep a small one waiting. */
static void on_wake(struct loop_task *task)
{
    struct hub *hub = LIST_ITEM(task, struct hub, wake);
    struct list_node *node;
    int left = WAKE_SLICE;

    while (left > 0 && (node = list_first(&hub->rooms_waking)) != NULL) {
        struct hub_room *room = LIST_ITEM(node, struct hub_room, waking);
        int told;

        if (hub->is_behind != NULL && hub->is_behind(hub->is_behind_arg)) {
            loop_timer_start(hub->resume, 1, 0);
            return;
        }
        list_remove(node);
        told = room_tell(room);
        room->told += (unsigned)told;
        room->told_at_ms = loop_now_ms(hub->loop);
        left -= told;
        if (told == ROOM_SLICE && !list_node_is_linked(&room->waking))
            list_push(&hub->rooms_waking, &room->waking);
    }
    if (!list_is_empty(&hub->rooms_waking))
        loop_task_start(hub->loop, &hub->wake, on_wake);
}

static void on_resume(void *arg)
{
    struct hub *hub = arg;

    on_wake(&hub->wake);
}

static void on_news(struct feed *feed, void *arg)
{
    struct hub_room *room = feed_get_owner(feed);

    (void)arg;
    if (room != NULL)
        room_wake_paced(room);
}

static bool is_known(const struct hub_question *question)
{
    for (unsigned i = 0; i < question->place_count; i++) {
        if (!feed_is_known(question->places[i].room->feed))
            return false;
    }
    return true;
}

static void on_silence(struct waiter *waiter, void *arg)
{
    struct hub_question *question =
        LIST_ITEM(waiter, struct hub_question, waiter);

    (void)arg;
    /* News that the walk under way has not brought here yet is news. */
    if (has_news(question))
        answer(question, HUB_NEWS);
    else
        answer(question, feeds_hear(question->hub->feeds) && is_known(question)
                             ? HUB_SILENCE
                             : HUB_UNAVAILABLE);
}

/* --- rooms --------------------------------------------------------------- */

static struct hub_room *room_use(struct hub *hub, struct span name)
{
    struct feed *feed = feeds_use(hub->feeds, name);
    struct hub_room *room = feed_get_owner(feed);

    if (room == NULL) {
        room = mem_alloc(sizeof(*room));
        room->hub = hub;
        room->feed = feed;
        wait_queue_init(&room->queue);
        feed_set_owner(feed, room);
    }
    return room;
}

static void room_free(struct feed *feed, void *arg)
{
    struct hub_room *room = feed_get_owner(feed);

    (void)arg;
    if (room == NULL)
        return;
    MUST(room->queue.count == 0);
    list_remove(&room->waking);
    list_remove(&room->paced);
    feed_set_owner(feed, NULL);
    mem_free(room);
}

/* --- questions ----------------------------------------------------------- */

struct hub_question *hub_question_new(struct hub *hub, unsigned place_count,
                                      hub_answer_fn *on_answer, void *arg)
{
    struct hub_question *question = mem_alloc(
        sizeof(*question) + place_count * sizeof(question->places[0]));

    question->hub = hub;
    question->on_answer = on_answer;
    question->arg = arg;
    question->place_count = place_count;
    return question;
}

void hub_question_set(struct hub_question *question, unsigned index,
                      struct span room, struct cursor cursor)
{
    struct hub_place *place = &question->places[index];

    place->room = room_use(question->hub, room);
    place->cursor = cursor;
    settle(place);
}

void hub_question_free(struct hub_question *question)
{
    if (question == NULL)
        return;
    leave(question);
    for (unsigned i = 0; i < question->place_count; i++) {
        if (question->places[i].room != NULL)
            feed_unuse(question->places[i].room->feed);
    }
    mem_free(question);
}

void hub_question_told_to(struct hub_question *question, unsigned index,
                          struct cursor cursor)
{
    struct hub_place *place = &question->places[index];

    place->ticket = 0; /* if it was strange, it is not any more */
    place->cursor = cursor;
}

bool hub_ask(struct hub_question *question, uint64_t hold_ms)
{
    struct hub *hub = question->hub;

    for (unsigned i = 0; i < question->place_count; i++) {
        settle(&question->places[i]);
        verify_if_strange(&question->places[i]);
    }
    if (has_news_now(question)) {
        for (unsigned i = 0; i < question->place_count; i++)
            question->places[i].room->told++;
        return true;
    }
    waitlist_add(&hub->waiting, &question->waiter,
                 loop_now_ms(hub->loop) + hold_ms);
    for (unsigned i = 0; i < question->place_count; i++)
        waitlist_join(&question->places[i].room->queue,
                      &question->places[i].wait, &question->waiter);
    if (hub->is_draining)
        room_wake(question->places[0].room);
    return false;
}

/* --- the hub ------------------------------------------------------------- */

static void on_tick(void *arg)
{
    struct hub *hub = arg;

    waitlist_expire(&hub->waiting, loop_now_ms(hub->loop));
}

struct hub *hub_new(struct loop *loop, struct feeds *feeds)
{
    struct hub *hub = mem_alloc(sizeof(*hub));

    hub->loop = loop;
    hub->feeds = feeds;
    list_init(&hub->rooms_waking);
    list_init(&hub->rooms_paced);
    waitlist_init(&hub->waiting, loop_now_ms(loop), on_silence, hub);
    feeds_on_news(feeds, on_news, room_free, hub);
    hub->pace = loop_timer_new(loop, on_pace, hub);
    hub->resume = loop_timer_new(loop, on_resume, hub);
    hub->tick = loop_timer_new(loop, on_tick, hub);
    loop_timer_start(hub->tick, TICK_MS, TICK_MS);
    return hub;
}

void hub_free(struct hub *hub)
{
    if (hub == NULL)
        return;
    MUST(hub->waiting.count == 0);
    feeds_each(hub->feeds, room_free, NULL);
    loop_task_cancel(&hub->wake);
    loop_timer_free(hub->pace);
    loop_timer_free(hub->resume);
    loop_timer_free(hub->tick);
    mem_free(hub);
}

static void wake_now(struct feed *feed, void *arg)
{
    struct hub_room *room = feed_get_owner(feed);

    (void)arg;
    if (room != NULL)
        room_wake(room);
}

void hub_set_pressure(struct hub *hub, hub_is_behind_fn *is_behind, void *arg)
{
    hub->is_behind = is_behind;
    hub->is_behind_arg = arg;
}

void hub_drain(struct hub *hub)
{
    hub->is_draining = true;
    feeds_each(hub->feeds, wake_now, NULL);
}

size_t hub_waiting(const struct hub *hub)
{
    return hub->waiting.count;
}
