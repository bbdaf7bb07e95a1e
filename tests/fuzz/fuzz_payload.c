/* fuzz_payload.c -- what comes out of Redis: if it is taken for a message, then
 * what clients get of it is JSON, says the same, and shows it as text. */
#include "fuzz.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>

#include "io/json.h"
#include "oracle_html.h"
#include "oracle_utf8.h"

/* The object that 'text' is, by the strictest reading that json-c has and a
 * little more: it lets raw control characters pass, which RFC 8259 does not. */
static struct json_object *read_strictly(struct span text)
{
    struct json_tokener *tokener = json_tokener_new();
    struct json_object *object;
    struct points points;

    MUST(points_read(&points, text));
    points_fini(&points);
    for (size_t i = 0; i < text.len; i++)
        MUST((unsigned char)text.at[i] >= ' ');
    json_tokener_set_flags(tokener,
                           JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    object = json_tokener_parse_ex(tokener, text.at, (int)text.len);
    MUST(json_tokener_get_error(tokener) == json_tokener_success);
    MUST(json_tokener_get_parse_end(tokener) == text.len);
    MUST(json_object_is_type(object, json_type_object));
    json_tokener_free(tokener);
    return object;
}

/* The member, null when it is null; it has to be there. */
static struct span member(struct json_object *object, const char *name)
{
    struct json_object *value;

    MUST(json_object_object_get_ex(object, name, &value));
    if (value == NULL)
        return SPAN_NONE;
    MUST(json_object_is_type(value, json_type_string));
    return (struct span){json_object_get_string(value),
                         (size_t)json_object_get_string_len(value)};
}

static bool is_same(struct span a, struct span b)
{
    return (a.at == NULL) == (b.at == NULL) && span_equal(a, b);
}

static void check_members(struct json_object *object, const struct message *msg)
{
    char id[CURSOR_TEXT_SIZE];

    cursor_format(id, msg->id);
    MUST(span_is(member(object, "id"), id));
    MUST(is_same(member(object, "room"), msg->room));
    MUST(is_same(member(object, "author"), msg->author));
    MUST(is_same(member(object, "by"), msg->by));
    MUST(is_same(member(object, "body"), msg->body));
    MUST(is_same(member(object, "sent_at"), msg->sent_at));
    MUST(is_same(member(object, "client_id"), msg->client_id));
    if (msg->kind != MESSAGE_SAID) {
        cursor_format(id, msg->of);
        MUST(span_is(member(object, "of"), id));
        MUST(span_is(member(object, "kind"),
                     msg->kind == MESSAGE_EDIT ? "edit" : "delete"));
    }
    if (msg->edited_at.at != NULL) {
        cursor_format(id, msg->edit);
        MUST(span_is(member(object, "edit"), id));
        MUST(is_same(member(object, "edited_at"), msg->edited_at));
    }
    if (msg->deleted_at.at != NULL)
        MUST(is_same(member(object, "deleted_at"), msg->deleted_at));
}

/* Without html. */
static int member_count(const struct message *msg)
{
    return 7 + (msg->kind != MESSAGE_SAID ? 2 : 0) +
           (msg->edited_at.at != NULL ? 2 : 0) +
           (msg->deleted_at.at != NULL ? 1 : 0);
}

static void check_html(struct span html, const struct message *msg)
{
    const bool is_deleted = msg->deleted_at.at != NULL;
    struct seen_message seen = {0};
    char id[CURSOR_TEXT_SIZE];

    oracle_read_message(&seen, html);
    cursor_format(id, msg->id);
    MUST(span_is(buf_span(&seen.id), id));
    if (msg->kind != MESSAGE_SAID)
        cursor_format(id, msg->of);
    MUST(span_is(buf_span(&seen.of), msg->kind != MESSAGE_SAID ? id : ""));
    MUST(seen.is_hidden == (msg->kind == MESSAGE_EDIT && is_deleted));
    MUST(seen.has_body == (msg->kind != MESSAGE_DELETE && !is_deleted));
    MUST((seen.mark.len > 0) ==
         (!seen.is_hidden && (msg->kind != MESSAGE_SAID || is_deleted ||
                              msg->edited_at.at != NULL)));
    if (!seen.is_hidden)
        MUST(span_equal(buf_span(&seen.author), msg->author));
    if (seen.has_body) {
        MUST(span_equal(buf_span(&seen.body.text), msg->body));
        oracle_check_links(&seen.body);
    }
    seen_message_fini(&seen);
}

/* What clients get; and cut, what they get who want no html. */
static void check_on_the_wire(const struct message *msg)
{
    struct buf json = {0};
    struct json_object *object;
    size_t plain_len;

    buf_add_char(&json, '|');
    json_add_message(&json, msg, &plain_len);
    object = read_strictly((struct span){json.data + 1, json.len - 1});
    MUST(json_object_object_length(object) == member_count(msg) + 1);
    check_members(object, msg);
    check_html(member(object, "html"), msg);
    json_object_put(object);

    json.len = 1 + plain_len;
    buf_add_char(&json, '}');
    object = read_strictly((struct span){json.data + 1, json.len - 1});
    MUST(json_object_object_length(object) == member_count(msg));
    check_members(object, msg);
    json_object_put(object);
    buf_fini(&json);
}

/* Stored again as append.lua does, it is the same message. */
static void check_in_redis(const struct message *msg)
{
    char id[CURSOR_TEXT_SIZE];
    struct buf json = {0};
    struct json_message again;

    cursor_format(id, msg->id);
    buf_addf(&json, "{\"id\":\"%s\",\"prev\":%" PRIu64 ",", id, msg->prev_seq);
    json_add_members(&json, msg);
    buf_add_char(&json, '}');
    MUST(json_parse_message(&again, buf_span(&json)));
    MUST(again.msg.id.epoch == msg->id.epoch &&
         again.msg.id.seq == msg->id.seq);
    MUST(again.msg.prev_seq == msg->prev_seq);
    MUST(is_same(again.msg.room, msg->room));
    MUST(is_same(again.msg.author, msg->author));
    MUST(is_same(again.msg.by, msg->by));
    MUST(is_same(again.msg.body, msg->body));
    MUST(is_same(again.msg.sent_at, msg->sent_at));
    MUST(is_same(again.msg.client_id, msg->client_id));
    MUST(again.msg.kind == msg->kind);
    MUST(again.msg.of.epoch == msg->of.epoch &&
         again.msg.of.seq == msg->of.seq);
    MUST(is_same(again.msg.edited_at, msg->edited_at));
    MUST(again.msg.edit.epoch == msg->edit.epoch &&
         again.msg.edit.seq == msg->edit.seq);
    MUST(is_same(again.msg.deleted_at, msg->deleted_at));
    json_free_message(&again);
    buf_fini(&json);
}

/* It says what is written there, and not what a conversion made of it. */
static void check_prev(const struct json_message *parsed)
{
    struct json_object *prev;
    char expected[32];

    MUST(json_object_object_get_ex(parsed->object, "prev", &prev));
    snprintf(expected, sizeof(expected), "%" PRIu64, parsed->msg.prev_seq);
    MUST(span_is(span_of(json_object_to_json_string(prev)), expected));
    MUST(parsed->msg.prev_seq < parsed->msg.id.seq);
}

void fuzz_one(struct span input)
{
    struct json_message parsed;

    if (!json_parse_message(&parsed, input)) {
        MUST(parsed.object == NULL);
        return;
    }
    check_prev(&parsed);
    check_on_the_wire(&parsed.msg);
    check_in_redis(&parsed.msg);
    json_free_message(&parsed);
}
