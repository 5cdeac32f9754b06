/* task_vocabulary.h -- which features a model knows, and how much each of them counts.
 *
 * A feature counts its value, times what its group counts ("r": in the range), and a
 * group with many features counts less for each of them: a long function says no more
 * than a short one. */
#ifndef TT_ANALYSIS_TASK_VOCABULARY_H
#define TT_ANALYSIS_TASK_VOCABULARY_H

#include "analysis/task_features.h"
#include "analysis/task_tables.h"

#define TASK_NO_ROW UINT16_MAX /* the model has no such feature, or does not read its group */

/* Looks up the features that were added since the last time: fills their rows. */
void task_vocabulary_find(const struct task_vocabulary *v, struct task_features *f);

/* What one feature of a group counts, in 65536ths of its value, by the group's letter. */
struct task_factors {
    int32_t of[128]; /* 0: the group is not read */
};

/* Returns how many features the model knows. */
uint32_t task_factors_read(const struct task_vocabulary *v, const struct task_features *f,
                           struct task_factors *out);

/* By how much a feature counts, in 2^20ths. */
int64_t task_strength(const struct task_factors *factors, const struct task_feature *feature);

/* NULL, or what is wrong with its shape. */
const char *task_vocabulary_fault(const struct task_vocabulary *v);

#endif
