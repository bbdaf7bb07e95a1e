#include "services/revision.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "io/json.h"

#define EPOCH UINT64_C(0x5f)
#define KEEP  UINT64_C(8)

static struct tail tail;

static int start_anew(void **state)
{
    (void)state;
    tail_init(&tail, KEEP);
    return 0;
}

static int end(void **state)
{
    (void)state;
    tail_fini(&tail);
    return 0;
}

/* Pushes a message and, if it is an edit or deletion, applies it. */
static void hear(enum message_kind kind, uint64_t seq, uint64_t of,
                 const char *body)
{
    const struct message msg = {
        .id = {EPOCH, seq},
        .room = span_of("tea"),
        .author = span_of("Heron"),
        .by = span_of("a17"),
        .body = span_of(body),
        .sent_at = span_of("2026-11-21T09:30:00.123Z"),
        .kind = kind,
        .of = {EPOCH, of},
    };
    struct tail_entry entry = {.seq = seq, .prev_seq = seq - 1};
    struct buf json = {0};

    json_add_message(&json, &msg, &entry.plain_len);
    entry.json = buf_take(&json, &entry.len);
    assert_int_equal(tail_push(&tail, EPOCH, &entry), TAIL_PUSHED);
    if (kind != MESSAGE_SAID)
        revision_apply(&tail, &entry);
}

static void assert_text(uint64_t seq, const char *member, const char *expected)
{
    const struct tail_entry *entry =
        tail_find(&tail, (struct cursor){EPOCH, seq});
    struct json_object_text json;
    struct span value = SPAN_NONE;

    assert_non_null(entry);
    assert_true(json_open(&json, (struct span){entry->json, entry->len}));
    json_get_text(&json, member, &value);
    if (expected == NULL)
        assert_null(value.at);
    else
        assert_true(value.at != NULL && span_is(value, expected));
    json_close(&json);
}

static void an_edit_replaces_the_text(void **state)
{
    (void)state;
    hear(MESSAGE_SAID, 1, 0, "a lapm");
    hear(MESSAGE_SAID, 2, 0, "hello");
    hear(MESSAGE_EDIT, 3, 1, "a lamp");
    assert_text(1, "body", "a lamp");
    assert_text(1, "edit", "5f-3");
    assert_text(1, "edited_at", "2026-11-21T09:30:00.123Z");
    assert_text(1, "by", "a17");
    assert_text(2, "body", "hello");
    assert_text(3, "body", "a lamp");
    assert_text(3, "deleted_at", NULL);
    assert_null(strstr(tail_at(&tail, 0)->json, "lapm"));
}

static void a_newer_edit_takes_the_text_of_the_older_one(void **state)
{
    (void)state;
    hear(MESSAGE_SAID, 1, 0, "one");
    hear(MESSAGE_EDIT, 2, 1, "two");
    hear(MESSAGE_EDIT, 3, 1, "three");
    assert_text(1, "body", "three");
    assert_text(1, "edit", "5f-3");
    assert_text(2, "body", "");
    assert_text(2, "deleted_at", "2026-11-21T09:30:00.123Z");
    assert_text(3, "body", "three");
}

static void a_deletion_takes_all_texts(void **state)
{
    (void)state;
    hear(MESSAGE_SAID, 1, 0, "one");
    hear(MESSAGE_EDIT, 2, 1, "two");
    hear(MESSAGE_EDIT, 3, 1, "three");
    hear(MESSAGE_DELETE, 4, 1, "");
    for (uint64_t seq = 1; seq <= 3; seq++) {
        assert_text(seq, "body", "");
        assert_text(seq, "deleted_at", "2026-11-21T09:30:00.123Z");
    }
    assert_text(1, "edited_at", NULL);
    assert_text(4, "deleted_at", NULL);
}

static void what_is_deleted_stays_so(void **state)
{
    (void)state;
    hear(MESSAGE_SAID, 1, 0, "one");
    hear(MESSAGE_DELETE, 2, 1, "");
    hear(MESSAGE_EDIT, 3, 1, "two");
    assert_text(1, "body", "");
    assert_text(1, "edited_at", NULL);
}

static void what_is_gone_already_needs_no_change(void **state)
{
    (void)state;
    hear(MESSAGE_EDIT, 1, 1000, "nobody said that");
    for (uint64_t seq = 2; seq <= 2 * KEEP; seq++)
        hear(MESSAGE_SAID, seq, 0, "hello");
    hear(MESSAGE_EDIT, 2 * KEEP + 1, 2, "two");
    assert_int_equal(tail.count, KEEP);
    for (size_t i = 0; i + 1 < tail.count; i++)
        assert_text(tail_at(&tail, i)->seq, "body", "hello");
}

#define ANEW(test) cmocka_unit_test_setup_teardown(test, start_anew, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ANEW(an_edit_replaces_the_text),
        ANEW(a_newer_edit_takes_the_text_of_the_older_one),
        ANEW(a_deletion_takes_all_texts),
        ANEW(what_is_deleted_stays_so),
        ANEW(what_is_gone_already_needs_no_change),
    };

    return cmocka_run_group_tests_name("revision", tests, NULL, NULL);
}
