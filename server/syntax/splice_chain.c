/* splice_chain.c -- see splice_parts.h: going through the items of a root, and making nodes. */
#include "syntax/splice_parts.h"

#include <stdlib.h>
#include <tree-sitter/lib/src/alloc.h>

#define START ((TSStateId)1)

const Subtree *tt_chain_child(Subtree node, uint32_t i)
{
    return &ts_subtree_children(node)[i];
}

bool tt_chain_is_unit(const struct chain *chain, Subtree node)
{
    return ts_subtree_extra(node) ||
           ts_language_next_state(chain->language, START, ts_subtree_symbol(node)) == chain->behind;
}

static bool is_link(const struct chain *chain, Subtree node)
{
    uint32_t n = ts_subtree_child_count(node);

    if (!n || ts_subtree_symbol(node) != chain->link || ts_subtree_production_id(node))
        return false;
    for (uint32_t i = 0; i < n; i++) {
        if (!tt_chain_is_unit(chain, *tt_chain_child(node, i)))
            return false;
    }
    return true;
}

/* A repetition of enough to hold one of its own kind. */
static bool is_chain(Subtree node)
{
    if (!ts_subtree_is_repetition(node))
        return false;
    for (uint32_t i = 0; i < ts_subtree_child_count(node); i++) {
        if (ts_subtree_symbol(*tt_chain_child(node, i)) == ts_subtree_symbol(node))
            return true;
    }
    return false;
}

bool tt_chain_find(const TSTree *tree, struct chain *chain)
{
    for (uint32_t i = 0; i < ts_subtree_child_count(tree->root); i++) {
        Subtree node = *tt_chain_child(tree->root, i);

        if (!is_chain(node))
            continue;
        chain->language = tree->language;
        chain->link = ts_subtree_symbol(node);
        chain->behind = ts_language_next_state(tree->language, START, chain->link);
        return chain->behind && is_link(chain, node);
    }
    return false;
}

Subtree tt_chain_item(const struct place *place)
{
    return *tt_chain_child(place->node[place->depth - 1], place->index[place->depth - 1]);
}

static bool enter(struct place *place, Subtree node, uint32_t index)
{
    if (place->depth == DEPTH_MAX) {
        place->lost = true;
        return false;
    }
    place->node[place->depth] = node;
    place->index[place->depth++] = index;
    return true;
}

/* From a link to the first or last item below it. */
static bool descend(const struct chain *chain, struct place *place, bool last)
{
    for (;;) {
        Subtree node = tt_chain_item(place);

        if (!is_link(chain, node))
            return true;
        if (!enter(place, node, last ? ts_subtree_child_count(node) - 1 : 0))
            return false;
    }
}

bool tt_chain_next(const struct chain *chain, struct place *place)
{
    while (place->depth) {
        uint32_t *index = &place->index[place->depth - 1];

        if (*index + 1 < ts_subtree_child_count(place->node[place->depth - 1])) {
            ++*index;
            return descend(chain, place, false);
        }
        place->depth--;
    }
    return false;
}

bool tt_chain_previous(const struct chain *chain, struct place *place)
{
    while (place->depth) {
        uint32_t *index = &place->index[place->depth - 1];

        if (*index) {
            --*index;
            return descend(chain, place, true);
        }
        place->depth--;
    }
    return false;
}

bool tt_chain_begin(const struct chain *chain, struct place *place, Subtree root)
{
    place->depth = 0;
    place->lost = false;
    return ts_subtree_child_count(root) && enter(place, root, 0) && descend(chain, place, false);
}

Length tt_chain_offset(const struct place *place)
{
    Length offset = length_zero();

    for (uint32_t level = 0; level < place->depth; level++) {
        for (uint32_t i = 0; i < place->index[level]; i++)
            offset =
                length_add(offset, ts_subtree_total_size(*tt_chain_child(place->node[level], i)));
    }
    return offset;
}

bool tt_chain_changed(const struct chain *chain, Subtree root, struct place *place)
{
    Subtree node = root;

    place->depth = 0;
    place->lost = false;
    do {
        uint32_t n = ts_subtree_child_count(node), i = 0;

        while (i < n && !ts_subtree_has_changes(*tt_chain_child(node, i)))
            i++;
        if (i == n || !enter(place, node, i))
            return false;
        node = tt_chain_item(place);
    } while (is_link(chain, node));
    return true;
}

bool tt_chain_is_sure(const struct chain *chain, Subtree node)
{
    return ts_subtree_child_count(node) && !ts_subtree_extra(node) &&
           tt_chain_is_unit(chain, node) && !ts_subtree_is_fragile(node) &&
           !ts_subtree_error_cost(node);
}

void tt_chain_push(SubtreeArray *array, Subtree node)
{
    if (array->size == array->capacity) {
        array->capacity = array->capacity ? array->capacity * 2 : 8;
        array->contents = ts_realloc(array->contents, array->capacity * sizeof(Subtree));
    }
    array->contents[array->size++] = node;
}

void tt_chain_share(SubtreeArray *array, Subtree node)
{
    ts_subtree_retain(node);
    tt_chain_push(array, node);
}

Subtree tt_chain_node(const struct chain *chain, TSSymbol symbol, uint16_t production,
                      SubtreeArray *children)
{
    MutableSubtree node = ts_subtree_new_node(symbol, children, production, chain->language);

    node.ptr->fragile_left = node.ptr->fragile_right = true;
    node.ptr->parse_state = TS_TREE_STATE_NONE;
    for (uint32_t i = 0; i < node.ptr->child_count; i++)
        node.ptr->has_changes |= ts_subtree_has_changes(ts_subtree_children(node)[i]);
    return ts_subtree_from_mut(node);
}

Subtree tt_chain_node_like(const struct chain *chain, Subtree old, SubtreeArray *children)
{
    return tt_chain_node(chain, ts_subtree_symbol(old), ts_subtree_production_id(old), children);
}
