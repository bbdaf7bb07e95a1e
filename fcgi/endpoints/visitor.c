#include "endpoints/visitor.h"

#include <string.h>

#include "base/dice.h"
#include "endpoints/guard.h"

static bool has_session(const struct visitor *visitor)
{
    return visitor->session.token[0] != '\0';
}

static void check_later(struct visitor *visitor)
{
    const struct core *core = &visitor->gate->core;

    wheel_add(&visitor->gate->checks, &visitor->check,
              loop_now_ms(core->loop) +
                  dice_shorten(core->config->session_check_ms));
}

static void on_first_look(void *arg, enum sessions_found found,
                          const struct session *session)
{
    struct visitor *visitor = arg;

    visitor->looking = NULL;
    switch (found) {
    case SESSIONS_FOUND:
        visitor->state = VISITOR_KNOWN;
        visitor->session = *session;
        check_later(visitor);
        break;
    case SESSIONS_NONE: /* ended before: as good as no cookie */
        visitor->state = VISITOR_KNOWN;
        visitor->session.token[0] = '\0';
        sessions_guest_name(visitor->session.name);
        break;
    case SESSIONS_UNAVAILABLE:
        visitor->state = VISITOR_UNKNOWN;
        break;
    }
    visitor->events->on_known(visitor, visitor->state == VISITOR_KNOWN);
}

static void on_look(void *arg, enum sessions_found found,
                    const struct session *session)
{
    struct visitor *visitor = arg;

    visitor->looking = NULL;
    if (session != NULL)
        visitor->session = *session;
    if (found == SESSIONS_NONE)
        websocket_close(visitor->conn, WEBSOCKET_POLICY, "session ended");
    else
        check_later(visitor);
}

static void look(struct visitor *visitor, sessions_find_fn *on_found)
{
    visitor->looking =
        sessions_find(visitor->gate->core.sessions,
                      (struct span){visitor->session.token, SECRET_TOKEN_LEN},
                      on_found, visitor);
}

void visitor_check(struct wheel_entry *entry, void *arg)
{
    struct visitor *visitor = LIST_ITEM(entry, struct visitor, check);

    (void)arg;
    look(visitor, on_look);
}

void visitor_look_again(struct visitor *visitor)
{
    visitor->state = VISITOR_LOOKING;
    look(visitor, on_first_look);
}

void visitor_init(struct visitor *visitor, struct gate *gate,
                  struct websocket_conn *conn,
                  const struct websocket_request *request,
                  const struct visitor_events *events)
{
    const struct http_request as_http = {
        .is_https = span_is(request->forwarded_proto, "https"),
        .cookies = request->cookies,
    };
    const struct span token = guard_session_token(&as_http);

    visitor->gate = gate;
    visitor->conn = conn;
    visitor->events = events;
    list_push(&gate->guests, &visitor->link);
    if (token.at != NULL) {
        memcpy(visitor->session.token, token.at, token.len);
        visitor_look_again(visitor);
    } else {
        visitor->state = VISITOR_KNOWN;
        sessions_guest_name(visitor->session.name);
    }
}

void visitor_fini(struct visitor *visitor)
{
    if (visitor->looking != NULL)
        sessions_cancel(visitor->looking);
    if (has_session(visitor))
        wheel_cancel(&visitor->gate->checks, &visitor->check);
    list_remove(&visitor->link);
}
