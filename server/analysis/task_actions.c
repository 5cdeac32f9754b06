/* task_actions.c -- which model actions are worth offering at a place. */
#include "analysis/task_model.h"
#include "analysis/task_reading.h"

#include <stdlib.h>

#define LIKELY 0.08 /* enough to be offered */
#define SPOKEN 20   /* of the tables of signals, likewise */

static const struct tt_task_action *action_for(enum tt_task task)
{
    static const struct {
        enum tt_task from, to;
    } same[] = {
        { TT_TASK_DB_3, TT_TASK_DB_2 },       { TT_TASK_DB_5, TT_TASK_DB_4 },
        { TT_TASK_REST_1, TT_TASK_REST_2 },   { TT_TASK_REST_5, TT_TASK_REST_2 },
        { TT_TASK_ASYNC_1, TT_TASK_ASYNC_2 }, { TT_TASK_TEST_2, TT_TASK_TEST_1 },
    };

    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
        if (same[i].from == task)
            task = same[i].to;
    }
    return tt_task_action_find(tt_str_from(tt_task_id(task)));
}

static void offer(enum tt_task task, const struct tt_task_action **out, size_t *n, size_t max)
{
    const struct tt_task_action *action = action_for(task);

    for (size_t i = 0; i < *n; i++) {
        if (out[i] == action)
            return;
    }
    if (action && *n < max)
        out[(*n)++] = action;
}

/* As likely as the model says; what a signal speaks for is at least a little. */
static void rank(const struct tt_task_input *in, struct task_gathered *g, double of[TASK_LABELS])
{
    struct task_judgement judged;

    task_judge_place(in, g, &judged);
    for (size_t k = 0; k < TASK_LABELS; k++) {
        bool spoken = g->code.of[k] >= SPOKEN && !g->facts.in_comment;

        of[k] = k != TT_TASK_OTHER && (spoken || judged.p[k] >= LIKELY) ? judged.p[k] + 1e-9 : 0;
    }
}

size_t tt_task_actions(const struct tt_source *source, struct tt_range range,
                       struct tt_task_reading *reading, const struct tt_task_action **out,
                       size_t max)
{
    struct tt_task_input in = { .source = source, .range = range, .reading = reading };
    double of[TASK_LABELS];
    struct task_gathered own, *g = task_gather(&in, &own);
    size_t n = 0;

    rank(&in, g, of);
    for (;;) {
        size_t best = 0;

        for (size_t k = 1; k < TASK_LABELS; k++) {
            if (of[k] > of[best])
                best = k;
        }
        if (of[best] <= 0)
            break;
        offer((enum tt_task)best, out, &n, max);
        of[best] = 0;
    }
    if (source->lang && !g->facts.test)
        offer(g->facts.handler ? TT_TASK_REST_3 : TT_TASK_DOC_1, out, &n, max);
    if (source->lang && g->facts.functions > 0 && !g->facts.test)
        offer(TT_TASK_TEST_1, out, &n, max);
    return n;
}
