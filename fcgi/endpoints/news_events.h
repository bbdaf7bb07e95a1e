/* news_events.h -- what a stream is told: server-sent events (WHATWG HTML,
 * section 9.2), rendered once for all who are told the same (news_cache.h).
 *
 *     event: gap                     or reset, before the messages concerned
 *     data: {"room":"tea"}
 *
 *     id: 5f-42                      where the reader stands after it; with
 *     data: {"id":"5f-42",...}       several rooms in all: tea:5f-42,lobby:ab-7
 *
 * A chunk is full at HTTP_CHUNK_FULL bytes.  Who has more to hear gets the rest
 * in the next one, so that a reader who takes nothing costs us one chunk. */
#ifndef NEWS_EVENTS_H
#define NEWS_EVENTS_H

#include <stdbool.h>

#include "base/buf.h"
#include "io/http.h"
#include "services/hub.h"

/* Renders what is new in the rooms of 'question', as much as goes into one
 * chunk, and has the question stand behind that.  '*turn' is the room that comes
 * first, 0 at the beginning: a busy one does not keep the others waiting.  The
 * chunk is the caller's reference. */
struct http_packet *news_events_take(struct hub_question *question,
                                     bool with_html, unsigned *turn);

/* An event that only says where the reader stands; nothing when that is not
 * known of any room. */
void news_events_add_position(struct buf *text,
                              const struct hub_question *question);

/* Of how many rooms it is known where the reader stands.  Who came without a
 * cursor stands nowhere until his room is known. */
unsigned news_events_positions(const struct hub_question *question);

#endif
