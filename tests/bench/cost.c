/* cost.c -- what routing is worth: a thousand requests under each way to choose.
 *
 *     bench_cost [--requests FILE] [--svg FILE]
 *
 * FILE has a line a request: task, complexity, tokens in, tokens out, and 1 where a
 * rewrite by syntax alone does it; tabs between.  cost.mjs makes one of the labelled
 * tasks with a real tokenizer (`./dev bench cost` does both).  Without one the requests
 * are a seeded stand-in for a team's month: tasks in the proportions of everyday backend
 * work, sizes spread as edits are.
 *
 * Costs are the router's own, by its own token factors and prices: once with the
 * article's two models at the article's prices, once with the models and prices of
 * today.  "Kept, by the findings" is the mean of the prior chance that an edit is kept,
 * and nothing else: a judgement of 2025 put in figures, not a measurement of any model. */
#include "route/beta.h"
#include "trimtab/error.h"
#include "trimtab/route.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    int asked, claude, favoured, favoured_all;
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

/* Gives how many there are; 0: the file is not one of requests. */
static int read_requests(const char *path, struct request *out)
{
    static char tasks[REQUESTS][16];
    FILE *f = fopen(path, "r");
    int n = 0, offline;

    while (f && n < REQUESTS &&
           fscanf(f, "%15s %lf %u %u %d", tasks[n], &out[n].complexity, &out[n].in, &out[n].out,
                  &offline) == 5) {
        out[n].task = tasks[n];
        out[n].offline = offline != 0;
        n++;
    }
    if (f)
        fclose(f);
    return n;
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

/* What the findings say of each family, on one scale for all ways: a policy that counts
 * a small gap as a tie does not close it. */
static int judge(const struct tt_router *router, struct tt_route_input in, const char *chosen,
                 struct sum *sum)
{
    static const enum tt_policy quality = TT_POLICY_QUALITY;
    struct tt_decision d;
    int err;

    in.policy = &quality;
    in.model = TT_STR("");
    tt_decision_init(&d);
    err = tt_route_decide(router, &in, &d);
    for (size_t i = 0; i < d.n_candidates && !err; i++) {
        bool is_chosen = tt_str_eq(d.candidates[i].name, tt_str_from(chosen));

        sum->favoured_all += d.candidates[i].prior_mean > 0.5;
        sum->favoured += is_chosen && d.candidates[i].prior_mean > 0.5;
        sum->prior += is_chosen ? d.candidates[i].prior_mean : 0;
    }
    tt_decision_release(&d);
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
    sum->claude += c->family == TT_FAMILY_CLAUDE;
    sum->usd += c->cost_usd;
    return judge(router, in, c->name.p, sum);
}

static int run(const struct tt_router *router, const struct request *requests, int n, bool offline,
               struct sum sums[WAYS])
{
    struct tt_decision d;
    int err = 0;

    tt_decision_init(&d);
    for (int w = 0; w < WAYS; w++) {
        sums[w] = (struct sum){ 0 };
        for (int i = 0; i < n && !err; i++) {
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
    printf("\n%s\n%-20s %8s %7s %9s %9s %9s   %s\n", title, "", "dollars", "of top", "to claude",
           "favoured", "kept, by", "with offline rewrites");
    printf("%-20s %8s %7s %9s %9s %9s   %s\n", "", "", "", "", "chosen", "findings",
           "asked  dollars");
    for (int w = 0; w < WAYS; w++) {
        int bar = (int)(30 * sums[w].usd / most + 0.5);

        printf("%-20s %8.2f %6.0f%% %8.0f%% %8.0f%% %9.4f   %5d %8.2f  ", way_names[w], sums[w].usd,
               100 * sums[w].usd / most, 100.0 * sums[w].claude / sums[w].asked,
               sums[w].favoured_all ? 100.0 * sums[w].favoured / sums[w].favoured_all : 0,
               sums[w].prior / sums[w].asked, offline[w].asked, offline[w].usd);
        for (int i = 0; i < bar; i++)
            putchar('#');
        putchar('\n');
    }
}

#define BAR_LEFT  160.0
#define BAR_WIDTH 300.0

/* One block: dollars, lighter what offline rewrites save, and what the findings expect. */
static void write_bars(FILE *f, const char *title, double y, const struct sum sums[WAYS],
                       const struct sum offline[WAYS])
{
    double most = 0;

    for (int w = 0; w < WAYS; w++)
        most = sums[w].usd > most ? sums[w].usd : most;
    fprintf(f, "<text x=\"10\" y=\"%.0f\" font-weight=\"bold\">%s</text>\n", y, title);
    for (int w = 0; w < WAYS; w++) {
        double at = y + 14 + 26 * w, whole = BAR_WIDTH * sums[w].usd / most;

        fprintf(f,
                "<text x=\"10\" y=\"%.0f\">%s</text><rect class=\"saved\" x=\"%.0f\" y=\"%.0f\" "
                "width=\"%.1f\" height=\"16\"/><rect x=\"%.0f\" y=\"%.0f\" width=\"%.1f\" "
                "height=\"16\"/><text x=\"%.1f\" y=\"%.0f\">$%.2f; kept %.1f %%</text>\n",
                at + 13, way_names[w], BAR_LEFT, at, whole, BAR_LEFT, at,
                BAR_WIDTH * offline[w].usd / most, BAR_LEFT + whole + 8, at + 13, sums[w].usd,
                100 * sums[w].prior / sums[w].asked);
    }
}

static int write_svg(const char *path, int n, struct sum sums[2][2][WAYS])
{
    FILE *f = fopen(path, "w");
    char title[2][100];

    if (!f)
        return TT_EIO;
    snprintf(title[0], sizeof(title[0]), "%d requests, the article's models at its prices", n);
    snprintf(title[1], sizeof(title[1]), "%d requests, a new installation at the table's prices",
             n);
    fprintf(f, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 370\">\n"
               "<style>svg{background:#fff}text{font:13px system-ui,sans-serif;fill:#222}"
               "rect{fill:#3b62b0}.saved{fill:#3b62b0;opacity:.35}"
               "@media(prefers-color-scheme:dark){svg{background:#17191c}text{fill:#eee}"
               "rect,.saved{fill:#86a8ee}}</style>\n");
    write_bars(f, title[0], 20, sums[0][0], sums[0][1]);
    write_bars(f, title[1], 190, sums[1][0], sums[1][1]);
    fprintf(f, "<text x=\"10\" y=\"352\">Light: what rewrites without a model save. Kept: by the "
               "findings, a judgement of 2025.</text>\n</svg>\n");
    return fclose(f) == 0 ? 0 : TT_EIO;
}

/* sums[0]: all requests; sums[1]: without those that a rewrite by syntax does. */
static int compare(const char *title, const char *settings, const struct request *requests, int n,
                   struct sum sums[2][WAYS])
{
    struct tt_router *router = NULL;
    int err = make_router(settings, &router);

    for (int offline = 0; offline < 2 && !err; offline++)
        err = run(router, requests, n, offline != 0, sums[offline]);
    if (!err)
        print(title, sums[0], sums[1]);
    tt_router_destroy(router);
    return err;
}

/* By how much the two lists of prices differ, and what that makes of these requests. */
static void explain(const struct request *requests, int n, bool measured,
                    struct sum sums[2][2][WAYS])
{
    double in = 0, out = 0;
    int offline = 0;

    for (int i = 0; i < n; i++) {
        in += requests[i].in;
        out += requests[i].out;
    }
    printf("\nA request has %.0f tokens in and %.0f out, in the mean; of the article's prices, "
           "input makes %.0f %%.\n",
           in / n, out / n, 100 * in * 2.5 / (in * 2.5 + out * 10));
    for (int i = 0; i < n; i++)
        offline += requests[i].offline;
    printf("A rewrite by syntax alone takes %d of the %d requests%s.\n", offline, n,
           measured ? "" : " (assumed: a quarter of the simple ones)");
    printf(
        "\"About 20 %% cheaper per token\", says the article of GPT-4o. Its list prices differ by "
        "17 %% on input ($2.50, $3) and\n33 %% on output ($10, $15); what a request saves lies "
        "between, by its share of output, and by how many tokens\neach family makes of a text. "
        "Here always gpt costs %.0f %% less than always claude; today %.0f %% less.\n",
        100 * (1 - sums[0][0][ALWAYS_GPT].usd / sums[0][0][ALWAYS_CLAUDE].usd),
        100 * (1 - sums[1][0][ALWAYS_GPT].usd / sums[1][0][ALWAYS_CLAUDE].usd));
}

int main(int argc, char **argv)
{
    static struct request requests[REQUESTS];
    struct sum sums[2][2][WAYS]; /* then, now; all, without offline rewrites */
    const char *svg = NULL, *file = NULL;
    int err, n = REQUESTS;

    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--svg") == 0)
            svg = argv[i + 1];
        else if (strcmp(argv[i], "--requests") == 0)
            file = argv[i + 1];
    }
    if (file)
        n = read_requests(file, requests);
    else
        make_requests(requests);
    if (n == 0) {
        fprintf(stderr, "bench_cost: there are no requests in %s\n", file);
        return 1;
    }
    if (!file)
        printf("A stand-in for requests; ./dev bench cost takes the labelled tasks.\n");
    err = compare("The article's models at its prices ($3/$15 and $2.50/$10 per million tokens):",
                  "{\"models\": {\"claude\": {\"model\": \"claude-3-5-sonnet\"}, \"gpt\": "
                  "{\"model\": \"gpt-4o\"}}}",
                  requests, n, sums[0]);
    if (!err)
        err = compare("The models of a new installation at the prices of the table:", "{}",
                      requests, n, sums[1]);
    if (!err && svg)
        err = write_svg(svg, n, sums);
    if (err) {
        fprintf(stderr, "bench_cost: %s\n", tt_strerror(err));
        return 1;
    }
    explain(requests, n, file != NULL, sums);
    return 0;
}
