#include "endpoints/room_change.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/mem.h"
#include "endpoints/account_request.h"
#include "endpoints/guard.h"
#include "endpoints/room_view.h"
#include "io/json.h"
#include "services/person.h"

#define HOUR_MS (INT64_C(60) * 60 * 1000)

/* --- the answer ---------------------------------------------------------- */

static enum problem problem_of(enum room_outcome outcome)
{
    switch (outcome) {
    case ROOM_NOT_FOUND:
        return PROBLEM_ROOM_NOT_FOUND;
    case ROOM_NOT_PRIVATE:
        return PROBLEM_ROOM_NOT_PRIVATE;
    case ROOM_NOT_OWNER:
        return PROBLEM_OWNER_ONLY;
    case ROOM_IS_ARCHIVED:
        return PROBLEM_ROOM_ARCHIVED;
    case ROOM_OWNER_LEAVES:
        return PROBLEM_OWNER_LEAVES;
    case ROOM_NO_ACCOUNT:
        return PROBLEM_ACCOUNT_NOT_FOUND;
    case ROOM_NOT_MEMBER:
        return PROBLEM_MEMBER_NOT_FOUND;
    case ROOM_ONESELF:
        return PROBLEM_PERSON_IS_YOU;
    case ROOM_NO_LINK:
        return PROBLEM_LINK_INVALID;
    case ROOM_NOT_CONTACT:
        return PROBLEM_NOT_A_CONTACT;
    case ROOM_TITLE_TAKEN:
        return PROBLEM_TITLE_TAKEN;
    case ROOM_TOO_MANY_OWNED:
        return PROBLEM_TOO_MANY_ROOMS_OWNED;
    case ROOM_TOO_MANY_JOINED:
        return PROBLEM_TOO_MANY_ROOMS_JOINED;
    case ROOM_TOO_MANY_MEMBERS:
        return PROBLEM_TOO_MANY_MEMBERS;
    case ROOM_TOO_MANY_LINKS:
        return PROBLEM_TOO_MANY_LINKS;
    case ROOM_DONE:
        break;
    }
    return PROBLEM_UNAVAILABLE;
}

static void add_link(struct buf *json, const struct account_request *request,
                     const struct room_job *done)
{
    char expires_at[CLOCK_TEXT_SIZE];

    clock_format(expires_at, (uint64_t)done->expires_at);
    buf_addf(json, "\"room\":\"%s\",\"secret\":\"", done->seen.room);
    buf_add_span(json, buf_span(&request->id));
    buf_addf(json, "\",\"expires_at\":\"%s\"", expires_at);
}

static void on_done(void *arg, const struct room_job *done)
{
    struct account_request *request = arg;
    struct http_call *call = request->call;
    struct buf json = {0};

    request->room = NULL;
    if (done == NULL || done->outcome != ROOM_DONE) {
        account_request_fail(request, done != NULL ? problem_of(done->outcome)
                                                   : PROBLEM_UNAVAILABLE);
        return;
    }
    buf_add_char(&json, '{');
    if (done->deed == ROOM_LINK)
        add_link(&json, request, done);
    else
        room_view_add(&json, &done->seen, request->session.account, false);
    buf_add_str(&json, "}\n");
    if (done->deed == ROOM_NEW || done->is_new) {
        account_request_free(request);
        http_send_json(call, 201, NULL, buf_span(&json));
    } else {
        account_request_send_json(request, NULL, buf_span(&json));
    }
    buf_fini(&json);
}

/* --- the question -------------------------------------------------------- */

static void start(struct account_request *request)
{
    const struct core *core = &request->app->core;

    request->wish->account = request->session.account;
    request->room =
        rooms_start(core->sql, core->access, request->wish, on_done, request);
}

static void on_limited(void *arg, enum limits_result result, unsigned wait_s)
{
    struct account_request *request = arg;
    struct http_call *call = request->call;

    request->limiting = NULL;
    switch (result) {
    case LIMITS_ALLOWED:
        start(request);
        break;
    case LIMITS_REFUSED:
        account_request_free(request);
        guard_refuse(call, PROBLEM_TOO_MANY_ATTEMPTS, wait_s);
        break;
    case LIMITS_UNAVAILABLE:
        account_request_fail(request, PROBLEM_UNAVAILABLE);
        break;
    }
}

/* Who comes by a link may try so often only. */
static void limit(struct account_request *request)
{
    char person[PERSON_SIZE];

    person_of(person, &request->session);
    request->limiting =
        limits_try(request->app->limits, LIMITS_JOIN_ROOM,
                   (struct limits_who){.account = span_of(person),
                                       .address = span_of(request->address)},
                   on_limited, request);
}

/* A wish of that kind, the caller's; NULL, and the call is answered, when it is
 * no form. */
static struct room_job *wish_new(struct app *app, struct http_call *call,
                                 const struct http_request *http,
                                 enum room_deed deed)
{
    struct room_job *wish;

    if (!guard_form(app, call, http))
        return NULL;
    wish = mem_alloc(sizeof(*wish));
    wish->deed = deed;
    return wish;
}

/* Takes the wish over. */
static struct account_request *ask(struct app *app, struct http_call *call,
                                   const struct http_request *http,
                                   struct room_job *wish)
{
    struct account_request *request = account_request_new(app, call, http);

    request->wish = wish;
    return request;
}

/* --- its fields; false, and the call is answered, when one is wrong ------- */

typedef bool read_fn(struct app *app, struct http_call *call,
                     struct room_job *wish);

static bool refuse(struct http_call *call, enum problem problem)
{
    problem_send(call, problem);
    return false;
}

static bool read_room(struct app *app, struct http_call *call,
                      struct room_job *wish)
{
    struct span room;

    if (!guard_field(app, call, "room", &room))
        return false;
    if (room.at == NULL || !room_name_is_valid(room))
        return refuse(call, PROBLEM_ROOM_INVALID);
    snprintf(wish->room, sizeof(wish->room), "%.*s", (int)room.len, room.at);
    return true;
}

static bool read_title(struct app *app, struct http_call *call,
                       struct room_job *wish)
{
    struct span title;

    if (!guard_field(app, call, "title", &title))
        return false;
    return (title.at != NULL && titles_read(title, &wish->title)) ||
           refuse(call, PROBLEM_TITLE_INVALID);
}

static bool read_topic(struct app *app, struct http_call *call,
                       struct room_job *wish)
{
    struct span topic;

    if (!guard_field(app, call, "topic", &topic))
        return false;
    return (topic.at != NULL && titles_read_topic(topic, wish->topic)) ||
           refuse(call, PROBLEM_TOPIC_INVALID);
}

static bool read_name(struct app *app, struct http_call *call,
                      struct room_job *wish)
{
    struct span name;

    if (!guard_field(app, call, "name", &name))
        return false;
    if (name.at == NULL)
        return refuse(call, PROBLEM_NAME_MISSING);
    return names_read(name, &wish->name) == NAME_OK ||
           refuse(call, PROBLEM_ACCOUNT_NOT_FOUND);
}

static bool read_person(struct app *app, struct http_call *call,
                        struct room_job *wish)
{
    struct span person;

    if (!guard_field(app, call, "person", &person))
        return false;
    if (person.at == NULL || !person_is_valid(person))
        return refuse(call, PROBLEM_PERSON_INVALID);
    wish->other = person_account(person);
    return true;
}

static bool read_new(struct app *app, struct http_call *call,
                     struct room_job *wish)
{
    return read_title(app, call, wish) &&
           (form_count(&app->form, "topic") == 0 ||
            read_topic(app, call, wish));
}

static bool read_room_title(struct app *app, struct http_call *call,
                            struct room_job *wish)
{
    return read_room(app, call, wish) && read_title(app, call, wish);
}

static bool read_room_topic(struct app *app, struct http_call *call,
                            struct room_job *wish)
{
    return read_room(app, call, wish) && read_topic(app, call, wish);
}

static bool read_room_name(struct app *app, struct http_call *call,
                           struct room_job *wish)
{
    return read_room(app, call, wish) && read_name(app, call, wish);
}

static bool read_room_person(struct app *app, struct http_call *call,
                             struct room_job *wish)
{
    return read_room(app, call, wish) && read_person(app, call, wish);
}

static bool read_hours(struct span text, unsigned *hours)
{
    *hours = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] < '0' || text.at[i] > '9' || i == 4)
            return false;
        *hours = *hours * 10 + (unsigned)(text.at[i] - '0');
    }
    return *hours >= 1 && *hours <= ROOM_LINK_HOURS_MAX;
}

static bool read_link(struct app *app, struct http_call *call,
                      struct room_job *wish)
{
    unsigned hours = ROOM_LINK_HOURS;
    struct span text;

    if (!read_room(app, call, wish) || !guard_field(app, call, "hours", &text))
        return false;
    if (text.at != NULL && !read_hours(text, &hours))
        return refuse(call, PROBLEM_FIELD_INVALID);
    wish->expires_at = (int64_t)clock_wall_ms() + hours * HOUR_MS;
    return true;
}

static bool read_join(struct app *app, struct http_call *call,
                      struct room_job *wish)
{
    struct span secret;

    if (!guard_field(app, call, "secret", &secret))
        return false;
    if (secret.at == NULL)
        return read_room(app, call, wish);
    if (!secret_is_token(secret))
        return refuse(call, PROBLEM_LINK_INVALID);
    wish->deed = ROOM_ENTER;
    secret_hash(wish->secret_hash, secret);
    return true;
}

static void change(struct app *app, struct http_call *call,
                   const struct http_request *http, enum room_deed deed,
                   read_fn *read)
{
    struct room_job *wish = wish_new(app, call, http, deed);

    if (wish == NULL)
        return;
    if (read(app, call, wish))
        account_request_find(ask(app, call, http, wish),
                             wish->deed == ROOM_ENTER ? limit : start);
    else
        mem_free(wish);
}

/* --- what can be asked for ----------------------------------------------- */

void room_new(struct app *app, struct http_call *call,
              const struct http_request *http)
{
    change(app, call, http, ROOM_NEW, read_new);
}

void room_direct(struct app *app, struct http_call *call,
                 const struct http_request *http)
{
    change(app, call, http, ROOM_DIRECT, read_name);
}

void room_title(struct app *app, struct http_call *call,
                const struct http_request *http)
{
    change(app, call, http, ROOM_RETITLE, read_room_title);
}

void room_topic(struct app *app, struct http_call *call,
                const struct http_request *http)
{
    change(app, call, http, ROOM_SET_TOPIC, read_room_topic);
}

void room_invite(struct app *app, struct http_call *call,
                 const struct http_request *http)
{
    change(app, call, http, ROOM_INVITE, read_room_name);
}

void room_remove(struct app *app, struct http_call *call,
                 const struct http_request *http)
{
    change(app, call, http, ROOM_REMOVE, read_room_person);
}

void room_hand_over(struct app *app, struct http_call *call,
                    const struct http_request *http)
{
    change(app, call, http, ROOM_HAND_OVER, read_room_person);
}

void room_archive(struct app *app, struct http_call *call,
                  const struct http_request *http)
{
    change(app, call, http, ROOM_ARCHIVE, read_room);
}

void room_join(struct app *app, struct http_call *call,
               const struct http_request *http)
{
    change(app, call, http, ROOM_JOIN, read_join);
}

void room_refuse(struct app *app, struct http_call *call,
                 const struct http_request *http)
{
    change(app, call, http, ROOM_REFUSE, read_room);
}

void room_leave(struct app *app, struct http_call *call,
                const struct http_request *http)
{
    change(app, call, http, ROOM_LEAVE, read_room);
}

/* The secret is the link's; SQL gets its hash only. */
void room_link(struct app *app, struct http_call *call,
               const struct http_request *http)
{
    struct room_job *wish = wish_new(app, call, http, ROOM_LINK);
    char secret[SECRET_TOKEN_SIZE];
    struct account_request *request;

    if (wish == NULL)
        return;
    if (!read_link(app, call, wish)) {
        mem_free(wish);
        return;
    }
    secret_token(secret);
    secret_hash(wish->secret_hash, span_of(secret));
    request = ask(app, call, http, wish);
    buf_add_str(&request->id, secret);
    secret_forget(secret, sizeof(secret));
    account_request_find(request, start);
}
