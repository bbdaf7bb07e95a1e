#include "model/waitlist.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"

#define START 1000000
#define LATER (START + 1000)

/* A reader of up to two rooms. */
struct reader {
    char name;
    struct waiter waiter;
    struct wait_place places[2];
    unsigned silences;
    struct reader *companion; /* leaves with us */
};

static struct waitlist list;
static struct wait_queue tea, lobby;
static struct reader a, b, c, d;

static struct reader *reader_of(struct waiter *waiter)
{
    return LIST_ITEM(waiter, struct reader, waiter);
}

static void leave(struct reader *reader)
{
    waitlist_remove(&list, &reader->waiter);
    waitlist_leave(&reader->places[0]);
    waitlist_leave(&reader->places[1]);
}

static void on_silence(struct waiter *waiter, void *arg)
{
    struct reader *reader = reader_of(waiter);

    assert_ptr_equal(arg, &tea);
    assert_false(waiter->is_waiting);
    reader->silences++;
    leave(reader);
    if (reader->companion != NULL)
        leave(reader->companion);
}

static int start_anew(void **state)
{
    (void)state;
    waitlist_init(&list, START, on_silence, &tea);
    wait_queue_init(&tea);
    wait_queue_init(&lobby);
    a = (struct reader){.name = 'a'};
    b = (struct reader){.name = 'b'};
    c = (struct reader){.name = 'c'};
    d = (struct reader){.name = 'd'};
    return 0;
}

static void wait_for_tea(struct reader *reader, uint64_t deadline_ms)
{
    waitlist_add(&list, &reader->waiter, deadline_ms);
    waitlist_join(&tea, &reader->places[0], &reader->waiter);
}

static void wait_for_both(struct reader *reader, uint64_t deadline_ms)
{
    wait_for_tea(reader, deadline_ms);
    waitlist_join(&lobby, &reader->places[1], &reader->waiter);
}

static void abc_wait_for_tea(void)
{
    wait_for_tea(&a, LATER);
    wait_for_tea(&b, LATER);
    wait_for_tea(&c, LATER);
}

/* The next of the walk is 'name', or nobody when that is '-'. */
static void assert_next(struct wait_queue *queue, char name)
{
    struct wait_place *place = wait_queue_next(queue);

    if (name == '-') {
        assert_null(place);
        return;
    }
    assert_non_null(place);
    assert_ptr_equal(place->queue, queue);
    assert_int_equal(reader_of(place->waiter)->name, name);
}

static void assert_walk(struct wait_queue *queue, const char *names)
{
    wait_queue_walk(queue);
    for (; *names != '\0'; names++)
        assert_next(queue, *names);
    assert_next(queue, '-');
}

/* --- waiting ------------------------------------------------------------- */

static void nobody_waits_in_a_new_list(void **state)
{
    (void)state;
    assert_int_equal(list.count, 0);
    assert_int_equal(tea.count, 0);
    assert_walk(&tea, "");
    waitlist_expire(&list, LATER);
}

static void who_waits_is_counted(void **state)
{
    (void)state;
    wait_for_tea(&a, LATER);
    wait_for_both(&b, LATER);
    assert_true(a.waiter.is_waiting);
    assert_int_equal(list.count, 2);
    assert_int_equal(tea.count, 2);
    assert_int_equal(lobby.count, 1);
}

static void leaving_is_leaving_everywhere(void **state)
{
    (void)state;
    wait_for_both(&a, LATER);
    wait_for_both(&b, LATER);
    leave(&a);
    assert_false(a.waiter.is_waiting);
    assert_int_equal(list.count, 1);
    assert_walk(&tea, "b");
    assert_walk(&lobby, "b");
    waitlist_expire(&list, LATER + 1000);
    assert_int_equal(a.silences, 0);
    assert_int_equal(b.silences, 1);
}

static void leaving_twice_does_nothing_more(void **state)
{
    (void)state;
    wait_for_both(&a, LATER);
    wait_for_both(&b, LATER);
    leave(&a);
    leave(&a);
    leave(&c); /* who was never there */
    assert_int_equal(list.count, 1);
    assert_int_equal(tea.count, 1);
    assert_int_equal(lobby.count, 1);
}

static void who_has_left_may_come_again(void **state)
{
    (void)state;
    wait_for_both(&a, LATER);
    wait_for_both(&b, LATER);
    leave(&a);
    wait_for_both(&a, LATER);
    assert_walk(&tea, "ba");
    assert_int_equal(list.count, 2);
}

static void a_waiter_may_leave_one_room_and_stay_in_the_other(void **state)
{
    (void)state;
    wait_for_both(&a, LATER);
    waitlist_leave(&a.places[0]);
    assert_true(a.waiter.is_waiting);
    assert_walk(&tea, "");
    assert_walk(&lobby, "a");
}

static void the_patience_of_each_ends_at_his_own_deadline(void **state)
{
    (void)state;
    wait_for_tea(&a, LATER);
    wait_for_tea(&b, LATER + 5000);
    waitlist_expire(&list, LATER - 1);
    assert_int_equal(a.silences, 0);
    waitlist_expire(&list, LATER + WHEEL_TICK_MS);
    assert_int_equal(a.silences, 1);
    assert_int_equal(b.silences, 0);
    assert_int_equal(list.count, 1);
    assert_walk(&tea, "b");
    waitlist_expire(&list, LATER + 5000 + WHEEL_TICK_MS);
    assert_int_equal(a.silences, 1);
    assert_int_equal(b.silences, 1);
    assert_int_equal(list.count, 0);
}

static void who_is_told_may_take_his_neighbour_along(void **state)
{
    (void)state;
    abc_wait_for_tea();
    a.companion = &b;
    waitlist_expire(&list, LATER + 1000);
    assert_int_equal(a.silences, 1);
    assert_int_equal(b.silences, 0);
    assert_int_equal(c.silences, 1);
    assert_int_equal(list.count, 0);
    assert_int_equal(tea.count, 0);
}

static void wait_anew(struct waiter *waiter, void *arg)
{
    struct reader *reader = reader_of(waiter);

    (void)arg;
    reader->silences++;
    leave(reader);
    wait_for_tea(reader, LATER + 5000);
}

static void who_is_told_may_wait_anew_at_once(void **state)
{
    (void)state;
    waitlist_init(&list, START, wait_anew, NULL);
    wait_for_tea(&a, LATER);
    waitlist_expire(&list, LATER + 1000);
    assert_int_equal(a.silences, 1);
    assert_true(a.waiter.is_waiting);
    assert_int_equal(list.count, 1);
    assert_int_equal(tea.count, 1);
    waitlist_expire(&list, LATER + 6000);
    assert_int_equal(a.silences, 2);
}

static void free_reader(struct waiter *waiter, void *arg)
{
    (void)arg;
    leave(reader_of(waiter));
    mem_free(reader_of(waiter));
}

static void who_is_told_may_be_gone_afterwards(void **state)
{
    (void)state;
    waitlist_init(&list, START, free_reader, NULL);
    for (int i = 0; i < 5; i++)
        wait_for_both(mem_alloc(sizeof(struct reader)), LATER);
    waitlist_expire(&list, LATER + 1000);
    assert_int_equal(list.count, 0);
    assert_int_equal(tea.count, 0);
    assert_int_equal(lobby.count, 0);
}

/* --- walking ------------------------------------------------------------- */

static void a_walk_visits_all_in_the_order_they_came(void **state)
{
    (void)state;
    abc_wait_for_tea();
    assert_walk(&tea, "abc");
}

static void those_who_stay_are_visited_by_the_next_walk_in_the_same_order(
    void **state)
{
    (void)state;
    abc_wait_for_tea();
    assert_walk(&tea, "abc");
    assert_walk(&tea, "abc");
    assert_int_equal(tea.count, 3);
}

static void a_walk_that_is_over_stays_over(void **state)
{
    (void)state;
    abc_wait_for_tea();
    assert_walk(&tea, "abc");
    wait_for_tea(&d, LATER);
    assert_next(&tea, '-');
    assert_next(&tea, '-');
}

static void who_is_visited_may_leave(void **state)
{
    (void)state;
    abc_wait_for_tea();
    wait_queue_walk(&tea);
    assert_next(&tea, 'a');
    leave(&a);
    assert_next(&tea, 'b');
    leave(&b);
    assert_next(&tea, 'c');
    leave(&c);
    assert_next(&tea, '-');
    assert_int_equal(tea.count, 0);
}

static void who_is_visited_may_take_any_other_along(void **state)
{
    (void)state;
    abc_wait_for_tea();
    wait_for_tea(&d, LATER);
    wait_queue_walk(&tea);
    assert_next(&tea, 'a');
    leave(&b); /* the next */
    leave(&d); /* the last */
    assert_next(&tea, 'c');
    leave(&a); /* who was visited and stayed */
    assert_next(&tea, '-');
    assert_walk(&tea, "c");
}

static void who_comes_during_a_walk_is_not_visited_by_it(void **state)
{
    (void)state;
    wait_for_tea(&a, LATER);
    wait_for_tea(&b, LATER);
    wait_queue_walk(&tea);
    assert_next(&tea, 'a');
    wait_for_tea(&c, LATER);
    assert_next(&tea, 'b');
    wait_for_tea(&d, LATER);
    assert_next(&tea, '-');
    /* c came between a's turn and b's. */
    assert_walk(&tea, "acbd");
}

static void who_leaves_and_comes_again_is_new(void **state)
{
    (void)state;
    abc_wait_for_tea();
    wait_queue_walk(&tea);
    assert_next(&tea, 'a');
    leave(&b);
    wait_for_tea(&b, LATER);
    leave(&a);
    wait_for_tea(&a, LATER);
    assert_next(&tea, 'c');
    assert_next(&tea, '-');
}

static void a_walk_may_be_begun_anew_in_the_middle(void **state)
{
    (void)state;
    abc_wait_for_tea();
    wait_queue_walk(&tea);
    assert_next(&tea, 'a');
    wait_for_tea(&d, LATER);
    assert_walk(&tea, "bcad");
}

static void rooms_are_walked_independently(void **state)
{
    (void)state;
    wait_for_both(&a, LATER);
    wait_for_both(&b, LATER);
    wait_queue_walk(&tea);
    wait_queue_walk(&lobby);
    assert_next(&tea, 'a');
    assert_next(&lobby, 'a');
    assert_next(&lobby, 'b');
    assert_next(&lobby, '-');
    assert_next(&tea, 'b');
    assert_next(&tea, '-');
}

static void an_empty_queue_may_be_walked(void **state)
{
    (void)state;
    wait_for_tea(&a, LATER);
    wait_queue_walk(&tea);
    leave(&a);
    assert_next(&tea, '-');
    assert_walk(&tea, "");
}

#define ANEW(test) cmocka_unit_test_setup(test, start_anew)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ANEW(nobody_waits_in_a_new_list),
        ANEW(who_waits_is_counted),
        ANEW(leaving_is_leaving_everywhere),
        ANEW(leaving_twice_does_nothing_more),
        ANEW(who_has_left_may_come_again),
        ANEW(a_waiter_may_leave_one_room_and_stay_in_the_other),
        ANEW(the_patience_of_each_ends_at_his_own_deadline),
        ANEW(who_is_told_may_take_his_neighbour_along),
        ANEW(who_is_told_may_wait_anew_at_once),
        ANEW(who_is_told_may_be_gone_afterwards),
        ANEW(a_walk_visits_all_in_the_order_they_came),
        ANEW(those_who_stay_are_visited_by_the_next_walk_in_the_same_order),
        ANEW(a_walk_that_is_over_stays_over),
        ANEW(who_is_visited_may_leave),
        ANEW(who_is_visited_may_take_any_other_along),
        ANEW(who_comes_during_a_walk_is_not_visited_by_it),
        ANEW(who_leaves_and_comes_again_is_new),
        ANEW(a_walk_may_be_begun_anew_in_the_middle),
        ANEW(rooms_are_walked_independently),
        ANEW(an_empty_queue_may_be_walked),
    };

    return cmocka_run_group_tests_name("waitlist", tests, NULL, NULL);
}
