/* router.h -- what a router is made of; for the files of this module. */
#ifndef TT_ROUTE_ROUTER_H
#define TT_ROUTE_ROUTER_H

#include "base/arena.h"
#include "base/map.h"
#include "trimtab/route.h"

#include <cjson/cJSON.h>

/* --- data ------------------------------------------------------------- */

/* findings.json as a whole. */
struct tt_findings {
    struct tt_finding_row *rows; /* owned by the arena */
    size_t n;
    enum tt_margin *margin_from;       /* by row: the margin at medium complexity */
    tt_str measured[TT_FAMILY_COUNT];  /* "Claude 3.5 Sonnet" */
    double pseudo_counts[4], means[4]; /* by basis, by margin */
    double same, family;               /* weight by distance */
    double low;                        /* complexity below which a scaling row is a tie */
};

/* One line of models.json. */
struct tt_known_model {
    tt_str match;
    const cJSON *json;
};

/* One line of prices.json; < 0 where it says nothing. */
struct tt_price {
    double input, output, cache_read, cache_write;
    double above, input_above, output_above; /* above: input tokens */
    uint32_t context;
};

struct tt_models {
    cJSON *known, *prices; /* owned */
    const cJSON *rows, *price_rows;
    tt_str as_of;
};

int tt_findings_read(tt_str text, struct tt_arena *arena, struct tt_findings *out);
int tt_findings_find(const struct tt_findings *findings, tt_str id); /* -1: none */

int tt_models_read(tt_str known, tt_str prices, struct tt_models *out);
void tt_models_release(struct tt_models *models);
/* Capabilities of a model id; the slices live as long as `models`. */
void tt_models_facts(const struct tt_models *models, tt_str id, struct tt_model_facts *out);
bool tt_models_price(const struct tt_models *models, tt_str id, struct tt_price *out);

/* --- state ------------------------------------------------------------ */

/* Health of one model at one address. */
struct tt_health {
    char *key;            /* owned: base_url, a line end, model id */
    unsigned failures;    /* in a row */
    unsigned opened;      /* times, since the last success */
    uint64_t open_until;  /* ms; 0: closed */
    enum tt_failure why;  /* the last one that opened it */
    bool probing;         /* half open, and a request is under way */
    bool gone;            /* the provider does not know the model */
    double latency_ms;    /* moving average; 0: none yet */
    uint64_t recent_from; /* ms: window in which these were counted: */
    unsigned recent, recent_failed;
};

struct tt_health_table {
    struct tt_health *items; /* owned */
    size_t n, cap;
};

/* Money of one model in one day or month. */
struct tt_spent {
    char *name; /* owned: name of the model's settings */
    int64_t day, month;
    double day_usd, month_usd;
};

struct tt_reservation {
    uint64_t id;
    char *name; /* owned */
    double usd;
};

struct tt_budget {
    struct tt_spent *items; /* owned */
    size_t n, cap;
    struct tt_reservation *open; /* owned */
    size_t n_open, cap_open;
    uint64_t last_id;
};

/* Outcomes of one class with one model id. */
struct tt_cell {
    char *cls, *model; /* owned */
    enum tt_family family;
    double success, failure; /* weighted, fading */
    double prior, prior_n;   /* sum of the prior means at the time; fading */
    unsigned kept, of;       /* plain counts, for people */
    unsigned won, lost;      /* duels */
    double survived;         /* sum over the accepted */
    unsigned accepted, undone, rejected, refused;
    double cost_usd, latency_ms; /* sums */
    unsigned cost_n, latency_n;
};

/* All of one model id, over the classes: a provider may improve it. */
struct tt_pool {
    char *model;          /* owned */
    double shift, weight; /* sum of (reward - prior mean), and of weights; fading */
};

/* A class, whatever the model. */
struct tt_class {
    char *cls;                      /* owned */
    unsigned count;                 /* outcomes: the number of a draw */
    double weight;                  /* of them, not fading */
    unsigned duel_outcomes;         /* two for each duel */
    double spent_usd, cheapest_usd; /* and what the cheapest would have cost */
};

struct tt_learned {
    struct tt_cell *cells; /* owned */
    size_t n_cells, cap_cells;
    struct tt_pool *pools; /* owned */
    size_t n_pools, cap_pools;
    struct tt_class *classes; /* owned */
    size_t n_classes, cap_classes;
    struct tt_map ids; /* outcomes that were counted */
    uint64_t total;    /* that said something */
    int64_t last_duel; /* wall_ms; 0: none yet */
};

/* What is known of one model of the settings, worked out once. */
struct tt_current_model {
    tt_str id; /* that is really sent: a successor stands in for a model that is gone */
    bool replaced;
    tt_str notice; /* for the user, when replaced; in router->notices */
    struct tt_model_facts facts;
    struct tt_price price;
};

struct tt_router {
    struct tt_arena arena; /* owns what was read from the data */
    struct tt_findings findings;
    struct tt_models models;
    uint64_t seed;

    const struct tt_config *config;   /* one reference */
    struct tt_finding_row *rows;      /* owned: findings.rows with the user's changes */
    struct tt_current_model *current; /* owned: two for each model, the second its small tier */
    struct tt_arena notices;

    struct tt_health_table health;
    struct tt_budget budget;
    struct tt_learned learned;
};

/* --- parts ------------------------------------------------------------ */

/* Two for each model of the settings; borrowed until they change. */
static inline const struct tt_current_model *tt_router_current(const struct tt_router *router,
                                                               uint32_t index, bool small)
{
    return &router->current[index * 2 + small];
}
/* Work them out again: after new settings, or when a model is gone. */
void tt_router_refresh(struct tt_router *router);
/* Dollars for these tokens at that price; < 0: not known. */
double tt_price_of(const struct tt_price *price, const struct tt_usage *usage);

/* health.c; now_ms decides whether an open breaker lets a probe through. */
struct tt_health *tt_health_find(const struct tt_health_table *table, tt_str base_url,
                                 tt_str model);
bool tt_health_open(const struct tt_health *health, uint64_t now_ms);
void tt_health_configured(struct tt_health_table *table);
void tt_health_new_keys(struct tt_health_table *table);
void tt_health_release(struct tt_health_table *table);

/* budget.c: what may still be spent on this model; < 0: no limit.  *which says
 * the limit that is the tightest. */
double tt_budget_left(const struct tt_router *router, const struct tt_model_config *model,
                      int64_t wall_ms, const char **which);
int tt_budget_add(struct tt_budget *budget, tt_str name, double usd, int64_t wall_ms);
void tt_budget_release(struct tt_budget *budget);

/* learn.c */
struct tt_prior {
    double mean, n;
};
/* Fill own of a candidate; cell NULL: nothing seen. */
void tt_learned_own(const struct tt_cell *cell, struct tt_candidate *candidate);
/* The 90 % interval of a share p that was seen in n observations. */
void tt_learned_interval(double p, double n, double *low, double *high);
/* Fill own and mean of a candidate. */
void tt_learned_judge(const struct tt_learned *learned, tt_str cls, struct tt_prior prior,
                      struct tt_candidate *candidate);
/* May this choice be drawn by now, or do means decide? */
bool tt_learned_enough(const struct tt_learned *learned, tt_str cls);
/* Which of the judged candidates among[0..n), by what was learned; with `draw`
 * it is drawn.  The chance of that choice goes to *propensity (may be NULL).  -1 when nothing was
 * learned at all. */
int tt_learned_choose(const struct tt_learned *learned, tt_str cls, enum tt_policy policy,
                      uint64_t seed, bool draw, const struct tt_candidate *candidates,
                      const int *among, size_t n, double *propensity);
struct tt_cell *tt_learned_cell(const struct tt_learned *learned, tt_str cls, tt_str model);
struct tt_class *tt_learned_class(const struct tt_learned *learned, tt_str cls);
/* How far the findings hold for this user so far: 1 fully, 0 not at all. */
double tt_learned_trust(const struct tt_learned *learned);
int tt_learned_add(struct tt_learned *learned, tt_str cls, const struct tt_outcome *outcome);
void tt_learned_init(struct tt_learned *learned, uint64_t seed);
void tt_learned_release(struct tt_learned *learned);

/* candidates.c: one for each model of the settings, in their order. */
int tt_route_candidates(const struct tt_router *router, const struct tt_route_input *in,
                        struct tt_decision *out);
/* The small tier of a model, as one more candidate; TT_ENOTFOUND: it has none. */
int tt_route_candidate_small(const struct tt_router *router, const struct tt_route_input *in,
                             uint32_t index, struct tt_decision *out);

/* What the finding says at this complexity under this policy. */
struct tt_advice {
    const struct tt_finding_row *row; /* NULL: no finding applies */
    enum tt_family favours;           /* OTHER: a tie */
    enum tt_margin margin;            /* after everything */
    bool low, halved, economy_tie;
    double gap; /* of the prior means around 0.5: +/- this */
};
struct tt_advice tt_route_advice(const struct tt_router *router, const struct tt_route_input *in,
                                 enum tt_policy policy);
/* The prior of a candidate under that advice. */
struct tt_prior tt_route_prior(const struct tt_router *router, const struct tt_advice *advice,
                               enum tt_family family, double distance);

/* reason.c: fills reason and short_reason. */
int tt_route_explain(const struct tt_router *router, const struct tt_route_input *in,
                     const struct tt_advice *advice, struct tt_decision *d);

#endif
