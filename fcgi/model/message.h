/* message.h -- one thing somebody said.
 *
 *     body as it came ---message_body_check---> BODY_OK, clean text
 *     clean text + author + room ---store---> id, prev: a message
 *
 * Behind message_body_check nobody validates again: a struct message is always
 * a valid one.
 *
 * What was said can be changed, and the log of a room only grows: a change is a
 * later message that names the earlier one, and has its own place.
 *
 *     42  said    "helo"                       42  said    "hello", edited
 *     43  said    "hi"         -- 44 comes -->  43  said    "hi"
 *                                              44  edit of 42: "hello"
 *
 * So who has read up to 43 is told of the change as of anything else, and who
 * comes later reads 42 as it is now.  Nothing old stays: of several edits only
 * the newest has a text, and when 42 is deleted neither it nor an edit has. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "model/cursor.h"

/* Enough for a long letter; what is longer is a document and wants a link. */
#define BODY_CHARS_MAX 4000
/* 4 000 characters at UTF-8's four bytes each. */
#define BODY_LEN_MAX  16000
#define CLIENT_ID_MAX 64

enum message_kind {
    MESSAGE_SAID,
    MESSAGE_EDIT,   /* 'of' is said otherwise: 'body' */
    MESSAGE_DELETE, /* 'of' is not said any more; the body is empty */
};

struct message {
    struct cursor id;  /* its place in the room */
    uint64_t prev_seq; /* 'seq' of the message before it, 0: the first */
    struct span room;
    struct span author; /* display name, as it was when this was said */
    struct span by;     /* who that is (person.h); SPAN_NONE: nobody knew yet */
    struct span body;
    struct span sent_at;   /* RFC 3339, UTC, the clock of the worker */
    struct span client_id; /* SPAN_NONE when the client sent none */
    enum message_kind kind;
    struct cursor of; /* of an edit or deletion: which message */
    /* Of one that was said and then edited: */
    struct span edited_at; /* SPAN_NONE: it never was */
    struct cursor edit;    /* the newest edit of it */
    /* Its text is gone: deleted or, of an edit, replaced by a newer one. */
    struct span deleted_at; /* SPAN_NONE: the text is there */
};

enum body_result {
    BODY_OK,
    BODY_EMPTY, /* nothing but white space */
    BODY_TOO_LONG,
    BODY_NOT_UTF8,
    BODY_CONTROL_CHARACTER,
};

/* Checks what somebody wants to say.  With BODY_OK the text is in '*clean'
 * (replaced): CR LF and CR made LF, white space at both ends taken off.  The
 * limits apply to the clean text; UTF-8 is checked first. */
enum body_result message_body_check(struct span raw, struct buf *clean);

/* 1 to CLIENT_ID_MAX of A-Z a-z 0-9 . _ - */
bool message_client_id_is_valid(struct span client_id);

/* Appends the message as one HTML element:
 *
 *     <div class="message" id="m5f0c-42"><b class="author">Heron-4821</b>
 *     <span class="body" dir="auto">see <a href="...">...</a></span></div>
 *
 * (in one line, with a space where it is broken here) with the text escaped,
 * line feeds as <br>, and addresses that begin with http:// or https:// as
 * links (rel="nofollow ugc noopener noreferrer" target="_blank").  Punctuation
 * that ends a sentence, and a closing bracket that was opened before the
 * address, are not part of one.
 *
 * One that was edited, or is deleted, has a class="mark" that says so.  An edit
 * or deletion is an element of its own, as those who only append elements show
 * it; data-of="m5f0c-41" is the element that it changes. */
void message_add_html(struct buf *to, const struct message *msg);

/* Appends the body alone: escaped, with links and <br>. */
void message_add_body_html(struct buf *to, struct span body);

#endif
