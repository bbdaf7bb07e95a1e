#include "endpoints/socket_presence.h"

#include "base/buf.h"

/* Listeners of one room are told one after the other, so one is enough. */
static struct websocket_packet *kept;
static uint64_t kept_serial;

static struct websocket_packet *render(const struct live_bundle *bundle)
{
    struct websocket_packet *packet;
    struct buf frames = {0};
    struct buf json = {0};

    for (size_t i = 0; i < bundle->count; i++) {
        const struct span event = bundle->events[i].json;

        buf_addf(&json, "{\"type\":\"presence\",\"room\":\"%.*s\",",
                 (int)bundle->room.len, bundle->room.at);
        buf_add(&json, event.at + 1, event.len - 1);
        websocket_add_frame(&frames, buf_span(&json));
        buf_clear(&json);
    }
    packet = websocket_packet_new(buf_span(&frames));
    buf_fini(&frames);
    buf_fini(&json);
    return packet;
}

void socket_presence_tell(struct websocket_conn *conn,
                          const struct live_bundle *bundle)
{
    if (kept == NULL || kept_serial != bundle->serial) {
        websocket_packet_unref(kept);
        kept = render(bundle);
        kept_serial = bundle->serial;
    }
    websocket_send(conn, kept);
}

void socket_presence_fini(void)
{
    websocket_packet_unref(kept);
    kept = NULL;
}
