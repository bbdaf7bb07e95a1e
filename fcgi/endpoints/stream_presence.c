#include "endpoints/stream_presence.h"

#include "base/mem.h"

struct stream_presence {
    unsigned count;
    struct live_listener listeners[];
};

/* Listeners of one room are told one after the other, so one is enough. */
static struct http_packet *kept;
static uint64_t kept_serial;

struct stream_presence *stream_presence_new(struct live *live,
                                            const struct hub_question *question,
                                            live_fn *on_events, void *arg)
{
    struct stream_presence *presence =
        mem_alloc(sizeof(*presence) +
                  question->place_count * sizeof(presence->listeners[0]));

    presence->count = question->place_count;
    for (unsigned i = 0; i < presence->count; i++)
        live_listen(live, &presence->listeners[i], hub_look(question, i).room,
                    on_events, arg);
    return presence;
}

void stream_presence_free(struct stream_presence *presence)
{
    if (presence == NULL)
        return;
    for (unsigned i = 0; i < presence->count; i++)
        live_unlisten(&presence->listeners[i]);
    mem_free(presence);
}

void stream_presence_anew(struct stream_presence *presence)
{
    for (unsigned i = 0; i < presence->count; i++)
        live_listen_anew(&presence->listeners[i]);
}

static struct http_packet *render(const struct live_bundle *bundle)
{
    struct http_packet *chunk;
    struct buf text = {0};

    for (size_t i = 0; i < bundle->count; i++) {
        const struct span event = bundle->events[i].json;

        buf_addf(&text, "event: presence\ndata: {\"room\":\"%.*s\",",
                 (int)bundle->room.len, bundle->room.at);
        buf_add(&text, event.at + 1, event.len - 1);
        buf_add_str(&text, "\n\n");
    }
    chunk = http_chunk_new(buf_span(&text));
    buf_fini(&text);
    return chunk;
}

struct http_packet *stream_presence_chunk(const struct live_bundle *bundle)
{
    if (kept == NULL || kept_serial != bundle->serial) {
        http_packet_unref(kept);
        kept = render(bundle);
        kept_serial = bundle->serial;
    }
    return http_packet_ref(kept);
}

void stream_presence_fini(void)
{
    http_packet_unref(kept);
    kept = NULL;
}
