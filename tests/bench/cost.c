/* cost.c -- what routing is worth: a thousand requests under each way to choose.
 *
 *     bench_cost [--svg FILE]
 *
 * The requests are a seeded stand-in for a team's month: tasks in the proportions
 * of everyday backend work, sizes spread as edits are.  Costs are the router's own
 * expectation, by its own token factors and prices: once with the article's two
 * models at the article's prices, once with the models and prices of today.
 * "Quality" is what the findings say and nothing else: the share of requests with
 * a favoured family that went to it, and the mean of the prior chance that an edit
 * is kept.  It is not a measurement of any model. */
#include "route/beta.h"
#include "trimtab/error.h"
#include "trimtab/route.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define REQUESTS 1000
#define OFFLINE  0.25 /* of the simple requests, a rewrite by syntax alone does */

/* How often a task comes, in a thousand; our estimate. */
static const struct {
    const char *task;
    int weight;
} mix[] = {
    { "BULK-1", 220 }, { "TEST-1", 70 }, { "TEST-2", 80 },  { "DB-3", 70 },    { "DB-4", 60 },
    { "REST-5", 60 },  { "ERR-1", 50 },  { "ERR-2", 45 },   { "REF-1", 40 },   { "REF-2", 60 },
    { "DOC-1", 45 },   { "REST-3", 25 }, { "AUTH-3", 30 },  { "AUTH-1", 15 },  { "DB-1", 15 },
    { "DB-2", 20 },    { "DB-6", 20 },   { "ASYNC-1", 25 }, { "ASYNC-2", 15 }, { "REST-1", 15 },
    { "FEAT-1", 20 },
};

struct request {
    const char *task;
    double complexity;
    uint32_t in, out;
    bool offline;
};

struct sum {
    double usd, prior;
    int asked, favoured, favoured_all;
};

enum way { ALWAYS_CLAUDE, ALWAYS_GPT, QUALITY, BALANCED, ECONOMY, WAYS };

static const char *const way_names[WAYS] = { "always claude", "always gpt", "findings, quality",
                                             "findings, balanced", "findings, economy" };

static void make_requests(struct request *out)
{
    struct tt_rng rng = { 20261122 };

    for (int i = 0; i < REQUESTS; i++) {
        int at = (int)(tt_rng_unit(&rng) * 1000);
        size_t k = 0;

        while (k + 1 < sizeof(mix) / sizeof(mix[0]) && at >= mix[k].weight)
            at -= mix[k++].weight;
        out[i].task = mix[k].task;
        out[i].complexity = tt_rng_unit(&rng) * tt_rng_unit(&rng) * 1.3;
        if (out[i].complexity > 1)
            out[i].complexity = 1;
        out[i].in =
            900 + (uint32_t)(exp(6.2 + 0.9 * tt_rng_normal(&rng)) * (1 + 2 * out[i].complexity));
        out[i].out =
            60 + (uint32_t)(exp(5.2 + 0.8 * tt_rng_normal(&rng)) * (1 + 2 * out[i].complexity));
        out[i].offline = out[i].complexity < 0.35 && tt_rng_unit(&rng) < OFFLINE;
    }
}

static int make_router(const char *settings, struct tt_router **out)
{
    struct tt_config_source source = { .from = TT_CONFIG_USER, .text = tt_str_from(settings) };
    struct tt_router_data data = { 0 };
    const struct tt_config *config;
    int err = tt_config_create(&source, 1, &config);

    if (err)
        return err;
    err = tt_router_create(&data, out);
    if (!err)
        err = tt_router_configure(*out, config);
    tt_config_unref(config);
    return err;
}

static int add(const struct tt_router *router, enum way way, const struct request *r,
               struct tt_decision *d, struct sum *sum)
{
    enum tt_policy policy = way <= QUALITY    ? TT_POLICY_QUALITY
                            : way == BALANCED ? TT_POLICY_BALANCED
                                              : TT_POLICY_ECONOMY;
    struct tt_route_input in = { .task = tt_str_from(r->task),
                                 .complexity = r->complexity,
                                 .tokens_in = r->in,
                                 .tokens_out = r->out,
                                 .policy = &policy };
    const struct tt_candidate *c;
    int err;

    if (way == ALWAYS_CLAUDE || way == ALWAYS_GPT)
        in.model = way == ALWAYS_CLAUDE ? TT_STR("claude") : TT_STR("gpt");
    err = tt_route_decide(router, &in, d);
    c = err ? NULL : tt_decision_choice(d);
    if (!c)
        return err ? err : TT_ENOTFOUND;
    sum->asked++;
    sum->usd += c->cost_usd;
    sum->prior += c->prior_mean;
    for (size_t i = 0; i < d->n_candidates; i++)
        sum->favoured_all += d->candidates[i].prior_mean > 0.5;
    sum->favoured += c->prior_mean > 0.5;
    return 0;
}

static int run(const struct tt_router *router, const struct request *requests, bool offline,
               struct sum sums[WAYS])
{
    struct tt_decision d;
    int err = 0;

    tt_decision_init(&d);
    for (int w = 0; w < WAYS; w++) {
        sums[w] = (struct sum){ 0 };
        for (int i = 0; i < REQUESTS && !err; i++) {
            if (!offline || !requests[i].offline)
                err = add(router, (enum way)w, &requests[i], &d, &sums[w]);
        }
    }
    tt_decision_release(&d);
    return err;
}

static void print(const char *title, const struct sum sums[WAYS], const struct sum offline[WAYS])
{
    double most = 0;

    for (int w = 0; w < WAYS; w++)
        most = sums[w].usd > most ? sums[w].usd : most;
    printf("\n%s\n%-20s %9s %7s %9s %10s  %s\n", title, "", "dollars", "of top", "favoured",
           "prior mean", "with offline rewrites");
    for (int w = 0; w < WAYS; w++) {
        int bar = (int)(30 * sums[w].usd / most + 0.5);

        printf("%-20s %9.2f %6.0f%% %8.0f%% %10.4f  %9.2f  ", way_names[w], sums[w].usd,
               100 * sums[w].usd / most,
               sums[w].favoured_all ? 100.0 * sums[w].favoured / sums[w].favoured_all : 0,
               sums[w].prior / sums[w].asked, offline[w].usd);
        for (int i = 0; i < bar; i++)
            putchar('#');
        putchar('\n');
    }
}

static void write_bars(FILE *f, const char *title, double y, const struct sum sums[WAYS])
{
    double most = 0;

    for (int w = 0; w < WAYS; w++)
        most = sums[w].usd > most ? sums[w].usd : most;
    fprintf(f, "<text x=\"10\" y=\"%.0f\" font-weight=\"bold\">%s</text>\n", y, title);
    for (int w = 0; w < WAYS; w++) {
        double at = y + 14 + 26 * w;

        fprintf(f,
                "<text x=\"10\" y=\"%.0f\">%s</text><rect x=\"170\" y=\"%.0f\" width=\"%.1f\" "
                "height=\"16\"/><text x=\"%.1f\" y=\"%.0f\">$%.2f</text>\n",
                at + 13, way_names[w], at, 380 * sums[w].usd / most, 178 + 380 * sums[w].usd / most,
                at + 13, sums[w].usd);
    }
}

static int write_svg(const char *path, const struct sum then[WAYS], const struct sum now[WAYS])
{
    FILE *f = fopen(path, "w");

    if (!f)
        return TT_EIO;
    fprintf(f, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 340\">\n"
               "<style>text{font:13px system-ui,sans-serif;fill:#222}rect{fill:#3b62b0}"
               "@media(prefers-color-scheme:dark){text{fill:#eee}rect{fill:#86a8ee}}</style>\n");
    write_bars(f, "1,000 requests at the article's prices", 20, then);
    write_bars(f, "1,000 requests at the prices of the table", 190, now);
    fprintf(f, "</svg>\n");
    return fclose(f) == 0 ? 0 : TT_EIO;
}

static int compare(const char *title, const char *settings, const struct request *requests,
                   struct sum sums[WAYS])
{
    struct tt_router *router = NULL;
    struct sum offline[WAYS];
    int err = make_router(settings, &router);

    if (!err)
        err = run(router, requests, false, sums);
    if (!err)
        err = run(router, requests, true, offline);
    if (!err)
        print(title, sums, offline);
    tt_router_destroy(router);
    return err;
}

int main(int argc, char **argv)
{
    static struct request requests[REQUESTS];
    struct sum then[WAYS], now[WAYS];
    int err;

    make_requests(requests);
    err = compare("The article's models at its prices ($3/$15 and $2.50/$10 per million tokens):",
                  "{\"models\": {\"claude\": {\"model\": \"claude-3-5-sonnet\"}, \"gpt\": "
                  "{\"model\": \"gpt-4o\"}}}",
                  requests, then);
    if (!err)
        err = compare("The models of a new installation at the prices of the table:", "{}",
                      requests, now);
    if (!err && argc == 3 && strcmp(argv[1], "--svg") == 0)
        err = write_svg(argv[2], then, now);
    if (err) {
        fprintf(stderr, "bench_cost: %s\n", tt_strerror(err));
        return 1;
    }
    printf(
        "\n\"About 20 %% cheaper per token\", says the article: its list prices differ by 17 %% on "
        "input and 33 %% on output;\nwhat a request saves lies between, by its share of output, "
        "and by how many tokens each family makes of a text.\n");
    return 0;
}
