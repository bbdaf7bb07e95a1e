/* json.h -- messages as JSON and back (json-c).
 *
 * In Redis and on the wire a message is the same object, with two differences:
 * in Redis it has "prev", the seq of the message before it; on the wire it has
 * "html" instead. */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "model/message.h"

/* Appends 'text' as a JSON string with its quotes. */
void json_add_string(struct buf *to, struct span text);

/* Appends what of a message is known before it has a place in its room, as the
 * members of an object, without braces:
 *
 *     "room":"lobby","author":"...","by":"a17","body":"...",
 *     "sent_at":"...","client_id":null
 *
 * An edit or deletion has "kind":"edit" or "delete" and "of":"5f-42" behind
 * "by"; what was edited has "edited_at" and "edit":"5f-44", and what has lost its
 * text "deleted_at", behind "sent_at". */
void json_add_members(struct buf *to, const struct message *msg);

/* Appends the message as clients get it, and says in '*plain_len' where (from
 * where 'to' was) it can be cut and closed to leave html out; see tail.h. */
void json_add_message(struct buf *to, const struct message *msg,
                      size_t *plain_len);

/* A message out of Redis.  Owns what its spans point into. */
struct json_message {
    struct message msg;
    void *object; /* json-c's */
};

/* False when it is not a message of ours; nothing is to be freed then. */
bool json_parse_message(struct json_message *parsed, struct span text);

/* The same of one as clients get it; its prev_seq is 0. */
bool json_parse_shown(struct json_message *parsed, struct span text);
void json_free_message(struct json_message *parsed);

/* An event of a feed that is no room's: an object with "id" and "prev", like a
 * message, and whatever else.  Appends it as readers get it, without "prev".
 * False, and nothing is appended, when it is none. */
bool json_parse_event(struct span text, struct cursor *id, uint64_t *prev_seq,
                      struct buf *to);

/* --- objects from outside ------------------------------------------------ */

/* One JSON object that a client sent.  Owns what its spans point into. */
struct json_object_text {
    void *object; /* json-c's */
};

/* False when 'text' is not exactly one JSON object, or one in which things are
 * nested deeper than a client of ours has a reason for: then it has no members,
 * and need not be closed. */
bool json_open(struct json_object_text *json, struct span text);
void json_close(struct json_object_text *json);

enum json_member { JSON_FOUND, JSON_MISSING, JSON_OTHER_TYPE };

/* The member 'name', null being as good as missing.  '*value' is set when it is
 * found, and is lent until json_close. */
enum json_member json_get_text(const struct json_object_text *json,
                               const char *name, struct span *value);
enum json_member json_get_bool(const struct json_object_text *json,
                               const char *name, bool *value);

#endif
