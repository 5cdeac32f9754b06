/* task_reading.h -- what the code at one place says, before any question is put. */
#ifndef TT_ANALYSIS_TASK_READING_H
#define TT_ANALYSIS_TASK_READING_H

#include "analysis/task_score.h"

/* All of it is borrowed from the source; `code` points into the struct itself. */
struct task_gathered {
    struct task_score code;
    struct tt_task_result result; /* evidence of the tables of signals, and the counts */
    struct task_code facts;
    struct task_features features;
};

struct tt_task_reading {
    bool filled;
    struct task_gathered gathered; /* `code` points nowhere until it is read again */
};

/* Reads the source of the input, or takes what its reading holds. */
void task_gather(const struct tt_task_input *in, struct task_gathered *g);

#endif
