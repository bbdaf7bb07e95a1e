#include "io/json.h"

#include <json-c/json.h>

#include "base/fatal.h"
#include "base/text.h"

/* Messages are flat objects. */
#define DEPTH_MAX 4

/* What stands for 'c' in a string (RFC 8259, section 7), NULL: itself. */
static const char *escape_of(unsigned char c)
{
    switch (c) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\b':
        return "\\b";
    case '\f':
        return "\\f";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    default:
        return NULL;
    }
}

/* By hand: a string by way of json-c's objects costs four allocations, and a
 * post writes a dozen strings. */
void json_add_string(struct buf *to, struct span text)
{
    size_t done = 0;

    buf_add_char(to, '"');
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char c = (unsigned char)text.at[i];
        const char *escape;

        if (c >= ' ' && c != '"' && c != '\\')
            continue;
        escape = escape_of(c);
        buf_add(to, text.at + done, i - done);
        if (escape != NULL)
            buf_add_str(to, escape);
        else
            buf_addf(to, "\\u%04x", c);
        done = i + 1;
    }
    buf_add(to, text.at + done, text.len - done);
    buf_add_char(to, '"');
}

static void add_member(struct buf *to, const char *name, struct span value)
{
    buf_add_char(to, '"');
    buf_add_str(to, name);
    buf_add_str(to, "\":");
    if (value.at != NULL)
        json_add_string(to, value);
    else
        buf_add_str(to, "null");
}

static const char *const kinds[] = {
    [MESSAGE_SAID] = "",
    [MESSAGE_EDIT] = "edit",
    [MESSAGE_DELETE] = "delete",
};

static void add_id(struct buf *to, const char *name, struct cursor id)
{
    char text[CURSOR_TEXT_SIZE];
    const size_t len = cursor_format(text, id);

    add_member(to, name, (struct span){text, len});
    buf_add_char(to, ',');
}

/* What few messages have: each with the comma behind it. */
static void add_changes(struct buf *to, const struct message *msg)
{
    if (msg->edited_at.at != NULL) {
        add_member(to, "edited_at", msg->edited_at);
        buf_add_char(to, ',');
        add_id(to, "edit", msg->edit);
    }
    if (msg->deleted_at.at != NULL) {
        add_member(to, "deleted_at", msg->deleted_at);
        buf_add_char(to, ',');
    }
}

void json_add_members(struct buf *to, const struct message *msg)
{
    add_member(to, "room", msg->room);
    buf_add_char(to, ',');
    add_member(to, "author", msg->author);
    buf_add_char(to, ',');
    add_member(to, "by", msg->by);
    buf_add_char(to, ',');
    if (msg->kind != MESSAGE_SAID) {
        add_member(to, "kind", span_of(kinds[msg->kind]));
        buf_add_char(to, ',');
        add_id(to, "of", msg->of);
    }
    add_member(to, "body", msg->body);
    buf_add_char(to, ',');
    add_member(to, "sent_at", msg->sent_at);
    buf_add_char(to, ',');
    add_changes(to, msg);
    add_member(to, "client_id", msg->client_id);
}

void json_add_message(struct buf *to, const struct message *msg,
                      size_t *plain_len)
{
    const size_t start = to->len;
    struct buf html = {0};

    buf_add_char(to, '{');
    add_id(to, "id", msg->id);
    json_add_members(to, msg);
    *plain_len = to->len - start;
    buf_add_char(to, ',');
    message_add_html(&html, msg);
    add_member(to, "html", buf_span(&html));
    buf_add_char(to, '}');
    buf_fini(&html);
}

/* The string member 'name', SPAN_NONE when it is missing or something else. */
static struct span string_member(struct json_object *object, const char *name)
{
    struct json_object *value;

    if (!json_object_object_get_ex(object, name, &value) ||
        !json_object_is_type(value, json_type_string))
        return SPAN_NONE;
    return (struct span){json_object_get_string(value),
                         (size_t)json_object_get_string_len(value)};
}

static struct json_object *parse_object(struct span text)
{
    struct json_tokener *tokener = json_tokener_new_ex(DEPTH_MAX);
    struct json_object *object;

    MUST(tokener != NULL);
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
    object = json_tokener_parse_ex(tokener, text.at, (int)text.len);
    json_tokener_free(tokener);
    if (object != NULL && !json_object_is_type(object, json_type_object)) {
        json_object_put(object);
        return NULL;
    }
    return object;
}

static bool read_place(struct json_object *object, struct cursor *id,
                       uint64_t *prev_seq)
{
    struct json_object *prev;

    if (!cursor_parse(string_member(object, "id"), id) ||
        !json_object_object_get_ex(object, "prev", &prev) ||
        !json_object_is_type(prev, json_type_int) ||
        json_object_get_int64(prev) < 0)
        return false;
    *prev_seq = json_object_get_uint64(prev);
    return *prev_seq < id->seq;
}

/* A kind that we do not know is something that somebody said. */
static bool read_kind(struct json_object *object, struct message *msg)
{
    const struct span kind = string_member(object, "kind");

    if (kind.at != NULL && span_is(kind, kinds[MESSAGE_EDIT]))
        msg->kind = MESSAGE_EDIT;
    else if (kind.at != NULL && span_is(kind, kinds[MESSAGE_DELETE]))
        msg->kind = MESSAGE_DELETE;
    return msg->kind == MESSAGE_SAID ||
           cursor_parse(string_member(object, "of"), &msg->of);
}

static bool read_changes(struct json_object *object, struct message *msg)
{
    msg->edited_at = string_member(object, "edited_at");
    msg->deleted_at = string_member(object, "deleted_at");
    return msg->edited_at.at == NULL ||
           cursor_parse(string_member(object, "edit"), &msg->edit);
}

static bool read_message(struct json_object *object, struct message *msg)
{
    if (!cursor_parse(string_member(object, "id"), &msg->id))
        return false;
    msg->room = string_member(object, "room");
    msg->author = string_member(object, "author");
    msg->by = string_member(object, "by");
    msg->body = string_member(object, "body");
    msg->sent_at = string_member(object, "sent_at");
    msg->client_id = string_member(object, "client_id");
    return msg->room.at != NULL && msg->author.at != NULL &&
           msg->body.at != NULL && msg->sent_at.at != NULL &&
           read_kind(object, msg) && read_changes(object, msg);
}

bool json_parse_shown(struct json_message *parsed, struct span text)
{
    struct json_object *object;

    *parsed = (struct json_message){0};
    /* json-c hands on bytes as they are, and its own check lets surrogates
     * and overlong forms pass. */
    if (!text_is_utf8(text))
        return false;
    object = parse_object(text);
    if (object == NULL)
        return false;
    if (!read_message(object, &parsed->msg)) {
        json_object_put(object);
        return false;
    }
    parsed->object = object;
    return true;
}

bool json_parse_message(struct json_message *parsed, struct span text)
{
    struct message *msg = &parsed->msg;

    if (!json_parse_shown(parsed, text))
        return false;
    if (read_place(parsed->object, &msg->id, &msg->prev_seq))
        return true;
    json_free_message(parsed);
    return false;
}

void json_free_message(struct json_message *parsed)
{
    json_object_put(parsed->object);
    parsed->object = NULL;
}

bool json_parse_event(struct span text, struct cursor *id, uint64_t *prev_seq,
                      struct buf *to)
{
    struct json_object *object = text_is_utf8(text) ? parse_object(text) : NULL;
    const bool ok = object != NULL && read_place(object, id, prev_seq);

    if (ok) {
        json_object_object_del(object, "prev");
        buf_add_str(
            to, json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN));
    }
    json_object_put(object);
    return ok;
}

/* --- objects from outside ------------------------------------------------ */

bool json_open(struct json_object_text *json, struct span text)
{
    json->object = text_is_utf8(text) ? parse_object(text) : NULL;
    return json->object != NULL;
}

void json_close(struct json_object_text *json)
{
    json_object_put(json->object);
    json->object = NULL;
}

static enum json_member get_member(const struct json_object_text *json,
                                   const char *name, enum json_type type,
                                   struct json_object **value)
{
    if (!json_object_object_get_ex(json->object, name, value) || *value == NULL)
        return JSON_MISSING;
    return json_object_is_type(*value, type) ? JSON_FOUND : JSON_OTHER_TYPE;
}

enum json_member json_get_text(const struct json_object_text *json,
                               const char *name, struct span *value)
{
    struct json_object *member;
    enum json_member result = get_member(json, name, json_type_string, &member);

    if (result == JSON_FOUND)
        *value = (struct span){json_object_get_string(member),
                               (size_t)json_object_get_string_len(member)};
    return result;
}

enum json_member json_get_bool(const struct json_object_text *json,
                               const char *name, bool *value)
{
    struct json_object *member;
    enum json_member result =
        get_member(json, name, json_type_boolean, &member);

    if (result == JSON_FOUND)
        *value = json_object_get_boolean(member);
    return result;
}
