/* route.c -- how long a decision takes; the bar is 0.1 ms. */
#include "trimtab/route.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define N 20000

static double now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t); /* others use this machine too */
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Outcomes in every class, so that choices are drawn. */
static void teach(struct tt_router *router)
{
    const struct tt_finding_row *rows;
    size_t n = tt_router_findings(router, &rows);

    for (size_t i = 0; i < n * 30; i++) {
        struct tt_outcome o = { .task = rows[i % n].id,
                                .model = i % 3 ? TT_STR("claude-sonnet-5") : TT_STR("gpt-6-sol"),
                                .name = TT_STR("x"),
                                .kind = i % 2 ? TT_OUTCOME_KEPT : TT_OUTCOME_REJECTED,
                                .prior_mean = 0.5,
                                .cost_usd = -1,
                                .cheapest_usd = -1 };

        (void)tt_router_learn(router, &o, true);
    }
}

static int measure(const char *name, const char *settings, bool taught)
{
    struct tt_config_source source = { .from = TT_CONFIG_USER, .text = tt_str_from(settings) };
    struct tt_router_data data = { 0 };
    const struct tt_config *config;
    struct tt_router *router;
    const struct tt_finding_row *rows;
    struct tt_decision d;
    double start = now_us(), ready;
    double *us = malloc(N * sizeof(*us));
    size_t n;

    if (!us || tt_config_create(&source, 1, &config) || tt_router_create(&data, &router) ||
        tt_router_configure(router, config))
        return 1;
    ready = now_us() - start;
    n = tt_router_findings(router, &rows);
    if (taught)
        teach(router);
    tt_decision_init(&d);
    for (int i = 0; i < N; i++) {
        struct tt_route_input in = { .task = rows[(size_t)i % n].id,
                                     .complexity = (i % 10) / 10.0,
                                     .tokens_in = 3000,
                                     .tokens_out = 600 };
        double begin = now_us();

        if (tt_route_decide(router, &in, &d))
            return 1;
        us[i] = now_us() - begin;
    }
    qsort(us, N, sizeof(*us), by_value);
    printf("%-28s ready in %.0f us; a decision: median %.1f us, p99 %.1f us\n", name, ready,
           us[N / 2], us[N * 99 / 100]);
    tt_decision_release(&d);
    tt_router_destroy(router);
    tt_config_unref(config);
    free(us);
    return 0;
}

int main(void)
{
    return measure("findings", "{}", false) | measure("findings, with outcomes", "{}", true) |
           measure("learned, drawn", "{\"routing\": \"learned\"}", true);
}
