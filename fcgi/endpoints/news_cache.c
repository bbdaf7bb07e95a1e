#include "endpoints/news_cache.h"

/* A power of two: 64 rooms, each in two forms, with html and without. */
#define KEPT 256
/* The whole of a full room, for who comes anew.  Of these one is kept: all slots
 * full of them would be gigabytes. */
#define LARGE ((size_t)1024 * 1024)

static struct news_kept all_kept[KEPT];
static struct news_kept *large;

static struct news_kept *slot_of(const struct news_key *key)
{
    return &all_kept[(key->serial * 4 + (key->form == NEWS_EVENTS ? 2 : 0) +
                      (key->with_html ? 1 : 0)) %
                     KEPT];
}

static bool is_equal(const struct news_key *a, const struct news_key *b)
{
    return a->form == b->form && a->serial == b->serial &&
           a->newest.epoch == b->newest.epoch &&
           a->newest.seq == b->newest.seq && a->count == b->count &&
           a->is_gap == b->is_gap && a->is_reset == b->is_reset &&
           a->with_html == b->with_html;
}

struct news_key news_key_of(enum news_form form, const struct hub_news *news,
                            bool with_html)
{
    return (struct news_key){
        .form = form,
        .serial = news->serial,
        .newest = news->cursor,
        .count = news->tail->count - news->first,
        .is_gap = news->is_gap,
        .is_reset = news->is_reset,
        .with_html = with_html,
    };
}

const struct news_kept *news_cache_get(const struct news_key *key)
{
    const struct news_kept *kept = slot_of(key);

    return kept->packet != NULL && is_equal(&kept->key, key) ? kept : NULL;
}

static void drop(struct news_kept *kept)
{
    http_packet_unref(kept->packet);
    *kept = (struct news_kept){0};
    if (kept == large)
        large = NULL;
}

const struct news_kept *news_cache_put(const struct news_key *key,
                                       struct http_packet *packet,
                                       struct cursor upto)
{
    struct news_kept *kept = slot_of(key);

    drop(kept);
    if (packet->len > LARGE) {
        if (large != NULL)
            drop(large);
        large = kept;
    }
    *kept = (struct news_kept){*key, packet, upto};
    return kept;
}

void news_cache_fini(void)
{
    for (size_t i = 0; i < KEPT; i++)
        drop(&all_kept[i]);
}
