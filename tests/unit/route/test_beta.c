/* test_beta.c -- the draws are Beta draws: Kolmogorov and Smirnov's test against
 * the distribution, computed here in another way. */
#include "route/beta.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define N 20000

/* The density, summed up by Simpson's rule over t = x^(1/8), which tames the
 * poles at the ends. */
static double cdf(double x, double a, double b)
{
    double norm = lgamma(a + b) - lgamma(a) - lgamma(b), top = pow(x, 0.125), sum = 0;
    int n = 2000;

    for (int i = 1; i <= n; i++) {
        double t = top * i / n, u = pow(t, 8), rest = 1 - u > 1e-15 ? 1 - u : 1e-15;
        double f = exp(norm + (a - 1) * log(u) + (b - 1) * log(rest)) * 8 * pow(t, 7);

        sum += f * (i == n ? 1 : i % 2 ? 4 : 2);
    }
    return sum * top / n / 3;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void test_kolmogorov_smirnov(void **state)
{
    static const double shapes[][2] = { { 1, 1 },   { 2, 5 },     { 0.5, 2 },
                                        { 30, 20 }, { 2.2, 1.8 }, { 200, 250 } };
    double *x = malloc(N * sizeof(*x));

    (void)state;
    for (size_t s = 0; s < sizeof(shapes) / sizeof(shapes[0]); s++) {
        double a = shapes[s][0], b = shapes[s][1], worst = 0;
        struct tt_rng rng = { 42 + s };

        for (int i = 0; i < N; i++)
            x[i] = tt_beta_draw(&rng, a, b);
        qsort(x, N, sizeof(*x), by_value);
        for (int i = 0; i < N; i += 40) {
            double off = fabs(cdf(x[i], a, b) - (i + 0.5) / N);

            worst = off > worst ? off : worst;
        }
        /* The value that chance passes once in a thousand times. */
        if (worst > 1.95 / sqrt(N))
            fail_msg("Beta(%g, %g): off by %g", a, b, worst);
    }
    free(x);
}

static void test_seeded(void **state)
{
    struct tt_rng a = { 9 }, b = { 9 }, c = { 10 };
    int differ = 0;

    (void)state;
    for (int i = 0; i < 100; i++) {
        double x = tt_beta_draw(&a, 3, 4);

        assert_true(x == tt_beta_draw(&b, 3, 4));
        assert_true(x > 0 && x < 1);
        differ += x != tt_beta_draw(&c, 3, 4);
    }
    assert_true(differ > 90);
}

/* The chances are those that draws show. */
static void test_chances(void **state)
{
    static const struct tt_beta rows[][2] = {
        { { 6, 6, 0 }, { 6, 6, 0 } },          { { 0.7, 11, 0 }, { 6, 6, 0 } },
        { { 60, 40, 0 }, { 50, 50, 0.015 } },  { { 700, 500, 0 }, { 690, 510, 0 } },
        { { 30, 30, 0 }, { 30, 30, 0.03 } },   { { 11, 0.7, 0 }, { 0.7, 11, 0 } },
        { { 1500, 1500, 0 }, { 6, 6, 0.03 } },
    };
    struct tt_rng rng = { 5 };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        double chances[2], wins = 0;
        int n = 40000;

        tt_beta_chances(rows[i], 2, chances);
        for (int k = 0; k < n; k++)
            wins += tt_beta_draw(&rng, rows[i][0].a, rows[i][0].b) + rows[i][0].bonus >
                    tt_beta_draw(&rng, rows[i][1].a, rows[i][1].b) + rows[i][1].bonus;
        if (fabs(wins / n - chances[0]) > 0.01)
            fail_msg("row %zu: %.4f, and draws give %.4f", i, chances[0], wins / n);
        assert_true(fabs(chances[0] + chances[1] - 1) < 1e-9);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chances),
        cmocka_unit_test(test_kolmogorov_smirnov),
        cmocka_unit_test(test_seeded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
