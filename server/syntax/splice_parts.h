/* splice_parts.h -- what the files splice*.c share; for them only.
 *
 *   splice_chain.c  going through the items of a root, and making nodes
 *   splice_join.c   the tree with what came out of a part
 *   splice.c        the part: which, and one after the other
 */
#ifndef TT_SYNTAX_SPLICE_PARTS_H
#define TT_SYNTAX_SPLICE_PARTS_H

#include "syntax/splice.h"

#include <tree-sitter/lib/src/tree.h>

#define DEPTH_MAX 48u /* of links; a balanced chain of all statements has 20 */
#define AFTER_MAX 3u  /* neighbours behind */

/* The symbol of the links, and the state of the parser behind an item. */
struct chain {
    const TSLanguage *language;
    TSSymbol link;
    TSStateId behind;
};

struct place {
    Subtree node[DEPTH_MAX]; /* [0] is the root; borrowed */
    uint32_t index[DEPTH_MAX];
    uint32_t depth;
    bool lost; /* it would have been deeper */
};

struct neighbour {
    struct place at;
    Length offset;
};

struct tt_splice {
    const TSTree *tree;
    TSTree *part; /* owned: the old tree of the part */
    struct chain chain;
    struct place first; /* of the part */
    Length from;
    uint32_t size; /* of the part, in bytes */
    struct neighbour before, after[AFTER_MAX];
    uint32_t n_after;
    bool has_before; /* else the part begins where the text does */
    bool to_end;     /* of the text */
};

/* --- splice_chain.c --------------------------------------------------------- */

const Subtree *tt_chain_child(Subtree node, uint32_t i);
/* Does the parser stand behind it as behind a link, or as if it were not there? */
bool tt_chain_is_unit(const struct chain *chain, Subtree node);
/* Parsed in one way, without an error, and as it was. */
bool tt_chain_is_sure(const struct chain *chain, Subtree node);
/* False: the root has none. */
bool tt_chain_find(const TSTree *tree, struct chain *chain);

Subtree tt_chain_item(const struct place *place);
bool tt_chain_begin(const struct chain *chain, struct place *place, Subtree root);
bool tt_chain_next(const struct chain *chain, struct place *place);
bool tt_chain_previous(const struct chain *chain, struct place *place);
/* Where it begins, with the space in front of it. */
Length tt_chain_offset(const struct place *place);
/* The first item that an edit touched. */
bool tt_chain_changed(const struct chain *chain, Subtree root, struct place *place);

void tt_chain_push(SubtreeArray *array, Subtree node); /* takes it */
void tt_chain_share(SubtreeArray *array, Subtree node);
/* A node that is never reused as a whole.  Takes its children. */
Subtree tt_chain_node(const struct chain *chain, TSSymbol symbol, uint16_t production,
                      SubtreeArray *children);
/* A node like `old` with other children, which it takes. */
Subtree tt_chain_node_like(const struct chain *chain, Subtree old, SubtreeArray *children);

#endif
