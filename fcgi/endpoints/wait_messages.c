#include "endpoints/wait_messages.h"

#include "base/dice.h"
#include "endpoints/guard.h"
#include "endpoints/news_reply.h"
#include "endpoints/problem.h"
#include "model/room.h"

/* Those who are sent away come back spread over this time. */
#define COME_BACK_MS 2000

/* --- the answer ---------------------------------------------------------- */

static void finish(struct hub_question *question, enum hub_answer what,
                   bool with_html)
{
    struct http_call *call = question->arg;

    switch (what) {
    case HUB_NEWS:
        news_reply_send(call, question, with_html);
        break;
    case HUB_SILENCE:
        news_reply_send_silence(call, question, 0);
        break;
    case HUB_COME_BACK:
        call->close_after = true;
        news_reply_send_silence(call, question,
                                1 + (unsigned)dice_roll_below(COME_BACK_MS));
        break;
    case HUB_UNAVAILABLE:
        problem_send(call, PROBLEM_UNAVAILABLE);
        break;
    }
    hub_question_free(question);
}

/* Two functions for one bit: a held request keeps nothing else, and there are
 * ten thousand of them. */
static void on_answer_with_html(struct hub_question *question,
                                enum hub_answer what)
{
    finish(question, what, true);
}

static void on_answer_plain(struct hub_question *question, enum hub_answer what)
{
    finish(question, what, false);
}

static void on_gone(void *arg)
{
    hub_question_free(arg);
}

/* --- the question -------------------------------------------------------- */

static bool read_html_flag(struct app *app, struct http_call *call,
                           bool *with_html)
{
    struct span html;

    if (!guard_field(app, call, "html", &html))
        return false;
    *with_html = !span_is(html, "0");
    if (html.at == NULL || span_is(html, "0") || span_is(html, "1"))
        return true;
    problem_send(call, PROBLEM_FIELD_INVALID);
    return false;
}

/* The n-th cursor.  False, and the call is answered, when it is none. */
static bool read_cursor(struct app *app, struct http_call *call, unsigned n,
                        struct cursor *cursor)
{
    struct span text = form_nth(&app->form, "cursor", n);

    *cursor = CURSOR_ABSENT;
    if (text.len == 0 || cursor_parse(text, cursor))
        return true;
    problem_send(call, PROBLEM_CURSOR_INVALID);
    return false;
}

static bool is_asked_twice(const struct span *rooms, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        if (span_equal(rooms[i], rooms[n]))
            return true;
    }
    return false;
}

/* How many rooms are asked for; 0 when the call was answered. */
static unsigned count_rooms(struct app *app, struct http_call *call)
{
    const size_t rooms = form_count(&app->form, "room");
    const size_t cursors = form_count(&app->form, "cursor");

    if (rooms > WAIT_ROOMS_MAX) {
        problem_send(call, PROBLEM_TOO_MANY_ROOMS);
        return 0;
    }
    if (rooms <= 1 && cursors > 1) {
        problem_send(call, PROBLEM_FIELD_REPEATED);
        return 0;
    }
    if (rooms > 1 && cursors != 0 && cursors != rooms) {
        problem_send(call, PROBLEM_FIELD_INVALID);
        return 0;
    }
    return rooms > 0 ? (unsigned)rooms : 1;
}

/* Checks everything before the hub hears of it.  False when the call was
 * answered. */
static bool read_places(struct app *app, struct http_call *call, unsigned count,
                        struct span *rooms, struct cursor *cursors)
{
    for (unsigned i = 0; i < count; i++) {
        rooms[i] = form_nth(&app->form, "room", i);
        if (!guard_room(call, &rooms[i]) ||
            !read_cursor(app, call, i, &cursors[i]))
            return false;
        if (is_asked_twice(rooms, i)) {
            problem_send(call, PROBLEM_FIELD_REPEATED);
            return false;
        }
    }
    return true;
}

/* A little less at random, so that those who came together do not come back
 * together. */
static uint64_t jittered(uint64_t hold_ms)
{
    return hold_ms - dice_roll_below(hold_ms / 10 + 1);
}

void wait_messages(struct app *app, struct http_call *call,
                   const struct http_request *request)
{
    struct span rooms[WAIT_ROOMS_MAX];
    struct cursor cursors[WAIT_ROOMS_MAX];
    struct hub_question *question;
    unsigned count;
    bool with_html;

    if (!guard_form(app, call, request) ||
        !read_html_flag(app, call, &with_html) ||
        (count = count_rooms(app, call)) == 0 ||
        !read_places(app, call, count, rooms, cursors))
        return;
    question = hub_question_new(
        app->hub, count, with_html ? on_answer_with_html : on_answer_plain,
        call);
    for (unsigned i = 0; i < count; i++)
        hub_question_set(question, i, rooms[i], cursors[i]);
    if (hub_ask(question, jittered(app->config->hold_ms)))
        finish(question, HUB_NEWS, with_html);
    else if (fastcgi_is_crowded(app->door))
        finish(question, HUB_COME_BACK, with_html);
    else
        http_call_hold(call, on_gone, question);
}

void wait_messages_fini(void)
{
    news_reply_fini();
}
