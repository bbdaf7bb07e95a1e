#include "endpoints/account_sessions.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "endpoints/account_request.h"
#include "endpoints/guard.h"
#include "io/json.h"

/* --- the list ------------------------------------------------------------ */

static void add_session(struct buf *json, const struct store_listed *listed,
                        const char *own_id)
{
    const struct span id = {listed->hash.at, SESSIONS_ID_LEN};
    char began_at[CLOCK_TEXT_SIZE];
    char seen_at[CLOCK_TEXT_SIZE];

    clock_format(began_at, listed->began_ms);
    clock_format(seen_at, listed->seen_ms);
    buf_addf(json,
             "{\"id\":\"%.*s\",\"began_at\":\"%s\",\"seen_at\":\"%s\","
             "\"device\":",
             (int)id.len, id.at, began_at, seen_at);
    json_add_string(json, listed->device);
    buf_addf(json, ",\"current\":%s}", span_is(id, own_id) ? "true" : "false");
}

static void on_listed(void *arg, const struct redis_reply *reply, size_t count)
{
    struct account_request *request = arg;
    char own_id[SESSIONS_ID_SIZE];
    struct buf json = {0};

    request->asked = NULL;
    if (reply == NULL) {
        account_request_fail(request, PROBLEM_UNAVAILABLE);
        return;
    }
    sessions_id(own_id, span_of(request->session.token));
    buf_add_str(&json, "{\"sessions\":[");
    for (size_t i = 0; i < count; i++) {
        const struct store_listed listed = store_session_listed(reply, i);

        if (i > 0)
            buf_add_char(&json, ',');
        add_session(&json, &listed, own_id);
    }
    buf_add_str(&json, "]}\n");
    account_request_send_json(request, NULL, buf_span(&json));
    buf_fini(&json);
}

static void list_sessions(struct account_request *request)
{
    request->asked = store_session_list(
        request->app->core.store, request->session.account, on_listed, request);
}

void account_list_sessions(struct app *app, struct http_call *call,
                           const struct http_request *http)
{
    account_request_find(account_request_new(app, call, http), list_sessions);
}

/* --- ending one ---------------------------------------------------------- */

static void on_ended(void *arg, enum store_result result, int64_t count)
{
    struct account_request *request = arg;
    char json[48];

    request->asked = NULL;
    if (result != STORE_OK) {
        account_request_fail(request, PROBLEM_UNAVAILABLE);
        return;
    }
    snprintf(json, sizeof(json), "{\"ended\":%" PRId64 "}\n", count);
    account_request_send_json(request, NULL, span_of(json));
}

static void end_session(struct account_request *request)
{
    request->asked =
        sessions_end(request->app->core.sessions, request->session.account,
                     buf_span(&request->id), on_ended, request);
}

void account_end_session(struct app *app, struct http_call *call,
                         const struct http_request *http)
{
    struct account_request *request;

    if (!guard_form(app, call, http))
        return;
    request = account_request_new(app, call, http);
    if (!account_request_field(request, &request->id, "id",
                               PROBLEM_FIELD_INVALID))
        return;
    if (sessions_id_is_valid(buf_span(&request->id)))
        account_request_find(request, end_session);
    else
        account_request_fail(request, PROBLEM_FIELD_INVALID);
}
