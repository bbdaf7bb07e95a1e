#include "endpoints/entry.h"

#include <string.h>

#include "base/mem.h"
#include "endpoints/guard.h"
#include "model/room.h"

static bool has_session(const struct entry *entry)
{
    return entry->who != NULL && entry->who->token[0] != '\0';
}

static bool has_guests(const struct entry *entry)
{
    return entry->app->core.config->guests;
}

/* "" for nobody, SPAN_NONE when it is not known. */
static struct span person(const struct entry *entry)
{
    if (has_session(entry) && entry->who->person[0] == '\0')
        return SPAN_NONE;
    return span_of(entry->who != NULL ? entry->who->person : "");
}

/* --- who it is ----------------------------------------------------------- */

static void on_found(void *arg, enum sessions_found found,
                     const struct session *session);

static void look(struct entry *entry)
{
    if (entry->looking == NULL)
        entry->looking =
            sessions_find(entry->app->core.sessions, span_of(entry->who->token),
                          on_found, entry);
}

static void be_present(struct entry *entry, const struct session *session)
{
    const struct presence_person who = {.id = span_of(entry->who->person),
                                        .name = span_of(session->name),
                                        .token = span_of(entry->who->token)};

    for (unsigned i = 0; i < entry->place_count; i++) {
        struct entry_place *place = &entry->places[i];

        if (place->hold.here == NULL)
            presence_enter(entry->app->core.presence, &place->hold,
                           access_watch_room(&place->watch), &who, NULL);
    }
}

/* 'session' is NULL when it was known before; if it is not remembered any more,
 * it is looked up again. */
static void be_present_if_known(struct entry *entry,
                                const struct session *session)
{
    struct session known;

    if (entry->place_count == 0 || entry->who->person[0] == '\0' ||
        entry->places[0].hold.here != NULL)
        return;
    if (session != NULL)
        be_present(entry, session);
    else if (sessions_recall(entry->app->core.sessions,
                             span_of(entry->who->token), &known))
        be_present(entry, &known);
    else
        look(entry);
}

/* --- whether he may ------------------------------------------------------ */

/* The worst of what his rooms say. */
static enum access_verdict judge(const struct entry *entry)
{
    enum access_verdict worst = ACCESS_ALLOWED;

    for (unsigned i = 0; i < entry->place_count; i++) {
        const enum access_verdict verdict = access_watch_judge(
            &entry->places[i].watch, person(entry), ACCESS_READ);

        if (access_is_refused(verdict))
            return verdict;
        if (verdict > worst)
            worst = verdict;
    }
    return worst;
}

/* Where guests are turned away, nobody is let in before it is known who he
 * is. */
static enum entry_state settle(struct entry *entry, enum problem *problem)
{
    const enum access_verdict verdict = judge(entry);
    const bool is_nobody_yet = person(entry).at == NULL;

    if (verdict == ACCESS_WHO ||
        (verdict == ACCESS_ALLOWED && is_nobody_yet && !has_guests(entry))) {
        look(entry);
        return ENTRY_WAITING;
    }
    if (verdict == ACCESS_ALLOWED)
        return ENTRY_IN;
    if (verdict == ACCESS_LOADING)
        return ENTRY_WAITING;
    *problem = guard_verdict(verdict);
    return ENTRY_OUT;
}

static void let_in(struct entry *entry, const struct session *session)
{
    const bool is_news = !entry->is_in || entry->is_doubted;

    entry->is_in = true;
    entry->is_doubted = false;
    be_present_if_known(entry, session);
    if (is_news)
        entry->events->on_in(entry);
}

/* Something has become known; the session, if it was that.  Who is in goes on
 * without the rest as long as there is nothing to tell. */
static void go_on(struct entry *entry, const struct session *session)
{
    enum problem problem;

    switch (settle(entry, &problem)) {
    case ENTRY_IN:
        let_in(entry, session);
        break;
    case ENTRY_WAITING:
        break;
    case ENTRY_OUT:
        if (problem != PROBLEM_UNAVAILABLE || !entry->is_in ||
            entry->is_doubted)
            entry->events->on_out(entry, problem);
        break;
    }
}

bool entry_may_tell(struct entry *entry)
{
    enum problem problem;

    if (settle(entry, &problem) == ENTRY_IN)
        return true;
    entry->is_doubted = true;
    return false;
}

/* --- what happens -------------------------------------------------------- */

static void on_change(struct access_watch *watch)
{
    go_on(LIST_ITEM(watch, struct entry_place, watch)->entry, NULL);
}

static void on_session(struct tie *tie, enum tie_event event)
{
    struct entry *entry = LIST_ITEM(tie, struct entry_who, tie)->entry;

    if (event == TIE_ENDED)
        entry->events->on_out(entry, PROBLEM_SESSION_ENDED);
}

static bool wants_closed_room(const struct entry *entry)
{
    for (unsigned i = 0; i < entry->place_count; i++) {
        if (room_is_closed(access_watch_room(&entry->places[i].watch)))
            return true;
    }
    return false;
}

/* There is no session of that token (any more).  Who came with one that had ended
 * before is nobody, where that is enough. */
static void lose_session(struct entry *entry)
{
    if (entry->was_looked_up || wants_closed_room(entry)) {
        entry->events->on_out(entry, PROBLEM_SESSION_ENDED);
    } else if (!has_guests(entry)) {
        entry->events->on_out(entry, PROBLEM_SIGN_IN_REQUIRED);
    } else {
        entry->who->token[0] = '\0';
        ties_remove(&entry->who->tie);
        go_on(entry, NULL);
    }
}

static void on_found(void *arg, enum sessions_found found,
                     const struct session *session)
{
    struct entry *entry = arg;

    entry->looking = NULL;
    switch (found) {
    case SESSIONS_FOUND:
        entry->was_looked_up = true;
        person_of(entry->who->person, session);
        go_on(entry, session);
        break;
    case SESSIONS_NONE:
        lose_session(entry);
        break;
    case SESSIONS_UNAVAILABLE:
        entry->was_looked_up = true;
        if (!entry->is_in || entry->is_doubted)
            entry->events->on_out(entry, PROBLEM_UNAVAILABLE);
        break;
    }
}

void entry_look_again(struct entry *entry)
{
    if (has_session(entry))
        look(entry);
}

/* --- coming and going ---------------------------------------------------- */

static enum entry_state refuse(enum problem *problem, enum problem why)
{
    *problem = why;
    return ENTRY_OUT;
}

/* Without a session. */
static enum entry_state start_nobody(const struct entry *entry,
                                     const struct entry_wish *wish,
                                     enum problem *problem)
{
    if (!has_guests(entry))
        return refuse(problem, redis_is_up(entry->app->core.redis)
                                   ? PROBLEM_SIGN_IN_REQUIRED
                                   : PROBLEM_UNAVAILABLE);
    for (unsigned i = 0; i < wish->room_count; i++) {
        if (room_is_closed(wish->rooms[i]))
            return refuse(problem, PROBLEM_ROOM_NOT_FOUND);
    }
    return ENTRY_IN;
}

static void watch(struct entry *entry, const struct entry_wish *wish)
{
    entry->places = mem_alloc(wish->room_count * sizeof(*entry->places));
    entry->place_count = wish->room_count;
    for (unsigned i = 0; i < wish->room_count; i++) {
        entry->places[i].entry = entry;
        access_watch(entry->app->core.access, &entry->places[i].watch,
                     wish->rooms[i], on_change);
    }
}

enum entry_state entry_start(struct entry *entry, struct app *app,
                             const struct entry_wish *wish,
                             const struct entry_events *events,
                             enum problem *problem)
{
    struct session session;
    enum entry_state state;

    entry->app = app;
    entry->events = events;
    if (wish->token.at == NULL)
        return start_nobody(entry, wish, problem);
    entry->who = mem_alloc(sizeof(*entry->who));
    entry->who->entry = entry;
    memcpy(entry->who->token, wish->token.at, SECRET_TOKEN_LEN);
    if (!ties_add(sessions_ties(app->core.sessions), &entry->who->tie,
                  wish->token, on_session))
        return refuse(problem, PROBLEM_SESSION_ENDED);
    watch(entry, wish);
    if (sessions_recall(app->core.sessions, wish->token, &session)) {
        entry->was_looked_up = true;
        person_of(entry->who->person, &session);
    } else {
        look(entry);
    }
    state = settle(entry, problem);
    entry->is_in = state == ENTRY_IN;
    if (entry->is_in && entry->who->person[0] != '\0')
        be_present(entry, &session);
    return state;
}

/* For how long he is banned, in the room where that is longest. */
static unsigned wait_s(const struct entry *entry)
{
    unsigned longest = 0;

    for (unsigned i = 0; i < entry->place_count; i++) {
        const unsigned wait = access_wait_s(
            entry->app->core.access, access_watch_room(&entry->places[i].watch),
            span_of(entry->who->person));

        if (wait > longest)
            longest = wait;
    }
    return longest;
}

void entry_refuse(const struct entry *entry, struct http_call *call,
                  enum problem problem)
{
    guard_refuse(call, problem, problem == PROBLEM_BANNED ? wait_s(entry) : 0);
}

void entry_fini(struct entry *entry, enum presence_leaving how)
{
    if (entry->looking != NULL)
        sessions_cancel(entry->looking);
    if (entry->who != NULL)
        ties_remove(&entry->who->tie);
    for (unsigned i = 0; i < entry->place_count; i++) {
        presence_leave(&entry->places[i].hold, how);
        access_unwatch(&entry->places[i].watch);
    }
    mem_free(entry->places);
    mem_free(entry->who);
}
