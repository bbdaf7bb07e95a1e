/* What is kept here of who is held, with a Redis that is away: what becomes of it
 * there is seen by tests/system. */
#include "services/presence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/secret.h"
#include "services/core.h"

#define LEASE_MS 600 /* so who polled stays for 200 */
#define TURN_US  5000

static struct config config = {.replay = 10, .guests = true};
static struct core core;
static struct presence_hold holds[4];

static void turn(unsigned ms)
{
    const uint64_t begun_ms = loop_now_ms(core.loop);

    do {
        usleep(TURN_US);
        loop_turn(core.loop);
    } while (loop_now_ms(core.loop) - begun_ms < ms);
}

/* For how long somebody is still there. */
static uint64_t stays_ms(void)
{
    const uint64_t begun_ms = loop_now_ms(core.loop);

    while (presence_count(core.presence) > 0)
        turn(0);
    return loop_now_ms(core.loop) - begun_ms;
}

static void enter(unsigned n, const char *room, const char *id)
{
    presence_enter(
        core.presence, &holds[n], span_of(room),
        &(struct presence_person){.id = span_of(id), .name = span_of("Anna")},
        NULL);
}

static void all_leave(void)
{
    for (size_t i = 0; i < sizeof(holds) / sizeof(holds[0]); i++)
        presence_leave(&holds[i], PRESENCE_LEAVES);
}

static int start(void **state)
{
    static char path[] = "/nowhere/redis.sock";

    (void)state;
    assert_true(secret_init());
    config.redis.path = path;
    config.presence_lease_ms = LEASE_MS;
    core_init(&core, &config, "test");
    return 0;
}

static int end(void **state)
{
    (void)state;
    all_leave();
    core_fini(&core);
    return 0;
}

static void somebody_with_several_holds_is_there_once(void **state)
{
    (void)state;
    enter(0, "tea", "a1");
    enter(1, "tea", "a1");
    enter(2, "tea", "a2");
    enter(3, "lobby", "a1");
    assert_int_equal(presence_count(core.presence), 3);
    turn(20);
    assert_int_equal(presence_count(core.presence), 3);
    presence_leave(&holds[0], PRESENCE_LEAVES);
    turn(20);
    assert_int_equal(presence_count(core.presence), 3);
    presence_leave(&holds[1], PRESENCE_LEAVES);
    turn(20);
    assert_int_equal(presence_count(core.presence), 2);
    all_leave();
    turn(20);
    assert_int_equal(presence_count(core.presence), 0);
}

static void to_leave_twice_is_to_leave_once(void **state)
{
    (void)state;
    enter(0, "tea", "a1");
    presence_leave(&holds[0], PRESENCE_LEAVES);
    presence_leave(&holds[0], PRESENCE_LEAVES);
    assert_null(holds[0].here);
    enter(0, "tea", "a1"); /* in the same turn, again */
    turn(20);
    assert_int_equal(presence_count(core.presence), 1);
}

static void who_polled_stays_for_a_moment(void **state)
{
    (void)state;
    enter(0, "tea", "a1");
    turn(20);
    presence_leave(&holds[0], PRESENCE_MAY_RETURN);
    turn(LEASE_MS / 6);
    enter(1, "tea", "a1"); /* and is back */
    turn(LEASE_MS / 3 + 100);
    assert_int_equal(presence_count(core.presence), 1);
    presence_leave(&holds[1], PRESENCE_MAY_RETURN);
    assert_true(stays_ms() >= LEASE_MS / 3);
}

static void a_socket_that_closes_does_not_end_a_poll(void **state)
{
    (void)state;
    enter(0, "tea", "a1");
    enter(1, "tea", "a1");
    presence_leave(&holds[0], PRESENCE_MAY_RETURN);
    presence_leave(&holds[1], PRESENCE_LEAVES);
    assert_true(stays_ms() >= LEASE_MS / 3);
}

static void who_drains_takes_nobody_and_forgets_at_once(void **state)
{
    (void)state;
    enter(0, "tea", "a1");
    presence_drain(core.presence);
    enter(1, "tea", "a2");
    assert_null(holds[1].here);
    assert_int_equal(presence_count(core.presence), 1);
    presence_leave(&holds[0], PRESENCE_MAY_RETURN);
    assert_int_equal(presence_count(core.presence), 0);
}

static void what_is_under_way_is_dropped_at_the_end(void **state)
{
    (void)state;
    enter(0, "tea", "a1");
    enter(1, "lobby", "a2");
    presence_leave(&holds[0], PRESENCE_MAY_RETURN);
    presence_rename(core.presence, span_of("a2"), span_of("Berta"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(somebody_with_several_holds_is_there_once),
        TEST(to_leave_twice_is_to_leave_once),
        TEST(who_polled_stays_for_a_moment),
        TEST(a_socket_that_closes_does_not_end_a_poll),
        TEST(who_drains_takes_nobody_and_forgets_at_once),
        TEST(what_is_under_way_is_dropped_at_the_end),
    };

    return cmocka_run_group_tests_name("presence", tests, NULL, NULL);
}
