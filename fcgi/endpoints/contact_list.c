#include "endpoints/contact_list.h"

#include <inttypes.h>

#include "endpoints/account_request.h"
#include "io/json.h"

static const char *state_of(const struct contact_seen *seen)
{
    switch (seen->mine) {
    case CONTACT_ASKED:
        return "asked";
    case CONTACT_ACCEPTED:
        return "accepted";
    case CONTACT_BLOCKED:
        return "blocked";
    case CONTACT_NONE:
        break;
    }
    return seen->is_asking ? "asks" : "none";
}

void contact_list_add(struct buf *json, const struct contact_seen *seen)
{
    buf_addf(json, "{\"person\":\"a%" PRId64 "\",", seen->account);
    if (seen->name[0] != '\0') {
        buf_add_str(json, "\"name\":");
        json_add_string(json, span_of(seen->name));
        buf_add_char(json, ',');
    }
    buf_addf(json, "\"state\":\"%s\"}", state_of(seen));
}

static void on_list(void *arg, const struct contact_list *list)
{
    struct account_request *request = arg;
    struct buf json = {0};

    request->contact = NULL;
    if (list == NULL) {
        account_request_fail(request, PROBLEM_UNAVAILABLE);
        return;
    }
    buf_add_str(&json, "{\"contacts\":[");
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0)
            buf_add_char(&json, ',');
        contact_list_add(&json, &list->at[i]);
    }
    buf_add_str(&json, "]}\n");
    account_request_send_json(request, NULL, buf_span(&json));
    buf_fini(&json);
}

static void list_contacts(struct account_request *request)
{
    request->contact = contacts_list(
        request->app->sql, request->session.account, on_list, request);
}

void contact_list_all(struct app *app, struct http_call *call,
                      const struct http_request *http)
{
    account_request_find(account_request_new(app, call, http), list_contacts);
}
