/* task_net.h -- what a network makes of features: tests/lib/net.h says how it is trained. */
#ifndef TT_ANALYSIS_TASK_NET_H
#define TT_ANALYSIS_TASK_NET_H

#include "analysis/task_vocabulary.h"

/* A score for each label, before the softmax.  Returns how many features are known. */
uint32_t task_net_scores(const struct task_net *m, const struct task_features *f,
                         double scores[TASK_SCORES]);

/* What each feature says for the task rather than for the others, into said[f->n]: its part
 * of the score, as if hidden units stayed on or off and lengths stayed as they are. */
void task_net_explain(const struct task_net *m, const struct task_features *f, enum tt_task task,
                      double *said);

const char *task_net_fault(const struct task_net *m);

#endif
