/* map.c -- a table of chains, one allocation for each pair.
 *
 * Chains, because a pair then stays where it is until it is removed: map_each
 * needs to remember no more than the next one.  The table doubles when there
 * are as many pairs as chains, and never shrinks: a map that has held a
 * million names will again, and keeps 8 MB for them. */
#include "base/map.h"

#include <stdint.h>
#include <string.h>
#include <sys/random.h>

#include "base/fatal.h"
#include "base/mem.h"

#define CHAINS_AT_FIRST 16 /* always a power of two */

struct pair {
    struct pair *next; /* in its chain */
    uint64_t hash;     /* spares most comparisons and all rehashing */
    void *value;       /* the caller's */
    size_t key_len;
    char key[];
};

struct map {
    struct pair **chains; /* ours */
    size_t chain_count;
    size_t count;
};

static uint64_t seed[2];

static void make_seed(void)
{
    static bool made;

    if (made)
        return;
    MUST(getrandom(seed, sizeof seed, 0) == (ssize_t)sizeof seed);
    made = true;
}

/* SipHash-1-3 (Aumasson and Bernstein), the hash of Rust's and Python's maps:
 * not the fastest, but without the seed nobody finds names that collide. */

struct sip {
    uint64_t v0, v1, v2, v3;
};

static uint64_t rotate(uint64_t word, int by)
{
    return word << by | word >> (64 - by);
}

static void sip_round(struct sip *s)
{
    s->v0 += s->v1;
    s->v2 += s->v3;
    s->v1 = rotate(s->v1, 13) ^ s->v0;
    s->v3 = rotate(s->v3, 16) ^ s->v2;
    s->v0 = rotate(s->v0, 32);

    s->v2 += s->v1;
    s->v0 += s->v3;
    s->v1 = rotate(s->v1, 17) ^ s->v2;
    s->v3 = rotate(s->v3, 21) ^ s->v0;
    s->v2 = rotate(s->v2, 32);
}

static void sip_add(struct sip *s, uint64_t word)
{
    s->v3 ^= word;
    sip_round(s);
    s->v0 ^= word;
}

static uint64_t sip_end(struct sip *s)
{
    s->v2 ^= 0xff;
    sip_round(s);
    sip_round(s);
    sip_round(s);
    return s->v0 ^ s->v1 ^ s->v2 ^ s->v3;
}

static uint64_t hash_of(struct span key)
{
    struct sip s = {
        seed[0] ^ UINT64_C(0x736f6d6570736575),
        seed[1] ^ UINT64_C(0x646f72616e646f6d),
        seed[0] ^ UINT64_C(0x6c7967656e657261),
        seed[1] ^ UINT64_C(0x7465646279746573),
    };
    uint64_t last = (uint64_t)key.len << 56;
    uint64_t word;
    size_t i;

    for (i = 0; key.len - i >= sizeof word; i += sizeof word) {
        memcpy(&word, key.at + i, sizeof word);
        sip_add(&s, word);
    }
    for (int shift = 0; i < key.len; i++, shift += 8)
        last |= (uint64_t)(unsigned char)key.at[i] << shift;
    sip_add(&s, last);
    return sip_end(&s);
}

static struct pair **chain_of(const struct map *map, uint64_t hash)
{
    return &map->chains[hash & (map->chain_count - 1)];
}

/* The link that leads to the pair, or the one at the end of its chain, which
 * leads to NULL. */
static struct pair **find(const struct map *map, struct span key, uint64_t hash)
{
    struct pair **link = chain_of(map, hash);

    for (; *link != NULL; link = &(*link)->next) {
        const struct pair *pair = *link;

        if (pair->hash == hash &&
            span_equal((struct span){pair->key, pair->key_len}, key))
            break;
    }
    return link;
}

static void put(struct map *map, struct pair *pair)
{
    struct pair **chain = chain_of(map, pair->hash);

    pair->next = *chain;
    *chain = pair;
}

static void grow(struct map *map)
{
    struct pair **old = map->chains;
    const size_t old_count = map->chain_count;

    map->chain_count = old_count * 2;
    map->chains = mem_alloc(map->chain_count * sizeof(struct pair *));
    for (size_t i = 0; i < old_count; i++) {
        for (struct pair *pair = old[i], *next; pair != NULL; pair = next) {
            next = pair->next;
            put(map, pair);
        }
    }
    mem_free(old);
}

static void add(struct map *map, struct span key, uint64_t hash, void *value)
{
    struct pair *pair = mem_alloc(sizeof *pair + key.len);

    pair->hash = hash;
    pair->value = value;
    pair->key_len = key.len;
    if (key.len > 0)
        memcpy(pair->key, key.at, key.len);
    if (map->count == map->chain_count)
        grow(map);
    put(map, pair);
    map->count++;
}

struct map *map_new(void)
{
    struct map *map = mem_alloc(sizeof *map);

    make_seed();
    map->chain_count = CHAINS_AT_FIRST;
    map->chains = mem_alloc(map->chain_count * sizeof(struct pair *));
    return map;
}

void map_free(struct map *map)
{
    if (map == NULL)
        return;
    for (size_t i = 0; i < map->chain_count; i++) {
        for (struct pair *pair = map->chains[i], *next; pair != NULL;
             pair = next) {
            next = pair->next;
            mem_free(pair);
        }
    }
    mem_free(map->chains);
    mem_free(map);
}

size_t map_count(const struct map *map)
{
    return map->count;
}

void *map_get(const struct map *map, struct span key)
{
    const struct pair *pair = *find(map, key, hash_of(key));

    return pair != NULL ? pair->value : NULL;
}

void *map_set(struct map *map, struct span key, void *value)
{
    const uint64_t hash = hash_of(key);
    struct pair *pair = *find(map, key, hash);
    void *replaced = NULL;

    MUST(value != NULL);
    if (pair == NULL) {
        add(map, key, hash, value);
    } else {
        replaced = pair->value;
        pair->value = value;
    }
    return replaced;
}

void *map_remove(struct map *map, struct span key)
{
    struct pair **link = find(map, key, hash_of(key));
    struct pair *pair = *link;
    void *value;

    if (pair == NULL)
        return NULL;
    value = pair->value;
    *link = pair->next;
    mem_free(pair);
    map->count--;
    return value;
}

void map_each(struct map *map, map_each_fn *each, void *arg)
{
    for (size_t i = 0; i < map->chain_count; i++) {
        for (struct pair *pair = map->chains[i], *next; pair != NULL;
             pair = next) {
            next = pair->next;
            each((struct span){pair->key, pair->key_len}, pair->value, arg);
        }
    }
}
