/* plan_read.c -- what others may ask a plan. */
#include "base/buf.h"
#include "edit/plan.h"
#include "trimtab/error.h"

#include <stdlib.h>

void tt_edit_plan_destroy(struct tt_edit_plan *plan)
{
    if (!plan)
        return;
    tt_arena_release(&plan->arena);
    free(plan);
}

enum tt_verdict tt_edit_plan_verdict(const struct tt_edit_plan *plan)
{
    return plan->verdict;
}

bool tt_edit_plan_held(const struct tt_edit_plan *plan)
{
    return plan->held;
}

tt_str tt_edit_plan_warning(const struct tt_edit_plan *plan)
{
    return plan->warning;
}

tt_str tt_edit_plan_reason(const struct tt_edit_plan *plan)
{
    return plan->reason;
}

tt_str tt_edit_plan_advice(const struct tt_edit_plan *plan)
{
    return plan->advice;
}

enum tt_edit_format tt_edit_plan_format(const struct tt_edit_plan *plan)
{
    return plan->format;
}

size_t tt_edit_plan_answer_from(const struct tt_edit_plan *plan)
{
    return plan->answer_from;
}

bool tt_edit_plan_lone_end(const struct tt_edit_plan *plan)
{
    return plan->lone_end;
}

size_t tt_edit_plan_count(const struct tt_edit_plan *plan)
{
    return plan->n_edits;
}

const struct tt_text_edit *tt_edit_plan_at(const struct tt_edit_plan *plan, size_t i)
{
    return &plan->edits[i];
}

size_t tt_edit_plan_hunk_count(const struct tt_edit_plan *plan)
{
    return plan->n_hunks;
}

const struct tt_edit_hunk *tt_edit_plan_hunk_at(const struct tt_edit_plan *plan, size_t i)
{
    return &plan->hunks[i];
}

size_t tt_edit_plan_candidate_count(const struct tt_edit_plan *plan)
{
    return plan->n_candidates;
}

const struct tt_edit_candidate *tt_edit_plan_candidate_at(const struct tt_edit_plan *plan, size_t i)
{
    return &plan->candidates[i];
}

size_t tt_edit_plan_skipped_count(const struct tt_edit_plan *plan)
{
    return plan->n_skipped;
}

tt_str tt_edit_plan_skipped_at(const struct tt_edit_plan *plan, size_t i)
{
    return plan->skipped[i];
}

int tt_edit_plan_result(const struct tt_edit_plan *plan, tt_str before, bool drop_noise,
                        struct tt_buf *out)
{
    size_t at = 0;

    for (size_t i = 0; i < plan->n_hunks; i++) {
        const struct tt_edit_hunk *hunk = &plan->hunks[i];

        if (drop_noise && hunk->noise != TT_NOISE_NONE)
            continue;
        for (size_t k = hunk->first_edit; k < hunk->first_edit + hunk->n_edits; k++) {
            tt_buf_add(out, tt_str_sub(before, at, plan->edits[k].range.start));
            tt_buf_add(out, plan->edits[k].text);
            at = plan->edits[k].range.end;
        }
    }
    return tt_buf_add(out, tt_str_sub(before, at, before.n));
}

const char *tt_verdict_name(enum tt_verdict verdict)
{
    static const char *const names[] = {
#define X(name, text) [TT_EDIT_##name] = text,
        TT_VERDICT_MAP(X)
#undef X
    };

    return names[verdict];
}

static const char *const formats[] = {
    [TT_FORMAT_AUTO] = "auto",   [TT_FORMAT_SEARCH_REPLACE] = "search-replace",
    [TT_FORMAT_PATCH] = "patch", [TT_FORMAT_STR_REPLACE] = "str-replace",
    [TT_FORMAT_UDIFF] = "udiff", [TT_FORMAT_REGION] = "region",
};

const char *tt_edit_format_name(enum tt_edit_format format)
{
    return formats[format];
}

bool tt_edit_format_from(tt_str name, enum tt_edit_format *out)
{
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (tt_str_eq(name, tt_str_from(formats[i]))) {
            *out = (enum tt_edit_format)i;
            return true;
        }
    }
    return false;
}
