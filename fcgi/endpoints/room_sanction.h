/* room_sanction.h -- who looks after a room has somebody say or read nothing there
 * for a time.
 *
 * POST /a/room/mute      room, person, minutes, name?, _xsrf
 * POST /a/room/ban       room, person, minutes, name?, _xsrf
 *     200 {"room":"tea","person":"a17","kind":"ban","until":"2026-..."}; the same
 *     again replaces it
 * POST /a/room/pardon    room, person, _xsrf
 *     200 {"room":"tea","person":"a17","ended":1}: of mute and ban
 * GET /a/room/sanctions?room=tea
 *     200 {"room":"tea","sanctions":[{"person","name","kind","until","by"},...]}
 *
 * By the owner of a private room, or an administrator; a direct room has none.
 * 403 moderators-only, 404 room-not-found, 409 person-is-you, person-is-owner and
 * too-many-sanctions. */
#ifndef ROOM_SANCTION_H
#define ROOM_SANCTION_H

#include "endpoints/app.h"

void room_mute(struct app *app, struct http_call *call,
               const struct http_request *http);
void room_ban(struct app *app, struct http_call *call,
              const struct http_request *http);
void room_pardon(struct app *app, struct http_call *call,
                 const struct http_request *http);
void room_list_sanctions(struct app *app, struct http_call *call,
                         const struct http_request *http);

#endif
