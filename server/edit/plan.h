/* plan.h -- the inside of a plan; for the files of edit/ that build one. */
#ifndef TT_EDIT_PLAN_H
#define TT_EDIT_PLAN_H

#include "edit/answer.h"
#include "edit/place.h"
#include "edit/view.h"
#include "text/diff.h"
#include "trimtab/edit.h"

struct tt_edit_plan {
    struct tt_arena arena; /* all that is below */
    enum tt_verdict verdict;
    enum tt_edit_format format;
    bool held;
    size_t answer_from; /* bytes of thoughts in front of the answer */
    bool lone_end;      /* and only their end had a tag */
    tt_str warning, reason, advice;
    struct tt_text_edit *edits;
    size_t n_edits;
    struct tt_edit_hunk *hunks;
    size_t n_hunks;
    struct tt_edit_candidate *candidates;
    size_t n_candidates;
    tt_str *skipped;
    size_t n_skipped;
};

/* What the steps of one call share. */
struct tt_job_edit {
    const struct tt_edit_input *in;
    struct tt_edit_plan *plan;
    struct tt_arena *arena; /* the plan's */
    struct tt_view view;
    tt_str answer;           /* with secrets put back */
    struct tt_block *blocks; /* those for this file */
    size_t n_blocks;
    struct tt_range region;   /* of the view, whole lines: what a rewrite replaces */
    struct tt_range *allowed; /* of `before`, widened to lines */
    size_t n_allowed;
    struct tt_text_edit *changes; /* of the view: what the answer comes to */
    size_t n_changes;
    tt_str after;
    struct tt_diff diff;
    bool decided; /* the verdict stands */
};

/* Set the verdict and the two sentences, once.  Always returns 0, or TT_ENOMEM. */
int tt_plan_refuse(struct tt_job_edit *job, enum tt_verdict verdict, tt_str reason, tt_str advice);

/* plan_blocks.c: leave out what is no edit of this file at all: shell commands that
 * are to be run, and a diff that is shown. */
void tt_plan_leave_out_others(const struct tt_job_edit *job, struct tt_answer *a);
/* plan_blocks.c: job->blocks become those for this file; the others are listed as
 * skipped.  A comment that names the file is taken off the code in `a`. */
int tt_plan_choose_blocks(struct tt_job_edit *job, struct tt_answer *a);

/* plan_text.c: refuse new text that is no code as it stands. */
int tt_plan_check_text(struct tt_job_edit *job);

/* plan_changes.c: job->changes become what the blocks come to; `scope` is a range of
 * the view. */
int tt_plan_find_changes(struct tt_job_edit *job, struct tt_range scope);
/* plan_changes.c: is any block of this kind? */
bool tt_plan_has(const struct tt_job_edit *job, enum tt_block_kind kind);

/* explain.c: the sentences for a block that has no certain place. */
int tt_explain_placement(struct tt_job_edit *job, const struct tt_placement *placement);

/* region.c: what becomes of the region when it is rewritten. */
int tt_region_rewrite(struct tt_job_edit *job, const struct tt_block *block, tt_str *out);
/* region.c: how many lines a rewrite loses, in percent of the region. */
int tt_region_check_loss(struct tt_job_edit *job);

/* judge.c: bounds, syntax and noise of the finished diff. */
int tt_judge_bounds(struct tt_job_edit *job);
int tt_judge_syntax(struct tt_job_edit *job);

#endif
