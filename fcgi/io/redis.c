#include "io/redis.h"

#include <errno.h>
#include <hiredis/async.h>
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/dice.h"
#include "base/fatal.h"
#include "base/list.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/span.h"

/* Longer than any pause of a healthy Redis (fork for a rewrite, a slow disk),
 * short enough that a person who pressed "send" still waits. */
#define COMMAND_TIMEOUT_MS 2000
/* A Redis that is back is noticed within a second; one that is away costs a
 * refused connection twice a second. */
#define BACKOFF_MIN_MS 50
#define BACKOFF_MAX_MS 500
#define TICK_MS        200
#define WORDS_MAX      512
#define RUN_ID_MAX     40

enum redis_state {
    REDIS_DOWN,       /* waiting for the next try */
    REDIS_RESOLVING,  /* the name is being looked up */
    REDIS_CONNECTING, /* the connection is being made */
    REDIS_GREETING,   /* it is there, and we introduce ourselves */
    REDIS_UP,
};

struct redis_command {
    struct list_node link; /* in redis->commands, oldest first */
    struct redis *redis;
    redis_reply_fn *on_reply; /* NULL: cancelled */
    void *arg;
    uint64_t deadline_ms;
    const struct redis_script *script; /* NULL unless redis_eval */
    char *bytes; /* ours: the request again, for a script */
    int bytes_len;
};

struct redis {
    struct loop *loop;                   /* the caller's, outlives us */
    const struct redis_address *address; /* the caller's, outlives us */
    const struct redis_events *events;   /* the caller's, outlives us */
    void *arg;
    char *name; /* ours */
    enum redis_state state;
    redisAsyncContext *context; /* hiredis's; NULL when there is none */
    struct loop_watch watch;
    bool is_watched;
    unsigned wanted; /* what hiredis wants to know of its descriptor */
    struct loop_task flush;
    bool is_flushing;
    struct loop_lookup *lookup;
    struct loop_timer *retry;
    struct loop_timer *tick;
    struct list commands; /* sent, waiting for their answers */
    struct list failed;   /* never sent: to be told so by a task */
    struct loop_task tell_failed;
    uint64_t greeting_deadline_ms;
    uint64_t down_since_ms; /* meaningful while not up */
    bool has_told;          /* the log knows that we are down */
    unsigned backoff_ms;
    unsigned tries; /* of a name's addresses, one after the other */
    char run_id[RUN_ID_MAX + 1];
};

static void go_down(struct redis *redis, const char *why);

/* --- hiredis on our loop ------------------------------------------------- */

static void update_watch(struct redis *redis, unsigned wanted)
{
    if (redis->wanted == wanted || !redis->is_watched)
        return;
    redis->wanted = wanted;
    loop_watch_change(redis->loop, &redis->watch, wanted);
}

/* Writes what hiredis has gathered.  What the socket does not take now waits
 * for the descriptor; see add_write. */
static void flush_now(struct redis *redis)
{
    redis->is_flushing = true;
    redisAsyncHandleWrite(redis->context);
    redis->is_flushing = false;
}

static void on_ready(struct loop_watch *watch, unsigned ready)
{
    struct redis *redis = LIST_ITEM(watch, struct redis, watch);

    if (ready & LOOP_READ && redis->wanted & LOOP_READ)
        redisAsyncHandleRead(redis->context);
    /* Reading may have ended the connection. */
    if (redis->context != NULL && ready & LOOP_WRITE &&
        redis->wanted & LOOP_WRITE)
        flush_now(redis);
}

/* Commands of one turn go out together, in one write at its end. */
static void on_flush(struct loop_task *task)
{
    struct redis *redis = LIST_ITEM(task, struct redis, flush);

    if (redis->context != NULL)
        flush_now(redis);
}

static void add_read(void *arg)
{
    struct redis *redis = arg;

    update_watch(redis, redis->wanted | LOOP_READ);
}

static void del_read(void *arg)
{
    struct redis *redis = arg;

    update_watch(redis, redis->wanted & ~(unsigned)LOOP_READ);
}

/* hiredis asks for this with each command, while connecting, and when a write
 * was not complete.  The first is served at the end of the turn, the others
 * when the descriptor is writable. */
static void add_write(void *arg)
{
    struct redis *redis = arg;

    if (redis->state == REDIS_CONNECTING || redis->is_flushing)
        update_watch(redis, redis->wanted | LOOP_WRITE);
    else
        loop_task_start(redis->loop, &redis->flush, on_flush);
}

static void del_write(void *arg)
{
    struct redis *redis = arg;

    update_watch(redis, redis->wanted & ~(unsigned)LOOP_WRITE);
}

static void cleanup(void *arg)
{
    struct redis *redis = arg;

    loop_task_cancel(&redis->flush);
    if (redis->is_watched)
        loop_watch_stop(redis->loop, &redis->watch);
    redis->is_watched = false;
    redis->wanted = 0;
}

static bool attach(struct redis *redis)
{
    redisAsyncContext *c = redis->context;

    if (loop_watch_start(redis->loop, &redis->watch, c->c.fd,
                         LOOP_READ | LOOP_WRITE, on_ready) == -1)
        return false;
    redis->is_watched = true;
    redis->wanted = LOOP_READ | LOOP_WRITE;
    c->ev.addRead = add_read;
    c->ev.delRead = del_read;
    c->ev.addWrite = add_write;
    c->ev.delWrite = del_write;
    c->ev.cleanup = cleanup;
    c->ev.data = redis;
    return true;
}

/* --- commands ------------------------------------------------------------ */

static void command_free(struct redis_command *command)
{
    list_remove(&command->link);
    free(command->bytes); /* hiredis's malloc, not mem_alloc's */
    mem_free(command);
}

static bool is_error(const redisReply *reply, const char *code)
{
    return reply != NULL && reply->type == REDIS_REPLY_ERROR &&
           strncmp(reply->str, code, strlen(code)) == 0;
}

static void on_hiredis_reply(redisAsyncContext *c, void *data, void *arg);

static bool transmit(struct redis_command *command)
{
    struct redis *redis = command->redis;

    if (redis->context == NULL ||
        redisAsyncFormattedCommand(redis->context, on_hiredis_reply, command,
                                   command->bytes,
                                   (size_t)command->bytes_len) != REDIS_OK)
        return false;
    command->deadline_ms = loop_now_ms(redis->loop) + COMMAND_TIMEOUT_MS;
    list_push(&redis->commands, &command->link);
    return true;
}

/* Redis was restarted or told SCRIPT FLUSH.  The load goes ahead of the second
 * try on the same connection, so its answer need not be waited for. */
static bool load_and_repeat(struct redis_command *command)
{
    const struct redis_script *script = command->script;

    list_remove(&command->link);
    command->script = NULL; /* once is enough */
    return redisAsyncCommand(command->redis->context, NULL, NULL,
                             "SCRIPT LOAD %s", script->source) == REDIS_OK &&
           transmit(command);
}

static void on_hiredis_reply(redisAsyncContext *c, void *data, void *arg)
{
    struct redis_command *command = arg;
    struct redis *redis = command->redis;
    const redisReply *reply = data;
    redis_reply_fn *tell = command->on_reply;
    void *tell_arg = command->arg;

    (void)c;
    if (command->script != NULL && is_error(reply, "NOSCRIPT")) {
        if (load_and_repeat(command))
            return;
        reply = NULL;
    }
    command_free(command);
    if (tell != NULL)
        tell(tell_arg, (const struct redis_reply *)reply);
    /* A replica that used to be the master: whoever is it now is found by
     * connecting anew. */
    if (is_error(reply, "READONLY") && redis->state == REDIS_UP)
        go_down(redis, reply->str);
}

static void on_tell_failed(struct loop_task *task)
{
    struct redis *redis = LIST_ITEM(task, struct redis, tell_failed);
    struct list_node *node;

    while ((node = list_pop(&redis->failed)) != NULL) {
        struct redis_command *command =
            LIST_ITEM(node, struct redis_command, link);
        redis_reply_fn *tell = command->on_reply;
        void *arg = command->arg;

        command_free(command);
        if (tell != NULL)
            tell(arg, NULL);
    }
}

static struct redis_command *start(struct redis *redis,
                                   struct redis_words words,
                                   redis_reply_fn *on_reply, void *arg)
{
    struct redis_command *command = mem_alloc(sizeof(*command));
    const char *at[WORDS_MAX];
    size_t lens[WORDS_MAX];

    MUST(words.count <= WORDS_MAX);
    for (size_t i = 0; i < words.count; i++) {
        at[i] = words.at[i].at != NULL ? words.at[i].at : "";
        lens[i] = words.at[i].len;
    }
    command->redis = redis;
    command->on_reply = on_reply;
    command->arg = arg;
    command->bytes_len = (int)redisFormatCommandArgv(
        &command->bytes, (int)words.count, at, lens);
    MUST(command->bytes_len > 0);
    return command;
}

static void send_or_fail(struct redis_command *command)
{
    struct redis *redis = command->redis;

    if (redis->state == REDIS_UP && transmit(command))
        return;
    list_push(&redis->failed, &command->link);
    loop_task_start(redis->loop, &redis->tell_failed, on_tell_failed);
}

struct redis_command *redis_send(struct redis *redis, struct redis_words words,
                                 redis_reply_fn *on_reply, void *arg)
{
    struct redis_command *command = start(redis, words, on_reply, arg);

    send_or_fail(command);
    return command;
}

struct redis_command *redis_eval(struct redis *redis,
                                 const struct redis_script *script,
                                 size_t key_count, struct redis_words words,
                                 redis_reply_fn *on_reply, void *arg)
{
    struct span all[WORDS_MAX];
    struct redis_command *command;
    char count[8];

    MUST(words.count + 3 <= WORDS_MAX);
    snprintf(count, sizeof(count), "%zu", key_count);
    all[0] = span_of("EVALSHA");
    all[1] = span_of(script->sha);
    all[2] = span_of(count);
    memcpy(all + 3, words.at, words.count * sizeof(*words.at));
    command =
        start(redis, (struct redis_words){all, words.count + 3}, on_reply, arg);
    command->script = script;
    send_or_fail(command);
    return command;
}

void redis_cancel(struct redis_command *command)
{
    command->on_reply = NULL;
}

/* --- what Redis says unasked --------------------------------------------- */

static struct span text_of(const redisReply *reply)
{
    if (reply->type != REDIS_REPLY_STRING)
        return SPAN_NONE;
    return (struct span){reply->str, (size_t)reply->len};
}

static void on_push(redisAsyncContext *c, void *data, void *arg)
{
    struct redis *redis = arg;
    const redisReply *reply = data;

    (void)c;
    /* NULL: the connection has ended, which is told in another way.  An error:
     * we may not subscribe, which no second try would change. */
    if (reply == NULL)
        return;
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements < 3) {
        go_down(redis,
                reply->type == REDIS_REPLY_ERROR ? reply->str : "not a push");
        return;
    }
    redis->events->on_push(redis->arg, text_of(reply->element[0]),
                           text_of(reply->element[1]),
                           text_of(reply->element[2]));
}

void redis_push_command(struct redis *redis, const char *verb,
                        struct span channel)
{
    if (redis->state == REDIS_UP)
        redisAsyncCommand(redis->context, on_push, redis, "%s %b", verb,
                          channel.at, channel.len);
}

/* --- coming up ----------------------------------------------------------- */

static void on_greeting(void *arg, const struct redis_reply *reply)
{
    struct redis *redis = arg;

    if (reply == NULL || redis->state != REDIS_GREETING)
        return;
    if (redis_reply_kind(reply) == REDIS_ERROR)
        go_down(redis, redis_reply_text(reply).at);
}

/* A field of INFO's answer, up to the end of its line; SPAN_NONE when it is not
 * there. */
static struct span info_field(const struct redis_reply *reply, const char *name)
{
    struct span info = redis_reply_text(reply);
    const char *at = info.at != NULL ? strstr(info.at, name) : NULL;

    if (at == NULL)
        return SPAN_NONE;
    at += strlen(name);
    return (struct span){at, strcspn(at, "\r\n")};
}

/* Reads the append-only file: it would refuse everything. */
static void on_info_persistence(void *arg, const struct redis_reply *reply)
{
    struct redis *redis = arg;

    on_greeting(redis, reply);
    if (reply != NULL && redis->state == REDIS_GREETING &&
        span_is(info_field(reply, "loading:"), "1"))
        go_down(redis, "it is loading its file");
}

static void on_info_server(void *arg, const struct redis_reply *reply)
{
    struct redis *redis = arg;
    struct span run_id;

    on_greeting(redis, reply);
    if (reply == NULL || redis->state != REDIS_GREETING)
        return;
    run_id = info_field(reply, "run_id:");
    snprintf(redis->run_id, sizeof(redis->run_id), "%.*s", (int)run_id.len,
             run_id.at != NULL ? run_id.at : "");
    redis->state = REDIS_UP;
    redis->backoff_ms = BACKOFF_MIN_MS;
    log_info(
        "redis_up", "connection=%s after_ms=%llu", redis->name,
        (unsigned long long)(loop_now_ms(redis->loop) - redis->down_since_ms));
    redis->has_told = false;
    redis->events->on_up(redis->arg);
}

/* A command of the greeting; others have to wait until it is over. */
static void introduce(struct redis *redis, redis_reply_fn *on_reply,
                      struct redis_words words)
{
    struct redis_command *command = start(redis, words, on_reply, redis);

    if (!transmit(command))
        command_free(command);
}

static void authenticate(struct redis *redis)
{
    const struct redis_address *to = redis->address;

    if (to->user != NULL)
        introduce(redis, on_greeting,
                  REDIS_WORDS(span_of("AUTH"), span_of(to->user),
                              span_of(to->password)));
    else
        introduce(redis, on_greeting,
                  REDIS_WORDS(span_of("AUTH"), span_of(to->password)));
}

static void greet(struct redis *redis)
{
    char database[12];

    redis->state = REDIS_GREETING;
    redis->greeting_deadline_ms = loop_now_ms(redis->loop) + COMMAND_TIMEOUT_MS;
    if (redis->address->password != NULL)
        authenticate(redis);
    snprintf(database, sizeof(database), "%d", redis->address->database);
    if (redis->address->database != 0)
        introduce(redis, on_greeting,
                  REDIS_WORDS(span_of("SELECT"), span_of(database)));
    introduce(redis, on_greeting,
              REDIS_WORDS(span_of("CLIENT"), span_of("SETNAME"),
                          span_of(redis->name)));
    introduce(redis, on_info_persistence,
              REDIS_WORDS(span_of("INFO"), span_of("persistence")));
    introduce(redis, on_info_server,
              REDIS_WORDS(span_of("INFO"), span_of("server")));
}

static void on_connect(const redisAsyncContext *c, int status)
{
    struct redis *redis = c->ev.data;

    if (status == REDIS_OK) {
        greet(redis);
        return;
    }
    redis->context = NULL; /* hiredis frees it after this */
    go_down(redis, c->errstr);
}

static void on_disconnect(const redisAsyncContext *c, int status)
{
    struct redis *redis = c->ev.data;

    (void)status;
    if (redis->context != c)
        return; /* it was our own wish */
    redis->context = NULL;
    go_down(redis, *c->errstr != '\0' ? c->errstr : "closed");
}

static void connect_now(struct redis *redis, const char *host)
{
    const struct redis_address *to = redis->address;

    redis->state = REDIS_CONNECTING;
    redis->greeting_deadline_ms = loop_now_ms(redis->loop) + COMMAND_TIMEOUT_MS;
    redis->context = to->path != NULL ? redisAsyncConnectUnix(to->path)
                                      : redisAsyncConnect(host, to->port);
    MUST(redis->context != NULL);
    if (redis->context->err != 0 || !attach(redis)) {
        go_down(redis, redis->context->errstr);
        return;
    }
    redisAsyncSetConnectCallback(redis->context, on_connect);
    redisAsyncSetDisconnectCallback(redis->context, on_disconnect);
}

static void on_found(void *arg, const char *address, const char *error)
{
    struct redis *redis = arg;

    redis->lookup = NULL;
    if (address != NULL)
        connect_now(redis, address);
    else
        go_down(redis, error);
}

static void on_retry(void *arg)
{
    struct redis *redis = arg;

    if (redis->address->path != NULL) {
        connect_now(redis, NULL);
        return;
    }
    /* Looked up for each connection: the name may have moved. */
    redis->state = REDIS_RESOLVING;
    redis->lookup = loop_lookup_start(redis->loop, redis->address->host,
                                      redis->tries++, on_found, redis);
}

/* --- going down ---------------------------------------------------------- */

/* Half of it certain, half at random, so that the workers of a host do not
 * knock in step. */
static uint64_t next_backoff_ms(struct redis *redis)
{
    uint64_t ms = redis->backoff_ms;

    redis->backoff_ms = redis->backoff_ms * 2 < BACKOFF_MAX_MS
                            ? redis->backoff_ms * 2
                            : BACKOFF_MAX_MS;
    return ms / 2 + dice_roll_below(ms / 2 + 1);
}

/* Ends the connection, if there is one, and plans the next.  The failure is
 * logged when it starts, not with each try. */
static void go_down(struct redis *redis, const char *why)
{
    redisAsyncContext *c = redis->context;
    const bool was_up = redis->state == REDIS_UP;

    if (was_up)
        redis->down_since_ms = loop_now_ms(redis->loop);
    if (!redis->has_told) {
        log_warn("redis_down", "connection=%s error=%s", redis->name,
                 log_quote(span_of(why)));
        redis->has_told = true;
    }
    redis->state = REDIS_DOWN;
    redis->run_id[0] = '\0';
    redis->context = NULL;
    loop_timer_start(redis->retry, next_backoff_ms(redis), 0);
    if (was_up)
        redis->events->on_down(redis->arg);
    /* Last: it calls back every command under way. */
    if (c != NULL)
        redisAsyncFree(c);
}

static void on_tick(void *arg)
{
    struct redis *redis = arg;
    const uint64_t now = loop_now_ms(redis->loop);
    struct list_node *node = list_first(&redis->commands);

    if (redis->state == REDIS_UP && node != NULL &&
        LIST_ITEM(node, struct redis_command, link)->deadline_ms < now)
        go_down(redis, "a command was not answered in time");
    else if ((redis->state == REDIS_CONNECTING ||
              redis->state == REDIS_GREETING) &&
             redis->greeting_deadline_ms < now)
        go_down(redis, "no greeting in time");
}

void redis_reconnect(struct redis *redis, const char *why)
{
    if (redis->state == REDIS_UP)
        go_down(redis, why);
}

/* --- birth and death ----------------------------------------------------- */

struct redis *redis_new(struct loop *loop, const struct redis_address *address,
                        const char *name, const struct redis_events *events,
                        void *arg)
{
    struct redis *redis = mem_alloc(sizeof(*redis));

    redis->loop = loop;
    redis->address = address;
    redis->events = events;
    redis->arg = arg;
    redis->name = mem_copy_str(name);
    redis->state = REDIS_DOWN;
    redis->down_since_ms = loop_now_ms(loop);
    redis->backoff_ms = BACKOFF_MIN_MS;
    list_init(&redis->commands);
    list_init(&redis->failed);
    redis->retry = loop_timer_new(loop, on_retry, redis);
    redis->tick = loop_timer_new(loop, on_tick, redis);
    loop_timer_start(redis->retry, 0, 0);
    loop_timer_start(redis->tick, TICK_MS, TICK_MS);
    return redis;
}

static void cancel_all(struct list *commands)
{
    LIST_FOREACH(node, commands)
        redis_cancel(LIST_ITEM(node, struct redis_command, link));
}

void redis_free(struct redis *redis)
{
    redisAsyncContext *c;

    if (redis == NULL)
        return;
    cancel_all(&redis->commands);
    cancel_all(&redis->failed);
    on_tell_failed(&redis->tell_failed);
    loop_task_cancel(&redis->tell_failed);
    if (redis->lookup != NULL)
        loop_lookup_cancel(redis->lookup);
    c = redis->context;
    redis->context = NULL;
    redis->state = REDIS_DOWN;
    if (c != NULL)
        redisAsyncFree(c);
    loop_timer_free(redis->retry);
    loop_timer_free(redis->tick);
    mem_free(redis->name);
    mem_free(redis);
}

bool redis_is_up(const struct redis *redis)
{
    return redis->state == REDIS_UP;
}

const char *redis_run_id(const struct redis *redis)
{
    return redis->run_id;
}

/* --- replies ------------------------------------------------------------- */

static const redisReply *hiredis_reply(const struct redis_reply *reply)
{
    return (const redisReply *)reply;
}

enum redis_kind redis_reply_kind(const struct redis_reply *reply)
{
    switch (hiredis_reply(reply)->type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
        return REDIS_TEXT;
    case REDIS_REPLY_INTEGER:
        return REDIS_NUMBER;
    case REDIS_REPLY_ARRAY:
        return REDIS_LIST;
    case REDIS_REPLY_NIL:
        return REDIS_NIL;
    default:
        return REDIS_ERROR;
    }
}

struct span redis_reply_text(const struct redis_reply *reply)
{
    const redisReply *r = hiredis_reply(reply);

    if (r->type != REDIS_REPLY_STRING && r->type != REDIS_REPLY_STATUS &&
        r->type != REDIS_REPLY_ERROR)
        return SPAN_NONE;
    return (struct span){r->str, (size_t)r->len};
}

int64_t redis_reply_number(const struct redis_reply *reply)
{
    const redisReply *r = hiredis_reply(reply);

    return r->type == REDIS_REPLY_INTEGER ? r->integer : 0;
}

size_t redis_reply_count(const struct redis_reply *reply)
{
    const redisReply *r = hiredis_reply(reply);

    return r->type == REDIS_REPLY_ARRAY ? r->elements : 0;
}

const struct redis_reply *redis_reply_at(const struct redis_reply *reply,
                                         size_t index)
{
    MUST(index < redis_reply_count(reply));
    return (const struct redis_reply *)hiredis_reply(reply)->element[index];
}
