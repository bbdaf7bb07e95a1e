#include "endpoints/account_enter.h"

#include "endpoints/account_request.h"
#include "endpoints/guard.h"

/* A request with both fields, or NULL: the call was answered. */
static struct account_request *read_form(struct app *app,
                                         struct http_call *call,
                                         const struct http_request *http)
{
    struct account_request *request;

    if (!guard_form(app, call, http))
        return NULL;
    request = account_request_new(app, call, http);
    if (!account_request_field(request, 0, "name", PROBLEM_NAME_MISSING) ||
        !account_request_field(request, 1, "password",
                               PROBLEM_PASSWORD_MISSING))
        return NULL;
    return request;
}

void account_register(struct app *app, struct http_call *call,
                      const struct http_request *http)
{
    struct account_request *request = read_form(app, call, http);
    struct accounts_result refused;
    struct accounts_who who;

    if (request == NULL)
        return;
    who = account_request_who(request);
    request->status = 201;
    request->doing = accounts_register(
        app->accounts, &who, buf_span(&request->fields[0]),
        buf_span(&request->fields[1]), &refused, account_request_done, request);
    account_request_begun(request, &refused);
}

void account_sign_in(struct app *app, struct http_call *call,
                     const struct http_request *http)
{
    struct account_request *request = read_form(app, call, http);
    struct accounts_result refused;
    struct accounts_who who;

    if (request == NULL)
        return;
    who = account_request_who(request);
    request->doing = accounts_sign_in(
        app->accounts, &who, buf_span(&request->fields[0]),
        buf_span(&request->fields[1]), &refused, account_request_done, request);
    account_request_begun(request, &refused);
}
