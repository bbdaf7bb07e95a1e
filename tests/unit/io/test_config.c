/* test_config.c -- stderr is a socket meanwhile: which setting is refused is
 * told in the log and nowhere else. */
#include "io/config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"

static struct config config;
static int reader;      /* the other end of what is stderr now */
static int true_stderr; /* where it is kept meanwhile */
static char path[] = "/tmp/holdline-secret-XXXXXX";

static const char *const settings[] = {
    "HOLDLINE_WORKERS",
    "HOLDLINE_LISTEN",
    "HOLDLINE_REDIS_URL",
    "HOLDLINE_REDIS_PASSWORD",
    "HOLDLINE_HOLD_MS",
    "HOLDLINE_REDIS_PASSWORD_FILE",
    "HOLDLINE_DRAIN_MS",
    "HOLDLINE_REPLAY",
    "HOLDLINE_STREAM_QUIET_MS",
    "HOLDLINE_GATEWAYS",
    "HOLDLINE_GATEWAY_LISTEN",
    "HOLDLINE_ORIGINS",
    "HOLDLINE_PING_MS",
    "HOLDLINE_PONG_MS",
    "HOLDLINE_STALL_MS",
    "HOLDLINE_SESSION_CHECK_MS",
    "HOLDLINE_LOG_LEVEL",
    "HOLDLINE_DATA_DIR",
    "HOLDLINE_DATABASE_URL",
    "HOLDLINE_DATABASE_PASSWORD",
    "HOLDLINE_DATABASE_PASSWORD_FILE",
    NULL,
};

static int start_anew(void **state)
{
    int ends[2];

    (void)state;
    for (size_t i = 0; settings[i] != NULL; i++)
        unsetenv(settings[i]);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) != 0)
        return -1;
    true_stderr = dup(STDERR_FILENO);
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
    reader = ends[0];
    return 0;
}

static int end(void **state)
{
    (void)state;
    config_fini(&config);
    dup2(true_stderr, STDERR_FILENO);
    close(true_stderr);
    close(reader);
    return 0;
}

static void set(const char *name, const char *value)
{
    assert_int_equal(setenv(name, value, 1), 0);
}

static void read_again(bool expected)
{
    config_fini(&config);
    assert_int_equal(config_read(&config), expected);
}

/* One more line of the log, and it refuses 'name'. */
static void assert_refusal_of(const char *name)
{
    char line[4096];
    char expected[100];
    const ssize_t len = recv(reader, line, sizeof line - 1, MSG_DONTWAIT);

    snprintf(expected, sizeof expected, " error event=setting_refused name=%s ",
             name);
    line[len > 0 ? len : 0] = '\0';
    assert_non_null(strstr(line, expected));
}

static void assert_no_line(void)
{
    char byte;

    assert_int_equal(recv(reader, &byte, 1, MSG_DONTWAIT), -1);
}

static void assert_refused(const char *name, const char *value)
{
    set(name, value);
    read_again(false);
    assert_refusal_of(name);
    assert_no_line();
}

/* --- numbers, words ------------------------------------------------------ */

static void everything_has_a_default(void **state)
{
    (void)state;
    read_again(true);
    assert_true(config.workers >= 1);
    assert_string_equal(config.listen, "unix:run/worker-%d.sock");
    assert_string_equal(config.redis.host, "127.0.0.1");
    assert_int_equal(config.redis.port, 6379);
    assert_int_equal(config.redis.database, 0);
    assert_null(config.redis.path);
    assert_null(config.redis.user);
    assert_null(config.redis.password);
    assert_int_equal(config.hold_ms, 50000);
    assert_int_equal(config.drain_ms, 10000);
    assert_int_equal(config.replay, 200);
    assert_int_equal(config.log_level, LOG_INFO);
    assert_no_line();
}

static void a_setting_that_is_empty_is_not_set(void **state)
{
    (void)state;
    for (size_t i = 0; settings[i] != NULL; i++)
        set(settings[i], "");
    read_again(true);
    assert_int_equal(config.hold_ms, 50000);
    assert_null(config.redis.password);
}

static void settings_are_taken_from_the_environment(void **state)
{
    (void)state;
    set("HOLDLINE_WORKERS", "3");
    set("HOLDLINE_LISTEN", "127.0.0.1:9000");
    set("HOLDLINE_REDIS_URL", "redis://redis:7000/4");
    set("HOLDLINE_HOLD_MS", "60000");
    set("HOLDLINE_DRAIN_MS", "0");
    set("HOLDLINE_REPLAY", "007");
    set("HOLDLINE_LOG_LEVEL", "debug");
    read_again(true);
    assert_int_equal(config.workers, 3);
    assert_string_equal(config.listen, "127.0.0.1:9000");
    assert_string_equal(config.redis.host, "redis");
    assert_int_equal(config.hold_ms, 60000);
    assert_int_equal(config.drain_ms, 0);
    assert_int_equal(config.replay, 7);
    assert_int_equal(config.log_level, LOG_DEBUG);
}

static void what_is_no_number_is_refused(void **state)
{
    static const char *const values[] = {
        "x",   "-1",    "+1",  " 100", "100 ", "100s",
        "1e3", "0x100", "1.5", "-",    "\n",   "18446744073709551716",
        NULL,
    };

    (void)state;
    for (size_t i = 0; values[i] != NULL; i++)
        assert_refused("HOLDLINE_HOLD_MS", values[i]);
}

static void numbers_have_limits(void **state)
{
    static const struct {
        const char *name, *too_low, *lowest, *highest, *too_high;
    } limits[] = {
        {"HOLDLINE_WORKERS", "-1", "0", "256", "257"},
        {"HOLDLINE_GATEWAYS", "-1", "0", "256", "257"},
        {"HOLDLINE_PING_MS", "99", "100", "60000", "60001"},
        {"HOLDLINE_PONG_MS", "99", "100", "60000", "60001"},
        {"HOLDLINE_STALL_MS", "99", "100", "600000", "600001"},
        {"HOLDLINE_SESSION_CHECK_MS", "99", "100", "86400000", "86400001"},
        {"HOLDLINE_REPLAY", "0", "1", "10000", "10001"},
        {"HOLDLINE_HOLD_MS", "99", "100", "60000", "60001"},
        {"HOLDLINE_STREAM_QUIET_MS", "99", "100", "60000", "60001"},
        {"HOLDLINE_DRAIN_MS", "-1", "0", "600000", "600001"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        assert_refused(limits[i].name, limits[i].too_low);
        assert_refused(limits[i].name, limits[i].too_high);
        set(limits[i].name, limits[i].lowest);
        read_again(true);
        set(limits[i].name, limits[i].highest);
        read_again(true);
    }
}

static void an_unknown_log_level_is_refused(void **state)
{
    (void)state;
    assert_refused("HOLDLINE_LOG_LEVEL", "loud");
    assert_int_equal(config.log_level, LOG_INFO);
}

static void every_setting_that_is_wrong_is_told(void **state)
{
    (void)state;
    set("HOLDLINE_HOLD_MS", "long");
    set("HOLDLINE_LISTEN", "here");
    set("HOLDLINE_LOG_LEVEL", "loud");
    set("HOLDLINE_REDIS_URL", "there");
    read_again(false);
    assert_refusal_of("HOLDLINE_HOLD_MS");
    assert_refusal_of("HOLDLINE_LISTEN");
    assert_refusal_of("HOLDLINE_LOG_LEVEL");
    assert_refusal_of("HOLDLINE_REDIS_URL");
    assert_no_line();
}

/* --- where Redis is ------------------------------------------------------ */

static void assert_host(const char *url, const char *host, int port,
                        int database)
{
    set("HOLDLINE_REDIS_URL", url);
    read_again(true);
    assert_string_equal(config.redis.host, host);
    assert_int_equal(config.redis.port, port);
    assert_int_equal(config.redis.database, database);
    assert_null(config.redis.path);
}

static void assert_user(const char *url, const char *user, const char *password)
{
    set("HOLDLINE_REDIS_URL", url);
    read_again(true);
    assert_string_equal(config.redis.host, "h");
    if (user != NULL)
        assert_string_equal(config.redis.user, user);
    else
        assert_null(config.redis.user);
    if (password != NULL)
        assert_string_equal(config.redis.password, password);
    else
        assert_null(config.redis.password);
}

static void redis_may_be_on_any_host_and_port(void **state)
{
    (void)state;
    assert_host("redis://redis", "redis", 6379, 0);
    assert_host("redis://redis:7000", "redis", 7000, 0);
    assert_host("redis://10.0.0.1:65535/", "10.0.0.1", 65535, 0);
    assert_host("redis://redis.example.com/15", "redis.example.com", 6379, 15);
    assert_host("redis://h:1/0", "h", 1, 0);
}

static void redis_may_ask_for_a_user_and_a_password(void **state)
{
    (void)state;
    assert_user("redis://ann:secret@h:1/2", "ann", "secret");
    assert_user("redis://:secret@h", NULL, "secret");
    assert_user("redis://ann@h", "ann", NULL);
    assert_user("redis://ann:@h", "ann", "");
    assert_user("redis://h", NULL, NULL);
}

static void a_password_may_have_any_characters(void **state)
{
    (void)state;
    assert_user("redis://:a%40b%2Fc%3A%25@h", NULL, "a@b/c:%");
    assert_user("redis://:a+b&c=d;e@h", NULL, "a+b&c=d;e");
    assert_user("redis://:a:b@c@h", NULL, "a:b@c");
    assert_user("redis://a+b%3Ac:p@h", "a+b:c", "p");
}

static void redis_may_be_a_unix_socket(void **state)
{
    (void)state;
    set("HOLDLINE_REDIS_URL", "unix:///run/redis.sock");
    read_again(true);
    assert_string_equal(config.redis.path, "/run/redis.sock");
    assert_null(config.redis.host);
}

static void a_path_must_fit_into_an_address(void **state)
{
    char url[200] = "unix:///";
    const size_t most = sizeof(((struct sockaddr_un *)0)->sun_path) - 1;

    (void)state;
    memset(url + 8, 'x', most - 1);
    set("HOLDLINE_REDIS_URL", url);
    read_again(true);
    assert_int_equal(strlen(config.redis.path), most);
    url[strlen(url)] = 'x';
    assert_refused("HOLDLINE_REDIS_URL", url);
}

static void what_is_no_address_of_redis_is_refused(void **state)
{
    static const char *const urls[] = {
        "redis",           "http://h",        "REDIS://h",      "rediss://h",
        "redis:/h",        "redis://",        "redis:///1",     "redis://:6379",
        "redis://ann@",    "redis://h:",      "redis://h:x",    "redis://h:-1",
        "redis://h:65536", "redis://h:1x",    "redis://h/x",    "redis://h/1/2",
        "redis://h/-1",    "redis://h/65536", "redis://h/1 ",   "unix://run/x",
        "unix://",         "redis://:%zz@h",  "redis://%4@h:1", NULL,
    };

    (void)state;
    for (size_t i = 0; urls[i] != NULL; i++)
        assert_refused("HOLDLINE_REDIS_URL", urls[i]);
}

/* --- where the database is ----------------------------------------------- */

static void assert_database(enum sql_dialect dialect, const char *place,
                            const char *password)
{
    read_again(true);
    assert_int_equal(config.database.dialect, dialect);
    assert_string_equal(config.database.place, place);
    if (password != NULL)
        assert_string_equal(config.database.password, password);
    else
        assert_null(config.database.password);
}

static void the_database_is_a_file_among_the_data(void **state)
{
    (void)state;
    assert_database(SQL_SQLITE, "run/holdline.db", NULL);
    set("HOLDLINE_DATA_DIR", "/var/lib/holdline");
    assert_database(SQL_SQLITE, "/var/lib/holdline/holdline.db", NULL);
}

static void or_where_its_url_says(void **state)
{
    (void)state;
    set("HOLDLINE_DATA_DIR", "/var/lib/holdline");
    set("HOLDLINE_DATABASE_URL", "sqlite:/other.db");
    assert_database(SQL_SQLITE, "/other.db", NULL);
    set("HOLDLINE_DATABASE_URL", "postgres://ann@h/d");
    assert_database(SQL_POSTGRES, "postgres://ann@h/d", NULL);
    set("HOLDLINE_DATABASE_PASSWORD", "a b");
    assert_database(SQL_POSTGRES, "postgres://ann@h/d", "a b");
}

static void what_is_no_address_of_a_database_is_refused(void **state)
{
    static const char *const urls[] = {
        "holdline.db", "sqlite:",   "sqlite::memory:", "mysql://h",
        "postgres:",   "redis://h", "postgres://h?x",  NULL,
    };

    (void)state;
    for (size_t i = 0; urls[i] != NULL; i++)
        assert_refused("HOLDLINE_DATABASE_URL", urls[i]);
    set("HOLDLINE_DATABASE_URL", "");
    assert_refused("HOLDLINE_DATABASE_PASSWORD_FILE", "/nowhere/at/all");
}

/* --- secrets ------------------------------------------------------------- */

/* The password when it is read from a file with that in it. */
static void read_from_file(const char *text, size_t len)
{
    int fd;

    memcpy(path + sizeof path - 7, "XXXXXX", 6);
    fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, len), len);
    close(fd);
    set("HOLDLINE_REDIS_PASSWORD_FILE", path);
    config_fini(&config);
}

static void assert_password_from(const char *text, const char *expected)
{
    read_from_file(text, strlen(text));
    assert_true(config_read(&config));
    assert_string_equal(config.redis.password, expected);
    unlink(path);
}

static void a_password_may_come_from_the_environment(void **state)
{
    (void)state;
    set("HOLDLINE_REDIS_PASSWORD", "a b%40\n");
    read_again(true);
    assert_string_equal(config.redis.password, "a b%40\n");
}

static void a_password_may_come_from_a_file(void **state)
{
    (void)state;
    assert_password_from("secret", "secret");
    assert_password_from("secret\n", "secret");
    assert_password_from("secret\r\n", "secret");
    assert_password_from(" se\ncret ", " se\ncret ");
    assert_password_from("", "");
}

static void the_environment_comes_before_the_file(void **state)
{
    (void)state;
    set("HOLDLINE_REDIS_PASSWORD", "environment");
    set("HOLDLINE_REDIS_PASSWORD_FILE", "/nowhere/at/all");
    read_again(true);
    assert_string_equal(config.redis.password, "environment");
}

static void a_password_of_its_own_replaces_that_of_the_url(void **state)
{
    (void)state;
    set("HOLDLINE_REDIS_URL", "redis://ann:url@h");
    set("HOLDLINE_REDIS_PASSWORD", "own");
    read_again(true);
    assert_string_equal(config.redis.user, "ann");
    assert_string_equal(config.redis.password, "own");
}

static void a_file_that_cannot_be_read_is_refused(void **state)
{
    (void)state;
    assert_refused("HOLDLINE_REDIS_PASSWORD_FILE", "/nowhere/at/all");
    assert_refused("HOLDLINE_REDIS_PASSWORD_FILE", "/tmp");
}

static void a_file_that_is_too_long_is_refused(void **state)
{
    char text[1024];

    (void)state;
    memset(text, 'x', sizeof text);
    read_from_file(text, sizeof text);
    assert_false(config_read(&config));
    assert_refusal_of("HOLDLINE_REDIS_PASSWORD_FILE");
    unlink(path);
    read_from_file(text, sizeof text - 1);
    assert_true(config_read(&config));
    assert_int_equal(strlen(config.redis.password), sizeof text - 1);
    unlink(path);
}

static void no_secret_is_logged(void **state)
{
    char line[4096];
    ssize_t len;

    (void)state;
    set("HOLDLINE_REDIS_URL", "redis://:hidden@h:port");
    read_again(false);
    len = recv(reader, line, sizeof line - 1, MSG_DONTWAIT);
    assert_true(len > 0);
    line[len] = '\0';
    assert_null(strstr(line, "hidden"));
}

/* --- where workers listen ------------------------------------------------ */

static void assert_listens(const char *listen, unsigned number,
                           const char *expected)
{
    char *address;

    set("HOLDLINE_LISTEN", listen);
    read_again(true);
    address = config_listen_address(config.listen, number);
    assert_string_equal(address, expected);
    mem_free(address);
}

static void each_worker_has_a_socket_of_its_own(void **state)
{
    (void)state;
    assert_listens("unix:run/worker-%d.sock", 1, "unix:run/worker-1.sock");
    assert_listens("unix:run/worker-%d.sock", 12, "unix:run/worker-12.sock");
    assert_listens("unix:/%d", 3, "unix:/3");
    assert_listens("unix:/%d/sock", 3, "unix:/3/sock");
}

static void or_a_port_of_its_own(void **state)
{
    (void)state;
    assert_listens("127.0.0.1:9000", 1, "127.0.0.1:9000");
    assert_listens("127.0.0.1:9000", 3, "127.0.0.1:9002");
}

static void one_worker_needs_no_number(void **state)
{
    (void)state;
    set("HOLDLINE_WORKERS", "1");
    assert_listens("unix:/run/holdline.sock", 1, "unix:/run/holdline.sock");
}

static void several_workers_need_a_number(void **state)
{
    (void)state;
    set("HOLDLINE_WORKERS", "2");
    assert_refused("HOLDLINE_LISTEN", "unix:/run/holdline.sock");
}

static void what_is_no_place_to_listen_is_refused(void **state)
{
    static const char *const values[] = {
        "here",         "unix:",           "unix:/%s",
        "unix:/%d%d",   "unix:/%",         "unix:/%%d",
        "127.0.0.1",    "127.0.0.1:",      "127.0.0.1:http",
        "127.0.0.1:%d", "127.0.0.1:65536", "%d:9000",
        "127.0.0.1:-1", "127.0.0.1:1 ",    NULL,
    };

    (void)state;
    set("HOLDLINE_WORKERS", "1");
    for (size_t i = 0; values[i] != NULL; i++)
        assert_refused("HOLDLINE_LISTEN", values[i]);
}

static void gateways_listen_the_same_way(void **state)
{
    char *address;

    (void)state;
    read_again(true);
    address = config_listen_address(config.gateway_listen, 2);
    assert_string_equal(address, "unix:run/gateway-2.sock");
    mem_free(address);
    assert_refused("HOLDLINE_GATEWAY_LISTEN", "here");
    set("HOLDLINE_GATEWAYS", "2");
    assert_refused("HOLDLINE_GATEWAY_LISTEN", "unix:/run/holdline.sock");
}

static void there_has_to_be_a_worker_or_a_gateway(void **state)
{
    (void)state;
    set("HOLDLINE_GATEWAYS", "0");
    assert_refused("HOLDLINE_WORKERS", "0");
    set("HOLDLINE_GATEWAYS", "1");
    read_again(true);
}

/* --- whose pages may come in --------------------------------------------- */

static void without_a_list_of_origins_there_is_none(void **state)
{
    (void)state;
    read_again(true);
    assert_null(config.origins);
}

static void only_what_is_in_the_list_is(void **state)
{
    (void)state;
    set("HOLDLINE_ORIGINS",
        "  https://one.example  http://two.example:81 null");
    read_again(true);
    assert_true(config_has_origin(&config, span_of("https://one.example")));
    assert_true(config_has_origin(&config, span_of("https://One.Example")));
    assert_true(config_has_origin(&config, span_of("http://two.example:81")));
    assert_true(config_has_origin(&config, span_of("null")));
    assert_false(config_has_origin(&config, span_of("")));
    assert_false(config_has_origin(&config, span_of("http://one.example")));
    assert_false(config_has_origin(&config, span_of("https://one.exampl")));
    assert_false(config_has_origin(&config, span_of("https://one.example/")));
    assert_false(config_has_origin(&config, span_of("http://two.example")));
}

#define ANEW(test) cmocka_unit_test_setup_teardown(test, start_anew, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ANEW(everything_has_a_default),
        ANEW(a_setting_that_is_empty_is_not_set),
        ANEW(settings_are_taken_from_the_environment),
        ANEW(what_is_no_number_is_refused),
        ANEW(numbers_have_limits),
        ANEW(an_unknown_log_level_is_refused),
        ANEW(every_setting_that_is_wrong_is_told),
        ANEW(redis_may_be_on_any_host_and_port),
        ANEW(redis_may_ask_for_a_user_and_a_password),
        ANEW(a_password_may_have_any_characters),
        ANEW(redis_may_be_a_unix_socket),
        ANEW(a_path_must_fit_into_an_address),
        ANEW(what_is_no_address_of_redis_is_refused),
        ANEW(the_database_is_a_file_among_the_data),
        ANEW(or_where_its_url_says),
        ANEW(what_is_no_address_of_a_database_is_refused),
        ANEW(a_password_may_come_from_the_environment),
        ANEW(a_password_may_come_from_a_file),
        ANEW(the_environment_comes_before_the_file),
        ANEW(a_password_of_its_own_replaces_that_of_the_url),
        ANEW(a_file_that_cannot_be_read_is_refused),
        ANEW(a_file_that_is_too_long_is_refused),
        ANEW(no_secret_is_logged),
        ANEW(each_worker_has_a_socket_of_its_own),
        ANEW(or_a_port_of_its_own),
        ANEW(one_worker_needs_no_number),
        ANEW(several_workers_need_a_number),
        ANEW(what_is_no_place_to_listen_is_refused),
        ANEW(gateways_listen_the_same_way),
        ANEW(there_has_to_be_a_worker_or_a_gateway),
        ANEW(without_a_list_of_origins_there_is_none),
        ANEW(only_what_is_in_the_list_is),
    };

    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
