/* store_append.c -- posts on their way into Redis (store.h).
 *
 * A room's posts stand in a line:
 *
 *     waiting, waiting, waiting --when the batch is back--> sent together
 *
 * One batch of a room is under way at a time, and whoever comes meanwhile goes
 * with the next one.  So a post that is alone goes at once, and under load one
 * call of the script, one write to the file of Redis and one answer serve as
 * many as came while the last one was under way. */
#include "services/store_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "append.lua.h"
#include "base/dice.h"
#include "base/fatal.h"
#include "base/mem.h"
#include "io/json.h"

/* Redis does nothing else meanwhile: about half a millisecond. */
#define BATCH_MAX 64
/* The words of a batch: those of the room, and those of each post. */
#define ROOM_KEYS  2
#define ROOM_WORDS 6

/* The posts of one room.  There is one while there are any. */
struct line {
    struct store *store;
    struct list waiting;
    struct list sent; /* in the order of the script's results */
    size_t room_len;
    char room[]; /* 'room_len' bytes */
};

struct store_post {
    struct list_node link;   /* in its line */
    struct store_call *call; /* NULL: cancelled; it is sent all the same */
    char fingerprint[FINGERPRINT_LEN];
    char *members; /* ours */
    size_t members_len;
    size_t once_len;
    char once[]; /* 'once_len' bytes */
};

static void send_batch(struct line *line);

static struct span line_room(const struct line *line)
{
    return (struct span){line->room, line->room_len};
}

static struct line *line_of(struct store *store, struct span room)
{
    struct line *line = map_get(store->lines, room);

    if (line != NULL)
        return line;
    line = mem_alloc(sizeof(*line) + room.len);
    line->store = store;
    list_init(&line->waiting);
    list_init(&line->sent);
    line->room_len = room.len;
    memcpy(line->room, room.at, room.len);
    map_set(store->lines, room, line);
    return line;
}

static void line_free(struct line *line)
{
    map_remove(line->store->lines, line_room(line));
    mem_free(line);
}

void store_post_cancel(struct store_post *post)
{
    post->call = NULL;
}

static void drop_posts(struct list *posts)
{
    struct list_node *node;

    while ((node = list_pop(posts)) != NULL) {
        struct store_post *post = LIST_ITEM(node, struct store_post, link);

        MUST(post->call == NULL);
        mem_free(post->members);
        mem_free(post);
    }
}

static void line_drop(struct span room, void *value, void *arg)
{
    struct line *line = value;

    (void)room;
    (void)arg;
    drop_posts(&line->sent);
    drop_posts(&line->waiting);
    line_free(line);
}

void store_drop_lines(struct store *store)
{
    map_each(store->lines, line_drop, NULL);
}

/* --- the answer ---------------------------------------------------------- */

/* What the script says of one post: {"new", id} and so on.  'reply' is NULL
 * when it said nothing. */
static void tell(struct store_call *call, const struct redis_reply *reply)
{
    store_append_fn *on_done = call->on_done.append;
    void *arg = call->arg;
    struct cursor id = CURSOR_START;
    struct span what = SPAN_NONE;
    struct span value = SPAN_NONE;

    mem_free(call);
    if (reply != NULL && redis_reply_count(reply) > 0)
        what = redis_reply_text(redis_reply_at(reply, 0));
    if (reply != NULL && redis_reply_count(reply) > 1)
        value = redis_reply_text(redis_reply_at(reply, 1));
    if (span_is(what, "repeated"))
        on_done(arg, STORE_OK, id, value);
    else if (span_is(what, "new") && cursor_parse(value, &id))
        on_done(arg, STORE_OK, id, SPAN_NONE);
    else if (span_is(what, "reused"))
        on_done(arg, STORE_REUSED, id, SPAN_NONE);
    else
        on_done(arg, STORE_UNAVAILABLE, id, SPAN_NONE);
}

static void finish(struct store_post *post, const struct redis_reply *reply)
{
    struct store_call *call = post->call;

    mem_free(post->members);
    mem_free(post);
    if (call != NULL)
        tell(call, reply);
}

static void finish_all(struct list *posts, const struct redis_reply *reply)
{
    struct list_node *node;

    for (size_t i = 0; (node = list_pop(posts)) != NULL; i++)
        finish(LIST_ITEM(node, struct store_post, link),
               reply != NULL && i < redis_reply_count(reply)
                   ? redis_reply_at(reply, i)
                   : NULL);
}

static void on_batch(void *arg, const struct redis_reply *reply)
{
    struct line *line = arg;
    struct list answered;

    list_init(&answered);
    list_move_all(&answered, &line->sent);
    if (!store_is_usable(reply)) {
        /* Those who wait would not fare better, and later. */
        if (reply == NULL)
            list_move_all(&answered, &line->waiting);
        reply = NULL;
    } else if (line->store->on_said != NULL) {
        line->store->on_said(line->store->on_said_arg, line_room(line));
    }
    if (list_is_empty(&line->waiting))
        line_free(line);
    else
        send_batch(line);
    finish_all(&answered, reply);
}

/* --- the way there ------------------------------------------------------- */

/* Random and never 0, which is no epoch. */
static uint64_t new_epoch(void)
{
    /* 48 bits are short to look at, and two of one room's will not meet. */
    return (dice_roll() >> 16) | 1;
}

static size_t take_batch(struct line *line)
{
    struct list_node *node;
    size_t count = 0;

    while (count < BATCH_MAX && (node = list_pop(&line->waiting)) != NULL) {
        list_push(&line->sent, node);
        count++;
    }
    return count;
}

static void send_batch(struct line *line)
{
    struct store *store = line->store;
    const struct span room = line_room(line);
    const size_t count = take_batch(line);
    char sent[BATCH_MAX][KEY_SIZE];
    char head[KEY_SIZE];
    char log[KEY_SIZE];
    char channel[KEY_SIZE];
    char epoch[20];
    struct span words[ROOM_KEYS + ROOM_WORDS + 3 * BATCH_MAX];
    struct span *keys = words;
    struct span *args = words + ROOM_KEYS + count;

    snprintf(epoch, sizeof(epoch), "%" PRIx64, new_epoch());
    *keys++ = store_room_key(head, room, ":head", span_of(""));
    *keys++ = store_room_key(log, room, ":log", span_of(""));
    *args++ = span_of(TEXT(STORE_REMEMBER_S));
    *args++ = span_of(store->replay);
    *args++ = store_room_key(channel, room, "", span_of(""));
    *args++ = span_of(epoch);
    *args++ = span_of(redis_run_id(store->redis));
    *args++ = span_of(TEXT(STORE_LEAP));
    LIST_FOREACH(node, &line->sent) {
        struct store_post *post = LIST_ITEM(node, struct store_post, link);
        const size_t i = (size_t)(keys - words) - ROOM_KEYS;

        *keys++ = store_room_key(
            sent[i], room, ":sent:", (struct span){post->once, post->once_len});
        *args++ = (struct span){post->members, post->members_len};
        *args++ = (struct span){post->fingerprint, FINGERPRINT_LEN};
    }
    redis_eval(store->redis, &append_script, ROOM_KEYS + count,
               (struct redis_words){words, (size_t)(args - words)}, on_batch,
               line);
}

static struct store_post *post_new(const struct message *msg, struct span once,
                                   struct store_call *call)
{
    struct store_post *post = mem_alloc(sizeof(*post) + once.len);
    struct buf members = {0};

    post->call = call;
    store_fingerprint(post->fingerprint, msg);
    json_add_members(&members, msg);
    post->members = buf_take(&members, &post->members_len);
    post->once_len = once.len;
    memcpy(post->once, once.at, once.len);
    return post;
}

struct store_call *store_append(struct store *store, const struct message *msg,
                                struct span once, store_append_fn *on_done,
                                void *arg)
{
    struct store_call *call = mem_alloc(sizeof(*call));
    struct line *line = line_of(store, msg->room);

    call->on_done.append = on_done;
    call->arg = arg;
    call->post = post_new(msg, once, call);
    list_push(&line->waiting, &call->post->link);
    if (list_is_empty(&line->sent))
        send_batch(line);
    return call;
}
