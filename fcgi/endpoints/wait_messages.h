/* wait_messages.h -- anything new? */
#ifndef WAIT_MESSAGES_H
#define WAIT_MESSAGES_H

#include "endpoints/app.h"

/* POST /a/message/updates
 *
 *     cursor, room, html   see wanted.h
 *     _xsrf                with a session: see guard_form
 *
 * At once when there is something after a cursor, else when there is:
 *
 *     {"messages":[...],       in the order of their rooms
 *      "cursor":"5f-42",       for the (first) room
 *      "gap":true,             if there was more that is gone now
 *      "reset":true,           if the room began anew: this is all there is
 *      "cursors":{...},        with several rooms: each one's, and
 *      "gaps":[...],           the rooms that 'gap' and
 *      "resets":[...]}         'reset' are true of
 *
 * When the hold ends without news, an object without "messages" (chatdemo's
 * client asks again at once on that): {"cursor":"5f-42"}, and with it
 * "retry_ms" when this worker is going or full.  503 when the hold ends and nobody
 * knows whether there is news.  401 session-ended when the session ends meanwhile,
 * and sign-in-required where guests are not welcome. */
void wait_messages(struct app *app, struct http_call *call,
                   const struct http_request *request);

#endif
