/* beta.h -- draws from the Beta distribution, by a seeded generator of our own, so
 * that a choice can be repeated anywhere. */
#ifndef TT_ROUTE_BETA_H
#define TT_ROUTE_BETA_H

#include <stdint.h>

struct tt_rng {
    uint64_t state; /* any seed */
};

uint64_t tt_rng_next(struct tt_rng *rng);
double tt_rng_unit(struct tt_rng *rng);   /* in [0, 1) */
double tt_rng_normal(struct tt_rng *rng); /* mean 0, deviation 1 */

/* Draw from Beta(a, b); a, b > 0. */
double tt_beta_draw(struct tt_rng *rng, double a, double b);

#endif
