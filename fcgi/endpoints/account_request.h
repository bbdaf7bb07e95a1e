/* account_request.h -- a request about an account, or its contacts, on its way.
 *
 *     endpoint: guard_form, fields copied
 *        '--> account_request_find --> on_session: who asks is known
 *                 '--> answered: 401, 503        '--> accounts.h --> answered
 *
 * It has at most one thing under way; the client's leaving cancels that. */
#ifndef ACCOUNT_REQUEST_H
#define ACCOUNT_REQUEST_H

#include "endpoints/app.h"
#include "endpoints/problem.h"
#include "services/contacts.h"
#include "services/sanctions.h"

struct account_request;
typedef void account_request_fn(struct account_request *request);

struct account_request {
    struct app *app;
    struct http_call *call;
    account_request_fn *on_session;
    bool is_for_accounts; /* else guests may do it as well */
    bool is_https;
    bool is_flagged;               /* what a field said */
    enum contact_deed deed;        /* of one about a contact */
    unsigned status;               /* of an answer with a session */
    struct room_job *wish;         /* ours; of one about a room */
    struct sanction_job *sentence; /* the same */
    struct sessions_call *finding; /* one of these eight is set at a time */
    struct accounts_call *doing;
    struct store_call *asked;
    struct contacts_call *contact;
    struct rooms_call *room;
    struct sanctions_call *sanction;
    struct access_call *judging;
    struct limits_call *limiting;
    struct buf name; /* ours, like the others; overwritten at the end */
    struct buf password;
    struct buf new_password;
    struct buf id;
    struct buf json; /* of the answer, as far as it is known */
    struct session session;
    char token[SECRET_TOKEN_SIZE]; /* "": none came */
    char address[LIMITS_PLACE_SIZE];
    char device[STORE_DEVICE_MAX + 1];
};

/* Holds the call. */
struct account_request *account_request_new(struct app *app,
                                            struct http_call *call,
                                            const struct http_request *http);

void account_request_free(struct account_request *request);

/* Copies a field 'to' one of the request's.  False, and the call is answered and
 * 'request' is gone, when it is missing ('missing' says so) or repeated. */
bool account_request_field(struct account_request *request, struct buf *to,
                           const char *name, enum problem missing);

/* Finds out who asks, and goes on with on_session; or answers. */
void account_request_find(struct account_request *request,
                          account_request_fn *on_session);

/* The same when the session has changed. */
void account_request_find_again(struct account_request *request,
                                account_request_fn *on_session);

/* Has it done by accounts.h, with the request as 'arg' of 'on_done'; or
 * answers. */
void account_request_start(struct account_request *request,
                           enum accounts_kind kind, accounts_fn *on_done);

/* For accounts.h: the request is answered and gone. */
void account_request_done(void *arg, const struct accounts_result *result);

/* Each answers the call and frees the request. */
void account_request_fail(struct account_request *request,
                          enum problem problem);
void account_request_send_json(struct account_request *request,
                               const char *headers, struct span json);

#endif
