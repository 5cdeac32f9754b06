/* diff_tokens.h -- the pieces of a changed block, by token; part of diff. */
#ifndef TT_DIFF_TOKENS_H
#define TT_DIFF_TOKENS_H

#include "text/diff.h"

/* Where a diff of identifiers, numbers, white space and signs saves enough
 * over replacing the block, *pieces and *n are set to its edits, in the arena,
 * sorted and disjoint; otherwise they stay as they are.  TT_ENOMEM. */
int tt_diff_tokens(tt_str before, tt_str after, const struct tt_diff_hunk *hunk,
                   struct tt_arena *arena, struct tt_text_edit **pieces, size_t *n);

#endif
