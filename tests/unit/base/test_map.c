/* test_map.c -- the map does what a list of pairs would do, only faster. */
#include "base/map.h"
#include "random.h"
#include "test.h"
#include "trimtab/error.h"

static int allocations_left = -1; /* -1: as many as it likes */
void *__real_malloc(size_t n);
void *__wrap_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);

static bool refuse(void)
{
    if (allocations_left == 0)
        return true;
    if (allocations_left > 0)
        allocations_left--;
    return false;
}

void *__wrap_malloc(size_t n)
{
    return refuse() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return refuse() ? NULL : __real_calloc(n, size);
}

#define KEYS 300

/* The model: values[i] is what key i has, NULL for none. */
struct model {
    void *values[KEYS];
    size_t count;
};

/* Keys of different lengths, some with a NUL byte, one empty. */
static tt_str key_of(uint32_t i, char text[16])
{
    int n = i == 0 ? 0 : snprintf(text, 16, "%s%c%u", i % 2 ? "key" : "k", i % 3 ? '/' : 0, i);

    return (tt_str){ text, (size_t)n };
}

static void compare(const struct tt_map *map, const struct model *model, uint64_t seed)
{
    size_t seen = 0;
    char text[16];
    tt_str key;
    void *value;

    CHECK(map->count == model->count, "seed %ju", (uintmax_t)seed);
    for (uint32_t i = 0; i < KEYS; i++) {
        CHECK(tt_map_get(map, key_of(i, text)) == model->values[i], "seed %ju, key %u",
              (uintmax_t)seed, i);
    }
    for (size_t i = 0; tt_map_next(map, &i, &key, &value);)
        seen++;
    CHECK(seen == model->count, "seed %ju: visited %zu", (uintmax_t)seed, seen);
}

static void step(struct tt_map *map, struct model *model, struct random *random)
{
    static char things[KEYS];
    uint32_t i = random_below(random, KEYS);
    char text[16];
    tt_str key = key_of(i, text);

    if (random_below(random, 5) < 2) {
        void *had = model->values[i];

        CHECK(tt_map_remove(map, key) == had, "key %u", i);
        model->count -= had != NULL;
        model->values[i] = NULL;
    } else {
        void *value = &things[random_below(random, KEYS)];

        CHECK(tt_map_put(map, key, value) == 0, "key %u", i);
        model->count += model->values[i] == NULL;
        model->values[i] = value;
    }
}

static void test_against_model(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct random random = { seed };
        struct model model = { .count = 0 };
        struct tt_map map;

        tt_map_init(&map, seed * 0x9E37);
        for (int i = 0; i < 3000; i++) {
            step(&map, &model, &random);
            if (i % 100 == 0)
                compare(&map, &model, seed);
        }
        compare(&map, &model, seed);
        tt_map_release(&map);
        CHECK(map.count == 0 && !map.slots);
    }
}

/* Keys that come and go must not fill the table with tombstones. */
static void test_stays_small(void **state)
{
    struct tt_map map;
    char text[16];

    (void)state;
    tt_map_init(&map, 1);
    for (uint32_t i = 1; i < 10000; i++) {
        CHECK(tt_map_put(&map, key_of(i, text), text) == 0);
        CHECK(tt_map_remove(&map, key_of(i, text)) == text);
    }
    CHECK(map.count == 0 && map.cap <= 16, "%zu slots", map.cap);
    tt_map_release(&map);
}

static void test_no_memory(void **state)
{
    char text[16];

    (void)state;
    for (int allowed = 0; allowed < 20; allowed++) {
        struct tt_map map;
        uint32_t i = 0;

        tt_map_init(&map, 5);
        allocations_left = allowed;
        while (tt_map_put(&map, key_of(i, text), text) == 0)
            i++;
        allocations_left = -1;
        CHECK(map.count == i, "%d allocations", allowed);
        CHECK(tt_map_get(&map, key_of(i, text)) == NULL, "%d allocations", allowed);
        for (uint32_t k = 0; k < i; k++)
            CHECK(tt_map_get(&map, key_of(k, text)) == text, "%d allocations", allowed);
        CHECK(tt_map_put(&map, key_of(i, text), text) == 0, "and it goes on");
        tt_map_release(&map);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_model),
        cmocka_unit_test(test_stays_small),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
