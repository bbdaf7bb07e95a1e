#include "io/password.h"

#include <string.h>

#include "base/fatal.h"
#include "base/list.h"
#include "base/mem.h"

struct passwords {
    struct loop *loop; /* the caller's, outlives us */
    unsigned running_max;
    unsigned waiting_max;
    struct list running; /* with a thread */
    struct list waiting; /* first come, first */
    unsigned running_count;
    unsigned waiting_count;
};

struct password_work {
    struct list_node link;         /* waiting, or running */
    struct passwords *passwords;   /* NULL: gone while we were running */
    struct loop_work *job;         /* loop.c's; NULL: waiting, or cancelled */
    password_hash_fn *on_hash;     /* of password_hash, or */
    password_verify_fn *on_verify; /* of password_verify */
    void *arg;
    /* The thread's while there is one: */
    char *text; /* ours, overwritten when done with */
    size_t text_len;
    char hash[SECRET_PASSWORD_SIZE]; /* to compare with, or made */
    bool is_nobody;
    bool is_made;
    enum secret_password result;
};

static void work_free(struct password_work *work)
{
    secret_forget(work->text, work->text_len);
    mem_free(work->text);
    mem_free(work);
}

/* --- on a thread --------------------------------------------------------- */

static void run(void *arg)
{
    struct password_work *work = arg;
    const struct span text = {work->text, work->text_len};

    if (work->on_hash != NULL)
        work->is_made = secret_hash_password(work->hash, text);
    else if (work->is_nobody)
        work->result = secret_check_nobody(text);
    else
        work->result = secret_check_password(work->hash, text);
}

/* --- on the loop --------------------------------------------------------- */

static void start_next(struct passwords *passwords);

/* The thread is through: its place is for the next. */
static void leave(struct password_work *work)
{
    struct passwords *passwords = work->passwords;

    if (passwords == NULL)
        return;
    list_remove(&work->link);
    passwords->running_count--;
    start_next(passwords);
}

static void on_run(void *arg)
{
    struct password_work *work = arg;
    const struct password_work done = *work;

    leave(work);
    work_free(work);
    if (done.on_hash != NULL)
        done.on_hash(done.arg, done.is_made ? done.hash : NULL);
    else
        done.on_verify(done.arg, done.result);
}

static void on_dropped(void *arg)
{
    struct password_work *work = arg;

    leave(work);
    work_free(work);
}

static void start_next(struct passwords *passwords)
{
    while (passwords->running_count < passwords->running_max) {
        struct list_node *node = list_pop(&passwords->waiting);
        struct password_work *work;

        if (node == NULL)
            return;
        work = LIST_ITEM(node, struct password_work, link);
        passwords->waiting_count--;
        passwords->running_count++;
        list_push(&passwords->running, node);
        work->job =
            loop_work_start(passwords->loop, run, on_run, on_dropped, work);
    }
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
    struct loop_work *job = work->job;

    work->job = NULL;
    if (job != NULL) {
        loop_work_cancel(job);
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

struct passwords *passwords_new(struct loop *loop, unsigned running,
                                unsigned waiting)
{
    struct passwords *passwords = mem_alloc(sizeof(*passwords));

    MUST(running > 0);
    passwords->loop = loop;
    passwords->running_max = running;
    passwords->waiting_max = waiting;
    list_init(&passwords->running);
    list_init(&passwords->waiting);
    return passwords;
}

/* What is running finds us gone when its thread is through. */
void passwords_free(struct passwords *passwords)
{
    struct list_node *node;

    if (passwords == NULL)
        return;
    while ((node = list_first(&passwords->waiting)) != NULL)
        password_cancel(LIST_ITEM(node, struct password_work, link));
    while ((node = list_pop(&passwords->running)) != NULL) {
        struct password_work *work =
            LIST_ITEM(node, struct password_work, link);

        work->passwords = NULL;
        if (work->job != NULL)
            password_cancel(work);
    }
    mem_free(passwords);
}
