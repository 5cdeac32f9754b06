/* task_model.h -- what the trained weights make of features.
 *
 * Two models: a linear one for places alone, and a network for places with an
 * instruction; ./dev train makes their weights from labelled cases.
 */
#ifndef TT_ANALYSIS_TASK_MODEL_H
#define TT_ANALYSIS_TASK_MODEL_H

#include "analysis/task_features.h"
#include "analysis/task_tables.h"
#include "trimtab/task.h"

struct task_judgement {
    double p[TASK_LABELS]; /* calibrated probabilities */
    enum tt_task first, second;
    double vague;   /* how likely the instruction names no task; 1 without one */
    uint32_t known; /* features that the model has a weight for */
};

/* Look up the features that were added since the last time, for what the place alone says: before
 * copies are made of features, for all of them.  The others look up what they need. */
void task_features_find_place(struct task_features *f);

/* `hints` are added to what the features say, in hundredths; NULL: none. */
void task_judge(struct task_features *f, bool asked, const int *hints, struct task_judgement *out);

/* As hints that say nothing: the probabilities of the tasks alone add up to 1. */
void task_judgement_level(struct task_judgement *judged);

/* What each piece said for the task, in hundredths, may be negative: into
 * pieces[TASK_PIECES_MAX].  And the same of what the tables added up, by the task that
 * they added to: into sums->code and sums->words. */
struct task_sums {
    int code[TT_TASK_COUNT], words[TT_TASK_COUNT];
};
void task_explain(struct task_features *f, bool asked, enum tt_task task, int *pieces,
                  struct task_sums *sums);

/* NULL, or what is wrong with the shape of the weights; for tests. */
const char *task_model_fault(void);

#endif
