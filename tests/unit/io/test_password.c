/* test_password.c -- real hashes, a few only: each takes 46 MB and some
 * hundredths of a second. */
#include "io/password.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/secret.h"

/* "the old one", with parameters that were good some time ago. */
#define OLD_HASH                     \
    "$argon2id$v=19$m=8192,t=1,p=1$" \
    "3zty7ASdq7reIvqVPCnI4g$PVdA23QnOzFOSwZsfB1o3rP0P2tNiuQkVy6VCQ/Szqo"

struct heard {
    char hash[SECRET_PASSWORD_SIZE];
    enum secret_password result;
    int count;
    int *order; /* counts those that were heard, of several */
    int place;
};

/* What becomes of a hasher that is started. */
enum birth {
    BIRTH_LIVES,
    BIRTH_WAITS, /* does nothing until it is killed */
    BIRTH_DIES,  /* and has, before it is sent anything */
};

static struct loop *loop;
static struct passwords *passwords;
static enum birth birth;

static void on_birth(void)
{
    if (birth == BIRTH_DIES)
        _exit(1);
    if (birth == BIRTH_LIVES || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        return;
    for (;;)
        pause();
}

static void on_fork(void)
{
    siginfo_t info;

    if (birth == BIRTH_DIES)
        assert_int_equal(waitid(P_ALL, 0, &info, WEXITED | WNOWAIT), 0);
}

static int open_loop(void **state)
{
    (void)state;
    assert_int_equal(pthread_atfork(NULL, on_fork, on_birth), 0);
    assert_true(secret_init());
    loop = loop_new();
    return 0;
}

static int close_loop(void **state)
{
    (void)state;
    loop_free(loop);
    loop = NULL;
    return 0;
}

static int start(void **state)
{
    (void)state;
    passwords = passwords_new(loop, 2, 2);
    return 0;
}

static int end(void **state)
{
    (void)state;
    passwords_free(passwords);
    return 0;
}

static void on_hash(void *arg, const char *hash)
{
    struct heard *heard = arg;

    assert_non_null(hash);
    strcpy(heard->hash, hash);
    heard->count++;
    if (heard->order != NULL)
        heard->place = ++*heard->order;
}

static void on_verify(void *arg, enum secret_password result)
{
    struct heard *heard = arg;

    heard->result = result;
    heard->count++;
}

static void wait_for(const struct heard *heard)
{
    while (heard->count == 0)
        loop_turn(loop);
    assert_int_equal(heard->count, 1);
}

static void make(const char *text, struct heard *heard)
{
    *heard = (struct heard){0};
    assert_non_null(password_hash(passwords, span_of(text), on_hash, heard));
    assert_int_equal(heard->count, 0); /* never from inside */
    wait_for(heard);
}

static enum secret_password verify(struct span text, struct span hash)
{
    struct heard heard = {0};

    assert_non_null(password_verify(passwords, text, hash, on_verify, &heard));
    assert_int_equal(heard.count, 0);
    wait_for(&heard);
    return heard.result;
}

static void the_right_password_is_right(void **state)
{
    struct heard heard;
    struct heard again;

    (void)state;
    make("пароль, a long one", &heard);
    assert_memory_equal(heard.hash, "$argon2id$v=19$m=47104,t=1,p=1$", 31);
    assert_int_equal(verify(span_of("пароль, a long one"), span_of(heard.hash)),
                     SECRET_PASSWORD_RIGHT);
    assert_int_equal(verify(span_of("пароль, a long on"), span_of(heard.hash)),
                     SECRET_PASSWORD_WRONG);
    assert_int_equal(verify(span_of(""), span_of(heard.hash)),
                     SECRET_PASSWORD_WRONG);
    make("пароль, a long one", &again);
    assert_string_not_equal(heard.hash, again.hash); /* its own salt */
}

static void what_is_behind_a_nul_counts(void **state)
{
    struct heard heard = {0};

    (void)state;
    password_hash(passwords, (struct span){"one\0two", 7}, on_hash, &heard);
    wait_for(&heard);
    assert_int_equal(verify(span_of("one"), span_of(heard.hash)),
                     SECRET_PASSWORD_WRONG);
    assert_int_equal(verify((struct span){"one\0two", 7}, span_of(heard.hash)),
                     SECRET_PASSWORD_RIGHT);
}

static void nobody_has_a_password(void **state)
{
    (void)state;
    assert_int_equal(verify(span_of("anything"), SPAN_NONE),
                     SECRET_PASSWORD_WRONG);
    assert_int_equal(verify(span_of(""), SPAN_NONE), SECRET_PASSWORD_WRONG);
}

static void an_old_hash_is_understood_and_to_be_replaced(void **state)
{
    (void)state;
    assert_int_equal(verify(span_of("the old one"), span_of(OLD_HASH)),
                     SECRET_PASSWORD_RIGHT_OLD);
    assert_int_equal(verify(span_of("another"), span_of(OLD_HASH)),
                     SECRET_PASSWORD_WRONG);
}

static void what_is_no_hash_is_a_failure_and_not_a_wrong_password(void **state)
{
    char vast[4 * SECRET_PASSWORD_SIZE];

    (void)state;
    memset(vast, '$', sizeof(vast));
    assert_int_equal(verify(span_of("x"), span_of("")), SECRET_PASSWORD_FAILED);
    assert_int_equal(verify(span_of("x"), span_of("secret")),
                     SECRET_PASSWORD_FAILED);
    assert_int_equal(verify(span_of("x"), span_of("$argon2id$v=19$m=47104")),
                     SECRET_PASSWORD_FAILED);
    assert_int_equal(verify(span_of("x"), (struct span){vast, sizeof(vast)}),
                     SECRET_PASSWORD_FAILED);
}

static void who_comes_when_all_places_are_taken_is_told_at_once(void **state)
{
    struct heard heard[4] = {0};
    struct heard more = {0};

    (void)state;
    for (int i = 0; i < 4; i++)
        assert_non_null(
            password_hash(passwords, span_of("x"), on_hash, &heard[i]));
    assert_int_equal(passwords_waiting(passwords), 2);
    assert_null(password_hash(passwords, span_of("x"), on_hash, &more));
    assert_null(
        password_verify(passwords, span_of("x"), SPAN_NONE, on_verify, &more));
    for (int i = 0; i < 4; i++)
        wait_for(&heard[i]);
    assert_int_equal(passwords_waiting(passwords), 0);
    assert_int_equal(more.count, 0);
    assert_int_equal(verify(span_of("x"), span_of(heard[3].hash)),
                     SECRET_PASSWORD_RIGHT);
}

static void who_waits_is_served_in_order(void **state)
{
    struct heard heard[3] = {0};
    struct passwords *single = passwords_new(loop, 1, 2);
    int order = 0;

    (void)state;
    for (int i = 0; i < 3; i++) {
        heard[i].order = &order;
        password_hash(single, span_of("x"), on_hash, &heard[i]);
    }
    wait_for(&heard[2]);
    for (int i = 0; i < 3; i++)
        assert_int_equal(heard[i].place, i + 1);
    passwords_free(single);
}

static void who_waits_may_go(void **state)
{
    struct heard heard[4] = {0};
    struct password_work *work[4];
    struct heard next = {0};

    (void)state;
    for (int i = 0; i < 4; i++)
        work[i] = password_hash(passwords, span_of("x"), on_hash, &heard[i]);
    password_cancel(work[2]);
    assert_int_equal(passwords_waiting(passwords), 1);
    /* The place is free at once. */
    assert_non_null(password_hash(passwords, span_of("x"), on_hash, &next));
    wait_for(&next);
    wait_for(&heard[3]);
    assert_int_equal(heard[2].count, 0);
}

static void who_runs_may_go_and_keeps_the_place_until_the_hash_is_made(
    void **state)
{
    struct heard heard[3] = {0};
    struct password_work *work[2];

    (void)state;
    for (int i = 0; i < 2; i++)
        work[i] = password_hash(passwords, span_of("x"), on_hash, &heard[i]);
    password_cancel(work[0]);
    password_cancel(work[1]);
    assert_non_null(password_hash(passwords, span_of("x"), on_hash, &heard[2]));
    assert_int_equal(passwords_waiting(passwords), 1);
    wait_for(&heard[2]);
    assert_int_equal(heard[0].count + heard[1].count, 0);
}

static void kill_hashers(void)
{
    FILE *children = fopen("/proc/thread-self/children", "r");
    int pid;

    assert_non_null(children);
    while (fscanf(children, "%d", &pid) == 1)
        assert_int_equal(kill(pid, SIGKILL), 0);
    fclose(children);
}

static void on_no_hash(void *arg, const char *hash)
{
    struct heard *heard = arg;

    assert_null(hash);
    heard->count++;
}

static void when_a_hasher_dies_another_does_its_work(void **state)
{
    struct heard made = {0};
    struct heard compared = {0};
    struct heard waiting = {0};

    (void)state;
    kill_hashers();
    password_hash(passwords, span_of("x"), on_hash, &made);
    password_verify(passwords, span_of("x"), SPAN_NONE, on_verify, &compared);
    password_hash(passwords, span_of("x"), on_hash, &waiting);
    wait_for(&made);
    wait_for(&compared);
    assert_int_equal(compared.result, SECRET_PASSWORD_WRONG);
    wait_for(&waiting);
}

static void what_kills_two_is_a_failure(void **state)
{
    struct heard made = {0};
    struct heard compared = {0};
    struct heard after = {0};

    (void)state;
    birth = BIRTH_WAITS;
    kill_hashers();
    password_hash(passwords, span_of("x"), on_no_hash, &made);
    password_verify(passwords, span_of("x"), SPAN_NONE, on_verify, &compared);
    while (made.count == 0 || compared.count == 0) {
        kill_hashers();
        loop_turn(loop);
    }
    birth = BIRTH_LIVES;
    assert_int_equal(compared.result, SECRET_PASSWORD_FAILED);
    password_hash(passwords, span_of("x"), on_hash, &after);
    wait_for(&after);
}

static void a_hasher_that_dies_at_birth_is_a_failure(void **state)
{
    struct heard made = {0};
    struct heard after = {0};
    struct passwords *frail;

    (void)state;
    birth = BIRTH_DIES;
    frail = passwords_new(loop, 1, 2);
    password_hash(frail, span_of("x"), on_no_hash, &made);
    wait_for(&made);
    birth = BIRTH_LIVES;
    password_hash(frail, span_of("x"), on_hash, &after);
    wait_for(&after);
    passwords_free(frail);
}

/* Nothing leaks, nothing is told: the sanitizer and the counts see to it.  The
 * last test, as it takes the loop along. */
static void all_of_it_may_go_while_it_runs(void **state)
{
    struct heard heard[4] = {0};

    (void)state;
    for (int i = 0; i < 4; i++) {
        struct password_work *work =
            password_hash(passwords, span_of("x"), on_hash, &heard[i]);

        if (i == 1)
            password_cancel(work);
    }
    passwords_free(passwords);
    passwords = NULL;
    close_loop(NULL);
    for (int i = 0; i < 4; i++)
        assert_int_equal(heard[i].count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_right_password_is_right, start,
                                        end),
        cmocka_unit_test_setup_teardown(what_is_behind_a_nul_counts, start,
                                        end),
        cmocka_unit_test_setup_teardown(nobody_has_a_password, start, end),
        cmocka_unit_test_setup_teardown(
            an_old_hash_is_understood_and_to_be_replaced, start, end),
        cmocka_unit_test_setup_teardown(
            what_is_no_hash_is_a_failure_and_not_a_wrong_password, start, end),
        cmocka_unit_test_setup_teardown(
            who_comes_when_all_places_are_taken_is_told_at_once, start, end),
        cmocka_unit_test_setup_teardown(who_waits_is_served_in_order, start,
                                        end),
        cmocka_unit_test_setup_teardown(who_waits_may_go, start, end),
        cmocka_unit_test_setup_teardown(
            who_runs_may_go_and_keeps_the_place_until_the_hash_is_made, start,
            end),
        cmocka_unit_test_setup_teardown(
            when_a_hasher_dies_another_does_its_work, start, end),
        cmocka_unit_test_setup_teardown(what_kills_two_is_a_failure, start,
                                        end),
        cmocka_unit_test_setup_teardown(
            a_hasher_that_dies_at_birth_is_a_failure, start, end),
        cmocka_unit_test_setup_teardown(all_of_it_may_go_while_it_runs, start,
                                        end),
    };

    return cmocka_run_group_tests_name("password", tests, open_loop,
                                       close_loop);
}
