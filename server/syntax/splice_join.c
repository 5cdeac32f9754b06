/* splice_join.c -- the tree with what came out of a part, see splice.c. */
#include "syntax/splice_parts.h"

#include <tree-sitter/lib/src/alloc.h>

/* --- what came of it ------------------------------------------------------ */

/* Going through the items of the parsed part. */
struct reading {
    struct place at;
    Length position; /* in the text */
    Subtree token;   /* the last one of the scanner before it; NULL */
    bool over;
};

static void read_on(const struct chain *chain, struct reading *r)
{
    Subtree node = tt_chain_item(&r->at);

    if (ts_subtree_has_external_tokens(node))
        r->token = ts_subtree_last_external_token(node);
    r->position = length_add(r->position, ts_subtree_total_size(node));
    r->over = !tt_chain_next(chain, &r->at);
}

static Subtree token_before(const struct place *place)
{
    for (uint32_t level = place->depth; level-- > 0;) {
        for (uint32_t i = place->index[level]; i-- > 0;) {
            Subtree node = *tt_chain_child(place->node[level], i);

            if (ts_subtree_has_external_tokens(node))
                return ts_subtree_last_external_token(node);
        }
    }
    return NULL_SUBTREE;
}

static bool equal_length(Length a, Length b)
{
    return a.bytes == b.bytes && a.extent.row == b.extent.row && a.extent.column == b.extent.column;
}

/* Is the neighbour what stands here now, with the same parser in front of it? */
static bool is_as_it_was(const struct chain *chain, const struct reading *r,
                         const struct neighbour *neighbour)
{
    Subtree now = tt_chain_item(&r->at), old = tt_chain_item(&neighbour->at);

    return tt_chain_is_sure(chain, now) && ts_subtree_symbol(now) == ts_subtree_symbol(old) &&
           equal_length(r->position, neighbour->offset) &&
           equal_length(ts_subtree_padding(now), ts_subtree_padding(old)) &&
           equal_length(ts_subtree_size(now), ts_subtree_size(old));
}

static bool find_before(const struct tt_splice *s, struct reading *r)
{
    while (!r->over) {
        if (is_as_it_was(&s->chain, r, &s->before)) {
            struct place behind = s->before.at;
            Subtree token;

            read_on(&s->chain, r);
            token = tt_chain_next(&s->chain, &behind) ? token_before(&behind) : NULL_SUBTREE;
            return ts_subtree_external_scanner_state_eq(r->token, token);
        }
        read_on(&s->chain, r);
    }
    return false;
}

/* Is this the end of what is replaced?  Then the neighbour, else NULL. */
static const struct neighbour *reached(const struct tt_splice *s, const struct reading *r)
{
    for (uint32_t i = 0; i < s->n_after; i++) {
        if (is_as_it_was(&s->chain, r, &s->after[i]))
            return ts_subtree_external_scanner_state_eq(r->token, token_before(&s->after[i].at))
                       ? &s->after[i]
                       : NULL;
    }
    return NULL;
}

/* Could another text behind the part have changed this one? */
static bool saw_the_end(const struct tt_splice *s, const struct reading *r)
{
    uint32_t end = r->position.bytes - s->from.bytes +
                   ts_subtree_total_bytes(tt_chain_item(&r->at)) +
                   ts_subtree_lookahead_bytes(tt_chain_item(&r->at));

    return !s->to_end && end >= s->size;
}

static bool ends_text(const SubtreeArray *items)
{
    return ts_subtree_is_eof(items->contents[items->size - 1]);
}

/* In `items`, shared: what takes the place of what stood between the neighbours. */
static bool read_items(const struct tt_splice *s, Subtree root, SubtreeArray *items,
                       const struct neighbour **after)
{
    struct reading r = { .position = s->from };

    if (!tt_chain_begin(&s->chain, &r.at, root) || (s->has_before && !find_before(s, &r)))
        return false;
    *after = NULL;
    while (!r.over && !(*after = reached(s, &r))) {
        Subtree node = tt_chain_item(&r.at);

        if (!(tt_chain_is_unit(&s->chain, node) || (s->to_end && ts_subtree_is_eof(node))) ||
            saw_the_end(s, &r))
            return false;
        tt_chain_share(items, node);
        read_on(&s->chain, &r);
    }
    return !r.at.lost && (*after || (s->to_end && items->size && ends_text(items)));
}

/* --- putting it together -------------------------------------------------- */

/* One child stands for itself; else a link of them all.  Takes what is in it. */
static Subtree link_of(const struct chain *chain, SubtreeArray *children)
{
    Subtree only;

    if (children->size > 1)
        return tt_chain_node(chain, chain->link, 0, children);
    only = children->contents[0];
    ts_free(children->contents);
    return only;
}

static Subtree item_of(const struct place *place)
{
    Subtree item = tt_chain_item(place);

    ts_subtree_retain(item);
    return item;
}

/* What is left of the item at `level` of the path (or right), with that item. */
static Subtree up_to(const struct chain *chain, const struct place *place, uint32_t level)
{
    SubtreeArray children = { 0 };
    Subtree rest;

    if (level == place->depth)
        return item_of(place);
    for (uint32_t i = 0; i < place->index[level]; i++)
        tt_chain_share(&children, *tt_chain_child(place->node[level], i));
    rest = up_to(chain, place, level + 1);
    tt_chain_push(&children, rest);
    return link_of(chain, &children);
}

static Subtree from_on(const struct chain *chain, const struct place *place, uint32_t level)
{
    SubtreeArray children = { 0 };
    Subtree rest;

    if (level == place->depth)
        return item_of(place);
    rest = from_on(chain, place, level + 1);
    tt_chain_push(&children, rest);
    for (uint32_t i = place->index[level] + 1; i < ts_subtree_child_count(place->node[level]); i++)
        tt_chain_share(&children, *tt_chain_child(place->node[level], i));
    return link_of(chain, &children);
}

/* The deepest level at which one node holds both neighbours. */
static uint32_t common_level(const struct place *a, const struct place *b)
{
    uint32_t level = 0;

    while (a->index[level] == b->index[level]) /* they are not the same item */
        level++;
    return level;
}

/* The children of the node at `level` with `items` (taken) between the neighbours. */
static SubtreeArray replaced(const struct chain *chain, const struct place *before,
                             const struct place *after, uint32_t level, SubtreeArray *items)
{
    SubtreeArray children = { 0 };

    if (before) {
        for (uint32_t i = 0; i < before->index[level]; i++)
            tt_chain_share(&children, *tt_chain_child(before->node[level], i));
        tt_chain_push(&children, up_to(chain, before, level + 1));
    }
    for (uint32_t i = 0; i < items->size; i++)
        tt_chain_push(&children, items->contents[i]);
    ts_free(items->contents);
    if (after) {
        tt_chain_push(&children, from_on(chain, after, level + 1));
        for (uint32_t i = after->index[level] + 1; i < ts_subtree_child_count(after->node[level]);
             i++)
            tt_chain_share(&children, *tt_chain_child(after->node[level], i));
    }
    return children;
}

/* The root of these children, the last of which is the end of the text. */
static Subtree root_of(const struct tt_splice *s, SubtreeArray *children)
{
    Subtree end = children->contents[--children->size];
    SubtreeArray two = { 0 };

    tt_chain_push(&two, link_of(&s->chain, children));
    tt_chain_push(&two, end);
    return tt_chain_node_like(&s->chain, s->tree->root, &two);
}

/* The new root; takes `items`. */
static Subtree assemble(const struct tt_splice *s, const struct place *left,
                        const struct place *right, uint32_t level, SubtreeArray *items)
{
    SubtreeArray children = replaced(&s->chain, left, right, level, items);
    Subtree node;

    if (!level)
        return root_of(s, &children);
    node = link_of(&s->chain, &children);
    while (level--) {
        children = (SubtreeArray){ 0 };
        for (uint32_t i = 0; i < ts_subtree_child_count(left->node[level]); i++) {
            if (i == left->index[level])
                tt_chain_push(&children, node);
            else
                tt_chain_share(&children, *tt_chain_child(left->node[level], i));
        }
        node = tt_chain_node_like(&s->chain, left->node[level], &children);
    }
    return node;
}

TSTree *tt_splice_end(struct tt_splice *splice, const TSTree *parsed)
{
    const TSTree *tree = splice->tree;
    const struct neighbour *after;
    SubtreeArray items = { 0 };
    SubtreePool pool;

    if (ts_subtree_symbol(parsed->root) == ts_subtree_symbol(tree->root) &&
        read_items(splice, parsed->root, &items, &after)) {
        const struct place *left = splice->has_before ? &splice->before.at : NULL;
        const struct place *right = after ? &after->at : NULL;
        uint32_t level = left && right ? common_level(left, right) : 0;

        /* the fields of such a root go by the numbers of its children */
        if (level || !ts_subtree_production_id(tree->root))
            return ts_tree_new(assemble(splice, left, right, level, &items), tree->language,
                               tree->included_ranges, tree->included_range_count);
    }
    pool = ts_subtree_pool_new(0);
    ts_subtree_array_delete(&pool, &items);
    ts_subtree_pool_delete(&pool);
    return NULL;
}
