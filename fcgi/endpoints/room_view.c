#include "endpoints/room_view.h"

#include <inttypes.h>

#include "endpoints/account_request.h"
#include "endpoints/guard.h"
#include "io/json.h"

static const char *kind_name(enum room_kind kind)
{
    switch (kind) {
    case ROOM_PRIVATE:
        return "private";
    case ROOM_IS_DIRECT:
        return "direct";
    case ROOM_PUBLIC:
        break;
    }
    return "public";
}

static const char *standing(const struct room_seen *seen, int64_t account,
                            bool is_admin)
{
    if (seen->owner != 0 && seen->owner == account)
        return "owner";
    if (seen->is_member)
        return "member";
    if (seen->is_invited)
        return "invited";
    return is_admin && seen->kind == ROOM_PUBLIC ? "admin" : "guest";
}

void room_view_add(struct buf *json, const struct room_seen *seen,
                   int64_t account, bool is_admin)
{
    buf_addf(json, "\"room\":\"%s\",\"kind\":\"%s\",\"title\":", seen->room,
             kind_name(seen->kind));
    json_add_string(json, span_of(seen->title));
    buf_add_str(json, ",\"topic\":");
    json_add_string(json, span_of(seen->topic));
    if (seen->owner != 0)
        buf_addf(json, ",\"owner\":\"a%" PRId64 "\"", seen->owner);
    else
        buf_add_str(json, ",\"owner\":null");
    buf_addf(json, ",\"archived\":%s,\"me\":\"%s\"",
             seen->is_archived ? "true" : "false",
             standing(seen, account, is_admin));
}

static void add_members(struct buf *json, const struct room_read_job *read)
{
    buf_add_str(json, ",\"members\":[");
    for (size_t i = 0; i < read->member_count; i++) {
        const struct room_member *member = &read->members[i];

        buf_addf(json,
                 "%s{\"person\":\"a%" PRId64 "\",\"name\":", i > 0 ? "," : "",
                 member->account);
        json_add_string(json, span_of(member->name));
        buf_addf(json, ",\"owner\":%s,\"invited\":%s}",
                 member->account == read->seen.owner ? "true" : "false",
                 member->is_invited ? "true" : "false");
    }
    buf_add_char(json, ']');
}

static void on_read(void *arg, const struct room_read_job *read)
{
    struct account_request *request = arg;
    struct buf json = {0};

    request->room = NULL;
    if (read == NULL || !read->is_found) {
        account_request_fail(request, read != NULL ? PROBLEM_ROOM_NOT_FOUND
                                                   : PROBLEM_UNAVAILABLE);
        return;
    }
    buf_add_char(&json, '{');
    room_view_add(&json, &read->seen, request->session.account, read->is_admin);
    add_members(&json, read);
    buf_add_str(&json, "}\n");
    account_request_send_json(request, NULL, buf_span(&json));
    buf_fini(&json);
}

static void read_room(struct account_request *request)
{
    request->room = rooms_read(request->app->core.sql, request->session.account,
                               buf_span(&request->id), on_read, request);
}

void room_view(struct app *app, struct http_call *call,
               const struct http_request *http)
{
    struct account_request *request;
    struct span room;

    if (!guard_query(app, call, http) ||
        !guard_field(app, call, "room", &room) || !guard_room(call, &room))
        return;
    request = account_request_new(app, call, http);
    request->is_for_accounts = false;
    buf_add_span(&request->id, room);
    account_request_find(request, read_room);
}
