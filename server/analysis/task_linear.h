/* task_linear.h -- what a linear model makes of features.  Whole numbers up to the last
 * step: the same features give the same answer everywhere. */
#ifndef TT_ANALYSIS_TASK_LINEAR_H
#define TT_ANALYSIS_TASK_LINEAR_H

#include "analysis/task_vocabulary.h"

/* A score for each label, before the softmax.  Returns how many features are known. */
uint32_t task_linear_scores(const struct task_linear *m, const struct task_features *f,
                            double scores[TASK_SCORES]);

/* What each feature says for the task, into said[f->n]. */
void task_linear_explain(const struct task_linear *m, const struct task_features *f,
                         enum tt_task task, double *said);

const char *task_linear_fault(const struct task_linear *m);

#endif
