/* store_private.h -- what the files of the store share, and nobody else sees. */
#ifndef STORE_PRIVATE_H
#define STORE_PRIVATE_H

#include <stdbool.h>

#include "base/list.h"
#include "base/map.h"
#include "model/room.h"
#include "services/store.h"
#include "services/store_shop.h"

#define PREFIX "holdline:"
/* The longest: a room's name, ":sent:", and a client_id. */
#define KEY_SIZE (sizeof(PREFIX) + ROOM_NAME_MAX + CLIENT_ID_MAX + 32)

/* A number that is a macro, as the text of its digits. */
#define TEXT(number)   DIGITS(number)
#define DIGITS(digits) #digits

struct store {
    struct redis *redis; /* the caller's, outlives us */
    struct store_rules rules;
    store_said_fn *on_said; /* NULL: nobody wants to know */
    void *on_said_arg;
    char replay[24];
    struct map *lines; /* by the room's name: those with posts under way */
};

/* "holdline:{room}", 'suffix' and 'name'; returns it as a span. */
struct span store_room_key(char key[KEY_SIZE], struct span room,
                           const char *suffix, struct span name);

/* In decimal; returns it as a span. */
#define NUMBER_SIZE 24
struct span store_number(char text[NUMBER_SIZE], int64_t value);

/* An error of Redis: logged, and for the caller as good as "away". */
bool store_is_usable(const struct redis_reply *reply);

/* Enough of SHA-256 of what somebody sent to tell a repetition from something
 * else under the same key. */
#define FINGERPRINT_LEN 32
void store_fingerprint(char fingerprint[FINGERPRINT_LEN],
                       const struct message *msg);

/* store_append.c's part of store_cancel. */
struct store_post;
void store_post_cancel(struct store_post *post);

/* And of store_free: Redis was still to answer, and nobody waits for that. */
void store_drop_lines(struct store *store);

/* One of the two is set. */
struct store_call {
    struct redis_command *command; /* redis.c's until its callback */
    struct store_post *post;       /* in its line */
    union {
        store_append_fn *append;
        store_revise_fn *revise;
        store_read_fn *read;
        store_session_fn *session;
        store_list_fn *list;
        store_number_fn *number;
        store_present_fn *present;
        store_shop_fn *shop;
    } on_done;
    void *arg;
};

/* One whose answer is a number, and the redis_reply_fn that tells it. */
struct store_call *store_number_call(store_number_fn *on_done, void *arg);
void store_on_number(void *arg, const struct redis_reply *reply);

#endif
