/* advice.c -- what the findings say about this task, at this size, under this
 * policy; and what that is worth as a prior. */
#include "route/router.h"

/* Where a row grows from one margin to another, the larger one holds from here. */
#define HIGH_COMPLEXITY 0.67

/* A model that no finding speaks of, or a task that none covers: one success and
 * one failure, so that the first outcomes move it. */
#define FLAT_N 2.0

static enum tt_margin margin_at(const struct tt_router *router, size_t row, double complexity)
{
    const struct tt_finding_row *r = &router->rows[row];
    enum tt_margin from = router->findings.margin_from[row];

    if (r->scales && complexity < router->findings.low)
        return TT_MARGIN_TIE;
    if (!r->users_own && from != router->findings.rows[row].margin && complexity < HIGH_COMPLEXITY)
        return from;
    return r->margin;
}

struct tt_advice tt_route_advice(const struct tt_router *router, const struct tt_route_input *in,
                                 enum tt_policy policy)
{
    struct tt_advice a = { .favours = TT_FAMILY_OTHER };
    int at = tt_findings_find(&router->findings, in->task);

    if (at < 0)
        return a;
    a.row = &router->rows[at];
    a.margin = margin_at(router, (size_t)at, in->complexity);
    a.low = a.row->scales && a.row->margin != TT_MARGIN_TIE && a.margin == TT_MARGIN_TIE;
    if (a.margin != TT_MARGIN_TIE && a.row->closes_when_asked) {
        a.economy_tie = policy == TT_POLICY_ECONOMY;
        a.halved = !a.economy_tie;
    }
    if (a.economy_tie)
        a.margin = TT_MARGIN_TIE;
    if (a.margin == TT_MARGIN_TIE)
        return a;
    a.favours = a.row->favours;
    a.gap = router->findings.means[a.margin] - 0.5;
    if (a.halved)
        a.gap /= 2;
    return a;
}

struct tt_prior tt_route_prior(const struct tt_router *router, const struct tt_advice *advice,
                               enum tt_family family, double distance)
{
    struct tt_prior prior = { 0.5, FLAT_N };

    if (!advice->row || distance <= 0 || family == TT_FAMILY_OTHER)
        return prior;
    prior.n = router->findings.pseudo_counts[advice->row->basis] * distance;
    if (prior.n < FLAT_N)
        prior.n = FLAT_N;
    if (advice->favours != TT_FAMILY_OTHER)
        prior.mean = 0.5 + (family == advice->favours ? advice->gap : -advice->gap);
    return prior;
}
