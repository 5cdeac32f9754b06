/* beta.c -- splitmix64, Box and Muller's normal, Marsaglia and Tsang's gamma. */
#include "route/beta.h"

#include <math.h>

#ifndef M_PI
#define M_PI 3.14159265358979323846
#endif

uint64_t tt_rng_next(struct tt_rng *rng)
{
    uint64_t z = (rng->state += 0x9E3779B97F4A7C15u);

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

double tt_rng_unit(struct tt_rng *rng)
{
    return (double)(tt_rng_next(rng) >> 11) / 9007199254740992.0;
}

double tt_rng_normal(struct tt_rng *rng)
{
    double u = 1 - tt_rng_unit(rng), v = tt_rng_unit(rng); /* u in (0, 1] */

    return sqrt(-2 * log(u)) * cos(2 * M_PI * v);
}

/* Gamma(shape, 1) for shape >= 1. */
static double gamma_draw(struct tt_rng *rng, double shape)
{
    double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);

    for (;;) {
        double x = tt_rng_normal(rng), v = 1 + c * x, u;

        if (v <= 0)
            continue;
        v = v * v * v;
        u = 1 - tt_rng_unit(rng);
        if (log(u) < 0.5 * x * x + d - d * v + d * log(v))
            return d * v;
    }
}

static double gamma_any(struct tt_rng *rng, double shape)
{
    double boost;

    if (shape >= 1)
        return gamma_draw(rng, shape);
    boost = pow(1 - tt_rng_unit(rng), 1 / shape);
    return gamma_draw(rng, shape + 1) * boost;
}

double tt_beta_draw(struct tt_rng *rng, double a, double b)
{
    double x = gamma_any(rng, a), y = gamma_any(rng, b);

    return x + y > 0 ? x / (x + y) : 0.5;
}

#define GRID 128

/* Where the densities are worth looking at: six deviations around each mean. */
static void find_span(const struct tt_beta *betas, size_t n, double *low, double *high)
{
    *low = 2;
    *high = -2;
    for (size_t k = 0; k < n; k++) {
        double total = betas[k].a + betas[k].b, mean = betas[k].a / total;
        double around = 6 * sqrt(mean * (1 - mean) / (total + 1));
        double from = mean > around ? mean - around : 0;
        double to = mean + around < 1 ? mean + around : 1;

        *low = fmin(*low, from + betas[k].bonus);
        *high = fmax(*high, to + betas[k].bonus);
    }
}

/* The density at each point of the grid, up to a factor that cancels out. */
static void fill_density(const struct tt_beta *beta, double low, double step, double *density)
{
    double most = -INFINITY, sum = 0;

    for (int i = 0; i < GRID; i++) {
        double x = low + (i + 0.5) * step - beta->bonus;

        density[i] =
            x > 0 && x < 1 ? (beta->a - 1) * log(x) + (beta->b - 1) * log1p(-x) : -INFINITY;
        most = fmax(most, density[i]);
    }
    for (int i = 0; i < GRID; i++)
        sum += density[i] = exp(density[i] - most);
    for (int i = 0; i < GRID; i++)
        density[i] /= sum;
}

void tt_beta_chances(const struct tt_beta *betas, size_t n, double *chances)
{
    double density[TT_BETA_MAX][GRID], below[TT_BETA_MAX] = { 0 }, low, high, sum = 0;

    find_span(betas, n, &low, &high);
    for (size_t k = 0; k < n; k++) {
        fill_density(&betas[k], low, (high - low) / GRID, density[k]);
        chances[k] = 0;
    }
    for (int i = 0; i < GRID; i++) {
        for (size_t k = 0; k < n; k++) {
            double wins = density[k][i];

            for (size_t j = 0; j < n; j++)
                wins *= j == k ? 1 : below[j] + density[j][i] / 2;
            chances[k] += wins;
        }
        for (size_t k = 0; k < n; k++)
            below[k] += density[k][i];
    }
    for (size_t k = 0; k < n; k++)
        sum += chances[k];
    for (size_t k = 0; k < n; k++)
        chances[k] /= sum;
}
