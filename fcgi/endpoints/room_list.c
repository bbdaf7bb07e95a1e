#include "endpoints/room_list.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/mem.h"
#include "endpoints/account_request.h"
#include "endpoints/guard.h"
#include "endpoints/room_view.h"
#include "model/cursor.h"
#include "services/person.h"

/* Public rooms that are shown. */
#define PUBLIC_MAX 50

/* --- the list ------------------------------------------------------------ */

static void add_mine(struct buf *json, const struct room_mine *mine,
                     const struct store_unread *unread, int64_t account)
{
    buf_add_char(json, '{');
    room_view_add(json, &mine->seen, account, false);
    /* Who is invited is told nothing of what is said there. */
    if (mine->seen.is_member)
        buf_addf(json, ",\"unread\":%" PRIu64 ",\"unread_more\":%s",
                 unread->count, unread->is_more ? "true" : "false");
    if (mine->seen.is_member && unread->active_at[0] != '\0')
        buf_addf(json, ",\"active_at\":\"%s\"", unread->active_at);
    buf_add_char(json, '}');
}

static void add_public(struct buf *json, const struct redis_reply *reply,
                       size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct store_active active = store_rooms_listed(reply, i);
        char at[CLOCK_TEXT_SIZE];

        clock_format(at, active.at_ms);
        buf_add_str(json, i > 0 ? ",{\"room\":\"" : "{\"room\":\"");
        buf_add_span(json, active.room); /* needs no quoting: room.h */
        buf_addf(json, "\",\"active_at\":\"%s\"}", at);
    }
}

static void on_active(void *arg, const struct redis_reply *reply, size_t count)
{
    struct account_request *request = arg;
    struct buf json = request->json;

    request->asked = NULL;
    if (reply == NULL) {
        account_request_fail(request, PROBLEM_UNAVAILABLE);
        return;
    }
    request->json = (struct buf){0}; /* the request goes before it is sent */
    add_public(&json, reply, count);
    buf_add_str(&json, "]}\n");
    account_request_send_json(request, NULL, buf_span(&json));
    buf_fini(&json);
}

static void ask_public(struct account_request *request)
{
    buf_add_str(&request->json, "],\"public\":[");
    request->asked = store_rooms_list(request->app->core.store, PUBLIC_MAX,
                                      on_active, request);
}

static void on_mine(void *arg, const struct room_list_job *list,
                    const struct store_unread *unread)
{
    struct account_request *request = arg;

    request->room = NULL;
    if (list == NULL) {
        account_request_fail(request, PROBLEM_UNAVAILABLE);
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0)
            buf_add_char(&request->json, ',');
        add_mine(&request->json, &list->at[i], &unread[i], list->account);
    }
    ask_public(request);
}

static void list_rooms(struct account_request *request)
{
    const struct core *core = &request->app->core;

    buf_add_str(&request->json, "{\"mine\":[");
    if (request->session.account == 0)
        ask_public(request);
    else
        request->room = rooms_list(core->sql, core->store,
                                   request->session.account, on_mine, request);
}

void room_list(struct app *app, struct http_call *call,
               const struct http_request *http)
{
    struct account_request *request = account_request_new(app, call, http);

    request->is_for_accounts = false;
    account_request_find(request, list_rooms);
}

/* --- up to where --------------------------------------------------------- */

static void on_marked(void *arg, bool ok, bool yes)
{
    struct account_request *request = arg;

    (void)yes;
    request->room = NULL;
    if (ok)
        account_request_send_json(request, NULL, span_of("{}\n"));
    else
        account_request_fail(request, PROBLEM_UNAVAILABLE);
}

static void on_judged(void *arg, enum access_verdict verdict)
{
    struct account_request *request = arg;
    const struct room_job *wish = request->wish;
    struct cursor cursor = CURSOR_START;

    request->judging = NULL;
    if (verdict != ACCESS_ALLOWED) {
        account_request_fail(request, verdict == ACCESS_UNAVAILABLE
                                          ? PROBLEM_UNAVAILABLE
                                          : PROBLEM_ROOM_NOT_FOUND);
        return;
    }
    cursor_parse(buf_span(&request->id), &cursor); /* checked when it came */
    request->room = rooms_mark(request->app->core.sql, request->session.account,
                               span_of(wish->room), cursor, on_marked, request);
}

static void judge(struct account_request *request)
{
    char person[PERSON_SIZE];

    person_of(person, &request->session);
    request->judging =
        access_open(request->app->core.access, span_of(request->wish->room),
                    span_of(person), ACCESS_READ, on_judged, request);
}

void room_read(struct app *app, struct http_call *call,
               const struct http_request *http)
{
    struct account_request *request;
    struct cursor parsed;
    struct span room;
    struct span cursor;

    if (!guard_form(app, call, http) ||
        !guard_field(app, call, "room", &room) || !guard_room(call, &room) ||
        !guard_field(app, call, "cursor", &cursor))
        return;
    if (cursor.at == NULL || !cursor_parse(cursor, &parsed)) {
        problem_send(call, PROBLEM_CURSOR_INVALID);
        return;
    }
    request = account_request_new(app, call, http);
    request->wish = mem_alloc(sizeof(*request->wish));
    snprintf(request->wish->room, sizeof(request->wish->room), "%.*s",
             (int)room.len, room.at);
    buf_add_span(&request->id, cursor);
    account_request_find(request, judge);
}
