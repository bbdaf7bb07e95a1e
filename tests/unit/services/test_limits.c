/* test_limits.c -- with a Redis of its own, on a socket in a folder of its own.
 * What the scripts do in each case is told by the system tests; here, that each
 * kind of attempt reaches them as limits.h says. */
#include "services/limits.h"

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

#include "base/clock.h"

#define PATIENCE_MS 10000

struct heard {
    enum limits_result result;
    unsigned wait_s;
    int count;
};

static char folder[] = "/tmp/holdline-limits-XXXXXX";
static char socket_path[64];
static pid_t server;
static struct loop *loop;
static struct redis *redis;
static struct store *store;
static struct limits *limits;
static struct redis_address address = {.path = socket_path};

static void nothing(void *arg)
{
    (void)arg;
}

static const struct redis_events events = {.on_up = nothing,
                                           .on_down = nothing};

static pid_t start_redis(void)
{
    const pid_t pid = fork();

    if (pid == 0) {
        /* It does not outlive us, however we end. */
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 ||
            freopen("/dev/null", "w", stdout) == NULL)
            _exit(1);
        execlp("redis-server", "redis-server", "--port", "0", "--unixsocket",
               socket_path, "--save", "", "--appendonly", "no", "--dir", folder,
               (char *)NULL);
        _exit(127);
    }
    return pid;
}

static void stop_redis(void)
{
    if (server > 0 && kill(server, SIGKILL) == 0)
        waitpid(server, NULL, 0);
    server = 0;
}

static void wait_until_up(bool is_up)
{
    const uint64_t deadline_ms = clock_mono_ms() + PATIENCE_MS;

    while (redis_is_up(redis) != is_up && clock_mono_ms() < deadline_ms)
        loop_turn(loop);
    assert_int_equal(redis_is_up(redis), is_up);
}

static int open_all(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN); /* as the programs do */
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(socket_path, sizeof(socket_path), "%s/redis.sock", folder);
    server = start_redis();
    loop = loop_new();
    redis = redis_new(loop, &address, "test", &events, NULL);
    store = store_new(redis, (struct store_rules){.replay = 10});
    wait_until_up(true);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    stop_redis();
    store_free(store);
    redis_free(redis);
    loop_free(loop);
    unlink(socket_path);
    return rmdir(folder);
}

static int start(void **state)
{
    (void)state;
    limits = limits_new(store);
    return 0;
}

static int end(void **state)
{
    (void)state;
    limits_free(limits);
    return 0;
}

static void on_done(void *arg, enum limits_result result, unsigned wait_s)
{
    struct heard *heard = arg;

    heard->result = result;
    heard->wait_s = wait_s;
    heard->count++;
}

static struct heard try(enum limits_what what, const char *name,
                        const char *place)
{
    const uint64_t deadline_ms = clock_mono_ms() + PATIENCE_MS;
    struct heard heard = {0};

    limits_try(limits, what, (struct limits_who){span_of(name), span_of(place)},
               on_done, &heard);
    assert_int_equal(heard.count, 0); /* never from inside */
    while (heard.count == 0 && clock_mono_ms() < deadline_ms)
        loop_turn(loop);
    assert_int_equal(heard.count, 1);
    return heard;
}

/* How many are allowed in a row. */
static int tries(enum limits_what what, const char *name, const char *place)
{
    int count = 0;

    while (try(what, name, place).result == LIMITS_ALLOWED)
        count++;
    return count;
}

static void tell_right(const char *name, const char *place)
{
    limits_tell_right(limits, LIMITS_SIGN_IN,
                      (struct limits_who){span_of(name), span_of(place)});
}

static void a_stranger_is_slowed_down(void **state)
{
    struct heard heard;

    (void)state;
    assert_int_equal(tries(LIMITS_SIGN_IN, "slow", "192.0.2.1"), 5);
    heard = try(LIMITS_SIGN_IN, "slow", "192.0.2.1");
    assert_int_equal(heard.result, LIMITS_REFUSED);
    assert_in_range(heard.wait_s, 1, 60);
    assert_int_equal(tries(LIMITS_SIGN_IN, "slow", "192.0.2.2"), 5);
}

static void an_address_may_not_try_many_accounts(void **state)
{
    int count = 0;
    char name[8];

    (void)state;
    do
        snprintf(name, sizeof(name), "name%d", ++count);
    while (try(LIMITS_SIGN_IN, name, "192.0.2.10").result == LIMITS_ALLOWED);
    assert_int_equal(count - 1, 20);
    assert_int_equal(try(LIMITS_SIGN_IN, NULL, "192.0.2.10").result,
                     LIMITS_REFUSED);
    assert_int_equal(try(LIMITS_SIGN_IN, NULL, "192.0.2.11").result,
                     LIMITS_ALLOWED);
}

static void many_strangers_do_not_lock_the_owner_out(void **state)
{
    char place[24];
    int count = 0;

    (void)state;
    try(LIMITS_SIGN_IN, "owner", "203.0.113.1");
    tell_right("owner", "203.0.113.1");
    for (int i = 1; i <= 10; i++) {
        snprintf(place, sizeof(place), "198.51.100.%d", i);
        count += tries(LIMITS_SIGN_IN, "owner", place);
    }
    assert_int_equal(count, 20);
    assert_int_equal(tries(LIMITS_SIGN_IN, "owner", "203.0.113.1"), 10);
}

static void accounts_are_created_by_the_address(void **state)
{
    (void)state;
    assert_int_equal(tries(LIMITS_CREATE_ACCOUNT, NULL, "192.0.2.20"), 10);
    /* Which is another matter than signing in. */
    assert_int_equal(try(LIMITS_SIGN_IN, NULL, "192.0.2.20").result,
                     LIMITS_ALLOWED);
}

static void who_joins_is_counted_and_so_is_where_he_is(void **state)
{
    const uint64_t begun_ms = clock_mono_ms();
    char person[] = "a0";
    int more;

    (void)state;
    for (; person[1] < '3'; person[1]++)
        assert_int_equal(tries(LIMITS_JOIN_ROOM, person, "192.0.2.60"), 20);
    assert_int_equal(try(LIMITS_JOIN_ROOM, "a0", "192.0.2.61").result,
                     LIMITS_REFUSED);
    assert_int_equal(try(LIMITS_JOIN_ROOM, "a9", "192.0.2.61").result,
                     LIMITS_ALLOWED);
    /* Each second there is one more. */
    more = tries(LIMITS_JOIN_ROOM, "a9", "192.0.2.60");
    assert_in_range(more, 0, (clock_mono_ms() - begun_ms) / 1000 + 1);
}

static void who_goes_away_hears_nothing(void **state)
{
    struct heard heard = {0};

    (void)state;
    limits_cancel(
        limits_try(limits, LIMITS_SIGN_IN,
                   (struct limits_who){span_of("gone"), span_of("192.0.2.30")},
                   on_done, &heard));
    try(LIMITS_SIGN_IN, "next", "192.0.2.30");
    assert_int_equal(heard.count, 0);
    /* Under way when limits_free comes; the sanitizer sees to it. */
    tell_right("next", "192.0.2.30");
}

static void an_account_can_have_any_name_there_is(void **state)
{
    (void)state;
    assert_int_equal(tries(LIMITS_SIGN_IN, "анна каренина", "192.0.2.40"), 5);
    assert_int_equal(tries(LIMITS_SIGN_IN, "анна", "192.0.2.40"), 5);
}

static void without_redis_nothing_is_allowed(void **state)
{
    (void)state;
    stop_redis();
    assert_int_equal(try(LIMITS_SIGN_IN, "x", "192.0.2.50").result,
                     LIMITS_UNAVAILABLE);
    tell_right("x", "192.0.2.50");
    wait_until_up(false);
    assert_int_equal(try(LIMITS_SIGN_IN, "x", "192.0.2.50").result,
                     LIMITS_UNAVAILABLE);
}

static void a_place_is_what_one_person_has(void **state)
{
    static const char *const places[][2] = {
        {"192.0.2.1", "192.0.2.1"},
        {"::ffff:192.0.2.1", "192.0.2.1"},
        {"::FFFF:C000:0201", "192.0.2.1"},
        {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
        {"2001:DB8:1:2::9", "2001:db8:1:2::/64"},
        {"2001:db8:1:3::9", "2001:db8:1:3::/64"},
        {"::1", "::/64"},
        {"unix:", "unix:"},
        {"", ""},
    };
    char vast[500];
    char place[LIMITS_PLACE_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        limits_place(place, span_of(places[i][0]));
        assert_string_equal(place, places[i][1]);
    }
    memset(vast, 'x', sizeof(vast));
    limits_place(place, (struct span){vast, sizeof(vast)});
    assert_int_equal(strlen(place), LIMITS_PLACE_SIZE - 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_place_is_what_one_person_has),
        TEST(a_stranger_is_slowed_down),
        TEST(an_address_may_not_try_many_accounts),
        TEST(many_strangers_do_not_lock_the_owner_out),
        TEST(accounts_are_created_by_the_address),
        TEST(who_joins_is_counted_and_so_is_where_he_is),
        TEST(who_goes_away_hears_nothing),
        TEST(an_account_can_have_any_name_there_is),
        TEST(without_redis_nothing_is_allowed),
    };

    return cmocka_run_group_tests_name("limits", tests, open_all, close_all);
}
