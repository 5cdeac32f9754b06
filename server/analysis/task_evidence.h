/* task_evidence.h -- the loudest pieces of evidence of a result. */
#ifndef TT_ANALYSIS_TASK_EVIDENCE_H
#define TT_ANALYSIS_TASK_EVIDENCE_H

#include "analysis/task_reading.h"

/* A place in the list for a piece of this weight; NULL when all there are louder. */
struct tt_evidence *task_evidence_slot(struct tt_task_result *r, int weight);

/* What decided for the result's task: the pieces whose weights said most for it.
 * `words` holds what the table of words added up, `hints` the diagnostics. */
void task_show_evidence(struct tt_task_result *out, bool asked, struct task_gathered *g,
                        const struct tt_task_result *words, const struct tt_task_result *hints);

#endif
