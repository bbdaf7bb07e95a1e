/* room_change.h -- what one does with a room that somebody made: POST forms of
 * accounts, each answered with the room as it is then (room_view.h), or with a
 * problem.
 *
 *     /a/room/new        title, topic?    201
 *     /a/room/direct     name             a room for two, made or found
 *     /a/room/title      room, title      ... from here on by its owner
 *     /a/room/topic      room, topic
 *     /a/room/invite     room, name
 *     /a/room/link       room, hours?     {"room","secret","expires_at"}
 *     /a/room/remove     room, person
 *     /a/room/hand-over  room, person
 *     /a/room/archive    room
 *     /a/room/join       secret, or room for who is invited
 *     /a/room/refuse     room
 *     /a/room/leave      room
 *
 * A room that is not there and one that somebody is not in are answered
 * alike. */
#ifndef ROOM_CHANGE_H
#define ROOM_CHANGE_H

#include "endpoints/app.h"

void room_new(struct app *app, struct http_call *call,
              const struct http_request *http);
void room_direct(struct app *app, struct http_call *call,
                 const struct http_request *http);
void room_title(struct app *app, struct http_call *call,
                const struct http_request *http);
void room_topic(struct app *app, struct http_call *call,
                const struct http_request *http);
void room_invite(struct app *app, struct http_call *call,
                 const struct http_request *http);
void room_link(struct app *app, struct http_call *call,
               const struct http_request *http);
void room_remove(struct app *app, struct http_call *call,
                 const struct http_request *http);
void room_hand_over(struct app *app, struct http_call *call,
                    const struct http_request *http);
void room_archive(struct app *app, struct http_call *call,
                  const struct http_request *http);
void room_join(struct app *app, struct http_call *call,
               const struct http_request *http);
void room_refuse(struct app *app, struct http_call *call,
                 const struct http_request *http);
void room_leave(struct app *app, struct http_call *call,
                const struct http_request *http);

#endif
