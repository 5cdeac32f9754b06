/* guard_trees.h -- the inside of a guard; for guard*.c. */
#ifndef TT_GUARD_TREES_H
#define TT_GUARD_TREES_H

#include "syntax/guard.h"

#include <tree_sitter/api.h>

struct tt_guard {
    const struct tt_lang *lang;
    tt_str before, after;             /* borrowed */
    const struct tt_text_edit *edits; /* borrowed */
    size_t n_edits;
    TSTree *old, *new; /* owned */
    uint8_t *kinds;    /* owned: what guard_leaves.c knows of each symbol; NULL: not asked yet */
    uint32_t n_kinds;
};

#endif
