/* splice.c -- see splice.h.
 *
 * The children of a root form a chain: a repetition is a balanced tree of hidden
 * nodes of one symbol, the links, and what stands between the links are the
 * items (statements, and comments between them).  A place is the path to an item.
 *
 *     ... front before | changed ... | after after ...
 *         ^ the part begins                      ^ and ends
 *
 * `before` must come out of the parse of the part as it was; `front` is there so
 * that `before` is read with something on the stack, as in the whole parse.  The
 * first `after` that comes out as it was ends what is replaced.
 *
 * A part holds the first changes of the text and those that are near to them.  What
 * is changed behind it stays marked in the tree that comes out of the splice, and is
 * the first change of the next one.
 */
#include "syntax/splice_parts.h"

#include <stdlib.h>

#define REACH     24u  /* items to look through for a neighbour */
#define ITEMS_MAX 512u /* of the part; with more there is little to gain */
#define PARTS_MAX 64u  /* of one text; likewise */

/* --- choosing the part ---------------------------------------------------- */

/* The first column of a part is 0, as that of a line: some scanners ask for it. */
static bool starts_line(Subtree node, Length offset)
{
    return ts_subtree_padding(node).extent.row > 0 || offset.extent.column == 0;
}

static bool can_be_front(const struct chain *chain, Subtree node, Length offset)
{
    return !ts_subtree_extra(node) && tt_chain_is_unit(chain, node) && starts_line(node, offset) &&
           !ts_subtree_error_cost(node);
}

static bool choose_front(struct tt_splice *s)
{
    struct place place = s->first;

    for (uint32_t i = 0; i < REACH; i++) {
        if (!tt_chain_previous(&s->chain, &place)) {
            s->from = length_zero();
            return !place.lost && tt_chain_begin(&s->chain, &s->first, s->tree->root);
        }
        if (!s->has_before && tt_chain_is_sure(&s->chain, tt_chain_item(&place))) {
            s->before = (struct neighbour){ place, tt_chain_offset(&place) };
            s->has_before = true;
        } else if (s->has_before &&
                   can_be_front(&s->chain, tt_chain_item(&place), tt_chain_offset(&place))) {
            s->first = place;
            s->from = tt_chain_offset(&place);
            return true;
        }
    }
    return false;
}

/* Behind the changes that follow each other closely, of which `first` is one. */
static bool choose_end(struct tt_splice *s, const struct place *first, uint32_t size)
{
    struct place place = *first;
    Length end;

    for (uint32_t i = 0; i < REACH && s->n_after < AFTER_MAX; i++) {
        if (!tt_chain_next(&s->chain, &place)) {
            s->to_end = true;
            s->size = size - s->from.bytes;
            return !place.lost;
        }
        if (ts_subtree_has_changes(tt_chain_item(&place)))
            i = s->n_after = 0;
        else if (tt_chain_is_sure(&s->chain, tt_chain_item(&place)))
            s->after[s->n_after++] = (struct neighbour){ place, tt_chain_offset(&place) };
    }
    if (!s->n_after)
        return false;
    place = s->after[s->n_after - 1].at;
    end = length_add(tt_chain_offset(&place), ts_subtree_total_size(tt_chain_item(&place)));
    s->size = end.bytes - s->from.bytes;
    return true;
}

static bool same_place(const struct place *a, const struct place *b)
{
    return a->depth == b->depth && a->node[a->depth - 1].ptr == b->node[b->depth - 1].ptr &&
           a->index[a->depth - 1] == b->index[b->depth - 1];
}

static bool make_part(struct tt_splice *s)
{
    const struct place *last = s->to_end ? NULL : &s->after[s->n_after - 1].at;
    struct place place = s->first;
    SubtreeArray items = { 0 };
    Subtree root;

    for (;;) {
        tt_chain_share(&items, tt_chain_item(&place));
        if (items.size == ITEMS_MAX)
            place.lost = true;
        if (place.lost || (last && same_place(&place, last)) || !tt_chain_next(&s->chain, &place))
            break;
    }
    root = tt_chain_node_like(&s->chain, s->tree->root, &items);
    s->part = ts_tree_new(root, s->chain.language, s->tree->included_ranges,
                          s->tree->included_range_count);
    return !place.lost;
}

bool tt_splice_possible(const TSTree *tree)
{
    struct chain chain;

    return tt_chain_find(tree, &chain);
}

struct tt_splice *tt_splice_begin(const TSTree *tree, uint32_t size, struct tt_splice_part *part)
{
    struct tt_splice *s = calloc(1, sizeof(*s));
    struct place changed;

    if (!s)
        return NULL;
    s->tree = tree;
    if (tt_chain_find(tree, &s->chain) && tt_chain_changed(&s->chain, tree->root, &s->first)) {
        changed = s->first;
        if (choose_front(s) && choose_end(s, &changed, size) && (s->from.bytes || !s->to_end) &&
            make_part(s)) {
            *part = (struct tt_splice_part){ s->from.bytes, s->from.bytes + s->size, s->part };
            return s;
        }
    }
    tt_splice_destroy(s);
    return NULL;
}

void tt_splice_destroy(struct tt_splice *splice)
{
    if (!splice)
        return;
    ts_tree_delete(splice->part);
    free(splice);
}

/* --- one part after the other ---------------------------------------------- */

/* Reads the part of a text. */
struct excerpt {
    TSInput text;
    struct tt_splice_part part;
};

static const char *read_excerpt(void *payload, uint32_t byte, TSPoint point, uint32_t *n)
{
    const struct excerpt *excerpt = payload;
    uint32_t at = excerpt->part.from + byte;
    const char *bytes;

    *n = 0;
    if (at >= excerpt->part.to)
        return "";
    bytes = excerpt->text.read(excerpt->text.payload, at, point, n);
    if (*n > excerpt->part.to - at)
        *n = excerpt->part.to - at;
    return bytes;
}

/* The tree with its first changes parsed; NULL: it cannot be done. */
static TSTree *splice_once(TSParser *parser, const TSTree *tree, uint32_t size, TSInput input,
                           TSParseOptions options)
{
    struct excerpt excerpt = { .text = input };
    struct tt_splice *splice = tt_splice_begin(tree, size, &excerpt.part);
    TSTree *parsed = NULL, *next = NULL;

    input.payload = &excerpt;
    input.read = read_excerpt;
    if (splice)
        parsed = ts_parser_parse_with_options(parser, excerpt.part.old, input, options);
    if (parsed)
        next = tt_splice_end(splice, parsed);
    ts_tree_delete(parsed);
    tt_splice_destroy(splice);
    return next;
}

TSTree *tt_splice_parse(TSParser *parser, const TSTree *old, uint32_t size, TSInput input,
                        TSParseOptions options)
{
    TSTree *tree = splice_once(parser, old, size, input, options), *next;

    for (uint32_t i = 1; tree && ts_subtree_has_changes(tree->root); i++) {
        next = i < PARTS_MAX ? splice_once(parser, tree, size, input, options) : NULL;
        ts_tree_delete(tree);
        tree = next;
    }
    ts_parser_reset(parser);
    return tree;
}
