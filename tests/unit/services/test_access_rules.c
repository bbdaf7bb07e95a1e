#include "services/access_rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NOW  1000
#define OVER 900
#define THEN 2000

#define ANN   "a3"
#define BEN   "a17"
#define CAT   "a29"
#define GUEST "g5f0c6a1be02d9e77"

static enum access_verdict judge(const struct access_rules *rules,
                                 const char *person, enum access_wish wish)
{
    int64_t until = 0;
    const enum access_verdict verdict =
        access_rules_judge(rules, span_of(person), wish, NOW, &until);

    assert_int_equal(
        until, verdict == ACCESS_BANNED || verdict == ACCESS_MUTED ? THEN : 0);
    return verdict;
}

static void assert_both(const struct access_rules *rules, const char *person,
                        enum access_verdict verdict)
{
    assert_int_equal(judge(rules, person, ACCESS_READ), verdict);
    assert_int_equal(judge(rules, person, ACCESS_POST), verdict);
}

static void a_public_room_is_everybodys(void **state)
{
    const struct access_rules rules = {0};

    (void)state;
    assert_both(&rules, ANN, ACCESS_ALLOWED);
    assert_both(&rules, GUEST, ACCESS_ALLOWED);
    assert_both(&rules, "", ACCESS_ALLOWED);
    assert_both(&rules, NULL, ACCESS_ALLOWED);
}

static void a_closed_room_is_its_members(void **state)
{
    int64_t members[] = {3, 17, 29};
    const struct access_rules rules = {.is_closed = true,
                                       .is_there = true,
                                       .members = members,
                                       .member_count = 3};

    (void)state;
    assert_both(&rules, ANN, ACCESS_ALLOWED);
    assert_both(&rules, BEN, ACCESS_ALLOWED);
    assert_both(&rules, CAT, ACCESS_ALLOWED);
    assert_both(&rules, "a1", ACCESS_NOT_FOUND);
    assert_both(&rules, "a18", ACCESS_NOT_FOUND);
    assert_both(&rules, "a290", ACCESS_NOT_FOUND);
    assert_both(&rules, GUEST, ACCESS_NOT_FOUND);
    assert_both(&rules, "", ACCESS_NOT_FOUND);
    assert_both(&rules, NULL, ACCESS_WHO);
}

static void one_that_is_not_there_is_as_if_it_were_closed(void **state)
{
    const struct access_rules rules = {.is_closed = true};

    (void)state;
    assert_both(&rules, ANN, ACCESS_NOT_FOUND);
    assert_both(&rules, "", ACCESS_NOT_FOUND);
    assert_both(&rules, NULL, ACCESS_WHO);
}

static void who_is_banned_neither_reads_nor_writes(void **state)
{
    struct access_sanction sanctions[] = {
        {.person = "a1", .until = THEN},
        {.person = "a17", .until = OVER, .is_ban = true},
        {.person = "a29", .until = THEN},
        {.person = "a29", .until = THEN, .is_ban = true},
        {.person = GUEST, .until = THEN, .is_ban = true},
    };
    const struct access_rules rules = {
        .has_bans = true, .sanctions = sanctions, .sanction_count = 5};

    (void)state;
    assert_both(&rules, CAT, ACCESS_BANNED);
    assert_both(&rules, GUEST, ACCESS_BANNED);
    assert_both(&rules, BEN, ACCESS_ALLOWED);
    assert_both(&rules, "a2", ACCESS_ALLOWED);
    assert_both(&rules, "a171", ACCESS_ALLOWED);
    assert_both(&rules, "", ACCESS_ALLOWED);
    assert_int_equal(judge(&rules, "a1", ACCESS_READ), ACCESS_ALLOWED);
    assert_int_equal(judge(&rules, "a1", ACCESS_POST), ACCESS_MUTED);
    assert_both(&rules, NULL, ACCESS_WHO);
}

static void who_is_muted_reads(void **state)
{
    struct access_sanction sanctions[] = {{.person = "a17", .until = THEN}};
    const struct access_rules rules = {.sanctions = sanctions,
                                       .sanction_count = 1};

    (void)state;
    assert_int_equal(judge(&rules, BEN, ACCESS_READ), ACCESS_ALLOWED);
    assert_int_equal(judge(&rules, NULL, ACCESS_READ), ACCESS_ALLOWED);
    assert_int_equal(judge(&rules, BEN, ACCESS_POST), ACCESS_MUTED);
    assert_int_equal(judge(&rules, NULL, ACCESS_POST), ACCESS_WHO);
}

static void its_owner_is_neither_banned_nor_muted(void **state)
{
    int64_t members[] = {3, 17};
    struct access_sanction sanctions[] = {
        {.person = "a17", .until = THEN, .is_ban = true},
        {.person = "a3", .until = THEN, .is_ban = true},
        {.person = "a3", .until = THEN},
    };
    const struct access_rules rules = {.is_closed = true,
                                       .is_there = true,
                                       .has_bans = true,
                                       .owner = 3,
                                       .members = members,
                                       .member_count = 2,
                                       .sanctions = sanctions,
                                       .sanction_count = 3};

    (void)state;
    assert_both(&rules, ANN, ACCESS_ALLOWED);
    assert_both(&rules, BEN, ACCESS_BANNED);
}

static void an_archived_room_is_read_only(void **state)
{
    int64_t members[] = {3};
    const struct access_rules rules = {.is_closed = true,
                                       .is_there = true,
                                       .is_archived = true,
                                       .members = members,
                                       .member_count = 1};

    (void)state;
    assert_int_equal(judge(&rules, ANN, ACCESS_READ), ACCESS_ALLOWED);
    assert_int_equal(judge(&rules, ANN, ACCESS_POST), ACCESS_ARCHIVED);
    assert_both(&rules, BEN, ACCESS_NOT_FOUND);
}

static void a_block_stops_what_is_said(void **state)
{
    int64_t members[] = {3, 17};
    const struct access_rules rules = {.is_closed = true,
                                       .is_there = true,
                                       .is_blocked = true,
                                       .members = members,
                                       .member_count = 2};

    (void)state;
    assert_int_equal(judge(&rules, ANN, ACCESS_READ), ACCESS_ALLOWED);
    assert_int_equal(judge(&rules, ANN, ACCESS_POST), ACCESS_BLOCKED);
    assert_int_equal(judge(&rules, BEN, ACCESS_POST), ACCESS_BLOCKED);
}

static void what_is_not_known_yet_is_no_refusal(void **state)
{
    (void)state;
    assert_false(access_is_refused(ACCESS_ALLOWED));
    assert_false(access_is_refused(ACCESS_WHO));
    assert_false(access_is_refused(ACCESS_LOADING));
    assert_false(access_is_refused(ACCESS_UNAVAILABLE));
    assert_true(access_is_refused(ACCESS_NOT_FOUND));
    assert_true(access_is_refused(ACCESS_BANNED));
    assert_true(access_is_refused(ACCESS_BLOCKED));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_public_room_is_everybodys),
        cmocka_unit_test(a_closed_room_is_its_members),
        cmocka_unit_test(one_that_is_not_there_is_as_if_it_were_closed),
        cmocka_unit_test(who_is_banned_neither_reads_nor_writes),
        cmocka_unit_test(who_is_muted_reads),
        cmocka_unit_test(its_owner_is_neither_banned_nor_muted),
        cmocka_unit_test(an_archived_room_is_read_only),
        cmocka_unit_test(a_block_stops_what_is_said),
        cmocka_unit_test(what_is_not_known_yet_is_no_refusal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
