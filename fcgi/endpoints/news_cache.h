/* news_cache.h -- what readers of a room are told, kept for the next one who is
 * told the same.
 *
 * When a room with ten thousand readers has news, nearly all of them have the
 * same cursor.  What they are told is rendered, framed and kept as one packet,
 * for polls and for streams each. */
#ifndef NEWS_CACHE_H
#define NEWS_CACHE_H

#include <stdbool.h>

#include "io/http.h"
#include "services/hub.h"

enum news_form { NEWS_REPLY, NEWS_EVENTS };

/* Everything that the bytes of a packet depend on. */
struct news_key {
    enum news_form form;
    uint64_t serial;
    struct cursor newest;
    size_t count; /* of the newest messages */
    bool is_gap;
    bool is_reset;
    bool with_html;
};

struct news_kept {
    struct news_key key;
    struct http_packet *packet; /* one reference; NULL: nothing is kept */
    struct cursor upto;         /* where a reader stands after it */
};

struct news_key news_key_of(enum news_form form, const struct hub_news *news,
                            bool with_html);

/* NULL when it is not there.  Lent until the next put. */
const struct news_kept *news_cache_get(const struct news_key *key);

/* Takes the caller's reference of 'packet'. */
const struct news_kept *news_cache_put(const struct news_key *key,
                                       struct http_packet *packet,
                                       struct cursor upto);

/* Drops the packets that are kept: to be called now and then. */
void news_cache_fini(void);

#endif
