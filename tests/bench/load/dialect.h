/* dialect.h -- how to say the same things to different servers.
 *
 * What is measured is alike everywhere: somebody posts a text into a room, and
 * those who listen there are told.  How that looks on the wire is a dialect:
 * functions that append a request, and one that reads where a reader stands.
 *
 * A server may lack something: then the function is NULL, and options.c
 * refuses a run that would need it. */
#ifndef DIALECT_H
#define DIALECT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"
#include "load/response.h"

#define CURSOR_SIZE 96

/* How readers listen. */
enum transport {
    TRANSPORT_POLL,   /* answered when there is something after the cursor */
    TRANSPORT_STREAM, /* server-sent events from the cursor on */
    TRANSPORT_WS,     /* a WebSocket */
    TRANSPORT_COUNT,
};

/* By which the command line and the report call them. */
extern const char *const transport_names[TRANSPORT_COUNT];

/* What a visitor of Holdline carries; both empty elsewhere. */
struct identity {
    struct buf fields; /* "Cookie: …\r\n" */
    struct buf form;   /* "_xsrf=…&" */
};

/* What is asked.  Which of these a request needs is obvious. */
struct ask {
    const char *room;
    struct span text;
    const char *cursor; /* "": the reader has nothing yet */
    const struct identity *who;
};

typedef void dialect_fn(struct buf *request, const struct ask *ask);

struct dialect {
    const char *name;
    const char *sentence;

    /* What stands directly before a message's text in a reply. */
    const char *before;
    /* What a reply contains that says honestly: something is missing here.
     * NULL: it has no such word. */
    const char *gap;

    dialect_fn *post;
    dialect_fn *listen[TRANSPORT_COUNT];

    /* The text that a WebSocket is sent when it is open.  NULL: none, the
     * request has said it all. */
    dialect_fn *subscribe;
    /* Where the reader stands after this text of a WebSocket; as 'cursor'.
     * NULL: it never says. */
    bool (*text_cursor)(struct span text, char cursor[CURSOR_SIZE]);
    /* What a text of a WebSocket contains that refuses something; or NULL. */
    const char *refusal;

    /* Something small that is answered at once, to see whether the server has
     * time for others while a herd is told: each is asked in turn. */
    dialect_fn *probes[2];

    /* Where the reader stands after this reply to a poll.  False, and the
     * cursor as it was, when the reply does not say. */
    bool (*cursor)(const struct response *response, char cursor[CURSOR_SIZE]);

    /* Asks for an identity, and takes it from the reply. */
    dialect_fn *enter;
    bool (*entered)(const struct response *response, struct identity *who);
};

extern const struct dialect dialect_holdline;
extern const struct dialect dialect_chatdemo;
extern const struct dialect dialect_nchan;
extern const struct dialect dialect_holder;
extern const struct dialect dialect_echo;
extern const struct dialect dialect_static;

/* NULL-terminated. */
extern const struct dialect *const dialects[];

/* NULL when there is none of that name. */
const struct dialect *dialect_find(const char *name);

/* Copies 'from' if it is there and fits. */
bool dialect_set_cursor(char cursor[CURSOR_SIZE], struct span from);

/* What stands between the first, or the last, 'before' in 'text' and the next
 * 'end'. */
struct span dialect_first_between(struct span text, const char *before,
                                  char end);
struct span dialect_last_between(struct span text, const char *before,
                                 char end);

#endif
