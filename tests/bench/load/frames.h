/* frames.h -- a WebSocket's frames (RFC 6455) as a client sends and reads
 * them, pure.
 *
 *     | FIN, 3 reserved bits, 4 of kind | masked?, 7 of length |
 *     | 0, 2 or 8 bytes of length | 4 of mask, a client's only | payload |
 *
 * A message may come in several frames, with control frames (close, ping,
 * pong) between them, but never in them; and many frames may have come with
 * one read.  What a server must not send breaks it: a mask, reserved bits or
 * kinds, a control frame that is long or in pieces, a continuation of
 * nothing. */
#ifndef FRAMES_H
#define FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/* The fields of a request that asks for one.  The key should be another each
 * time, which matters to caches and not here: this is the standard's example,
 * of which the right answer is known. */
#define FRAMES_FIELDS                               \
    "Connection: Upgrade\r\nUpgrade: websocket\r\n" \
    "Sec-WebSocket-Version: 13\r\n"                 \
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define FRAMES_ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

/* As they are in a frame. */
enum frame_kind {
    FRAME_CONTINUATION = 0, /* never a message's */
    FRAME_TEXT = 1,
    FRAME_BINARY = 2,
    FRAME_CLOSE = 8,
    FRAME_PING = 9,
    FRAME_PONG = 10,
};

enum frames_progress {
    FRAMES_MORE,  /* what is there is no whole message */
    FRAMES_WHOLE, /* a message, or a control frame */
    FRAMES_BROKEN,
};

/* What was read of a message in several frames.  Zeroed, it is ready. */
struct frames {
    struct buf parts;
    enum frame_kind kind; /* of the message that goes on, or
                           * FRAME_CONTINUATION */
};

struct frames_message {
    enum frame_kind kind;
    struct span payload; /* lent as long as the input, until the next call */
};

/* Reads on from 'input'+'*at', and moves '*at' behind the frames that it has
 * done with. */
enum frames_progress frames_next(struct frames *frames, struct span input,
                                 size_t *at, struct frames_message *message);

/* Ready for another connection. */
void frames_clear(struct frames *frames);
void frames_fini(struct frames *frames);

/* Appends a frame as a client has to send it. */
void frames_write(struct buf *to, enum frame_kind kind, struct span payload,
                  uint32_t mask);

#endif
