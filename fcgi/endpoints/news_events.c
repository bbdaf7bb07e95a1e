#include "endpoints/news_events.h"

#include "endpoints/feed_label.h"
#include "endpoints/news_cache.h"
#include "model/cursor.h"

/* --- events -------------------------------------------------------------- */

/* id: 5f-42, or id: tea:5f-42,lobby:ab-7 (names need no quoting: room.h).  A
 * room of which no position is known is left out: who comes back with this is
 * told what there is, and has been told nothing of it yet. */
static void add_id(struct buf *text, const struct hub_question *question)
{
    bool is_first = true;

    for (unsigned i = 0; i < question->place_count; i++) {
        char cursor[CURSOR_TEXT_SIZE];

        if (cursor_is_absent(question->places[i].cursor))
            continue;
        buf_add_str(text, is_first ? "id: " : ",");
        is_first = false;
        if (question->place_count > 1) {
            buf_add_span(text, hub_look(question, i).room);
            buf_add_char(text, ':');
        }
        buf_add(text, cursor,
                cursor_format(cursor, question->places[i].cursor));
    }
    if (!is_first)
        buf_add_char(text, '\n');
}

static void add_notice(struct buf *text, const char *what, struct span room)
{
    buf_addf(text, "event: %s\ndata: {", what);
    feed_label_add(text, room);
    buf_add_str(text, "}\n\n");
}

static void add_message(struct buf *text, const struct hub_question *question,
                        const struct tail_entry *entry, bool with_html)
{
    add_id(text, question);
    buf_add_str(text, "data: ");
    buf_add(text, entry->json, with_html ? entry->len : entry->plain_len);
    buf_add_str(text, with_html ? "\n\n" : "}\n\n");
}

static bool is_full(const struct buf *text)
{
    return text->len >= HTTP_CHUNK_FULL;
}

/* As much of a room as goes in. */
static void add_room(struct buf *text, struct hub_question *question,
                     unsigned index, bool with_html)
{
    const struct hub_news news = hub_look(question, index);
    struct cursor at = news.tail->newest;
    size_t next = news.first;

    if (!news.has_news)
        return;
    if (news.is_reset)
        add_notice(text, "reset", news.room);
    if (news.is_gap)
        add_notice(text, "gap", news.room);
    for (; next < news.tail->count && !is_full(text); next++) {
        const struct tail_entry *entry = tail_at(news.tail, next);

        at.seq = entry->seq;
        hub_question_told_to(question, index, at);
        add_message(text, question, entry, with_html);
    }
    if (next < news.tail->count ||
        question->places[index].cursor.seq == news.cursor.seq)
        return;
    /* Somebody has deleted the newest (tail.h). */
    hub_question_told_to(question, index, news.cursor);
    news_events_add_position(text, question);
}

/* --- chunks -------------------------------------------------------------- */

static struct http_packet *render(struct hub_question *question, bool with_html,
                                  unsigned *turn)
{
    struct buf text = {0};
    struct http_packet *packet;

    for (unsigned n = 0; n < question->place_count && !is_full(&text); n++) {
        add_room(&text, question, *turn, with_html);
        *turn = (*turn + 1) % question->place_count;
    }
    packet = http_chunk_new(buf_span(&text));
    buf_fini(&text);
    return packet;
}

/* For a question about one room. */
static struct http_packet *take_shared(struct hub_question *question,
                                       bool with_html, unsigned *turn)
{
    const struct hub_news news = hub_look(question, 0);
    const struct news_key key = news_key_of(NEWS_EVENTS, &news, with_html);
    const struct news_kept *kept = news_cache_get(&key);

    if (kept == NULL) {
        struct http_packet *packet = render(question, with_html, turn);

        kept = news_cache_put(&key, packet, question->places[0].cursor);
    }
    hub_question_told_to(question, 0, kept->upto);
    return http_packet_ref(kept->packet);
}

struct http_packet *news_events_take(struct hub_question *question,
                                     bool with_html, unsigned *turn)
{
    return question->place_count == 1 ? take_shared(question, with_html, turn)
                                      : render(question, with_html, turn);
}

/* --- where the reader stands --------------------------------------------- */

void news_events_add_position(struct buf *text,
                              const struct hub_question *question)
{
    const size_t before = text->len;

    add_id(text, question);
    if (text->len > before)
        buf_add_char(text, '\n');
}

unsigned news_events_positions(const struct hub_question *question)
{
    unsigned known = 0;

    for (unsigned i = 0; i < question->place_count; i++)
        known += !cursor_is_absent(question->places[i].cursor);
    return known;
}
