/* map.h -- values found by a name.
 *
 * Keys are copied; values are the caller's and are not freed.  The hash is
 * seeded at random per process, so that names chosen by strangers cannot be
 * chosen to collide. */
#ifndef MAP_H
#define MAP_H

#include <stddef.h>

#include "base/span.h"

struct map;

struct map *map_new(void);
void map_free(struct map *map); /* NULL is fine */

size_t map_count(const struct map *map);

/* NULL when there is none. */
void *map_get(const struct map *map, struct span key);

/* Sets or replaces; 'value' is not NULL.  Returns the value replaced or NULL. */
void *map_set(struct map *map, struct span key, void *value);

/* Takes it out and returns it, or NULL. */
void *map_remove(struct map *map, struct span key);

/* Calls 'each' for every pair in no particular order.  'each' may remove the
 * pair it is called for, and must not add or remove any other. */
typedef void map_each_fn(struct span key, void *value, void *arg);
void map_each(struct map *map, map_each_fn *each, void *arg);

#endif
