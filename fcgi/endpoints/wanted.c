#include "endpoints/wanted.h"

#include "endpoints/guard.h"
#include "endpoints/problem.h"
#include "model/room.h"

/* --- rooms --------------------------------------------------------------- */

static bool is_asked_twice(const struct span *rooms, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        if (span_equal(rooms[i], rooms[n]))
            return true;
    }
    return false;
}

static bool read_rooms(struct app *app, struct http_call *call,
                       struct wanted *wanted)
{
    const size_t count = form_count(&app->form, "room");

    if (count > WANTED_ROOMS_MAX) {
        problem_send(call, PROBLEM_TOO_MANY_ROOMS);
        return false;
    }
    wanted->count = count > 0 ? (unsigned)count : 1;
    for (unsigned i = 0; i < wanted->count; i++) {
        wanted->rooms[i] = form_nth(&app->form, "room", i);
        wanted->cursors[i] = CURSOR_ABSENT;
        if (!guard_room(call, &wanted->rooms[i]))
            return false;
        if (is_asked_twice(wanted->rooms, i)) {
            problem_send(call, PROBLEM_FIELD_REPEATED);
            return false;
        }
    }
    return true;
}

/* --- positions ----------------------------------------------------------- */

/* What stands before the first 'mark', which goes too; all when there is none.
 * False when there was none. */
static bool cut_at(struct span *text, char mark, struct span *before)
{
    const char *at = text->len > 0 ? memchr(text->at, mark, text->len) : NULL;

    *before = *text;
    if (at == NULL) {
        *text = (struct span){text->at + text->len, 0};
        return false;
    }
    before->len = (size_t)(at - text->at);
    *text = (struct span){at + 1, text->len - before->len - 1};
    return true;
}

/* Rooms that are not asked for may stand there: a reader who leaves one has
 * them in the last id that he was given. */
static bool set_position(struct wanted *wanted, struct span room,
                         struct cursor cursor)
{
    for (unsigned i = 0; i < wanted->count; i++) {
        if (!span_equal(wanted->rooms[i], room))
            continue;
        if (!cursor_is_absent(wanted->cursors[i]))
            return false; /* twice */
        wanted->cursors[i] = cursor;
    }
    return true;
}

/* tea:5f-42,lobby:ab-7 (neither mark is in a name or a cursor) */
static bool read_positions(struct span text, struct wanted *wanted)
{
    bool there_is_more;

    do {
        struct cursor cursor;
        struct span one;
        struct span room;

        there_is_more = cut_at(&text, ',', &one);
        if (!cut_at(&one, ':', &room) || !room_name_is_valid(room) ||
            !cursor_parse(one, &cursor) || !set_position(wanted, room, cursor))
            return false;
    } while (there_is_more);
    return true;
}

static bool has_positions(struct span text)
{
    return text.len > 0 && memchr(text.at, ':', text.len) != NULL;
}

/* A position for everything: positions, or with one room its cursor. */
static bool read_position(struct span text, struct wanted *wanted)
{
    if (has_positions(text))
        return read_positions(text, wanted);
    return wanted->count == 1 && cursor_parse(text, &wanted->cursors[0]);
}

/* A cursor for each room.  Empty ones stand for absent. */
static bool read_cursors(const struct form *form, struct wanted *wanted)
{
    for (unsigned i = 0; i < wanted->count; i++) {
        struct span text = form_nth(form, "cursor", i);

        if (text.len > 0 && !cursor_parse(text, &wanted->cursors[i]))
            return false;
    }
    return true;
}

static bool check_cursor_count(struct app *app, struct http_call *call,
                               unsigned rooms)
{
    const size_t cursors = form_count(&app->form, "cursor");

    if (cursors == 0 || cursors == rooms)
        return true;
    problem_send(call,
                 rooms == 1 ? PROBLEM_FIELD_REPEATED : PROBLEM_FIELD_INVALID);
    return false;
}

static bool read_all_cursors(struct app *app, struct http_call *call,
                             struct span position, struct wanted *wanted)
{
    const struct span first = form_get(&app->form, "cursor");
    bool ok;

    if (position.len > 0)
        ok = read_position(position, wanted);
    else if (form_count(&app->form, "cursor") == 1 && has_positions(first))
        ok = read_position(first, wanted);
    else if (!check_cursor_count(app, call, wanted->count))
        return false;
    else
        ok = read_cursors(&app->form, wanted);
    if (!ok)
        problem_send(call, PROBLEM_CURSOR_INVALID);
    return ok;
}

/* --- all of it ----------------------------------------------------------- */

bool wanted_read(struct app *app, struct http_call *call, struct span position,
                 struct wanted *wanted)
{
    wanted->with_html = true;
    return guard_flag(app, call, "html", &wanted->with_html) &&
           read_rooms(app, call, wanted) &&
           read_all_cursors(app, call, position, wanted);
}

bool wanted_read_feed(struct app *app, struct http_call *call,
                      struct span position, struct span name,
                      struct wanted *wanted)
{
    wanted->count = 1;
    wanted->rooms[0] = name;
    wanted->cursors[0] = CURSOR_ABSENT;
    wanted->with_html = true;
    return read_all_cursors(app, call, position, wanted);
}

struct hub_question *wanted_question(struct app *app,
                                     const struct wanted *wanted,
                                     hub_answer_fn *on_answer, void *arg)
{
    struct hub_question *question =
        hub_question_new(app->core.hub, wanted->count, on_answer, arg);

    for (unsigned i = 0; i < wanted->count; i++)
        hub_question_set(question, i, wanted->rooms[i], wanted->cursors[i]);
    return question;
}
