/* room_view.h -- a room that somebody made, as one who is in it sees it.
 *
 *     {"room":"~0f3c...","kind":"private","title":"Tea","topic":"","owner":"a3",
 *      "archived":false,"me":"member"}
 *
 * and for GET /a/room with "members":[{"person","name","owner","invited"}]. */
#ifndef ROOM_VIEW_H
#define ROOM_VIEW_H

#include "base/buf.h"
#include "endpoints/app.h"
#include "services/rooms_sql.h"

/* Appends its members, without braces, to be gone on with. */
void room_view_add(struct buf *json, const struct room_seen *seen,
                   int64_t account, bool is_admin);

/* GET /a/room?room= : a room, and who is in it.  404 room-not-found for a closed
 * one to who is not. */
void room_view(struct app *app, struct http_call *call,
               const struct http_request *http);

#endif
