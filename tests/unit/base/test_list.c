#include "base/list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct letter {
    char name;
    struct list_node link;
};

static struct list list;
static struct letter a, b, c;

static int start_anew(void **state)
{
    (void)state;
    list_init(&list);
    a = (struct letter){.name = 'a'};
    b = (struct letter){.name = 'b'};
    c = (struct letter){.name = 'c'};
    return 0;
}

static void assert_list(const char *names)
{
    LIST_FOREACH(node, &list)
        assert_int_equal(LIST_ITEM(node, struct letter, link)->name, *names++);
    assert_int_equal(*names, '\0');
}

static void a_new_list_is_empty(void **state)
{
    (void)state;
    assert_true(list_is_empty(&list));
    assert_null(list_first(&list));
    assert_null(list_pop(&list));
    assert_list("");
}

static void pushing_adds_at_the_end_or_in_front(void **state)
{
    (void)state;
    list_push(&list, &b.link);
    list_push(&list, &c.link);
    list_push_front(&list, &a.link);
    assert_list("abc");
    assert_ptr_equal(list_first(&list), &a.link);
    assert_false(list_is_empty(&list));
}

static void a_member_is_inserted_before_another(void **state)
{
    (void)state;
    list_push(&list, &a.link);
    list_push(&list, &c.link);
    list_insert(&b.link, &c.link);
    assert_list("abc");
}

static void popping_takes_the_first(void **state)
{
    (void)state;
    list_push(&list, &a.link);
    list_push(&list, &b.link);
    assert_ptr_equal(list_pop(&list), &a.link);
    assert_false(list_node_is_linked(&a.link));
    assert_list("b");
    assert_ptr_equal(list_pop(&list), &b.link);
    assert_true(list_is_empty(&list));
}

static void a_member_takes_itself_out(void **state)
{
    (void)state;
    list_push(&list, &a.link);
    list_push(&list, &b.link);
    list_push(&list, &c.link);
    list_remove(&b.link);
    assert_list("ac");
    list_remove(&c.link);
    assert_list("a");
    list_remove(&a.link);
    assert_list("");
}

static void removing_twice_does_nothing_more(void **state)
{
    (void)state;
    list_push(&list, &a.link);
    list_push(&list, &b.link);
    list_remove(&a.link);
    list_remove(&a.link);
    assert_list("b");
}

static void a_removed_member_can_be_added_again(void **state)
{
    (void)state;
    list_push(&list, &a.link);
    list_push(&list, &b.link);
    list_remove(&a.link);
    list_push(&list, &a.link);
    assert_list("ba");
}

static void a_member_knows_whether_it_is_in_a_list(void **state)
{
    (void)state;
    assert_false(list_node_is_linked(&a.link));
    list_push(&list, &a.link);
    assert_true(list_node_is_linked(&a.link));
    list_remove(&a.link);
    assert_false(list_node_is_linked(&a.link));
}

static void the_present_member_may_be_removed_in_a_loop(void **state)
{
    int seen = 0;

    (void)state;
    list_push(&list, &a.link);
    list_push(&list, &b.link);
    list_push(&list, &c.link);
    LIST_FOREACH(node, &list) {
        seen++;
        list_remove(node);
    }
    assert_int_equal(seen, 3);
    assert_true(list_is_empty(&list));
}

static void all_members_move_behind_others(void **state)
{
    struct list other;

    (void)state;
    list_init(&other);
    list_push(&list, &a.link);
    list_push(&other, &b.link);
    list_push(&other, &c.link);
    list_move_all(&list, &other);
    assert_list("abc");
    assert_true(list_is_empty(&other));
    list_move_all(&list, &other);
    assert_list("abc");
}

#define ANEW(test) cmocka_unit_test_setup(test, start_anew)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ANEW(a_new_list_is_empty),
        ANEW(pushing_adds_at_the_end_or_in_front),
        ANEW(a_member_is_inserted_before_another),
        ANEW(popping_takes_the_first),
        ANEW(a_member_takes_itself_out),
        ANEW(removing_twice_does_nothing_more),
        ANEW(a_removed_member_can_be_added_again),
        ANEW(a_member_knows_whether_it_is_in_a_list),
        ANEW(all_members_move_behind_others),
        ANEW(the_present_member_may_be_removed_in_a_loop),
    };

    return cmocka_run_group_tests_name("list", tests, NULL, NULL);
}
