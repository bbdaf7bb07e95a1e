#include "endpoints/stream_messages.h"

#include "base/dice.h"
#include "base/mem.h"
#include "endpoints/guard.h"
#include "endpoints/news_events.h"
#include "endpoints/wanted.h"

#define TYPE "text/event-stream"
/* nginx, also one further out, passes on what comes as it comes. */
#define HEADERS "X-Accel-Buffering: no\r\n"
/* Those whose stream broke come back spread over this time, and so do those who
 * are sent away. */
#define RETRY_MIN_MS 1000
#define RETRY_MAX_MS 3000
#define COME_BACK_MS 2000

struct stream {
    struct app *app;               /* outlives us */
    struct http_call *call;        /* the door's, while we are there */
    struct hub_question *question; /* ours */
    unsigned turn;                 /* see news_events_take */
    bool with_html;
};

static void stream_free(struct stream *stream)
{
    hub_question_free(stream->question);
    mem_free(stream);
}

static void on_gone(void *arg)
{
    stream_free(arg);
}

/* --- writing ------------------------------------------------------------- */

/* True when it is out; else on_written will be called. */
static bool write_news(struct stream *stream)
{
    struct http_packet *chunk =
        news_events_take(stream->question, stream->with_html, &stream->turn);
    const bool is_out = http_stream_write(stream->call, chunk);

    http_packet_unref(chunk);
    return is_out;
}

static bool write_text(struct stream *stream, struct span text)
{
    struct http_packet *chunk = http_chunk_new(text);
    const bool is_out = http_stream_write(stream->call, chunk);

    http_packet_unref(chunk);
    return is_out;
}

/* Something for proxies to see, so that they do not take us for dead. */
static bool write_silence(struct stream *stream)
{
    struct buf position = {0};
    bool is_out;

    if (news_events_settle(stream->question))
        news_events_add_position(&position, stream->question);
    is_out = write_text(stream, position.len > 0 ? buf_span(&position)
                                                 : span_of(":\n\n"));
    buf_fini(&position);
    return is_out;
}

static void finish(struct stream *stream)
{
    struct http_call *call = stream->call;
    struct buf text = {0};

    buf_addf(&text, "retry: %u\n\n",
             1 + (unsigned)dice_roll_below(COME_BACK_MS));
    stream_free(stream);
    call->close_after = true;
    http_stream_end(call, buf_span(&text));
    buf_fini(&text);
}

/* --- asking -------------------------------------------------------------- */

static void ask(struct stream *stream)
{
    const uint64_t quiet_ms = stream->app->core.config->stream_quiet_ms;

    while (hub_ask(stream->question, dice_shorten(quiet_ms))) {
        if (!write_news(stream))
            return;
    }
}

static void on_written(void *arg)
{
    ask(arg);
}

static void on_answer(struct hub_question *question, enum hub_answer what)
{
    struct stream *stream = question->arg;
    bool is_out = false;

    switch (what) {
    case HUB_NEWS:
        is_out = write_news(stream);
        break;
    case HUB_SILENCE:
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
    bool is_out;

    buf_addf(&text, "retry: %u\n\n",
             RETRY_MIN_MS +
                 (unsigned)dice_roll_below(RETRY_MAX_MS - RETRY_MIN_MS + 1));
    news_events_settle(stream->question);
    news_events_add_position(&text, stream->question);
    http_call_hold(stream->call, on_gone, stream);
    is_out = http_stream_begin(stream->call, TYPE, HEADERS, buf_span(&text),
                               on_written);
    buf_fini(&text);
    return is_out;
}

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

void stream_messages(struct app *app, struct http_call *call,
                     const struct http_request *request)
{
    struct wanted wanted;
    struct stream *stream;

    if (!guard_query(app, call, request) ||
        !wanted_read(app, call, request->last_event_id, &wanted))
        return;
    if (request->is_head) {
        send_head(call);
        return;
    }
    stream = mem_alloc(sizeof(*stream));
    stream->app = app;
    stream->call = call;
    stream->with_html = wanted.with_html;
    stream->question = wanted_question(app, &wanted, on_answer, stream);
    if (!begin(stream))
        return;
    if (fastcgi_is_crowded(app->door))
        finish(stream);
    else
        ask(stream);
}
