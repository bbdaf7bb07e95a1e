#include "load/reader.h"

#include <string.h>

#include "load/eventstream.h"

static const struct identity nobody;

static void ask(void *arg)
{
    struct reader *reader = arg;
    struct stage *stage = reader->stage;
    const struct ask question = {
        .room = reader->room->name,
        .cursor = reader->cursor,
        .who = reader->with_session ? &stage->who : &nobody,
    };
    struct buf request = {0};

    reader->is_open = false;
    frames_clear(&reader->frames);
    stage->dialect->listen[reader->transport](&request, &question);
    conn_ask(&reader->conn, &request);
    buf_fini(&request);
}

static void ask_later(struct reader *reader)
{
    later_add(&reader->stage->later, &reader->retry, ask, reader);
}

/* Notes every message in 'text'; whether there was one. */
static bool take_messages(struct reader *reader, struct span text)
{
    struct stage *stage = reader->stage;
    struct message message;
    size_t at = 0;
    bool any = false;

    while (message_next(text, stage->dialect->before, &at, &message)) {
        stage_told(stage, reader->room, &reader->told, &message);
        any = true;
    }
    if (reader->told.count > 0)
        reader->state = READER_LISTENING;
    if (stage->dialect->gap != NULL &&
        memmem(text.at, text.len, stage->dialect->gap,
               strlen(stage->dialect->gap)) != NULL)
        stage->tally.gaps++;
    return any;
}

/* --- long poll ----------------------------------------------------------- */

static void on_poll_reply(struct reader *reader)
{
    const struct response *response = &reader->conn.response;
    struct tally *tally = &reader->stage->tally;

    if (take_messages(reader, buf_span(&response->body))) {
        reader->stage->dialect->cursor(response, reader->cursor);
        ask(reader);
    } else {
        /* No news until the hold's end.  A page would ask again at once; here
         * nothing is lost by a pause, and a server that has nothing to say
         * again and again is not asked without end. */
        tally->empty++;
        ask_later(reader);
    }
}

/* --- event stream -------------------------------------------------------- */

static void take_event(struct reader *reader, const struct event *event)
{
    if (span_is(event->name, "gap"))
        reader->stage->tally.gaps++;
    else if (event->data.at != NULL)
        take_messages(reader, event->data);
    dialect_set_cursor(reader->cursor, event->id);
}

/* Takes all whole events that have come. */
static void on_events(struct reader *reader)
{
    struct response *response = &reader->conn.response;
    struct event event = {0};
    size_t at = 0;

    while (event_next(buf_span(&response->body), &at, &event))
        take_event(reader, &event);
    event_fini(&event);
    response_take(response, at);
}

/* --- WebSocket ----------------------------------------------------------- */

static void say(struct reader *reader, enum frame_kind kind,
                struct span payload)
{
    struct buf frame = {0};

    frames_write(&frame, kind, payload, (uint32_t)nanos_now());
    conn_say(&reader->conn, &frame);
    buf_fini(&frame);
}

static void subscribe(struct reader *reader)
{
    const struct dialect *dialect = reader->stage->dialect;
    const struct ask question = {
        .room = reader->room->name,
        .cursor = reader->cursor,
    };
    struct buf text = {0};

    if (dialect->subscribe == NULL)
        return;
    dialect->subscribe(&text, &question);
    say(reader, FRAME_TEXT, buf_span(&text));
    buf_fini(&text);
}

/* Comes back later: what was said makes no sense, or was a good-bye. */
static void leave(struct reader *reader, uint64_t *count)
{
    (*count)++;
    conn_close(&reader->conn);
    ask_later(reader);
}

/* Whether the connection goes on. */
static bool take_text(struct reader *reader, struct span text)
{
    const struct dialect *dialect = reader->stage->dialect;

    if (!take_messages(reader, text) && dialect->refusal != NULL &&
        memmem(text.at, text.len, dialect->refusal, strlen(dialect->refusal)) !=
            NULL) {
        leave(reader, &reader->stage->tally.refusals);
        return false;
    }
    if (dialect->text_cursor != NULL)
        dialect->text_cursor(text, reader->cursor);
    return true;
}

static bool take_frame(struct reader *reader,
                       const struct frames_message *message)
{
    switch (message->kind) {
    case FRAME_TEXT:
        return take_text(reader, message->payload);
    case FRAME_PING:
        say(reader, FRAME_PONG, message->payload);
        return true;
    case FRAME_PONG:
        return true;
    case FRAME_CLOSE:
        say(reader, FRAME_CLOSE, message->payload);
        leave(reader, &reader->stage->tally.ended);
        return false;
    case FRAME_CONTINUATION:
    case FRAME_BINARY: /* nobody here has anything to say in that */
        break;
    }
    leave(reader, &reader->stage->tally.broken);
    return false;
}

/* Takes all whole frames that have come. */
static void on_frames(struct reader *reader)
{
    struct response *response = &reader->conn.response;
    enum frames_progress progress;
    struct frames_message message;
    size_t at = 0;

    do {
        progress = frames_next(&reader->frames, buf_span(&response->body), &at,
                               &message);
    } while (progress == FRAMES_WHOLE && take_frame(reader, &message));
    response_take(response, at);
    if (progress == FRAMES_BROKEN)
        leave(reader, &reader->stage->tally.broken);
}

static void on_upgraded(struct reader *reader)
{
    const struct response *response = &reader->conn.response;

    if (!reader->is_open) {
        if (!span_is(response_field(response, "Sec-WebSocket-Accept"),
                     FRAMES_ACCEPT)) {
            leave(reader, &reader->stage->tally.broken);
            return;
        }
        reader->is_open = true;
        subscribe(reader);
    }
    on_frames(reader);
}

/* --- all of them --------------------------------------------------------- */

static void on_part(struct conn *conn, void *arg)
{
    struct reader *reader = arg;
    const unsigned status = conn->response.status;

    if (reader->transport == TRANSPORT_STREAM && status == 200)
        on_events(reader);
    else if (reader->transport == TRANSPORT_WS && status == 101)
        on_upgraded(reader);
}

/* One that listens by poll has an answer; otherwise it is over. */
static void on_reply(struct conn *conn, void *arg)
{
    struct reader *reader = arg;
    struct tally *tally = &reader->stage->tally;
    const unsigned status = conn->response.status;

    tally->replies++;
    if (reader->transport == TRANSPORT_POLL &&
        (status == 200 || status == 304)) {
        on_poll_reply(reader);
        return;
    }
    if (reader->transport == TRANSPORT_STREAM)
        on_part(conn, reader); /* what came with the end */
    if (status == (reader->transport == TRANSPORT_WS ? 101 : 200))
        tally->ended++;
    else
        tally->refusals++;
    ask_later(reader);
}

static void on_broken(struct conn *conn, void *arg)
{
    struct reader *reader = arg;

    (void)conn;
    reader->stage->tally.broken++;
    ask_later(reader);
}

static const struct conn_events events = {
    .on_reply = on_reply,
    .on_part = on_part,
    .on_broken = on_broken,
};

void reader_init(struct reader *reader, struct stage *stage, struct room *room,
                 enum transport transport, bool with_session)
{
    *reader = (struct reader){
        .stage = stage,
        .room = room,
        .transport = transport,
        .with_session = with_session,
    };
    conn_init(&reader->conn, &stage->net, &events, reader);
    room->ledger.readers++;
}

void reader_fini(struct reader *reader)
{
    list_remove(&reader->retry.link);
    conn_fini(&reader->conn);
    frames_fini(&reader->frames);
    ledger_reader_fini(&reader->told);
}

void reader_start(struct reader *reader)
{
    reader->state = READER_CATCHING_UP;
    ask(reader);
}
