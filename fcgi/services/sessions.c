#include "services/sessions.h"

#include <stdio.h>
#include <string.h>

#include "base/dice.h"
#include "base/list.h"
#include "base/map.h"
#include "base/mem.h"

/* A session that ends elsewhere is known here for so long. */
#define RECALL_MS  10000
#define RECALL_MAX 10000

static const char *const birds[] = {
    "Avocet",    "Bittern", "Bunting",   "Bustard",  "Crane",     "Curlew",
    "Dipper",    "Dove",    "Dunlin",    "Eider",    "Falcon",    "Finch",
    "Gannet",    "Godwit",  "Goldcrest", "Goshawk",  "Grebe",     "Grouse",
    "Harrier",   "Heron",   "Hoopoe",    "Ibis",     "Jackdaw",   "Kestrel",
    "Kite",      "Knot",    "Lapwing",   "Lark",     "Linnet",    "Magpie",
    "Martin",    "Merlin",  "Nightjar",  "Nuthatch", "Oriole",    "Osprey",
    "Ouzel",     "Owl",     "Petrel",    "Pipit",    "Plover",    "Puffin",
    "Quail",     "Raven",   "Redstart",  "Robin",    "Sandpiper", "Shrike",
    "Siskin",    "Skua",    "Snipe",     "Sparrow",  "Starling",  "Stilt",
    "Stork",     "Swallow", "Swift",     "Teal",     "Tern",      "Thrush",
    "Turnstone", "Wagtail", "Warbler",   "Wren",
};

struct recalled {
    struct list_node link; /* in sessions->by_age, oldest first */
    uint64_t until_ms;
    struct session session;
};

struct sessions {
    struct loop *loop;   /* the caller's, outlives us */
    struct store *store; /* the caller's, outlives us */
    struct map *recalled;
    struct list by_age;
};

struct sessions_call {
    struct sessions *sessions;
    struct store_call *asked;   /* store's, until its callback */
    sessions_fn *on_open;       /* of sessions_open, or */
    sessions_find_fn *on_found; /* of sessions_find */
    void *arg;
    struct session session;
};

/* --- what we remember ---------------------------------------------------- */

static struct span token_of(const struct session *session)
{
    return (struct span){session->token, SECRET_TOKEN_LEN};
}

static void forget(struct sessions *sessions, struct recalled *r)
{
    map_remove(sessions->recalled, token_of(&r->session));
    list_remove(&r->link);
    mem_free(r);
}

static void forget_old(struct sessions *sessions)
{
    const uint64_t now = loop_now_ms(sessions->loop);
    struct list_node *node;

    while ((node = list_first(&sessions->by_age)) != NULL) {
        struct recalled *r = LIST_ITEM(node, struct recalled, link);

        if (r->until_ms > now && map_count(sessions->recalled) <= RECALL_MAX)
            return;
        forget(sessions, r);
    }
}

static void remember(struct sessions *sessions, const struct session *session)
{
    struct recalled *r = map_get(sessions->recalled, token_of(session));

    if (r != NULL)
        forget(sessions, r);
    r = mem_alloc(sizeof(*r));
    r->session = *session;
    r->session.is_new = false;
    r->until_ms = loop_now_ms(sessions->loop) + RECALL_MS;
    map_set(sessions->recalled, token_of(&r->session), r);
    list_push(&sessions->by_age, &r->link);
    forget_old(sessions);
}

bool sessions_recall(struct sessions *sessions, struct span token,
                     struct session *session)
{
    struct recalled *r;

    forget_old(sessions);
    r = token.at != NULL ? map_get(sessions->recalled, token) : NULL;
    if (r != NULL)
        *session = r->session;
    return r != NULL;
}

/* --- asking Redis -------------------------------------------------------- */

static void finish(struct sessions_call *call, const struct session *session)
{
    sessions_fn *on_open = call->on_open;
    void *arg = call->arg;

    if (session != NULL)
        remember(call->sessions, session);
    on_open(arg, session);
    mem_free(call);
}

static void on_created(void *arg, enum store_result result, struct span name)
{
    struct sessions_call *call = arg;

    (void)name; /* the one we gave */
    call->asked = NULL;
    finish(call, result == STORE_OK ? &call->session : NULL);
}

void sessions_guest_name(char name[STORE_NAME_SIZE])
{
    const uint64_t dice = dice_roll();

    snprintf(name, STORE_NAME_SIZE, "%s-%04u",
             birds[dice % (sizeof(birds) / sizeof(birds[0]))],
             (unsigned)(dice >> 32) % 10000);
}

static void create_guest(struct sessions_call *call)
{
    struct session *session = &call->session;

    secret_token(session->token);
    session->is_new = true;
    sessions_guest_name(session->name);
    call->asked =
        store_session_create(call->sessions->store, token_of(session),
                             span_of(session->name), on_created, call);
}

static void on_looked_up(void *arg, enum store_result result, struct span name)
{
    struct sessions_call *call = arg;

    call->asked = NULL;
    if (result != STORE_OK) {
        finish(call, NULL);
    } else if (name.at == NULL || name.len >= STORE_NAME_SIZE) {
        create_guest(call);
    } else {
        memcpy(call->session.name, name.at, name.len);
        finish(call, &call->session);
    }
}

struct sessions_call *sessions_open(struct sessions *sessions,
                                    struct span token, sessions_fn *on_open,
                                    void *arg)
{
    struct sessions_call *call = mem_alloc(sizeof(*call));

    call->sessions = sessions;
    call->on_open = on_open;
    call->arg = arg;
    if (secret_is_token(token)) {
        memcpy(call->session.token, token.at, token.len);
        call->asked =
            store_session_find(sessions->store, token, on_looked_up, call);
    } else {
        create_guest(call);
    }
    return call;
}

static void on_find_reply(void *arg, enum store_result result, struct span name)
{
    struct sessions_call *call = arg;
    sessions_find_fn *on_found = call->on_found;
    void *done_arg = call->arg;
    struct session session = call->session;
    enum sessions_found found = SESSIONS_UNAVAILABLE;

    if (result == STORE_OK && name.at != NULL && name.len < STORE_NAME_SIZE) {
        memcpy(session.name, name.at, name.len);
        remember(call->sessions, &session);
        found = SESSIONS_FOUND;
    } else if (result == STORE_OK) {
        found = SESSIONS_NONE;
    }
    mem_free(call);
    on_found(done_arg, found, found == SESSIONS_FOUND ? &session : NULL);
}

struct sessions_call *sessions_find(struct sessions *sessions,
                                    struct span token,
                                    sessions_find_fn *on_found, void *arg)
{
    struct sessions_call *call = mem_alloc(sizeof(*call));

    call->sessions = sessions;
    call->on_found = on_found;
    call->arg = arg;
    memcpy(call->session.token, token.at, token.len);
    call->asked =
        store_session_find(sessions->store, token, on_find_reply, call);
    return call;
}

void sessions_cancel(struct sessions_call *call)
{
    if (call->asked != NULL)
        store_cancel(call->asked);
    mem_free(call);
}

void sessions_xsrf(char xsrf[SECRET_TOKEN_SIZE], struct span token)
{
    secret_mac(xsrf, token, span_of("holdline xsrf"));
}

struct sessions *sessions_new(struct loop *loop, struct store *store)
{
    struct sessions *sessions = mem_alloc(sizeof(*sessions));

    sessions->loop = loop;
    sessions->store = store;
    sessions->recalled = map_new();
    list_init(&sessions->by_age);
    return sessions;
}

void sessions_free(struct sessions *sessions)
{
    struct list_node *node;

    if (sessions == NULL)
        return;
    while ((node = list_first(&sessions->by_age)) != NULL)
        forget(sessions, LIST_ITEM(node, struct recalled, link));
    map_free(sessions->recalled);
    mem_free(sessions);
}
