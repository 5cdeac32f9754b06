/* plan.c -- the engine: parse, sort out other files, place, apply in memory,
 * compare the whole result with the snapshot, judge.
 *
 * A model's text never becomes an edit as it stands: edits are what differs
 * between the snapshot and the finished text. */
#include "edit/plan.h"

#include "edit/redact.h"
#include "edit/scope.h"
#include "trimtab/error.h"

#include <stdlib.h>

#define MAX_BLOCKS 2000u

int tt_plan_refuse(struct tt_job_edit *job, enum tt_verdict verdict, tt_str reason, tt_str advice)
{
    struct tt_edit_plan *plan = job->plan;

    if (job->decided)
        return 0;
    job->decided = true;
    plan->verdict = verdict;
    plan->reason = tt_arena_dup(job->arena, reason);
    plan->advice = tt_arena_dup(job->arena, advice);
    return plan->reason.p && plan->advice.p ? 0 : TT_ENOMEM;
}

/* ---- the input ---- */

static bool is_range(struct tt_range r, size_t n)
{
    return r.start <= r.end && r.end <= n;
}

static int check_input(const struct tt_edit_input *in)
{
    uint32_t last = 0;

    if (in->before.n > INT32_MAX || !is_range(in->scope, in->before.n) ||
        !is_range(in->region, in->before.n) || (in->is_new && in->before.n))
        return TT_EINVALID;
    for (size_t i = 0; i < in->n_allowed; i++) {
        if (!is_range(in->allowed[i], in->before.n) || in->allowed[i].start < last)
            return TT_EINVALID;
        last = in->allowed[i].end;
    }
    return 0;
}

static struct tt_range or_else(struct tt_range range, struct tt_range otherwise)
{
    return range.start < range.end ? range : otherwise;
}

/* Whole lines of the view. */
static struct tt_range whole_lines(const struct tt_view *view, struct tt_range range)
{
    size_t last;

    if (view->n == 0)
        return range;
    range.start = tt_view_start(view, tt_view_line_at(view, range.start));
    last = tt_view_line_at(view, range.end);
    if (range.end > tt_view_start(view, last) || range.start == range.end)
        range.end = tt_view_start(view, last + 1);
    return range;
}

static int prepare(struct tt_job_edit *job, struct tt_range *scope)
{
    const struct tt_edit_input *in = job->in;
    struct tt_range all = { 0, (uint32_t)in->before.n }, hull = { 0, 0 };
    int err = tt_view_init(&job->view, in->before, job->arena);

    if (!err)
        err = tt_scope_widen(in->before, in->allowed, in->n_allowed, job->arena, &job->allowed,
                             &job->n_allowed);
    if (err)
        return err;
    if (in->n_allowed)
        hull = (struct tt_range){ job->allowed[0].start, job->allowed[job->n_allowed - 1].end };
    *scope = tt_view_from_source(&job->view, or_else(in->scope, hull));
    job->region = whole_lines(
        &job->view, tt_view_from_source(
                        &job->view, or_else(in->region, or_else(in->scope, or_else(hull, all)))));
    return 0;
}

/* ---- the answer ---- */

static int parse(struct tt_job_edit *job, struct tt_answer *answer)
{
    struct tt_answer_parser *parser = tt_answer_parser_create(job->in->format, job->arena);
    int err = parser ? tt_answer_feed(parser, job->answer) : TT_ENOMEM;

    if (!err)
        err = tt_answer_finish(parser, answer);
    tt_answer_parser_destroy(parser);
    return err;
}

static int refuse_answer(struct tt_job_edit *job, const struct tt_answer *answer)
{
    tt_str reason;

    switch (answer->state) {
    case TT_ANSWER_UNFINISHED:
        return tt_plan_refuse(
            job, TT_EDIT_TRUNCATED,
            TT_STR("The answer ends in the middle of an edit; nothing was changed."),
            TT_STR("The answer was cut off: send it again, whole, with all end marks."));
    case TT_ANSWER_MALFORMED:
        reason = tt_arena_printf(job->arena, "The answer cannot be read with certainty: %.*s.",
                                 TT_STR_ARG(answer->problem));
        return reason.p ? tt_plan_refuse(job, TT_EDIT_UNREADABLE, reason,
                                         TT_STR("The answer could not be read: send it again, "
                                                "exactly in the format asked for."))
                        : TT_ENOMEM;
    default:
        return tt_plan_refuse(
            job, TT_EDIT_UNREADABLE, TT_STR("The answer has no edit in it that can be read."),
            TT_STR("No edit was found: answer with the edit alone, in the format asked for."));
    }
}

/* ---- the finished text ---- */

static const char *how_changed(const struct tt_diff_hunk *h)
{
    return h->before.start == h->before.end ? "added"
           : h->after.start == h->after.end ? "removed"
                                            : "changed";
}

static int make_hunks(struct tt_job_edit *job)
{
    struct tt_edit_plan *plan = job->plan;
    uint32_t line = 1, at = 0;

    plan->edits = job->diff.edits;
    plan->n_edits = job->diff.n_edits;
    plan->hunks = tt_arena_array(job->arena, job->diff.n_hunks, sizeof(*plan->hunks));
    if (!plan->hunks)
        return TT_ENOMEM;
    for (size_t i = 0; i < job->diff.n_hunks; i++) {
        const struct tt_diff_hunk *h = &job->diff.hunks[i];
        uint32_t lines = 0;

        for (; at < h->before.start; at++)
            line += job->in->before.p[at] == '\n';
        for (uint32_t k = h->before.start; k < h->before.end; k++)
            lines += job->in->before.p[k] == '\n';
        tt_str label = lines > 1 ? tt_arena_printf(job->arena, "lines %u-%u: %s", line,
                                                   line + lines - 1, how_changed(h))
                                 : tt_arena_printf(job->arena, "line %u: %s", line, how_changed(h));
        if (!label.p)
            return TT_ENOMEM;
        plan->hunks[i] = (struct tt_edit_hunk){
            .edit = { h->before, tt_str_sub(job->after, h->after.start, h->after.end) },
            .label = label,
            .first_edit = h->first_edit,
            .n_edits = h->n_edits,
        };
    }
    plan->n_hunks = job->diff.n_hunks;
    return 0;
}

static void drop_edits(struct tt_edit_plan *plan)
{
    plan->n_edits = 0;
    plan->n_hunks = 0;
}

static int finish(struct tt_job_edit *job)
{
    int err = tt_view_apply(&job->view, job->changes, job->n_changes, job->arena, &job->after);

    if (!err)
        err = tt_diff_texts(job->in->before, job->after, 0, job->arena, &job->diff);
    if (err)
        return err;
    if (job->diff.n_edits == 0)
        return tt_plan_refuse(job, TT_EDIT_UNCHANGED,
                              TT_STR("The file already says what the answer asks for."),
                              TT_STR(""));
    err = make_hunks(job);
    if (!err)
        err = tt_judge_bounds(job);
    if (!err && !job->decided && tt_plan_has(job, TT_BLOCK_WHOLE) && job->in->before.n)
        err = tt_region_check_loss(job);
    if (!err && (!job->decided || job->plan->held))
        err = tt_judge_syntax(job);
    if (!err)
        err = tt_plan_refuse(job, TT_EDIT_READY, TT_STR("The edit fits the file."), TT_STR(""));
    return err;
}

static int run(struct tt_job_edit *job)
{
    struct tt_answer answer = { .format = TT_FORMAT_AUTO };
    struct tt_range scope = { 0, 0 };
    int err;

    if (!job->in->complete)
        return tt_plan_refuse(job, TT_EDIT_TRUNCATED,
                              TT_STR("The answer did not come to its end; nothing was changed."),
                              TT_STR("The answer was cut off: send it again, whole."));
    err = prepare(job, &scope);
    if (!err)
        err = tt_edit_redact_restore(job);
    if (!err && !job->decided)
        err = parse(job, &answer);
    if (err == TT_ETOOBIG)
        return tt_plan_refuse(job, TT_EDIT_UNREADABLE,
                              TT_STR("The answer is too long to be an edit."), TT_STR(""));
    if (err || job->decided)
        return err;
    job->plan->format = answer.format;
    job->plan->answer_from = answer.from;
    job->plan->lone_end = answer.lone_end;
    tt_plan_leave_out_others(job, &answer);
    if (job->in->so_far && answer.state == TT_ANSWER_UNFINISHED &&
        answer.format == TT_FORMAT_SEARCH_REPLACE)
        answer.state = TT_ANSWER_COMPLETE; /* blocks are listed when their end mark came */
    if (answer.state != TT_ANSWER_COMPLETE || answer.n == 0 || answer.n > MAX_BLOCKS)
        return refuse_answer(job, &answer);
    err = tt_plan_choose_blocks(job, &answer);
    if (!err && !job->decided)
        err = tt_plan_check_text(job);
    if (!err && !job->decided)
        err = tt_plan_find_changes(job, scope);
    if (!err && !job->decided)
        err = finish(job);
    return err;
}

int tt_edit_plan_create(const struct tt_edit_input *in, struct tt_edit_plan **out)
{
    struct tt_edit_plan *plan;
    struct tt_job_edit job;
    int err = check_input(in);

    if (err)
        return err;
    plan = calloc(1, sizeof(*plan));
    if (!plan)
        return TT_ENOMEM;
    tt_arena_init(&plan->arena);
    job =
        (struct tt_job_edit){ .in = in, .plan = plan, .arena = &plan->arena, .answer = in->answer };
    err = run(&job);
    if (err) {
        tt_edit_plan_destroy(plan);
        return err;
    }
    if (plan->verdict != TT_EDIT_READY && !plan->held)
        drop_edits(plan);
    *out = plan;
    return 0;
}
