/* retry.c -- see retry.h. */
#include "session/retry.h"

#include <stdlib.h>
#include <string.h>

void tt_retry_release(struct tt_retry *retry)
{
    for (size_t i = 0; i < retry->n_quirks; i++)
        free(retry->quirks[i].key);
    free(retry->quirks);
    *retry = (struct tt_retry){ 0 };
}

/* ---- the purse ---- */

static void give_back(struct tt_retry *retry, uint64_t tokens)
{
    retry->spent -= tokens < retry->spent ? tokens : retry->spent;
}

bool tt_retry_pay(struct tt_retry *retry, uint64_t now_ms)
{
    uint64_t seconds = (now_ms - retry->counted_ms) / 1000;

    give_back(retry, seconds * TT_RETRY_SECOND);
    retry->counted_ms = retry->spent ? retry->counted_ms + seconds * 1000 : now_ms;
    if (retry->spent + TT_RETRY_PRICE > TT_RETRY_PURSE)
        return false;
    retry->spent += TT_RETRY_PRICE;
    return true;
}

void tt_retry_succeeded(struct tt_retry *retry, unsigned retries)
{
    give_back(retry, retries ? TT_RETRY_PRICE : 1);
}

/* ---- what models do not accept ---- */

static bool is_key(const char *key, tt_str base_url, tt_str model)
{
    size_t n = strlen(key);

    return n == base_url.n + 1 + model.n && key[base_url.n] == '\n' &&
           tt_str_eq((tt_str){ key, base_url.n }, base_url) &&
           tt_str_eq((tt_str){ key + base_url.n + 1, model.n }, model);
}

static struct tt_retry_quirk *find(const struct tt_retry *retry, tt_str base_url, tt_str model)
{
    for (size_t i = 0; i < retry->n_quirks; i++) {
        if (is_key(retry->quirks[i].key, base_url, model))
            return &retry->quirks[i];
    }
    return NULL;
}

static char *make_key(tt_str base_url, tt_str model)
{
    char *key = malloc(base_url.n + model.n + 2);

    if (!key)
        return NULL;
    if (base_url.n)
        memcpy(key, base_url.p, base_url.n);
    key[base_url.n] = '\n';
    if (model.n)
        memcpy(key + base_url.n + 1, model.p, model.n);
    key[base_url.n + 1 + model.n] = '\0';
    return key;
}

/* NULL when out of memory: then it is found out again, which harms nothing. */
static struct tt_retry_quirk *add(struct tt_retry *retry, tt_str base_url, tt_str model)
{
    if (retry->n_quirks == retry->cap_quirks) {
        size_t cap = retry->cap_quirks ? retry->cap_quirks * 2 : 4;
        struct tt_retry_quirk *grown = realloc(retry->quirks, cap * sizeof(*grown));

        if (!grown)
            return NULL;
        retry->quirks = grown;
        retry->cap_quirks = cap;
    }
    retry->quirks[retry->n_quirks] = (struct tt_retry_quirk){ .key = make_key(base_url, model) };
    return retry->quirks[retry->n_quirks].key ? &retry->quirks[retry->n_quirks++] : NULL;
}

void tt_retry_learn(struct tt_retry *retry, tt_str base_url, tt_str model, uint32_t before,
                    uint32_t after)
{
    struct tt_retry_quirk *quirk = find(retry, base_url, model);

    if (before == after)
        return;
    if (!quirk)
        quirk = add(retry, base_url, model);
    if (!quirk)
        return;
    quirk->refused |= before & ~after;
    quirk->instead |= after & ~before;
}

uint32_t tt_retry_caps(const struct tt_retry *retry, tt_str base_url, tt_str model, uint32_t caps)
{
    const struct tt_retry_quirk *quirk = find(retry, base_url, model);

    return quirk ? (caps & ~quirk->refused) | quirk->instead : caps;
}
