/* decision.c -- a decision as JSON and as text. */
#include "route/router.h"

#include "trimtab/error.h"

static const char *by_name(enum tt_route_by by)
{
    static const char *const names[] = {
        [TT_BY_FINDING] = "finding", [TT_BY_PRICE] = "price",     [TT_BY_OUTCOMES] = "outcomes",
        [TT_BY_PIN] = "pin",         [TT_BY_REQUEST] = "request", [TT_BY_DEFAULT] = "default",
        [TT_BY_ONLY_ONE] = "only",   [TT_BY_TIER] = "tier",       [TT_BY_DRAW] = "draw",
    };

    return names[by];
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

/* Takes the item, also without memory. */
static void put_item(cJSON *o, const char *name, cJSON *item)
{
    if (!cJSON_AddItemToObject(o, name, item))
        cJSON_Delete(item);
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
    put_item(o, "prior_interval",
             cJSON_CreateDoubleArray((double[]){ c->prior_low, c->prior_high }, 2));
    cJSON_AddNumberToObject(o, "distance", c->distance);
    own = cJSON_AddObjectToObject(o, "own");
    cJSON_AddNumberToObject(own, "n", c->own.n);
    put_number(own, "mean", c->own.mean, c->own.n > 0);
    put_item(own, "interval", cJSON_CreateDoubleArray((double[]){ c->own.low, c->own.high }, 2));
    cJSON_AddNumberToObject(o, "mean", c->mean);
    cJSON_AddNumberToObject(o, "tokens_in", (double)c->tokens_in);
    cJSON_AddNumberToObject(o, "tokens_out", (double)c->tokens_out);
    put_number(o, "cost_usd", c->cost_usd, c->cost_usd >= 0);
    put_number(o, "max_usd", c->max_usd, c->max_usd >= 0);
    put_number(o, "latency_ms", c->latency_ms, c->latency_ms >= 0);
    cJSON_AddBoolToObject(o, "eligible", c->eligible);
    if (!c->eligible)
        put_str(o, "why_not", c->why_not);
    if (!cJSON_AddItemToArray(list, o))
        cJSON_Delete(o);
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
    cJSON_AddStringToObject(o, "policy_means", policy_words(d->policy));
    cJSON_AddStringToObject(o, "routing", tt_routing_name(d->routing));
    list = cJSON_AddArrayToObject(o, "candidates");
    for (size_t i = 0; i < d->n_candidates; i++)
        put_candidate(list, &d->candidates[i]);
    if (c)
        put_model(cJSON_AddObjectToObject(o, "choice"), c);
    if (d->finding.n) {
        put_str(o, "finding", d->finding);
        put_str(o, "title", d->title);
        cJSON_AddStringToObject(o, "basis", tt_basis_name(d->basis));
    }
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
