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
    if (!account_request_field(request, &request->name, "name",
                               PROBLEM_NAME_MISSING) ||
        !account_request_field(request, &request->password, "password",
                               PROBLEM_PASSWORD_MISSING))
        return NULL;
    return request;
}

void account_register(struct app *app, struct http_call *call,
                      const struct http_request *http)
{
    struct account_request *request = read_form(app, call, http);

    if (request == NULL)
        return;
    request->status = 201;
    account_request_start(request, ACCOUNTS_REGISTER, account_request_done);
}

void account_sign_in(struct app *app, struct http_call *call,
                     const struct http_request *http)
{
    struct account_request *request = read_form(app, call, http);

    if (request != NULL)
        account_request_start(request, ACCOUNTS_SIGN_IN, account_request_done);
}
