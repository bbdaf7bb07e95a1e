#include "load/stage.h"

#include <stdio.h>

#include "base/mem.h"

bool stage_open(struct stage *stage, const struct dialect *dialect,
                const struct sockaddr_in *server, unsigned room_count,
                const char *prefix)
{
    *stage = (struct stage){.dialect = dialect, .room_count = room_count};
    later_init(&stage->later);
    stage->rooms = mem_alloc(room_count * sizeof stage->rooms[0]);
    for (unsigned i = 0; i < room_count; i++)
        snprintf(stage->rooms[i].name, ROOM_NAME_SIZE, "%s-%u", prefix, i);
    return net_open(&stage->net, server);
}

void stage_close(struct stage *stage)
{
    for (unsigned i = 0; i < stage->room_count; i++)
        ledger_fini(&stage->rooms[i].ledger);
    mem_free(stage->rooms);
    buf_fini(&stage->who.fields);
    buf_fini(&stage->who.form);
    net_close(&stage->net);
}

void stage_turn(struct stage *stage, uint64_t until_ns)
{
    const uint64_t due_ns = later_due_ns(&stage->later);
    const uint64_t wake_ns = due_ns < until_ns ? due_ns : until_ns;
    const uint64_t now_ns = nanos_now();

    net_turn(&stage->net, wake_ns > now_ns ? wake_ns - now_ns : 0);
    later_run(&stage->later);
}

void stage_told(struct stage *stage, struct room *room,
                struct ledger_reader *reader, const struct message *message)
{
    const uint64_t now_ns = nanos_now();
    struct tally *tally = &stage->tally;

    if (!span_is(message->room, room->name)) {
        room->ledger.counts.strange++;
        return;
    }
    if (!ledger_tell(&room->ledger, reader, message->n, message->sent_ns,
                     now_ns))
        return;
    if (!room->ledger.entries[message->n].failed)
        stage->outstanding--;
    histogram_add(&tally->told, now_ns - message->sent_ns);
    tally->deliveries++;
    tally->end_ns = now_ns;
}
