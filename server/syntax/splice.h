/* splice.h -- parse only what was edited, and put it into the tree of the rest.
 *
 * tree-sitter goes through every statement of a file at each parse, changed or
 * not: in a file of 10,000 lines that is most of what a keystroke costs.  Here
 * the statements that an edit touched are parsed with a few neighbours as a
 * text of their own, and take their place in the old tree; what stands around
 * them is shared, not visited.
 *
 * It is done only where the tree of a whole parse would be the same.  A parse
 * goes from left to right and knows nothing but the states on its stack and the
 * state of its scanner.  Between two statements at the top of a file the stack
 * is always the same one.  So when the neighbour in front comes out as it was,
 * the edited ones are read as the whole parse would read them; and when a
 * neighbour behind comes out as it was, at the same place and with the scanner
 * in the same state, so does all that follows.  Neighbours count only where the
 * parse followed a single way (a node is not "fragile").  In any doubt there is
 * no splice, and the caller parses the whole.
 *
 * For files of syntax/ only.  It uses tree-sitter's own view of its nodes
 * (lib/src/subtree.h), which the lock file pins; test_splice.c compares with
 * whole parses.
 */
#ifndef TT_SPLICE_H
#define TT_SPLICE_H

#include "syntax/grammar.h"

#include <stdint.h>

/* The tree of a text of `size` bytes, which `input` reads.  `old` was edited to fit
 * it, in any number of places: borrowed during the call.  The parser has the language
 * of `old`; a parse that was suspended in it is dropped.
 *
 * NULL: it cannot be done, or the callback of `options` stopped it; parse the whole. */
TSTree *tt_splice_parse(TSParser *parser, const TSTree *old, uint32_t size, TSInput input,
                        TSParseOptions options);

/* --- its steps ------------------------------------------------------------ */

struct tt_splice; /* opaque */

/* What is to be parsed of a text: [from, to), with `old` as its edited old tree. */
struct tt_splice_part {
    uint32_t from, to;
    const TSTree *old; /* owned by the splice */
};

/* Has it a row of statements to put something into?  Not a text that is broken as a
 * whole, and not one of few statements. */
bool tt_splice_possible(const TSTree *tree);

/* `tree` was edited (tt_tree_edit) to fit a text of `size` bytes; borrowed until
 * the end.  The part holds the first of its changes.  NULL: it cannot be done, parse
 * the whole. */
struct tt_splice *tt_splice_begin(const TSTree *tree, uint32_t size, struct tt_splice_part *part);

/* `parsed` is the tree of the part; borrowed.  The tree of the whole text, for
 * the caller, in which changes behind the part are still marked; NULL: it does not
 * fit, parse the whole. */
TSTree *tt_splice_end(struct tt_splice *splice, const TSTree *parsed);

void tt_splice_destroy(struct tt_splice *splice); /* NULL is fine */

#endif
