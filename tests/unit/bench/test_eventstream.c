#include "load/eventstream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct event event;
static size_t at;

static int clear_it(void **state)
{
    (void)state;
    event_fini(&event);
    event = (struct event){0};
    at = 0;
    return 0;
}

/* NULL: no such line. */
static void assert_next(const char *text, const char *id, const char *name,
                        const char *data)
{
    assert_true(event_next(span_of(text), &at, &event));
    assert_true(id != NULL ? span_is(event.id, id) : event.id.at == NULL);
    assert_true(name != NULL ? span_is(event.name, name)
                             : event.name.at == NULL);
    assert_true(data != NULL ? span_is(event.data, data)
                             : event.data.at == NULL);
}

static void assert_no_more(const char *text, size_t rest)
{
    const size_t before = at;

    assert_false(event_next(span_of(text), &at, &event));
    assert_int_equal(at, before);
    assert_int_equal(strlen(text) - at, rest);
}

static void events_are_read_one_by_one(void **state)
{
    static const char text[] = "id: 5f-1\ndata: {\"id\":\"5f-1\"}\n\n"
                               "id: tea:5f-2,lobby:ab-7\ndata: two\n\n";

    (void)state;
    assert_next(text, "5f-1", NULL, "{\"id\":\"5f-1\"}");
    assert_next(text, "tea:5f-2,lobby:ab-7", NULL, "two");
    assert_no_more(text, 0);
}

static void lines_of_data_belong_together(void **state)
{
    static const char text[] = "data: one\ndata:two\ndata:\ndata:  four\n\n"
                               "data: alone\n\n";

    (void)state;
    assert_next(text, NULL, NULL, "one\ntwo\n\n four");
    assert_next(text, NULL, NULL, "alone");
}

static void an_id_alone_tells_nothing(void **state)
{
    static const char text[] = "retry: 1500\n\nid: 5f-1\n\n";

    (void)state;
    assert_next(text, NULL, NULL, NULL);
    assert_next(text, "5f-1", NULL, NULL);
}

static void comments_are_passed_over(void **state)
{
    static const char text[] = ": hi\n\n:\n\n: data: no\ndata: yes\n:\n\n";

    (void)state;
    assert_next(text, NULL, NULL, NULL);
    assert_next(text, NULL, NULL, NULL);
    assert_next(text, NULL, NULL, "yes");
}

static void an_event_may_have_a_name(void **state)
{
    static const char text[] = "event: gap\ndata: {\"room\":\"tea\"}\n\n"
                               "data: nameless\n\n";

    (void)state;
    assert_next(text, NULL, "gap", "{\"room\":\"tea\"}");
    assert_next(text, NULL, NULL, "nameless");
}

static void lines_may_end_with_cr_lf(void **state)
{
    static const char text[] = "id: 7\r\ndata: one\r\n\r\n";

    (void)state;
    assert_next(text, "7", NULL, "one");
    assert_no_more(text, 0);
}

static void unknown_fields_are_passed_over(void **state)
{
    static const char text[] = "id: 8\nidle: 7\ndata\ndatum: x\nfoo: bar\n\n";

    (void)state;
    assert_next(text, "8", NULL, NULL);
}

/* Wherever the bytes are parted, the unfinished event is left for later. */
static void half_an_event_waits(void **state)
{
    static const char text[] = "id: 1\ndata: a\ndata: b\n\nid: 2\ndata: c\n\n";
    static const size_t first = 23;

    (void)state;
    for (size_t len = 0; len < sizeof text - 1; len++) {
        const struct span part = {text, len};

        at = 0;
        assert_int_equal(event_next(part, &at, &event), len >= first);
        assert_int_equal(at, len >= first ? first : 0);
        if (len >= first) {
            assert_true(span_is(event.data, "a\nb"));
            assert_false(event_next(part, &at, &event));
        }
    }
    assert_next(text, "2", NULL, "c");
}

static void nothing_is_no_event(void **state)
{
    (void)state;
    assert_false(event_next(SPAN_NONE, &at, &event));
    assert_no_more("", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(events_are_read_one_by_one, clear_it),
        cmocka_unit_test_teardown(lines_of_data_belong_together, clear_it),
        cmocka_unit_test_teardown(an_id_alone_tells_nothing, clear_it),
        cmocka_unit_test_teardown(comments_are_passed_over, clear_it),
        cmocka_unit_test_teardown(an_event_may_have_a_name, clear_it),
        cmocka_unit_test_teardown(lines_may_end_with_cr_lf, clear_it),
        cmocka_unit_test_teardown(unknown_fields_are_passed_over, clear_it),
        cmocka_unit_test_teardown(half_an_event_waits, clear_it),
        cmocka_unit_test_teardown(nothing_is_no_event, clear_it),
    };

    return cmocka_run_group_tests_name("bench/eventstream", tests, NULL, NULL);
}
