#include "endpoints/posting.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "endpoints/guard.h"
#include "io/json.h"
#include "model/room.h"
#include "services/person.h"
#include "services/rooms.h"

/* One of 'judging', 'appending' and 'asking' is set while it is on its way. */
struct posting {
    struct core *core;            /* the caller's, outlives us */
    struct access_call *judging;  /* access's, until its callback */
    struct store_call *appending; /* store's, until its callback */
    struct rooms_call *asking;    /* rooms', until its callback */
    posting_fn *on_posted;
    void *arg;
    char *room;      /* ours, like the next two */
    char *client_id; /* NULL: none */
    char *once;      /* NULL: none, and until it is started, like the next */
    char *author;
    char *person;
    enum message_kind kind;
    struct cursor of; /* what an edit or deletion changes */
    bool moderates;   /* he may delete what others said */
    struct buf body;  /* clean; of a deletion it is empty */
    char sent_at[CLOCK_TEXT_SIZE];
};

/* Lent as long as 'posting' is there. */
static struct message as_message(const struct posting *posting)
{
    return (struct message){
        .room = span_of(posting->room),
        .author = span_of(posting->author),
        .by = span_of(posting->person),
        .body = buf_span(&posting->body),
        .kind = posting->kind,
        .of = posting->of,
        .sent_at = span_of(posting->sent_at),
        .client_id = span_of(posting->client_id),
    };
}

/* --- the answer of the store --------------------------------------------- */

/* What was said under this client_id before, when it was said. */
static void tell_earlier(struct posting *posting, struct span earlier)
{
    struct json_message stored;

    if (!json_parse_message(&stored, earlier)) {
        posting->on_posted(posting->arg, NULL, PROBLEM_UNAVAILABLE);
        return;
    }
    /* The callback may free the posting, not the message. */
    posting->on_posted(posting->arg, &stored.msg, PROBLEM_UNAVAILABLE);
    json_free_message(&stored);
}

static void on_appended(void *arg, enum store_result result, struct cursor id,
                        struct span earlier)
{
    struct posting *posting = arg;
    struct message msg;

    posting->appending = NULL;
    switch (result) {
    case STORE_UNAVAILABLE:
        posting->on_posted(posting->arg, NULL, PROBLEM_UNAVAILABLE);
        return;
    case STORE_REUSED:
        posting->on_posted(posting->arg, NULL, PROBLEM_CLIENT_ID_REUSED);
        return;
    case STORE_OK:
        if (earlier.at != NULL) {
            tell_earlier(posting, earlier);
            return;
        }
        msg = as_message(posting);
        msg.id = id;
        posting->on_posted(posting->arg, &msg, PROBLEM_UNAVAILABLE);
        return;
    }
}

static void append(struct posting *posting);

static void on_asked(void *arg, bool ok, bool yes)
{
    struct posting *posting = arg;

    posting->asking = NULL;
    posting->moderates = yes;
    if (yes)
        append(posting);
    else
        posting->on_posted(posting->arg, NULL,
                           ok ? PROBLEM_NOT_YOURS : PROBLEM_UNAVAILABLE);
}

/* Somebody else's: whether he may delete it all the same is asked only now, as
 * nearly everybody deletes what he said himself. */
static void refuse_or_ask(struct posting *posting)
{
    const int64_t account = person_account(span_of(posting->person));

    if (posting->kind == MESSAGE_DELETE && account != 0 && !posting->moderates)
        posting->asking =
            rooms_may_moderate(posting->core->sql, account,
                               span_of(posting->room), on_asked, posting);
    else
        posting->on_posted(posting->arg, NULL, PROBLEM_NOT_YOURS);
}

static void on_revised(void *arg, enum store_revised result, struct cursor id,
                       struct span earlier)
{
    struct posting *posting = arg;

    posting->appending = NULL;
    switch (result) {
    case STORE_REVISED:
        on_appended(posting, STORE_OK, id, earlier);
        return;
    case STORE_REVISED_REUSED:
        on_appended(posting, STORE_REUSED, id, earlier);
        return;
    case STORE_REVISED_UNAVAILABLE:
        on_appended(posting, STORE_UNAVAILABLE, id, earlier);
        return;
    case STORE_REVISED_MISSING:
        posting->on_posted(posting->arg, NULL, PROBLEM_MESSAGE_NOT_FOUND);
        return;
    case STORE_REVISED_NOT_YOURS:
        refuse_or_ask(posting);
        return;
    case STORE_REVISED_DELETED:
        posting->on_posted(posting->arg, NULL, PROBLEM_MESSAGE_DELETED);
        return;
    case STORE_REVISED_TOO_LATE:
        posting->on_posted(posting->arg, NULL, PROBLEM_TOO_LATE);
        return;
    }
}

/* --- the way there ------------------------------------------------------- */

static bool check_body(struct span raw, struct buf *clean,
                       enum problem *problem)
{
    if (raw.at == NULL) {
        *problem = PROBLEM_BODY_MISSING;
        return false;
    }
    switch (message_body_check(raw, clean)) {
    case BODY_OK:
        return true;
    case BODY_EMPTY:
        *problem = PROBLEM_BODY_EMPTY;
        return false;
    case BODY_TOO_LONG:
        *problem = PROBLEM_BODY_TOO_LONG;
        return false;
    case BODY_NOT_UTF8:
        *problem = PROBLEM_BODY_NOT_UTF8;
        return false;
    case BODY_CONTROL_CHARACTER:
        *problem = PROBLEM_BODY_CONTROL_CHARACTER;
        return false;
    }
    return false;
}

/* Whom it is about, and what is said. */
static bool check_text(const struct posting_draft *draft, struct cursor *of,
                       struct buf *clean, enum problem *problem)
{
    if (draft->kind != MESSAGE_SAID &&
        (draft->id.at == NULL || !cursor_parse(draft->id, of))) {
        *problem = PROBLEM_CURSOR_INVALID;
        return false;
    }
    return draft->kind == MESSAGE_DELETE ||
           check_body(draft->body, clean, problem);
}

struct posting *posting_new(const struct posting_draft *draft,
                            enum problem *problem)
{
    const struct span room =
        draft->room.at != NULL ? draft->room : span_of(ROOM_DEFAULT);
    struct cursor of = CURSOR_START;
    struct buf body = {0};
    struct posting *posting;

    if (!room_name_is_valid(room)) {
        *problem = PROBLEM_ROOM_INVALID;
        return NULL;
    }
    if (draft->client_id.at != NULL &&
        !message_client_id_is_valid(draft->client_id)) {
        *problem = PROBLEM_CLIENT_ID_INVALID;
        return NULL;
    }
    if (!check_text(draft, &of, &body, problem)) {
        buf_fini(&body);
        return NULL;
    }
    posting = mem_alloc(sizeof(*posting));
    posting->kind = draft->kind;
    posting->of = of;
    posting->body = body;
    posting->room = mem_copy(room.at, room.len);
    if (draft->client_id.at != NULL)
        posting->client_id =
            mem_copy(draft->client_id.at, draft->client_id.len);
    return posting;
}

static void append(struct posting *posting)
{
    const struct message msg = as_message(posting);
    const struct span once =
        posting->client_id != NULL ? msg.client_id : span_of(posting->once);
    struct store *store = posting->core->store;

    posting->appending =
        posting->kind == MESSAGE_SAID
            ? store_append(store, &msg, once, on_appended, posting)
            : store_revise(store, &msg, once, posting->moderates, on_revised,
                           posting);
}

static void on_judged(void *arg, enum access_verdict verdict)
{
    struct posting *posting = arg;

    posting->judging = NULL;
    if (verdict == ACCESS_ALLOWED)
        append(posting);
    else
        posting->on_posted(posting->arg, NULL, guard_verdict(verdict));
}

void posting_start(struct posting *posting, struct core *core,
                   const struct posting_author *author, struct span once,
                   posting_fn *on_posted, void *arg)
{
    const struct span room = span_of(posting->room);

    posting->core = core;
    posting->on_posted = on_posted;
    posting->arg = arg;
    posting->author = mem_copy(author->name.at, author->name.len);
    posting->person = mem_copy(author->person.at, author->person.len);
    if (once.at != NULL)
        posting->once = mem_copy(once.at, once.len);
    clock_format(posting->sent_at, clock_wall_ms());
    if (access_judge(core->access, room, author->person, ACCESS_POST) ==
        ACCESS_ALLOWED)
        append(posting);
    else
        posting->judging = access_open(core->access, room, author->person,
                                       ACCESS_POST, on_judged, posting);
}

struct span posting_client_id(const struct posting *posting)
{
    return span_of(posting->client_id);
}

struct span posting_room(const struct posting *posting)
{
    return span_of(posting->room);
}

void posting_free(struct posting *posting)
{
    if (posting == NULL)
        return;
    if (posting->judging != NULL)
        access_cancel(posting->judging);
    if (posting->appending != NULL)
        store_cancel(posting->appending);
    if (posting->asking != NULL)
        rooms_cancel(posting->asking);
    mem_free(posting->room);
    mem_free(posting->client_id);
    mem_free(posting->once);
    mem_free(posting->author);
    mem_free(posting->person);
    buf_fini(&posting->body);
    mem_free(posting);
}
