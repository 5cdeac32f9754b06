/* outcome.c -- what became of an edit: its weight, and its JSON. */
#include "route/router.h"

#include "trimtab/error.h"

#include <math.h>

static const char *const kinds[] = { "kept",    "edited",   "undone", "rejected", "ignored",
                                     "refused", "switched", "won",    "lost",     "spent" };

void tt_outcome_reward(const struct tt_outcome *outcome, double *reward, double *weight)
{
    *reward = 0;
    *weight = 1;
    switch (outcome->kind) {
    case TT_OUTCOME_KEPT:
    case TT_OUTCOME_WON:
        *reward = 1;
        break;
    case TT_OUTCOME_EDITED:
        *reward = outcome->survived;
        break;
    case TT_OUTCOME_UNDONE:
    case TT_OUTCOME_REJECTED:
    case TT_OUTCOME_REFUSED:
    case TT_OUTCOME_LOST:
        break;
    case TT_OUTCOME_IGNORED:
    case TT_OUTCOME_SWITCHED:
        *weight = 0.5;
        break;
    case TT_OUTCOME_SPENT:
        *weight = 0;
        break;
    }
}

static double cheapest_of(const struct tt_decision *d)
{
    double least = -1;

    for (size_t i = 0; i < d->n_candidates; i++) {
        const struct tt_candidate *c = &d->candidates[i];

        if (c->eligible && c->cost_usd >= 0 && (least < 0 || c->cost_usd < least))
            least = c->cost_usd;
    }
    return least;
}

void tt_outcome_of(const struct tt_decision *decision, enum tt_outcome_kind kind,
                   struct tt_outcome *out)
{
    const struct tt_candidate *c = tt_decision_choice(decision);

    *out = (struct tt_outcome){
        .kind = kind,
        .task = decision->task,
        .cls = decision->cls,
        .family = TT_FAMILY_OTHER,
        .survived = kind == TT_OUTCOME_KEPT || kind == TT_OUTCOME_WON,
        .saved = -1,
        .propensity = decision->propensity,
        .prior_mean = 0.5,
        .cost_usd = -1,
        .cheapest_usd = cheapest_of(decision),
        .policy = decision->policy,
        .by_user = decision->by == TT_BY_REQUEST || decision->by == TT_BY_PIN,
    };
    if (!c)
        return;
    out->name = c->name;
    out->model = c->model;
    out->provider = c->provider;
    out->family = c->family;
    out->prior_mean = c->prior_mean;
    out->tokens_in = c->tokens_in;
    out->tokens_out = c->tokens_out;
    out->cost_usd = c->cost_usd;
    out->latency_ms = c->latency_ms;
}

/* Ours are terminated or short; a slice of another's may not be. */
static void put_str(cJSON *o, const char *name, tt_str s, struct tt_arena *arena)
{
    tt_str copy = tt_arena_dup(arena, s);

    cJSON_AddStringToObject(o, name, copy.p ? copy.p : "");
}

static void put_known(cJSON *o, const char *name, double value)
{
    if (value >= 0)
        cJSON_AddNumberToObject(o, name, value);
}

int tt_outcome_write_json(const struct tt_outcome *outcome, struct tt_buf *out)
{
    cJSON *o = cJSON_CreateObject();
    struct tt_arena arena;
    char *text;
    int err;

    tt_arena_init(&arena);
    cJSON_AddNumberToObject(o, "v", 1);
    put_str(o, "id", outcome->id, &arena);
    put_str(o, "decision", outcome->decision, &arena);
    cJSON_AddNumberToObject(o, "wall_ms", (double)outcome->wall_ms);
    cJSON_AddStringToObject(o, "kind", kinds[outcome->kind]);
    put_str(o, "task", outcome->task, &arena);
    put_str(o, "class", outcome->cls, &arena);
    put_str(o, "name", outcome->name, &arena);
    put_str(o, "model", outcome->model, &arena);
    put_str(o, "provider", outcome->provider, &arena);
    cJSON_AddStringToObject(o, "family", tt_family_name(outcome->family));
    cJSON_AddNumberToObject(o, "survived", outcome->survived);
    put_known(o, "saved", outcome->saved);
    cJSON_AddNumberToObject(o, "propensity", outcome->propensity);
    cJSON_AddNumberToObject(o, "prior_mean", outcome->prior_mean);
    cJSON_AddNumberToObject(o, "tokens_in", (double)outcome->tokens_in);
    cJSON_AddNumberToObject(o, "tokens_out", (double)outcome->tokens_out);
    put_known(o, "cost_usd", outcome->cost_usd);
    put_known(o, "cheapest_usd", outcome->cheapest_usd);
    put_known(o, "latency_ms", outcome->latency_ms);
    cJSON_AddStringToObject(o, "policy", tt_policy_name(outcome->policy));
    cJSON_AddBoolToObject(o, "by_user", outcome->by_user);
    text = cJSON_PrintUnformatted(o);
    err = text ? tt_buf_adds(out, text) : TT_ENOMEM;
    cJSON_free(text);
    cJSON_Delete(o);
    tt_arena_release(&arena);
    return err;
}

struct reader {
    const cJSON *o;
    struct tt_arena *arena;
    int err;
};

static tt_str get_str(struct reader *r, const char *name, size_t max)
{
    const cJSON *json = cJSON_GetObjectItemCaseSensitive(r->o, name);
    tt_str s = TT_STR("");

    if (!cJSON_IsString(json) || strlen(json->valuestring) > max) {
        r->err = TT_EPARSE;
        return s;
    }
    s = tt_arena_dup(r->arena, tt_str_from(json->valuestring));
    if (!s.p)
        r->err = TT_ENOMEM;
    return s;
}

static double get_number(struct reader *r, const char *name, double least, double most,
                         double absent)
{
    const cJSON *json = cJSON_GetObjectItemCaseSensitive(r->o, name);

    if (!json && absent <= 0)
        return absent;
    if (!cJSON_IsNumber(json) || !(json->valuedouble >= least && json->valuedouble <= most)) {
        r->err = TT_EPARSE;
        return least;
    }
    return json->valuedouble;
}

static int get_word(struct reader *r, const char *name, const char *const *words, int n)
{
    const cJSON *json = cJSON_GetObjectItemCaseSensitive(r->o, name);

    for (int i = 0; i < n && cJSON_IsString(json); i++) {
        if (strcmp(words[i], json->valuestring) == 0)
            return i;
    }
    r->err = TT_EPARSE;
    return 0;
}

#define REQUIRED 1 /* "absent" of a number that must be there */

static void get_all(struct reader *r, struct tt_outcome *out)
{
    static const char *const families[] = { "claude", "gpt", "other" };
    static const char *const policies[] = { "quality", "balanced", "economy" };

    out->id = get_str(r, "id", 100);
    out->decision = get_str(r, "decision", 100);
    out->wall_ms = (int64_t)get_number(r, "wall_ms", 0, 9e15, REQUIRED);
    out->kind = (enum tt_outcome_kind)get_word(r, "kind", kinds, 10);
    out->task = get_str(r, "task", 40);
    out->cls = get_str(r, "class", 40);
    out->name = get_str(r, "name", 100);
    out->model = get_str(r, "model", 200);
    out->provider = get_str(r, "provider", 40);
    out->family = (enum tt_family)get_word(r, "family", families, 3);
    out->survived = get_number(r, "survived", 0, 1, 0);
    out->saved = get_number(r, "saved", 0, 1, -1);
    out->propensity = get_number(r, "propensity", 0, 1, REQUIRED);
    out->prior_mean = get_number(r, "prior_mean", 0, 1, REQUIRED);
    out->tokens_in = (uint64_t)get_number(r, "tokens_in", 0, 1e12, 0);
    out->tokens_out = (uint64_t)get_number(r, "tokens_out", 0, 1e12, 0);
    out->cost_usd = get_number(r, "cost_usd", 0, 1e6, -1);
    out->cheapest_usd = get_number(r, "cheapest_usd", 0, 1e6, -1);
    out->latency_ms = get_number(r, "latency_ms", 0, 1e9, -1);
    out->policy = (enum tt_policy)get_word(r, "policy", policies, 3);
    out->by_user = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(r->o, "by_user"));
}

int tt_outcome_read_json(tt_str json, struct tt_arena *arena, struct tt_outcome *out)
{
    struct reader r = { .arena = arena };
    struct tt_outcome read = { 0 };
    cJSON *o;

    if (json.n > 8192)
        return TT_ETOOBIG;
    o = cJSON_ParseWithLength(json.p, json.n);
    if (!cJSON_IsObject(o)) {
        cJSON_Delete(o);
        return TT_EPARSE;
    }
    r.o = o;
    get_all(&r, &read);
    cJSON_Delete(o);
    if (!r.err)
        *out = read;
    return r.err;
}
