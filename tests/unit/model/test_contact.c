#include "model/contact.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SIDES 4
#define DEEDS 6

#define NONE    CONTACT_NONE
#define ASKED   CONTACT_ASKED
#define KNOWN   CONTACT_ACCEPTED
#define BLOCKED CONTACT_BLOCKED

struct row {
    struct contact_pair before;
    enum contact_result result;
    struct contact_pair after;
};

static void assert_rows(enum contact_deed deed, const struct row *rows,
                        size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct contact_pair pair = rows[i].before;
        const enum contact_result result = contact_do(deed, &pair);

        if (result != rows[i].result || pair.mine != rows[i].after.mine ||
            pair.theirs != rows[i].after.theirs)
            fail_msg("deed %d, row %zu: %d, {%d, %d}", (int)deed, i,
                     (int)result, (int)pair.mine, (int)pair.theirs);
    }
}
#define ASSERT_ROWS(deed, rows) \
    assert_rows(deed, rows, sizeof(rows) / sizeof((rows)[0]))

static void who_asks_asks_once_and_accepts_who_asked(void **state)
{
    static const struct row rows[] = {
        {{NONE, NONE}, CONTACT_OK, {ASKED, NONE}},
        {{ASKED, NONE}, CONTACT_OK, {ASKED, NONE}},
        {{NONE, ASKED}, CONTACT_OK, {KNOWN, KNOWN}},
        {{KNOWN, KNOWN}, CONTACT_OK, {KNOWN, KNOWN}},
        {{NONE, BLOCKED}, CONTACT_OK, {ASKED, BLOCKED}},
        {{ASKED, BLOCKED}, CONTACT_OK, {ASKED, BLOCKED}},
        {{BLOCKED, NONE}, CONTACT_IS_BLOCKED, {BLOCKED, NONE}},
        {{BLOCKED, ASKED}, CONTACT_IS_BLOCKED, {BLOCKED, ASKED}},
    };

    (void)state;
    ASSERT_ROWS(CONTACT_ASK, rows);
}

static void only_what_was_asked_is_accepted(void **state)
{
    static const struct row rows[] = {
        {{NONE, ASKED}, CONTACT_OK, {KNOWN, KNOWN}},
        {{KNOWN, KNOWN}, CONTACT_OK, {KNOWN, KNOWN}},
        {{NONE, NONE}, CONTACT_NOT_ASKED, {NONE, NONE}},
        {{ASKED, NONE}, CONTACT_NOT_ASKED, {ASKED, NONE}},
        {{ASKED, BLOCKED}, CONTACT_NOT_ASKED, {ASKED, BLOCKED}},
        {{BLOCKED, ASKED}, CONTACT_NOT_ASKED, {BLOCKED, ASKED}},
        {{BLOCKED, BLOCKED}, CONTACT_NOT_ASKED, {BLOCKED, BLOCKED}},
    };

    (void)state;
    ASSERT_ROWS(CONTACT_ACCEPT, rows);
}

static void who_is_refused_is_as_before(void **state)
{
    static const struct row rows[] = {
        {{NONE, ASKED}, CONTACT_OK, {NONE, NONE}},
        {{NONE, NONE}, CONTACT_OK, {NONE, NONE}},
        {{KNOWN, KNOWN}, CONTACT_OK, {KNOWN, KNOWN}},
        {{ASKED, NONE}, CONTACT_OK, {ASKED, NONE}},
        {{BLOCKED, ASKED}, CONTACT_OK, {BLOCKED, ASKED}},
        {{NONE, BLOCKED}, CONTACT_OK, {NONE, BLOCKED}},
    };

    (void)state;
    ASSERT_ROWS(CONTACT_REFUSE, rows);
}

/* What he asked stays where he sees it, so that he cannot tell. */
static void who_blocks_ends_what_there_was(void **state)
{
    static const struct row rows[] = {
        {{NONE, NONE}, CONTACT_OK, {BLOCKED, NONE}},
        {{KNOWN, KNOWN}, CONTACT_OK, {BLOCKED, NONE}},
        {{ASKED, NONE}, CONTACT_OK, {BLOCKED, NONE}},
        {{NONE, ASKED}, CONTACT_OK, {BLOCKED, ASKED}},
        {{NONE, BLOCKED}, CONTACT_OK, {BLOCKED, BLOCKED}},
        {{ASKED, BLOCKED}, CONTACT_OK, {BLOCKED, BLOCKED}},
        {{BLOCKED, ASKED}, CONTACT_OK, {BLOCKED, ASKED}},
    };

    (void)state;
    ASSERT_ROWS(CONTACT_BLOCK, rows);
}

static void unblocking_leaves_nothing_of_what_was_asked_meanwhile(void **state)
{
    static const struct row rows[] = {
        {{BLOCKED, NONE}, CONTACT_OK, {NONE, NONE}},
        {{BLOCKED, ASKED}, CONTACT_OK, {NONE, NONE}},
        {{BLOCKED, BLOCKED}, CONTACT_OK, {NONE, BLOCKED}},
        {{NONE, ASKED}, CONTACT_OK, {NONE, ASKED}},
        {{KNOWN, KNOWN}, CONTACT_OK, {KNOWN, KNOWN}},
    };

    (void)state;
    ASSERT_ROWS(CONTACT_UNBLOCK, rows);
}

static void who_is_removed_is_not_unblocked(void **state)
{
    static const struct row rows[] = {
        {{KNOWN, KNOWN}, CONTACT_OK, {NONE, NONE}},
        {{ASKED, NONE}, CONTACT_OK, {NONE, NONE}},
        {{ASKED, BLOCKED}, CONTACT_OK, {NONE, BLOCKED}},
        {{NONE, ASKED}, CONTACT_OK, {NONE, ASKED}},
        {{BLOCKED, NONE}, CONTACT_OK, {BLOCKED, NONE}},
    };

    (void)state;
    ASSERT_ROWS(CONTACT_REMOVE, rows);
}

/* --- whatever the two do ------------------------------------------------- */

static bool is_sound(struct contact_pair pair)
{
    return (pair.mine == CONTACT_ACCEPTED) ==
               (pair.theirs == CONTACT_ACCEPTED) &&
           !(pair.mine == CONTACT_ASKED && pair.theirs == CONTACT_ASKED);
}

static void what_always_holds_holds_after_every_deed(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SIDES * SIDES * DEEDS; i++) {
        struct contact_pair pair = {.mine = i % SIDES,
                                    .theirs = i / SIDES % SIDES};

        if (!is_sound(pair))
            continue;
        contact_do(i / SIDES / SIDES, &pair);
        assert_true(is_sound(pair));
    }
}

/* To whoever does not look at the other's side, a block is nothing. */
static void who_is_blocked_cannot_tell(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2 * DEEDS; i++) {
        const enum contact_side mine = i % 2 == 0 ? NONE : ASKED;
        struct contact_pair free_one = {mine, NONE};
        struct contact_pair blocked = {mine, BLOCKED};

        assert_int_equal(contact_do(i / 2, &free_one),
                         contact_do(i / 2, &blocked));
        assert_int_equal(free_one.mine, blocked.mine);
        assert_int_equal(blocked.theirs, BLOCKED);
        assert_false(contact_is_asking(blocked));
    }
}

static void either_side_blocks_both_ways(void **state)
{
    (void)state;
    assert_true(contact_is_blocked((struct contact_pair){BLOCKED, NONE}));
    assert_true(contact_is_blocked((struct contact_pair){ASKED, BLOCKED}));
    assert_false(contact_is_blocked((struct contact_pair){ASKED, NONE}));
    assert_false(contact_is_blocked((struct contact_pair){KNOWN, KNOWN}));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_asks_asks_once_and_accepts_who_asked),
        cmocka_unit_test(only_what_was_asked_is_accepted),
        cmocka_unit_test(who_is_refused_is_as_before),
        cmocka_unit_test(who_blocks_ends_what_there_was),
        cmocka_unit_test(unblocking_leaves_nothing_of_what_was_asked_meanwhile),
        cmocka_unit_test(who_is_removed_is_not_unblocked),
        cmocka_unit_test(what_always_holds_holds_after_every_deed),
        cmocka_unit_test(who_is_blocked_cannot_tell),
        cmocka_unit_test(either_side_blocks_both_ways),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
