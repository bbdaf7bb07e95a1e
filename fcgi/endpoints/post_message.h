/* post_message.h -- say something in a room, or change what one has said. */
#ifndef POST_MESSAGE_H
#define POST_MESSAGE_H

#include "endpoints/app.h"

/* POST /a/message/new
 *
 *     body       required; see message_body_check
 *     room       default "lobby"
 *     client_id  under which a repetition is recognised for 5 minutes
 *     next       a path on this site: answer 303 to it instead of 200
 *     _xsrf      with a session: see guard_form
 *
 * 200 and the message, as readers get it, once Redis has stored and numbered
 * it.  The author is the session's name; a visitor without a session becomes a
 * guest with the first post, and gets the cookies with the answer.
 *
 * Without a client_id nginx's request id takes its place.  So every post may be
 * repeated on its way: when a worker dies, nginx sends the request to another,
 * and the message is there once all the same.
 *
 * 409 when another body came under the same client_id; 503 when Redis is away,
 * after which sending it again is harmless (with a client_id) and advised. */
void post_message(struct app *app, struct http_call *call,
                  const struct http_request *request);

/* POST /a/message/edit, POST /a/message/delete
 *
 *     id         required: which message
 *     body       of an edit: what it says from now on
 *     room, client_id, next, _xsrf as above
 *
 * 200 and the edit or deletion, which readers get as a later message (message.h).
 * One may edit what one said oneself, for STORE_EDIT_MS; and delete it as long as
 * it is in the room's list.  The owner of a room may delete what others said there,
 * and an administrator in public ones (rooms_may_moderate).
 *
 * 403 for somebody else's, or too late; 404 when there is no such message; 409
 * when it is deleted. */
void edit_message(struct app *app, struct http_call *call,
                  const struct http_request *request);
void delete_message(struct app *app, struct http_call *call,
                    const struct http_request *request);

#endif
