/* add_reply.h -- a whole FastCGI answer in a buffer, for those who look at it. */
#ifndef ADD_REPLY_H
#define ADD_REPLY_H

#include "base/buf.h"
#include "io/fastcgi_records.h"

/* Appends the complete answer; the payload is cut into head and body. */
static inline void add_reply(struct buf *to, uint16_t request_id,
                             struct span payload)
{
    const size_t cut = payload.len / 3;
    const size_t len = fastcgi_reply_len(payload.len);
    const struct span head = {payload.at, cut};
    struct span body = {payload.at, payload.len - cut};

    if (payload.at != NULL)
        body.at += cut;
    fastcgi_put_reply((uint8_t *)buf_reserve(to, len), request_id, head, body);
    buf_terminate(to, len);
}

#endif
