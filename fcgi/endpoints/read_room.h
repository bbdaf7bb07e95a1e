/* read_room.h -- a room as a page without script. */
#ifndef READ_ROOM_H
#define READ_ROOM_H

#include "endpoints/app.h"

/* GET /plain?room=lobby: HTML with the messages of the replay list and a form
 * that posts and comes back here.  The wall sends browsers without JavaScript
 * here.  503 when Redis is away. */
void read_room(struct app *app, struct http_call *call,
               const struct http_request *request);

#endif
