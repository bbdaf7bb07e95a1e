#include "endpoints/account_request.h"

#include <stdio.h>

#include "base/mem.h"
#include "endpoints/guard.h"
#include "endpoints/session_reply.h"

/* --- beginning and ending ------------------------------------------------ */

void account_request_free(struct account_request *request)
{
    if (request->finding != NULL)
        sessions_cancel(request->finding);
    if (request->doing != NULL)
        accounts_cancel(request->doing);
    if (request->asked != NULL)
        store_cancel(request->asked);
    if (request->contact != NULL)
        contacts_cancel(request->contact);
    if (request->room != NULL)
        rooms_cancel(request->room);
    if (request->sanction != NULL)
        sanctions_cancel(request->sanction);
    if (request->judging != NULL)
        access_cancel(request->judging);
    if (request->limiting != NULL)
        limits_cancel(request->limiting);
    buf_fini(&request->name);
    password_rules_forget(&request->password);
    password_rules_forget(&request->new_password);
    buf_fini(&request->id);
    buf_fini(&request->json);
    mem_free(request->wish);
    mem_free(request->sentence);
    mem_free(request);
}

static void on_gone(void *arg)
{
    account_request_free(arg);
}

static void copy_text(char *to, size_t size, struct span from)
{
    snprintf(to, size, "%.*s", (int)from.len, from.at != NULL ? from.at : "");
}

/* What a browser calls itself is shown to people, and stored: ASCII only. */
static void copy_device(char to[STORE_DEVICE_MAX + 1], struct span from)
{
    copy_text(to, STORE_DEVICE_MAX + 1, from);
    for (; *to != '\0'; to++) {
        if (*to < ' ' || *to > '~')
            *to = '?';
    }
}

struct account_request *account_request_new(struct app *app,
                                            struct http_call *call,
                                            const struct http_request *http)
{
    struct account_request *request = mem_alloc(sizeof(*request));

    request->app = app;
    request->call = call;
    request->is_https = http->is_https;
    request->is_for_accounts = true;
    request->status = 200;
    copy_text(request->token, sizeof(request->token),
              guard_session_token(http));
    copy_text(request->address, sizeof(request->address), http->address);
    copy_device(request->device, http->user_agent);
    http_call_hold(call, on_gone, request);
    return request;
}

void account_request_fail(struct account_request *request, enum problem problem)
{
    struct http_call *call = request->call;

    account_request_free(request);
    problem_send(call, problem);
}

void account_request_send_json(struct account_request *request,
                               const char *headers, struct span json)
{
    struct http_call *call = request->call;

    account_request_free(request);
    http_send_json(call, 200, headers, json);
}

bool account_request_field(struct account_request *request, struct buf *to,
                           const char *name, enum problem missing)
{
    const struct form *form = &request->app->form;
    const struct span value = form_get(form, name);

    if (form_count(form, name) > 1) {
        account_request_fail(request, PROBLEM_FIELD_REPEATED);
        return false;
    }
    if (value.at == NULL) {
        account_request_fail(request, missing);
        return false;
    }
    buf_add_span(to, value);
    return true;
}

/* --- who asks ------------------------------------------------------------ */

static struct span token_of(const struct account_request *request)
{
    return request->token[0] != '\0' ? span_of(request->token) : SPAN_NONE;
}

static void go_on(struct account_request *request)
{
    if (request->is_for_accounts && request->session.account == 0)
        account_request_fail(request, PROBLEM_SIGN_IN_REQUIRED);
    else
        request->on_session(request);
}

static void on_found(void *arg, enum sessions_found found,
                     const struct session *session)
{
    struct account_request *request = arg;

    request->finding = NULL;
    switch (found) {
    case SESSIONS_FOUND:
        request->session = *session;
        go_on(request);
        break;
    case SESSIONS_NONE:
        account_request_fail(request, PROBLEM_SIGN_IN_REQUIRED);
        break;
    case SESSIONS_UNAVAILABLE:
        account_request_fail(request, PROBLEM_UNAVAILABLE);
        break;
    }
}

void account_request_find(struct account_request *request,
                          account_request_fn *on_session)
{
    struct sessions *sessions = request->app->core.sessions;

    request->on_session = on_session;
    if (request->token[0] == '\0')
        account_request_fail(request, PROBLEM_SIGN_IN_REQUIRED);
    else if (sessions_recall(sessions, token_of(request), &request->session))
        go_on(request);
    else
        request->finding =
            sessions_find(sessions, token_of(request), on_found, request);
}

void account_request_find_again(struct account_request *request,
                                account_request_fn *on_session)
{
    request->on_session = on_session;
    request->finding = sessions_find(request->app->core.sessions,
                                     token_of(request), on_found, request);
}

/* --- the answer ---------------------------------------------------------- */

static enum problem problem_of_name(enum name_result result)
{
    switch (result) {
    case NAME_TOO_SHORT:
        return PROBLEM_NAME_TOO_SHORT;
    case NAME_TOO_LONG:
        return PROBLEM_NAME_TOO_LONG;
    case NAME_NOT_UTF8:
        return PROBLEM_NAME_NOT_UTF8;
    case NAME_SPACES:
        return PROBLEM_NAME_SPACES;
    case NAME_INVISIBLE:
        return PROBLEM_NAME_INVISIBLE;
    case NAME_BAD_BEGINNING:
        return PROBLEM_NAME_BAD_BEGINNING;
    case NAME_BAD_MARKS:
        return PROBLEM_NAME_BAD_MARKS;
    case NAME_MIXED_SCRIPTS:
        return PROBLEM_NAME_MIXED_SCRIPTS;
    case NAME_OK:
    case NAME_BAD_CHARACTER:
        break;
    }
    return PROBLEM_NAME_BAD_CHARACTER;
}

static enum problem problem_of_password(enum password_rules_result result)
{
    switch (result) {
    case PASSWORD_RULES_TOO_SHORT:
        return PROBLEM_PASSWORD_TOO_SHORT;
    case PASSWORD_RULES_TOO_LONG:
        return PROBLEM_PASSWORD_TOO_LONG;
    case PASSWORD_RULES_NOT_UTF8:
        return PROBLEM_PASSWORD_NOT_UTF8;
    case PASSWORD_RULES_COMMON:
        return PROBLEM_PASSWORD_COMMON;
    case PASSWORD_RULES_IS_NAME:
        return PROBLEM_PASSWORD_IS_NAME;
    case PASSWORD_RULES_OK:
    case PASSWORD_RULES_BAD_CHARACTER:
        break;
    }
    return PROBLEM_PASSWORD_BAD_CHARACTER;
}

static enum problem problem_of(const struct accounts_result *result)
{
    switch (result->outcome) {
    case ACCOUNTS_NAME_BAD:
        return problem_of_name(result->name);
    case ACCOUNTS_PASSWORD_BAD:
        return problem_of_password(result->password);
    case ACCOUNTS_NAME_TAKEN:
        return PROBLEM_NAME_TAKEN;
    case ACCOUNTS_WRONG:
        return PROBLEM_CREDENTIALS_WRONG;
    case ACCOUNTS_REFUSED:
        return PROBLEM_TOO_MANY_ATTEMPTS;
    case ACCOUNTS_BUSY:
        return PROBLEM_BUSY;
    case ACCOUNTS_NO_SESSION:
        return PROBLEM_SESSION_ENDED;
    case ACCOUNTS_OK:
    case ACCOUNTS_UNAVAILABLE:
        break;
    }
    return PROBLEM_UNAVAILABLE;
}

static void refuse(struct account_request *request,
                   const struct accounts_result *result)
{
    struct http_call *call = request->call;
    char headers[48];

    if (result->outcome != ACCOUNTS_REFUSED) {
        account_request_fail(request, problem_of(result));
        return;
    }
    account_request_free(request);
    snprintf(headers, sizeof(headers), "Retry-After: %u\r\n", result->wait_s);
    problem_send_with(call, PROBLEM_TOO_MANY_ATTEMPTS, headers);
}

void account_request_start(struct account_request *request,
                           enum accounts_kind kind, accounts_fn *on_done)
{
    const struct accounts_wish wish = {
        .kind = kind,
        .session = &request->session,
        .token = token_of(request),
        .address = span_of(request->address),
        .device = span_of(request->device),
        .name = buf_span(&request->name),
        .password = buf_span(&request->password),
        .new_password = buf_span(&request->new_password),
    };
    struct accounts_result refused;

    request->doing = accounts_start(request->app->accounts, &wish, &refused,
                                    on_done, request);
    if (request->doing == NULL)
        refuse(request, &refused);
}

void account_request_done(void *arg, const struct accounts_result *result)
{
    struct account_request *request = arg;

    request->doing = NULL;
    if (result->outcome != ACCOUNTS_OK) {
        refuse(request, result);
        return;
    }
    session_reply_send(request->call, request->app, request->status,
                       result->session != NULL ? result->session
                                               : &request->session,
                       request->is_https);
    account_request_free(request);
}
