#include "load/reader.h"

#include <string.h>

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

    if (reader->transport == TRANSPORT_STREAM)
        stage->dialect->stream(&request, &question);
    else
        stage->dialect->poll(&request, &question);
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

/* Takes all whole events that have come; each ends with an empty line. */
static void on_part(struct conn *conn, void *arg)
{
    struct reader *reader = arg;
    struct buf *body = &conn->response.body;
    const char *end = NULL;

    if (reader->transport != TRANSPORT_STREAM || conn->response.status != 200)
        return;
    for (size_t i = body->len; i >= 2 && end == NULL; i--) {
        if (body->data[i - 1] == '\n' && body->data[i - 2] == '\n')
            end = body->data + i;
    }
    if (end != NULL) {
        const struct span whole = {body->data, (size_t)(end - body->data)};

        take_messages(reader, whole);
        dialect_set_cursor(reader->cursor,
                           dialect_last_between(whole, "id: ", '\n'));
        response_take(&conn->response, whole.len);
    }
}

/* --- both ---------------------------------------------------------------- */

static void on_reply(struct conn *conn, void *arg)
{
    struct reader *reader = arg;
    const unsigned status = conn->response.status;

    reader->stage->tally.replies++;
    if (status != 200 && status != 304) {
        reader->stage->tally.refusals++;
        ask_later(reader);
    } else if (reader->transport == TRANSPORT_STREAM) {
        on_part(conn, reader);
        ask_later(reader);
    } else {
        on_poll_reply(reader);
    }
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
    ledger_reader_fini(&reader->told);
}

void reader_start(struct reader *reader)
{
    reader->state = READER_CATCHING_UP;
    ask(reader);
}
