/* redis.h -- a connection to Redis that comes back by itself (hiredis).
 *
 *     DOWN --> RESOLVING --> CONNECTING --> GREETING --> UP
 *       ^                                                 |
 *       +------- anything goes wrong: wait, try again ----+
 *
 * GREETING is AUTH, SELECT, a name for CLIENT LIST, and INFO: whether Redis is
 * still loading its file, and its run id.  A connection talks to one Redis
 * process, so as long as it is up, the run id tells that process from the one
 * before a restart.  (No PING: a Redis whose disk is full refuses that, and can
 * still be read from.)
 *
 * A command has COMMAND_TIMEOUT_MS to be answered.  One that is late takes the
 * connection down, and every other command with it: answers come in order, so
 * what is behind is late too.
 *
 * Callbacks never run inside the call that starts the command, also when the
 * connection is down. */
#ifndef REDIS_H
#define REDIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "io/loop.h"

struct redis;
struct redis_command;
struct redis_reply; /* hiredis's redisReply, lent during the callback */

/* Where Redis is.  All strings are the owner's and outlive the connection. */
struct redis_address {
    char *host; /* or NULL: 'path' is a unix socket */
    int port;
    char *path;
    char *user;     /* NULL: the default user */
    char *password; /* NULL: none asked for */
    int database;
};

struct redis_events {
    void (*on_up)(void *arg);
    void (*on_down)(void *arg);
    /* What Redis says unasked, and its answers to redis_push_command: 'kind'
     * is "message", "subscribe" or "unsubscribe".  'payload' is SPAN_NONE but
     * for messages. */
    void (*on_push)(void *arg, struct span kind, struct span channel,
                    struct span payload);
};

/* Starts connecting.  'address' and 'events' outlive the connection; 'name' is
 * for the log and CLIENT LIST, and is copied. */
struct redis *redis_new(struct loop *loop, const struct redis_address *address,
                        const char *name, const struct redis_events *events,
                        void *arg);

/* Commands under way end without a callback. */
void redis_free(struct redis *redis); /* NULL is fine */

bool redis_is_up(const struct redis *redis);

/* The run id of the Redis process at the other end; "" while not up. */
const char *redis_run_id(const struct redis *redis);

/* Gives the connection up and makes a new one: for somebody who noticed that
 * it is alive but deaf. */
void redis_reconnect(struct redis *redis, const char *why);

/* --- commands ------------------------------------------------------------ */

/* 'reply' is NULL when there was none: the connection was or went down.  The
 * command may have been carried out or not. */
typedef void redis_reply_fn(void *arg, const struct redis_reply *reply);

/* The words of a command; lent during the call. */
struct redis_words {
    const struct span *at;
    size_t count;
};

/* {WORD, ...} of spans, or the array that they are in. */
#define REDIS_WORDS(...)                                               \
    ((struct redis_words){(const struct span[]){__VA_ARGS__},          \
                          sizeof((const struct span[]){__VA_ARGS__}) / \
                              sizeof(struct span)})

/* Sends a command.  The result is for redis_cancel, and dead once on_reply has
 * begun. */
struct redis_command *redis_send(struct redis *redis, struct redis_words words,
                                 redis_reply_fn *on_reply, void *arg);

/* A Lua script, a constant of the program; the Makefile makes one of each
 * services/NAME.lua, as NAME_script in "NAME.lua.h". */
struct redis_script {
    const char *sha; /* SHA-1 of the source in hexadecimal */
    const char *source;
};

/* Runs a script by its hash.  'words' begin with the 'key_count' keys.  Where
 * Redis does not know the script (any more), it is loaded and run again. */
struct redis_command *redis_eval(struct redis *redis,
                                 const struct redis_script *script,
                                 size_t key_count, struct redis_words words,
                                 redis_reply_fn *on_reply, void *arg);

/* on_reply will not run.  Redis may carry the command out all the same. */
void redis_cancel(struct redis_command *command);

/* SUBSCRIBE and UNSUBSCRIBE; answered by on_push.  A connection that has
 * subscribed can do nothing else. */
void redis_push_command(struct redis *redis, const char *verb,
                        struct span channel);

/* --- replies ------------------------------------------------------------- */

enum redis_kind {
    REDIS_NIL,
    REDIS_TEXT,
    REDIS_NUMBER,
    REDIS_LIST,
    REDIS_ERROR
};

enum redis_kind redis_reply_kind(const struct redis_reply *reply);
struct span redis_reply_text(const struct redis_reply *reply); /* and errors */
int64_t redis_reply_number(const struct redis_reply *reply);
size_t redis_reply_count(const struct redis_reply *reply);
const struct redis_reply *redis_reply_at(const struct redis_reply *reply,
                                         size_t index);

#endif
