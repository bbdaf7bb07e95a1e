#include "services/ties.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/secret.h"

struct held {
    struct tie tie;
    int ended;
    int changed;
    struct held *also; /* removes this one, too */
};

static struct ties ties;
static char one[SECRET_TOKEN_SIZE];
static char other[SECRET_TOKEN_SIZE];

static void on_event(struct tie *tie, enum tie_event event)
{
    struct held *held = LIST_ITEM(tie, struct held, tie);

    if (event == TIE_ENDED)
        held->ended++;
    else
        held->changed++;
    if (held->also != NULL)
        ties_remove(&held->also->tie);
}

static void add(struct held *held, const char *token)
{
    *held = (struct held){0};
    assert_true(ties_add(&ties, &held->tie, span_of(token), on_event));
}

static void tell(const char *token, enum tie_event event)
{
    char hash[SECRET_HEX_SIZE];

    secret_hash(hash, span_of(token));
    ties_tell(&ties, span_of(hash), event);
}

static int start(void **state)
{
    (void)state;
    assert_true(secret_init());
    ties = (struct ties){0};
    ties_init(&ties);
    secret_token(one);
    secret_token(other);
    return 0;
}

static void all_of_a_session_end_and_nobody_else(void **state)
{
    struct held a;
    struct held b;
    struct held c;

    (void)state;
    add(&a, one);
    add(&b, other);
    add(&c, one);
    tell(one, TIE_ENDED);
    assert_int_equal(a.ended + c.ended, 2);
    assert_int_equal(b.ended, 0);
    tell(one, TIE_ENDED);
    assert_int_equal(a.ended + c.ended, 2);
    ties_remove(&a.tie);
    ties_remove(&b.tie);
}

static void who_is_told_of_a_change_stays(void **state)
{
    struct held a;

    (void)state;
    add(&a, one);
    tell(one, TIE_CHANGED);
    tell(one, TIE_CHANGED);
    tell(one, TIE_ENDED);
    assert_int_equal(a.changed, 2);
    assert_int_equal(a.ended, 1);
}

static void one_may_take_the_next_with_it(void **state)
{
    struct held a;
    struct held b;
    struct held c;

    (void)state;
    add(&a, one);
    add(&b, one);
    add(&c, one);
    a.also = &b;
    tell(one, TIE_ENDED);
    assert_int_equal(a.ended + c.ended, 2);
    assert_int_equal(b.ended, 0);
}

static void who_comes_just_after_the_end_is_told(void **state)
{
    struct held late = {0};
    char token[SECRET_TOKEN_SIZE];

    (void)state;
    tell(one, TIE_CHANGED);
    tell(other, TIE_ENDED);
    assert_false(ties_add(&ties, &late.tie, span_of(other), on_event));
    ties_remove(&late.tie);
    add(&late, one);
    ties_remove(&late.tie);
    for (int i = 0; i < TIES_ENDED; i++) {
        secret_token(token);
        tell(token, TIE_ENDED);
    }
    add(&late, other); /* that was long ago */
    ties_remove(&late.tie);
}

static void what_is_no_hash_ends_nothing(void **state)
{
    struct held a;

    (void)state;
    add(&a, one);
    ties_tell(&ties, span_of(""), TIE_ENDED);
    ties_tell(&ties, span_of("zz"), TIE_ENDED);
    ties_tell(&ties, SPAN_NONE, TIE_ENDED);
    assert_int_equal(a.ended, 0);
    ties_remove(&a.tie);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(all_of_a_session_end_and_nobody_else, start),
        cmocka_unit_test_setup(who_is_told_of_a_change_stays, start),
        cmocka_unit_test_setup(one_may_take_the_next_with_it, start),
        cmocka_unit_test_setup(who_comes_just_after_the_end_is_told, start),
        cmocka_unit_test_setup(what_is_no_hash_ends_nothing, start),
    };

    return cmocka_run_group_tests_name("ties", tests, NULL, NULL);
}
