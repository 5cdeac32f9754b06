/* fix_check.h -- whether a rewrite may be offered at a place. */
#ifndef TT_ANALYSIS_FIX_CHECK_H
#define TT_ANALYSIS_FIX_CHECK_H

#include "trimtab/range.h"
#include "trimtab/str.h"

#include <tree_sitter/api.h>

/* False when a line that an edit touches holds what the grammar did not understand (then the
 * code there may not be what the tree says), or when an edit would make one word of two.
 * `root` is of the tree of `bytes`. */
bool fix_stands(TSNode root, tt_str bytes, const struct tt_text_edit *edits, size_t n);

#endif
