#include "model/tail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

#define CAP   4
#define EPOCH UINT64_C(0x5f)

static struct tail tail;

static int start_anew(void **state)
{
    (void)state;
    tail_init(&tail, CAP);
    return 0;
}

static int end(void **state)
{
    (void)state;
    tail_fini(&tail);
    return 0;
}

/* An entry whose text is its number. */
static struct tail_entry entry_of(uint64_t prev_seq, uint64_t seq)
{
    char text[32];
    const int len =
        snprintf(text, sizeof text, "%llu", (unsigned long long)seq);

    return (struct tail_entry){
        .seq = seq,
        .prev_seq = prev_seq,
        .json = mem_copy(text, (size_t)len),
        .len = (size_t)len,
        .plain_len = (size_t)len,
    };
}

static enum tail_push push_heard(uint64_t epoch, uint64_t prev_seq,
                                 uint64_t seq, uint64_t heard_ms)
{
    struct tail_entry entry = entry_of(prev_seq, seq);
    enum tail_push result;

    entry.heard_ms = heard_ms;
    result = tail_push(&tail, epoch, &entry);
    if (result != TAIL_PUSHED)
        mem_free(entry.json);
    return result;
}

static enum tail_push push_of(uint64_t epoch, uint64_t prev_seq, uint64_t seq)
{
    return push_heard(epoch, prev_seq, seq, 0);
}

/* The same, each of them heard at 'heard_ms'. */
static void hear_all(uint64_t first, uint64_t last, uint64_t heard_ms)
{
    for (uint64_t seq = first; seq <= last; seq++)
        assert_int_equal(push_heard(EPOCH, seq - 1, seq, heard_ms),
                         TAIL_PUSHED);
}

/* A room in which 'first' to 'last' have just been said, one after another. */
static void push_all(uint64_t first, uint64_t last)
{
    for (uint64_t seq = first; seq <= last; seq++)
        assert_int_equal(push_of(EPOCH, seq - 1, seq), TAIL_PUSHED);
}

static void fill(uint64_t epoch, uint64_t prev_seq, uint64_t seq)
{
    struct tail_entry entry = entry_of(prev_seq, seq);

    tail_fill(&tail, epoch, &entry);
}

static void assert_newest(uint64_t epoch, uint64_t seq)
{
    assert_int_equal(tail.newest.epoch, epoch);
    assert_int_equal(tail.newest.seq, seq);
}

/* The entries are 'first' to 'last', each with its text. */
static void assert_entries(uint64_t first, uint64_t last)
{
    assert_int_equal(tail.count, last - first + 1);
    for (size_t i = 0; i < tail.count; i++) {
        const struct tail_entry *entry = tail_at(&tail, i);
        char text[32];

        snprintf(text, sizeof text, "%llu", (unsigned long long)(first + i));
        assert_int_equal(entry->seq, first + i);
        assert_string_equal(entry->json, text);
    }
}

static void assert_verdict(struct cursor cursor, enum tail_verdict expected)
{
    size_t index;

    assert_int_equal(tail_judge(&tail, cursor, &index), expected);
}

/* The same, and the first that is new is the one at 'index'. */
static void assert_verdict_at(struct cursor cursor, enum tail_verdict expected,
                              size_t expected_index)
{
    size_t index = 99;

    assert_int_equal(tail_judge(&tail, cursor, &index), expected);
    assert_int_equal(index, expected_index);
}

static struct cursor at(uint64_t seq)
{
    return (struct cursor){EPOCH, seq};
}

/* --- what is in it ------------------------------------------------------- */

static void what_is_young_stays_beyond_what_is_kept(void **state)
{
    (void)state;
    hear_all(1, 3 * CAP, 5000);
    assert_entries(1, 3 * CAP);
    assert_verdict_at(at(1), TAIL_NEWS, 1);
}

static void what_is_not_young_any_more_goes_with_the_next_message(void **state)
{
    (void)state;
    hear_all(1, 10, 5000);
    hear_all(11, 13, 5000 + TAIL_YOUNG_MS - 1);
    assert_entries(1, 13);
    hear_all(14, 14, 5000 + TAIL_YOUNG_MS);
    assert_entries(11, 14);
    assert_verdict(at(9), TAIL_GAP);
    assert_verdict_at(at(10), TAIL_NEWS, 0);
}

static void even_young_ones_are_no_more_than_a_multiple(void **state)
{
    const uint64_t most = TAIL_GROWTH * CAP;

    (void)state;
    hear_all(1, most + 5, 5000);
    assert_entries(6, most + 5);
}

static void a_ring_that_has_turned_grows_in_order(void **state)
{
    (void)state;
    push_all(1, CAP + 2); /* the oldest is not at its beginning any more */
    hear_all(CAP + 3, 4 * CAP, 5000);
    assert_entries(CAP + 3, 4 * CAP);
}

static void a_new_tail_is_of_a_room_where_nothing_was_said(void **state)
{
    (void)state;
    assert_int_equal(tail.count, 0);
    assert_newest(0, 0);
    assert_verdict(CURSOR_START, TAIL_NOTHING);
    assert_verdict(CURSOR_ABSENT, TAIL_NOTHING);
}

static void the_first_message_brings_the_epoch(void **state)
{
    (void)state;
    assert_int_equal(push_of(EPOCH, 0, 1), TAIL_PUSHED);
    assert_newest(EPOCH, 1);
    assert_entries(1, 1);
}

static void the_first_message_may_have_any_number(void **state)
{
    (void)state;
    assert_int_equal(push_of(EPOCH, 0, 1000), TAIL_PUSHED);
    assert_newest(EPOCH, 1000);
}

static void messages_stand_in_the_order_of_their_numbers(void **state)
{
    (void)state;
    push_all(1, 3);
    assert_entries(1, 3);
    assert_newest(EPOCH, 3);
}

static void the_oldest_goes_when_it_is_full(void **state)
{
    (void)state;
    push_all(1, 3 * CAP + 1);
    assert_entries(2 * CAP + 2, 3 * CAP + 1);
}

static void a_tail_of_one_keeps_the_newest(void **state)
{
    (void)state;
    tail_init(&tail, 1);
    push_all(1, 5);
    assert_entries(5, 5);
    assert_verdict(at(5), TAIL_NOTHING);
    assert_verdict_at(at(4), TAIL_NEWS, 0);
    assert_verdict_at(at(3), TAIL_GAP, 0);
}

static void what_is_known_already_changes_nothing(void **state)
{
    (void)state;
    push_all(1, 3);
    assert_int_equal(push_of(EPOCH, 2, 3), TAIL_KNOWN);
    assert_int_equal(push_of(EPOCH, 0, 1), TAIL_KNOWN);
    assert_entries(1, 3);
    assert_newest(EPOCH, 3);
}

static void a_message_that_was_missed_is_noticed(void **state)
{
    (void)state;
    push_all(1, 3);
    assert_int_equal(push_of(EPOCH, 4, 5), TAIL_MISSED);
    assert_entries(1, 3);
    assert_newest(EPOCH, 3);
}

static void the_very_first_may_be_what_was_missed(void **state)
{
    (void)state;
    assert_int_equal(push_of(EPOCH, 1, 2), TAIL_ALIEN);
    assert_int_equal(tail.count, 0);
    assert_newest(0, 0);
}

static void a_leap_of_the_numbers_is_not_a_gap(void **state)
{
    (void)state;
    push_all(1, 3);
    assert_int_equal(push_of(EPOCH, 3, 1003), TAIL_PUSHED);
    assert_newest(EPOCH, 1003);
    assert_verdict_at(at(3), TAIL_NEWS, 3);
    /* An id that a crash of Redis took with it. */
    assert_verdict_at(at(4), TAIL_NEWS, 3);
    assert_verdict_at(at(1002), TAIL_NEWS, 3);
}

static void another_epoch_is_alien(void **state)
{
    (void)state;
    push_all(1, 3);
    assert_int_equal(push_of(EPOCH + 1, 3, 4), TAIL_ALIEN);
    assert_int_equal(push_of(EPOCH + 1, 0, 1), TAIL_ALIEN);
    assert_int_equal(push_of(EPOCH + 1, 2, 3), TAIL_ALIEN);
    assert_entries(1, 3);
    assert_newest(EPOCH, 3);
}

/* --- read from Redis ----------------------------------------------------- */

static void a_tail_can_be_filled_from_redis(void **state)
{
    (void)state;
    tail_restart(&tail, at(43));
    fill(EPOCH, 40, 41);
    fill(EPOCH, 41, 42);
    fill(EPOCH, 42, 43);
    assert_entries(41, 43);
    assert_newest(EPOCH, 43);
    assert_int_equal(push_of(EPOCH, 43, 44), TAIL_PUSHED);
    assert_entries(41, 44);
}

static void filling_more_than_fits_keeps_the_newest(void **state)
{
    (void)state;
    tail_restart(&tail, at(9));
    for (uint64_t seq = 1; seq <= 9; seq++)
        fill(EPOCH, seq - 1, seq);
    assert_entries(9 - CAP + 1, 9);
}

static void restarting_forgets_what_was_there(void **state)
{
    (void)state;
    push_all(1, CAP + 2);
    tail_restart(&tail, (struct cursor){EPOCH + 1, 7});
    assert_int_equal(tail.count, 0);
    assert_newest(EPOCH + 1, 7);
    assert_int_equal(push_of(EPOCH + 1, 7, 8), TAIL_PUSHED);
    assert_entries(8, 8);
}

static void restarting_at_nothing_is_a_new_room(void **state)
{
    (void)state;
    push_all(1, 3);
    tail_restart(&tail, CURSOR_START);
    assert_newest(0, 0);
    assert_int_equal(push_of(EPOCH + 1, 0, 1), TAIL_PUSHED);
    assert_newest(EPOCH + 1, 1);
}

static void an_entry_newer_than_the_head_is_the_newest(void **state)
{
    (void)state;
    tail_restart(&tail, at(42));
    fill(EPOCH, 41, 42);
    fill(EPOCH, 42, 43);
    assert_newest(EPOCH, 43);
}

static void the_newest_stays_when_entries_are_older(void **state)
{
    (void)state;
    tail_restart(&tail, at(50));
    fill(EPOCH, 40, 41);
    assert_newest(EPOCH, 50);
}

static void an_ended_tail_can_be_ended_again(void **state)
{
    (void)state;
    push_all(1, 3);
    tail_fini(&tail);
    assert_int_equal(tail.count, 0);
}

/* --- what a reader has seen ---------------------------------------------- */

static void who_has_seen_the_newest_has_seen_everything(void **state)
{
    (void)state;
    push_all(1, 3);
    assert_verdict(at(3), TAIL_NOTHING);
}

static void who_has_seen_less_is_told_what_came_after(void **state)
{
    (void)state;
    push_all(1, 3);
    assert_verdict_at(at(2), TAIL_NEWS, 2);
    assert_verdict_at(at(1), TAIL_NEWS, 1);
}

static void the_same_holds_when_the_ring_has_turned(void **state)
{
    (void)state;
    push_all(1, 10);
    for (uint64_t seen = 6; seen < 10; seen++)
        assert_verdict_at(at(seen), TAIL_NEWS, (size_t)(seen - 6));
    assert_verdict(at(10), TAIL_NOTHING);
}

static void who_knew_the_empty_room_is_told_everything(void **state)
{
    (void)state;
    push_all(1, 3);
    assert_verdict_at(CURSOR_START, TAIL_NEWS, 0);
}

static void who_has_no_cursor_is_told_what_there_is(void **state)
{
    (void)state;
    push_all(1, 10);
    assert_verdict_at(CURSOR_ABSENT, TAIL_NEWS, 0);
}

static void who_was_away_too_long_is_told_of_the_gap(void **state)
{
    (void)state;
    push_all(1, 10); /* 7 to 10 are here */
    assert_verdict_at(at(6), TAIL_NEWS, 0);
    assert_verdict_at(at(5), TAIL_GAP, 0);
    assert_verdict_at(at(1), TAIL_GAP, 0);
    assert_verdict_at(CURSOR_START, TAIL_GAP, 0);
}

static void where_the_list_is_gone_there_is_a_gap(void **state)
{
    (void)state;
    tail_restart(&tail, at(44));
    assert_verdict(at(44), TAIL_NOTHING);
    assert_verdict_at(at(43), TAIL_GAP, 0);
    assert_verdict_at(CURSOR_START, TAIL_GAP, 0);
    assert_verdict(CURSOR_ABSENT, TAIL_NOTHING);
}

static void a_cursor_of_another_epoch_is_strange(void **state)
{
    (void)state;
    push_all(1, 3);
    assert_verdict((struct cursor){EPOCH + 1, 3}, TAIL_STRANGE);
    assert_verdict((struct cursor){EPOCH - 1, 1}, TAIL_STRANGE);
    assert_verdict((struct cursor){EPOCH + 1, 99}, TAIL_STRANGE);
}

static void a_cursor_from_the_future_is_strange(void **state)
{
    (void)state;
    push_all(1, 3);
    assert_verdict(at(4), TAIL_STRANGE);
    assert_verdict(at(CURSOR_SEQ_MAX), TAIL_STRANGE);
}

static void any_cursor_is_strange_where_nothing_was_said(void **state)
{
    (void)state;
    assert_verdict(at(1), TAIL_STRANGE);
    assert_verdict(at(0), TAIL_STRANGE);
}

/* Every reader against every length: he is told exactly what he has not
 * seen. */
static void what_was_seen_and_what_is_told_make_up_the_whole(void **state)
{
    (void)state;
    for (uint64_t said = 1; said <= 3 * CAP; said++) {
        assert_int_equal(push_of(EPOCH, said - 1, said), TAIL_PUSHED);
        for (uint64_t seen = 1; seen < said; seen++) {
            size_t index;
            enum tail_verdict verdict = tail_judge(&tail, at(seen), &index);

            assert_int_equal(tail_at(&tail, tail.count - 1)->seq, said);
            if (said - seen <= CAP) {
                assert_int_equal(verdict, TAIL_NEWS);
                assert_int_equal(tail_at(&tail, index)->seq, seen + 1);
            } else {
                assert_int_equal(verdict, TAIL_GAP);
                assert_int_equal(tail_at(&tail, index)->seq, said - CAP + 1);
            }
        }
    }
}

/* --- another text -------------------------------------------------------- */

static void replace(uint64_t seq, const char *text)
{
    const size_t len = strlen(text);

    tail_replace(&tail, at(seq), mem_copy(text, len), len, len - 1);
}

static void an_entry_is_found_by_its_id(void **state)
{
    (void)state;
    push_all(1, 3 * CAP);
    for (uint64_t seq = 2 * CAP + 1; seq <= 3 * CAP; seq++)
        assert_int_equal(tail_find(&tail, at(seq))->seq, seq);
}

static void what_is_not_there_is_not_found(void **state)
{
    (void)state;
    assert_null(tail_find(&tail, at(1)));
    push_all(1, 2 * CAP);
    assert_null(tail_find(&tail, at(CAP)));
    assert_null(tail_find(&tail, at(2 * CAP + 1)));
    assert_null(tail_find(&tail, CURSOR_START));
    assert_null(tail_find(&tail, (struct cursor){EPOCH + 1, 2 * CAP}));
}

static void a_number_that_was_left_out_is_not_found(void **state)
{
    (void)state;
    push_all(1, 1);
    assert_int_equal(push_of(EPOCH, 1, 1000), TAIL_PUSHED);
    assert_null(tail_find(&tail, at(2)));
    assert_null(tail_find(&tail, at(999)));
    assert_int_equal(tail_find(&tail, at(1000))->seq, 1000);
}

static void a_replaced_entry_stays_in_its_place(void **state)
{
    size_t index;

    (void)state;
    push_all(1, CAP + 1);
    replace(3, "another");
    assert_string_equal(tail_find(&tail, at(3))->json, "another");
    assert_int_equal(tail_find(&tail, at(3))->len, 7);
    assert_int_equal(tail_find(&tail, at(3))->plain_len, 6);
    assert_int_equal(tail_find(&tail, at(3))->prev_seq, 2);
    assert_int_equal(tail.count, CAP);
    assert_int_equal(tail.newest.seq, CAP + 1);
    assert_int_equal(tail_judge(&tail, at(2), &index), TAIL_NEWS);
    assert_string_equal(tail_at(&tail, index)->json, "another");
    replace(3, "yet another");
    assert_string_equal(tail_find(&tail, at(3))->json, "yet another");
}

#define ANEW(test) cmocka_unit_test_setup_teardown(test, start_anew, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ANEW(what_is_young_stays_beyond_what_is_kept),
        ANEW(what_is_not_young_any_more_goes_with_the_next_message),
        ANEW(even_young_ones_are_no_more_than_a_multiple),
        ANEW(a_ring_that_has_turned_grows_in_order),
        ANEW(a_new_tail_is_of_a_room_where_nothing_was_said),
        ANEW(the_first_message_brings_the_epoch),
        ANEW(the_first_message_may_have_any_number),
        ANEW(messages_stand_in_the_order_of_their_numbers),
        ANEW(the_oldest_goes_when_it_is_full),
        ANEW(a_tail_of_one_keeps_the_newest),
        ANEW(what_is_known_already_changes_nothing),
        ANEW(a_message_that_was_missed_is_noticed),
        ANEW(the_very_first_may_be_what_was_missed),
        ANEW(a_leap_of_the_numbers_is_not_a_gap),
        ANEW(another_epoch_is_alien),
        ANEW(a_tail_can_be_filled_from_redis),
        ANEW(filling_more_than_fits_keeps_the_newest),
        ANEW(restarting_forgets_what_was_there),
        ANEW(restarting_at_nothing_is_a_new_room),
        ANEW(an_entry_newer_than_the_head_is_the_newest),
        ANEW(the_newest_stays_when_entries_are_older),
        ANEW(an_ended_tail_can_be_ended_again),
        ANEW(who_has_seen_the_newest_has_seen_everything),
        ANEW(who_has_seen_less_is_told_what_came_after),
        ANEW(the_same_holds_when_the_ring_has_turned),
        ANEW(who_knew_the_empty_room_is_told_everything),
        ANEW(who_has_no_cursor_is_told_what_there_is),
        ANEW(who_was_away_too_long_is_told_of_the_gap),
        ANEW(where_the_list_is_gone_there_is_a_gap),
        ANEW(a_cursor_of_another_epoch_is_strange),
        ANEW(a_cursor_from_the_future_is_strange),
        ANEW(any_cursor_is_strange_where_nothing_was_said),
        ANEW(what_was_seen_and_what_is_told_make_up_the_whole),
        ANEW(an_entry_is_found_by_its_id),
        ANEW(what_is_not_there_is_not_found),
        ANEW(a_number_that_was_left_out_is_not_found),
        ANEW(a_replaced_entry_stays_in_its_place),
    };

    return cmocka_run_group_tests_name("tail", tests, NULL, NULL);
}
