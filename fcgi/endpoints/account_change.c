#include "endpoints/account_change.h"

#include "endpoints/account_request.h"
#include "endpoints/guard.h"

/* --- the password -------------------------------------------------------- */

static void change_password(struct account_request *request)
{
    account_request_start(request, ACCOUNTS_CHANGE_PASSWORD,
                          account_request_done);
}

void account_change_password(struct app *app, struct http_call *call,
                             const struct http_request *http)
{
    struct account_request *request;

    if (!guard_form(app, call, http))
        return;
    request = account_request_new(app, call, http);
    if (account_request_field(request, &request->password, "password",
                              PROBLEM_PASSWORD_MISSING) &&
        account_request_field(request, &request->new_password, "new_password",
                              PROBLEM_PASSWORD_MISSING))
        account_request_find(request, change_password);
}

/* --- a guest's name ------------------------------------------------------ */

static void send_session(struct account_request *request)
{
    account_request_done(request,
                         &(struct accounts_result){.outcome = ACCOUNTS_OK});
}

static void on_renamed(void *arg, const struct accounts_result *result)
{
    struct account_request *request = arg;

    if (result->outcome != ACCOUNTS_OK) {
        account_request_done(arg, result);
        return;
    }
    request->doing = NULL;
    account_request_find_again(request, send_session);
}

static void rename_guest(struct account_request *request)
{
    if (request->session.account != 0)
        account_request_fail(request, PROBLEM_NAME_IS_FIXED);
    else
        account_request_start(request, ACCOUNTS_RENAME_GUEST, on_renamed);
}

void guest_change_name(struct app *app, struct http_call *call,
                       const struct http_request *http)
{
    struct account_request *request;

    if (!guard_form(app, call, http))
        return;
    request = account_request_new(app, call, http);
    request->is_for_accounts = false;
    if (account_request_field(request, &request->name, "name",
                              PROBLEM_NAME_MISSING))
        account_request_find(request, rename_guest);
}
