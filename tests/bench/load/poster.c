#include "load/poster.h"

#include "base/fatal.h"
#include "base/mem.h"

static void be_free(void *arg)
{
    struct poster *poster = arg;
    struct posters *posters = poster->posters;

    list_push(&posters->free, &poster->free_link);
    posters->busy--;
    posters->on_free(posters->arg);
}

static void on_failure(struct poster *poster)
{
    struct stage *stage = poster->posters->stage;
    const struct ledger *ledger = &poster->room->ledger;
    struct ledger_entry *entry = &ledger->entries[poster->n];

    entry->failed = true;
    stage->outstanding -= ledger->readers - entry->told;
    stage->tally.posts_failed++;
    later_add(&stage->later, &poster->pause, be_free, poster);
}

static void on_reply(struct conn *conn, void *arg)
{
    struct poster *poster = arg;
    struct tally *tally = &poster->posters->stage->tally;
    struct ledger *ledger = &poster->room->ledger;
    const uint64_t now_ns = nanos_now();

    if (conn->response.status / 100 != 2) {
        on_failure(poster);
        return;
    }
    ledger_acknowledge(ledger, poster->n, now_ns);
    histogram_add(&tally->acknowledged,
                  now_ns - ledger->entries[poster->n].sent_ns);
    tally->posts++;
    be_free(poster);
}

static void on_broken(struct conn *conn, void *arg)
{
    (void)conn;
    on_failure(arg);
}

static const struct conn_events events = {
    .on_reply = on_reply,
    .on_broken = on_broken,
};

void posters_init(struct posters *posters, struct stage *stage, unsigned count,
                  posters_fn *on_free, void *arg)
{
    *posters = (struct posters){
        .stage = stage,
        .all = mem_alloc(count * sizeof posters->all[0]),
        .count = count,
        .on_free = on_free,
        .arg = arg,
    };
    list_init(&posters->free);
    for (unsigned i = 0; i < count; i++) {
        struct poster *poster = &posters->all[i];

        conn_init(&poster->conn, &stage->net, &events, poster);
        poster->posters = posters;
        list_push(&posters->free, &poster->free_link);
    }
}

void posters_fini(struct posters *posters)
{
    for (unsigned i = 0; i < posters->count; i++) {
        list_remove(&posters->all[i].pause.link);
        conn_fini(&posters->all[i].conn);
    }
    mem_free(posters->all);
}

bool posters_are_free(const struct posters *posters)
{
    return !list_is_empty(&posters->free);
}

void posters_say(struct posters *posters, struct room *room)
{
    struct list_node *node = list_pop(&posters->free);
    struct poster *poster = LIST_ITEM(node, struct poster, free_link);
    struct stage *stage = posters->stage;
    struct message message = {
        .sent_ns = nanos_now(),
        .room = span_of(room->name),
    };
    struct ask ask = {.room = room->name, .cursor = "", .who = &stage->who};
    struct buf text = {0};
    struct buf request = {0};

    MUST(node != NULL);
    posters->busy++;
    message.n = ledger_send(&room->ledger, message.sent_ns);
    stage->outstanding += room->ledger.readers;
    poster->room = room;
    poster->n = message.n;
    message_write(&text, &message, stage->message_size);
    ask.text = buf_span(&text);
    stage->dialect->post(&request, &ask);
    conn_ask(&poster->conn, &request);
    buf_fini(&text);
    buf_fini(&request);
}
