/* anchor.h -- the "@@" lines above a hunk: where it must stand. */
#ifndef TT_EDIT_ANCHOR_H
#define TT_EDIT_ANCHOR_H

#include "edit/answer.h"
#include "edit/ladder.h"

/* Keep the hits (of `n_lines` lines) that have all anchors of the block above
 * or in them, in order. */
void tt_anchor_filter(const struct tt_line_keys *file, const struct tt_block *block, size_t n_lines,
                      struct tt_hits *hits);

/* If exactly one of several hits stands in the indented block below the last
 * anchor, keep that one. */
void tt_anchor_choose(const struct tt_line_keys *file, const struct tt_block *block,
                      struct tt_hits *hits);

/* Does line `at` stand in the indented block below the nearest last anchor? */
bool tt_anchor_is_below(const struct tt_line_keys *file, const struct tt_block *block, size_t at);

/* Does the last anchor stand in the file once? */
bool tt_anchor_is_unique(const struct tt_line_keys *file, const struct tt_block *block);

#endif
