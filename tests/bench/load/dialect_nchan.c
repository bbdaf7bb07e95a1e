/* nchan: a channel is a room, a message is what was posted, as it is.
 *
 *     POST /pub/ROOM          the message
 *     GET  /sub/ROOM          one message, and in Last-Modified and Etag what
 *                             to ask with next time
 *     GET  /events/ROOM       server-sent events
 *     GET  /ws/ROOM           a WebSocket: each message a text, as it is, and
 *                             nothing that says where the reader stands; one
 *                             who comes back is told again what is kept */
#include "load/dialect.h"

#include <string.h>

#include "load/frames.h"
#include "load/request.h"

static void post(struct buf *request, const struct ask *ask)
{
    struct buf path = {0};

    buf_addf(&path, "/pub/%s", ask->room);
    request_post(request, path.data, "", REQUEST_TEXT, ask->text);
    buf_fini(&path);
}

/* Both fields together are the cursor, with a line feed between them. */
static void poll(struct buf *request, const struct ask *ask)
{
    const char *line_feed = strchr(ask->cursor, '\n');
    struct buf path = {0};
    struct buf fields = {0};

    buf_addf(&path, "/sub/%s", ask->room);
    if (line_feed != NULL)
        buf_addf(&fields, "If-Modified-Since: %.*s\r\nIf-None-Match: %s\r\n",
                 (int)(line_feed - ask->cursor), ask->cursor, line_feed + 1);
    request_get(request, path.data, buf_span(&fields).at);
    buf_fini(&path);
    buf_fini(&fields);
}

static bool cursor_of(const struct response *response, char cursor[CURSOR_SIZE])
{
    const struct span modified = response_field(response, "Last-Modified");
    const struct span tag = response_field(response, "Etag");

    if (modified.len == 0 || tag.len == 0 ||
        modified.len + 1 + tag.len >= CURSOR_SIZE)
        return false;
    memcpy(cursor, modified.at, modified.len);
    cursor[modified.len] = '\n';
    memcpy(cursor + modified.len + 1, tag.at, tag.len);
    cursor[modified.len + 1 + tag.len] = '\0';
    return true;
}

static void stream(struct buf *request, const struct ask *ask)
{
    struct buf path = {0};
    struct buf fields = {0};

    buf_addf(&path, "/events/%s", ask->room);
    buf_add_str(&fields, "Accept: text/event-stream\r\n");
    if (ask->cursor[0] != '\0')
        buf_addf(&fields, "Last-Event-ID: %s\r\n", ask->cursor);
    request_get(request, path.data, fields.data);
    buf_fini(&path);
    buf_fini(&fields);
}

static void ws(struct buf *request, const struct ask *ask)
{
    struct buf path = {0};

    buf_addf(&path, "/ws/%s", ask->room);
    request_get(request, path.data, FRAMES_FIELDS);
    buf_fini(&path);
}

const struct dialect dialect_nchan = {
    .name = "nchan",
    .sentence = "nchan, with its messages in Redis (peers/nchan.conf)",
    .before = "",
    .post = post,
    .listen = {poll, stream, ws},
    .probes = {poll, poll},
    .cursor = cursor_of,
};
