/* judge.c -- the finished diff before the guards: bounds, syntax, noise. */
#include "base/buf.h"
#include "edit/parse.h"
#include "edit/plan.h"
#include "edit/scope.h"
#include "trimtab/error.h"

/* ---- bounds ---- */

static struct tt_range import_block(struct tt_job_edit *job)
{
    return tt_scope_import_lines(job->in->before);
}

static struct tt_edit_hunk *hunk_of(struct tt_edit_plan *plan, size_t edit)
{
    for (size_t i = 0; i < plan->n_hunks; i++) {
        if (edit >= plan->hunks[i].first_edit &&
            edit < plan->hunks[i].first_edit + plan->hunks[i].n_edits)
            return &plan->hunks[i];
    }
    return NULL;
}

static int refuse_bounds(struct tt_job_edit *job, const struct tt_text_edit *edit)
{
    uint32_t line = 1;
    tt_str reason;

    for (uint32_t i = 0; i < edit->range.start; i++)
        line += job->in->before.p[i] == '\n';
    reason = tt_arena_printf(
        job->arena,
        "The answer also changes line %u, which is outside of what was asked; nothing was changed.",
        line);
    return reason.p ? tt_plan_refuse(job, TT_EDIT_OUT_OF_BOUNDS, reason,
                                     TT_STR("Change only the lines that were asked for; leave the "
                                            "rest of the file as it is."))
                    : TT_ENOMEM;
}

int tt_judge_bounds(struct tt_job_edit *job)
{
    struct tt_edit_plan *plan = job->plan;
    struct tt_range imports = { 0, 0 };
    bool looked = false;

    if (job->in->n_allowed == 0)
        return 0;
    for (size_t i = 0; i < plan->n_edits; i++) {
        struct tt_text_edit *edit = &plan->edits[i];
        uint32_t from = i ? plan->edits[i - 1].range.end : 0;
        uint32_t to =
            i + 1 < plan->n_edits ? plan->edits[i + 1].range.start : (uint32_t)job->in->before.n;

        if (tt_scope_fit(job->in->before, job->allowed, job->n_allowed, from, to, edit, job->arena))
            continue;
        if (job->in->imports_allowed && !looked) {
            imports = import_block(job);
            looked = true;
        }
        if (!looked || !tt_scope_fit(job->in->before, &imports, 1, from, to, edit, job->arena))
            return refuse_bounds(job, edit);
        hunk_of(plan, i)->in_imports = true;
    }
    return 0;
}

/* ---- syntax ---- */

int tt_judge_syntax(struct tt_job_edit *job)
{
    (void)job;
    return 0;
}
