/* test_loop_work.c -- work that blocks, on the threads of the pool.  Each piece
 * waits for a semaphore, so that the test says when it ends. */
#include "io/loop.h"

#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* UV_THREADPOOL_SIZE, when nobody sets it. */
#define THREADS 4

struct piece {
    sem_t begun;
    sem_t may_end;
    int runs; /* the thread's, until done or dropped */
    int done;
    int dropped;
};

static struct loop *loop;

static void run(void *arg)
{
    struct piece *piece = arg;

    sem_post(&piece->begun);
    sem_wait(&piece->may_end);
    piece->runs++;
}

static void on_done(void *arg)
{
    struct piece *piece = arg;

    piece->done++;
}

static void on_dropped(void *arg)
{
    struct piece *piece = arg;

    piece->dropped++;
}

static struct loop_work *begin(struct piece *piece)
{
    *piece = (struct piece){0};
    sem_init(&piece->begun, 0, 0);
    sem_init(&piece->may_end, 0, 0);
    return loop_work_start(loop, run, on_done, on_dropped, piece);
}

static void end(struct piece *piece)
{
    while (piece->done + piece->dropped == 0)
        loop_turn(loop);
    sem_destroy(&piece->begun);
    sem_destroy(&piece->may_end);
}

static void work_is_done_beside_the_loop(void **state)
{
    struct piece piece;

    (void)state;
    begin(&piece);
    sem_wait(&piece.begun);
    loop_turn(loop); /* which does not wait for it */
    assert_int_equal(piece.done, 0);
    sem_post(&piece.may_end);
    end(&piece);
    assert_int_equal(piece.runs, 1);
    assert_int_equal(piece.done, 1);
    assert_int_equal(piece.dropped, 0);
}

static void what_is_cancelled_while_it_runs_is_dropped_at_its_end(void **state)
{
    struct piece piece;
    struct loop_work *work = begin(&piece);

    (void)state;
    sem_wait(&piece.begun);
    loop_work_cancel(work);
    loop_turn(loop);
    assert_int_equal(piece.dropped, 0); /* the thread has it */
    sem_post(&piece.may_end);
    end(&piece);
    assert_int_equal(piece.runs, 1);
    assert_int_equal(piece.done, 0);
    assert_int_equal(piece.dropped, 1);
}

static void what_is_cancelled_before_it_runs_never_does(void **state)
{
    struct piece busy[THREADS];
    struct piece piece;
    struct loop_work *work;

    (void)state;
    for (int i = 0; i < THREADS; i++)
        begin(&busy[i]);
    for (int i = 0; i < THREADS; i++)
        sem_wait(&busy[i].begun);
    work = begin(&piece);
    loop_work_cancel(work);
    assert_int_equal(piece.dropped, 0); /* never from inside */
    end(&piece);
    assert_int_equal(piece.runs, 0);
    assert_int_equal(piece.done, 0);
    assert_int_equal(piece.dropped, 1);
    for (int i = 0; i < THREADS; i++)
        sem_post(&busy[i].may_end);
    for (int i = 0; i < THREADS; i++)
        end(&busy[i]);
}

/* The last test, as it takes the loop along. */
static void the_loop_ends_when_its_work_has(void **state)
{
    struct piece piece;

    (void)state;
    loop_work_cancel(begin(&piece));
    sem_post(&piece.may_end);
    loop_free(loop);
    loop = NULL;
    assert_int_equal(piece.dropped, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_is_done_beside_the_loop),
        cmocka_unit_test(what_is_cancelled_while_it_runs_is_dropped_at_its_end),
        cmocka_unit_test(what_is_cancelled_before_it_runs_never_does),
        cmocka_unit_test(the_loop_ends_when_its_work_has),
    };

    loop = loop_new();
    return cmocka_run_group_tests_name("loop_work", tests, NULL, NULL);
}
