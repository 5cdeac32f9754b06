/* plan.c -- the engine: parse, sort out other files, place, apply in memory,
 * compare the whole result with the snapshot, judge.
 *
 * A model's text never becomes an edit as it stands: edits are what differs
 * between the snapshot and the finished text. */
#include "edit/plan.h"

#include "base/buf.h"
#include "edit/parse.h"
#include "edit/paths.h"
#include "edit/placeholder.h"
#include "edit/redact.h"
#include "edit/scope.h"
#include "syntax/lang.h"
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

/* ---- which blocks are for this file ---- */

static int skip_path(struct tt_job_edit *job, tt_str path)
{
    struct tt_edit_plan *plan = job->plan;

    for (size_t i = 0; i < plan->n_skipped; i++) {
        if (tt_str_eq(plan->skipped[i], path))
            return 0;
    }
    tt_str *more = tt_arena_array(job->arena, plan->n_skipped + 1, sizeof(*more));
    tt_str copy = tt_arena_dup(job->arena, path);

    if (!more || !copy.p)
        return TT_ENOMEM;
    if (plan->n_skipped)
        memcpy(more, plan->skipped, plan->n_skipped * sizeof(*more));
    more[plan->n_skipped++] = copy;
    plan->skipped = more;
    return 0;
}

/* The one path that blocks name which has this fit; p NULL: none, or several. */
static tt_str only_path(const struct tt_job_edit *job, const struct tt_answer *a,
                        enum tt_path_fit fit)
{
    tt_str one = { NULL, 0 };

    for (size_t i = 0; i < a->n; i++) {
        tt_str path = a->blocks[i].path;

        if (!path.n || (job->in->path.n && tt_path_fit(job->in->path, path) != fit))
            continue;
        if (one.p && !tt_str_eq(one, path))
            return (tt_str){ NULL, 0 };
        one = path;
    }
    return one;
}

static bool any_fits(const struct tt_job_edit *job, const struct tt_answer *a)
{
    for (size_t i = 0; i < a->n; i++) {
        if (a->blocks[i].path.n && tt_path_fit(job->in->path, a->blocks[i].path) == TT_PATH_SAME)
            return true;
    }
    return false;
}

/* A name in a line of prose may not be a file at all. */
static bool is_doubtful(const struct tt_job_edit *job, const struct tt_block *block)
{
    tt_str old = block->reading[0].old;

    return block->weak_path && block->kind == TT_BLOCK_LINES && old.n > 1 &&
           memmem(job->view.text.p, job->view.text.n, old.p, old.n);
}

static int choose_blocks(struct tt_job_edit *job, const struct tt_answer *a)
{
    const struct tt_edit_input *in = job->in;
    tt_str alias = { NULL, 0 };
    int err = 0;

    if (!in->path.n || (in->is_new && !any_fits(job, a)))
        alias = only_path(job, a, TT_PATH_OTHER);
    else if (in->loose_path && !any_fits(job, a))
        alias = only_path(job, a, TT_PATH_SAME_NAME);
    if (in->is_new && !alias.p && a->n == 1)
        alias = a->blocks[0].path; /* where it goes is for the server to say */
    job->blocks = tt_arena_array(job->arena, a->n, sizeof(*job->blocks));
    if (!job->blocks)
        return TT_ENOMEM;
    for (size_t i = 0; i < a->n && !err; i++) {
        const struct tt_block *block = &a->blocks[i];
        bool ours = !block->path.n || (alias.p && tt_str_eq(alias, block->path)) ||
                    (in->path.n && tt_path_fit(in->path, block->path) == TT_PATH_SAME);

        if (ours) {
            job->blocks[job->n_blocks++] = *block;
        } else if (is_doubtful(job, block)) {
            err = tt_plan_refuse(job, TT_EDIT_UNREADABLE,
                                 TT_STR("A block seems to name another file, but its text is in "
                                        "this one; nothing was changed."),
                                 TT_STR("Name the file of every block with its whole path, on "
                                        "the line above it."));
        } else {
            err = skip_path(job, block->path);
        }
    }
    if (err || job->n_blocks || job->decided)
        return err;
    tt_str reason = tt_arena_printf(
        job->arena, "The answer wants to change other files only (%.*s%s); nothing was changed.",
        TT_STR_ARG(tt_str_sub(job->plan->skipped[0], 0, 200)),
        job->plan->n_skipped > 1 ? ", ..." : "");
    return reason.p ? tt_plan_refuse(job, TT_EDIT_OTHER_FILE, reason,
                                     TT_STR("Only this file may be changed: answer with edits "
                                            "for it alone."))
                    : TT_ENOMEM;
}

/* "// src/a.py" as the first line of the code, which the file does not have, is
 * how models say whose code it is; it is no part of it. */
static void name_by_comment(const struct tt_job_edit *job, struct tt_block *block)
{
    static const char *const signs[] = { "//", "#", "--", "/*", "<!--", ";" };
    tt_str code = block->reading[0].new, line, path;
    const char *nl = code.n ? memchr(code.p, '\n', code.n) : NULL;
    bool weak, comment = false;

    if (!nl || (block->kind == TT_BLOCK_WHOLE && block->path.n) || block->kind > TT_BLOCK_WHOLE)
        return;
    line = path = tt_trim(tt_str_sub(code, 0, (size_t)(nl - code.p)));
    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]) && !comment; i++)
        comment = tt_skip(&path, signs[i]);
    if (tt_str_ends(path, TT_STR("*/")))
        path.n -= 2;
    if (!comment || !tt_path_in_line(path, &path, &weak) || (weak && !tt_lang_for_path(path)) ||
        (job->view.text.n && memmem(job->view.text.p, job->view.text.n, line.p, line.n)))
        return;
    if (block->kind == TT_BLOCK_WHOLE) {
        block->path = path;
        block->weak_path = weak;
    } else if (tt_path_fit(job->in->path, path) != TT_PATH_SAME ||
               tt_str_starts(job->view.text, block->reading[0].old)) {
        return; /* at the top of a file it may be meant */
    }
    for (size_t i = 0; i < block->n_readings; i++) {
        tt_str *new = &block->reading[i].new;

        if (tt_str_starts(*new, tt_str_sub(code, 0, (size_t)(nl - code.p) + 1)))
            *new = tt_str_sub(*new, (size_t)(nl - code.p) + 1, new->n);
    }
}

/* ---- what stands in for code ---- */

/* The new text has "\n" spelled out where its lines should end: all of it is in
 * one line, and pieces of it are lines of the old text. */
static bool is_escaped_twice(const struct tt_block *block)
{
    tt_str old = block->reading[0].old, new = block->reading[0].new;
    const char *spelled;
    size_t n = 0;

    if (tt_lines_count(old) < 2 || tt_lines_count(new) > 1 || memmem(old.p, old.n, "\\n", 2))
        return false;
    for (; new.n && (spelled = memmem(new.p, new.n, "\\n", 2)); n++) {
        tt_str piece = tt_trim(tt_str_sub(new, 0, (size_t)(spelled - new.p)));

        if (n > 0 && piece.n > 2 && memmem(old.p, old.n, piece.p, piece.n))
            return true;
        new = tt_str_sub(new, (size_t)(spelled - new.p) + 2, new.n);
    }
    return n > 1 && tt_trim(new).n > 2 && memmem(old.p, old.n, tt_trim(new).p, tt_trim(new).n);
}

static int check_placeholders(struct tt_job_edit *job)
{
    bool python = job->in->lang && tt_str_eq(tt_lang_name(job->in->lang), TT_STR("python"));

    for (size_t i = 0; i < job->n_blocks; i++) {
        tt_str new = job->blocks[i].reading[0].new;
        tt_str found = job->blocks[i].kind == TT_BLOCK_MOVE
                           ? (tt_str){ NULL, 0 }
                           : tt_placeholder_find(job->view.text, new, python);

        if (is_escaped_twice(&job->blocks[i]))
            return tt_plan_refuse(job, TT_EDIT_UNREADABLE,
                                  TT_STR("The answer spells its line ends out (\"\\n\") instead "
                                         "of having lines; nothing was changed."),
                                  TT_STR("The new text was escaped twice: answer again with real "
                                         "line ends in it."));
        if (!found.n)
            continue;
        tt_str reason = tt_arena_printf(
            job->arena,
            "The answer leaves code out (\"%.*s\") instead of showing it; nothing was changed.",
            TT_STR_ARG(tt_str_sub(found, 0, 120)));
        return reason.p ? tt_plan_refuse(job, TT_EDIT_PLACEHOLDER, reason,
                                         TT_STR("Write out every line; no comment may stand for "
                                                "code that is left out."))
                        : TT_ENOMEM;
    }
    return 0;
}

/* ---- from blocks to the finished text ---- */

static const struct tt_block *first_of(const struct tt_job_edit *job, enum tt_block_kind kind)
{
    for (size_t i = 0; i < job->n_blocks; i++) {
        if (job->blocks[i].kind == kind)
            return &job->blocks[i];
    }
    return NULL;
}

static bool is_empty_text(const struct tt_job_edit *job)
{
    for (size_t i = 0; i < job->view.n; i++) {
        if (!tt_is_blank(tt_view_line(&job->view, i)))
            return false;
    }
    return true;
}

/* The only block of this kind, by name before those without; NULL: no certain one. */
static const struct tt_block *only_whole(const struct tt_job_edit *job)
{
    const struct tt_block *named = NULL, *plain = NULL;
    size_t n_named = 0, n_plain = 0;

    for (size_t i = 0; i < job->n_blocks; i++) {
        if (job->blocks[i].path.n) {
            named = &job->blocks[i];
            n_named++;
        } else {
            plain = &job->blocks[i];
            n_plain++;
        }
    }
    return n_named == 1 ? named : n_named == 0 && n_plain == 1 ? plain : NULL;
}

static int refuse_file_act(struct tt_job_edit *job, const char *act)
{
    tt_str reason =
        tt_arena_printf(job->arena, "The answer wants to %s; nothing was changed.", act);

    return reason.p ? tt_plan_refuse(job, TT_EDIT_OUT_OF_BOUNDS, reason,
                                     TT_STR("Change the text of the existing file only; do not "
                                            "create, delete or rename files."))
                    : TT_ENOMEM;
}

static int add_changes(struct tt_job_edit *job, const struct tt_piece *pieces, size_t n)
{
    job->changes = tt_arena_array(job->arena, n, sizeof(*job->changes));
    if (!job->changes)
        return TT_ENOMEM;
    for (size_t i = 0; i < n; i++)
        job->changes[i] = (struct tt_text_edit){ pieces[i].range, pieces[i].text };
    job->n_changes = n;
    return 0;
}

static int place_blocks(struct tt_job_edit *job, struct tt_range scope)
{
    struct tt_placement *pl = calloc(1, sizeof(*pl));
    int err = pl ? tt_place_blocks(&job->view, job->blocks, job->n_blocks, scope, job->arena, pl)
                 : TT_ENOMEM;

    if (!err && pl->why != TT_PLACE_FOUND)
        err = tt_explain_placement(job, pl);
    else if (!err)
        err = add_changes(job, pl->pieces, pl->n_pieces);
    free(pl);
    return err;
}

/* A block that creates the text of an empty file: "+" lines, an empty SEARCH, "create". */
static const struct tt_block *creates(const struct tt_job_edit *job)
{
    const struct tt_block *block = job->n_blocks == 1 ? &job->blocks[0] : NULL;

    if (!block || !is_empty_text(job))
        return NULL;
    if (block->kind == TT_BLOCK_CREATE || (block->kind == TT_BLOCK_WHOLE && !block->unfenced))
        return block;
    return (block->kind == TT_BLOCK_LINES || block->kind == TT_BLOCK_BYTES) &&
                   block->reading[0].old.n == 0
               ? block
               : NULL;
}

/* What the answer comes to, in the view. */
static int find_changes(struct tt_job_edit *job, struct tt_range scope)
{
    const struct tt_block *create = creates(job), *whole;
    struct tt_piece piece = { { 0, (uint32_t)job->view.text.n }, { NULL, 0 }, 0 };
    int err;

    if (create) {
        piece.text = create->reading[0].new;
        return add_changes(job, &piece, 1);
    }
    if (first_of(job, TT_BLOCK_DELETE))
        return refuse_file_act(job, "delete the file");
    if (first_of(job, TT_BLOCK_MOVE))
        return refuse_file_act(job, "rename the file");
    if (first_of(job, TT_BLOCK_CREATE))
        return refuse_file_act(job, "create a file that exists already");
    if (!first_of(job, TT_BLOCK_WHOLE))
        return place_blocks(job, scope);
    whole = only_whole(job);
    if (!whole)
        return tt_plan_refuse(
            job, TT_EDIT_UNREADABLE,
            TT_STR("The answer has several pieces of code and does not say which is meant."),
            TT_STR("Answer with one code block only: the whole region, rewritten."));
    piece.range = job->region;
    err = tt_region_rewrite(job, whole, &piece.text);
    return err || job->decided ? err : add_changes(job, &piece, 1);
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
    if (!err && !job->decided && first_of(job, TT_BLOCK_WHOLE) && job->in->before.n)
        err = tt_region_check_loss(job);
    if (!err && (!job->decided || job->plan->held))
        err = tt_judge_syntax(job);
    if (!err)
        err = tt_plan_refuse(job, TT_EDIT_READY, TT_STR("The edit fits the file."), TT_STR(""));
    return err;
}

/* Fenced shell commands are to be run, and a fenced diff is no code, unless the
 * file is such a thing itself. */
static void leave_out_others(const struct tt_job_edit *job, struct tt_answer *a)
{
    static const char *const endings[] = { ".sh",   ".bash", ".zsh", ".ksh",
                                           ".bats", ".ps1",  ".bat", ".cmd" };
    const struct tt_edit_input *in = job->in;
    bool script = in->lang && tt_str_is(tt_lang_name(in->lang), "bash");
    bool patch = tt_str_ends(in->path, TT_STR(".diff")) || tt_str_ends(in->path, TT_STR(".patch"));
    size_t kept = 0;

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
        script |= tt_str_ends(in->path, tt_str_from(endings[i]));
    for (size_t i = 0; i < a->n; i++) {
        if ((script || !a->blocks[i].commands) && (patch || !a->blocks[i].changes))
            a->blocks[kept++] = a->blocks[i];
    }
    a->n = kept;
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
    leave_out_others(job, &answer);
    if (job->in->so_far && answer.state == TT_ANSWER_UNFINISHED &&
        answer.format == TT_FORMAT_SEARCH_REPLACE)
        answer.state = TT_ANSWER_COMPLETE; /* blocks are listed when their end mark came */
    if (answer.state != TT_ANSWER_COMPLETE || answer.n == 0 || answer.n > MAX_BLOCKS)
        return refuse_answer(job, &answer);
    for (size_t i = 0; i < answer.n; i++)
        name_by_comment(job, &answer.blocks[i]);
    err = choose_blocks(job, &answer);
    if (!err && !job->decided)
        err = check_placeholders(job);
    if (!err && !job->decided)
        err = find_changes(job, scope);
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
