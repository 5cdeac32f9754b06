/* noise_steps.h -- what noise.c, noise_sides.c and noise_renames.c share. */
#ifndef TT_EDIT_NOISE_STEPS_H
#define TT_EDIT_NOISE_STEPS_H

#include "edit/plan.h"
#include "syntax/guard.h"

/* The leaves of a piece of text, comments apart from code. */
struct tt_side {
    tt_str text; /* all of it: the file before or after */
    struct tt_leaves all;
    struct tt_leaf *code, *comments; /* in the arena */
    size_t n_code, n_comments;
};

/* A name that stands where another one stood, in hunks that differ in names only. */
struct tt_rename {
    tt_str from, to;
    bool declared, bad;
    size_t uses;
};

struct tt_marker {
    struct tt_job_edit *job;
    struct tt_guard *guard;
    struct tt_rename *renames; /* owned: malloc */
    size_t n_renames, cap;
};

/* ---- noise_sides.c ---- */

/* The leaves of a range before and of one after.  TT_ENOMEM. */
int tt_sides_read(const struct tt_marker *m, struct tt_range before, struct tt_range after,
                  struct tt_side *old, struct tt_side *new);
tt_str tt_side_text(const struct tt_side *s, const struct tt_leaf *leaf);
bool tt_side_has_error(const struct tt_side *s);
bool tt_sides_same_code(const struct tt_side *old, const struct tt_side *new);
/* Comments as words: how they are broken into lines does not count. */
bool tt_sides_same_comments(const struct tt_side *old, const struct tt_side *new);
/* A comment that a tool obeys: changing it changes what happens. */
bool tt_side_has_directive(const struct tt_side *s);

/* ---- noise_renames.c ---- */

/* Do the sides differ in names only?  With `note`, the pairs are remembered. */
bool tt_renames_only(struct tt_marker *m, const struct tt_side *old, const struct tt_side *new,
                     bool note, int *err);
/* Which of the remembered pairs are renames: the others become bad.  TT_ENOMEM. */
int tt_renames_check(struct tt_marker *m);
/* Is every name that differs a rename that is not bad? */
bool tt_renames_good(const struct tt_marker *m, const struct tt_side *old,
                     const struct tt_side *new);

#endif
