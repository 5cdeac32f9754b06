/* test_sim.c -- is learning worth it?  Made-up users with known tastes go through
 * the product's own learning; regret is what they lose against knowing best.
 *
 * Twelve classes of uneven frequency, two models; a base rate of kept edits
 * between 0.35 and 0.65, a true difference between 0.05 and 0.20.  Everything is
 * seeded: the figures are the same on every machine.
 */
#include "route/beta.h"
#include "route/router.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define CLASSES 12
#define USERS   100

enum policy { STATIC, PLAIN, TEMPERED, PRODUCT };

struct world {
    double p[CLASSES][2];   /* true chance that an edit is kept */
    int favoured[CLASSES];  /* by the article */
    double weight[CLASSES]; /* how often the class comes, cumulative */
    int drift_at;           /* from here on model 1 is better by 0.20; 0: never */
};

static const char *const class_names[CLASSES] = { "a", "b", "c", "d", "e", "f",
                                                  "g", "h", "i", "j", "k", "l" };
static const char *const model_names[2] = { "m0", "m1" };

/* `right`: how likely the article names the better model. */
static struct world make_world(struct tt_rng *rng, double right, int drift_at)
{
    struct world w = { .drift_at = drift_at };
    double sum = 0;

    for (int c = 0; c < CLASSES; c++) {
        double base = 0.35 + 0.30 * tt_rng_unit(rng), gap = 0.05 + 0.15 * tt_rng_unit(rng);
        int better = tt_rng_unit(rng) < 0.75 ? 0 : 1;

        w.p[c][better] = base + gap / 2;
        w.p[c][!better] = base - gap / 2;
        w.favoured[c] = tt_rng_unit(rng) < right ? better : !better;
        sum += 1.0 / (c + 1);
        w.weight[c] = sum;
    }
    for (int c = 0; c < CLASSES; c++)
        w.weight[c] /= sum;
    return w;
}

static int draw_class(const struct world *w, struct tt_rng *rng)
{
    double u = tt_rng_unit(rng);
    int c = 0;

    while (c < CLASSES - 1 && u >= w->weight[c])
        c++;
    return c;
}

static double chance(const struct world *w, int c, int model, int t)
{
    double p = w->p[c][model] + (model == 1 && w->drift_at && t >= w->drift_at ? 0.20 : 0);

    return p > 0.98 ? 0.98 : p;
}

/* What the product knows: candidates judged for this class. */
static void judge(const struct tt_learned *learned, const struct world *w, int c,
                  struct tt_candidate out[2])
{
    for (int m = 0; m < 2; m++) {
        struct tt_prior prior = { m == w->favoured[c] ? 0.55 : 0.45, 4 };

        out[m] = (struct tt_candidate){ .model = tt_str_from(model_names[m]), .cost_usd = -1 };
        out[m].prior_mean = prior.mean;
        out[m].prior_n = prior.n;
        tt_learned_judge(learned, tt_str_from(class_names[c]), prior, &out[m]);
    }
}

static void learn(struct tt_learned *learned, int c, const struct tt_candidate *chosen, bool kept,
                  enum tt_outcome_kind yes, enum tt_outcome_kind no)
{
    struct tt_outcome o = { .kind = kept ? yes : no,
                            .model = chosen->model,
                            .prior_mean = chosen->prior_mean,
                            .cost_usd = -1,
                            .cheapest_usd = -1 };

    assert_int_equal(tt_learned_add(learned, tt_str_from(class_names[c]), &o), 0);
}

/* Plain Thompson sampling from a flat prior, for comparison. */
static int choose_plain(const struct tt_candidate c[2], struct tt_rng *rng)
{
    double score[2];

    for (int m = 0; m < 2; m++) {
        double success = c[m].own.mean * c[m].own.n;

        score[m] = tt_beta_draw(rng, 1 + success, 1 + c[m].own.n - success);
    }
    return score[1] > score[0];
}

static int choose(enum policy policy, const struct tt_learned *learned, const struct world *w,
                  int c, const struct tt_candidate candidates[2], struct tt_rng *rng)
{
    static const int among[2] = { 0, 1 };
    tt_str cls = tt_str_from(class_names[c]);
    int chosen;

    if (policy == PLAIN)
        return choose_plain(candidates, rng);
    chosen = tt_learned_choose(learned, cls, TT_POLICY_QUALITY, rng->state,
                               tt_learned_enough(learned, cls), candidates, among, 2, NULL);
    return chosen < 0 ? w->favoured[c] : chosen;
}

/* The first five tasks of each class, and a few later ones, go to both models. */
static bool is_duel(enum policy policy, const struct tt_learned *learned, int c, struct tt_rng *rng)
{
    const struct tt_class *cls = tt_learned_class(learned, tt_str_from(class_names[c]));

    if (policy != PRODUCT)
        return false;
    return !cls || cls->duel_outcomes < 10 || tt_rng_unit(rng) < 0.03;
}

/* Both answers side by side: one wins, or none does. */
static void duel(struct tt_learned *learned, int c, const struct tt_candidate candidates[2],
                 const double p[2], struct tt_rng *rng)
{
    bool good[2] = { tt_rng_unit(rng) < p[0], tt_rng_unit(rng) < p[1] };
    bool first = tt_rng_unit(rng) < 0.5; /* when both are good, either may be picked */

    for (int m = 0; m < 2; m++) {
        bool won = good[m] && (!good[!m] || (m == 0) == first);

        learn(learned, c, &candidates[m], won, TT_OUTCOME_WON, TT_OUTCOME_LOST);
    }
}

/* Expected regret of one user over T actions.  In a duel the user gets the better
 * of the two. */
static double live(enum policy policy, const struct world *w, int T, struct tt_rng *rng)
{
    struct tt_learned learned = { 0 };
    double regret = 0;

    tt_learned_init(&learned, 1);
    for (int t = 0; t < T; t++) {
        int c = draw_class(w, rng), m;
        struct tt_candidate candidates[2];
        double p[2] = { chance(w, c, 0, t), chance(w, c, 1, t) };

        if (policy == STATIC) { /* it learns nothing; the draw keeps its days those of the others */
            regret += (p[0] > p[1] ? p[0] : p[1]) - p[w->favoured[c]];
            (void)tt_rng_unit(rng);
            continue;
        }
        judge(&learned, w, c, candidates);
        if (is_duel(policy, &learned, c, rng)) {
            duel(&learned, c, candidates, p, rng);
            continue;
        }
        m = choose(policy, &learned, w, c, candidates, rng);
        regret += (p[0] > p[1] ? p[0] : p[1]) - p[m];
        learn(&learned, c, &candidates[m], tt_rng_unit(rng) < p[m], TT_OUTCOME_KEPT,
              TT_OUTCOME_REJECTED);
    }
    tt_learned_release(&learned);
    return regret * 100 / T;
}

static double regret_of(enum policy policy, double right, int T, int drift_at)
{
    double sum = 0;

    for (uint64_t user = 0; user < USERS; user++) {
        struct tt_rng world_rng = { 1000 + user }, rng = { 77 * user + 5 };
        struct world w = make_world(&world_rng, right, drift_at);

        sum += live(policy, &w, T, &rng);
    }
    return sum / USERS;
}

static void row(const char *name, double right, int T, int drift_at, double out[4])
{
    out[STATIC] = regret_of(STATIC, right, T, drift_at);
    out[TEMPERED] = regret_of(TEMPERED, right, T, drift_at);
    out[PRODUCT] = regret_of(PRODUCT, right, T, drift_at);
    print_message("%-26s always the findings %.2f, learned %.2f, learned with duels %.2f\n", name,
                  out[STATIC], out[TEMPERED], out[PRODUCT]);
}

static void test_article_right(void **state)
{
    double r[4];

    (void)state;
    row("article right, 1000", 1.0, 1000, 0, r);
    assert_true(r[STATIC] < 1e-9);
    assert_true(r[TEMPERED] <= 2.5);
    assert_true(r[PRODUCT] <= 2.5);
}

static void test_article_mostly_right(void **state)
{
    double r[4];

    (void)state;
    row("article 70 % right, 1000", 0.7, 1000, 0, r);
    r[PLAIN] = regret_of(PLAIN, 0.7, 1000, 0);
    assert_true(r[PRODUCT] < r[STATIC]);
    assert_true(r[TEMPERED] < r[STATIC]);
    assert_true(r[TEMPERED] < r[PLAIN]);
}

static void test_article_worthless(void **state)
{
    double r[4];

    (void)state;
    row("article worthless, 1000", 0.5, 1000, 0, r);
    assert_true(r[TEMPERED] <= 0.65 * r[STATIC]);
    assert_true(r[PRODUCT] <= 0.65 * r[STATIC]);
}

static void test_drift(void **state)
{
    double r[4];

    (void)state;
    row("the other improves, 3000", 1.0, 3000, 1500, r);
    assert_true(r[TEMPERED] <= 0.9 * r[STATIC]);
    assert_true(r[PRODUCT] <= 0.9 * r[STATIC]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_article_right),
        cmocka_unit_test(test_article_mostly_right),
        cmocka_unit_test(test_article_worthless),
        cmocka_unit_test(test_drift),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
