/* The trivial holder (peers/holder.c) and what is simpler still: a FastCGI
 * program that answers at once, and nginx without anything behind it.
 *
 *     POST /new?room=ROOM                the text
 *     GET  /updates?room=ROOM&after=N    "cursor=M\n", then a line for each
 *     POST /echo                         the body again
 *     POST /static                       "ok\n" */
#include "load/dialect.h"

#include "load/request.h"

static void post(struct buf *request, const struct ask *ask)
{
    struct buf path = {0};

    buf_addf(&path, "/new?room=%s", ask->room);
    request_post(request, path.data, "", REQUEST_TEXT, ask->text);
    buf_fini(&path);
}

static void poll(struct buf *request, const struct ask *ask)
{
    struct buf path = {0};

    buf_addf(&path, "/updates?room=%s&after=%s", ask->room,
             ask->cursor[0] != '\0' ? ask->cursor : "0");
    request_get(request, path.data, "");
    buf_fini(&path);
}

static bool cursor_of(const struct response *response, char cursor[CURSOR_SIZE])
{
    return dialect_set_cursor(
        cursor,
        dialect_last_between(buf_span(&response->body), "cursor=", '\n'));
}

static void echo(struct buf *request, const struct ask *ask)
{
    request_post(request, "/echo", "", REQUEST_TEXT, ask->text);
}

static void post_static(struct buf *request, const struct ask *ask)
{
    request_post(request, "/static", "", REQUEST_TEXT, ask->text);
}

const struct dialect dialect_holder = {
    .name = "holder",
    .sentence = "a FastCGI program that only holds: the architecture's limit",
    .before = "",
    .gap = "gap=1",
    .post = post,
    .listen = {[TRANSPORT_POLL] = poll},
    .probes = {echo, poll},
    .cursor = cursor_of,
};

const struct dialect dialect_echo = {
    .name = "echo",
    .sentence = "a FastCGI program that answers at once; posts only",
    .before = "",
    .post = echo,
    .probes = {echo, echo},
};

const struct dialect dialect_static = {
    .name = "static",
    .sentence = "nginx alone, with `return 200`; posts only",
    .before = "",
    .post = post_static,
    .probes = {post_static, post_static},
};
