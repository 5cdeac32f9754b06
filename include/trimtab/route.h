/* route.h -- which model for this task, and why: one record.
 *
 * A router knows the findings (what an article of 2025 judged, as a prior about
 * model families), the table of models and prices, the health of each provider,
 * the budget, and what became of the user's own edits.  From these and a task
 * it makes a decision.  Nothing here opens a connection, reads a clock or draws
 * a random number: time comes in, and the same input gives the same decision.
 *
 * A router belongs to one thread.  A decision belongs to its owner and borrows
 * nothing: it stays valid when the settings change.
 */
#ifndef TT_ROUTE_H
#define TT_ROUTE_H

#include "base/arena.h"
#include "base/buf.h"
#include "config/config.h"
#include "trimtab/str.h"

#include <stdint.h>

/* --- findings --------------------------------------------------------- */

enum tt_margin { TT_MARGIN_TIE, TT_MARGIN_SLIGHT, TT_MARGIN_CLEAR, TT_MARGIN_STRONG };
enum tt_basis { TT_BASIS_DERIVED, TT_BASIS_REPORTED, TT_BASIS_ASSERTED, TT_BASIS_TESTED };

struct tt_finding_row {
    tt_str id;              /* "ERR-2" */
    tt_str cls;             /* the cell in which outcomes gather: "resilience"; empty: none */
    tt_str title;           /* "retries, circuit breakers and timeouts" */
    enum tt_family favours; /* TT_FAMILY_OTHER: a tie */
    enum tt_margin margin;
    bool scales;            /* a tie at low complexity */
    tt_str scales_with;     /* "the number of error cases"; empty: does not scale */
    bool closes_when_asked; /* the other family is judged equal when the need is spelled out */
    enum tt_basis basis;
    bool modifier; /* not a task of its own: goes with whatever else is asked */
    tt_str statement;
    bool users_own; /* the user's settings changed this row */
};

/* --- models ----------------------------------------------------------- */

/* What is known of a model: the user's settings, else the tables. */
struct tt_model_facts {
    double input_usd, output_usd;               /* per million tokens; < 0: price not known */
    double cached_usd, cache_write_usd;         /* likewise; < 0: same as input */
    uint32_t context_tokens, max_output_tokens; /* 0: not known */
    double token_factor;                        /* its tokens per token of our estimate */
    bool temperature, tools;                    /* accepted */
    tt_str edit_format; /* the syntax it is best at: "search-replace", … */
    tt_str successor;   /* what to use when the provider says that it is gone; may be empty */
    bool retired;       /* known to be served no more */
    double distance;    /* to the model of the article: 1 it is it, 0.4 family, 0 other */
    tt_str as_of;       /* date of the price: "2026-09-23"; empty: from the settings */
};

/* Tokens of a request that was made, as the provider counts them. */
struct tt_usage {
    uint64_t input; /* not from the cache and not written to it */
    uint64_t cache_read;
    uint64_t cache_write;
    uint64_t output;
};

/* --- the decision ----------------------------------------------------- */

enum tt_key_state { TT_KEY_UNKNOWN, TT_KEY_PRESENT, TT_KEY_ABSENT };

/* All slices are borrowed during the call. */
struct tt_route_input {
    tt_str task, second; /* ids of findings, or "OTHER"; second may be empty */
    double complexity, confidence;
    tt_str language; /* "typescript"; for pins */
    tt_str path;     /* relative to the project's root; for pins */
    tt_str action;   /* leaf of the action; for pins */

    uint32_t tokens_in, tokens_out; /* our estimate; the model's own factor is applied here */
    uint32_t max_output;            /* what the request will allow; 0: tokens_out */
    const double *token_ratios;     /* what answers have shown, beyond the factor: for model i of
                                     * the settings at 2i, for its small tier at 2i + 1; NULL: 1 */
    size_t n_token_ratios;

    const enum tt_key_state *keys; /* by index in config->models; NULL: all unknown.  Unknown
                                    * counts as present */
    size_t n_keys;
    tt_str model;        /* named in the request: overrides all, once */
    const tt_str *tried; /* model ids that already failed for this request */
    size_t n_tried;
    bool what_if; /* where no key is set at all, decide as if all were: for `trimtab route` */
    uint32_t larger_than; /* only models with a context above this; 0: any */

    const enum tt_policy *policy;   /* NULL: the settings' */
    const enum tt_routing *routing; /* likewise */
    uint64_t now_ms;                /* monotonic, as tt_io.now: health */
    int64_t wall_ms;                /* since 1970: budget */
};

enum tt_why_not {
    TT_ELIGIBLE,
    TT_WHY_NO_KEY,
    TT_WHY_UNHEALTHY, /* the breaker is open */
    TT_WHY_TOO_SMALL, /* the request does not fit its context */
    TT_WHY_BUDGET,
    TT_WHY_TRIED,  /* it failed for this request already */
    TT_WHY_RETIRED /* the provider said that it is gone, and no successor is known */
};

struct tt_candidate {
    uint32_t model_index; /* in config->models, of the settings at that time */
    bool small;           /* its cheaper tier */
    tt_str name, provider, model;
    enum tt_family family;

    double
        prior_mean;  /* chance that its edit is kept, by the finding alone; 0.5: it says nothing */
    double prior_n;  /* how many observations that is worth: by the finding's basis and */
    double distance; /* ... how near the model is to the one judged: 1, 0.4, 0 */
    double prior_low, prior_high; /* the 90 % interval of so few observations */
    struct {
        double n;               /* weight of the user's own outcomes */
        double mean, low, high; /* of them alone, with the 90 % interval; 0..1 when n is 0 */
    } own;
    double mean; /* prior and outcomes together */

    uint64_t tokens_in, tokens_out;
    double cost_usd;   /* expected; < 0: price not known */
    double max_usd;    /* if it uses all of max_output; < 0: not known */
    double latency_ms; /* expected; < 0: not known */
    bool eligible;
    enum tt_why_not why;
    tt_str why_not; /* for people; empty when eligible */
};

/* What decided. */
enum tt_route_by {
    TT_BY_FINDING,
    TT_BY_PRICE,    /* a tie: the cheaper for this request */
    TT_BY_OUTCOMES, /* the user's own */
    TT_BY_PIN,
    TT_BY_REQUEST,  /* named by the user for this request */
    TT_BY_DEFAULT,  /* no finding applies, or routing is off */
    TT_BY_ONLY_ONE, /* one candidate was eligible */
    TT_BY_TIER,     /* one family was eligible: between its tiers */
    TT_BY_DRAW      /* learned, and drawn from what is known so far */
};

#define TT_ROUTE_MAX_CANDIDATES 32

struct tt_decision {
    struct tt_arena arena; /* owns the slices of this record */
    tt_str task, second, cls;
    double complexity, confidence;
    enum tt_policy policy;
    enum tt_routing routing;
    struct tt_candidate candidates[TT_ROUTE_MAX_CANDIDATES];
    size_t n_candidates;
    int choice;     /* index of a candidate; -1: none is eligible, and `reason` says what to do */
    tt_str finding; /* id; empty: none applies */
    tt_str title, statement; /* of the finding */
    enum tt_basis basis;     /* likewise */
    enum tt_route_by by;
    bool only_one;       /* one candidate was eligible: there was nothing to choose */
    bool what_if;        /* no key is set: the choice is what it would be, and not eligible */
    bool closed;         /* economy: it closes when asked, so it counts as a tie */
    bool low;            /* the finding scales, and this is its low end */
    bool halved;         /* it closes when asked, and our prompt asks */
    tt_str reason;       /* sentences for people */
    tt_str short_reason; /* for a title or a list: "ERR-2, prior only" */
    double propensity;   /* the chance with which the choice was made; 1 when nothing was drawn */
    tt_str prices_as_of;
    tt_str learned_would; /* name of the model that `learned` would take; empty: the same */
};

void tt_decision_init(struct tt_decision *decision);
void tt_decision_release(struct tt_decision *decision);

/* NULL when there is no choice. */
static inline const struct tt_candidate *tt_decision_choice(const struct tt_decision *decision)
{
    return decision->choice < 0 ? NULL : &decision->candidates[decision->choice];
}

/* The JSON object of `trimtab route --json`, without a newline. */
int tt_decision_write_json(const struct tt_decision *decision, struct tt_buf *out);
/* "tested", "asserted", "reported", "derived". */
const char *tt_basis_name(enum tt_basis basis);
/* "~$0.01", "free", "price unknown". */
void tt_cost_words(double usd, char *out, size_t n);

/* --- the router ------------------------------------------------------- */

struct tt_router;

/* All borrowed during the call; an empty text means the one built in. */
struct tt_router_data {
    tt_str findings; /* findings.json */
    tt_str models;   /* models.json: capabilities */
    tt_str prices;   /* prices.json, made at build time */
    uint64_t seed;   /* of this installation: makes draws differ between users */
};

/* TT_EPARSE: a text is not what it should be; TT_ENOMEM. */
int tt_router_create(const struct tt_router_data *data, struct tt_router **out);
void tt_router_destroy(struct tt_router *router); /* NULL is fine */

/* As data->seed, once it is known; 0 changes nothing. */
void tt_router_seed(struct tt_router *router, uint64_t seed);

/* Use these settings from now on (takes a reference).  Health, budget and
 * outcomes stay. */
int tt_router_configure(struct tt_router *router, const struct tt_config *config);
/* Other keys were given: models whose key or account was refused may be asked again. */
void tt_router_new_keys(struct tt_router *router);

/* Decide.  `out` must be initialised; what it held is released.  Fails with
 * TT_ENOMEM, or TT_EINVALID before tt_router_configure.  That no model can be
 * used is not an error: choice is -1. */
int tt_route_decide(const struct tt_router *router, const struct tt_route_input *in,
                    struct tt_decision *out);

size_t tt_router_findings(const struct tt_router *router, const struct tt_finding_row **out);
const struct tt_finding_row *tt_router_finding(const struct tt_router *router,
                                               tt_str id); /* or NULL */

/* Facts of config->models[index], or of its small tier.  The slices live as
 * long as the settings in force. */
void tt_router_facts(const struct tt_router *router, uint32_t index, bool small,
                     struct tt_model_facts *out);

/* What a request cost; < 0 when the price is not known. */
double tt_router_cost(const struct tt_router *router, uint32_t index, bool small,
                      const struct tt_usage *usage);

/* --- health ----------------------------------------------------------- */

enum tt_failure {
    TT_FAIL_TRANSIENT, /* no connection, 5xx, cut stream: counts */
    TT_FAIL_RATE,      /* 429: open for retry_after_ms */
    TT_FAIL_ACCOUNT,   /* key, credit, permission: open until configured again, or 10 minutes */
    TT_FAIL_MODEL_GONE /* 404 for the model: its successor is used from now on */
};

/* Keyed by provider address and model id: the candidate of a decision says both.
 * Cancelling is never reported.  `retry_after_ms` 0: not said. */
void tt_router_failed(struct tt_router *router, const struct tt_candidate *candidate,
                      enum tt_failure failure, uint64_t retry_after_ms, uint64_t now_ms);
void tt_router_succeeded(struct tt_router *router, const struct tt_candidate *candidate,
                         uint64_t latency_ms, uint64_t now_ms);

/* A request to it begins.  While half open this is the probe, and others wait;
 * tt_router_failed, _succeeded or _abandoned ends it. */
void tt_router_started(struct tt_router *router, const struct tt_candidate *candidate,
                       uint64_t now_ms);
void tt_router_abandoned(struct tt_router *router, const struct tt_candidate *candidate);

/* The notice for the user when a successor stands in for this model, else empty.
 * Lives as long as the settings in force. */
tt_str tt_router_notice(const struct tt_router *router, const struct tt_candidate *candidate);

/* --- budget ----------------------------------------------------------- */

/* Set aside what the request may cost at most.  0 when no limit is set or the
 * price is unknown or zero: it is accepted too.  TT_EDENIED: a limit would be
 * passed; `message` (may be NULL) says which one and what remains.  Settle in
 * every case, with what it cost, also when it was cancelled or failed. */
int tt_router_reserve(struct tt_router *router, const struct tt_candidate *candidate,
                      int64_t wall_ms, uint64_t *reservation, struct tt_buf *message);
void tt_router_settle(struct tt_router *router, uint64_t reservation,
                      const struct tt_candidate *candidate, double usd, int64_t wall_ms);

/* Spent so far in the day and month of wall_ms (UTC), over all models or for one
 * (`name`; empty: all). */
void tt_router_spent(const struct tt_router *router, tt_str name, int64_t wall_ms, double *day,
                     double *month);

/* --- outcomes --------------------------------------------------------- */

enum tt_outcome_kind {
    TT_OUTCOME_KEPT,     /* accepted, still there later: 1 */
    TT_OUTCOME_EDITED,   /* accepted, then changed: how much survived */
    TT_OUTCOME_UNDONE,   /* taken back soon after: 0 */
    TT_OUTCOME_REJECTED, /* 0 */
    TT_OUTCOME_IGNORED,  /* a proposal that nobody answered: 0, at half weight */
    TT_OUTCOME_REFUSED,  /* our own checks refused the answer: 0 */
    TT_OUTCOME_SWITCHED, /* the user asked another model instead: 0, at half weight */
    TT_OUTCOME_WON,      /* a duel: 1 */
    TT_OUTCOME_LOST,     /* a duel: 0 */
    TT_OUTCOME_SPENT     /* a request was paid for: says nothing of quality, and it alone counts
                          * as money; the others repeat what their request took */
};

/* One outcome: never code, never a path.  Slices are borrowed. */
struct tt_outcome {
    tt_str id;       /* of this outcome: written twice, it counts once */
    tt_str decision; /* id of the request */
    int64_t wall_ms;
    enum tt_outcome_kind kind;
    tt_str task, cls; /* cls empty: looked up by the task */
    tt_str name, model, provider;
    enum tt_family family;
    double survived;   /* 0..1, with EDITED: when it was last looked at */
    double saved;      /* likewise, when the document was first saved; < 0: it was not */
    double propensity; /* of the decision */
    double prior_mean; /* of the candidate, at the decision */
    uint64_t tokens_in, tokens_out;
    double cost_usd;     /* < 0: not known */
    double cheapest_usd; /* what the cheapest candidate was expected to cost; < 0: not known */
    double latency_ms;
    enum tt_policy policy;
    bool by_user; /* a model that the user named or pinned */
};

/* A new outcome for the candidate chosen by `decision`: fills what it can. */
void tt_outcome_of(const struct tt_decision *decision, enum tt_outcome_kind kind,
                   struct tt_outcome *out);

/* Reward in 0..1 and weight; weight 0: nothing is learned. */
void tt_outcome_reward(const struct tt_outcome *outcome, double *reward, double *weight);

/* Take it into account.  `live`: it happened now, so its cost counts in the
 * budget only through tt_router_settle; not live: it is replayed from the store,
 * and the cost of those of this day and month counts. */
int tt_router_learn(struct tt_router *router, const struct tt_outcome *outcome, bool live);

/* Was an outcome with this id taken into account already? */
bool tt_router_knows(const struct tt_router *router, tt_str id);

/* With the setting `trial`: should this task be a duel (both models, side by
 * side)?  Then *other is the candidate to set against the chosen one; say what
 * both cost before.  Five in a class, one in a day, and only where both families
 * can be used and nobody named or pinned a model. */
bool tt_router_wants_duel(const struct tt_router *router, const struct tt_decision *decision,
                          int64_t wall_ms, const struct tt_candidate **other);

/* A duel began, however it will be judged. */
void tt_router_dueled(struct tt_router *router, int64_t wall_ms);

/* One JSON object, for tt_io.record(TT_RECORD_OUTCOME).  Reading checks every
 * member (TT_EPARSE); the slices of *out live in `arena`. */
int tt_outcome_write_json(const struct tt_outcome *outcome, struct tt_buf *out);
int tt_outcome_read_json(tt_str json, struct tt_arena *arena, struct tt_outcome *out);

/* --- texts of the command line ---------------------------------------- */

/* `trimtab findings [ID]`: TT_ENOTFOUND with a sentence in `out` for a wrong id. */
int tt_findings_write_text(const struct tt_router *router, tt_str id, struct tt_buf *out);
int tt_findings_write_json(const struct tt_router *router, tt_str id, struct tt_buf *out);

/* `trimtab stats`: from the outcomes that the router has learned. */
int tt_stats_write_text(const struct tt_router *router, int64_t wall_ms, struct tt_buf *out);
int tt_stats_write_json(const struct tt_router *router, int64_t wall_ms, struct tt_buf *out);
int tt_stats_write_html(const struct tt_router *router, int64_t wall_ms, struct tt_buf *out);

#endif
