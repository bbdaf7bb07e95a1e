#include "io/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A literal with its length, NULs in it included. */
#define LIT(literal) ((struct span){literal, sizeof(literal) - 1})

#define WITHOUT_CLIENT_ID                           \
    "\"room\":\"lobby\",\"author\":\"Heron-4821\"," \
    "\"by\":\"a17\","                               \
    "\"body\":\"see <http://example.com>\","        \
    "\"sent_at\":\"2026-11-21T09:30:00.123Z\","

static const struct message message = {
    .id = {0x5f0c9a1e, 42},
    .prev_seq = 41,
    .room = {"lobby", 5},
    .author = {"Heron-4821", 10},
    .by = {"a17", 3},
    .body = {"see <http://example.com>", 24},
    .sent_at = {"2026-11-21T09:30:00.123Z", 24},
    .client_id = {"k3", 2},
};

/* --- writing ------------------------------------------------------------- */

static void assert_string(struct span text, const char *expected)
{
    struct buf to = {0};

    buf_add_str(&to, "before:");
    json_add_string(&to, text);
    assert_string_equal(to.data + strlen("before:"), expected);
    assert_int_equal(strlen(to.data), to.len);
    buf_fini(&to);
}

static void a_text_stands_in_quotes(void **state)
{
    (void)state;
    assert_string(LIT("lobby"), "\"lobby\"");
    assert_string(LIT(""), "\"\"");
    assert_string(SPAN_NONE, "\"\"");
    assert_string((struct span){"lobby", 3}, "\"lob\"");
}

static void quotes_and_backslashes_are_escaped(void **state)
{
    (void)state;
    assert_string(LIT("a\"b\\c"), "\"a\\\"b\\\\c\"");
    assert_string(LIT("http://x/"), "\"http://x/\"");
}

static void control_characters_are_escaped(void **state)
{
    (void)state;
    assert_string(LIT("a\nb\tc\r"), "\"a\\nb\\tc\\r\"");
    assert_string(LIT("\0\1\x1f"), "\"\\u0000\\u0001\\u001f\"");
}

static void other_scripts_stay_as_they_are(void **state)
{
    (void)state;
    assert_string(LIT("\u65e5\u672c \U0001F600"),
                  "\"\u65e5\u672c \U0001F600\"");
}

static void the_members_of_a_message_stand_in_this_order(void **state)
{
    struct buf to = {0};

    (void)state;
    json_add_members(&to, &message);
    assert_string_equal(to.data, WITHOUT_CLIENT_ID "\"client_id\":\"k3\"");
    buf_fini(&to);
}

static void a_client_id_that_was_not_sent_is_null(void **state)
{
    struct message anonymous = message;
    struct buf to = {0};

    (void)state;
    anonymous.client_id = SPAN_NONE;
    json_add_members(&to, &anonymous);
    assert_string_equal(to.data, WITHOUT_CLIENT_ID "\"client_id\":null");
    buf_fini(&to);
}

static void a_message_on_the_wire_has_its_id_and_html(void **state)
{
    struct buf html = {0};
    struct buf expected = {0};
    struct buf to = {0};
    size_t plain_len;

    (void)state;
    message_add_html(&html, &message);
    buf_add_str(&expected, "before{\"id\":\"5f0c9a1e-42\"," WITHOUT_CLIENT_ID
                           "\"client_id\":\"k3\",\"html\":");
    json_add_string(&expected, buf_span(&html));
    buf_add_str(&expected, "}");
    buf_add_str(&to, "before");
    json_add_message(&to, &message, &plain_len);
    assert_string_equal(to.data, expected.data);
    buf_fini(&html);
    buf_fini(&expected);
    buf_fini(&to);
}

static void cut_and_closed_it_is_the_message_without_html(void **state)
{
    struct buf to = {0};
    size_t plain_len;

    (void)state;
    buf_add_str(&to, "before");
    json_add_message(&to, &message, &plain_len);
    to.len = strlen("before") + plain_len;
    to.data[to.len] = '\0';
    buf_add_str(&to, "}");
    assert_string_equal(to.data,
                        "before{\"id\":\"5f0c9a1e-42\"," WITHOUT_CLIENT_ID
                        "\"client_id\":\"k3\"}");
    buf_fini(&to);
}

/* --- reading ------------------------------------------------------------- */

static void assert_not_ours(struct span text)
{
    struct json_message parsed;

    assert_false(json_parse_message(&parsed, text));
    assert_null(parsed.object);
}

static void assert_span(struct span actual, struct span expected)
{
    assert_int_equal(actual.at == NULL, expected.at == NULL);
    assert_true(span_equal(actual, expected));
}

/* 'msg' written as append.lua writes it, and read. */
static void assert_comes_back(const struct message *msg)
{
    struct json_message parsed;
    struct buf text = {0};
    char id[CURSOR_TEXT_SIZE];

    cursor_format(id, msg->id);
    buf_addf(&text, "{\"id\":\"%s\",\"prev\":%llu,", id,
             (unsigned long long)msg->prev_seq);
    json_add_members(&text, msg);
    buf_add_str(&text, "}");
    assert_true(json_parse_message(&parsed, buf_span(&text)));
    buf_fini(&text); /* it owns what it needs */
    assert_int_equal(parsed.msg.id.epoch, msg->id.epoch);
    assert_int_equal(parsed.msg.id.seq, msg->id.seq);
    assert_int_equal(parsed.msg.prev_seq, msg->prev_seq);
    assert_span(parsed.msg.room, msg->room);
    assert_span(parsed.msg.author, msg->author);
    assert_span(parsed.msg.by, msg->by);
    assert_span(parsed.msg.body, msg->body);
    assert_span(parsed.msg.sent_at, msg->sent_at);
    assert_span(parsed.msg.client_id, msg->client_id);
    assert_int_equal(parsed.msg.kind, msg->kind);
    assert_true(parsed.msg.of.epoch == msg->of.epoch &&
                parsed.msg.of.seq == msg->of.seq);
    assert_span(parsed.msg.edited_at, msg->edited_at);
    assert_true(parsed.msg.edit.epoch == msg->edit.epoch &&
                parsed.msg.edit.seq == msg->edit.seq);
    assert_span(parsed.msg.deleted_at, msg->deleted_at);
    json_free_message(&parsed);
}

static void a_message_comes_back_from_redis_as_it_was(void **state)
{
    (void)state;
    assert_comes_back(&message);
}

static void so_does_one_without_a_client_id(void **state)
{
    struct message anonymous = message;

    (void)state;
    anonymous.client_id = SPAN_NONE;
    assert_comes_back(&anonymous);
}

static void so_does_one_of_whom_nobody_knew_who_it_is(void **state)
{
    struct message old = message;

    (void)state;
    old.by = SPAN_NONE;
    assert_comes_back(&old);
}

static void so_does_one_that_was_edited_or_deleted(void **state)
{
    struct message edited = message;
    struct message deleted = message;

    (void)state;
    edited.edited_at = LIT("2026-11-21T09:31:00.123Z");
    edited.edit = (struct cursor){0x5f0c9a1e, 44};
    assert_comes_back(&edited);
    deleted.body = LIT("");
    deleted.deleted_at = LIT("2026-11-21T09:31:00.123Z");
    assert_comes_back(&deleted);
}

static void so_does_what_edits_or_deletes(void **state)
{
    struct message revision = message;

    (void)state;
    revision.of = (struct cursor){0x5f0c9a1e, 41};
    revision.kind = MESSAGE_EDIT;
    assert_comes_back(&revision);
    revision.kind = MESSAGE_DELETE;
    revision.body = LIT("");
    assert_comes_back(&revision);
}

static void one_that_was_shown_is_read_as_well(void **state)
{
    struct json_message parsed;
    struct buf shown = {0};
    size_t plain_len;

    (void)state;
    json_add_message(&shown, &message, &plain_len);
    assert_false(json_parse_message(&parsed, buf_span(&shown)));
    assert_true(json_parse_shown(&parsed, buf_span(&shown)));
    buf_fini(&shown);
    assert_int_equal(parsed.msg.id.seq, message.id.seq);
    assert_int_equal(parsed.msg.prev_seq, 0);
    assert_span(parsed.msg.body, message.body);
    json_free_message(&parsed);
}

static void so_does_any_text(void **state)
{
    struct message odd = message;

    (void)state;
    odd.body = LIT("\"\\/ \0\n\t\x7f \u65e5 \U0001F600 }]{[");
    odd.author = LIT("");
    assert_comes_back(&odd);
}

static void so_do_the_largest_numbers_and_the_first_message(void **state)
{
    struct message extreme = message;

    (void)state;
    extreme.id = (struct cursor){UINT64_MAX, CURSOR_SEQ_MAX};
    extreme.prev_seq = CURSOR_SEQ_MAX - 1;
    assert_comes_back(&extreme);
    extreme.id = (struct cursor){1, 1};
    extreme.prev_seq = 0;
    assert_comes_back(&extreme);
}

/* A whole message, taken apart so that a test can spoil one part. */
#define ID      "\"id\":\"5f-42\""
#define PREV    ",\"prev\":41"
#define ROOM    ",\"room\":\"tea\""
#define AUTHOR  ",\"author\":\"Heron\""
#define BODY    ",\"body\":\"hello\""
#define SENT_AT ",\"sent_at\":\"2026-11-21T09:30:00.123Z\""
#define WHOLE   "{" ID PREV ROOM AUTHOR BODY SENT_AT "}"

static void assert_ours(struct span text)
{
    struct json_message parsed;

    assert_true(json_parse_message(&parsed, text));
    json_free_message(&parsed);
}

static void members_we_do_not_know_are_ignored(void **state)
{
    (void)state;
    assert_ours(LIT(WHOLE));
    assert_ours(
        LIT("{" ID PREV ROOM AUTHOR BODY SENT_AT ",\"mood\":[1,{\"a\":2}]}"));
}

static void a_kind_we_do_not_know_is_something_said(void **state)
{
    (void)state;
    assert_ours(
        LIT("{" ID PREV ROOM AUTHOR BODY SENT_AT ",\"kind\":\"song\"}"));
    assert_ours(LIT("{" ID PREV ROOM AUTHOR BODY SENT_AT ",\"kind\":null}"));
}

static void what_does_not_say_what_it_changes_is_not_ours(void **state)
{
    (void)state;
    assert_not_ours(
        LIT("{" ID PREV ROOM AUTHOR BODY SENT_AT ",\"kind\":\"edit\"}"));
    assert_not_ours(LIT("{" ID PREV ROOM AUTHOR BODY SENT_AT
                        ",\"kind\":\"delete\",\"of\":\"41\"}"));
    assert_not_ours(
        LIT("{" ID PREV ROOM AUTHOR BODY SENT_AT
            ",\"edited_at\":\"2026-11-21T09:30:00.123Z\",\"edit\":7}"));
}

static void a_message_without_one_of_its_members_is_not_ours(void **state)
{
    (void)state;
    assert_not_ours(LIT("{\"prev\":41" ROOM AUTHOR BODY SENT_AT "}"));
    assert_not_ours(LIT("{" ID ROOM AUTHOR BODY SENT_AT "}"));
    assert_not_ours(LIT("{" ID PREV AUTHOR BODY SENT_AT "}"));
    assert_not_ours(LIT("{" ID PREV ROOM BODY SENT_AT "}"));
    assert_not_ours(LIT("{" ID PREV ROOM AUTHOR SENT_AT "}"));
    assert_not_ours(LIT("{" ID PREV ROOM AUTHOR BODY "}"));
    assert_not_ours(LIT("{}"));
}

static void a_member_of_another_type_is_not_ours(void **state)
{
    (void)state;
    assert_not_ours(LIT("{\"id\":42" PREV ROOM AUTHOR BODY SENT_AT "}"));
    assert_not_ours(
        LIT("{" ID ",\"prev\":\"41\"" ROOM AUTHOR BODY SENT_AT "}"));
    assert_not_ours(LIT("{" ID ",\"prev\":41.0" ROOM AUTHOR BODY SENT_AT "}"));
    assert_not_ours(LIT("{" ID PREV ROOM AUTHOR ",\"body\":null" SENT_AT "}"));
    assert_not_ours(LIT("{" ID PREV ROOM AUTHOR ",\"body\":[]" SENT_AT "}"));
}

static void a_number_that_is_no_cursor_is_not_ours(void **state)
{
    (void)state;
    assert_not_ours(LIT("{\"id\":\"42\"" PREV ROOM AUTHOR BODY SENT_AT "}"));
    assert_not_ours(LIT("{\"id\":\"5F-42\"" PREV ROOM AUTHOR BODY SENT_AT "}"));
    assert_not_ours(LIT("{\"id\":\"\"" PREV ROOM AUTHOR BODY SENT_AT "}"));
}

static void a_message_does_not_follow_itself(void **state)
{
    (void)state;
    assert_not_ours(LIT("{" ID ",\"prev\":42" ROOM AUTHOR BODY SENT_AT "}"));
    assert_not_ours(LIT("{" ID ",\"prev\":43" ROOM AUTHOR BODY SENT_AT "}"));
    assert_not_ours(
        LIT("{\"id\":\"0-0\",\"prev\":0" ROOM AUTHOR BODY SENT_AT "}"));
    assert_not_ours(
        LIT("{\"id\":\"5f-0\",\"prev\":0" ROOM AUTHOR BODY SENT_AT "}"));
}

static void no_part_of_a_message_is_one(void **state)
{
    (void)state;
    for (size_t len = 0; len < strlen(WHOLE); len++)
        assert_not_ours((struct span){WHOLE, len});
}

static void bytes_behind_a_message_are_not_ours(void **state)
{
    (void)state;
    assert_not_ours(LIT(WHOLE "x"));
    assert_not_ours(LIT(WHOLE "{}"));
    assert_not_ours(LIT(WHOLE ","));
}

static void what_is_no_object_is_not_ours(void **state)
{
    static const char *const texts[] = {
        "",         " ",    "null",           "true", "42",    "42 ",
        "\"text\"", "[]",   "[" WHOLE "]",    "{",    "}",     "{]",
        "{\"id\"}", "\xff", "{'id':'5f-42'}", "{,}",  "hello", NULL,
    };

    (void)state;
    for (size_t i = 0; texts[i] != NULL; i++)
        assert_not_ours(span_of(texts[i]));
    assert_not_ours(LIT("\0"));
    assert_not_ours(LIT("{\0}"));
}

static void what_is_nested_too_deeply_is_not_ours(void **state)
{
    struct buf text = {0};

    (void)state;
    assert_not_ours(
        LIT("{" ID PREV ROOM AUTHOR BODY SENT_AT ",\"deep\":[[[[[[]]]]]]}"));
    buf_add_str(&text, "{" ID PREV ROOM AUTHOR BODY SENT_AT ",\"deep\":");
    for (int i = 0; i < 100000; i++)
        buf_add_char(&text, '[');
    assert_not_ours(buf_span(&text));
    buf_fini(&text);
}

static void a_message_does_not_follow_a_negative_one(void **state)
{
    (void)state;
    assert_not_ours(LIT("{" ID ",\"prev\":-1" ROOM AUTHOR BODY SENT_AT "}"));
}

/* --- objects from outside ------------------------------------------------ */

static void an_object_says_what_it_has(void **state)
{
    struct json_object_text json;
    struct span text = SPAN_NONE;
    bool flag = true;

    (void)state;
    assert_true(json_open(&json, LIT("{\"room\":\"t\\u00e9\\u0000a\","
                                     "\"html\":false,\"n\":7,\"z\":null}")));
    assert_int_equal(json_get_text(&json, "room", &text), JSON_FOUND);
    assert_int_equal(text.len, 5);
    assert_memory_equal(text.at, "t\xc3\xa9\0a", 5);
    assert_int_equal(json_get_bool(&json, "html", &flag), JSON_FOUND);
    assert_false(flag);
    assert_int_equal(json_get_text(&json, "n", &text), JSON_OTHER_TYPE);
    assert_int_equal(json_get_bool(&json, "n", &flag), JSON_OTHER_TYPE);
    assert_int_equal(json_get_text(&json, "z", &text), JSON_MISSING);
    assert_int_equal(json_get_text(&json, "other", &text), JSON_MISSING);
    assert_int_equal(text.len, 5);
    json_close(&json);
}

static void what_is_no_object_is_not_opened(void **state)
{
    static const char *const texts[] = {
        "",
        "x",
        "7",
        "null",
        "[]",
        "\"{}\"",
        "{",
        "{}}",
        "{} {}",

        "{\"a\"}",
        "{\"a\":[[[[[1]]]]]}",
        "{\"a\":\"\xff\"}",
        "\xef\xbb\xbf{}",
    };
    struct json_object_text json;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_false(json_open(&json, span_of(texts[i])));
}

static void one_nested_ten_thousand_deep_is_not_opened(void **state)
{
    struct json_object_text json;
    struct buf text = {0};

    (void)state;
    for (int i = 0; i < 10000; i++)
        buf_add_str(&text, "{\"a\":");
    buf_add_char(&text, '1');
    for (int i = 0; i < 10000; i++)
        buf_add_char(&text, '}');
    assert_false(json_open(&json, buf_span(&text)));
    buf_fini(&text);
}

static bool parse_event(const char *text, struct buf *to)
{
    struct cursor id;
    uint64_t prev;
    const bool ok = json_parse_event(span_of(text), &id, &prev, to);

    if (ok) {
        assert_int_equal(id.epoch, 0x5f);
        assert_int_equal(id.seq, 43);
        assert_int_equal(prev, 42);
    }
    return ok;
}

static void an_event_goes_out_without_prev(void **state)
{
    struct buf to = {0};

    (void)state;
    assert_true(parse_event("{\"id\":\"5f-43\",\"prev\":42,\"sku\":\"cup\","
                            "\"available\":8}",
                            &to));
    assert_string_equal(to.data,
                        "{\"id\":\"5f-43\",\"sku\":\"cup\",\"available\":8}");
    buf_fini(&to);
}

static void what_has_no_place_is_no_event(void **state)
{
    static const char *const bad[] = {
        "",
        "[]",
        "{}",
        "{\"id\":\"5f-43\"}",
        "{\"id\":\"5f-43\",\"prev\":43}",
        "{\"id\":\"5f-43\",\"prev\":-1}",
        "{\"id\":\"5f-43\",\"prev\":\"42\"}",
        "{\"id\":43,\"prev\":42}",
        "{\"id\":\"5f-43\",\"prev\":42",
        "{\"id\":\"5f-43\",\"prev\":42,\"sku\":\"\xff\"}",
    };
    struct buf to = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(parse_event(bad[i], &to));
    assert_int_equal(to.len, 0);
    buf_fini(&to);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_does_not_follow_a_negative_one),
        cmocka_unit_test(a_text_stands_in_quotes),
        cmocka_unit_test(quotes_and_backslashes_are_escaped),
        cmocka_unit_test(control_characters_are_escaped),
        cmocka_unit_test(other_scripts_stay_as_they_are),
        cmocka_unit_test(the_members_of_a_message_stand_in_this_order),
        cmocka_unit_test(a_client_id_that_was_not_sent_is_null),
        cmocka_unit_test(a_message_on_the_wire_has_its_id_and_html),
        cmocka_unit_test(cut_and_closed_it_is_the_message_without_html),
        cmocka_unit_test(a_message_comes_back_from_redis_as_it_was),
        cmocka_unit_test(so_does_one_without_a_client_id),
        cmocka_unit_test(so_does_one_of_whom_nobody_knew_who_it_is),
        cmocka_unit_test(so_does_one_that_was_edited_or_deleted),
        cmocka_unit_test(so_does_what_edits_or_deletes),
        cmocka_unit_test(one_that_was_shown_is_read_as_well),
        cmocka_unit_test(so_does_any_text),
        cmocka_unit_test(so_do_the_largest_numbers_and_the_first_message),
        cmocka_unit_test(members_we_do_not_know_are_ignored),
        cmocka_unit_test(a_kind_we_do_not_know_is_something_said),
        cmocka_unit_test(what_does_not_say_what_it_changes_is_not_ours),
        cmocka_unit_test(a_message_without_one_of_its_members_is_not_ours),
        cmocka_unit_test(a_member_of_another_type_is_not_ours),
        cmocka_unit_test(a_number_that_is_no_cursor_is_not_ours),
        cmocka_unit_test(a_message_does_not_follow_itself),
        cmocka_unit_test(no_part_of_a_message_is_one),
        cmocka_unit_test(bytes_behind_a_message_are_not_ours),
        cmocka_unit_test(what_is_no_object_is_not_ours),
        cmocka_unit_test(what_is_nested_too_deeply_is_not_ours),
        cmocka_unit_test(an_object_says_what_it_has),
        cmocka_unit_test(what_is_no_object_is_not_opened),
        cmocka_unit_test(one_nested_ten_thousand_deep_is_not_opened),
        cmocka_unit_test(an_event_goes_out_without_prev),
        cmocka_unit_test(what_has_no_place_is_no_event),
    };

    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
