/* candidates.c -- every model that could do it: what it would cost, and whether
 * it may. */
#include "route/router.h"

#include "trimtab/error.h"

/* Our estimate of tokens is right within this. */
#define ADMISSION 1.1

static uint64_t scaled(uint32_t tokens, double factor)
{
    return (uint64_t)((double)tokens * factor + 0.5);
}

static double factor_of(const struct tt_current_model *m, const struct tt_route_input *in,
                        const struct tt_candidate *c)
{
    size_t at = (size_t)c->model_index * 2 + c->small;

    return m->facts.token_factor *
           (in->token_ratios && at < in->n_token_ratios ? in->token_ratios[at] : 1);
}

static void estimate(const struct tt_current_model *m, const struct tt_route_input *in,
                     struct tt_candidate *c)
{
    uint32_t most = in->max_output > in->tokens_out ? in->max_output : in->tokens_out;
    double factor = factor_of(m, in, c);
    struct tt_usage expected = { 0 }, worst = { 0 };

    c->tokens_in = scaled(in->tokens_in, factor);
    c->tokens_out = scaled(in->tokens_out, factor);
    expected.input = c->tokens_in;
    expected.output = c->tokens_out;
    worst.input = scaled(in->tokens_in, factor * ADMISSION);
    worst.output = in->max_output ? most : c->tokens_out;
    c->cost_usd = tt_price_of(&m->price, &expected);
    c->max_usd = tt_price_of(&m->price, &worst);
}

static void rule_out(struct tt_candidate *c, enum tt_why_not why, tt_str words)
{
    if (!c->eligible)
        return; /* the first reason is the one to mend first */
    c->eligible = false;
    c->why = why;
    c->why_not = words;
}

static tt_str no_key_words(const struct tt_model_config *m, struct tt_arena *arena)
{
    if (m->key.env.n && m->local)
        return tt_arena_printf(arena,
                               "no key: set the environment variable %.*s, or the provider "
                               "\"openai-compatible\" if this local server needs none",
                               TT_STR_ARG(m->key.env));
    if (m->key.env.n)
        return tt_arena_printf(arena, "no key: set the environment variable %.*s",
                               TT_STR_ARG(m->key.env));
    if (m->key.n_command)
        return tt_arena_printf(arena, "no key: the command \"%.*s\" printed none",
                               TT_STR_ARG(m->key.command[0]));
    return tt_arena_printf(arena, "no key: the file %.*s holds none", TT_STR_ARG(m->key.file));
}

static void check_key(const struct tt_route_input *in, const struct tt_model_config *m,
                      struct tt_candidate *c, struct tt_arena *arena)
{
    enum tt_key_state state = TT_KEY_UNKNOWN;

    if (in->keys && c->model_index < in->n_keys)
        state = in->keys[c->model_index];
    if (m->key_required && state == TT_KEY_ABSENT)
        rule_out(c, TT_WHY_NO_KEY, no_key_words(m, arena));
}

static void check_size(const struct tt_route_input *in, const struct tt_current_model *m,
                       struct tt_candidate *c, struct tt_arena *arena)
{
    uint64_t context = m->facts.context_tokens;
    uint64_t out = in->max_output ? in->max_output : c->tokens_out;
    uint64_t need = (uint64_t)((double)c->tokens_in * ADMISSION) + out;

    if (context && need > context)
        rule_out(c, TT_WHY_TOO_SMALL,
                 tt_arena_printf(arena, "the request needs about %llu tokens, and it has %llu",
                                 (unsigned long long)need, (unsigned long long)context));
    else if (in->larger_than && context && context <= in->larger_than)
        rule_out(c, TT_WHY_TOO_SMALL,
                 TT_STR("its context is not larger than the one that was "
                        "too small"));
}

static void check_budget(const struct tt_router *router, const struct tt_route_input *in,
                         const struct tt_model_config *m, struct tt_candidate *c,
                         struct tt_arena *arena)
{
    const char *which = "";
    double left;

    if (c->max_usd <= 0)
        return;
    left = tt_budget_left(router, m, in->wall_ms, &which);
    if (left >= 0 && c->max_usd > left)
        rule_out(c, TT_WHY_BUDGET,
                 tt_arena_printf(arena, "it may cost up to $%.4f, and the budget %s has $%.4f left",
                                 c->max_usd, which, left));
}

static tt_str shut_words(const struct tt_health *h, uint64_t now_ms, struct tt_arena *arena)
{
    static const char *const what[] = {
        [TT_FAIL_TRANSIENT] = "it failed repeatedly",
        [TT_FAIL_RATE] = "it has had too many requests",
        [TT_FAIL_ACCOUNT] = "the provider refused its key or account: give it another key",
        [TT_FAIL_MODEL_GONE] = "it is gone",
    };

    if (h->probing)
        return TT_STR("it failed a while ago and is being tried again");
    return tt_arena_printf(arena, "%s; tried again in %llu s", what[h->why],
                           (unsigned long long)(h->open_until - now_ms) / 1000 + 1);
}

static void check_health(const struct tt_router *router, const struct tt_route_input *in,
                         const struct tt_model_config *m, struct tt_candidate *c,
                         struct tt_arena *arena)
{
    const struct tt_health *h = tt_health_find(&router->health, m->base_url, c->model);

    if (!h)
        return;
    c->latency_ms = h->latency_ms > 0 ? h->latency_ms : -1;
    if (h->gone)
        rule_out(c, TT_WHY_RETIRED,
                 TT_STR("the provider does not know this model; name another "
                        "in the settings"));
    else if (tt_health_open(h, in->now_ms))
        rule_out(c, TT_WHY_UNHEALTHY, shut_words(h, in->now_ms, arena));
}

static void check_tried(const struct tt_route_input *in, struct tt_candidate *c)
{
    for (size_t i = 0; i < in->n_tried; i++) {
        if (tt_str_eq(in->tried[i], c->model))
            rule_out(c, TT_WHY_TRIED, TT_STR("it failed for this request already"));
    }
}

static int add(const struct tt_router *router, const struct tt_route_input *in, uint32_t index,
               bool small, struct tt_decision *d)
{
    const struct tt_model_config *m = &router->config->models[index];
    const struct tt_current_model *current = tt_router_current(router, index, small);
    struct tt_candidate *c = &d->candidates[d->n_candidates];

    if (d->n_candidates >= TT_ROUTE_MAX_CANDIDATES)
        return TT_ETOOBIG;
    *c = (struct tt_candidate){ .model_index = index, .small = small, .family = m->family };
    c->name = tt_arena_dup(&d->arena, m->name);
    c->model = tt_arena_dup(&d->arena, current->id);
    c->provider = tt_str_from(tt_provider_name(m->provider));
    if (!c->name.p || !c->model.p)
        return TT_ENOMEM;
    c->eligible = true;
    c->why_not = TT_STR("");
    c->latency_ms = -1;
    estimate(current, in, c);
    check_key(in, m, c, &d->arena);
    check_tried(in, c);
    check_size(in, current, c, &d->arena);
    check_budget(router, in, m, c, &d->arena);
    check_health(router, in, m, c, &d->arena); /* last: what it alone stops may still be tried */
    d->n_candidates++;
    return c->why_not.p ? 0 : TT_ENOMEM;
}

int tt_route_candidates(const struct tt_router *router, const struct tt_route_input *in,
                        struct tt_decision *out)
{
    int err = 0;

    for (uint32_t i = 0; i < router->config->n_models && !err; i++)
        err = add(router, in, i, false, out);
    return err;
}

int tt_route_candidate_small(const struct tt_router *router, const struct tt_route_input *in,
                             uint32_t index, struct tt_decision *out)
{
    if (!router->config->models[index].small_model.n)
        return TT_ENOTFOUND;
    return add(router, in, index, true, out);
}
