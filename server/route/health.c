/* health.c -- a breaker for each model at each address.
 *
 * Closed until three failures in a row, or more than half of at least five
 * within a minute; then open for 30 s, twice as long each time, five minutes at
 * most; then one request may probe, and its success closes it.
 */
#include "route/router.h"

#include "trimtab/error.h"

#include <stdlib.h>

#define IN_A_ROW     3
#define WINDOW_MS    60000
#define WINDOW_LEAST 5
#define OPEN_MS      30000
#define OPEN_MOST    300000
#define ACCOUNT_MS   600000
#define LATENCY_NEW  0.3 /* weight of the newest */

static char *key_of(tt_str base_url, tt_str model)
{
    char *key = malloc(base_url.n + model.n + 2);

    if (!key)
        return NULL;
    memcpy(key, base_url.p ? base_url.p : "", base_url.n);
    key[base_url.n] = '\n';
    memcpy(key + base_url.n + 1, model.p ? model.p : "", model.n);
    key[base_url.n + model.n + 1] = '\0';
    return key;
}

static bool is_key(const char *key, tt_str base_url, tt_str model)
{
    return strlen(key) == base_url.n + 1 + model.n &&
           memcmp(key, base_url.p ? base_url.p : "", base_url.n) == 0 && key[base_url.n] == '\n' &&
           memcmp(key + base_url.n + 1, model.p ? model.p : "", model.n) == 0;
}

struct tt_health *tt_health_find(const struct tt_health_table *table, tt_str base_url, tt_str model)
{
    for (size_t i = 0; i < table->n; i++) {
        if (is_key(table->items[i].key, base_url, model))
            return &table->items[i];
    }
    return NULL;
}

/* NULL when out of memory: health is then not known, which harms nothing. */
static struct tt_health *find_or_add(struct tt_router *router, const struct tt_candidate *c)
{
    struct tt_health_table *table = &router->health;
    struct tt_health *h;
    tt_str url;

    if (c->model_index >= router->config->n_models)
        return NULL; /* the settings changed while the request ran */
    url = router->config->models[c->model_index].base_url;
    h = tt_health_find(table, url, c->model);
    if (h)
        return h;
    if (table->n == table->cap) {
        size_t cap = table->cap ? table->cap * 2 : 8;
        struct tt_health *items = realloc(table->items, cap * sizeof(*items));

        if (!items)
            return NULL;
        table->items = items;
        table->cap = cap;
    }
    h = &table->items[table->n];
    *h = (struct tt_health){ .key = key_of(url, c->model) };
    if (!h->key)
        return NULL;
    table->n++;
    return h;
}

/* Not to be asked now.  When its time is over, one request may probe. */
bool tt_health_open(const struct tt_health *health, uint64_t now_ms)
{
    if (health->open_until == 0)
        return false;
    return health->probing || now_ms < health->open_until;
}

static void count(struct tt_health *h, bool failed, uint64_t now_ms)
{
    if (now_ms - h->recent_from > WINDOW_MS) {
        h->recent_from = now_ms;
        h->recent = h->recent_failed = 0;
    }
    h->recent++;
    h->recent_failed += failed;
}

static void open_for(struct tt_health *h, enum tt_failure why, uint64_t ms, uint64_t now_ms)
{
    if (now_ms + ms > h->open_until) {
        h->open_until = now_ms + ms;
        h->why = why;
    }
    h->probing = false;
}

static void open_longer(struct tt_health *h, enum tt_failure why, uint64_t now_ms)
{
    uint64_t ms = OPEN_MS;

    for (unsigned i = 0; i < h->opened && ms < OPEN_MOST; i++)
        ms *= 2;
    h->opened++;
    open_for(h, why, ms < OPEN_MOST ? ms : OPEN_MOST, now_ms);
}

static void failed_transiently(struct tt_health *h, uint64_t now_ms)
{
    bool half_open = h->open_until != 0;

    count(h, true, now_ms);
    h->failures++;
    if (half_open || h->failures >= IN_A_ROW ||
        (h->recent >= WINDOW_LEAST && h->recent_failed * 2 > h->recent))
        open_longer(h, TT_FAIL_TRANSIENT, now_ms);
}

void tt_router_failed(struct tt_router *router, const struct tt_candidate *candidate,
                      enum tt_failure failure, uint64_t retry_after_ms, uint64_t now_ms)
{
    struct tt_health *h = find_or_add(router, candidate);

    if (!h)
        return;
    switch (failure) {
    case TT_FAIL_TRANSIENT:
        failed_transiently(h, now_ms);
        break;
    case TT_FAIL_RATE:
        count(h, true, now_ms);
        if (retry_after_ms)
            open_for(h, failure, retry_after_ms < OPEN_MOST ? retry_after_ms : OPEN_MOST, now_ms);
        else
            open_longer(h, failure, now_ms);
        break;
    case TT_FAIL_ACCOUNT:
        open_for(h, failure, ACCOUNT_MS, now_ms);
        break;
    case TT_FAIL_MODEL_GONE:
        h->gone = true;
        h->probing = false;
        tt_router_refresh(router);
        break;
    }
}

void tt_router_succeeded(struct tt_router *router, const struct tt_candidate *candidate,
                         uint64_t latency_ms, uint64_t now_ms)
{
    struct tt_health *h = find_or_add(router, candidate);

    if (!h)
        return;
    count(h, false, now_ms);
    h->failures = h->opened = 0;
    h->open_until = 0;
    h->probing = false;
    h->latency_ms = h->latency_ms > 0
                        ? (1 - LATENCY_NEW) * h->latency_ms + LATENCY_NEW * (double)latency_ms
                        : (double)latency_ms;
}

void tt_router_started(struct tt_router *router, const struct tt_candidate *candidate,
                       uint64_t now_ms)
{
    struct tt_health *h = find_or_add(router, candidate);

    if (h && h->open_until != 0 && now_ms >= h->open_until)
        h->probing = true;
}

void tt_router_abandoned(struct tt_router *router, const struct tt_candidate *candidate)
{
    struct tt_health *h = find_or_add(router, candidate);

    if (h)
        h->probing = false;
}

static void forget(struct tt_health *h)
{
    h->open_until = 0;
    h->failures = h->opened = 0;
    h->probing = false;
}

/* New settings may mend whatever it was. */
void tt_health_configured(struct tt_health_table *table)
{
    for (size_t i = 0; i < table->n; i++)
        forget(&table->items[i]);
}

/* Another key may mend what the account was shut for, and nothing else. */
void tt_health_new_keys(struct tt_health_table *table)
{
    for (size_t i = 0; i < table->n; i++) {
        if (table->items[i].open_until && table->items[i].why == TT_FAIL_ACCOUNT)
            forget(&table->items[i]);
    }
}

void tt_health_release(struct tt_health_table *table)
{
    for (size_t i = 0; i < table->n; i++)
        free(table->items[i].key);
    free(table->items);
    *table = (struct tt_health_table){ 0 };
}

tt_str tt_router_notice(const struct tt_router *router, const struct tt_candidate *candidate)
{
    const struct tt_current_model *current;

    if (candidate->model_index >= router->config->n_models)
        return TT_STR("");
    current = tt_router_current(router, candidate->model_index, candidate->small);
    return current->replaced ? current->notice : TT_STR("");
}
