/* stream_messages.h -- anything new? And go on telling me. */
#ifndef STREAM_MESSAGES_H
#define STREAM_MESSAGES_H

#include "endpoints/app.h"

/* GET /a/message/stream
 *
 *     cursor, room, html   see wanted.h
 *     presence             1: who comes and leaves is told, too
 *     Last-Event-ID        goes before 'cursor': the id of the last event
 *
 * A stream of events (news_events.h) that does not end by itself.  It begins
 * with how long to wait before coming back ("retry:") and with where the reader
 * stands, an event that has an id and no data.
 *
 * A stream is a question to the hub that asks again:
 *
 *     asked --news--> writing --it is out--> asked
 *       |--- nothing for HOLDLINE_STREAM_QUIET_MS: a comment, asked
 *       |--- the same, and Redis is away: a comment that says so, asked
 *       |--- this worker goes or is full: "retry:", and the end
 *       '--- the session has ended: "event: end", and the end
 *
 * A session is looked at again every few minutes, in case nobody told us that it
 * has ended.  Where guests are not welcome it is looked at before anything else.
 *
 * What happens in the rooms now (stream_presence.h) comes in between, while it is
 * asked; to who is being written to it is not told, but how things stand, later.
 *
 * So nothing is ever waiting to be written but one chunk: who reads slowly falls
 * behind, and is then told all that came meanwhile, or of a gap. */
void stream_messages(struct app *app, struct http_call *call,
                     const struct http_request *request);

/* GET /shop/stream: the same of what changes in the shop; 'cursor' and
 * Last-Event-ID only. */
void stream_shop(struct app *app, struct http_call *call,
                 const struct http_request *request);

#endif
