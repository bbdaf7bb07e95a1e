#include "endpoints/room_sanction.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/mem.h"
#include "endpoints/account_request.h"
#include "endpoints/guard.h"
#include "io/json.h"
#include "services/person.h"

/* A year. */
#define MINUTES_MAX    525600
#define MINUTES_DIGITS 6
#define MINUTE_MS      INT64_C(60000)

/* --- the answer ---------------------------------------------------------- */

static enum problem problem_of(enum sanction_outcome outcome)
{
    switch (outcome) {
    case SANCTION_NO_ROOM:
        return PROBLEM_ROOM_NOT_FOUND;
    case SANCTION_NOT_KEEPER:
        return PROBLEM_MODERATORS_ONLY;
    case SANCTION_OF_OWNER:
        return PROBLEM_PERSON_IS_OWNER;
    case SANCTION_OF_ONESELF:
        return PROBLEM_PERSON_IS_YOU;
    case SANCTION_TOO_MANY:
        return PROBLEM_TOO_MANY_SANCTIONS;
    case SANCTION_DONE:
        break;
    }
    return PROBLEM_UNAVAILABLE;
}

static void add_end(struct buf *json, bool is_ban, int64_t until)
{
    char text[CLOCK_TEXT_SIZE];

    clock_format(text, (uint64_t)until);
    buf_addf(json, "\"kind\":\"%s\",\"until\":\"%s\"", is_ban ? "ban" : "mute",
             text);
}

static void on_done(void *arg, const struct sanction_job *done)
{
    struct account_request *request = arg;
    struct buf json = {0};

    request->sanction = NULL;
    if (done == NULL || done->outcome != SANCTION_DONE) {
        account_request_fail(request, done != NULL ? problem_of(done->outcome)
                                                   : PROBLEM_UNAVAILABLE);
        return;
    }
    buf_addf(&json, "{\"room\":\"%s\",\"person\":\"%s\",", done->room,
             done->person);
    if (done->deed == SANCTION_PARDON)
        buf_addf(&json, "\"ended\":%" PRId64, done->ended);
    else
        add_end(&json, done->deed == SANCTION_BAN, done->until);
    buf_add_str(&json, "}\n");
    account_request_send_json(request, NULL, buf_span(&json));
    buf_fini(&json);
}

static void on_list(void *arg, const struct sanction_list *list)
{
    struct account_request *request = arg;
    struct buf json = {0};

    request->sanction = NULL;
    if (list == NULL || list->outcome != SANCTION_DONE) {
        account_request_fail(request, list != NULL ? problem_of(list->outcome)
                                                   : PROBLEM_UNAVAILABLE);
        return;
    }
    buf_addf(&json, "{\"room\":\"%s\",\"sanctions\":[", list->room);
    for (size_t i = 0; i < list->count; i++) {
        const struct sanction *one = &list->at[i];

        buf_addf(&json, "%s{\"person\":\"%s\",\"name\":", i > 0 ? "," : "",
                 one->person);
        json_add_string(&json, span_of(one->name));
        buf_add_char(&json, ',');
        add_end(&json, one->is_ban, one->until);
        buf_addf(&json, ",\"by\":\"a%" PRId64 "\"}", one->given_by);
    }
    buf_add_str(&json, "]}\n");
    account_request_send_json(request, NULL, buf_span(&json));
    buf_fini(&json);
}

/* --- its fields; false, and the call is answered, when one is wrong ------- */

static bool refuse(struct http_call *call, enum problem problem)
{
    problem_send(call, problem);
    return false;
}

static void copy(char *to, size_t size, struct span from)
{
    snprintf(to, size, "%.*s", (int)from.len, from.at);
}

static bool read_room(struct app *app, struct http_call *call,
                      struct sanction_job *wish)
{
    struct span room;

    if (!guard_field(app, call, "room", &room) || !guard_room(call, &room))
        return false;
    copy(wish->room, sizeof(wish->room), room);
    return true;
}

static bool read_person(struct app *app, struct http_call *call,
                        struct sanction_job *wish)
{
    struct span person;

    if (!guard_field(app, call, "person", &person))
        return false;
    if (person.at == NULL || !person_is_valid(person))
        return refuse(call, PROBLEM_PERSON_INVALID);
    copy(wish->person, sizeof(wish->person), person);
    return true;
}

static bool parse_minutes(struct span text, int64_t *minutes)
{
    *minutes = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] < '0' || text.at[i] > '9' || i == MINUTES_DIGITS)
            return false;
        *minutes = *minutes * 10 + (text.at[i] - '0');
    }
    return *minutes >= 1 && *minutes <= MINUTES_MAX;
}

static bool read_minutes(struct app *app, struct http_call *call,
                         struct sanction_job *wish)
{
    struct span text;
    int64_t minutes;

    if (!guard_field(app, call, "minutes", &text))
        return false;
    if (!parse_minutes(text, &minutes))
        return refuse(call, PROBLEM_MINUTES_INVALID);
    wish->until = wish->now + minutes * MINUTE_MS;
    return true;
}

/* What he is called is for the list, and what the moderator says: to look it up
 * would tell everybody's name to who owns a room and can count. */
static bool read_name(struct app *app, struct http_call *call,
                      struct sanction_job *wish)
{
    struct span typed;
    struct name name;

    if (!guard_field(app, call, "name", &typed))
        return false;
    if (typed.at == NULL)
        copy(wish->name, sizeof(wish->name), span_of(wish->person));
    else if (names_read(typed, &name) == NAME_OK)
        copy(wish->name, sizeof(wish->name), span_of(name.shown));
    else
        return refuse(call, PROBLEM_NAME_BAD_CHARACTER);
    return true;
}

static bool read_form(struct app *app, struct http_call *call,
                      const struct http_request *http,
                      struct sanction_job *wish)
{
    if (!guard_form(app, call, http) || !read_room(app, call, wish) ||
        !read_person(app, call, wish))
        return false;
    return wish->deed == SANCTION_PARDON ||
           (read_minutes(app, call, wish) && read_name(app, call, wish));
}

/* --- what can be asked for ----------------------------------------------- */

static void start(struct account_request *request)
{
    const struct core *core = &request->app->core;

    request->sentence->account = request->session.account;
    request->sanction = sanctions_start(core->sql, core->access,
                                        request->sentence, on_done, request);
}

static void sentence(struct app *app, struct http_call *call,
                     const struct http_request *http, enum sanction_deed deed)
{
    struct sanction_job *wish = mem_alloc(sizeof(*wish));
    struct account_request *request;

    wish->deed = deed;
    wish->now = (int64_t)clock_wall_ms();
    if (!read_form(app, call, http, wish)) {
        mem_free(wish);
        return;
    }
    request = account_request_new(app, call, http);
    request->sentence = wish;
    account_request_find(request, start);
}

void room_mute(struct app *app, struct http_call *call,
               const struct http_request *http)
{
    sentence(app, call, http, SANCTION_MUTE);
}

void room_ban(struct app *app, struct http_call *call,
              const struct http_request *http)
{
    sentence(app, call, http, SANCTION_BAN);
}

void room_pardon(struct app *app, struct http_call *call,
                 const struct http_request *http)
{
    sentence(app, call, http, SANCTION_PARDON);
}

static void list(struct account_request *request)
{
    request->sanction =
        sanctions_list(request->app->core.sql, request->session.account,
                       buf_span(&request->id), on_list, request);
}

void room_list_sanctions(struct app *app, struct http_call *call,
                         const struct http_request *http)
{
    struct account_request *request;
    struct span room;

    if (!guard_query(app, call, http) ||
        !guard_field(app, call, "room", &room) || !guard_room(call, &room))
        return;
    request = account_request_new(app, call, http);
    buf_add_span(&request->id, room);
    account_request_find(request, list);
}
