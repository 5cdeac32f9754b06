/* task_vocabulary.c -- see task_vocabulary.h. */
#include "analysis/task_vocabulary.h"

static bool reads_group(const struct task_vocabulary *v, char letter)
{
    for (size_t i = 0; i < v->n_groups; i++) {
        if (v->groups[i].letter == letter)
            return true;
    }
    return false;
}

/* Each step is the same whatever it finds: nothing for the processor to guess. */
static uint16_t find(const struct task_vocabulary *v, uint32_t hash)
{
    const uint32_t *at = v->features;

    for (size_t left = v->n; left > 1;) {
        size_t half = left / 2;

        at += at[half] <= hash ? half : 0;
        left -= half;
    }
    return *at == hash ? (uint16_t)(at - v->features) : TASK_NO_ROW;
}

void task_vocabulary_find(const struct task_vocabulary *v, struct task_features *f)
{
    uint32_t *found = &f->n_found[v->slot];
    bool reads[128];

    if (*found == f->n)
        return;
    for (size_t letter = 0; letter < sizeof(reads); letter++)
        reads[letter] = reads_group(v, (char)letter);
    for (uint32_t i = *found; i < f->n; i++)
        f->at[i].row[v->slot] =
            reads[(unsigned char)f->at[i].space[0] & 127] ? find(v, f->at[i].hash) : TASK_NO_ROW;
    *found = f->n;
}

uint32_t task_factors_read(const struct task_vocabulary *v, const struct task_features *f,
                           struct task_factors *out)
{
    uint32_t sizes[128] = { 0 }, known = 0;

    for (uint32_t i = 0; i < f->n; i++) {
        if (f->at[i].row[v->slot] == TASK_NO_ROW)
            continue;
        sizes[(unsigned char)f->at[i].space[0] & 127]++;
        known++;
    }
    *out = (struct task_factors){ { 0 } };
    for (size_t i = 0; i < v->n_groups; i++) {
        const struct task_group *g = &v->groups[i];
        size_t size = sizes[(unsigned char)g->letter & 127];

        size = size < task_shrinks_count ? size : task_shrinks_count - 1;
        out->of[(unsigned char)g->letter & 127] = g->counts * (g->many ? task_shrinks[size] : 256);
    }
    return known;
}

int64_t task_strength(const struct task_factors *factors, const struct task_feature *feature)
{
    return (int64_t)factors->of[(unsigned char)feature->space[0] & 127] * feature->value;
}

const char *task_vocabulary_fault(const struct task_vocabulary *v)
{
    if (!v->n || v->n >= TASK_NO_ROW)
        return "there are too many features, or none";
    for (size_t i = 1; i < v->n; i++) {
        if (v->features[i - 1] >= v->features[i])
            return "the features are not sorted";
    }
    for (size_t i = 0; i < v->n_groups; i++) {
        if (v->groups[i].counts <= 0 || (unsigned char)v->groups[i].letter > 127)
            return "a group counts nothing";
    }
    return NULL;
}
