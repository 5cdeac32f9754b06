/* plan_blocks.c -- which blocks of an answer are for this file.
 *
 * An answer may name other files, by a path, by a name in prose, or by a comment
 * above the code, and may hold shell commands: these are left out. */
#include "edit/parse.h"
#include "edit/paths.h"
#include "edit/plan.h"
#include "syntax/lang.h"
#include "trimtab/error.h"

/* Fenced shell commands are to be run, and a fenced diff is no code, unless the
 * file is such a thing itself. */
void tt_plan_leave_out_others(const struct tt_job_edit *job, struct tt_answer *a)
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

/* ---- by their paths ---- */

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

int tt_plan_choose_blocks(struct tt_job_edit *job, struct tt_answer *a)
{
    const struct tt_edit_input *in = job->in;
    tt_str alias = { NULL, 0 };
    int err = 0;

    for (size_t i = 0; i < a->n; i++)
        name_by_comment(job, &a->blocks[i]);
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
