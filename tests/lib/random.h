/* random.h -- numbers that are the same in each run of a test (splitmix64). */
#ifndef TT_TEST_RANDOM_H
#define TT_TEST_RANDOM_H

#include <stdint.h>

struct random {
    uint64_t state; /* the seed; name it in the message of a failed CHECK */
};

static inline uint64_t random_next(struct random *random)
{
    uint64_t z = random->state += 0x9E3779B97F4A7C15u;

    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

/* In [0, n); n is not 0. */
static inline uint32_t random_below(struct random *random, uint32_t n)
{
    return (uint32_t)(random_next(random) % n);
}

#endif
