#include "io/acceptor.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fatal.h"
#include "base/log.h"

#define ACCEPTS_PER_TURN 64
#define PAUSE_MS         100

static void begin_pause(struct acceptor *acceptor)
{
    if (!acceptor->is_short)
        log_warn_errno("accept_paused", "connections=%zu",
                       *acceptor->connections);
    acceptor->is_short = true;
    loop_watch_change(acceptor->loop, &acceptor->watch, 0);
    loop_timer_start(acceptor->pause, PAUSE_MS, 0);
}

static void on_pause_over(void *arg)
{
    struct acceptor *acceptor = arg;

    if (acceptor->is_listening)
        loop_watch_change(acceptor->loop, &acceptor->watch, LOOP_READ);
}

static void note_queue_empty(struct acceptor *acceptor)
{
    if (acceptor->is_short)
        log_info("accept_resumed", "connections=%zu", *acceptor->connections);
    acceptor->is_short = false;
}

/* In level-triggered mode: who is not taken now is told about in the next
 * turn. */
static void on_ready(struct loop_watch *watch, unsigned ready)
{
    struct acceptor *acceptor = LIST_ITEM(watch, struct acceptor, watch);

    (void)ready;
    for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
        int fd = accept4(watch->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd != -1) {
            acceptor->on_accept(acceptor->arg, fd);
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
                   errno == ENOMEM) {
            begin_pause(acceptor);
            return;
        } else if (errno != EINTR && errno != ECONNABORTED) {
            note_queue_empty(acceptor);
            return;
        }
    }
}

void acceptor_init(struct acceptor *acceptor, struct loop *loop, int listen_fd,
                   const size_t *connections, acceptor_fn *on_accept, void *arg)
{
    *acceptor = (struct acceptor){.loop = loop,
                                  .watch.fd = listen_fd,
                                  .connections = connections,
                                  .on_accept = on_accept,
                                  .arg = arg};
    acceptor->pause = loop_timer_new(loop, on_pause_over, acceptor);
}

void acceptor_start(struct acceptor *acceptor)
{
    MUST(!acceptor->is_listening);
    MUST(loop_watch_start(acceptor->loop, &acceptor->watch, acceptor->watch.fd,
                          LOOP_READ, on_ready) == 0);
    acceptor->is_listening = true;
}

void acceptor_stop(struct acceptor *acceptor)
{
    if (acceptor->watch.fd == -1)
        return;
    acceptor->is_listening = false;
    loop_watch_stop(acceptor->loop, &acceptor->watch);
    close(acceptor->watch.fd);
    acceptor->watch.fd = -1;
}

void acceptor_fini(struct acceptor *acceptor)
{
    acceptor_stop(acceptor);
    loop_timer_free(acceptor->pause);
    acceptor->pause = NULL;
}
