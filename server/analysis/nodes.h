/* nodes.h -- small questions about syntax nodes, for predicates and signals. */
#ifndef TT_ANALYSIS_NODES_H
#define TT_ANALYSIS_NODES_H

#include "syntax/query.h"

bool node_is(TSNode node, const char *type);
/* `types`: names separated by blanks; a literal, because its address stands for it where
 * answers are remembered.  node_is_one for others. */
#define node_is_any(node, types) node_is_any_literal(node, "" types)
bool node_is_any_literal(TSNode node, const char *types);
bool node_is_one(TSNode node, const char *types);
/* As tree-sitter's own, but a null node has no children and no fields. */
TSNode node_field(TSNode node, const char *field);
TSNode node_named(TSNode node, uint32_t i);
uint32_t node_named_count(TSNode node);
TSNode node_parent(TSNode node);
/* The nearest one above (or the node itself with `self`); null when there is none. */
TSNode node_above(TSNode node, const char *types, bool self);

/* The nearest function, method, closure or lambda around the node. */
TSNode node_function(TSNode node);
/* Is that function async?  false when there is none. */
bool node_in_async(TSNode node);

/* Is the slice one of the words, separated by blanks? */
bool str_in(tt_str s, const char *words);

/* From the start of the first line to the end of the last one. */
struct tt_range str_lines(tt_str bytes, struct tt_range range);

/* "unitPrice", "UNIT_PRICE" and "unit-price" have the words unit and price:
 * is any of them in the list (lower case, separated by blanks)? */
bool name_has_word(tt_str name, const char *words);

/* Visit the node and all below it, in the order of the text, until `visit`
 * says false; it may say not to go into a node.  False: it was stopped. */
enum walk { WALK_ON, WALK_SKIP, WALK_STOP };
bool node_walk(TSNode node, enum walk (*visit)(void *arg, TSNode node), void *arg);

/* Is the node a function of its own? */
bool node_is_function(TSNode node);

#endif
