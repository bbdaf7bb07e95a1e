#include "load/frames.h"

#define FIN           0x80U
#define RESERVED      0x70U
#define MASKED        0x80U
#define LENGTH_IN_2   126U
#define LENGTH_IN_8   127U
#define CONTROL_MAX   125U
#define PAYLOAD_MAX   (1U << 24)
#define FIRST_CONTROL FRAME_CLOSE

struct frame {
    enum frame_kind kind;
    bool is_final;
    struct span payload;
};

static uint64_t number_of(const char *at, size_t len)
{
    uint64_t number = 0;

    while (len-- > 0)
        number = number << 8 | (unsigned char)*at++;
    return number;
}

/* Whether it may be sent at all: a kind that exists, and control frames short
 * and in one piece. */
static bool is_allowed(const struct frame *frame, uint64_t len)
{
    switch (frame->kind) {
    case FRAME_CONTINUATION:
    case FRAME_TEXT:
    case FRAME_BINARY:
        return len <= PAYLOAD_MAX;
    case FRAME_CLOSE:
    case FRAME_PING:
    case FRAME_PONG:
        return frame->is_final && len <= CONTROL_MAX;
    }
    return false;
}

/* Takes the first frame of 'input'. */
static enum frames_progress take_frame(struct span input, size_t *at,
                                       struct frame *frame)
{
    const char *begin = input.at + *at;
    const size_t there = input.len - *at;
    size_t head = 2;
    uint64_t len;

    if (there < head)
        return FRAMES_MORE;
    if (((unsigned char)begin[0] & RESERVED) != 0 ||
        ((unsigned char)begin[1] & MASKED) != 0)
        return FRAMES_BROKEN;
    len = (unsigned char)begin[1];
    if (len == LENGTH_IN_2)
        head += 2;
    else if (len == LENGTH_IN_8)
        head += 8;
    if (there < head)
        return FRAMES_MORE;
    if (head > 2)
        len = number_of(begin + 2, head - 2);
    frame->kind = (unsigned char)begin[0] & 0x0fU;
    frame->is_final = ((unsigned char)begin[0] & FIN) != 0;
    if (!is_allowed(frame, len))
        return FRAMES_BROKEN;
    if (there - head < len)
        return FRAMES_MORE;
    frame->payload = (struct span){begin + head, (size_t)len};
    *at += head + (size_t)len;
    return FRAMES_WHOLE;
}

/* A frame of a message: whole when it is the last one. */
static enum frames_progress take_part(struct frames *frames,
                                      const struct frame *frame,
                                      struct frames_message *message)
{
    const bool goes_on = frames->kind != FRAME_CONTINUATION;

    if (goes_on != (frame->kind == FRAME_CONTINUATION))
        return FRAMES_BROKEN;
    if (!goes_on && frame->is_final) { /* mostly: nothing is copied */
        *message = (struct frames_message){frame->kind, frame->payload};
        return FRAMES_WHOLE;
    }
    if (!goes_on) {
        buf_clear(&frames->parts);
        frames->kind = frame->kind;
    }
    if (frames->parts.len + frame->payload.len > PAYLOAD_MAX)
        return FRAMES_BROKEN;
    buf_add_span(&frames->parts, frame->payload);
    if (!frame->is_final)
        return FRAMES_MORE;
    *message = (struct frames_message){frames->kind, buf_span(&frames->parts)};
    frames->kind = FRAME_CONTINUATION;
    return FRAMES_WHOLE;
}

enum frames_progress frames_next(struct frames *frames, struct span input,
                                 size_t *at, struct frames_message *message)
{
    enum frames_progress progress;
    struct frame frame;

    while ((progress = take_frame(input, at, &frame)) == FRAMES_WHOLE) {
        if (frame.kind >= FIRST_CONTROL) {
            *message = (struct frames_message){frame.kind, frame.payload};
            return FRAMES_WHOLE;
        }
        progress = take_part(frames, &frame, message);
        if (progress != FRAMES_MORE)
            return progress;
    }
    return progress;
}

void frames_clear(struct frames *frames)
{
    buf_clear(&frames->parts);
    frames->kind = FRAME_CONTINUATION;
}

void frames_fini(struct frames *frames)
{
    buf_fini(&frames->parts);
}

/* --- writing ------------------------------------------------------------- */

static void add_number(struct buf *to, uint64_t number, unsigned bytes)
{
    while (bytes-- > 0)
        buf_add_char(to, (char)(number >> 8 * bytes));
}

void frames_write(struct buf *to, enum frame_kind kind, struct span payload,
                  uint32_t mask)
{
    add_number(to, FIN | (unsigned)kind, 1);
    if (payload.len <= CONTROL_MAX) {
        add_number(to, MASKED | payload.len, 1);
    } else if (payload.len <= UINT16_MAX) {
        add_number(to, MASKED | LENGTH_IN_2, 1);
        add_number(to, payload.len, 2);
    } else {
        add_number(to, MASKED | LENGTH_IN_8, 1);
        add_number(to, payload.len, 8);
    }
    add_number(to, mask, 4);
    for (size_t i = 0; i < payload.len; i++)
        buf_add_char(to, (char)((unsigned char)payload.at[i] ^
                                (mask >> 8 * (3 - i % 4))));
}
