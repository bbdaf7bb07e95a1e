#include "endpoints/post_message.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/mem.h"
#include "endpoints/guard.h"
#include "endpoints/problem.h"
#include "io/json.h"
#include "model/message.h"

/* Longer ones are no addresses of pages that we made. */
#define NEXT_MAX 1024

/* One message on its way:
 *
 *     (form is valid) --session known--------------> APPENDING --> answered
 *                     '-- else --> OPENING --------'
 *
 * Exactly one of 'opening' and 'appending' is set while it waits. */
struct post {
    struct app *app;
    struct http_call *call;
    struct sessions_call *opening;
    struct store_call *appending;
    struct session session;
    bool is_https;
    char *room;      /* ours, like the next three */
    char *client_id; /* NULL: none */
    char *next;      /* NULL: answer with the message */
    struct buf body; /* clean */
    char sent_at[CLOCK_TEXT_SIZE];
};

static void post_free(struct post *post)
{
    if (post->opening != NULL)
        sessions_cancel(post->opening);
    if (post->appending != NULL)
        store_cancel(post->appending);
    mem_free(post->room);
    mem_free(post->client_id);
    mem_free(post->next);
    buf_fini(&post->body);
    mem_free(post);
}

/* Redis may store it all the same: it was said, and only the answer is not
 * wanted any more. */
static void on_gone(void *arg)
{
    post_free(arg);
}

/* Lent as long as 'post' is there. */
static struct message post_as_message(const struct post *post)
{
    return (struct message){
        .room = span_of(post->room),
        .author = span_of(post->session.name),
        .body = buf_span(&post->body),
        .sent_at = span_of(post->sent_at),
        .client_id = span_of(post->client_id),
    };
}

static void fail(struct post *post, enum problem problem)
{
    problem_send(post->call, problem);
    post_free(post);
}

/* --- the answer ---------------------------------------------------------- */

static void send_message(struct post *post, const struct message *msg)
{
    struct buf headers = {0};
    struct buf json = {0};
    size_t plain_len;

    if (post->session.is_new)
        guard_add_cookies(&headers, &post->session, post->is_https);
    if (post->next != NULL) {
        buf_addf(&headers, "Location: %s\r\n", post->next);
        http_send(post->call, 303, "text/plain", headers.data, span_of(""));
    } else {
        json_add_message(&json, msg, &plain_len);
        http_send_json(post->call, 200, headers.data, buf_span(&json));
    }
    buf_fini(&headers);
    buf_fini(&json);
    post_free(post);
}

/* What was said under this client_id before, when it was said. */
static void send_earlier(struct post *post, struct span earlier)
{
    struct json_message stored;

    if (!json_parse_message(&stored, earlier)) {
        fail(post, PROBLEM_UNAVAILABLE);
        return;
    }
    send_message(post, &stored.msg);
    json_free_message(&stored);
}

static void on_appended(void *arg, enum store_result result, struct cursor id,
                        struct span earlier)
{
    struct post *post = arg;
    struct message msg;

    post->appending = NULL;
    switch (result) {
    case STORE_UNAVAILABLE:
        fail(post, PROBLEM_UNAVAILABLE);
        return;
    case STORE_REUSED:
        fail(post, PROBLEM_CLIENT_ID_REUSED);
        return;
    case STORE_OK:
        if (earlier.at != NULL) {
            send_earlier(post, earlier);
            return;
        }
        msg = post_as_message(post);
        msg.id = id;
        send_message(post, &msg);
        return;
    }
}

/* --- the way there ------------------------------------------------------- */

static void append(struct post *post)
{
    char once[HTTP_ID_MAX + sizeof("request:")];
    struct message msg;

    clock_format(post->sent_at, clock_wall_ms());
    msg = post_as_message(post);
    snprintf(once, sizeof(once), "request:%s", post->call->id);
    post->appending =
        store_append(post->app->store, &msg,
                     post->client_id != NULL ? msg.client_id : span_of(once),
                     on_appended, post);
}

static void on_open(void *arg, const struct session *session)
{
    struct post *post = arg;

    post->opening = NULL;
    if (session == NULL) {
        fail(post, PROBLEM_UNAVAILABLE);
        return;
    }
    post->session = *session;
    append(post);
}

/* A path on this site and nothing that a browser reads as another: "//host",
 * "/\host" and line ends are how addresses leave a site or a header. */
static bool next_is_valid(struct span next)
{
    if (next.len < 1 || next.len > NEXT_MAX || next.at[0] != '/' ||
        (next.len > 1 && next.at[1] == '/'))
        return false;
    for (size_t i = 0; i < next.len; i++) {
        unsigned char c = (unsigned char)next.at[i];

        if (c <= ' ' || c >= 0x7f || c == '\\' || c == '"' || c == '<' ||
            c == '>')
            return false;
    }
    return true;
}

static bool check_body(struct app *app, struct http_call *call,
                       struct buf *body)
{
    struct span raw;

    if (!guard_field(app, call, "body", &raw))
        return false;
    if (raw.at == NULL) {
        problem_send(call, PROBLEM_BODY_MISSING);
        return false;
    }
    switch (message_body_check(raw, body)) {
    case BODY_OK:
        return true;
    case BODY_EMPTY:
        problem_send(call, PROBLEM_BODY_EMPTY);
        return false;
    case BODY_TOO_LONG:
        problem_send(call, PROBLEM_BODY_TOO_LONG);
        return false;
    case BODY_NOT_UTF8:
        problem_send(call, PROBLEM_BODY_NOT_UTF8);
        return false;
    case BODY_CONTROL_CHARACTER:
        problem_send(call, PROBLEM_BODY_CONTROL_CHARACTER);
        return false;
    }
    return false;
}

static char *copy_or_null(struct span text)
{
    return text.at != NULL ? mem_copy(text.at, text.len) : NULL;
}

/* Reads the form into 'post'.  False when the call was answered. */
static bool read_form(struct post *post)
{
    struct app *app = post->app;
    struct http_call *call = post->call;
    struct span room;
    struct span client_id;
    struct span next;

    if (!guard_field(app, call, "room", &room) || !guard_room(call, &room) ||
        !guard_field(app, call, "client_id", &client_id) ||
        !guard_field(app, call, "next", &next))
        return false;
    if (client_id.at != NULL && !message_client_id_is_valid(client_id)) {
        problem_send(call, PROBLEM_CLIENT_ID_INVALID);
        return false;
    }
    if (next.at != NULL && !next_is_valid(next)) {
        problem_send(call, PROBLEM_NEXT_INVALID);
        return false;
    }
    post->room = copy_or_null(room);
    post->client_id = copy_or_null(client_id);
    post->next = copy_or_null(next);
    return check_body(app, call, &post->body);
}

void post_message(struct app *app, struct http_call *call,
                  const struct http_request *request)
{
    struct span token = guard_session_token(request);
    struct post *post;

    if (!guard_form(app, call, request))
        return;
    post = mem_alloc(sizeof(*post));
    post->app = app;
    post->call = call;
    post->is_https = request->is_https;
    if (!read_form(post)) {
        post_free(post);
        return;
    }
    http_call_hold(call, on_gone, post);
    if (sessions_recall(app->sessions, token, &post->session))
        append(post);
    else
        post->opening = sessions_open(app->sessions, token, on_open, post);
}
