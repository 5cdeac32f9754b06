/* reason.c -- why, in sentences that say no more than is known.
 *
 * "ERR-2; a 2025 article judged Claude 3.5 Sonnet better here by default, equal
 * when asked.  Our prompt asks, so this is a weak reason.  MODEL was not in that
 * article.  Your own results: 3 kept of 4 (too few to tell)."
 */
#include "route/router.h"

#include "trimtab/error.h"

#include <stdio.h>

void tt_cost_words(double usd, char *out, size_t n)
{
    if (usd < 0)
        snprintf(out, n, "price unknown");
    else if (usd == 0)
        snprintf(out, n, "free");
    else if (usd < 0.0001)
        snprintf(out, n, "<$0.0001");
    else
        snprintf(out, n, "~$%.*f", usd < 0.001 ? 4 : usd < 0.01 ? 3 : 2, usd);
}

static const char *margin_words(enum tt_margin margin)
{
    static const char *const words[] = { "equal", "slightly better", "better", "much better" };

    return words[margin];
}

/* Who says so, by the basis of the row. */
static void say_judgement(enum tt_basis basis, const char *who, const char *how, struct tt_buf *out)
{
    switch (basis) {
    case TT_BASIS_TESTED:
        tt_buf_addf(out, "a 2025 article judged %s %s here", who, how);
        break;
    case TT_BASIS_ASSERTED:
        tt_buf_addf(out, "a 2025 article holds %s to be %s here, without a test of it", who, how);
        break;
    case TT_BASIS_REPORTED:
        tt_buf_addf(out, "users whom a 2025 article cites found %s %s here", who, how);
        break;
    case TT_BASIS_DERIVED:
        tt_buf_addf(out, "in our reading of a 2025 article, %s is %s here", who, how);
        break;
    }
}

/* The article's judgement, whoever was chosen. */
static void say_finding(const struct tt_router *router, const struct tt_advice *a,
                        struct tt_buf *out)
{
    const struct tt_finding_row *row = a->row;
    enum tt_margin margin = a->low || a->economy_tie ? row->margin : a->margin;

    tt_buf_addf(out, "%.*s; ", TT_STR_ARG(row->id));
    if (row->users_own)
        tt_buf_addf(out, "your settings say that %s is %s here",
                    margin == TT_MARGIN_TIE ? "neither" : tt_family_name(row->favours),
                    margin == TT_MARGIN_TIE ? "better" : margin_words(margin));
    else if (row->favours == TT_FAMILY_OTHER)
        tt_buf_adds(out, "a 2025 article gives neither family an advantage here");
    else
        say_judgement(row->basis, router->findings.measured[row->favours].p, margin_words(margin),
                      out);
    if (row->closes_when_asked)
        tt_buf_adds(out, " by default, equal when asked");
    tt_buf_adds(out, ". ");
}

/* Why that did not decide, or only weakly. */
static void say_limits(const struct tt_advice *a, struct tt_buf *out)
{
    if (a->low)
        tt_buf_addf(out, "That grows with %.*s, and this is the simple end, where it is a tie. ",
                    TT_STR_ARG(a->row->scales_with));
    else if (a->economy_tie)
        tt_buf_adds(out, "Our prompt asks, and your policy is economy, so it counts as a tie. ");
    else if (a->halved)
        tt_buf_adds(out, "Our prompt asks, so this is a weak reason. ");
}

static void say_distance(const struct tt_router *router, const struct tt_advice *a,
                         const struct tt_candidate *c, struct tt_buf *out)
{
    const struct tt_model_facts *facts =
        &tt_router_current(router, c->model_index, c->small)->facts;

    if (a->row && !a->row->users_own && facts->distance < router->findings.same)
        tt_buf_addf(out, "%.*s was not in that article. ", TT_STR_ARG(c->model));
}

static void say_own(const struct tt_router *router, const struct tt_decision *d,
                    const struct tt_candidate *c, struct tt_buf *out)
{
    const struct tt_cell *cell = tt_learned_cell(&router->learned, d->cls, c->model);

    if (!cell || cell->of == 0)
        tt_buf_adds(out, "No results of your own yet.");
    else
        tt_buf_addf(out, "Your own results: %u kept of %u%s.", cell->kept, cell->of,
                    cell->of < 10 ? " (too few to tell)" : "");
}

/* "~$0.004 against ~$0.006" */
static void say_price(const struct tt_decision *d, struct tt_buf *out)
{
    const struct tt_candidate *c = tt_decision_choice(d), *other = NULL;
    char mine[32], theirs[32];

    for (size_t i = 0; i < d->n_candidates && !other; i++) {
        const struct tt_candidate *o = &d->candidates[i];

        if (o != c && o->eligible && o->family != c->family && o->family != TT_FAMILY_OTHER)
            other = o;
    }
    tt_cost_words(c->cost_usd, mine, sizeof(mine));
    tt_cost_words(other ? other->cost_usd : -1, theirs, sizeof(theirs));
    if (!other || c->cost_usd < 0 || other->cost_usd < 0)
        tt_buf_adds(out, "A price is not known, so the first in your settings is taken. ");
    else if (c->cost_usd == other->cost_usd)
        tt_buf_addf(out, "Both cost the same here (%s), so the first in your settings is taken. ",
                    mine);
    else
        tt_buf_addf(out, "It costs less for this request (%s against %s). ", mine, theirs);
}

/* Who cannot be used, and why: "gpt: no key: set …" */
static void say_others(const struct tt_decision *d, struct tt_buf *out)
{
    for (size_t i = 0; i < d->n_candidates; i++) {
        const struct tt_candidate *o = &d->candidates[i];

        if (!o->eligible)
            tt_buf_addf(out, "%.*s cannot be used (%.*s). ", TT_STR_ARG(o->name),
                        TT_STR_ARG(o->why_not));
    }
}

static void say_by(const struct tt_router *router, const struct tt_advice *a,
                   const struct tt_decision *d, struct tt_buf *out)
{
    switch (d->by) {
    case TT_BY_FINDING:
        break;
    case TT_BY_PRICE:
        say_price(d, out);
        break;
    case TT_BY_OUTCOMES:
        tt_buf_adds(out, "Your own results decide here. ");
        break;
    case TT_BY_DRAW:
        tt_buf_addf(out, "Drawn by what your own results make likely (%.0f %%). ",
                    100 * d->propensity);
        break;
    case TT_BY_PIN:
        tt_buf_adds(out, "Your pin says so. ");
        break;
    case TT_BY_REQUEST:
        tt_buf_adds(out, "You named it for this request. ");
        break;
    case TT_BY_DEFAULT:
        tt_buf_adds(out, d->routing == TT_ROUTING_OFF ? "Routing is off: your default model. "
                         : d->routing == TT_ROUTING_PINNED
                             ? "No pin fits, and only pins decide: your default model. "
                         : a->row ? "Your default model. "
                                  : "No finding applies to this task: your default model. ");
        break;
    case TT_BY_ONLY_ONE:
        say_others(d, out);
        tt_buf_adds(out, d->only_one ? "It is the only one that can be used. "
                                     : "It is the first that can be used. ");
        break;
    case TT_BY_TIER:
        say_others(d, out);
        tt_buf_addf(out, "Only this family can be used, so the choice is between its tiers: %s. ",
                    tt_decision_choice(d)->small ? "a simple task, the smaller one"
                                                 : "the larger one");
        break;
    }
    (void)router;
}

static void say_choice(const struct tt_router *router, const struct tt_advice *a,
                       const struct tt_decision *d, struct tt_buf *out)
{
    const struct tt_candidate *c = tt_decision_choice(d);
    bool article =
        a->row && (d->by == TT_BY_FINDING || d->by == TT_BY_PRICE || d->by == TT_BY_ONLY_ONE ||
                   d->by == TT_BY_TIER || d->by == TT_BY_OUTCOMES || d->by == TT_BY_DRAW);

    if (article) {
        say_finding(router, a, out);
        say_limits(a, out);
    }
    say_by(router, a, d, out);
    if (article)
        say_distance(router, a, c, out);
    if (d->learned_would.n)
        tt_buf_addf(out, "By your own results it would be %.*s. ", TT_STR_ARG(d->learned_would));
    say_own(router, d, c, out);
    if (d->what_if)
        tt_buf_addf(out, " It cannot be asked yet: %.*s.", TT_STR_ARG(c->why_not));
}

static void say_none(const struct tt_router *router, const struct tt_route_input *in,
                     const struct tt_decision *d, struct tt_buf *out)
{
    bool named = in->model.n > 0;

    if (d->n_candidates == 0) {
        tt_buf_adds(out, "No model is configured; add one to \"models\" in your settings.");
        return;
    }
    if (named && tt_config_model(router->config, in->model) < 0 &&
        d->n_candidates == router->config->n_models) {
        tt_buf_addf(
            out, "There is no model \"%.*s\" in your settings; there are:", TT_STR_ARG(in->model));
        for (size_t i = 0; i < d->n_candidates; i++)
            tt_buf_addf(out, "%s %.*s", i ? "," : "", TT_STR_ARG(d->candidates[i].name));
        tt_buf_adds(out, ".");
        return;
    }
    tt_buf_adds(out, d->by == TT_BY_REQUEST ? "The model that you named cannot be used. "
                     : d->by == TT_BY_PIN   ? "The model of your pin cannot be used. "
                                            : "No model can be used. ");
    say_others(d, out);
    tt_buf_adds(out, "What needs no model goes on working.");
}

/* For a title or a list. */
static tt_str short_reason(const struct tt_advice *a, struct tt_decision *d)
{
    static const char *const words[] = {
        [TT_BY_FINDING] = "prior only",           [TT_BY_PRICE] = "a tie, the cheaper",
        [TT_BY_OUTCOMES] = "your results",        [TT_BY_PIN] = "your pin",
        [TT_BY_REQUEST] = "you named it",         [TT_BY_DEFAULT] = "default model",
        [TT_BY_ONLY_ONE] = "the only one usable", [TT_BY_TIER] = "one family usable",
        [TT_BY_DRAW] = "drawn from your results",
    };

    if (d->choice < 0)
        return TT_STR("no model can be used");
    if (!a->row)
        return tt_str_from(words[d->by]);
    return tt_arena_printf(&d->arena, "%.*s, %s", TT_STR_ARG(a->row->id), words[d->by]);
}

int tt_route_explain(const struct tt_router *router, const struct tt_route_input *in,
                     const struct tt_advice *advice, struct tt_decision *d)
{
    struct tt_buf text = TT_BUF_INIT(16384);
    int err;

    if (d->choice >= 0)
        say_choice(router, advice, d, &text);
    else
        say_none(router, in, d, &text);
    while (text.n && text.p[text.n - 1] == ' ')
        text.n--;
    err = text.err;
    if (!err)
        d->reason = tt_arena_dup(&d->arena, tt_buf_str(&text));
    tt_buf_release(&text);
    d->short_reason = short_reason(advice, d);
    return err ? err : d->reason.p && d->short_reason.p ? 0 : TT_ENOMEM;
}
