/* scope.h -- may an edit land where it does? */
#ifndef TT_EDIT_SCOPE_H
#define TT_EDIT_SCOPE_H

#include "base/arena.h"
#include "trimtab/range.h"

/* The ranges widened to whole lines where only white space is left out: whoever
 * selects lines means their line ends too.  In the arena; sorted and disjoint. */
int tt_scope_widen(tt_str before, const struct tt_range *ranges, size_t n, struct tt_arena *arena,
                   struct tt_range **out, size_t *n_out);

/* True when the edit lies in one of the ranges.  An insertion or a removal that
 * can be moved into one with the same result is moved, within (`from`, `to`),
 * the borders set by its neighbours. */
bool tt_scope_fit(tt_str before, const struct tt_range *ranges, size_t n, uint32_t from,
                  uint32_t to, struct tt_text_edit *edit, struct tt_arena *arena);

/* The import block where no syntax tree can tell: whole lines at the top that
 * begin with import, from, use, using, #include, require, package ... */
struct tt_range tt_scope_import_lines(tt_str before);
bool tt_scope_is_import(tt_str line);

#endif
