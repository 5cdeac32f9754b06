/* task_reading.h -- what the code at one place says, before any question is put. */
#ifndef TT_ANALYSIS_TASK_READING_H
#define TT_ANALYSIS_TASK_READING_H

#include "analysis/task_model.h"
#include "analysis/task_score.h"

/* All of it is borrowed from the source; `code` points into the struct itself. */
struct task_gathered {
    struct task_score code;
    struct tt_task_result result; /* evidence of the tables of signals, and the counts */
    struct task_code facts;
    struct task_features features;
};

struct tt_task_reading {
    bool filled, judged;
    struct task_gathered gathered; /* of the code alone: no words are added to it */
    struct task_judgement judgement;
    uint32_t n_imports; /* items at the top that one looks at for imports; 0: not known yet */
};

/* What the source of the input says: of its reading, which is not to be changed, or read
 * now into `own`. */
struct task_gathered *task_gather(const struct tt_task_input *in, struct task_gathered *own);

/* What the place alone says; kept in the reading. */
void task_judge_place(const struct tt_task_input *in, struct task_gathered *g,
                      struct task_judgement *out);

#endif
