#include "endpoints/stream_messages.h"

#include "base/dice.h"
#include "base/mem.h"
#include "endpoints/entry.h"
#include "endpoints/guard.h"
#include "endpoints/news_events.h"
#include "endpoints/stream_presence.h"
#include "endpoints/wanted.h"
#include "model/feed_name.h"

#define TYPE "text/event-stream"
/* nginx, also one further out, passes on what comes as it comes. */
#define HEADERS "X-Accel-Buffering: no\r\n"
/* Those whose stream broke come back spread over this time, and so do those who
 * are sent away. */
#define RETRY_MIN_MS 1000
#define RETRY_MAX_MS 3000
#define COME_BACK_MS 2000

struct stream {
    struct app *app;                  /* outlives us */
    struct http_call *call;           /* the door's, while we are there */
    struct hub_question *question;    /* ours */
    struct stream_presence *presence; /* ours; NULL: not asked for */
    struct entry entry;
    uint64_t look_at_ms; /* when to look whether his session is there still */
    unsigned turn;       /* see news_events_take */
    unsigned positions;  /* the reader was told, see write_silence */
    bool with_html;
    bool wants_presence;
    bool has_missed; /* of what happens now, while it was written */
    bool is_begun;
    bool is_asked;     /* on_answer will be called */
    bool is_writing;   /* on_written will be called */
    bool is_over;      /* he may not any more; told when that is out */
    bool is_sent_away; /* the same of one who is to come back elsewhere */
    enum problem why;  /* it is over */
};

static void stream_free(struct stream *stream, enum presence_leaving how)
{
    stream_presence_free(stream->presence);
    entry_fini(&stream->entry, how);
    hub_question_free(stream->question);
    mem_free(stream);
}

static void on_gone(void *arg)
{
    stream_free(arg, PRESENCE_LEAVES);
}

/* --- writing ------------------------------------------------------------- */

/* Takes the chunk over.  True when it is out; else on_written will be called. */
static bool write_chunk(struct stream *stream, struct http_packet *chunk)
{
    stream->is_writing = !http_stream_write(stream->call, chunk);
    http_packet_unref(chunk);
    return !stream->is_writing;
}

static bool write_news(struct stream *stream)
{
    struct http_packet *chunk =
        news_events_take(stream->question, stream->with_html, &stream->turn);

    stream->positions = news_events_positions(stream->question);
    return write_chunk(stream, chunk);
}

static bool write_text(struct stream *stream, struct span text)
{
    return write_chunk(stream, http_chunk_new(text));
}

/* Something for proxies to see, so that they do not take us for dead; and for the
 * reader where he stands, if that is known of more rooms than he was told. */
static bool write_silence(struct stream *stream)
{
    const unsigned positions = news_events_positions(stream->question);
    struct buf position = {0};
    bool is_out;

    if (positions > stream->positions)
        news_events_add_position(&position, stream->question);
    stream->positions = positions;
    is_out = write_text(stream, position.len > 0 ? buf_span(&position)
                                                 : span_of(":\n\n"));
    buf_fini(&position);
    return is_out;
}

static void finish(struct stream *stream)
{
    struct http_call *call = stream->call;
    struct buf text = {0};

    if (stream->is_writing) {
        stream->is_sent_away = true;
        return;
    }
    buf_addf(&text, "retry: %u\n\n",
             1 + (unsigned)dice_roll_below(COME_BACK_MS));
    stream_free(stream, PRESENCE_MAY_RETURN);
    call->close_after = true;
    http_stream_end(call, buf_span(&text));
    buf_fini(&text);
}

/* --- who may not any more ------------------------------------------------ */

static void end(struct stream *stream, enum problem why)
{
    struct http_call *call = stream->call;
    struct buf text = {0};

    if (stream->is_writing) {
        stream->is_over = true;
        stream->why = why;
        return;
    }
    if (stream->is_begun)
        buf_addf(&text, "event: end\ndata: {\"reason\":\"%s\"}\n\n",
                 problem_text(why).slug);
    else
        entry_refuse(&stream->entry, call, why);
    stream_free(stream, PRESENCE_LEAVES);
    if (text.len > 0)
        http_stream_end(call, buf_span(&text));
    buf_fini(&text);
}

static void look_later(struct stream *stream)
{
    const struct core *core = &stream->app->core;

    stream->look_at_ms =
        loop_now_ms(core->loop) + dice_shorten(core->config->session_check_ms);
}

/* For the case that nobody told us. */
static void look_now_and_then(struct stream *stream)
{
    if (loop_now_ms(stream->app->core.loop) < stream->look_at_ms)
        return;
    look_later(stream);
    entry_look_again(&stream->entry);
}

/* --- asking -------------------------------------------------------------- */

/* What he may not be told yet he is when he is in again. */
static void ask(struct stream *stream)
{
    const uint64_t quiet_ms = stream->app->core.config->stream_quiet_ms;

    while (hub_ask(stream->question, dice_shorten(quiet_ms))) {
        if (!entry_may_tell(&stream->entry) || !write_news(stream))
            return;
    }
    stream->is_asked = true;
}

static void on_live(void *arg, const struct live_bundle *bundle)
{
    struct stream *stream = arg;

    if (stream->is_writing || !entry_may_tell(&stream->entry))
        stream->has_missed = true;
    else
        write_chunk(stream, stream_presence_chunk(bundle));
}

/* Nothing is being written. */
static void go_on(struct stream *stream)
{
    if (stream->has_missed)
        stream_presence_anew(stream->presence);
    stream->has_missed = false;
    /* What was written may have come in between. */
    if (!stream->is_asked)
        ask(stream);
}

static void on_written(void *arg)
{
    struct stream *stream = arg;

    stream->is_writing = false;
    if (stream->is_over)
        end(stream, stream->why);
    else if (stream->is_sent_away)
        finish(stream);
    else
        go_on(stream);
}

static void on_answer(struct hub_question *question, enum hub_answer what)
{
    struct stream *stream = question->arg;
    bool is_out = false;

    stream->is_asked = false;
    /* Something that came in between is being written; then he asks again. */
    if (stream->is_writing && what != HUB_COME_BACK)
        return;
    switch (what) {
    case HUB_NEWS:
        look_now_and_then(stream);
        is_out = entry_may_tell(&stream->entry) && write_news(stream);
        break;
    case HUB_SILENCE:
        look_now_and_then(stream);
        is_out = write_silence(stream);
        break;
    case HUB_UNAVAILABLE:
        is_out = write_text(stream, span_of(": waiting for Redis\n\n"));
        break;
    case HUB_COME_BACK:
        finish(stream);
        return;
    }
    if (is_out)
        ask(stream);
}

/* --- beginning ----------------------------------------------------------- */

static bool begin(struct stream *stream)
{
    struct buf text = {0};

    buf_addf(&text, "retry: %u\n\n",
             RETRY_MIN_MS +
                 (unsigned)dice_roll_below(RETRY_MAX_MS - RETRY_MIN_MS + 1));
    news_events_add_position(&text, stream->question);
    stream->positions = news_events_positions(stream->question);
    stream->is_begun = true;
    stream->is_writing = !http_stream_begin(stream->call, TYPE, HEADERS,
                                            buf_span(&text), on_written);
    buf_fini(&text);
    return !stream->is_writing;
}

static void start(struct stream *stream)
{
    struct core *core = &stream->app->core;

    look_later(stream);
    if (stream->wants_presence)
        stream->presence =
            stream_presence_new(core->live, stream->question, on_live, stream);
    if (!begin(stream))
        return;
    if (fastcgi_is_crowded(stream->app->door))
        finish(stream);
    else
        ask(stream);
}

static void on_in(struct entry *entry)
{
    struct stream *stream = LIST_ITEM(entry, struct stream, entry);

    if (!stream->is_begun)
        start(stream);
    else if (!stream->is_writing)
        go_on(stream);
}

/* Who is there already waits when it is not known whether he may. */
static void on_out(struct entry *entry, enum problem problem)
{
    struct stream *stream = LIST_ITEM(entry, struct stream, entry);

    if (problem != PROBLEM_UNAVAILABLE || !stream->is_begun)
        end(stream, problem);
}

static const struct entry_events entry_events = {.on_in = on_in,
                                                 .on_out = on_out};

static void on_head_written(void *arg)
{
    http_stream_end(arg, span_of(""));
}

static void on_head_gone(void *arg)
{
    (void)arg; /* there is nothing but the call */
}

static void send_head(struct http_call *call)
{
    http_call_hold(call, on_head_gone, call);
    if (http_stream_begin(call, TYPE, HEADERS, span_of(""), on_head_written))
        http_stream_end(call, span_of(""));
}

/* What a stream is to tell. */
struct wish {
    struct wanted wanted;
    bool is_of_rooms; /* else anybody may, and nobody is present there */
    bool wants_presence;
};

static void follow(struct app *app, struct http_call *call,
                   const struct http_request *request, const struct wish *wish)
{
    struct stream *stream;
    enum problem problem;

    if (request->is_head) {
        send_head(call);
        return;
    }
    stream = mem_alloc(sizeof(*stream));
    stream->app = app;
    stream->call = call;
    stream->with_html = wish->wanted.with_html;
    stream->wants_presence = wish->wants_presence;
    stream->question = wanted_question(app, &wish->wanted, on_answer, stream);
    http_call_hold(call, on_gone, stream);
    switch (entry_start(
        &stream->entry, app,
        &(struct entry_wish){guard_session_token(request), wish->wanted.rooms,
                             wish->is_of_rooms ? wish->wanted.count : 0},
        &entry_events, &problem)) {
    case ENTRY_IN:
        start(stream);
        break;
    case ENTRY_WAITING:
        break;
    case ENTRY_OUT:
        end(stream, problem);
        break;
    }
}

void stream_messages(struct app *app, struct http_call *call,
                     const struct http_request *request)
{
    struct wish wish = {.is_of_rooms = true};

    if (guard_query(app, call, request) &&
        guard_flag(app, call, "presence", &wish.wants_presence) &&
        wanted_read(app, call, request->last_event_id, &wish.wanted))
        follow(app, call, request, &wish);
}

void stream_shop(struct app *app, struct http_call *call,
                 const struct http_request *request)
{
    struct wish wish = {.is_of_rooms = false};

    if (guard_query(app, call, request) &&
        wanted_read_feed(app, call, request->last_event_id, span_of(FEED_SHOP),
                         &wish.wanted))
        follow(app, call, request, &wish);
}
