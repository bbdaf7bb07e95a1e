#include "endpoints/account_leave.h"

#include <inttypes.h>
#include <stdio.h>

#include "endpoints/account_request.h"
#include "endpoints/guard.h"

static void send_farewell(struct account_request *request, const char *json)
{
    struct buf headers = {0};

    guard_drop_cookies(&headers, request->is_https);
    account_request_send_json(request, headers.data, span_of(json));
    buf_fini(&headers);
}

/* --- signing out --------------------------------------------------------- */

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
    send_farewell(request, json);
}

static void sign_out(struct account_request *request)
{
    request->asked =
        sessions_sign_out(request->app->core.sessions, &request->session,
                          request->is_flagged, on_ended, request);
}

void account_sign_out(struct app *app, struct http_call *call,
                      const struct http_request *http)
{
    struct account_request *request;
    struct span everywhere;

    if (!guard_form(app, call, http) ||
        !guard_field(app, call, "everywhere", &everywhere))
        return;
    if (everywhere.at != NULL && !span_is(everywhere, "0") &&
        !span_is(everywhere, "1")) {
        problem_send(call, PROBLEM_FIELD_INVALID);
        return;
    }
    request = account_request_new(app, call, http);
    request->is_for_accounts = false;
    request->is_flagged = span_is(everywhere, "1");
    account_request_find(request, sign_out);
}

/* --- deleting ------------------------------------------------------------ */

static void on_deleted(void *arg, const struct accounts_result *result)
{
    struct account_request *request = arg;

    if (result->outcome != ACCOUNTS_OK) {
        account_request_done(arg, result);
        return;
    }
    request->doing = NULL;
    send_farewell(request, "{\"deleted\":true}\n");
}

static void delete_account(struct account_request *request)
{
    account_request_start(request, ACCOUNTS_DELETE, on_deleted);
}

void account_delete(struct app *app, struct http_call *call,
                    const struct http_request *http)
{
    struct account_request *request;

    if (!guard_form(app, call, http))
        return;
    request = account_request_new(app, call, http);
    if (account_request_field(request, &request->password, "password",
                              PROBLEM_PASSWORD_MISSING))
        account_request_find(request, delete_account);
}
