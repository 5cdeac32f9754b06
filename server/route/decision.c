/* decision.c -- a decision as JSON and as text. */
#include "route/router.h"

#include "trimtab/error.h"

#include <stdio.h>

static const char *by_name(enum tt_route_by by)
{
    static const char *const names[] = {
        [TT_BY_FINDING] = "finding", [TT_BY_PRICE] = "price",     [TT_BY_OUTCOMES] = "outcomes",
        [TT_BY_PIN] = "pin",         [TT_BY_REQUEST] = "request", [TT_BY_DEFAULT] = "default",
        [TT_BY_ONLY_ONE] = "only",   [TT_BY_TIER] = "tier",       [TT_BY_DRAW] = "draw",
    };

    return names[by];
}

/* cJSON wants terminated strings; ours are, in the decision's arena. */
static void put_str(cJSON *o, const char *name, tt_str s)
{
    cJSON_AddStringToObject(o, name, s.p ? s.p : "");
}

/* What is not known is left out: clients trip over null. */
static void put_number(cJSON *o, const char *name, double value, bool known)
{
    if (known)
        cJSON_AddNumberToObject(o, name, value);
}

static void put_model(cJSON *o, const struct tt_candidate *c)
{
    put_str(o, "name", c->name);
    cJSON_AddStringToObject(o, "family", tt_family_name(c->family));
    put_str(o, "model", c->model);
    put_str(o, "provider", c->provider);
    cJSON_AddStringToObject(o, "tier", c->small ? "small" : "main");
}

static void put_candidate(cJSON *list, const struct tt_candidate *c)
{
    cJSON *o = cJSON_CreateObject();
    cJSON *own;

    put_model(o, c);
    cJSON_AddNumberToObject(o, "prior_mean", c->prior_mean);
    cJSON_AddNumberToObject(o, "prior_n", c->prior_n);
    own = cJSON_AddObjectToObject(o, "own");
    cJSON_AddNumberToObject(own, "n", c->own.n);
    put_number(own, "mean", c->own.mean, c->own.n > 0);
    cJSON_AddItemToObject(own, "interval",
                          cJSON_CreateDoubleArray((double[]){ c->own.low, c->own.high }, 2));
    cJSON_AddNumberToObject(o, "mean", c->mean);
    cJSON_AddNumberToObject(o, "tokens_in", (double)c->tokens_in);
    cJSON_AddNumberToObject(o, "tokens_out", (double)c->tokens_out);
    put_number(o, "cost_usd", c->cost_usd, c->cost_usd >= 0);
    put_number(o, "max_usd", c->max_usd, c->max_usd >= 0);
    put_number(o, "latency_ms", c->latency_ms, c->latency_ms >= 0);
    cJSON_AddBoolToObject(o, "eligible", c->eligible);
    if (!c->eligible)
        put_str(o, "why_not", c->why_not);
    cJSON_AddItemToArray(list, o);
}

static cJSON *to_json(const struct tt_decision *d)
{
    cJSON *o = cJSON_CreateObject(), *list;
    const struct tt_candidate *c = tt_decision_choice(d);

    put_str(o, "task", d->task);
    put_str(o, "second", d->second);
    put_str(o, "class", d->cls);
    cJSON_AddNumberToObject(o, "complexity", d->complexity);
    cJSON_AddNumberToObject(o, "confidence", d->confidence);
    cJSON_AddStringToObject(o, "policy", tt_policy_name(d->policy));
    cJSON_AddStringToObject(o, "routing", tt_routing_name(d->routing));
    list = cJSON_AddArrayToObject(o, "candidates");
    for (size_t i = 0; i < d->n_candidates; i++)
        put_candidate(list, &d->candidates[i]);
    if (c)
        put_model(cJSON_AddObjectToObject(o, "choice"), c);
    if (d->finding.n)
        put_str(o, "finding", d->finding);
    cJSON_AddStringToObject(o, "by", c ? by_name(d->by) : "none");
    cJSON_AddBoolToObject(o, "only_one", d->only_one);
    cJSON_AddBoolToObject(o, "what_if", d->what_if);
    cJSON_AddBoolToObject(o, "low", d->low);
    cJSON_AddBoolToObject(o, "halved", d->halved);
    put_str(o, "reason", d->reason);
    cJSON_AddNumberToObject(o, "propensity", d->propensity);
    put_str(o, "prices_as_of", d->prices_as_of);
    if (d->learned_would.n)
        put_str(o, "learned_would", d->learned_would);
    return o;
}

int tt_decision_write_json(const struct tt_decision *decision, struct tt_buf *out)
{
    cJSON *o = to_json(decision);
    char *text = cJSON_PrintUnformatted(o);
    int err = text ? tt_buf_adds(out, text) : TT_ENOMEM;

    cJSON_free(text);
    cJSON_Delete(o);
    return err;
}

/* What a policy means where the findings leave a choice. */
static const char *policy_words(enum tt_policy policy)
{
    static const char *const words[] = {
        [TT_POLICY_QUALITY] = "the favoured model at any price",
        [TT_POLICY_BALANCED] = "the favoured model; the cheaper one where it is a tie",
        [TT_POLICY_ECONOMY] = "the cheaper one also where a good prompt closes the gap",
    };

    return words[policy];
}

static void write_own(const struct tt_candidate *c, struct tt_buf *out)
{
    if (c->own.n > 0)
        tt_buf_addf(out, "own %.2f (%.2f to %.2f, n %.1f)", c->own.mean, c->own.low, c->own.high,
                    c->own.n);
    else
        tt_buf_adds(out, "own none");
}

static void write_candidate(const struct tt_candidate *c, bool chosen, struct tt_buf *out)
{
    char cost[32];

    tt_cost_words(c->cost_usd, cost, sizeof(cost));
    tt_buf_addf(out, "  %s %-8.*s %-20.*s prior %.3f (n %.1f)  ", chosen ? "*" : " ",
                TT_STR_ARG(c->name), TT_STR_ARG(c->model), c->prior_mean, c->prior_n);
    write_own(c, out);
    tt_buf_addf(out, "  %s (%llu in, %llu out)", cost, (unsigned long long)c->tokens_in,
                (unsigned long long)c->tokens_out);
    if (c->latency_ms >= 0)
        tt_buf_addf(out, "  %.1f s", c->latency_ms / 1000);
    tt_buf_adds(out, "\n");
    if (!c->eligible)
        tt_buf_addf(out, "      not usable: %.*s\n", TT_STR_ARG(c->why_not));
}

int tt_decision_write_text(const struct tt_decision *decision, struct tt_buf *out)
{
    const struct tt_candidate *c = tt_decision_choice(decision);

    tt_buf_addf(out, "Task: %.*s (complexity %.2f, confidence %.2f)\n", TT_STR_ARG(decision->task),
                decision->complexity, decision->confidence);
    if (c)
        tt_buf_addf(out, "Chosen: %.*s -> %.*s\n", TT_STR_ARG(c->name), TT_STR_ARG(c->model));
    else
        tt_buf_adds(out, "Chosen: none\n");
    tt_buf_addf(out, "Why: %.*s\n", TT_STR_ARG(decision->reason));
    tt_buf_addf(out, "Policy: %s (%s); routing: %s\n", tt_policy_name(decision->policy),
                policy_words(decision->policy), tt_routing_name(decision->routing));
    tt_buf_adds(out, "Candidates:\n");
    for (size_t i = 0; i < decision->n_candidates; i++)
        write_candidate(&decision->candidates[i], (int)i == decision->choice, out);
    tt_buf_addf(out, "Prices of %.*s; no request was made.\n", TT_STR_ARG(decision->prices_as_of));
    return out->err;
}
