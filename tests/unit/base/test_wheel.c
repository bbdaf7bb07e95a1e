#include "base/wheel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"

#define TICK      ((uint64_t)WHEEL_TICK_MS)
#define ROUND     (TICK * WHEEL_SLOTS)
#define MANY      300
#define START     (UINT64_C(1000003) * TICK) /* no multiple of a round */
#define NEVER     UINT64_MAX
#define MOMENT(n) (START + (n)*TICK)

/* What an owner is: an entry inside, and what happened to it. */
struct owner {
    struct wheel_entry entry;
    unsigned calls;
    struct owner *victim; /* is cancelled when we expire */
    uint64_t again_ms;    /* if not 0: we are added again with this deadline */
};

static struct wheel wheel;
static struct owner a, b, c;
static unsigned calls;

static int start_anew(void **state)
{
    (void)state;
    wheel_init(&wheel, START);
    a = b = c = (struct owner){.calls = 0};
    calls = 0;
    return 0;
}

static void on_expired(struct wheel_entry *entry, void *arg)
{
    struct owner *owner = LIST_ITEM(entry, struct owner, entry);

    assert_ptr_equal(arg, &wheel);
    assert_false(list_node_is_linked(&entry->link));
    calls++;
    owner->calls++;
    if (owner->victim != NULL)
        wheel_cancel(&wheel, &owner->victim->entry);
    if (owner->again_ms != 0)
        wheel_add(&wheel, entry, owner->again_ms);
}

static void expire(uint64_t now_ms)
{
    wheel_expire(&wheel, now_ms, on_expired, &wheel);
}

static void add(struct owner *owner, uint64_t deadline_ms)
{
    wheel_add(&wheel, &owner->entry, deadline_ms);
}

static void no_deadline_is_noticed_early_or_more_than_a_tick_late(void **state)
{
    (void)state;
    for (uint64_t delay = 0; delay <= 3 * TICK; delay++) {
        const uint64_t begin = START + delay % 7;
        uint64_t now = begin;

        wheel_init(&wheel, begin);
        a = (struct owner){.calls = 0};
        add(&a, begin + delay);
        while (a.calls == 0) {
            now++;
            expire(now);
            assert_true(now <= begin + delay + TICK);
        }
        assert_true(now >= begin + delay);
    }
}

static void what_is_late_already_expires_with_the_next_tick(void **state)
{
    (void)state;
    add(&a, 0);
    add(&b, START - 1);
    add(&c, START);
    expire(START);
    assert_int_equal(calls, 0);
    expire(MOMENT(1));
    assert_int_equal(a.calls, 1);
    assert_int_equal(b.calls, 1);
    assert_int_equal(c.calls, 1);
}

static void each_expires_in_its_own_time(void **state)
{
    (void)state;
    add(&a, MOMENT(3));
    add(&b, MOMENT(1));
    add(&c, MOMENT(2));
    expire(MOMENT(1));
    assert_int_equal(b.calls, 1);
    assert_int_equal(calls, 1);
    expire(MOMENT(2));
    assert_int_equal(c.calls, 1);
    assert_int_equal(calls, 2);
    expire(MOMENT(3));
    assert_int_equal(a.calls, 1);
    assert_int_equal(calls, 3);
}

static void an_entry_expires_once(void **state)
{
    (void)state;
    add(&a, MOMENT(1));
    for (uint64_t i = 0; i < WHEEL_SLOTS + 5; i++)
        expire(MOMENT(i));
    assert_int_equal(a.calls, 1);
    assert_int_equal(wheel.count, 0);
}

static void time_that_stands_still_or_goes_back_changes_nothing(void **state)
{
    (void)state;
    add(&a, MOMENT(2));
    expire(START);
    expire(START - 10 * TICK);
    expire(0);
    assert_int_equal(calls, 0);
    expire(MOMENT(2));
    assert_int_equal(a.calls, 1);
}

static void a_cancelled_entry_does_not_expire(void **state)
{
    (void)state;
    add(&a, MOMENT(1));
    add(&b, MOMENT(1));
    wheel_cancel(&wheel, &a.entry);
    assert_int_equal(wheel.count, 1);
    expire(MOMENT(5));
    assert_int_equal(a.calls, 0);
    assert_int_equal(b.calls, 1);
}

static void cancelling_what_is_in_no_wheel_does_nothing(void **state)
{
    (void)state;
    wheel_cancel(&wheel, &a.entry);
    assert_int_equal(wheel.count, 0);
    add(&a, MOMENT(1));
    wheel_cancel(&wheel, &a.entry);
    wheel_cancel(&wheel, &a.entry);
    assert_int_equal(wheel.count, 0);
    add(&b, MOMENT(1));
    expire(MOMENT(1));
    wheel_cancel(&wheel, &b.entry);
    assert_int_equal(wheel.count, 0);
}

static void an_entry_can_be_added_again(void **state)
{
    (void)state;
    add(&a, MOMENT(1));
    wheel_cancel(&wheel, &a.entry);
    add(&a, MOMENT(3));
    expire(MOMENT(2));
    assert_int_equal(a.calls, 0);
    expire(MOMENT(3));
    assert_int_equal(a.calls, 1);
    add(&a, MOMENT(4));
    expire(MOMENT(4));
    assert_int_equal(a.calls, 2);
}

static void what_is_rounds_away_waits_for_its_round(void **state)
{
    (void)state;
    add(&a, MOMENT(1) + ROUND);
    add(&b, MOMENT(1));
    add(&c, MOMENT(1) + 3 * ROUND);
    expire(MOMENT(1));
    assert_int_equal(b.calls, 1);
    assert_int_equal(calls, 1);
    expire(START + ROUND);
    assert_int_equal(calls, 1);
    expire(MOMENT(1) + ROUND);
    assert_int_equal(a.calls, 1);
    assert_int_equal(calls, 2);
    expire(START + 3 * ROUND);
    assert_int_equal(calls, 2);
    expire(MOMENT(1) + 3 * ROUND);
    assert_int_equal(c.calls, 1);
}

static void a_deadline_of_exactly_a_round_is_kept(void **state)
{
    (void)state;
    add(&a, START + ROUND);
    for (uint64_t i = 0; i < WHEEL_SLOTS; i++)
        expire(MOMENT(i));
    assert_int_equal(a.calls, 0);
    expire(START + ROUND);
    assert_int_equal(a.calls, 1);
}

static void after_a_long_sleep_nobody_is_forgotten(void **state)
{
    static const uint64_t sleeps[] = {
        ROUND - TICK, ROUND,      ROUND + TICK,
        2 * ROUND,    10 * ROUND, 10 * ROUND + 5 * TICK,
    };
    static struct owner owners[WHEEL_SLOTS];

    (void)state;
    for (size_t s = 0; s < sizeof sleeps / sizeof *sleeps; s++) {
        wheel_init(&wheel, START);
        for (size_t i = 0; i < WHEEL_SLOTS; i++) {
            owners[i] = (struct owner){.calls = 0};
            add(&owners[i], MOMENT(i + 1));
        }
        expire(START + sleeps[s]);
        for (size_t i = 0; i < WHEEL_SLOTS; i++)
            assert_int_equal(owners[i].calls,
                             MOMENT(i + 1) <= START + sleeps[s]);
        expire(START + sleeps[s] + TICK);
        assert_int_equal(wheel.count, 0);
    }
}

static void a_long_sleep_wakes_nobody_early(void **state)
{
    (void)state;
    add(&a, START + 10 * ROUND);
    expire(START + 10 * ROUND - 1);
    assert_int_equal(a.calls, 0);
    expire(START + 10 * ROUND);
    assert_int_equal(a.calls, 1);
}

static void a_callback_may_cancel_one_that_is_due_as_well(void **state)
{
    (void)state;
    /* Whoever comes first cancels the next: two of three are left. */
    a.victim = &b;
    b.victim = &c;
    c.victim = &a;
    add(&a, MOMENT(1));
    add(&b, MOMENT(1));
    add(&c, MOMENT(1));
    expire(MOMENT(1));
    assert_int_equal(a.calls, 1);
    assert_int_equal(b.calls, 0);
    assert_int_equal(c.calls, 1);
    assert_int_equal(wheel.count, 0);
}

static void a_callback_may_cancel_one_that_is_not_due(void **state)
{
    (void)state;
    a.victim = &b;
    add(&a, MOMENT(1));
    add(&b, MOMENT(1) + ROUND); /* in the same slot */
    expire(MOMENT(1));
    assert_int_equal(a.calls, 1);
    assert_int_equal(wheel.count, 0);
    expire(MOMENT(2) + ROUND);
    assert_int_equal(b.calls, 0);
}

static void who_is_added_again_while_expiring_has_his_next_turn_later(
    void **state)
{
    (void)state;
    a.again_ms = 1; /* long past: a wheel that looked again would never end */
    add(&a, MOMENT(1));
    expire(MOMENT(1));
    assert_int_equal(a.calls, 1);
    assert_int_equal(wheel.count, 1);
    expire(MOMENT(1));
    assert_int_equal(a.calls, 1);
    expire(MOMENT(2));
    assert_int_equal(a.calls, 2);
}

static void free_owner(struct wheel_entry *entry, void *arg)
{
    unsigned *count = arg;

    (*count)++;
    mem_free(LIST_ITEM(entry, struct owner, entry));
}

static void a_callback_may_free_its_entry(void **state)
{
    unsigned count = 0;

    (void)state;
    for (int i = 0; i < 10; i++) {
        struct owner *owner = mem_alloc(sizeof(*owner));

        add(owner, MOMENT(1 + i % 2));
    }
    wheel_expire(&wheel, MOMENT(2), free_owner, &count);
    assert_int_equal(count, 10);
    assert_int_equal(wheel.count, 0);
}

static uint32_t next_random(void)
{
    static uint32_t x = 1;

    x = x * 1664525 + 1013904223;
    return x >> 8;
}

/* What the wheel is compared with: a deadline for each, NEVER for none. */
static struct owner many[MANY];
static uint64_t expected[MANY];

static void change_one(uint64_t now)
{
    const size_t i = next_random() % MANY;

    if (expected[i] == NEVER) {
        expected[i] = now + next_random() % (2 * (uint32_t)ROUND);
        add(&many[i], expected[i]);
    } else {
        expected[i] = NEVER;
        wheel_cancel(&wheel, &many[i].entry);
    }
}

static void expire_and_compare(uint64_t now)
{
    size_t left = 0;

    expire(now);
    for (size_t i = 0; i < MANY; i++) {
        if (many[i].calls > 0) {
            assert_int_equal(many[i].calls, 1);
            assert_true(expected[i] <= now);
            expected[i] = NEVER;
            many[i].calls = 0;
        } else if (expected[i] != NEVER) {
            assert_true(expected[i] + TICK > now);
            left++;
        }
    }
    assert_int_equal(wheel.count, left);
}

static void many_come_and_go_and_each_is_told_in_time(void **state)
{
    uint64_t now = START;

    (void)state;
    for (size_t i = 0; i < MANY; i++) {
        many[i] = (struct owner){.calls = 0};
        expected[i] = NEVER;
    }
    for (int step = 0; step < 3000; step++) {
        for (uint32_t i = next_random() % 20; i > 0; i--)
            change_one(now);
        now += next_random() % (step % 100 == 0 ? 200000 : 300);
        expire_and_compare(now);
    }
}

#define ANEW(test) cmocka_unit_test_setup(test, start_anew)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ANEW(no_deadline_is_noticed_early_or_more_than_a_tick_late),
        ANEW(what_is_late_already_expires_with_the_next_tick),
        ANEW(each_expires_in_its_own_time),
        ANEW(an_entry_expires_once),
        ANEW(time_that_stands_still_or_goes_back_changes_nothing),
        ANEW(a_cancelled_entry_does_not_expire),
        ANEW(cancelling_what_is_in_no_wheel_does_nothing),
        ANEW(an_entry_can_be_added_again),
        ANEW(what_is_rounds_away_waits_for_its_round),
        ANEW(a_deadline_of_exactly_a_round_is_kept),
        ANEW(after_a_long_sleep_nobody_is_forgotten),
        ANEW(a_long_sleep_wakes_nobody_early),
        ANEW(a_callback_may_cancel_one_that_is_due_as_well),
        ANEW(a_callback_may_cancel_one_that_is_not_due),
        ANEW(who_is_added_again_while_expiring_has_his_next_turn_later),
        ANEW(a_callback_may_free_its_entry),
        ANEW(many_come_and_go_and_each_is_told_in_time),
    };

    return cmocka_run_group_tests_name("wheel", tests, NULL, NULL);
}
