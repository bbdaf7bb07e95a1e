/* test_log.c -- stderr is a socket that keeps each write apart, so that not
 * only what is written is seen, but when and in how many pieces. */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/fatal.h"

#define STAMP_LEN (CLOCK_TEXT_SIZE - 1)

static int reader;      /* the other end of what is stderr now */
static int true_stderr; /* where it is kept meanwhile */
static char seen[16384];

static int catch_stderr(void **state)
{
    int ends[2];

    (void)state;
    log_init(LOG_INFO, NULL);
    log_flush();
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) != 0)
        return -1;
    true_stderr = dup(STDERR_FILENO);
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
    reader = ends[0];
    return 0;
}

static int release_stderr(void **state)
{
    (void)state;
    log_flush();
    dup2(true_stderr, STDERR_FILENO);
    close(true_stderr);
    close(reader);
    return 0;
}

/* What the next write has written, "" when there was none. */
static const char *next_write(void)
{
    const ssize_t len = recv(reader, seen, sizeof seen - 1, MSG_DONTWAIT);

    seen[len > 0 ? len : 0] = '\0';
    return seen;
}

/* The next write is one line: a time stamp and 'expected'. */
static void assert_line(const char *expected)
{
    const char *line = next_write();
    const size_t len = strlen(expected);

    assert_true(strlen(line) > STAMP_LEN);
    assert_int_equal(line[STAMP_LEN - 1], 'Z');
    assert_memory_equal(line + STAMP_LEN, expected, len);
    assert_string_equal(line + STAMP_LEN + len, "\n");
}

static int count_of(const char *text, char c)
{
    int count = 0;

    for (; *text != '\0'; text++)
        count += *text == c;
    return count;
}

static void a_line_has_time_level_event_and_details(void **state)
{
    (void)state;
    log_warn("redis_down", "host=%s port=%d", "redis", 6379);
    assert_line(" warn event=redis_down host=redis port=6379");
    log_error("no_socket", "path=%s", "/run/x");
    assert_line(" error event=no_socket path=/run/x");
}

static void a_line_needs_no_details(void **state)
{
    (void)state;
    log_warn("stopping", NULL);
    assert_line(" warn event=stopping");
}

static void the_process_is_named_in_each_line(void **state)
{
    char name[] = "worker-1";

    (void)state;
    log_init(LOG_INFO, name);
    memcpy(name, "changed!", sizeof name);
    log_warn("odd", "a=%d", 1);
    assert_line(" warn event=odd process=worker-1 a=1");
}

static void lines_below_the_level_are_dropped(void **state)
{
    (void)state;
    log_init(LOG_ERROR, NULL);
    log_warn("dropped", NULL);
    log_info("dropped", NULL);
    log_debug("dropped", NULL);
    log_flush();
    assert_string_equal(next_write(), "");
    log_error("kept", NULL);
    assert_line(" error event=kept");
}

static void debug_lines_are_kept_when_asked_for(void **state)
{
    (void)state;
    log_debug("dropped", NULL);
    log_init(LOG_DEBUG, NULL);
    log_debug("kept", "a=%d", 1);
    log_flush();
    assert_line(" debug event=kept a=1");
}

static void the_level_can_be_asked_for(void **state)
{
    (void)state;
    assert_false(log_wants(LOG_DEBUG));
    assert_true(log_wants(LOG_INFO));
    assert_true(log_wants(LOG_ERROR));
    log_init(LOG_ERROR, NULL);
    assert_false(log_wants(LOG_WARN));
    assert_true(log_wants(LOG_ERROR));
}

static void levels_are_parsed_by_name(void **state)
{
    enum log_level level = LOG_WARN;

    (void)state;
    assert_false(log_level_parse("", &level));
    assert_false(log_level_parse("INFO", &level));
    assert_false(log_level_parse("information", &level));
    assert_int_equal(level, LOG_WARN);
    assert_true(log_level_parse("debug", &level));
    assert_int_equal(level, LOG_DEBUG);
    assert_true(log_level_parse("info", &level));
    assert_int_equal(level, LOG_INFO);
    assert_true(log_level_parse("error", &level));
    assert_int_equal(level, LOG_ERROR);
    assert_true(log_level_parse("warn", &level));
    assert_int_equal(level, LOG_WARN);
}

static void info_waits_for_the_flush(void **state)
{
    (void)state;
    log_info("one", NULL);
    log_info("two", NULL);
    assert_string_equal(next_write(), "");
    log_flush();
    assert_int_equal(count_of(next_write(), '\n'), 2);
    assert_string_equal(next_write(), "");
    log_flush();
    assert_string_equal(next_write(), "");
}

static void a_warning_is_written_at_once_behind_what_waited(void **state)
{
    const char *text;

    (void)state;
    log_info("before", NULL);
    log_warn("now", NULL);
    text = next_write();
    assert_int_equal(count_of(text, '\n'), 2);
    assert_non_null(strstr(text, "event=before\n"));
    assert_true(strstr(text, "event=before") < strstr(text, "event=now"));
    assert_string_equal(next_write(), "");
}

static void thousands_of_lines_are_whole_and_in_order(void **state)
{
    int next = 0;

    (void)state;
    for (int i = 0; i < 5000; i++) {
        log_info("request", "n=%d.", i);
        if (i % 10 != 9)
            continue;
        log_flush();
        for (const char *at = next_write(); at[0] != '\0'; next++) {
            at = strstr(at, " info event=request n=");
            assert_non_null(at);
            at += strlen(" info event=request n=");
            assert_int_equal(strtol(at, NULL, 10), next);
            at = strchr(at, '\n') + 1;
        }
    }
    assert_int_equal(next, 5000);
}

static void many_lines_go_out_in_whole_lines_without_a_flush(void **state)
{
    int lines = 0;

    (void)state;
    for (int i = 0; i < 100; i++)
        log_info("request", "n=%d and so that it is longer: %0100d", i, 0);
    log_flush();
    for (const char *text = next_write(); *text != '\0'; text = next_write()) {
        assert_true(strlen(text) <= 4096);
        assert_int_equal(text[strlen(text) - 1], '\n');
        lines += count_of(text, '\n');
    }
    assert_int_equal(lines, 100);
}

static void nothing_can_write_a_second_line(void **state)
{
    (void)state;
    log_warn("odd", "name=%s", "x\n2026 error event=faked\r\x1b[2J\x7F\t");
    assert_line(" warn event=odd name=x\\x0a2026 error event=faked"
                "\\x0d\\x1b[2J\\x7f\\x09");
    log_warn("odd", "name=%s", "\xC2\x9B\u2028");
    assert_line(" warn event=odd name=\\xc2\\x9b\\xe2\\x80\\xa8");
    log_init(LOG_INFO, "a\nb");
    log_warn("odd", NULL);
    assert_line(" warn event=odd process=a\\x0ab");
}

static void a_long_line_is_cut_and_says_so(void **state)
{
    char text[5000];

    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    log_warn("long", "text=%s", text);
    assert_in_range(strlen(next_write()), 2000, 2048);
    assert_string_equal(seen + strlen(seen) - 5, "x...\n");

    memset(text, '\n', sizeof text - 1);
    log_warn("long", "text=%s", text);
    assert_in_range(strlen(next_write()), 2000, 2048);
    assert_int_equal(count_of(seen, '\n'), 1);
    assert_string_equal(seen + strlen(seen) - 8, "\\x0a...\n");
}

static void a_line_that_fits_is_not_cut(void **state)
{
    const int head = STAMP_LEN + (int)strlen(" warn event=long text=");

    (void)state;
    log_warn("long", "text=%0*d", 2000 - head, 0);
    assert_int_equal(strlen(next_write()), 2001);
    assert_string_equal(seen + 1999, "0\n");
}

static void the_reason_is_that_of_errno(void **state)
{
    (void)state;
    errno = ECONNREFUSED;
    log_warn_errno("redis_down", "host=%s", "redis");
    assert_line(" warn event=redis_down error=\"Connection refused\""
                " host=redis");
    errno = EACCES;
    log_error_errno("no_socket", NULL);
    assert_line(" error event=no_socket error=\"Permission denied\"");
}

static void errno_is_left_as_it_was(void **state)
{
    int nowhere = open("/dev/full", O_WRONLY | O_CLOEXEC);

    (void)state;
    assert_true(nowhere >= 0);
    dup2(nowhere, STDERR_FILENO);
    close(nowhere);
    errno = EDOM;
    log_info("lost", "name=%s", log_quote(span_of("x")));
    log_flush();
    assert_int_equal(errno, EDOM);
    log_warn_errno("lost", NULL);
    assert_int_equal(errno, EDOM);
    log_debug("lost", NULL);
    assert_int_equal(errno, EDOM);
}

static void what_cannot_be_written_is_counted_and_the_count_told(void **state)
{
    int flags = fcntl(STDERR_FILENO, F_GETFL);
    int lines = 0;
    const char *lost = NULL;

    (void)state;
    assert_int_equal(fcntl(STDERR_FILENO, F_SETFL, flags | O_NONBLOCK), 0);
    for (int i = 0; i < 20000; i++)
        log_info("request", "n=%d and so that it is longer: %0100d", i, 0);
    while (*next_write() != '\0')
        lines += count_of(seen, '\n');
    log_warn("again", NULL);
    while (*next_write() != '\0') {
        lines += count_of(seen, '\n');
        if (lost == NULL)
            lost = strstr(seen, " warn event=log_lines_lost lines=");
        if (lost != NULL)
            break;
    }
    assert_non_null(lost);
    /* All 20 000, the one that tells of the lost ones, and the last. */
    lines += (int)strtol(strstr(lost, "lines=") + 6, NULL, 10);
    assert_int_equal(lines, 20000 + 2);
    assert_non_null(strstr(lost, " warn event=again\n"));
}

static void quoted_text_is_escaped_and_cut(void **state)
{
    char text[201];

    (void)state;
    memset(text, 'x', sizeof text);
    assert_string_equal(log_quote(span_of("a \"b\"\n")), "\"a \\\"b\\\"\\n\"");
    assert_string_equal(log_quote(SPAN_NONE), "\"\"");
    assert_int_equal(strlen(log_quote((struct span){text, 200})), 202);
    assert_int_equal(strlen(log_quote((struct span){text, 201})), 202);
}

static void four_quoted_texts_fit_one_line(void **state)
{
    (void)state;
    log_warn("four", "a=%s b=%s c=%s d=%s", log_quote(span_of("1")),
             log_quote(span_of("2")), log_quote(span_of("3")),
             log_quote(span_of("4")));
    assert_line(" warn event=four a=\"1\" b=\"2\" c=\"3\" d=\"4\"");
}

static _Noreturn void be_wrong(void)
{
    signal(SIGABRT, SIG_DFL);
    fatal_bug("fcgi/x.c", 12, "name != \"\"");
}

static void a_bug_is_told_in_one_line_and_ends_the_process(void **state)
{
    const pid_t child = fork();
    int status = 0;

    (void)state;
    if (child == 0)
        be_wrong();
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
    assert_line(" error event=bug file=fcgi/x.c line=12"
                " what=\"name != \\\"\\\"\"");
}

static void what_must_hold_and_does_is_not_told(void **state)
{
    (void)state;
    MUST(1 + 1 == 2);
    log_flush();
    assert_string_equal(next_write(), "");
}

#define CAUGHT(test) \
    cmocka_unit_test_setup_teardown(test, catch_stderr, release_stderr)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CAUGHT(a_line_has_time_level_event_and_details),
        CAUGHT(a_line_needs_no_details),
        CAUGHT(the_process_is_named_in_each_line),
        CAUGHT(lines_below_the_level_are_dropped),
        CAUGHT(debug_lines_are_kept_when_asked_for),
        CAUGHT(the_level_can_be_asked_for),
        CAUGHT(levels_are_parsed_by_name),
        CAUGHT(info_waits_for_the_flush),
        CAUGHT(a_warning_is_written_at_once_behind_what_waited),
        CAUGHT(thousands_of_lines_are_whole_and_in_order),
        CAUGHT(many_lines_go_out_in_whole_lines_without_a_flush),
        CAUGHT(nothing_can_write_a_second_line),
        CAUGHT(a_long_line_is_cut_and_says_so),
        CAUGHT(a_line_that_fits_is_not_cut),
        CAUGHT(the_reason_is_that_of_errno),
        CAUGHT(errno_is_left_as_it_was),
        CAUGHT(what_cannot_be_written_is_counted_and_the_count_told),
        CAUGHT(quoted_text_is_escaped_and_cut),
        CAUGHT(four_quoted_texts_fit_one_line),
        CAUGHT(a_bug_is_told_in_one_line_and_ends_the_process),
        CAUGHT(what_must_hold_and_does_is_not_told),
    };

    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
