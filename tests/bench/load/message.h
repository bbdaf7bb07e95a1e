/* message.h -- what a message of the bench says.
 *
 *     bench n=41 t=3600123456789 room=b7f-3 ............
 *
 * Its number in the room, when it was sent (monotonic nanoseconds), the room,
 * and dots up to the size that was asked for.  It is found again in a reply
 * whatever stands around it: JSON, an event stream, nothing at all. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

struct message {
    uint32_t n;
    uint64_t sent_ns;
    struct span room;
};

void message_write(struct buf *to, const struct message *message, size_t size);

/* Finds the next message behind 'text'+'*at' and moves '*at' behind it; false
 * when there is none.  'before' is what the server puts directly before each
 * text, by which a message is told from its copy as HTML; "" if nothing.  The
 * room points into 'text'. */
bool message_next(struct span text, const char *before, size_t *at,
                  struct message *message);

#endif
