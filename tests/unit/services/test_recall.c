#include "services/recall.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define RECALL_MS 10000

static struct loop *loop;
static struct recall *recall;

static int start(void **state)
{
    (void)state;
    assert_true(secret_init());
    loop = loop_new();
    recall = recall_new(loop, RECALL_MS);
    return 0;
}

static int end(void **state)
{
    (void)state;
    recall_free(recall);
    loop_free(loop);
    return 0;
}

static struct session remember(const char *name)
{
    struct session session = {.account = 7, .is_new = true};

    secret_token(session.token);
    snprintf(session.name, sizeof(session.name), "%s", name);
    recall_add(recall, &session);
    return session;
}

static void what_was_added_is_there(void **state)
{
    const struct session session = remember("Ada");
    struct session found;

    (void)state;
    assert_true(recall_get(recall, span_of(session.token), &found));
    assert_string_equal(found.name, "Ada");
    assert_int_equal(found.account, 7);
    assert_false(found.is_new);
    assert_false(recall_get(recall, SPAN_NONE, &found));
}

static void the_newest_counts(void **state)
{
    struct session session = remember("Ada");
    struct session found;

    (void)state;
    snprintf(session.name, sizeof(session.name), "Countess");
    recall_add(recall, &session);
    assert_true(recall_get(recall, span_of(session.token), &found));
    assert_string_equal(found.name, "Countess");
}

static void who_is_dropped_is_gone_and_nobody_else(void **state)
{
    const struct session one = remember("Ada");
    const struct session other = remember("Bob");
    char hash[SECRET_HEX_SIZE];
    struct session found;

    (void)state;
    secret_hash(hash, span_of(one.token));
    recall_drop(recall, span_of(hash));
    recall_drop(recall, span_of("no hash"));
    assert_false(recall_get(recall, span_of(one.token), &found));
    assert_true(recall_get(recall, span_of(other.token), &found));
}

static void all_can_be_dropped(void **state)
{
    const struct session one = remember("Ada");
    struct session found;

    (void)state;
    recall_drop_all(recall);
    assert_false(recall_get(recall, span_of(one.token), &found));
    recall_drop_all(recall);
}

static void there_are_so_many_and_no_more(void **state)
{
    const struct session first = remember("first");
    struct session found;

    (void)state;
    for (int i = 0; i < RECALL_MAX - 1; i++)
        remember("Ada");
    assert_true(recall_get(recall, span_of(first.token), &found));
    remember("one more");
    assert_false(recall_get(recall, span_of(first.token), &found));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_added_is_there, start, end),
        cmocka_unit_test_setup_teardown(the_newest_counts, start, end),
        cmocka_unit_test_setup_teardown(who_is_dropped_is_gone_and_nobody_else,
                                        start, end),
        cmocka_unit_test_setup_teardown(all_can_be_dropped, start, end),
        cmocka_unit_test_setup_teardown(there_are_so_many_and_no_more, start,
                                        end),
    };

    return cmocka_run_group_tests_name("recall", tests, NULL, NULL);
}
