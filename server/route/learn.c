/* learn.c -- what the user's own outcomes say.
 *
 * A cell is a class of tasks with a model: a Beta posterior whose prior comes
 * from the finding and whose evidence fades, toward that prior, each time the
 * class is seen.  Two things are shared between cells.  A model that does better
 * or worse than its priors everywhere lifts or lowers all of them (a provider
 * may have changed it).  And the findings themselves are trusted less, down to a
 * tie, where the models are compared and the difference they predict does not
 * show.
 */
#include "route/beta.h"
#include "route/router.h"

#include "trimtab/error.h"

#include <math.h>
#include <stdlib.h>

#define FADE         0.993 /* a class remembers about 140 outcomes */
#define POOL_FADE    0.99
#define POOL_N       10.0 /* outcomes that a pool must outweigh */
#define TRUST_N      60.0 /* comparisons that the findings start with */
#define TEMPER       6.0  /* draws are this much narrower than the posterior */
#define FLOOR        0.03 /* chance that any candidate keeps */
#define ENOUGH       10.0 /* weighted outcomes, or */
#define ENOUGH_DUELS 5
#define Z_90         1.6449
#define DAY_MS       86400000

void tt_learned_init(struct tt_learned *learned, uint64_t seed)
{
    tt_map_init(&learned->ids, seed);
}

void tt_learned_release(struct tt_learned *learned)
{
    for (size_t i = 0; i < learned->n_cells; i++) {
        free(learned->cells[i].cls);
        free(learned->cells[i].model);
    }
    for (size_t i = 0; i < learned->n_pools; i++)
        free(learned->pools[i].model);
    for (size_t i = 0; i < learned->n_classes; i++)
        free(learned->classes[i].cls);
    free(learned->cells);
    free(learned->pools);
    free(learned->classes);
    tt_map_release(&learned->ids);
}

static bool is(const char *mine, tt_str s)
{
    return strlen(mine) == s.n && memcmp(mine, s.p ? s.p : "", s.n) == 0;
}

static char *copy_of(tt_str s)
{
    char *copy = malloc(s.n + 1);

    if (copy) {
        memcpy(copy, s.p ? s.p : "", s.n);
        copy[s.n] = '\0';
    }
    return copy;
}

/* Room for one more item; the array stays as it is without memory. */
static int grow(void **items, size_t n, size_t *cap, size_t size)
{
    size_t more = *cap ? *cap * 2 : 8;
    void *moved;

    if (n < *cap)
        return 0;
    moved = realloc(*items, more * size);
    if (!moved)
        return TT_ENOMEM;
    *items = moved;
    *cap = more;
    return 0;
}

struct tt_cell *tt_learned_cell(const struct tt_learned *learned, tt_str cls, tt_str model)
{
    for (size_t i = 0; i < learned->n_cells; i++) {
        if (is(learned->cells[i].cls, cls) && is(learned->cells[i].model, model))
            return &learned->cells[i];
    }
    return NULL;
}

struct tt_class *tt_learned_class(const struct tt_learned *learned, tt_str cls)
{
    for (size_t i = 0; i < learned->n_classes; i++) {
        if (is(learned->classes[i].cls, cls))
            return &learned->classes[i];
    }
    return NULL;
}

static struct tt_pool *find_pool(const struct tt_learned *learned, tt_str model)
{
    for (size_t i = 0; i < learned->n_pools; i++) {
        if (is(learned->pools[i].model, model))
            return &learned->pools[i];
    }
    return NULL;
}

static int add_cell(struct tt_learned *learned, tt_str cls, tt_str model, enum tt_family family)
{
    void *items = learned->cells;
    struct tt_cell *cell;

    if (tt_learned_cell(learned, cls, model))
        return 0;
    if (grow(&items, learned->n_cells, &learned->cap_cells, sizeof(*learned->cells)))
        return TT_ENOMEM;
    learned->cells = items;
    cell = &learned->cells[learned->n_cells];
    *cell = (struct tt_cell){ .cls = copy_of(cls), .model = copy_of(model), .family = family };
    if (!cell->cls || !cell->model) {
        free(cell->cls);
        free(cell->model);
        return TT_ENOMEM;
    }
    learned->n_cells++;
    return 0;
}

static int add_pool(struct tt_learned *learned, tt_str model)
{
    void *items = learned->pools;

    if (find_pool(learned, model))
        return 0;
    if (grow(&items, learned->n_pools, &learned->cap_pools, sizeof(*learned->pools)))
        return TT_ENOMEM;
    learned->pools = items;
    learned->pools[learned->n_pools] = (struct tt_pool){ .model = copy_of(model) };
    if (!learned->pools[learned->n_pools].model)
        return TT_ENOMEM;
    learned->n_pools++;
    return 0;
}

static int add_class(struct tt_learned *learned, tt_str cls)
{
    void *items = learned->classes;

    if (tt_learned_class(learned, cls))
        return 0;
    if (grow(&items, learned->n_classes, &learned->cap_classes, sizeof(*learned->classes)))
        return TT_ENOMEM;
    learned->classes = items;
    learned->classes[learned->n_classes] = (struct tt_class){ .cls = copy_of(cls) };
    if (!learned->classes[learned->n_classes].cls)
        return TT_ENOMEM;
    learned->n_classes++;
    return 0;
}

static void fade(struct tt_learned *learned, tt_str cls)
{
    for (size_t i = 0; i < learned->n_cells; i++) {
        struct tt_cell *cell = &learned->cells[i];

        if (!is(cell->cls, cls))
            continue;
        cell->success *= FADE;
        cell->failure *= FADE;
        cell->prior *= FADE;
        cell->prior_n *= FADE;
    }
    for (size_t i = 0; i < learned->n_pools; i++) {
        learned->pools[i].shift *= POOL_FADE;
        learned->pools[i].weight *= POOL_FADE;
    }
}

/* The plain counts that people see. */
static void count(struct tt_cell *cell, const struct tt_outcome *o, double reward)
{
    bool accepted = o->kind == TT_OUTCOME_KEPT || o->kind == TT_OUTCOME_EDITED;

    cell->of++;
    cell->kept += reward >= 0.5;
    cell->won += o->kind == TT_OUTCOME_WON;
    cell->lost += o->kind == TT_OUTCOME_LOST;
    cell->accepted += accepted;
    cell->undone += o->kind == TT_OUTCOME_UNDONE;
    cell->refused += o->kind == TT_OUTCOME_REFUSED;
    cell->rejected += o->kind == TT_OUTCOME_REJECTED || o->kind == TT_OUTCOME_IGNORED ||
                      o->kind == TT_OUTCOME_SWITCHED;
    if (accepted)
        cell->survived += reward;
}

/* What a request took is told once, by its `spent`. */
static void count_money(struct tt_cell *cell, struct tt_class *cls, const struct tt_outcome *o)
{
    if (o->kind != TT_OUTCOME_SPENT)
        return;
    if (o->cost_usd >= 0) {
        cell->cost_usd += o->cost_usd;
        cell->cost_n++;
        cls->spent_usd += o->cost_usd;
        cls->cheapest_usd +=
            o->cheapest_usd >= 0 && o->cheapest_usd < o->cost_usd ? o->cheapest_usd : o->cost_usd;
    }
    if (o->latency_ms > 0) {
        cell->latency_ms += o->latency_ms;
        cell->latency_n++;
    }
}

int tt_learned_add(struct tt_learned *learned, tt_str cls, const struct tt_outcome *o)
{
    struct tt_cell *cell;
    struct tt_class *class;
    struct tt_pool *pool;
    double reward, weight;

    if (o->id.n && tt_map_get(&learned->ids, o->id))
        return 0;
    if (add_cell(learned, cls, o->model, o->family) || add_pool(learned, o->model) ||
        add_class(learned, cls) || (o->id.n && tt_map_put(&learned->ids, o->id, learned)))
        return TT_ENOMEM;
    cell = tt_learned_cell(learned, cls, o->model);
    pool = find_pool(learned, o->model);
    class = tt_learned_class(learned, cls);
    count_money(cell, class, o);
    tt_outcome_reward(o, &reward, &weight);
    if (weight <= 0)
        return 0;
    fade(learned, cls);
    cell->success += weight * reward;
    cell->failure += weight * (1 - reward);
    cell->prior += weight * o->prior_mean;
    cell->prior_n += weight;
    pool->shift += weight * (reward - o->prior_mean);
    pool->weight += weight;
    class->count++;
    class->weight += weight;
    class->duel_outcomes += o->kind == TT_OUTCOME_WON || o->kind == TT_OUTCOME_LOST;
    learned->total++;
    if ((o->kind == TT_OUTCOME_WON || o->kind == TT_OUTCOME_LOST) &&
        o->wall_ms > learned->last_duel)
        learned->last_duel = o->wall_ms;
    count(cell, o, reward);
    return 0;
}

/* What a comparison of two cells of one class adds: how much of the predicted
 * difference shows, and how much that is worth. */
static void compare_cells(const struct tt_cell *a, const struct tt_cell *b, double *sum,
                          double *weight)
{
    double na = a->success + a->failure, nb = b->success + b->failure, predicted, w;

    if (na < 1 || nb < 1 || a->prior_n <= 0 || b->prior_n <= 0)
        return;
    predicted = a->prior / a->prior_n - b->prior / b->prior_n;
    if (fabs(predicted) < 0.005)
        return;
    w = na * nb / (na + nb);
    *sum += w * (a->success / na - b->success / nb) * (predicted > 0 ? 1 : -1) / 0.10;
    *weight += w;
}

double tt_learned_trust(const struct tt_learned *learned)
{
    double sum = TRUST_N, weight = TRUST_N, trust;

    for (size_t i = 0; i < learned->n_cells; i++) {
        for (size_t k = i + 1; k < learned->n_cells; k++) {
            if (strcmp(learned->cells[i].cls, learned->cells[k].cls) == 0)
                compare_cells(&learned->cells[i], &learned->cells[k], &sum, &weight);
        }
    }
    trust = sum / weight;
    return trust < 0 ? 0 : trust > 1 ? 1 : trust;
}

/* Wilson's interval: honest also for three outcomes. */
void tt_learned_interval(double p, double n, double *low, double *high)
{
    double z2 = Z_90 * Z_90;
    double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
    double half = Z_90 * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);

    *low = middle - half < 0 ? 0 : middle - half;
    *high = middle + half > 1 ? 1 : middle + half;
}

static double clamp(double p)
{
    return p < 0.05 ? 0.05 : p > 0.95 ? 0.95 : p;
}

void tt_learned_own(const struct tt_cell *cell, struct tt_candidate *candidate)
{
    double n = cell ? cell->success + cell->failure : 0;

    candidate->own.n = n;
    candidate->own.mean = n > 0 ? cell->success / n : 0;
    candidate->own.low = 0;
    candidate->own.high = 1;
    if (n > 0)
        tt_learned_interval(candidate->own.mean, n, &candidate->own.low, &candidate->own.high);
}

void tt_learned_judge(const struct tt_learned *learned, tt_str cls, struct tt_prior prior,
                      struct tt_candidate *candidate)
{
    const struct tt_pool *pool = find_pool(learned, candidate->model);
    double mean = prior.mean, n;

    tt_learned_own(tt_learned_cell(learned, cls, candidate->model), candidate);
    n = candidate->own.n;
    if (learned->total > 0)
        mean = 0.5 + (mean - 0.5) * tt_learned_trust(learned);
    if (pool)
        mean += pool->shift / (pool->weight + POOL_N);
    candidate->mean = (clamp(mean) * prior.n + candidate->own.mean * n) / (prior.n + n);
}

bool tt_learned_enough(const struct tt_learned *learned, tt_str cls)
{
    const struct tt_class *class = tt_learned_class(learned, cls);

    return class && (class->duel_outcomes >= 2 * ENOUGH_DUELS || class->weight >= ENOUGH);
}

/* How much less likely to be kept an edit may be for its lower price. */
static double tolerance(enum tt_policy policy)
{
    static const double tolerances[] = {
        [TT_POLICY_QUALITY] = 0, [TT_POLICY_BALANCED] = 0.015, [TT_POLICY_ECONOMY] = 0.03
    };

    return tolerances[policy];
}

/* The place in among[] of the cheapest; of the first when a price is not known. */
static size_t cheapest(const struct tt_candidate *candidates, const int *among, size_t n)
{
    size_t best = 0;

    for (size_t i = 0; i < n; i++) {
        if (candidates[among[i]].cost_usd < 0)
            return 0;
        if (candidates[among[i]].cost_usd < candidates[among[best]].cost_usd)
            best = i;
    }
    return best;
}

/* One choice: by means (rng NULL), or drawn.  A place in among[]. */
static size_t choose_once(const struct tt_candidate *candidates, const int *among, size_t n,
                          size_t cheap, double bonus, struct tt_rng *rng)
{
    double best_score = -1;
    size_t best = cheap;

    for (size_t k = 0; k < n; k++) {
        size_t i = (cheap + k) % n; /* the cheapest first: it wins when all is equal */
        const struct tt_candidate *c = &candidates[among[i]];
        double total = TEMPER * (c->prior_n + c->own.n);
        double score = rng ? tt_beta_draw(rng, c->mean * total, (1 - c->mean) * total) : c->mean;

        if (i == cheap)
            score += bonus;
        if (score > best_score + 1e-12) {
            best_score = score;
            best = i;
        }
    }
    return best;
}

/* The same for the same installation, class and number of outcomes: a title does
 * not change between two menus. */
static struct tt_rng rng_for(uint64_t seed, tt_str cls, unsigned count)
{
    uint64_t hash = 0xcbf29ce484222325u;

    for (size_t i = 0; i < cls.n; i++)
        hash = (hash ^ (unsigned char)cls.p[i]) * 0x100000001b3u;
    return (struct tt_rng){ seed ^ hash ^ ((uint64_t)count * 0x9E3779B97F4A7C15u) };
}

/* The chance of among[chosen]: to be drawn, or to be tried all the same. */
static double chance_of(const struct tt_candidate *candidates, const int *among, size_t n,
                        size_t cheap, double bonus, size_t chosen)
{
    struct tt_beta betas[TT_BETA_MAX];
    double chances[TT_BETA_MAX];

    for (size_t i = 0; i < n; i++) {
        const struct tt_candidate *c = &candidates[among[i]];
        double total = TEMPER * (c->prior_n + c->own.n);

        betas[i] =
            (struct tt_beta){ c->mean * total, (1 - c->mean) * total, i == cheap ? bonus : 0 };
    }
    tt_beta_chances(betas, n, chances);
    return (1 - FLOOR) * chances[chosen] + FLOOR / (double)n;
}

int tt_learned_choose(const struct tt_learned *learned, tt_str cls, enum tt_policy policy,
                      uint64_t seed, bool draw, const struct tt_candidate *candidates,
                      const int *among, size_t n, double *propensity)
{
    const struct tt_class *class = tt_learned_class(learned, cls);
    struct tt_rng rng = rng_for(seed, cls, class ? class->count : 0);
    size_t cheap = cheapest(candidates, among, n), chosen;
    double bonus = tolerance(policy);

    if (learned->total == 0 || n == 0 || n > TT_BETA_MAX)
        return -1;
    chosen = choose_once(candidates, among, n, cheap, bonus, draw ? &rng : NULL);
    if (draw && tt_rng_unit(&rng) < FLOOR)
        chosen = (size_t)(tt_rng_unit(&rng) * (double)n);
    if (propensity)
        *propensity = draw ? chance_of(candidates, among, n, cheap, bonus, chosen) : 1;
    return among[chosen];
}

static bool was_free_to_choose(const struct tt_decision *d)
{
    return d->by == TT_BY_FINDING || d->by == TT_BY_PRICE || d->by == TT_BY_OUTCOMES ||
           d->by == TT_BY_DRAW;
}

bool tt_router_wants_duel(const struct tt_router *router, const struct tt_decision *decision,
                          int64_t wall_ms, const struct tt_candidate **other)
{
    const struct tt_candidate *chosen = tt_decision_choice(decision);
    const struct tt_class *class = tt_learned_class(&router->learned, decision->cls);

    if (!router->config->trial || !chosen || !was_free_to_choose(decision) ||
        (class && class->duel_outcomes >= 2 * ENOUGH_DUELS) ||
        (router->learned.last_duel && wall_ms - router->learned.last_duel < DAY_MS))
        return false;
    for (size_t i = 0; i < decision->n_candidates; i++) {
        const struct tt_candidate *c = &decision->candidates[i];

        if (c->eligible && c->family != chosen->family && c->family != TT_FAMILY_OTHER) {
            *other = c;
            return true;
        }
    }
    return false;
}

void tt_router_dueled(struct tt_router *router, int64_t wall_ms)
{
    if (wall_ms > router->learned.last_duel)
        router->learned.last_duel = wall_ms;
}

bool tt_router_knows(const struct tt_router *router, tt_str id)
{
    return id.n && tt_map_get(&router->learned.ids, id);
}

int tt_router_learn(struct tt_router *router, const struct tt_outcome *outcome, bool live)
{
    const struct tt_finding_row *row = tt_router_finding(router, outcome->task);
    tt_str cls = outcome->cls;

    if (cls.n == 0)
        cls = row && row->cls.n ? row->cls : TT_STR("other");
    if (!live && outcome->kind == TT_OUTCOME_SPENT && outcome->cost_usd > 0 &&
        !tt_router_knows(router, outcome->id)) {
        int err =
            tt_budget_add(&router->budget, outcome->name, outcome->cost_usd, outcome->wall_ms);
        if (err)
            return err;
    }
    return tt_learned_add(&router->learned, cls, outcome);
}
