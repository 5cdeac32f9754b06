/* region_lines.h -- what region.c and region_check.c share. */
#ifndef TT_EDIT_REGION_LINES_H
#define TT_EDIT_REGION_LINES_H

#include "edit/plan.h"

/* The white space that all lines have in front which are not blank. */
tt_str tt_region_indent(const struct tt_line_keys *keys);
/* How many lines at the border are blank. */
size_t tt_region_blanks_above(const struct tt_line_keys *keys);
size_t tt_region_blanks_below(const struct tt_line_keys *keys);
/* The first line that is not blank, trimmed; empty: none. */
tt_str tt_region_first_line(const struct tt_line_keys *keys);

/* Keys of the lines of this text that are not blank, white space around them aside,
 * in the order of the text, in the arena; with `code_only` without comments. */
int tt_region_keys(tt_str text, bool code_only, struct tt_arena *arena, uint64_t **out, size_t *n);
/* For qsort and bsearch. */
int tt_region_key_order(const void *a, const void *b);

/* region_check.c: what must be certain before code takes the place of a region that
 * has any; refuses, or returns 0. */
int tt_region_check_code(struct tt_job_edit *job, const struct tt_block *block, tt_str region);

#endif
