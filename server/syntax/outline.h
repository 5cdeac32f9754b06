/* outline.h -- the definition round a place: function, method, class, table.
 *
 * What an edit is asked for is a cursor or a few selected lines; what it may
 * change is the definition that holds them.
 */
#ifndef TT_SYNTAX_OUTLINE_H
#define TT_SYNTAX_OUTLINE_H

#include "trimtab/range.h"

struct tt_lang;
struct TSTree;

/* The smallest definition whose range holds `at` (a cursor is an empty range),
 * with its decorators and annotations.  False when there is none, or no tree. */
bool tt_outline_definition(const struct tt_lang *lang, const struct TSTree *tree,
                           struct tt_range at, struct tt_range *out);

/* The smallest statement or member that holds `at`: what a cursor means when
 * it stands outside every definition.  False when there is none, or no tree. */
bool tt_outline_statement(const struct TSTree *tree, struct tt_range at, struct tt_range *out);

/* As above, and of a statement with a body (a function, a loop) only what stands
 * before the body.  False where the statement is broken: its end is a guess. */
bool tt_outline_statement_head(const struct TSTree *tree, struct tt_range at, struct tt_range *out);

#endif
