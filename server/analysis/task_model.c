/* task_model.c -- see task_model.h. */
#include "analysis/task_model.h"

#include "analysis/task_linear.h"
#include "analysis/task_net.h"

#include <math.h>
#include <stdlib.h>

void task_features_find_place(struct task_features *f)
{
    task_vocabulary_find(&task_place.vocabulary, f);
}

/* Scores to probabilities. */
static void soften(double p[TASK_SCORES])
{
    double most = -INFINITY, total = 0;

    for (size_t k = 0; k < TASK_SCORES; k++)
        most = p[k] > most ? p[k] : most;
    for (size_t k = 0; k < TASK_SCORES; k++)
        total += p[k] = exp(p[k] - most);
    for (size_t k = 0; k < TASK_SCORES; k++)
        p[k] /= total;
}

/* A hint of 100 makes a task e times as likely. */
static void take_hints(double p[TASK_SCORES], const int *hints)
{
    double total = 0;

    for (size_t k = 0; k < TASK_LABELS; k++)
        total += p[k] *= exp((hints[k] < 300 ? hints[k] : 300) / 100.0);
    for (size_t k = 0; k < TASK_LABELS; k++)
        p[k] /= total;
}

void task_judgement_level(struct task_judgement *judged)
{
    double total = 0;

    for (size_t k = 0; k < TASK_LABELS; k++)
        total += judged->p[k];
    for (size_t k = 0; k < TASK_LABELS; k++)
        judged->p[k] /= total;
}

void task_judge(struct task_features *f, bool asked, const int *hints, struct task_judgement *out)
{
    double p[TASK_SCORES] = { 0 }, place[TASK_SCORES];

    task_vocabulary_find(&task_place.vocabulary, f);
    out->known = task_linear_scores(&task_place, f, place);
    soften(place);
    out->vague = 1;
    if (asked) {
        task_vocabulary_find(&task_asked.vocabulary, f);
        out->known += task_net_scores(&task_asked, f, p);
        soften(p);
        out->vague = p[TASK_VAGUE];
    }
    for (size_t k = 0; k < TASK_LABELS; k++)
        p[k] += out->vague * place[k];
    if (hints)
        take_hints(p, hints);
    out->first = out->second = TT_TASK_OTHER;
    for (size_t k = 0; k < TASK_LABELS; k++) {
        out->p[k] = p[k];
        if (p[k] > p[out->first])
            out->first = (enum tt_task)k;
    }
    for (size_t k = 0; k < TASK_LABELS; k++) {
        if (k != out->first && (out->second == out->first || p[k] > p[out->second]))
            out->second = (enum tt_task)k;
    }
}

/* Which task's sum the feature is; TT_TASK_COUNT when it is none. */
static enum tt_task sum_of(const struct task_feature *feature)
{
    for (int k = 0; feature->space[0] == 's' && k < TT_TASK_COUNT; k++) {
        tt_str id = tt_str_from(tt_task_id((enum tt_task)k));

        if (task_feature_hash(feature->space, id, TT_STR("")) == feature->hash)
            return (enum tt_task)k;
    }
    return TT_TASK_COUNT;
}

void task_explain(struct task_features *f, bool asked, enum tt_task task, int *pieces,
                  struct task_sums *sums)
{
    double *said = calloc((size_t)f->n + 1, sizeof(*said));

    memset(pieces, 0, TASK_PIECES_MAX * sizeof(*pieces));
    *sums = (struct task_sums){ { 0 }, { 0 } };
    task_vocabulary_find(asked ? &task_asked.vocabulary : &task_place.vocabulary, f);
    if (said && asked)
        task_net_explain(&task_asked, f, task, said);
    else if (said)
        task_linear_explain(&task_place, f, task, said);
    for (uint32_t i = 0; said && i < f->n; i++) {
        enum tt_task sum = said[i] != 0 ? sum_of(&f->at[i]) : TT_TASK_COUNT;
        int hundredths = (int)(said[i] * 100);

        if (sum != TT_TASK_COUNT)
            (f->at[i].space[2] == 'w' ? sums->words : sums->code)[sum] += hundredths;
        else if (f->at[i].piece < f->n_pieces)
            pieces[f->at[i].piece] += hundredths;
    }
    free(said);
}

const char *task_model_fault(void)
{
    const char *fault = task_linear_fault(&task_place);

    return fault ? fault : task_net_fault(&task_asked);
}
