#include "load/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Two readers of one room, in which message n is sent at (n + 1) * 10 and, if
 * at all, acknowledged five later. */
struct scene {
    struct ledger ledger;
    struct ledger_reader ann;
    struct ledger_reader bob;
};

static uint64_t sent_at(uint32_t n)
{
    return (n + 1) * UINT64_C(10);
}

static int set_scene(void **state)
{
    static struct scene scene;

    memset(&scene, 0, sizeof scene);
    scene.ledger.readers = 2;
    *state = &scene;
    return 0;
}

static int clear_scene(void **state)
{
    struct scene *scene = *state;

    ledger_fini(&scene->ledger);
    ledger_reader_fini(&scene->ann);
    ledger_reader_fini(&scene->bob);
    return 0;
}

static void send_some(struct scene *scene, uint32_t count)
{
    for (uint32_t n = 0; n < count; n++) {
        assert_int_equal(ledger_send(&scene->ledger, sent_at(n)), n);
        ledger_acknowledge(&scene->ledger, n, sent_at(n) + 5);
    }
}

static bool tell(struct scene *scene, struct ledger_reader *reader, uint32_t n)
{
    return ledger_tell(&scene->ledger, reader, n, sent_at(n), sent_at(n) + 7);
}

static void assert_counts(struct scene *scene, uint64_t lost, uint64_t doubled,
                          uint64_t reordered)
{
    ledger_audit_reader(&scene->ledger, &scene->ann);
    ledger_audit_reader(&scene->ledger, &scene->bob);
    ledger_audit_order(&scene->ledger);
    assert_int_equal(scene->ledger.counts.lost, lost);
    assert_int_equal(scene->ledger.counts.doubled, doubled);
    assert_int_equal(scene->ledger.counts.reordered, reordered);
}

static void all_is_well_when_everybody_hears_everything(void **state)
{
    struct scene *scene = *state;

    send_some(scene, 200);
    for (uint32_t n = 0; n < 200; n++) {
        assert_true(tell(scene, &scene->ann, n));
        assert_true(tell(scene, &scene->bob, n));
    }
    assert_counts(scene, 0, 0, 0);
    assert_int_equal(scene->ledger.entries[199].told, 2);
    assert_int_equal(scene->ledger.entries[199].told_ns, sent_at(199) + 7);
}

static void what_one_does_not_hear_is_lost(void **state)
{
    struct scene *scene = *state;

    send_some(scene, 3);
    tell(scene, &scene->ann, 0);
    tell(scene, &scene->ann, 1);
    tell(scene, &scene->ann, 2);
    tell(scene, &scene->bob, 0);
    tell(scene, &scene->bob, 2);
    assert_counts(scene, 1, 0, 0);
}

static void what_nobody_hears_is_lost_for_each(void **state)
{
    struct scene *scene = *state;

    send_some(scene, 1);
    assert_counts(scene, 2, 0, 0);
}

static void what_was_never_acknowledged_is_not_lost(void **state)
{
    struct scene *scene = *state;

    ledger_send(&scene->ledger, sent_at(0));
    assert_counts(scene, 0, 0, 0);
}

static void unless_somebody_heard_it(void **state)
{
    struct scene *scene = *state;

    ledger_send(&scene->ledger, sent_at(0));
    tell(scene, &scene->ann, 0);
    assert_counts(scene, 1, 0, 0);
}

static void hearing_it_again_is_doubled_and_no_delivery(void **state)
{
    struct scene *scene = *state;

    send_some(scene, 1);
    assert_true(tell(scene, &scene->ann, 0));
    assert_false(tell(scene, &scene->ann, 0));
    assert_true(tell(scene, &scene->bob, 0));
    assert_counts(scene, 0, 1, 0);
}

static void any_order_is_right_if_all_hear_the_same(void **state)
{
    struct scene *scene = *state;

    /* Under way at the same time: the server may store them as it likes. */
    ledger_send(&scene->ledger, sent_at(0));
    ledger_send(&scene->ledger, sent_at(1));
    ledger_acknowledge(&scene->ledger, 0, sent_at(5));
    ledger_acknowledge(&scene->ledger, 1, sent_at(5));
    tell(scene, &scene->ann, 1);
    tell(scene, &scene->ann, 0);
    tell(scene, &scene->bob, 1);
    tell(scene, &scene->bob, 0);
    assert_counts(scene, 0, 0, 0);
}

static void another_order_for_somebody_is_reordered(void **state)
{
    struct scene *scene = *state;

    send_some(scene, 3);
    tell(scene, &scene->ann, 0);
    tell(scene, &scene->ann, 1);
    tell(scene, &scene->ann, 2);
    tell(scene, &scene->bob, 0);
    tell(scene, &scene->bob, 2);
    tell(scene, &scene->bob, 1);
    assert_counts(scene, 0, 0, 1);
}

static void a_loss_is_not_taken_for_a_change_of_order(void **state)
{
    struct scene *scene = *state;

    send_some(scene, 4);
    tell(scene, &scene->ann, 0);
    tell(scene, &scene->ann, 3);
    tell(scene, &scene->bob, 0);
    tell(scene, &scene->bob, 1);
    tell(scene, &scene->bob, 2);
    tell(scene, &scene->bob, 3);
    assert_counts(scene, 2, 0, 0);
}

static void what_comes_after_all_comes_too_late(void **state)
{
    struct scene *scene = *state;

    send_some(scene, 3);
    tell(scene, &scene->ann, 0);
    tell(scene, &scene->ann, 2);
    tell(scene, &scene->bob, 0);
    tell(scene, &scene->bob, 1);
    tell(scene, &scene->bob, 2);
    tell(scene, &scene->ann, 1);
    assert_counts(scene, 0, 0, 1);
}

static void an_answered_message_stands_before_a_later_one(void **state)
{
    struct scene *scene = *state;

    /* 1 was sent after 0 had been acknowledged, and stands before it. */
    send_some(scene, 2);
    tell(scene, &scene->ann, 1);
    tell(scene, &scene->ann, 0);
    tell(scene, &scene->bob, 1);
    tell(scene, &scene->bob, 0);
    assert_counts(scene, 0, 0, 1);
}

static void what_nobody_sent_is_strange(void **state)
{
    struct scene *scene = *state;

    send_some(scene, 1);
    assert_false(tell(scene, &scene->ann, 1));
    assert_false(ledger_tell(&scene->ledger, &scene->ann, 0, 99, 100));
    assert_int_equal(scene->ledger.counts.strange, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_scene, clear_scene)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(all_is_well_when_everybody_hears_everything),
        TEST(what_one_does_not_hear_is_lost),
        TEST(what_nobody_hears_is_lost_for_each),
        TEST(what_was_never_acknowledged_is_not_lost),
        TEST(unless_somebody_heard_it),
        TEST(hearing_it_again_is_doubled_and_no_delivery),
        TEST(any_order_is_right_if_all_hear_the_same),
        TEST(another_order_for_somebody_is_reordered),
        TEST(a_loss_is_not_taken_for_a_change_of_order),
        TEST(what_comes_after_all_comes_too_late),
        TEST(an_answered_message_stands_before_a_later_one),
        TEST(what_nobody_sent_is_strange),
    };

    return cmocka_run_group_tests_name("bench/ledger", tests, NULL, NULL);
}
