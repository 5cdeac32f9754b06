/* map.h -- byte strings to pointers: a hash table with open addressing.
 *
 * Keys are copied; values are the caller's.  Iteration order is not defined.
 */
#ifndef TT_MAP_H
#define TT_MAP_H

#include "trimtab/str.h"

#include <stdint.h>

struct tt_map_slot {
    char *key; /* owned; NULL: empty.  A removed slot has n = SIZE_MAX */
    size_t n;
    uint64_t hash;
    void *value;
};

struct tt_map {
    struct tt_map_slot *slots; /* owned */
    size_t cap;                /* power of two, or 0 */
    size_t used;               /* slots with a key or a tombstone */
    size_t count;              /* keys */
    uint64_t seed;
};

/* `seed` makes collisions unpredictable to whoever chooses the keys. */
void tt_map_init(struct tt_map *map, uint64_t seed);
void tt_map_release(struct tt_map *map); /* values are not touched */

/* NULL when there is none. */
void *tt_map_get(const struct tt_map *map, tt_str key);

/* Set or replace; `value` is not NULL.  TT_ENOMEM leaves the map as it was. */
int tt_map_put(struct tt_map *map, tt_str key, void *value);

/* Take a key out; gives its value, or NULL when there was none. */
void *tt_map_remove(struct tt_map *map, tt_str key);

/* Visit every pair: for (size_t i = 0; tt_map_next(map, &i, &key, &value);)
 * The map may not be changed meanwhile. */
bool tt_map_next(const struct tt_map *map, size_t *i, tt_str *key, void **value);

#endif
