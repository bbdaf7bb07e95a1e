/* room_list.h -- rooms to go to, and up to where one has read them. */
#ifndef ROOM_LIST_H
#define ROOM_LIST_H

#include "endpoints/app.h"

/* GET /a/room/list : {"mine":[...],"public":[{"room","active_at"}]}; of a guest
 * "mine" is empty. */
void room_list(struct app *app, struct http_call *call,
               const struct http_request *http);

/* POST /a/room/read room, cursor : an account has read up to there. */
void room_read(struct app *app, struct http_call *call,
               const struct http_request *http);

#endif
