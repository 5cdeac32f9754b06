/* decide.c -- the order in which things decide.
 *
 * A model that the user named, a pin, or routing switched off is obeyed or
 * fails: another model is never put in its place.  Otherwise the findings (or,
 * when the user wants it, what was learned from outcomes) choose between the
 * first usable model of each family; with one family usable, between its tiers.
 */
#include "route/router.h"

#include "trimtab/error.h"

struct decider {
    const struct tt_router *router;
    const struct tt_route_input *in;
    struct tt_decision *d;
    struct tt_advice advice;
    int rep[TT_FAMILY_COUNT]; /* first usable candidate of each family; -1: none */
    size_t eligible;
};

void tt_decision_init(struct tt_decision *decision)
{
    *decision = (struct tt_decision){ .choice = -1, .propensity = 1 };
    tt_arena_init(&decision->arena);
}

void tt_decision_release(struct tt_decision *decision)
{
    tt_arena_release(&decision->arena);
    tt_decision_init(decision);
}

static int copy_input(struct decider *x)
{
    const struct tt_route_input *in = x->in;
    struct tt_decision *d = x->d;

    d->task = tt_arena_dup(&d->arena, in->task);
    d->second = tt_arena_dup(&d->arena, in->second);
    d->complexity = in->complexity;
    d->confidence = in->confidence;
    d->policy = in->policy ? *in->policy : x->router->config->policy;
    d->routing = in->routing ? *in->routing : x->router->config->routing;
    x->advice = tt_route_advice(x->router, in, d->policy);
    d->cls = TT_STR("other");
    d->finding = d->title = d->statement = TT_STR("");
    if (x->advice.row) {
        d->finding = tt_arena_dup(&d->arena, x->advice.row->id);
        d->statement = tt_arena_dup(&d->arena, x->advice.row->statement);
        d->title = tt_arena_dup(&d->arena, x->advice.row->title);
        d->basis = x->advice.row->basis;
        if (x->advice.row->cls.n)
            d->cls = tt_arena_dup(&d->arena, x->advice.row->cls);
        d->low = x->advice.low;
        d->halved = x->advice.halved;
        d->closed = x->advice.economy_tie;
    }
    d->prices_as_of = tt_arena_dup(&d->arena, x->router->models.as_of);
    d->learned_would = TT_STR("");
    if (!d->task.p || !d->second.p || !d->cls.p || !d->finding.p || !d->statement.p ||
        !d->title.p || !d->prices_as_of.p)
        return TT_ENOMEM;
    return 0;
}

/* What the finding and the user's outcomes say of each. */
static void judge(struct decider *x, struct tt_candidate *c)
{
    const struct tt_current_model *current = tt_router_current(x->router, c->model_index, c->small);
    struct tt_prior prior =
        tt_route_prior(x->router, &x->advice, c->family, current->facts.distance);

    c->prior_mean = prior.mean;
    c->prior_n = prior.n;
    c->distance = current->facts.distance;
    tt_learned_interval(prior.mean, prior.n, &c->prior_low, &c->prior_high);
    tt_learned_judge(&x->router->learned, x->d->cls, prior, c);
}

static void look_around(struct decider *x)
{
    for (int f = 0; f < TT_FAMILY_COUNT; f++)
        x->rep[f] = -1;
    x->eligible = 0;
    for (size_t i = 0; i < x->d->n_candidates; i++) {
        struct tt_candidate *c = &x->d->candidates[i];

        judge(x, c);
        if (!c->eligible)
            continue;
        x->eligible++;
        if (x->rep[c->family] < 0)
            x->rep[c->family] = (int)i;
    }
}

static void choose(struct decider *x, int candidate, enum tt_route_by by)
{
    x->d->choice = candidate;
    x->d->by = by;
}

/* Obey or fail: the candidate of this model, if it may be used. */
static void choose_exactly(struct decider *x, int candidate, enum tt_route_by by)
{
    bool usable = candidate >= 0 && x->d->candidates[candidate].eligible;

    choose(x, usable ? candidate : -1, by);
}

static bool same(tt_str a, tt_str b)
{
    return a.n > 0 && tt_str_eq(a, b);
}

/* A name of the settings, a model id, or the id of a small tier. */
static int choose_named(struct decider *x)
{
    const struct tt_config *config = x->router->config;
    int named = tt_config_model(config, x->in->model);

    if (named < 0) {
        for (uint32_t i = 0; i < config->n_models && named < 0; i++) {
            if (same(config->models[i].small_model, x->in->model)) {
                int err = tt_route_candidate_small(x->router, x->in, i, x->d);

                if (err)
                    return err;
                named = (int)x->d->n_candidates - 1;
                judge(x, &x->d->candidates[named]);
            }
        }
    }
    choose_exactly(x, named, TT_BY_REQUEST);
    return 0;
}

static bool pin_fits(const struct decider *x, const struct tt_pin *pin)
{
    switch (pin->kind) {
    case TT_PIN_ACTION:
        return same(x->in->action, pin->key);
    case TT_PIN_PATH:
        return x->in->path.n > 0 && tt_glob_match(pin->key, x->in->path);
    case TT_PIN_TASK:
        return same(x->in->task, pin->key);
    case TT_PIN_CLASS:
        return same(x->d->cls, pin->key);
    case TT_PIN_LANGUAGE:
        return same(x->in->language, pin->key);
    }
    return false;
}

static const struct tt_pin *find_pin(const struct decider *x)
{
    const struct tt_config *config = x->router->config;

    for (size_t i = 0; i < config->n_pins; i++) {
        if (pin_fits(x, &config->pins[i]))
            return &config->pins[i];
    }
    return NULL;
}

/* The one that costs less for this request; the first when that is not known. */
static int cheaper(const struct decider *x, int a, int b)
{
    double ca = x->d->candidates[a].cost_usd, cb = x->d->candidates[b].cost_usd;

    if (ca < 0 || cb < 0)
        return a < b ? a : b;
    if (ca == cb)
        return a < b ? a : b;
    return ca < cb ? a : b;
}

static void choose_default(struct decider *x)
{
    int wanted = (int)x->router->config->default_model;

    if (x->d->candidates[wanted].eligible) {
        choose(x, wanted, x->eligible == 1 ? TT_BY_ONLY_ONE : TT_BY_DEFAULT);
        return;
    }
    for (int i = 0; i < (int)x->d->n_candidates; i++) {
        if (x->d->candidates[i].eligible) {
            choose(x, i, x->eligible == 1 ? TT_BY_ONLY_ONE : TT_BY_DEFAULT);
            return;
        }
    }
}

/* Is the task one for the small tier of the only family? */
static bool small_task(const struct decider *x)
{
    enum tt_policy policy = x->d->policy;

    if (policy == TT_POLICY_QUALITY)
        return false;
    if (!x->advice.row)
        return policy == TT_POLICY_ECONOMY && x->in->complexity < x->router->findings.low;
    if (x->advice.row->margin == TT_MARGIN_TIE || x->advice.low)
        return true;
    return policy == TT_POLICY_ECONOMY && x->advice.row->margin == TT_MARGIN_SLIGHT;
}

static int choose_tier(struct decider *x, int main)
{
    struct tt_candidate *c = &x->d->candidates[main];
    bool alone = x->eligible == 1;
    int small = (int)x->d->n_candidates;
    int err = tt_route_candidate_small(x->router, x->in, c->model_index, x->d);

    choose(x, main, TT_BY_ONLY_ONE);
    if (err)
        return err == TT_ENOTFOUND || err == TT_ETOOBIG ? 0 : err;
    judge(x, &x->d->candidates[small]);
    if (!x->d->candidates[small].eligible)
        return 0;
    x->eligible++;
    choose(x, small_task(x) ? small : main, alone ? TT_BY_TIER : TT_BY_ONLY_ONE);
    return 0;
}

/* What the user's outcomes would choose; -1: they say nothing of this. */
static int choose_learned(struct decider *x, const int among[2], bool *drawn, double *propensity)
{
    const struct tt_learned *learned = &x->router->learned;
    bool learning = x->d->routing == TT_ROUTING_LEARNED;

    /* Without a finding the default model stands until this very class has seen something. */
    if (!x->advice.row && !tt_learned_class(learned, x->d->cls))
        return -1;
    *drawn = learning && tt_learned_enough(learned, x->d->cls);
    return tt_learned_choose(learned, x->d->cls, x->d->policy, x->router->seed, *drawn,
                             x->d->candidates, among, 2, learning ? propensity : NULL);
}

/* Between the two families. */
static void choose_family(struct decider *x)
{
    int claude = x->rep[TT_FAMILY_CLAUDE], gpt = x->rep[TT_FAMILY_GPT];
    int among[2] = { claude < gpt ? claude : gpt, claude < gpt ? gpt : claude };
    double propensity = 1;
    bool drawn = false;
    int learned;

    if (!x->advice.row || x->advice.row->cls.n == 0)
        choose_default(x);
    else if (x->advice.favours != TT_FAMILY_OTHER)
        choose(x, x->rep[x->advice.favours], TT_BY_FINDING);
    else
        choose(x, cheaper(x, claude, gpt), TT_BY_PRICE);
    learned = choose_learned(x, among, &drawn, &propensity);
    if (learned < 0)
        return;
    if (x->d->routing == TT_ROUTING_LEARNED) {
        choose(x, learned, drawn ? TT_BY_DRAW : TT_BY_OUTCOMES);
        x->d->propensity = propensity;
    } else if (learned != x->d->choice) {
        x->d->learned_would = x->d->candidates[learned].name;
    }
}

/* Nothing is usable: what only waits for a breaker may be tried all the same,
 * the one first that would be tried again first. */
static void choose_unhealthy(struct decider *x)
{
    uint64_t soonest = UINT64_MAX;
    int best = -1;

    for (size_t i = 0; i < x->d->n_candidates; i++) {
        const struct tt_candidate *c = &x->d->candidates[i];
        const struct tt_model_config *m = &x->router->config->models[c->model_index];
        const struct tt_health *h = tt_health_find(&x->router->health, m->base_url, c->model);

        if (c->why == TT_WHY_UNHEALTHY && h && !h->probing && h->open_until < soonest) {
            soonest = h->open_until;
            best = (int)i;
        }
    }
    if (best < 0)
        return;
    x->d->candidates[best].eligible = true;
    x->eligible = 1;
    choose(x, best, TT_BY_ONLY_ONE);
}

static int choose_freely(struct decider *x)
{
    int claude = x->rep[TT_FAMILY_CLAUDE], gpt = x->rep[TT_FAMILY_GPT];

    if (x->eligible == 0)
        choose_unhealthy(x);
    else if (claude >= 0 && gpt >= 0)
        choose_family(x);
    else if (!x->advice.row && x->d->candidates[x->router->config->default_model].eligible &&
             x->eligible > 1)
        choose_default(x);
    else if (claude >= 0 || gpt >= 0)
        return choose_tier(x, claude >= 0 ? claude : gpt);
    else
        choose_default(x);
    return 0;
}

static int choose_one(struct decider *x)
{
    const struct tt_pin *pin;

    if (x->in->model.n)
        return choose_named(x);
    if (x->d->routing == TT_ROUTING_OFF) {
        choose_exactly(x, (int)x->router->config->default_model, TT_BY_DEFAULT);
        return 0;
    }
    pin = find_pin(x);
    if (pin) {
        choose_exactly(x, tt_config_model(x->router->config, pin->model), TT_BY_PIN);
        return 0;
    }
    if (x->d->routing == TT_ROUTING_PINNED) {
        choose_exactly(x, (int)x->router->config->default_model, TT_BY_DEFAULT);
        return 0;
    }
    return choose_freely(x);
}

/* Is a key all that is missing, everywhere? */
static bool only_keys_missing(const struct tt_decision *d)
{
    for (size_t i = 0; i < d->n_candidates; i++) {
        if (d->candidates[i].why != TT_WHY_NO_KEY)
            return false;
    }
    return d->n_candidates > 0;
}

static void pretend_keys(struct tt_decision *d, bool pretend)
{
    for (size_t i = 0; i < d->n_candidates; i++) {
        if (d->candidates[i].why == TT_WHY_NO_KEY)
            d->candidates[i].eligible = pretend;
    }
}

int tt_route_decide(const struct tt_router *router, const struct tt_route_input *in,
                    struct tt_decision *out)
{
    struct decider x = { .router = router, .in = in, .d = out };
    int err;

    tt_decision_release(out);
    if (!router->config)
        return TT_EINVALID;
    err = copy_input(&x);
    if (!err)
        err = tt_route_candidates(router, in, out);
    if (err)
        return err;
    look_around(&x);
    out->what_if = in->what_if && only_keys_missing(out);
    if (out->what_if) {
        pretend_keys(out, true);
        look_around(&x);
    }
    if (out->n_candidates > 0)
        err = choose_one(&x);
    out->only_one = x.eligible == 1;
    if (!err)
        err = tt_route_explain(router, in, &x.advice, out);
    if (out->what_if)
        pretend_keys(out, false);
    return err;
}
