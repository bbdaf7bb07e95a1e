#include "endpoints/news_reply.h"

#include "base/buf.h"
#include "endpoints/news_cache.h"
#include "model/cursor.h"

/* A reply about several rooms ends with the one in which it comes to this: what is
 * new in the others is told by the next one.  All of thirty-two full rooms would
 * be some hundred megabytes, and the loop would make nothing else meanwhile. */
#define REPLY_FULL ((size_t)4 * 1024 * 1024)

/* What a reply is about: news of the first 'told' rooms of a question. */
struct reply {
    const struct hub_question *question;
    unsigned told;
    bool with_html;
};

static struct hub_news look(const struct reply *reply, unsigned index)
{
    struct hub_news news = hub_look(reply->question, index);

    if (index >= reply->told && news.has_news) {
        news.has_news = news.is_gap = news.is_reset = false;
        news.cursor = reply->question->places[index].cursor;
    }
    return news;
}

static size_t news_len(const struct hub_news *news, bool with_html)
{
    size_t len = 0;

    for (size_t i = news->first; news->has_news && i < news->tail->count; i++) {
        const struct tail_entry *entry = tail_at(news->tail, i);

        len += with_html ? entry->len : entry->plain_len;
    }
    return len;
}

static struct reply reply_of(const struct hub_question *question,
                             bool with_html)
{
    struct reply reply = {.question = question, .with_html = with_html};
    size_t len = 0;

    while (reply.told < question->place_count && len < REPLY_FULL) {
        const struct hub_news news = hub_look(question, reply.told++);

        len += news_len(&news, with_html);
    }
    return reply;
}

/* --- JSON ---------------------------------------------------------------- */

/* An absent one is "", which a client may send back as it is. */
static void add_cursor(struct buf *json, struct cursor cursor)
{
    char text[CURSOR_TEXT_SIZE] = "";

    if (!cursor_is_absent(cursor))
        cursor_format(text, cursor);
    buf_addf(json, "\"%s\"", text);
}

static void add_messages(struct buf *json, const struct hub_news *news,
                         bool with_html, bool *is_first)
{
    if (!news->has_news)
        return;
    for (size_t i = news->first; i < news->tail->count; i++) {
        const struct tail_entry *entry = tail_at(news->tail, i);

        if (!*is_first)
            buf_add_char(json, ',');
        *is_first = false;
        buf_add(json, entry->json, with_html ? entry->len : entry->plain_len);
        if (!with_html)
            buf_add_char(json, '}');
    }
}

/* ,"cursors":{"lobby":"...","tea":"..."} (names need no quoting: room.h) */
static void add_cursors(struct buf *json, const struct reply *reply)
{
    for (unsigned i = 0; i < reply->question->place_count; i++) {
        struct hub_news news = look(reply, i);

        buf_add_str(json, i == 0 ? ",\"cursors\":{\"" : ",\"");
        buf_add_span(json, news.room);
        buf_add_str(json, "\":");
        add_cursor(json, news.cursor);
    }
    buf_add_char(json, '}');
}

static bool is_gap(const struct hub_news *news)
{
    return news->is_gap;
}

static bool is_reset(const struct hub_news *news)
{
    return news->is_reset;
}

/* ,"gap":true and, with several rooms, ,"gaps":["tea"] */
static void add_flag(struct buf *json, const struct reply *reply,
                     const char *name, bool (*is_set)(const struct hub_news *))
{
    const unsigned count = reply->question->place_count;
    struct buf rooms = {0};

    for (unsigned i = 0; i < count; i++) {
        struct hub_news news = look(reply, i);

        if (!is_set(&news))
            continue;
        buf_add_str(&rooms, rooms.len == 0 ? "\"" : ",\"");
        buf_add_span(&rooms, news.room);
        buf_add_char(&rooms, '"');
    }
    if (rooms.len > 0)
        buf_addf(json, ",\"%s\":true", name);
    if (rooms.len > 0 && count > 1)
        buf_addf(json, ",\"%ss\":[%s]", name, rooms.data);
    buf_fini(&rooms);
}

static void add_news(struct buf *json, const struct reply *reply)
{
    const unsigned count = reply->question->place_count;
    bool is_first = true;

    buf_add_str(json, "{\"messages\":[");
    for (unsigned i = 0; i < count; i++) {
        struct hub_news news = look(reply, i);

        add_messages(json, &news, reply->with_html, &is_first);
    }
    buf_add_str(json, "],\"cursor\":");
    add_cursor(json, look(reply, 0).cursor);
    if (count > 1)
        add_cursors(json, reply);
    add_flag(json, reply, "gap", is_gap);
    add_flag(json, reply, "reset", is_reset);
    buf_add_str(json, "}\n");
}

/* --- sharing ------------------------------------------------------------- */

static struct http_packet *render(const struct hub_question *question,
                                  bool with_html)
{
    const struct reply reply = reply_of(question, with_html);
    struct buf json = {0};
    struct http_packet *packet;

    add_news(&json, &reply);
    packet = http_packet_new(200, "application/json", NULL, buf_span(&json));
    buf_fini(&json);
    return packet;
}

/* The packet for a question about one room; stays the cache's. */
static struct http_packet *shared_packet(const struct hub_question *question,
                                         bool with_html)
{
    const struct hub_news news = hub_look(question, 0);
    const struct news_key key = news_key_of(NEWS_REPLY, &news, with_html);
    const struct news_kept *kept = news_cache_get(&key);

    if (kept == NULL)
        kept = news_cache_put(&key, render(question, with_html), news.cursor);
    return kept->packet;
}

void news_reply_send(struct http_call *call,
                     const struct hub_question *question, bool with_html)
{
    struct http_packet *own;

    if (question->place_count == 1) {
        http_send_packet(call, shared_packet(question, with_html));
        return;
    }
    own = render(question, with_html);
    http_send_packet(call, own);
    http_packet_unref(own);
}

void news_reply_send_silence(struct http_call *call,
                             const struct hub_question *question,
                             unsigned retry_ms)
{
    /* There may be news, of a room that is paced: he is told none of it, so his
     * cursor stays where it is. */
    const struct reply reply = {.question = question, .told = 0};
    struct buf json = {0};

    buf_add_str(&json, "{\"cursor\":");
    add_cursor(&json, look(&reply, 0).cursor);
    if (question->place_count > 1)
        add_cursors(&json, &reply);
    if (retry_ms > 0)
        buf_addf(&json, ",\"retry_ms\":%u", retry_ms);
    buf_add_str(&json, "}\n");
    http_send_json(call, 200, NULL, buf_span(&json));
    buf_fini(&json);
}
