#include "endpoints/socket_news.h"

#include "base/buf.h"
#include "endpoints/feed_label.h"
#include "io/json.h"
#include "model/cursor.h"

/* Rooms whose packets are kept at the same time; a power of two. */
#define KEPT 64
/* A packet ends after the message with which it comes to this. */
#define PACKET_LEN ((size_t)64 * 1024)

/* A packet, and everything that its bytes depend on. */
struct kept {
    struct websocket_packet *packet; /* one reference; NULL: empty */
    uint64_t serial;
    struct cursor newest; /* of the room */
    uint64_t first_seq;   /* of the first message in it */
    bool is_gap;
    bool is_reset;
    enum socket_style style;
    struct cursor told; /* where the reader stands after it */
};

static struct kept kept[KEPT];

/* --- JSON ---------------------------------------------------------------- */

static void add_frame(struct buf *frames, struct buf *json)
{
    websocket_add_frame(frames, buf_span(json));
    buf_clear(json);
}

static void add_subscribed(struct buf *json, struct span room,
                           struct cursor cursor)
{
    char text[CURSOR_TEXT_SIZE] = "";

    if (!cursor_is_absent(cursor))
        cursor_format(text, cursor);
    buf_add_str(json, "{\"type\":\"subscribed\",");
    feed_label_add(json, room);
    buf_addf(json, ",\"cursor\":\"%s\"", text);
}

/* The reader's own cursor means nothing any more: he stands before the oldest
 * message that there is. */
static void add_break(struct buf *json, const struct hub_news *news)
{
    struct cursor before = news->tail->newest;

    if (news->first < news->tail->count)
        before.seq = tail_at(news->tail, news->first)->prev_seq;
    add_subscribed(json, news->room, before);
    if (news->is_gap)
        buf_add_str(json, ",\"gap\":true");
    if (news->is_reset)
        buf_add_str(json, ",\"reset\":true");
    buf_add_char(json, '}');
}

/* The entry is an object; 'type' becomes its first member. */
static void add_message(struct buf *json, const struct tail_entry *entry,
                        bool with_html)
{
    buf_add_str(json, "{\"type\":\"message\",");
    buf_add(json, entry->json + 1,
            (with_html ? entry->len : entry->plain_len) - 1);
    if (!with_html)
        buf_add_char(json, '}');
}

static void add_event(struct buf *json, const struct tail_entry *entry,
                      struct span feed)
{
    buf_add_str(json, "{\"type\":\"event\",");
    feed_label_add(json, feed);
    buf_add_char(json, ',');
    buf_add(json, entry->json + 1, entry->len - 1);
}

/* --- lines --------------------------------------------------------------- */

static void add_break_line(struct buf *text, const struct hub_news *news)
{
    buf_add_str(text, news->is_reset ? "* the room began anew"
                                     : "* lines are missing here");
}

/* A line feed would begin a line that looks as if somebody else had said it, or
 * the gateway. */
static void add_as_one_line(struct buf *text, struct span body)
{
    for (size_t i = 0; i < body.len; i++) {
        if (body.at[i] == '\n')
            buf_add_char(text, ' ');
        else
            buf_add_char(text, body.at[i]);
    }
}

static bool parse_entry(struct json_message *parsed,
                        const struct tail_entry *entry)
{
    return json_parse_shown(parsed, (struct span){entry->json, entry->len});
}

/* Whose it was, the tail has as long as it has what is left of it. */
static void add_removal(struct buf *text, const struct tail *tail,
                        struct cursor of)
{
    const struct tail_entry *entry = tail_find(tail, of);
    struct json_message removed;

    buf_add_str(text, "* a line");
    if (entry != NULL && parse_entry(&removed, entry)) {
        buf_add_str(text, " of ");
        buf_add_span(text, removed.msg.author);
        json_free_message(&removed);
    }
    buf_add_str(text, " was removed");
}

/* Nothing of what has lost its text: what came later says why. */
static void add_line(struct buf *text, const struct tail *tail,
                     const struct message *msg)
{
    if (msg->deleted_at.at != NULL)
        return;
    switch (msg->kind) {
    case MESSAGE_SAID:
        buf_add_span(text, msg->author);
        buf_add_str(text, ": ");
        add_as_one_line(text, msg->body);
        break;
    case MESSAGE_EDIT:
        buf_add_str(text, "* ");
        buf_add_span(text, msg->author);
        buf_add_str(text, " changed: ");
        add_as_one_line(text, msg->body);
        break;
    case MESSAGE_DELETE:
        add_removal(text, tail, msg->of);
        break;
    }
}

static void add_line_of(struct buf *text, const struct tail *tail,
                        const struct tail_entry *entry)
{
    struct json_message parsed;

    if (!parse_entry(&parsed, entry))
        return; /* cannot be: we rendered it */
    add_line(text, tail, &parsed.msg);
    json_free_message(&parsed);
}

/* --- sharing ------------------------------------------------------------- */

static bool fits(const struct kept *k, const struct kept *wanted)
{
    return k->packet != NULL && k->serial == wanted->serial &&
           k->newest.epoch == wanted->newest.epoch &&
           k->newest.seq == wanted->newest.seq &&
           k->first_seq == wanted->first_seq && k->is_gap == wanted->is_gap &&
           k->is_reset == wanted->is_reset && k->style == wanted->style;
}

static void add_entry(struct buf *frames, const struct hub_news *news,
                      const struct tail_entry *entry, enum socket_style style)
{
    struct buf text = {0};

    switch (style) {
    case SOCKET_HTML:
    case SOCKET_PLAIN:
        add_message(&text, entry, style == SOCKET_HTML);
        break;
    case SOCKET_LINES:
        add_line_of(&text, news->tail, entry);
        break;
    case SOCKET_EVENTS:
        add_event(&text, entry, news->room);
        break;
    }
    if (text.len > 0)
        add_frame(frames, &text);
    buf_fini(&text);
}

static void render(struct kept *k, const struct hub_news *news)
{
    struct buf frames = {0};
    struct buf text = {0};

    if (news->is_gap || news->is_reset) {
        if (k->style == SOCKET_LINES)
            add_break_line(&text, news);
        else
            add_break(&text, news);
        add_frame(&frames, &text);
    }
    k->told = k->newest;
    for (size_t i = news->first; i < news->tail->count; i++) {
        const struct tail_entry *entry = tail_at(news->tail, i);

        add_entry(&frames, news, entry, k->style);
        if (frames.len >= PACKET_LEN && i + 1 < news->tail->count) {
            k->told.seq = entry->seq;
            break;
        }
    }
    k->packet = websocket_packet_new(buf_span(&frames));
    buf_fini(&frames);
    buf_fini(&text);
}

static const struct kept *shared(const struct hub_news *news,
                                 enum socket_style style)
{
    const struct kept wanted = {
        .serial = news->serial,
        .newest = news->cursor,
        .first_seq = news->first < news->tail->count
                         ? tail_at(news->tail, news->first)->seq
                         : 0,
        .is_gap = news->is_gap,
        .is_reset = news->is_reset,
        .style = style,
    };
    struct kept *k = &kept[news->serial % KEPT];

    if (!fits(k, &wanted)) {
        websocket_packet_unref(k->packet);
        *k = wanted;
        render(k, news);
    }
    return k;
}

void socket_news_tell(struct websocket_conn *conn,
                      struct hub_question *question, enum socket_style style)
{
    struct hub_news news = hub_look(question, 0);
    const struct kept *k;

    if (!news.has_news)
        return;
    if (style == SOCKET_LINES && cursor_is_absent(question->places[0].cursor) &&
        news.tail->count > SOCKET_LINES_FIRST)
        news.first = news.tail->count - SOCKET_LINES_FIRST;
    k = shared(&news, style);
    hub_question_told_to(question, 0, k->told);
    if (k->packet->len > 0)
        websocket_send(conn, k->packet);
}

bool socket_news_is_break(const struct hub_question *question)
{
    const struct hub_news news = hub_look(question, 0);

    return news.is_gap || news.is_reset;
}

void socket_news_subscribed(struct websocket_conn *conn, struct span room,
                            struct cursor cursor)
{
    struct buf json = {0};

    add_subscribed(&json, room, cursor);
    buf_add_char(&json, '}');
    websocket_send_text(conn, buf_span(&json));
    buf_fini(&json);
}

void socket_news_fini(void)
{
    for (size_t i = 0; i < KEPT; i++) {
        websocket_packet_unref(kept[i].packet);
        kept[i] = (struct kept){0};
    }
}
