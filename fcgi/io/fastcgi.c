#include "io/fastcgi.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/descriptors.h"
#include "base/fatal.h"
#include "base/log.h"
#include "base/mem.h"
#include "io/fastcgi_conn.h"
#include "io/fastcgi_request.h"

/* Accepted in one turn, so that a herd of newcomers does not stop the rest. */
#define ACCEPTS_PER_TURN 64
/* Out of descriptors: the listening socket stays readable, and to go on asking
 * would be a busy loop. */
#define ACCEPT_PAUSE_MS  100
#define DEADLINE_TICK_MS 500

/* --- accepting ----------------------------------------------------------- */

static void pause_accepting(struct fastcgi *door)
{
    if (!door->is_short)
        log_warn_errno("accept_paused", "connections=%zu", door->conn_count);
    door->is_short = true; /* until nobody waits in the queue any more */
    loop_watch_change(door->loop, &door->listener, 0);
    loop_timer_start(door->accept_pause, ACCEPT_PAUSE_MS, 0);
}

static void note_queue_empty(struct fastcgi *door)
{
    if (door->is_short)
        log_info("accept_resumed", "connections=%zu", door->conn_count);
    door->is_short = false;
}

static void on_accept_pause_over(void *arg)
{
    struct fastcgi *door = arg;

    if (door->is_listening)
        loop_watch_change(door->loop, &door->listener, LOOP_READ);
}

static void on_listener_ready(struct loop_watch *watch, unsigned ready)
{
    struct fastcgi *door = LIST_ITEM(watch, struct fastcgi, listener);

    (void)ready;
    for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
        int fd = accept4(watch->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd != -1) {
            fastcgi_conn_new(door, fd);
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
                   errno == ENOMEM) {
            pause_accepting(door);
            return;
        } else if (errno != EINTR && errno != ECONNABORTED) {
            note_queue_empty(door);
            return;
        }
    }
}

/* --- the door ------------------------------------------------------------ */

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
    door->accept_pause = loop_timer_new(loop, on_accept_pause_over, door);
    door->listener.fd = listen_fd;
    door->crowded_at = crowded_at();
    return door;
}

void fastcgi_start(struct fastcgi *door)
{
    MUST(!door->is_listening && !door->is_stopping);
    MUST(loop_watch_start(door->loop, &door->listener, door->listener.fd,
                          LOOP_READ, on_listener_ready) == 0);
    door->is_listening = true;
}

static void stop_listening(struct fastcgi *door)
{
    if (door->listener.fd == -1)
        return;
    door->is_listening = false;
    loop_watch_stop(door->loop, &door->listener);
    close(door->listener.fd);
    door->listener.fd = -1;
}

void fastcgi_stop(struct fastcgi *door)
{
    door->is_stopping = true;
    stop_listening(door);
}

void fastcgi_free(struct fastcgi *door)
{
    struct list_node *node;

    if (door == NULL)
        return;
    stop_listening(door);
    while ((node = list_first(&door->conns)) != NULL)
        fastcgi_conn_free(LIST_ITEM(node, struct fastcgi_conn, link));
    loop_timer_free(door->tick);
    loop_timer_free(door->accept_pause);
    mem_free(door);
}

bool fastcgi_is_crowded(const struct fastcgi *door)
{
    return door->is_short || door->conn_count >= door->crowded_at;
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
