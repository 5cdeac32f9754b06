/* judge.c -- the finished diff before the guards: bounds, syntax, noise. */
#include "base/buf.h"
#include "edit/noise.h"
#include "edit/parse.h"
#include "edit/plan.h"
#include "edit/scope.h"
#include "syntax/guard.h"
#include "trimtab/error.h"

/* ---- bounds ---- */

static struct tt_range import_block(struct tt_job_edit *job)
{
    if (job->in->tree)
        return tt_guard_imports(job->in->tree, job->in->before);
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

/* A parse of a file at the size limit takes longer; then there is no check.  A
 * machine that is busy with other things is no reason to go without one. */
static const struct tt_guard_limits parse_limits = { .cpu_ms = 1000, .wall_ms = 15000 };

static tt_str say_place(struct tt_job_edit *job, const struct tt_guard_report *report)
{
    uint32_t line = 1;

    for (uint32_t i = 0; i < report->place.start && i < job->after.n; i++)
        line += job->after.p[i] == '\n';
    if (report->sign)
        return tt_arena_printf(job->arena,
                               "After the edit, line %u has a sign in it that does not belong into "
                               "code or hides how it reads (U+%04X)",
                               line, report->sign);
    if (report->missing)
        return tt_arena_printf(job->arena,
                               "After the edit, a \"%s\" seems to be missing at line %u",
                               report->missing, line);
    return tt_arena_printf(job->arena, "After the edit, line %u does not parse any more", line);
}

/* How many brackets of each kind are open behind these leaves, and were not before. */
static void count_brackets(tt_str text, const struct tt_leaves *leaves, int sign, int *open)
{
    static const char kinds[] = "(){}[]";

    for (size_t i = 0; i < leaves->n; i++) {
        struct tt_range r = leaves->at[i].range;
        const char *kind =
            r.end - r.start == 1 && text.p[r.start] ? strchr(kinds, text.p[r.start]) : NULL;

        if (kind && leaves->at[i].symbol != UINT16_MAX)
            open[(kind - kinds) / 2] += (kind - kinds) % 2 ? -sign : sign;
    }
}

/* Do the edits open a bracket that they do not close, or the other way round?
 * That shows also where a grammar is often wrong. */
static int has_lost_bracket(struct tt_job_edit *job, struct tt_guard *guard, bool *out)
{
    int open[3] = { 0, 0, 0 }, err = 0;

    for (size_t i = 0; i < job->diff.n_hunks && !err; i++) {
        const struct tt_diff_hunk *hunk = &job->diff.hunks[i];
        struct tt_leaves old, new;

        err = tt_guard_leaves_before(guard, hunk->before, job->arena, &old);
        if (!err)
            err = tt_guard_leaves_after(guard, hunk->after, job->arena, &new);
        if (!err) {
            count_brackets(job->in->before, &old, -1, open);
            count_brackets(job->after, &new, 1, open);
        }
    }
    *out = open[0] || open[1] || open[2];
    return err;
}

static int doubt(struct tt_job_edit *job, struct tt_guard *guard,
                 const struct tt_guard_report *report)
{
    tt_str place = say_place(job, report), reason, advice;
    bool sure = report->sign != 0;

    if (!place.p)
        return TT_ENOMEM;
    if (!sure && !report->hopeless && has_lost_bracket(job, guard, &sure))
        return TT_ENOMEM;
    if (!sure && (report->hopeless || tt_guard_only_warns(job->in->lang))) {
        const char *but = report->hopeless ? "the file did not parse well before either"
                                           : "this grammar is often wrong about it";

        job->plan->warning = tt_arena_printf(job->arena, "%.*s, but %s.", TT_STR_ARG(place), but);
        return job->plan->warning.p ? 0 : TT_ENOMEM;
    }
    job->plan->held = true;
    reason = tt_arena_printf(job->arena, "%.*s; look at the proposal before it is applied.",
                             TT_STR_ARG(place));
    advice =
        tt_arena_printf(job->arena, "%.*s: answer again with an edit that leaves the file valid.",
                        TT_STR_ARG(place));
    return reason.p && advice.p ? tt_plan_refuse(job, TT_EDIT_BREAKS_SYNTAX, reason, advice)
                                : TT_ENOMEM;
}

int tt_judge_syntax(struct tt_job_edit *job)
{
    const struct tt_edit_input *in = job->in;
    struct tt_guard_report report;
    struct tt_guard *guard;
    int err;

    if (!in->lang)
        return 0;
    err = tt_guard_create(in->lang, in->tree, in->before, job->after, job->diff.edits,
                          job->diff.n_edits, in->guard_limits ? in->guard_limits : &parse_limits,
                          &guard);
    if (err == TT_ETIMEOUT)
        job->plan->warning = TT_STR("This file takes too long to parse: whether the result is "
                                    "still sound was not checked.");
    if (err == TT_ETIMEOUT || err == TT_EINVALID)
        return 0;
    if (err)
        return err;
    err = tt_guard_compare(guard, &report);
    if (!err && report.worse && !job->decided)
        err = doubt(job, guard, &report);
    if (!err)
        err = tt_noise_mark(job, guard);
    tt_guard_destroy(guard);
    return err;
}
