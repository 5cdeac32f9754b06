/* stats.h -- outcomes summed up, for text, JSON and a page alike. */
#ifndef TT_ROUTE_STATS_H
#define TT_ROUTE_STATS_H

#include "route/router.h"

#define TT_STATS_MODELS 8

/* One model in one class. */
struct tt_stats_model {
    const struct tt_cell *cell;
    double mean, low, high;      /* of kept edits, with the 90 % interval */
    double survived;             /* mean over the accepted; < 0: none */
    double cost_usd, latency_ms; /* means; < 0: not known */
};

struct tt_stats_class {
    tt_str cls;
    const struct tt_class *sums;
    tt_str findings; /* "ERR-1, ERR-2"; in the arena given */
    tt_str article;  /* "claude (ERR-2: clear, equal when asked; tested)"; "neither"; "nothing" */
    struct tt_stats_model models[TT_STATS_MODELS];
    size_t n;
    int better;  /* index of the model that the data show to be better; -1: none */
    tt_str says; /* what the data say now, a sentence */
    /* Names of the settings: what the findings choose for a task of medium size in this
     * class, and what `learned` would choose.  Empty: there is no choice. */
    tt_str by_findings, by_learned;
    tt_str differs; /* a sentence where these two are not the same; else empty */
};

/* Class i of those that have outcomes; false behind the last.  TT_ENOMEM shows
 * as an empty `says`. */
bool tt_stats_at(const struct tt_router *router, size_t i, struct tt_arena *arena,
                 struct tt_stats_class *out);

#endif
