/* problem.h -- what went wrong, for programs and for people.
 *
 * RFC 9457 (application/problem+json): 'type' is stable and leads to a page
 * that explains it, www/problems.html. */
#ifndef PROBLEM_H
#define PROBLEM_H

#include "io/http.h"

enum problem {
    PROBLEM_BODY_MISSING,
    PROBLEM_BODY_EMPTY,
    PROBLEM_BODY_TOO_LONG,
    PROBLEM_BODY_NOT_UTF8,
    PROBLEM_BODY_CONTROL_CHARACTER,
    PROBLEM_ROOM_INVALID,
    PROBLEM_CURSOR_INVALID,
    PROBLEM_CLIENT_ID_INVALID,
    PROBLEM_NEXT_INVALID,
    PROBLEM_FIELD_REPEATED,
    PROBLEM_FIELD_INVALID,
    PROBLEM_FORM_MALFORMED,
    PROBLEM_TOO_MANY_ROOMS,
    PROBLEM_CROSS_SITE,
    PROBLEM_XSRF_MISMATCH,
    PROBLEM_NOT_FOUND,
    PROBLEM_METHOD_NOT_ALLOWED,
    PROBLEM_CLIENT_ID_REUSED,
    PROBLEM_MESSAGE_NOT_FOUND,
    PROBLEM_MESSAGE_DELETED,
    PROBLEM_NOT_YOURS,
    PROBLEM_TOO_LATE,
    PROBLEM_NOT_A_FORM,
    PROBLEM_FRAME_MALFORMED,
    PROBLEM_TYPE_UNKNOWN,
    PROBLEM_UPGRADE_REQUIRED,
    PROBLEM_TOO_MANY_REQUESTS,
    PROBLEM_SIGN_IN_REQUIRED,
    PROBLEM_SESSION_ENDED,
    PROBLEM_CREDENTIALS_WRONG,
    PROBLEM_NAME_MISSING,
    PROBLEM_NAME_NOT_UTF8,
    PROBLEM_NAME_TOO_SHORT,
    PROBLEM_NAME_TOO_LONG,
    PROBLEM_NAME_SPACES,
    PROBLEM_NAME_INVISIBLE,
    PROBLEM_NAME_BAD_CHARACTER,
    PROBLEM_NAME_BAD_BEGINNING,
    PROBLEM_NAME_BAD_MARKS,
    PROBLEM_NAME_MIXED_SCRIPTS,
    PROBLEM_NAME_TAKEN,
    PROBLEM_NAME_IS_FIXED,
    PROBLEM_PASSWORD_MISSING,
    PROBLEM_PASSWORD_TOO_SHORT,
    PROBLEM_PASSWORD_TOO_LONG,
    PROBLEM_PASSWORD_NOT_UTF8,
    PROBLEM_PASSWORD_BAD_CHARACTER,
    PROBLEM_PASSWORD_COMMON,
    PROBLEM_PASSWORD_IS_NAME,
    PROBLEM_PERSON_INVALID,
    PROBLEM_ACCOUNT_NOT_FOUND,
    PROBLEM_CONTACT_NOT_FOUND,
    PROBLEM_CONTACT_IS_YOU,
    PROBLEM_CONTACT_IS_BLOCKED,
    PROBLEM_TOO_MANY_CONTACTS,
    PROBLEM_ROOM_NOT_FOUND,
    PROBLEM_BANNED,
    PROBLEM_MUTED,
    PROBLEM_ROOM_ARCHIVED,
    PROBLEM_BLOCKED,
    PROBLEM_MODERATORS_ONLY,
    PROBLEM_PERSON_IS_OWNER,
    PROBLEM_MINUTES_INVALID,
    PROBLEM_TOO_MANY_SANCTIONS,
    PROBLEM_ROOM_NOT_PRIVATE,
    PROBLEM_OWNER_ONLY,
    PROBLEM_OWNER_LEAVES,
    PROBLEM_MEMBER_NOT_FOUND,
    PROBLEM_PERSON_IS_YOU,
    PROBLEM_LINK_INVALID,
    PROBLEM_NOT_A_CONTACT,
    PROBLEM_TITLE_INVALID,
    PROBLEM_TITLE_TAKEN,
    PROBLEM_TOPIC_INVALID,
    PROBLEM_TOO_MANY_ROOMS_OWNED,
    PROBLEM_TOO_MANY_ROOMS_JOINED,
    PROBLEM_TOO_MANY_MEMBERS,
    PROBLEM_TOO_MANY_LINKS,
    PROBLEM_TOO_MANY_ATTEMPTS,
    PROBLEM_BUSY,
    PROBLEM_CART_INVALID,
    PROBLEM_ACTION_INVALID,
    PROBLEM_QUANTITY_INVALID,
    PROBLEM_CLIENT_KEY_INVALID,
    PROBLEM_PRODUCT_NOT_FOUND,
    PROBLEM_SOLD_OUT,
    PROBLEM_CART_EMPTY,
    PROBLEM_CLIENT_KEY_REUSED,
    PROBLEM_UNAVAILABLE,
};

/* The last part of its type, and its two texts. */
struct problem_text {
    const char *slug;
    const char *title;
    const char *detail;
};

struct problem_text problem_text(enum problem problem);

/* Appends it as an object of application/problem+json. */
void problem_add_json(struct buf *json, enum problem problem);

/* Answers the call with it: as JSON, or as a small page where a person asks. */
void problem_send(struct http_call *call, enum problem problem);

/* The same with more members, "a":1,"b":2 or "", behind those of its JSON. */
void problem_send_more(struct http_call *call, enum problem problem,
                       struct span members);

/* The same with more header lines, each ending in CR LF. */
void problem_send_with(struct http_call *call, enum problem problem,
                       const char *headers);

#endif
