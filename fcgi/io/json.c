#include "io/json.h"

#include <json-c/json.h>
#include <string.h>

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

void json_add_members(struct buf *to, const struct message *msg)
{
    add_member(to, "room", msg->room);
    buf_add_char(to, ',');
    add_member(to, "author", msg->author);
    buf_add_char(to, ',');
    add_member(to, "by", msg->by);
    buf_add_char(to, ',');
    add_member(to, "body", msg->body);
    buf_add_char(to, ',');
    add_member(to, "sent_at", msg->sent_at);
    buf_add_char(to, ',');
    add_member(to, "client_id", msg->client_id);
}

void json_add_message(struct buf *to, const struct message *msg,
                      size_t *plain_len)
{
    const size_t start = to->len;
    struct buf html = {0};
    char id[CURSOR_TEXT_SIZE];

    buf_add_str(to, "{\"id\":\"");
    buf_add(to, id, cursor_format(id, msg->id));
    buf_add_str(to, "\",");
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

static bool read_message(struct json_object *object, struct message *msg)
{
    if (!read_place(object, &msg->id, &msg->prev_seq))
        return false;
    msg->room = string_member(object, "room");
    msg->author = string_member(object, "author");
    msg->by = string_member(object, "by");
    msg->body = string_member(object, "body");
    msg->sent_at = string_member(object, "sent_at");
    msg->client_id = string_member(object, "client_id");
    return msg->room.at != NULL && msg->author.at != NULL &&
           msg->body.at != NULL && msg->sent_at.at != NULL;
}

bool json_parse_message(struct json_message *parsed, struct span text)
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
