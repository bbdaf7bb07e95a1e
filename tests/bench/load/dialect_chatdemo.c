/* Tornado's chatdemo, and Holdline, which speaks the same (docs/wire.md) and
 * some more: rooms, sessions, event streams, WebSockets.
 *
 *     POST /a/message/new      body=…&room=…
 *     POST /a/message/updates  cursor=…&room=…   -> {"messages":[…], …} */
#include "load/dialect.h"

#include "load/frames.h"
#include "load/request.h"

static void send_form(struct buf *request, const char *path, struct buf *form,
                      const struct identity *who)
{
    buf_add_span(form, buf_span(&who->form));
    request_post(request, path, buf_span(&who->fields).at, REQUEST_FORM,
                 (struct span){form->data, form->len - 1}); /* the last & */
    buf_fini(form);
}

static void post(struct buf *request, const struct ask *ask)
{
    struct buf form = {0};

    request_add_field(&form, "room", span_of(ask->room));
    request_add_field(&form, "body", ask->text);
    send_form(request, "/a/message/new", &form, ask->who);
}

static void poll(struct buf *request, const struct ask *ask)
{
    struct buf form = {0};

    request_add_field(&form, "room", span_of(ask->room));
    request_add_field(&form, "html", span_of("0"));
    if (ask->cursor[0] != '\0')
        request_add_field(&form, "cursor", span_of(ask->cursor));
    send_form(request, "/a/message/updates", &form, ask->who);
}

/* --- Holdline ------------------------------------------------------------ */

static void stream(struct buf *request, const struct ask *ask)
{
    struct buf path = {0};
    struct buf fields = {0};

    buf_addf(&path, "/a/message/stream?room=%s&html=0", ask->room);
    buf_addf(&fields, "Accept: text/event-stream\r\n%s",
             buf_span(&ask->who->fields).at);
    if (ask->cursor[0] != '\0')
        buf_addf(&fields, "Last-Event-ID: %s\r\n", ask->cursor);
    request_get(request, path.data, fields.data);
    buf_fini(&path);
    buf_fini(&fields);
}

static void ws(struct buf *request, const struct ask *ask)
{
    struct buf fields = {0};

    buf_addf(&fields, FRAMES_FIELDS "%s", buf_span(&ask->who->fields).at);
    request_get(request, "/ws", fields.data);
    buf_fini(&fields);
}

static void subscribe(struct buf *text, const struct ask *ask)
{
    buf_addf(text,
             "{\"type\":\"subscribe\",\"room\":\"%s\",\"cursor\":\"%s\","
             "\"html\":false}",
             ask->room, ask->cursor);
}

/* A message's id, or the cursor of "subscribed".  Both stand before the text
 * that somebody wrote. */
static bool text_cursor(struct span text, char cursor[CURSOR_SIZE])
{
    const struct span id = dialect_first_between(text, "\"id\":\"", '"');

    return dialect_set_cursor(
        cursor,
        id.at != NULL ? id : dialect_first_between(text, "\"cursor\":\"", '"'));
}

static void enter(struct buf *request, const struct ask *ask)
{
    request_get(request, "/a/session", buf_span(&ask->who->fields).at);
}

static bool entered(const struct response *response, struct identity *who)
{
    const struct span head = buf_span(&response->head);
    const struct span token =
        dialect_last_between(head, "holdline_session=", ';');
    const struct span xsrf =
        dialect_last_between(buf_span(&response->body), "\"_xsrf\":\"", '"');

    if (response->status != 200 || token.len == 0 || xsrf.len == 0)
        return false;
    buf_addf(&who->fields, "Cookie: holdline_session=%.*s; _xsrf=%.*s\r\n",
             (int)token.len, token.at, (int)xsrf.len, xsrf.at);
    request_add_field(&who->form, "_xsrf", xsrf);
    return true;
}

static bool holdline_cursor(const struct response *response,
                            char cursor[CURSOR_SIZE])
{
    return dialect_set_cursor(
        cursor,
        dialect_last_between(buf_span(&response->body), "\"cursor\":\"", '"'));
}

const struct dialect dialect_holdline = {
    .name = "holdline",
    .sentence = "ours",
    .before = "\"body\":\"",
    .gap = "\"gap\":true",
    .post = post,
    .listen = {poll, stream, ws},
    .subscribe = subscribe,
    .text_cursor = text_cursor,
    .refusal = "\"type\":\"error\"",
    .probes = {enter, poll},
    .cursor = holdline_cursor,
    .enter = enter,
    .entered = entered,
};

/* --- chatdemo ------------------------------------------------------------ */

/* It has no word for it: the newest message's id is the cursor. */
static bool chatdemo_cursor(const struct response *response,
                            char cursor[CURSOR_SIZE])
{
    return dialect_set_cursor(
        cursor,
        dialect_last_between(buf_span(&response->body), "\"id\": \"", '"'));
}

const struct dialect dialect_chatdemo = {
    .name = "chatdemo",
    .sentence = "Tornado's chatdemo (peers/chatdemo.py); it has one room",
    .before = "\"body\": \"",
    .post = post,
    .listen = {[TRANSPORT_POLL] = poll},
    .probes = {poll, poll},
    .cursor = chatdemo_cursor,
};
