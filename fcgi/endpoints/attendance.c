#include "endpoints/attendance.h"

#include "base/mem.h"
#include "services/person.h"

struct attendance {
    struct app *app;                     /* outlives us */
    const struct hub_question *question; /* the owner's, outlives us */
    struct sessions_call *finding;       /* sessions', until its callback */
    unsigned count;
    struct presence_hold holds[]; /* one for each room, once he is known */
};

static void enter(struct attendance *attendance, const struct session *session)
{
    char id[PERSON_SIZE];
    struct presence_person person = {
        .name = span_of(session->name),
        .token = {session->token, SECRET_TOKEN_LEN}};

    person_of(id, session);
    person.id = span_of(id);
    for (unsigned i = 0; i < attendance->count; i++)
        presence_enter(attendance->app->core.presence, &attendance->holds[i],
                       hub_look(attendance->question, i).room, &person, NULL);
}

/* Who is not found is not there; whether he is served is not decided here. */
static void on_found(void *arg, enum sessions_found found,
                     const struct session *session)
{
    struct attendance *attendance = arg;

    (void)found;
    attendance->finding = NULL;
    if (session != NULL)
        enter(attendance, session);
}

struct attendance *attendance_start(struct app *app, struct span token,
                                    const struct hub_question *question)
{
    struct sessions *sessions = app->core.sessions;
    struct attendance *attendance;
    struct session session;

    if (token.at == NULL)
        return NULL;
    attendance =
        mem_alloc(sizeof(*attendance) +
                  question->place_count * sizeof(attendance->holds[0]));
    attendance->app = app;
    attendance->question = question;
    attendance->count = question->place_count;
    if (sessions_recall(sessions, token, &session))
        enter(attendance, &session);
    else
        attendance->finding =
            sessions_find(sessions, token, on_found, attendance);
    return attendance;
}

void attendance_end(struct attendance *attendance, enum presence_leaving how)
{
    if (attendance == NULL)
        return;
    if (attendance->finding != NULL)
        sessions_cancel(attendance->finding);
    for (unsigned i = 0; i < attendance->count; i++)
        presence_leave(&attendance->holds[i], how);
    mem_free(attendance);
}
