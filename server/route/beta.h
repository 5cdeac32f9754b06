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

/* The chance of each of n (at most TT_BETA_MAX) that its draw, plus its bonus, is the
 * largest; they sum up to 1.  By a sum over a grid: right within about 0.002. */
#define TT_BETA_MAX 4
struct tt_beta {
    double a, b, bonus;
};
void tt_beta_chances(const struct tt_beta *betas, size_t n, double *chances);

#endif
