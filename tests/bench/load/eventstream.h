/* eventstream.h -- server-sent events, read as a browser reads them, pure.
 *
 *     : a comment                     of no account
 *     retry: 2000                     of no account here
 *     id: 5f0c9a1e-42                 where the reader stands after this event
 *     event: gap                      absent: "message"
 *     data: {"room":                  lines of data belong together, with a
 *     data: "tea"}                    line feed between them
 *                                     an empty line: the event is whole
 *
 * A block may have an id and no data: then nothing is told, but the reader
 * stands there from now on.  Lines end with LF or CR LF; a CR alone, which the
 * standard allows too, is written by no server here. */
#ifndef EVENTSTREAM_H
#define EVENTSTREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

/* Each SPAN_NONE where there is no such line; lent until the next call, and as
 * long as the text.  A zeroed struct is ready for the first. */
struct event {
    struct span id;
    struct span name;
    struct span data;
    struct buf joined; /* ours; data of several lines */
};

/* Reads the next block from 'text'+'*at' and moves '*at' behind it; false, and
 * '*at' as it was, when there is no whole one yet. */
bool event_next(struct span text, size_t *at, struct event *event);

void event_fini(struct event *event);

#endif
