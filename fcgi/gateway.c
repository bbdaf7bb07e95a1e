/* gateway.c -- one gateway: a loop, the door for WebSockets, connections to
 * Redis.
 *
 * It exists because nginx's FastCGI cannot pass an Upgrade.  When it goes,
 * everybody is told to come back (1012), some in each turn, each at a time of
 * his own. */
#include "base/mem.h"
#include "endpoints/gate.h"
#include "member.h"
#include "programs.h"

struct gateway {
    struct gate gate;
    struct member member;
    struct websocket_times times;
    struct loop_timer *tick;
    struct loop_task drain;
};

static void on_tick(void *arg)
{
    gate_tick(arg);
}

/* --- what makes it a gateway --------------------------------------------- */

static void on_open(void *arg)
{
    const struct gateway *gateway = arg;

    websocket_start(gateway->gate.door);
}

static void on_drain_some(struct loop_task *task)
{
    struct gateway *gateway = LIST_ITEM(task, struct gateway, drain);

    if (gate_drain_some(&gateway->gate))
        loop_task_start(gateway->gate.core.loop, task, on_drain_some);
}

static void on_drain(void *arg)
{
    struct gateway *gateway = arg;

    gateway->gate.is_draining = true;
    websocket_stop(gateway->gate.door);
    loop_task_start(gateway->gate.core.loop, &gateway->drain, on_drain_some);
}

static bool is_quiet(void *arg)
{
    const struct gateway *gateway = arg;

    return websocket_connections(gateway->gate.door) == 0;
}

static void on_housekeeping(void *arg)
{
    (void)arg;
    gate_fini();
}

static const struct member_role role = {
    .kind = "gateway",
    .descriptors_max = WEBSOCKET_DESCRIPTORS_MAX,
    .on_open = on_open,
    .on_drain = on_drain,
    .is_quiet = is_quiet,
    .on_housekeeping = on_housekeeping,
};

/* --- its life ------------------------------------------------------------ */

static bool start(struct gateway *gateway, const struct config *config)
{
    struct gate *gate = &gateway->gate;

    gate->number = gateway->member.number;
    list_init(&gate->guests);
    core_init(&gate->core, config, "holdline-gateway");
    core_start(&gate->core);
    wheel_init(&gate->checks, loop_now_ms(gate->core.loop));
    gate->addresses = addresses_new(gate->core.loop);
    gateway->times = (struct websocket_times){.ping_ms = config->ping_ms,
                                              .pong_ms = config->pong_ms,
                                              .stall_ms = config->stall_ms};
    gate->door = websocket_new(gate->core.loop, gateway->member.listen_fd,
                               &gate_callbacks, &gateway->times, gate);
    gateway->tick = loop_timer_new(gate->core.loop, on_tick, gate);
    loop_timer_start(gateway->tick, WHEEL_TICK_MS, WHEEL_TICK_MS);
    member_start(&gateway->member, &gate->core, gateway);
    return gate->door != NULL;
}

/* In the reverse order; the door first, so that nobody is left. */
static void stop(struct gateway *gateway)
{
    struct gate *gate = &gateway->gate;

    member_fini(&gateway->member);
    websocket_free(gate->door);
    loop_task_cancel(&gateway->drain);
    loop_timer_free(gateway->tick);
    addresses_free(gate->addresses);
    gate_fini();
    core_fini(&gate->core);
}

int gateway_main(const struct config *config, int argc, char **argv)
{
    struct gateway *gateway = mem_alloc(sizeof(*gateway));
    int status = member_init(&gateway->member, &role, config,
                             config->gateway_listen, argc, argv);

    if (status == 0) {
        if (start(gateway, config))
            member_run(&gateway->member);
        else
            status = 1;
        stop(gateway);
    }
    mem_free(gateway);
    return status;
}
