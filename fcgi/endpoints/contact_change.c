#include "endpoints/contact_change.h"

#include "endpoints/account_request.h"
#include "endpoints/contact_list.h"
#include "endpoints/guard.h"
#include "services/names.h"
#include "services/person.h"

/* --- the answer ---------------------------------------------------------- */

static enum problem problem_of(enum contact_outcome outcome)
{
    switch (outcome) {
    case CONTACT_NO_ACCOUNT:
        return PROBLEM_ACCOUNT_NOT_FOUND;
    case CONTACT_ONESELF:
        return PROBLEM_CONTACT_IS_YOU;
    case CONTACT_NONE_ASKED:
        return PROBLEM_CONTACT_NOT_FOUND;
    case CONTACT_HAS_BLOCKED:
        return PROBLEM_CONTACT_IS_BLOCKED;
    case CONTACT_TOO_MANY:
        return PROBLEM_TOO_MANY_CONTACTS;
    case CONTACT_DONE:
        break;
    }
    return PROBLEM_UNAVAILABLE;
}

static void on_done(void *arg, const struct contact_job *done)
{
    struct account_request *request = arg;
    struct buf json = {0};

    request->contact = NULL;
    if (done == NULL || done->outcome != CONTACT_DONE) {
        account_request_fail(request, done != NULL ? problem_of(done->outcome)
                                                   : PROBLEM_UNAVAILABLE);
        return;
    }
    contact_list_add(&json, &done->seen);
    buf_add_char(&json, '\n');
    account_request_send_json(request, NULL, buf_span(&json));
    buf_fini(&json);
}

/* --- the question -------------------------------------------------------- */

/* Whom it is about.  False, and '*problem', when it can be nobody. */
static bool read_whom(const struct account_request *request,
                      struct contact_job *wish, enum problem *problem)
{
    const struct span person = buf_span(&request->id);

    *problem = PROBLEM_ACCOUNT_NOT_FOUND;
    if (person.len == 0)
        return names_read(buf_span(&request->name), &wish->name) == NAME_OK;
    if (!person_is_valid(person)) {
        *problem = PROBLEM_PERSON_INVALID;
        return false;
    }
    wish->other = person_account(person);
    return wish->other != 0;
}

static void start(struct account_request *request)
{
    const struct core *core = &request->app->core;
    struct contact_job wish = {.deed = request->deed,
                               .account = request->session.account};
    enum problem problem;

    if (read_whom(request, &wish, &problem))
        request->contact =
            contacts_start(core->sql, core->access, &wish, on_done, request);
    else
        account_request_fail(request, problem);
}

static void ask_by_name(struct account_request *request)
{
    if (account_request_field(request, &request->name, "name",
                              PROBLEM_NAME_MISSING))
        account_request_find(request, start);
}

static void ask_by_person(struct account_request *request)
{
    if (!account_request_field(request, &request->id, "person",
                               PROBLEM_PERSON_INVALID))
        return;
    if (request->id.len > 0)
        account_request_find(request, start);
    else
        account_request_fail(request, PROBLEM_PERSON_INVALID);
}

/* NULL, and the call is answered, when it is no form. */
static struct account_request *read_form(struct app *app,
                                         struct http_call *call,
                                         const struct http_request *http,
                                         enum contact_deed deed)
{
    struct account_request *request;

    if (!guard_form(app, call, http))
        return NULL;
    request = account_request_new(app, call, http);
    request->deed = deed;
    return request;
}

/* --- what can be asked for ----------------------------------------------- */

void contact_ask(struct app *app, struct http_call *call,
                 const struct http_request *http)
{
    struct account_request *request = read_form(app, call, http, CONTACT_ASK);

    if (request != NULL)
        ask_by_name(request);
}

void contact_block(struct app *app, struct http_call *call,
                   const struct http_request *http)
{
    struct account_request *request = read_form(app, call, http, CONTACT_BLOCK);

    if (request == NULL)
        return;
    if (form_count(&app->form, "person") > 0)
        ask_by_person(request);
    else
        ask_by_name(request);
}

static void do_to_person(struct app *app, struct http_call *call,
                         const struct http_request *http,
                         enum contact_deed deed)
{
    struct account_request *request = read_form(app, call, http, deed);

    if (request != NULL)
        ask_by_person(request);
}

void contact_accept(struct app *app, struct http_call *call,
                    const struct http_request *http)
{
    do_to_person(app, call, http, CONTACT_ACCEPT);
}

void contact_refuse(struct app *app, struct http_call *call,
                    const struct http_request *http)
{
    do_to_person(app, call, http, CONTACT_REFUSE);
}

void contact_remove(struct app *app, struct http_call *call,
                    const struct http_request *http)
{
    do_to_person(app, call, http, CONTACT_REMOVE);
}

void contact_unblock(struct app *app, struct http_call *call,
                     const struct http_request *http)
{
    do_to_person(app, call, http, CONTACT_UNBLOCK);
}
