#include "load/probe.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "load/response.h"

#define PATIENCE_S 10

static int connect_to(const struct sockaddr_in *server)
{
    const struct timeval patience = {.tv_sec = PATIENCE_S};
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(fd, (const struct sockaddr *)server, sizeof *server) == 0)
        return fd;
    close(fd);
    return -1;
}

/* False when there was no answer that says 200. */
static bool is_answered(int fd, const struct buf *request)
{
    struct response response = {0};
    char input[16384];
    bool ok = send(fd, request->data, request->len, MSG_NOSIGNAL) ==
              (ssize_t)request->len;

    while (ok && response.state < RESPONSE_WHOLE) {
        const ssize_t len = recv(fd, input, sizeof input, 0);

        ok = len > 0 &&
             response_feed(&response, input, (size_t)len) == (size_t)len;
    }
    ok = ok && response.state == RESPONSE_WHOLE && response.status == 200 &&
         !response.is_last;
    response_fini(&response);
    return ok;
}

/* One request, on the connection '*fd', which is opened anew when needed. */
static void probe_once(struct probe_board *board, int *fd,
                       const struct sockaddr_in *server,
                       const struct buf *request)
{
    const bool is_herd = atomic_load(&board->is_herd);
    const uint64_t begin_ns = nanos_now();

    if (*fd < 0)
        *fd = connect_to(server);
    if (*fd >= 0 && is_answered(*fd, request)) {
        histogram_add(is_herd ? &board->herd : &board->quiet,
                      nanos_now() - begin_ns);
        return;
    }
    board->failed++;
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* Sleeps until it is time for the next: soon if there is a herd, or when one
 * comes. */
static void rest(const struct probe_board *board)
{
    const struct timespec nap = {.tv_nsec = PROBE_HERD_NS};
    const uint64_t begin_ns = nanos_now();

    do {
        nanosleep(&nap, NULL);
    } while (!atomic_load(&board->is_herd) && !atomic_load(&board->is_over) &&
             nanos_now() - begin_ns < PROBE_QUIET_NS);
}

static void be_the_probe(struct probe_board *board,
                         const struct sockaddr_in *server,
                         const struct dialect *dialect, const struct ask *ask)
{
    int fd = -1;

    for (unsigned turn = 0; !atomic_load(&board->is_over); turn++) {
        struct buf request = {0};

        dialect->probes[turn % 2](&request, ask);
        probe_once(board, &fd, server, &request);
        buf_fini(&request);
        rest(board);
    }
}

bool probe_start(struct probe *probe, const struct sockaddr_in *server,
                 const struct dialect *dialect, const struct identity *who,
                 const char *room)
{
    const struct ask ask = {
        .room = room,
        .text = span_of("probe"),
        .cursor = "",
        .who = who,
    };
    void *page = mmap(NULL, sizeof *probe->board, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (page == MAP_FAILED)
        return false;
    probe->board = page;
    probe->pid = fork();
    if (probe->pid != 0)
        return probe->pid > 0;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    be_the_probe(probe->board, server, dialect, &ask);
    _exit(0);
}

void probe_stop(struct probe *probe)
{
    if (probe->pid <= 0)
        return;
    atomic_store(&probe->board->is_over, true);
    waitpid(probe->pid, NULL, 0); /* no signal has a handler here */
    probe->pid = 0;
}

void probe_fini(struct probe *probe)
{
    probe_stop(probe);
    if (probe->board != NULL)
        munmap(probe->board, sizeof *probe->board);
    probe->board = NULL;
}
