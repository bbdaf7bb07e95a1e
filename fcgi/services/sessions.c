#include "services/sessions.h"

#include <string.h>

#include "base/list.h"
#include "base/mem.h"
#include "services/guest_names.h"

struct sessions {
    struct store *store; /* the caller's, outlives us */
    struct recall *recall;
    struct ties ties;
    struct list leaving;         /* calls that nobody waits for */
    sessions_watch_fn *on_event; /* NULL: nobody watches */
    void *watcher;
    uint64_t heard; /* how often it was told that a session is another */
    bool hears;     /* what is told; else nothing is remembered */
    bool guests;    /* are welcome */
};

struct sessions_call {
    struct list_node link; /* in sessions->leaving; or in none */
    struct sessions *sessions;
    struct store_call *asked; /* store's, until its callback */
    sessions_fn *on_found;
    void *arg;
    uint64_t heard;                    /* when Redis was asked */
    char old_token[SECRET_TOKEN_SIZE]; /* of sessions_begin, "" for none */
    struct session session;
};

static struct span token_of(const struct session *session)
{
    return (struct span){session->token, SECRET_TOKEN_LEN};
}

bool sessions_recall(struct sessions *sessions, struct span token,
                     struct session *session)
{
    return recall_get(sessions->recall, token, session);
}

struct ties *sessions_ties(struct sessions *sessions)
{
    return &sessions->ties;
}

/* --- asking Redis -------------------------------------------------------- */

static struct sessions_call *call_new(struct sessions *sessions,
                                      struct span token, sessions_fn *on_found,
                                      void *arg)
{
    struct sessions_call *call = mem_alloc(sizeof(*call));

    call->sessions = sessions;
    call->on_found = on_found;
    call->arg = arg;
    call->heard = sessions->heard;
    if (token.at != NULL)
        memcpy(call->session.token, token.at, SECRET_TOKEN_LEN);
    return call;
}

/* Whether it is one that we can keep. */
static bool take(struct sessions_call *call, const struct store_session *stored)
{
    struct session *session = &call->session;

    if (stored == NULL || stored->name.len >= sizeof(session->name) ||
        (stored->account == 0 && !call->sessions->guests))
        return false;
    memset(session->name, 0, sizeof(session->name));
    memcpy(session->name, stored->name.at, stored->name.len);
    session->account = stored->account;
    /* Else it may be another already, or none. */
    if (call->sessions->hears && call->heard == call->sessions->heard)
        recall_add(call->sessions->recall, session);
    return true;
}

static void tell(struct sessions_call *call, enum sessions_found found)
{
    call->on_found(call->arg, found,
                   found == SESSIONS_FOUND ? &call->session : NULL);
    mem_free(call);
}

static void on_found(void *arg, enum store_result result,
                     const struct store_session *stored)
{
    struct sessions_call *call = arg;

    if (result != STORE_OK)
        tell(call, SESSIONS_UNAVAILABLE);
    else
        tell(call, take(call, stored) ? SESSIONS_FOUND : SESSIONS_NONE);
}

static void create_guest(struct sessions_call *call)
{
    static const struct store_account guest;
    struct session *session = &call->session;

    secret_token(session->token);
    session->is_new = true;
    guest_names_make(session->name);
    call->asked =
        store_session_create(call->sessions->store, token_of(session),
                             span_of(session->name), &guest, on_found, call);
}

static void on_looked_up(void *arg, enum store_result result,
                         const struct store_session *stored)
{
    struct sessions_call *call = arg;

    if (result != STORE_OK)
        tell(call, SESSIONS_UNAVAILABLE);
    else if (take(call, stored))
        tell(call, SESSIONS_FOUND);
    else if (call->sessions->guests)
        create_guest(call);
    else
        tell(call, SESSIONS_NONE);
}

/* A token that nobody has, where guests are not welcome: it is looked for as
 * well, so that the answer comes later as always. */
struct sessions_call *sessions_open(struct sessions *sessions,
                                    struct span token, sessions_fn *on_open,
                                    void *arg)
{
    const bool has_token = secret_is_token(token);
    struct sessions_call *call =
        call_new(sessions, has_token ? token : SPAN_NONE, on_open, arg);

    if (!has_token && sessions->guests) {
        create_guest(call);
        return call;
    }
    if (!has_token)
        secret_token(call->session.token);
    call->asked = store_session_find(sessions->store, token_of(&call->session),
                                     on_looked_up, call);
    return call;
}

struct sessions_call *sessions_find(struct sessions *sessions,
                                    struct span token, sessions_fn *on_done,
                                    void *arg)
{
    struct sessions_call *call = call_new(sessions, token, on_done, arg);

    call->asked = store_session_find(sessions->store, token, on_found, call);
    return call;
}

void sessions_cancel(struct sessions_call *call)
{
    store_cancel(call->asked);
    list_remove(&call->link);
    mem_free(call);
}

/* --- signing in ---------------------------------------------------------- */

static void on_left(void *arg, enum store_result result, int64_t count)
{
    struct sessions_call *call = arg;

    (void)result; /* a guest's session ends by itself, too */
    (void)count;
    list_remove(&call->link);
    mem_free(call);
}

/* Nobody waits for the end of what the visitor was before. */
static void leave(struct sessions *sessions, struct span token)
{
    struct sessions_call *call = call_new(sessions, SPAN_NONE, NULL, NULL);
    char hash[SECRET_HEX_SIZE];

    secret_hash(hash, token);
    list_push(&sessions->leaving, &call->link);
    call->asked = store_session_end(
        sessions->store, &(struct store_ending){.only = span_of(hash)}, on_left,
        call);
}

static void on_begun(void *arg, enum store_result result,
                     const struct store_session *stored)
{
    struct sessions_call *call = arg;

    if (stored != NULL && call->old_token[0] != '\0')
        leave(call->sessions, span_of(call->old_token));
    on_found(call, result, stored);
}

struct sessions_call *sessions_begin(struct sessions *sessions,
                                     struct span token, struct span name,
                                     const struct store_account *account,
                                     sessions_fn *on_done, void *arg)
{
    struct sessions_call *call = call_new(sessions, SPAN_NONE, on_done, arg);

    if (token.at != NULL)
        memcpy(call->old_token, token.at, SECRET_TOKEN_LEN);
    secret_token(call->session.token);
    call->session.is_new = true;
    call->asked =
        store_session_create(sessions->store, token_of(&call->session), name,
                             account, on_begun, call);
    return call;
}

/* --- ending -------------------------------------------------------------- */

struct store_call *sessions_sign_out(struct sessions *sessions,
                                     const struct session *session,
                                     bool everywhere, store_number_fn *on_done,
                                     void *arg)
{
    char hash[SECRET_HEX_SIZE];
    struct store_ending ending = {.account = session->account};

    secret_hash(hash, token_of(session));
    /* Here it has ended when that is answered, even if it is told later. */
    sessions->heard++;
    recall_drop(sessions->recall, span_of(hash));
    if (!everywhere || session->account == 0)
        ending.only = span_of(hash);
    return store_session_end(sessions->store, &ending, on_done, arg);
}

struct store_call *sessions_end(struct sessions *sessions, int64_t account,
                                struct span id, store_number_fn *on_done,
                                void *arg)
{
    return store_session_end(
        sessions->store, &(struct store_ending){.account = account, .only = id},
        on_done, arg);
}

struct store_call *sessions_end_older(struct sessions *sessions,
                                      int64_t account, int64_t since,
                                      store_number_fn *on_done, void *arg)
{
    return store_session_end(
        sessions->store,
        &(struct store_ending){.account = account, .since = since}, on_done,
        arg);
}

/* --- what the others did ------------------------------------------------- */

void sessions_watch(struct sessions *sessions, sessions_watch_fn *on_event,
                    void *arg)
{
    sessions->on_event = on_event;
    sessions->watcher = arg;
}

static void become(struct sessions *sessions, struct span hash,
                   enum tie_event event)
{
    recall_drop(sessions->recall, hash);
    if (sessions->on_event != NULL)
        sessions->on_event(sessions->watcher, event, hash);
    ties_tell(&sessions->ties, hash, event);
}

static void on_notice(void *arg, struct span payload)
{
    struct sessions *sessions = arg;
    struct span hash;

    sessions->heard++;
    switch (store_session_event(payload, &hash)) {
    case STORE_SESSION_ENDED:
        become(sessions, hash, TIE_ENDED);
        break;
    case STORE_SESSION_CHANGED:
        become(sessions, hash, TIE_CHANGED);
        break;
    case STORE_SESSION_NEITHER:
        break;
    }
}

static void on_heard(void *arg)
{
    struct sessions *sessions = arg;

    sessions->hears = true;
}

/* What is held goes on, and looks again itself: see ties.h. */
static void on_lost(void *arg)
{
    struct sessions *sessions = arg;

    sessions->hears = false;
    sessions->heard++; /* who knows */
    recall_drop_all(sessions->recall);
}

static const struct notices_events events = {
    .on_heard = on_heard, .on_notice = on_notice, .on_lost = on_lost};

/* --- what a session is called -------------------------------------------- */

void sessions_id(char id[SESSIONS_ID_SIZE], struct span token)
{
    char hash[SECRET_HEX_SIZE];

    secret_hash(hash, token);
    memcpy(id, hash, SESSIONS_ID_LEN);
    id[SESSIONS_ID_LEN] = '\0';
}

bool sessions_id_is_valid(struct span id)
{
    for (size_t i = 0; i < id.len; i++) {
        if (strchr("0123456789abcdef", id.at[i]) == NULL || id.at[i] == '\0')
            return false;
    }
    return id.len == SESSIONS_ID_LEN;
}

void sessions_xsrf(char xsrf[SECRET_TOKEN_SIZE], struct span token)
{
    secret_mac(xsrf, token, span_of("holdline xsrf"));
}

/* --- its life ------------------------------------------------------------ */

struct sessions *sessions_new(struct loop *loop, struct store *store,
                              struct notices *notices,
                              struct sessions_rules rules)
{
    struct sessions *sessions = mem_alloc(sizeof(*sessions));

    sessions->store = store;
    sessions->guests = rules.guests;
    sessions->recall = recall_new(loop, rules.recall_ms);
    ties_init(&sessions->ties);
    list_init(&sessions->leaving);
    notices_listen(notices, store_sessions_channel(), &events, sessions);
    return sessions;
}

void sessions_free(struct sessions *sessions)
{
    struct list_node *node;

    if (sessions == NULL)
        return;
    while ((node = list_first(&sessions->leaving)) != NULL)
        sessions_cancel(LIST_ITEM(node, struct sessions_call, link));
    recall_free(sessions->recall);
    mem_free(sessions);
}
