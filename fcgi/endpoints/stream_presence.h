/* stream_presence.h -- what happens in its rooms now, for a stream that asked for it:
 *
 *     event: presence
 *     data: {"room":"tea","event":"join","person":"a17",...}
 *
 * with the members of live.h, rendered once for all who are told the same.  It has
 * no id: the reader stands where he stood. */
#ifndef STREAM_PRESENCE_H
#define STREAM_PRESENCE_H

#include "io/http.h"
#include "services/hub.h"
#include "services/live.h"

/* Listens in several rooms. */
struct stream_presence;

/* Listens in the rooms of 'question'; on_events as live.h has it. */
struct stream_presence *stream_presence_new(struct live *live,
                                            const struct hub_question *question,
                                            live_fn *on_events, void *arg);
void stream_presence_free(struct stream_presence *presence); /* NULL is fine */

/* Something was missed: he is told how things stand, in each room. */
void stream_presence_anew(struct stream_presence *presence);

/* The chunk, the caller's reference. */
struct http_packet *stream_presence_chunk(const struct live_bundle *bundle);

/* Drops the chunk that is kept; to be called now and then. */
void stream_presence_fini(void);

#endif
