/* guard_trees.h -- the inside of a guard; for guard*.c. */
#ifndef TT_GUARD_TREES_H
#define TT_GUARD_TREES_H

#include "syntax/guard.h"

#include <tree_sitter/api.h>

/* A piece of the file that was parsed alone, between nodes of the top level. */
struct tt_window {
    struct tt_range before, after;
};

#define TT_MAX_WINDOWS 8u

struct tt_guard {
    const struct tt_lang *lang;
    tt_str before, after;             /* borrowed */
    const struct tt_text_edit *edits; /* borrowed */
    size_t n_edits;
    TSTree *old, *new;                        /* owned */
    struct tt_window windows[TT_MAX_WINDOWS]; /* what `new` holds, in order; outside of
                                                 them everything is as it was */
    size_t n_windows;                         /* 0: `new` is of the whole text */
    uint8_t *kinds; /* owned: what guard_leaves.c knows of each symbol; NULL: not asked yet */
    uint32_t n_kinds;
};

/* Parse only the statements of the top level that the edits touch, with one more
 * on either side.  true: `new` is their tree, free of errors, and what is around
 * them parses as it did.  false: it cannot be known this way. */
bool tt_guard_parse_windows(struct tt_guard *guard, TSParser *parser, TSInput input,
                            TSParseOptions options);

/* guard_signs.c: the first sign among what the edits put in that does not belong
 * into code, or that turns the order of reading; where it stands in `after`. */
bool tt_guard_find_sign(const struct tt_guard *guard, uint32_t *code, struct tt_range *place);

/* Move the point over text[from, to). */
TSPoint tt_guard_advance(TSPoint point, tt_str text, size_t from, size_t to);

#endif
