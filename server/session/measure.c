/* measure.c -- see measure.h. */
#include "session/measure.h"

#include <stdlib.h>
#include <string.h>

static void row_release(struct tt_measure *row)
{
    free((char *)(uintptr_t)row->base_url.p);
}

void tt_measures_release(struct tt_measures *measures)
{
    for (size_t i = 0; i < measures->n; i++)
        row_release(&measures->rows[i]);
    free(measures->rows);
    *measures = (struct tt_measures){ 0 };
}

static struct tt_measure *find(const struct tt_measures *measures, tt_str base_url, tt_str model)
{
    for (size_t i = 0; i < measures->n; i++) {
        struct tt_measure *row = &measures->rows[i];

        if (tt_str_eq(row->base_url, base_url) && tt_str_eq(row->model, model))
            return row;
    }
    return NULL;
}

/* NULL when out of memory: then the plain estimate counts, which harms little. */
static struct tt_measure *add(struct tt_measures *measures, tt_str base_url, tt_str model)
{
    char *block = malloc(base_url.n + model.n + 1);

    if (block && measures->n == measures->cap) {
        size_t cap = measures->cap ? measures->cap * 2 : 4;
        struct tt_measure *grown = realloc(measures->rows, cap * sizeof(*grown));

        if (!grown) {
            free(block);
            return NULL;
        }
        measures->rows = grown;
        measures->cap = cap;
    }
    if (!block)
        return NULL;
    if (base_url.n)
        memcpy(block, base_url.p, base_url.n);
    if (model.n)
        memcpy(block + base_url.n, model.p, model.n);
    measures->rows[measures->n] = (struct tt_measure){
        { block, base_url.n }, { block + base_url.n, model.n }, TT_TOKENS_RATIO_INIT, false
    };
    return &measures->rows[measures->n++];
}

static struct tt_measure *find_or_add(struct tt_measures *measures, tt_str base_url, tt_str model)
{
    struct tt_measure *row = find(measures, base_url, model);

    return row ? row : add(measures, base_url, model);
}

void tt_measures_learn(struct tt_measures *measures, tt_str base_url, tt_str model,
                       uint64_t estimate, uint64_t actual)
{
    struct tt_measure *row = find_or_add(measures, base_url, model);

    if (row)
        tt_tokens_learn(&row->ratio, estimate, actual);
}

void tt_measures_thinks(struct tt_measures *measures, tt_str base_url, tt_str model)
{
    struct tt_measure *row = find_or_add(measures, base_url, model);

    if (row)
        row->thinks_aloud = true;
}

bool tt_measures_think(const struct tt_measures *measures, tt_str base_url, tt_str model)
{
    const struct tt_measure *row = find(measures, base_url, model);

    return row && row->thinks_aloud;
}

double tt_measures_ratio(const struct tt_measures *measures, tt_str base_url, tt_str model)
{
    const struct tt_measure *row = find(measures, base_url, model);

    return row ? row->ratio.value : 1;
}
