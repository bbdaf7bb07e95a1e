#include "endpoints/read_room.h"

#include <stdio.h>

#include "base/mem.h"
#include "endpoints/guard.h"
#include "endpoints/page.h"
#include "endpoints/problem.h"
#include "io/json.h"
#include "model/room.h"
#include "services/person.h"

/* One page on its way: first the visitor's session, because the form needs its
 * _xsrf, then whether he may read it, then the room.  One of 'opening',
 * 'judging' and 'asked' is set while it waits. */
struct reading {
    struct app *app;
    struct http_call *call;
    struct sessions_call *opening; /* sessions', until its callback */
    struct access_call *judging;   /* access's, until its callback */
    struct store_call *asked;      /* store's, until its callback */
    struct session session;
    bool is_https;
    char person[PERSON_SIZE];
    char room[ROOM_NAME_MAX + 1];
};

/* What was edited or deleted says so itself, and needs nobody to say it again. */
static void add_message(struct buf *html, struct span json)
{
    struct json_message parsed;

    if (!json_parse_message(&parsed, json))
        return;
    if (parsed.msg.kind == MESSAGE_SAID) {
        buf_add_str(html, "<li>");
        message_add_html(html, &parsed.msg);
        buf_add_str(html, "</li>\n");
    }
    json_free_message(&parsed);
}

/* Room names and tokens need no quoting (room.h, secret.h). */
static void add_form(struct buf *html, const struct reading *reading)
{
    char xsrf[SECRET_TOKEN_SIZE];

    sessions_xsrf(xsrf,
                  (struct span){reading->session.token, SECRET_TOKEN_LEN});
    buf_addf(html,
             "<form method=\"post\" action=\"/a/message/new\">\n"
             "<input type=\"hidden\" name=\"room\" value=\"%s\">\n"
             "<input type=\"hidden\" name=\"next\" "
             "value=\"/plain?room=%s\">\n"
             "<input type=\"hidden\" name=\"_xsrf\" value=\"%s\">\n",
             reading->room, reading->room, xsrf);
    buf_addf(html,
             "<label for=\"body\">Message "
             "<span lang=\"zh-Hans\">消息</span></label>\n"
             "<textarea id=\"body\" name=\"body\" rows=\"3\" required "
             "dir=\"auto\"></textarea>\n"
             "<button>Send <span lang=\"zh-Hans\">发送</span></button>\n"
             "<a href=\"/plain?room=%s\">Look for new messages "
             "<span lang=\"zh-Hans\">查看新消息</span></a>\n"
             "</form>\n",
             reading->room);
}

static void reading_free(struct reading *reading)
{
    if (reading->opening != NULL)
        sessions_cancel(reading->opening);
    if (reading->judging != NULL)
        access_cancel(reading->judging);
    if (reading->asked != NULL)
        store_cancel(reading->asked);
    mem_free(reading);
}

static void on_gone(void *arg)
{
    reading_free(arg);
}

static void fail(struct reading *reading, enum problem problem)
{
    problem_send(reading->call, problem);
    reading_free(reading);
}

static void send_page(struct reading *reading, const struct store_room *room)
{
    struct buf headers = {0};
    struct buf html = {0};

    page_begin(&html, reading->room);
    buf_addf(&html, "<main>\n<h1>%s</h1>\n<ol class=\"messages\">\n",
             reading->room);
    for (size_t i = 0; i < room->count; i++)
        add_message(&html, store_room_message(room, i));
    buf_add_str(&html, "</ol>\n");
    add_form(&html, reading);
    buf_add_str(&html, "</main>\n");
    page_end(&html);
    if (reading->session.is_new)
        guard_add_cookies(&headers, reading->app, &reading->session,
                          reading->is_https);
    http_send(reading->call, 200, "text/html; charset=utf-8", headers.data,
              buf_span(&html));
    buf_fini(&headers);
    buf_fini(&html);
}

static bool may_read(const struct reading *reading)
{
    return access_judge(reading->app->core.access, span_of(reading->room),
                        span_of(reading->person),
                        ACCESS_READ) == ACCESS_ALLOWED;
}

static void ask_room(struct reading *reading);

static void on_judged(void *arg, enum access_verdict verdict)
{
    struct reading *reading = arg;
    struct core *core = &reading->app->core;

    reading->judging = NULL;
    if (verdict == ACCESS_ALLOWED) {
        ask_room(reading);
        return;
    }
    guard_refuse(reading->call, guard_verdict(verdict),
                 access_wait_s(core->access, span_of(reading->room),
                               span_of(reading->person)));
    reading_free(reading);
}

static void find_out(struct reading *reading)
{
    reading->judging =
        access_open(reading->app->core.access, span_of(reading->room),
                    span_of(reading->person), ACCESS_READ, on_judged, reading);
}

static void on_read(void *arg, const struct store_room *room)
{
    struct reading *reading = arg;

    reading->asked = NULL;
    if (room == NULL) {
        fail(reading, PROBLEM_UNAVAILABLE);
    } else if (!may_read(reading)) { /* since it was asked for */
        find_out(reading);
    } else {
        send_page(reading, room);
        reading_free(reading);
    }
}

static void ask_room(struct reading *reading)
{
    reading->asked =
        store_read(reading->app->core.store, span_of(reading->room),
                   CURSOR_ABSENT, on_read, reading);
}

static void enter(struct reading *reading)
{
    person_of(reading->person, &reading->session);
    if (may_read(reading))
        ask_room(reading);
    else
        find_out(reading);
}

static void on_open(void *arg, enum sessions_found found,
                    const struct session *session)
{
    struct reading *reading = arg;

    reading->opening = NULL;
    if (session == NULL) {
        fail(reading, guard_problem(found));
        return;
    }
    reading->session = *session;
    enter(reading);
}

void read_room(struct app *app, struct http_call *call,
               const struct http_request *request)
{
    struct span token = guard_session_token(request);
    struct reading *reading;
    struct span room;

    if (!form_parse(&app->form, request->query)) {
        problem_send(call, PROBLEM_FORM_MALFORMED);
        return;
    }
    if (!guard_field(app, call, "room", &room) || !guard_room(call, &room))
        return;
    reading = mem_alloc(sizeof(*reading));
    reading->app = app;
    reading->call = call;
    reading->is_https = request->is_https;
    snprintf(reading->room, sizeof(reading->room), "%.*s", (int)room.len,
             room.at);
    http_call_hold(call, on_gone, reading);
    if (sessions_recall(app->core.sessions, token, &reading->session))
        enter(reading);
    else
        reading->opening =
            sessions_open(app->core.sessions, token, on_open, reading);
}
