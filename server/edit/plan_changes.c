/* plan_changes.c -- what the blocks of an answer come to: blocks that are placed,
 * a region or a new file written whole, and acts on files, which are refused. */
#include "edit/parse.h"
#include "edit/plan.h"
#include "trimtab/error.h"

#include <stdlib.h>

bool tt_plan_has(const struct tt_job_edit *job, enum tt_block_kind kind)
{
    for (size_t i = 0; i < job->n_blocks; i++) {
        if (job->blocks[i].kind == kind)
            return true;
    }
    return false;
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
int tt_plan_find_changes(struct tt_job_edit *job, struct tt_range scope)
{
    const struct tt_block *create = creates(job), *whole;
    struct tt_piece piece = { { 0, (uint32_t)job->view.text.n }, { NULL, 0 }, 0 };
    int err;

    if (create) {
        piece.text = create->reading[0].new;
        return add_changes(job, &piece, 1);
    }
    if (tt_plan_has(job, TT_BLOCK_DELETE))
        return refuse_file_act(job, "delete the file");
    if (tt_plan_has(job, TT_BLOCK_MOVE))
        return refuse_file_act(job, "rename the file");
    if (tt_plan_has(job, TT_BLOCK_CREATE))
        return refuse_file_act(job, "create a file that exists already");
    if (!tt_plan_has(job, TT_BLOCK_WHOLE))
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
