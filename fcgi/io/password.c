/* password.c -- see password.h.
 *
 *     the loop                                  a hasher
 *     struct order, the text  --- socket --->   hashes, or compares
 *     on_hash, on_verify      <-- socket ---    struct outcome
 *
 * A hasher is a process, not a thread.  A hash maps 46 MB, fills and unmaps
 * them; meanwhile the kernel holds the lock of the address space, and the loop
 * has to have it for the next malloc that grows the heap.  With threads the loop
 * stood still for a tenth of a second and more when the cores were busy, and
 * longer still when the threads were niced, so that they were put aside with
 * the lock in hand.
 *
 * It is forked, and knows what we knew then; it has no descriptor but its
 * socket, whose end, by whatever death of ours, is its own.  When one dies, as
 * the kernel may want its 46 MB, another does what it was at; if that one dies
 * of it, too, there is no hash. */
#include "io/password.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fatal.h"
#include "base/list.h"
#include "base/log.h"
#include "base/mem.h"

/* Who wants a core beside them has ten times as much of it; more would stop
 * signing in on a machine that is busy all the time. */
#define NICENESS 10
/* More than any password that is let in has (password_rules.h). */
#define TEXT_MAX ((size_t)64 * 1024)

enum order_kind { ORDER_HASH, ORDER_CHECK, ORDER_CHECK_NOBODY };

/* The text follows. */
struct order {
    enum order_kind kind;
    char hash[SECRET_PASSWORD_SIZE]; /* to compare with */
};

struct outcome {
    bool is_made; /* hash */
    char hash[SECRET_PASSWORD_SIZE];
    enum secret_password result;
};

struct hasher {
    struct loop_watch watch; /* our end of the socket */
    struct passwords *passwords;
    pid_t pid;                  /* 0: none */
    struct password_work *work; /* ours; NULL: idle */
};

struct passwords {
    struct hasher *hashers; /* running_max of them */
    struct loop *loop;      /* the caller's, outlives us */
    unsigned running_max;
    unsigned waiting_max;
    struct list waiting; /* first come, first */
    unsigned running_count;
    unsigned waiting_count;
};

struct password_work {
    struct list_node link; /* in passwords->waiting, or in none: running */
    struct passwords *passwords;
    bool is_running;
    bool is_cancelled;
    bool has_killed;               /* its hasher has died */
    password_hash_fn *on_hash;     /* of password_hash, or */
    password_verify_fn *on_verify; /* of password_verify */
    void *arg;
    char *text; /* ours, overwritten when done with */
    size_t text_len;
    bool is_nobody;
    char hash[SECRET_PASSWORD_SIZE]; /* to compare with */
};

static void work_free(struct password_work *work)
{
    secret_forget(work->text, work->text_len);
    mem_free(work->text);
    mem_free(work);
}

/* --- a hasher ------------------------------------------------------------ */

static struct outcome carry_out(const struct order *order, struct span text)
{
    struct outcome outcome = {.result = SECRET_PASSWORD_FAILED};

    switch (order->kind) {
    case ORDER_HASH:
        outcome.is_made = secret_hash_password(outcome.hash, text);
        break;
    case ORDER_CHECK:
        outcome.result = secret_check_password(order->hash, text);
        break;
    case ORDER_CHECK_NOBODY:
        outcome.result = secret_check_nobody(text);
        break;
    }
    return outcome;
}

/* Whoever ends us ends the socket; Ctrl-C is for all of the terminal's
 * programs, and the worker may have something left to do then. */
_Noreturn static void hasher_main(int fd)
{
    static char text[TEXT_MAX];
    struct order order;
    struct iovec parts[] = {{&order, sizeof(order)}, {text, sizeof(text)}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    ssize_t len;

    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    prctl(PR_SET_NAME, "hasher");
    setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + NICENESS);
    if (dup2(fd, STDERR_FILENO + 1) == -1)
        _exit(1);
    fd = STDERR_FILENO + 1;
    close_range((unsigned)fd + 1, ~0U, 0);
    while ((len = recvmsg(fd, &message, 0)) >= (ssize_t)sizeof(order)) {
        const size_t text_len = (size_t)len - sizeof(order);
        const struct outcome outcome =
            carry_out(&order, (struct span){text, text_len});

        secret_forget(text, text_len);
        if (send(fd, &outcome, sizeof(outcome), MSG_NOSIGNAL) == -1)
            break;
    }
    _exit(0);
}

/* --- on the loop --------------------------------------------------------- */

static void on_ready(struct loop_watch *watch, unsigned ready);

static void hasher_start(struct hasher *hasher)
{
    int fds[2];

    MUST(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) == 0);
    hasher->pid = fork();
    MUST(hasher->pid != -1);
    if (hasher->pid == 0)
        hasher_main(fds[1]);
    close(fds[1]);
    MUST(loop_watch_start(hasher->passwords->loop, &hasher->watch, fds[0],
                          LOOP_READ, on_ready) == 0);
}

/* It has nothing that would be lost. */
static void hasher_end(struct hasher *hasher)
{
    if (hasher->pid == 0)
        return;
    loop_watch_stop(hasher->passwords->loop, &hasher->watch);
    close(hasher->watch.fd);
    kill(hasher->pid, SIGKILL);
    while (waitpid(hasher->pid, NULL, 0) == -1 && errno == EINTR)
        ;
    hasher->pid = 0;
}

static bool hasher_send(const struct hasher *hasher)
{
    const struct password_work *work = hasher->work;
    struct order order = {.kind = work->on_hash != NULL ? ORDER_HASH
                                  : work->is_nobody     ? ORDER_CHECK_NOBODY
                                                        : ORDER_CHECK};
    struct iovec parts[] = {{&order, sizeof(order)},
                            {work->text, work->text_len}};
    const struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};

    memcpy(order.hash, work->hash, sizeof(order.hash));
    return sendmsg(hasher->watch.fd, &message, MSG_NOSIGNAL) != -1;
}

/* One that has died meanwhile is replaced. */
static void hand_over(struct hasher *hasher, struct password_work *work)
{
    hasher->work = work;
    work->is_running = true;
    if (hasher->pid != 0 && hasher_send(hasher))
        return;
    hasher_end(hasher);
    hasher_start(hasher);
    /* If this one is dead by now, on_ready hears of its end. */
    MUST(hasher_send(hasher) || errno == EPIPE);
}

static struct hasher *idle_hasher(struct passwords *passwords)
{
    struct hasher *hasher = passwords->hashers;

    while (hasher->work != NULL)
        hasher++;
    return hasher;
}

static void start_next(struct passwords *passwords)
{
    while (passwords->running_count < passwords->running_max) {
        struct list_node *node = list_pop(&passwords->waiting);

        if (node == NULL)
            return;
        passwords->waiting_count--;
        passwords->running_count++;
        hand_over(idle_hasher(passwords),
                  LIST_ITEM(node, struct password_work, link));
    }
}

static void tell(struct password_work *work, const struct outcome *outcome)
{
    const struct password_work done = *work;

    work_free(work);
    if (done.is_cancelled)
        return;
    if (done.on_hash != NULL)
        done.on_hash(done.arg, outcome->is_made ? outcome->hash : NULL);
    else
        done.on_verify(done.arg, outcome->result);
}

/* An outcome, or the end.  The place is for the next one, before somebody is
 * told who may want it again. */
static void on_ready(struct loop_watch *watch, unsigned ready)
{
    struct hasher *hasher = LIST_ITEM(watch, struct hasher, watch);
    struct passwords *passwords = hasher->passwords;
    struct password_work *work = hasher->work;
    struct outcome outcome;
    const ssize_t len =
        recv(watch->fd, &outcome, sizeof(outcome), MSG_DONTWAIT);

    (void)ready;
    if (len == -1 && (errno == EAGAIN || errno == EINTR))
        return;
    if (len != sizeof(outcome)) {
        outcome = (struct outcome){.result = SECRET_PASSWORD_FAILED};
        log_warn("hasher_died", "pid=%d", (int)hasher->pid);
        hasher_end(hasher);
    }
    if (work == NULL)
        return;
    if (hasher->pid == 0 && !work->has_killed) {
        work->has_killed = true;
        hand_over(hasher, work);
        return;
    }
    hasher->work = NULL;
    passwords->running_count--;
    start_next(passwords);
    tell(work, &outcome);
}

static bool are_full(const struct passwords *passwords)
{
    return passwords->running_count == passwords->running_max &&
           passwords->waiting_count == passwords->waiting_max;
}

/* NULL when all places are taken. */
static struct password_work *work_new(struct passwords *passwords,
                                      struct span text, void *arg)
{
    struct password_work *work;

    MUST(text.len <= TEXT_MAX);
    if (are_full(passwords))
        return NULL;
    work = mem_alloc(sizeof(*work));
    work->passwords = passwords;
    work->arg = arg;
    work->text = mem_copy(text.at, text.len);
    work->text_len = text.len;
    return work;
}

static struct password_work *work_start(struct password_work *work)
{
    struct passwords *passwords = work->passwords;

    list_push(&passwords->waiting, &work->link);
    passwords->waiting_count++;
    start_next(passwords);
    return work;
}

struct password_work *password_hash(struct passwords *passwords,
                                    struct span text, password_hash_fn *on_hash,
                                    void *arg)
{
    struct password_work *work = work_new(passwords, text, arg);

    if (work == NULL)
        return NULL;
    work->on_hash = on_hash;
    return work_start(work);
}

struct password_work *password_verify(struct passwords *passwords,
                                      struct span text, struct span hash,
                                      password_verify_fn *on_verify, void *arg)
{
    struct password_work *work = work_new(passwords, text, arg);

    if (work == NULL)
        return NULL;
    work->on_verify = on_verify;
    work->is_nobody = hash.at == NULL;
    /* What is longer than any hash stays empty, and is told as none. */
    if (!work->is_nobody && hash.len < sizeof(work->hash))
        memcpy(work->hash, hash.at, hash.len);
    return work_start(work);
}

void password_cancel(struct password_work *work)
{
    if (work->is_running) {
        work->is_cancelled = true;
        return;
    }
    list_remove(&work->link);
    work->passwords->waiting_count--;
    work_free(work);
}

size_t passwords_waiting(const struct passwords *passwords)
{
    return passwords->waiting_count;
}

/* --- their life ---------------------------------------------------------- */

/* All at once, and before there are threads, if the caller can help it. */
struct passwords *passwords_new(struct loop *loop, unsigned running,
                                unsigned waiting)
{
    struct passwords *passwords = mem_alloc(sizeof(*passwords));

    MUST(running > 0);
    passwords->loop = loop;
    passwords->running_max = running;
    passwords->waiting_max = waiting;
    list_init(&passwords->waiting);
    passwords->hashers = mem_alloc(running * sizeof(*passwords->hashers));
    for (unsigned i = 0; i < running; i++) {
        passwords->hashers[i].passwords = passwords;
        hasher_start(&passwords->hashers[i]);
    }
    return passwords;
}

void passwords_free(struct passwords *passwords)
{
    struct list_node *node;

    if (passwords == NULL)
        return;
    while ((node = list_first(&passwords->waiting)) != NULL)
        password_cancel(LIST_ITEM(node, struct password_work, link));
    for (unsigned i = 0; i < passwords->running_max; i++) {
        hasher_end(&passwords->hashers[i]);
        if (passwords->hashers[i].work != NULL)
            work_free(passwords->hashers[i].work);
    }
    mem_free(passwords->hashers);
    mem_free(passwords);
}
