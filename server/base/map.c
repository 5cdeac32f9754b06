/* map.c -- linear probing, at most three quarters full, tombstones on removal. */
#include "base/map.h"

#include "trimtab/error.h"

#include <stdlib.h>

static uint64_t hash_of(const struct tt_map *map, tt_str key)
{
    uint64_t h = 1469598103934665603u ^ map->seed; /* FNV-1a */

    for (size_t i = 0; i < key.n; i++)
        h = (h ^ (unsigned char)key.p[i]) * 1099511628211u;
    return h ^ h >> 29;
}

static bool removed(const struct tt_map_slot *slot)
{
    return !slot->key && slot->n == (size_t)-1;
}

static struct tt_map_slot *find(const struct tt_map *map, tt_str key, uint64_t hash)
{
    for (size_t i = hash & (map->cap - 1); map->cap; i = (i + 1) & (map->cap - 1)) {
        struct tt_map_slot *slot = &map->slots[i];

        if (!slot->key && !removed(slot))
            return NULL;
        if (slot->key && slot->hash == hash && tt_str_eq((tt_str){ slot->key, slot->n }, key))
            return slot;
    }
    return NULL;
}

static void insert(struct tt_map_slot *slots, size_t cap, struct tt_map_slot fresh)
{
    size_t i = fresh.hash & (cap - 1);

    while (slots[i].key)
        i = (i + 1) & (cap - 1);
    slots[i] = fresh;
}

static int grow(struct tt_map *map)
{
    size_t cap = map->count * 2 < 16 ? 16 : map->cap;
    struct tt_map_slot *slots;

    while (cap < (map->count + 1) * 2)
        cap *= 2;
    slots = calloc(cap, sizeof(*slots));
    if (!slots)
        return TT_ENOMEM;
    for (size_t i = 0; i < map->cap; i++) {
        if (map->slots[i].key)
            insert(slots, cap, map->slots[i]);
    }
    free(map->slots);
    map->slots = slots;
    map->cap = cap;
    map->used = map->count;
    return 0;
}

void tt_map_init(struct tt_map *map, uint64_t seed)
{
    *map = (struct tt_map){ .seed = seed };
}

void tt_map_release(struct tt_map *map)
{
    for (size_t i = 0; i < map->cap; i++)
        free(map->slots[i].key);
    free(map->slots);
    tt_map_init(map, map->seed);
}

void *tt_map_get(const struct tt_map *map, tt_str key)
{
    struct tt_map_slot *slot = find(map, key, hash_of(map, key));

    return slot ? slot->value : NULL;
}

int tt_map_put(struct tt_map *map, tt_str key, void *value)
{
    uint64_t hash = hash_of(map, key);
    struct tt_map_slot *slot = find(map, key, hash);
    char *copy;

    if (slot) {
        slot->value = value;
        return 0;
    }
    if ((map->used + 1) * 4 > map->cap * 3 && grow(map))
        return TT_ENOMEM;
    copy = malloc(key.n + 1);
    if (!copy)
        return TT_ENOMEM;
    if (key.n)
        memcpy(copy, key.p, key.n);
    copy[key.n] = '\0';
    insert(map->slots, map->cap, (struct tt_map_slot){ copy, key.n, hash, value });
    map->count++;
    map->used++; /* may count a reused tombstone twice: only makes grow() come earlier */
    return 0;
}

void *tt_map_remove(struct tt_map *map, tt_str key)
{
    struct tt_map_slot *slot = find(map, key, hash_of(map, key));
    void *value;

    if (!slot)
        return NULL;
    value = slot->value;
    free(slot->key);
    *slot = (struct tt_map_slot){ .n = (size_t)-1 };
    map->count--;
    return value;
}

bool tt_map_next(const struct tt_map *map, size_t *i, tt_str *key, void **value)
{
    for (; *i < map->cap; (*i)++) {
        const struct tt_map_slot *slot = &map->slots[*i];

        if (!slot->key)
            continue;
        *key = (tt_str){ slot->key, slot->n };
        *value = slot->value;
        (*i)++;
        return true;
    }
    return false;
}
