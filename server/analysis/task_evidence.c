/* task_evidence.c -- see task_evidence.h. */
#include "analysis/task_evidence.h"

#include "analysis/task_model.h"

#include <stdlib.h>

#define QUIETEST 5 /* hundredths; less decides nothing */

static bool same_evidence(const struct tt_evidence *e, enum tt_task task, const char *kind,
                          tt_str text)
{
    return e->task == task && strcmp(e->kind, kind) == 0 && tt_str_eq(e->text, text);
}

struct tt_evidence *task_evidence_slot(struct tt_task_result *r, int weight)
{
    size_t quietest = 0;

    if (r->n_evidence < TT_EVIDENCE_MAX)
        return &r->evidence[r->n_evidence++];
    for (size_t i = 1; i < r->n_evidence; i++) {
        if (r->evidence[i].weight < r->evidence[quietest].weight)
            quietest = i;
    }
    return r->evidence[quietest].weight < weight ? &r->evidence[quietest] : NULL;
}

void task_add(struct task_score *score, enum tt_task task, int weight, const char *kind,
              tt_str text, const struct tt_range *range)
{
    struct tt_task_result *r = score->result;

    if (weight <= 0)
        return;
    for (size_t i = 0; i < r->n_evidence; i++) {
        if (same_evidence(&r->evidence[i], task, kind, text)) {
            /* Once more the same: it does not say more, unless it is nearer. */
            if (weight > r->evidence[i].weight) {
                score->of[task] += weight - r->evidence[i].weight;
                r->evidence[i].weight = weight;
            }
            return;
        }
    }
    score->of[task] += weight;
    if (range && range->start < score->here.end && range->end > score->here.start)
        score->in_range[task] += weight;
    struct tt_evidence *slot = task_evidence_slot(r, weight);
    if (!slot)
        return;
    *slot = (struct tt_evidence){ kind, text, range != NULL, { 0, 0 }, task, weight };
    if (range)
        slot->range = *range;
}

/* Of one task's evidence; what was said twice is one piece. */
static void show(struct tt_task_result *out, enum tt_task task, const struct tt_evidence *e,
                 int weight)
{
    if (weight < QUIETEST)
        return;
    for (size_t i = 0; i < out->n_evidence; i++) {
        if (same_evidence(&out->evidence[i], task, e->kind, e->text)) {
            out->evidence[i].weight += weight;
            return;
        }
    }
    struct tt_evidence *slot = task_evidence_slot(out, weight);
    if (slot) {
        *slot = *e;
        slot->task = task;
        slot->weight = weight;
    }
}

/* What a sum of the tables said, by the pieces that it was a sum of. */
static void show_sums(struct tt_task_result *out, enum tt_task task, const int *sums,
                      const struct tt_task_result *from)
{
    int total[TT_TASK_COUNT] = { 0 };

    for (size_t i = 0; i < from->n_evidence; i++)
        total[from->evidence[i].task] += from->evidence[i].weight;
    for (size_t i = 0; i < from->n_evidence; i++) {
        const struct tt_evidence *e = &from->evidence[i];

        if (total[e->task] > 0)
            show(out, task, e, (int)((int64_t)sums[e->task] * e->weight / total[e->task]));
    }
}

static int by_weight(const void *a, const void *b)
{
    const struct tt_evidence *x = a, *y = b;

    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    if (x->range.start != y->range.start)
        return x->range.start < y->range.start ? -1 : 1;
    size_t n = x->text.n < y->text.n ? x->text.n : y->text.n;
    int order = n ? memcmp(x->text.p, y->text.p, n) : 0;
    return order ? order : (x->text.n > y->text.n) - (x->text.n < y->text.n);
}

void task_show_evidence(struct tt_task_result *out, bool asked, struct task_gathered *g,
                        const struct tt_task_result *words, const struct tt_task_result *hints)
{
    struct task_features *f = &g->features;
    enum tt_task task = out->task;
    int pieces[TASK_PIECES_MAX];
    struct task_sums sums;

    task_explain(f, asked, task, pieces, &sums);
    for (uint32_t i = 0; i < f->n_pieces; i++) {
        const struct task_piece *p = &f->pieces[i];
        const struct tt_evidence e = { p->kind, p->text, p->has_range, p->range, task, 0 };

        show(out, task, &e, pieces[i]);
    }
    show_sums(out, task, sums.words, words);
    show_sums(out, task, sums.code, &g->result);
    for (size_t i = 0; i < hints->n_evidence; i++) {
        if (hints->evidence[i].task == task)
            show(out, task, &hints->evidence[i], hints->evidence[i].weight);
    }
    qsort(out->evidence, out->n_evidence, sizeof(out->evidence[0]), by_weight);
}
