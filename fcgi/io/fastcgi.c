#include "io/fastcgi.h"

#include "base/descriptors.h"
#include "base/fatal.h"
#include "base/mem.h"
#include "io/fastcgi_conn.h"
#include "io/fastcgi_request.h"

#define DEADLINE_TICK_MS 500

static void on_accept(void *arg, int fd)
{
    fastcgi_conn_new(arg, fd);
}

static void on_tick(void *arg)
{
    struct fastcgi *door = arg;

    wheel_expire(&door->deadlines, loop_now_ms(door->loop),
                 fastcgi_conn_on_deadline, NULL);
}

void fastcgi_init(void)
{
    fastcgi_request_init();
}

/* Seven eighths of what we may have open. */
static size_t crowded_at(void)
{
    const size_t limit = descriptors_limit();
    const size_t others = 16; /* the loop's, Redis's, stderr */

    return limit > others ? (limit - others) / 8 * 7 : 1;
}

struct fastcgi *fastcgi_new(struct loop *loop, int listen_fd,
                            fastcgi_fn *on_request, void *arg)
{
    struct fastcgi *door = mem_alloc(sizeof(*door));

    door->loop = loop;
    door->on_request = on_request;
    door->arg = arg;
    list_init(&door->conns);
    wheel_init(&door->deadlines, loop_now_ms(loop));
    door->tick = loop_timer_new(loop, on_tick, door);
    loop_timer_start(door->tick, DEADLINE_TICK_MS, DEADLINE_TICK_MS);
    acceptor_init(&door->acceptor, loop, listen_fd, &door->conn_count,
                  on_accept, door);
    door->crowded_at = crowded_at();
    return door;
}

void fastcgi_start(struct fastcgi *door)
{
    MUST(!door->is_stopping);
    acceptor_start(&door->acceptor);
}

void fastcgi_stop(struct fastcgi *door)
{
    door->is_stopping = true;
    acceptor_stop(&door->acceptor);
}

void fastcgi_free(struct fastcgi *door)
{
    struct list_node *node;

    if (door == NULL)
        return;
    acceptor_fini(&door->acceptor);
    while ((node = list_first(&door->conns)) != NULL)
        fastcgi_conn_free(LIST_ITEM(node, struct fastcgi_conn, link));
    loop_timer_free(door->tick);
    mem_free(door);
}

bool fastcgi_is_crowded(const struct fastcgi *door)
{
    return door->acceptor.is_short || door->conn_count >= door->crowded_at;
}

bool fastcgi_is_behind(struct fastcgi *door)
{
    return fastcgi_marks_are_behind(&door->marks, loop_now_ms(door->loop));
}

size_t fastcgi_connections(const struct fastcgi *door)
{
    return door->conn_count;
}

size_t fastcgi_answering(const struct fastcgi *door)
{
    return door->answering;
}
