#include "endpoints/post_message.h"

#include <stdio.h>

#include "base/mem.h"
#include "endpoints/guard.h"
#include "endpoints/posting.h"
#include "io/json.h"
#include "services/person.h"

/* Longer ones are no addresses of pages that we made. */
#define NEXT_MAX 1024

/* One message on its way:
 *
 *     (form is valid) --session known----------> posting_start --> answered
 *                     '-- else --> OPENING ------'
 *
 * 'opening' is set while the session is looked up. */
struct post {
    struct app *app;
    struct http_call *call;
    struct sessions_call *opening;
    struct posting *posting; /* ours */
    struct session session;
    enum message_kind kind;
    bool is_https;
    char *next; /* ours; NULL: answer with the message */
};

static void post_free(struct post *post)
{
    if (post->opening != NULL)
        sessions_cancel(post->opening);
    posting_free(post->posting);
    mem_free(post->next);
    mem_free(post);
}

static void on_gone(void *arg)
{
    post_free(arg);
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
        guard_add_cookies(&headers, post->app, &post->session, post->is_https);
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

/* Who is banned or muted hears for how long. */
static void refuse(struct post *post, enum problem problem)
{
    char person[PERSON_SIZE];
    unsigned wait_s = 0;

    person_of(person, &post->session);
    if (problem == PROBLEM_BANNED || problem == PROBLEM_MUTED)
        wait_s = access_wait_s(post->app->core.access,
                               posting_room(post->posting), span_of(person));
    guard_refuse(post->call, problem, wait_s);
    post_free(post);
}

static void on_posted(void *arg, const struct message *msg,
                      enum problem problem)
{
    struct post *post = arg;

    if (msg == NULL)
        refuse(post, problem);
    else
        send_message(post, msg);
}

/* --- the way there ------------------------------------------------------- */

static void start(struct post *post)
{
    char once[HTTP_ID_MAX + sizeof("request:")];
    char person[PERSON_SIZE];

    snprintf(once, sizeof(once), "request:%s", post->call->id);
    person_of(person, &post->session);
    posting_start(
        post->posting, &post->app->core,
        &(struct posting_author){span_of(person), span_of(post->session.name)},
        span_of(once), on_posted, post);
}

/* Nobody is made a guest to hear that he never said anything. */
static bool is_nobodys(const struct post *post, enum sessions_found found)
{
    return post->kind != MESSAGE_SAID && found == SESSIONS_NONE &&
           post->app->core.config->guests;
}

static void on_open(void *arg, enum sessions_found found,
                    const struct session *session)
{
    struct post *post = arg;

    post->opening = NULL;
    if (session == NULL && is_nobodys(post, found)) {
        fail(post, PROBLEM_NOT_YOURS);
        return;
    }
    if (session == NULL) {
        fail(post, guard_problem(found));
        return;
    }
    post->session = *session;
    start(post);
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

/* Reads the form into 'post'.  False when the call was answered. */
static bool read_form(struct post *post)
{
    struct app *app = post->app;
    struct http_call *call = post->call;
    struct posting_draft draft = {.kind = post->kind};
    struct span next;
    enum problem problem;

    if (!guard_field(app, call, "room", &draft.room) ||
        !guard_field(app, call, "client_id", &draft.client_id) ||
        !guard_field(app, call, "id", &draft.id) ||
        !guard_field(app, call, "body", &draft.body) ||
        !guard_field(app, call, "next", &next))
        return false;
    post->posting = posting_new(&draft, &problem);
    if (post->posting == NULL) {
        problem_send(call, problem);
        return false;
    }
    if (next.at != NULL && !next_is_valid(next)) {
        problem_send(call, PROBLEM_NEXT_INVALID);
        return false;
    }
    if (next.at != NULL)
        post->next = mem_copy(next.at, next.len);
    return true;
}

/* Whose it is, is found out; then it is stored. */
static void find_session(struct post *post, struct span token)
{
    struct sessions *sessions = post->app->core.sessions;

    if (sessions_recall(sessions, token, &post->session))
        start(post);
    else if (post->kind == MESSAGE_SAID)
        post->opening = sessions_open(sessions, token, on_open, post);
    else if (token.at != NULL)
        post->opening = sessions_find(sessions, token, on_open, post);
    else
        on_open(post, SESSIONS_NONE, NULL);
}

static void post_new(struct app *app, struct http_call *call,
                     const struct http_request *request, enum message_kind kind)
{
    struct post *post;

    if (!guard_form(app, call, request))
        return;
    post = mem_alloc(sizeof(*post));
    post->kind = kind;
    post->app = app;
    post->call = call;
    post->is_https = request->is_https;
    if (!read_form(post)) {
        post_free(post);
        return;
    }
    http_call_hold(call, on_gone, post);
    find_session(post, guard_session_token(request));
}

void post_message(struct app *app, struct http_call *call,
                  const struct http_request *request)
{
    post_new(app, call, request, MESSAGE_SAID);
}

void edit_message(struct app *app, struct http_call *call,
                  const struct http_request *request)
{
    post_new(app, call, request, MESSAGE_EDIT);
}

void delete_message(struct app *app, struct http_call *call,
                    const struct http_request *request)
{
    post_new(app, call, request, MESSAGE_DELETE);
}
