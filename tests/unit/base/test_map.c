#include "base/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define MANY 10000

/* Something for values to point to, and a place to count in. */
static int numbers[MANY];

static int make_map(void **state)
{
    memset(numbers, 0, sizeof numbers);
    *state = map_new();
    return 0;
}

static int free_map(void **state)
{
    map_free(*state);
    return 0;
}

/* Lent until the next call. */
static struct span key_of(int i)
{
    static char key[32];

    snprintf(key, sizeof key, "room-%d", i);
    return span_of(key);
}

static void fill(struct map *map)
{
    for (int i = 0; i < MANY; i++)
        assert_null(map_set(map, key_of(i), &numbers[i]));
}

static void a_new_map_is_empty(void **state)
{
    assert_int_equal(map_count(*state), 0);
    assert_null(map_get(*state, span_of("lobby")));
    assert_null(map_remove(*state, span_of("lobby")));
}

static void what_is_set_is_found(void **state)
{
    assert_null(map_set(*state, span_of("lobby"), &numbers[1]));
    assert_ptr_equal(map_get(*state, span_of("lobby")), &numbers[1]);
    assert_int_equal(map_count(*state), 1);
}

static void setting_again_replaces_and_tells_what(void **state)
{
    map_set(*state, span_of("lobby"), &numbers[1]);
    assert_ptr_equal(map_set(*state, span_of("lobby"), &numbers[2]),
                     &numbers[1]);
    assert_ptr_equal(map_get(*state, span_of("lobby")), &numbers[2]);
    assert_int_equal(map_count(*state), 1);
}

static void what_is_removed_is_gone(void **state)
{
    map_set(*state, span_of("lobby"), &numbers[1]);
    assert_ptr_equal(map_remove(*state, span_of("lobby")), &numbers[1]);
    assert_null(map_get(*state, span_of("lobby")));
    assert_null(map_remove(*state, span_of("lobby")));
    assert_int_equal(map_count(*state), 0);
}

static void a_key_is_copied(void **state)
{
    char key[] = "lobby";

    map_set(*state, span_of(key), &numbers[1]);
    memcpy(key, "hobby", sizeof key);
    assert_ptr_equal(map_get(*state, span_of("lobby")), &numbers[1]);
    assert_null(map_get(*state, span_of("hobby")));
}

static void keys_differ_by_their_length_and_what_follows_a_nul(void **state)
{
    const struct span keys[] = {
        {"", 0},
        {"\0", 1},
        {"\0\0", 2},
        {"a", 1},
        {"a\0", 2},
        {"a\0b", 3},
        {"ab", 2},
        {"A", 1},
        {"0123456", 7},
        {"01234567", 8},
        {"01234567\0", 9},
        {"012345678", 9},
        {"0123456701234567", 16},
    };
    const size_t count = sizeof keys / sizeof *keys;

    for (size_t i = 0; i < count; i++)
        assert_null(map_set(*state, keys[i], &numbers[i]));
    assert_int_equal(map_count(*state), count);
    for (size_t i = 0; i < count; i++)
        assert_ptr_equal(map_get(*state, keys[i]), &numbers[i]);
}

static void no_key_is_the_empty_key(void **state)
{
    map_set(*state, SPAN_NONE, &numbers[1]);
    assert_ptr_equal(map_get(*state, span_of("")), &numbers[1]);
}

static void ten_thousand_names_are_each_found(void **state)
{
    fill(*state);
    assert_int_equal(map_count(*state), MANY);
    for (int i = 0; i < MANY; i++)
        assert_ptr_equal(map_get(*state, key_of(i)), &numbers[i]);
    assert_null(map_get(*state, key_of(MANY)));
}

static void removing_some_leaves_the_others(void **state)
{
    fill(*state);
    for (int i = 0; i < MANY; i += 2)
        assert_ptr_equal(map_remove(*state, key_of(i)), &numbers[i]);
    assert_int_equal(map_count(*state), MANY / 2);
    for (int i = 0; i < MANY; i++) {
        assert_ptr_equal(map_get(*state, key_of(i)),
                         i % 2 == 0 ? NULL : &numbers[i]);
    }
}

static void count_visit(struct span key, void *value, void *arg)
{
    int *number = value;
    struct map *map = arg;

    assert_ptr_equal(map_get(map, key), number);
    (*number)++;
}

static void each_pair_is_visited_once(void **state)
{
    fill(*state);
    map_each(*state, count_visit, *state);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(numbers[i], 1);
}

static void remove_odd(struct span key, void *value, void *arg)
{
    int *number = value;
    struct map *map = arg;

    (*number)++;
    if ((number - numbers) % 2 == 1)
        assert_ptr_equal(map_remove(map, key), number);
}

static void a_pair_may_be_removed_while_visited(void **state)
{
    fill(*state);
    map_each(*state, remove_odd, *state);
    assert_int_equal(map_count(*state), MANY / 2);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(numbers[i], 1);
        assert_ptr_equal(map_get(*state, key_of(i)),
                         i % 2 == 1 ? NULL : &numbers[i]);
    }
}

static void remove_it(struct span key, void *value, void *arg)
{
    struct map *map = arg;

    assert_ptr_equal(map_remove(map, key), value);
}

static void all_may_be_removed_while_visited(void **state)
{
    fill(*state);
    map_each(*state, remove_it, *state);
    assert_int_equal(map_count(*state), 0);
    fill(*state);
    assert_int_equal(map_count(*state), MANY);
}

static void freeing_no_map_is_fine(void **state)
{
    (void)state;
    map_free(NULL);
}

#define WITH_MAP(test) cmocka_unit_test_setup_teardown(test, make_map, free_map)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_MAP(a_new_map_is_empty),
        WITH_MAP(what_is_set_is_found),
        WITH_MAP(setting_again_replaces_and_tells_what),
        WITH_MAP(what_is_removed_is_gone),
        WITH_MAP(a_key_is_copied),
        WITH_MAP(keys_differ_by_their_length_and_what_follows_a_nul),
        WITH_MAP(no_key_is_the_empty_key),
        WITH_MAP(ten_thousand_names_are_each_found),
        WITH_MAP(removing_some_leaves_the_others),
        WITH_MAP(each_pair_is_visited_once),
        WITH_MAP(a_pair_may_be_removed_while_visited),
        WITH_MAP(all_may_be_removed_while_visited),
        cmocka_unit_test(freeing_no_map_is_fine),
    };

    return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
