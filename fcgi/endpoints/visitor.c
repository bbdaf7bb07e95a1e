#include "endpoints/visitor.h"

#include <string.h>

#include "base/dice.h"
#include "base/mem.h"
#include "endpoints/guard.h"
#include "services/guest_names.h"

static bool has_session(const struct visitor *visitor)
{
    return visitor->token[0] != '\0';
}

static void check_later(struct visitor *visitor)
{
    const struct core *core = &visitor->gate->core;

    wheel_cancel(&visitor->gate->checks, &visitor->check);
    wheel_add(&visitor->gate->checks, &visitor->check,
              loop_now_ms(core->loop) +
                  dice_shorten(core->config->session_check_ms));
}

static bool has_guests(const struct visitor *visitor)
{
    return visitor->gate->core.config->guests;
}

bool visitor_may_read(const struct visitor *visitor)
{
    return visitor->state == VISITOR_KNOWN || has_guests(visitor);
}

struct span visitor_id(const struct visitor *visitor)
{
    return visitor->person[0] != '\0' ? span_of(visitor->person) : SPAN_NONE;
}

struct presence_person visitor_person(const struct visitor *visitor)
{
    return (struct presence_person){
        .id = span_of(visitor->person),
        .name = span_of(visitor->name),
        .token = has_session(visitor) ? span_of(visitor->token) : SPAN_NONE};
}

static void look(struct visitor *visitor, sessions_fn *on_found)
{
    visitor->is_stale = false;
    visitor->looking =
        sessions_find(visitor->gate->core.sessions, span_of(visitor->token),
                      on_found, visitor);
}

/* The look is over.  False when it has to be done once more, as the session was
 * changed meanwhile, before Redis looked or after that. */
static bool is_seen(struct visitor *visitor, sessions_fn *on_found)
{
    visitor->looking = NULL;
    if (visitor->is_stale)
        look(visitor, on_found);
    return visitor->looking == NULL;
}

/* Names are short, and there may be ten thousand. */
static void be_called(struct visitor *visitor, const char *name)
{
    mem_free(visitor->name);
    visitor->name = mem_copy(name, strlen(name));
}

/* Without a session: a guest for as long as the connection lasts. */
static void be_guest(struct visitor *visitor)
{
    char name[NAME_SIZE];

    guest_names_make(name);
    be_called(visitor, name);
    person_make(visitor->person);
    visitor->token[0] = '\0';
    visitor->state = VISITOR_KNOWN;
}

static void be_session(struct visitor *visitor, const struct session *session)
{
    be_called(visitor, session->name);
    person_of(visitor->person, session);
    presence_rename(visitor->gate->core.presence, span_of(visitor->person),
                    span_of(session->name));
}

static void turn_away(struct visitor *visitor, enum sessions_found found)
{
    if (found == SESSIONS_NONE)
        websocket_close(visitor->conn, WEBSOCKET_POLICY, "sign in first");
    else
        websocket_close(visitor->conn, WEBSOCKET_UNAVAILABLE, "try again");
}

static void on_first_look(void *arg, enum sessions_found found,
                          const struct session *session)
{
    struct visitor *visitor = arg;

    if (!is_seen(visitor, on_first_look))
        return;
    if (found != SESSIONS_FOUND && !has_guests(visitor)) {
        turn_away(visitor, found);
        return;
    }
    switch (found) {
    case SESSIONS_FOUND:
        visitor->state = VISITOR_KNOWN;
        be_session(visitor, session);
        check_later(visitor);
        break;
    case SESSIONS_NONE: /* ended before: as good as no cookie */
        ties_remove(&visitor->tie);
        be_guest(visitor);
        break;
    case SESSIONS_UNAVAILABLE:
        visitor->state = VISITOR_UNKNOWN;
        check_later(visitor);
        break;
    }
    visitor->events->on_known(visitor, visitor->state == VISITOR_KNOWN);
}

static void end(struct visitor *visitor)
{
    websocket_close(visitor->conn, WEBSOCKET_POLICY, "session ended");
    visitor->events->on_ended(visitor);
}

static void on_look(void *arg, enum sessions_found found,
                    const struct session *session)
{
    struct visitor *visitor = arg;

    if (!is_seen(visitor, on_look))
        return;
    if (session != NULL)
        be_session(visitor, session);
    if (found == SESSIONS_NONE) {
        end(visitor);
        return;
    }
    check_later(visitor);
    if (visitor->state == VISITOR_KNOWN)
        return;
    visitor->state = visitor->name != NULL ? VISITOR_KNOWN : VISITOR_UNKNOWN;
    visitor->events->on_known(visitor, visitor->state == VISITOR_KNOWN);
}

void visitor_check(struct wheel_entry *entry, void *arg)
{
    struct visitor *visitor = LIST_ITEM(entry, struct visitor, check);

    (void)arg;
    if (visitor->looking == NULL)
        look(visitor, on_look);
}

void visitor_look_again(struct visitor *visitor)
{
    visitor->state = VISITOR_LOOKING;
    if (visitor->looking == NULL)
        look(visitor, on_first_look);
}

struct span visitor_token(const struct websocket_request *request)
{
    return guard_session_token(&(struct http_request){
        .is_https = span_is(request->forwarded_proto, "https"),
        .cookies = request->cookies});
}

static void on_session(struct tie *tie, enum tie_event event)
{
    struct visitor *visitor = LIST_ITEM(tie, struct visitor, tie);

    if (event == TIE_ENDED) {
        end(visitor);
        return;
    }
    if (visitor->state == VISITOR_KNOWN)
        visitor->state = VISITOR_LOOKING;
    if (visitor->looking != NULL) {
        visitor->is_stale = true;
    } else if (visitor->state == VISITOR_LOOKING) {
        wheel_cancel(&visitor->gate->checks, &visitor->check);
        look(visitor, on_look);
    }
}

void visitor_init(struct visitor *visitor, struct gate *gate,
                  struct websocket_conn *conn,
                  const struct websocket_request *request,
                  const struct visitor_events *events)
{
    const struct span token = visitor_token(request);

    visitor->gate = gate;
    visitor->conn = conn;
    visitor->events = events;
    visitor->address = addresses_use(gate->addresses, request->client);
    list_push(&gate->guests, &visitor->link);
    if (token.at != NULL) {
        memcpy(visitor->token, token.at, token.len);
        visitor->state = VISITOR_LOOKING;
        if (ties_add(sessions_ties(gate->core.sessions), &visitor->tie, token,
                     on_session))
            visitor_look_again(visitor);
        else
            websocket_close(conn, WEBSOCKET_POLICY, "session ended");
    } else {
        be_guest(visitor);
    }
}

void visitor_fini(struct visitor *visitor)
{
    if (visitor->looking != NULL)
        sessions_cancel(visitor->looking);
    if (has_session(visitor))
        wheel_cancel(&visitor->gate->checks, &visitor->check);
    ties_remove(&visitor->tie);
    list_remove(&visitor->link);
    address_unuse(visitor->address);
    mem_free(visitor->name);
}
