/* plan_text.c -- new text that is no code as it stands: its line ends are spelled
 * out, or a comment stands for code that it does not show. */
#include "edit/parse.h"
#include "edit/placeholder.h"
#include "edit/plan.h"
#include "syntax/lang.h"
#include "trimtab/error.h"

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

static int check_line_ends(struct tt_job_edit *job, const struct tt_block *block)
{
    if (!is_escaped_twice(block))
        return 0;
    return tt_plan_refuse(job, TT_EDIT_UNREADABLE,
                          TT_STR("The answer spells its line ends out (\"\\n\") instead "
                                 "of having lines; nothing was changed."),
                          TT_STR("The new text was escaped twice: answer again with real "
                                 "line ends in it."));
}

static int check_placeholders(struct tt_job_edit *job, const struct tt_block *block)
{
    bool python = job->in->lang && tt_str_eq(tt_lang_name(job->in->lang), TT_STR("python"));
    tt_str found, reason;

    if (block->kind == TT_BLOCK_MOVE)
        return 0;
    found = tt_placeholder_find(job->view.text, block->reading[0].new, python);
    if (!found.n)
        return 0;
    reason = tt_arena_printf(
        job->arena,
        "The answer leaves code out (\"%.*s\") instead of showing it; nothing was changed.",
        TT_STR_ARG(tt_str_sub(found, 0, 120)));
    return reason.p ? tt_plan_refuse(job, TT_EDIT_PLACEHOLDER, reason,
                                     TT_STR("Write out every line; no comment may stand for "
                                            "code that is left out."))
                    : TT_ENOMEM;
}

int tt_plan_check_text(struct tt_job_edit *job)
{
    int err = 0;

    for (size_t i = 0; i < job->n_blocks && !err && !job->decided; i++) {
        err = check_line_ends(job, &job->blocks[i]);
        if (!err && !job->decided)
            err = check_placeholders(job, &job->blocks[i]);
    }
    return err;
}
