/* present.h -- who is in a room, and who is typing there. */
#ifndef PRESENT_H
#define PRESENT_H

#include "endpoints/app.h"

/* GET /a/room/present
 *
 *     room    default "lobby"
 *
 *     {"room":"tea","count":3,"people":[{"person":"a17","name":"Anna"},...],
 *      "more":false}
 *
 * At most STORE_CROWD people; with "more" there are others.  503 when Redis is
 * away. */
void present_list(struct app *app, struct http_call *call,
                  const struct http_request *request);

/* POST /a/room/typing
 *
 *     room    default "lobby"
 *     _xsrf
 *
 *     {"told":true}    false: he was told to be typing less than STORE_TYPING_MS
 *                      ago, or many are there
 *
 * For who has a session: others are told his name. */
void present_type(struct app *app, struct http_call *call,
                  const struct http_request *request);

#endif
