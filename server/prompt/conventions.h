/* conventions.h -- how this file is written: what a model should keep to.
 *
 * A few short lines for the prompt (tt_prompt_input.conventions), read off the
 * lines round the target: indentation, quotes, the end of statements, naming,
 * and how the neighbours report errors and write their log.  What the lines do
 * not clearly show is not said.
 */
#ifndef TT_PROMPT_CONVENTIONS_H
#define TT_PROMPT_CONVENTIONS_H

#include "base/arena.h"
#include "trimtab/range.h"

#define TT_CONVENTIONS_MAX 10

/* `language` is a name of syntax/languages.def ("python"); may be empty.
 * Returns how many lines were written to `out`; their texts live in `arena`.
 * Looks at no more than 64 KiB on each side of the target. */
size_t tt_conventions_find(tt_str document, struct tt_range target, tt_str language,
                           struct tt_arena *arena, tt_str out[TT_CONVENTIONS_MAX]);

#endif
