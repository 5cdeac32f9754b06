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
#include "syntax/splice.h"

#include <stdlib.h>
#include <tree-sitter/lib/src/alloc.h>
#include <tree-sitter/lib/src/tree.h>

#define DEPTH_MAX 48u  /* of links; a balanced chain of all statements has 20 */
#define REACH     24u  /* items to look through for a neighbour */
#define AFTER_MAX 3u   /* neighbours behind */
#define ITEMS_MAX 512u /* of the part; with more there is little to gain */
#define PARTS_MAX 64u  /* of one text; likewise */
#define START     ((TSStateId)1)

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

/* --- the chain ------------------------------------------------------------ */

static const Subtree *child(Subtree node, uint32_t i)
{
    return &ts_subtree_children(node)[i];
}

/* Does the parser stand behind it as behind a link, or as if it were not there? */
static bool is_unit(const struct chain *chain, Subtree node)
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
        if (!is_unit(chain, *child(node, i)))
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
        if (ts_subtree_symbol(*child(node, i)) == ts_subtree_symbol(node))
            return true;
    }
    return false;
}

static bool find_chain(const TSTree *tree, struct chain *chain)
{
    for (uint32_t i = 0; i < ts_subtree_child_count(tree->root); i++) {
        Subtree node = *child(tree->root, i);

        if (!is_chain(node))
            continue;
        chain->language = tree->language;
        chain->link = ts_subtree_symbol(node);
        chain->behind = ts_language_next_state(tree->language, START, chain->link);
        return chain->behind && is_link(chain, node);
    }
    return false;
}

static Subtree item(const struct place *place)
{
    return *child(place->node[place->depth - 1], place->index[place->depth - 1]);
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
        Subtree node = item(place);

        if (!is_link(chain, node))
            return true;
        if (!enter(place, node, last ? ts_subtree_child_count(node) - 1 : 0))
            return false;
    }
}

static bool next(const struct chain *chain, struct place *place)
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

static bool previous(const struct chain *chain, struct place *place)
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

static bool begin_at(const struct chain *chain, struct place *place, Subtree root)
{
    place->depth = 0;
    place->lost = false;
    return ts_subtree_child_count(root) && enter(place, root, 0) && descend(chain, place, false);
}

/* Where it begins, with the space in front of it. */
static Length offset_of(const struct place *place)
{
    Length offset = length_zero();

    for (uint32_t level = 0; level < place->depth; level++) {
        for (uint32_t i = 0; i < place->index[level]; i++)
            offset = length_add(offset, ts_subtree_total_size(*child(place->node[level], i)));
    }
    return offset;
}

/* The first item that an edit touched. */
static bool find_changed(const struct chain *chain, Subtree root, struct place *place)
{
    Subtree node = root;

    place->depth = 0;
    place->lost = false;
    do {
        uint32_t n = ts_subtree_child_count(node), i = 0;

        while (i < n && !ts_subtree_has_changes(*child(node, i)))
            i++;
        if (i == n || !enter(place, node, i))
            return false;
        node = item(place);
    } while (is_link(chain, node));
    return true;
}

/* --- choosing the part ---------------------------------------------------- */

/* Parsed in one way, without an error, and as it was. */
static bool is_sure(const struct chain *chain, Subtree node)
{
    return ts_subtree_child_count(node) && !ts_subtree_extra(node) && is_unit(chain, node) &&
           !ts_subtree_is_fragile(node) && !ts_subtree_error_cost(node);
}

/* The first column of a part is 0, as that of a line: some scanners ask for it. */
static bool starts_line(Subtree node, Length offset)
{
    return ts_subtree_padding(node).extent.row > 0 || offset.extent.column == 0;
}

static bool can_be_front(const struct chain *chain, Subtree node, Length offset)
{
    return !ts_subtree_extra(node) && is_unit(chain, node) && starts_line(node, offset) &&
           !ts_subtree_error_cost(node);
}

static bool choose_front(struct tt_splice *s)
{
    struct place place = s->first;

    for (uint32_t i = 0; i < REACH; i++) {
        if (!previous(&s->chain, &place)) {
            s->from = length_zero();
            return !place.lost && begin_at(&s->chain, &s->first, s->tree->root);
        }
        if (!s->has_before && is_sure(&s->chain, item(&place))) {
            s->before = (struct neighbour){ place, offset_of(&place) };
            s->has_before = true;
        } else if (s->has_before && can_be_front(&s->chain, item(&place), offset_of(&place))) {
            s->first = place;
            s->from = offset_of(&place);
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
        if (!next(&s->chain, &place)) {
            s->to_end = true;
            s->size = size - s->from.bytes;
            return !place.lost;
        }
        if (ts_subtree_has_changes(item(&place)))
            i = s->n_after = 0;
        else if (is_sure(&s->chain, item(&place)))
            s->after[s->n_after++] = (struct neighbour){ place, offset_of(&place) };
    }
    if (!s->n_after)
        return false;
    place = s->after[s->n_after - 1].at;
    end = length_add(offset_of(&place), ts_subtree_total_size(item(&place)));
    s->size = end.bytes - s->from.bytes;
    return true;
}

static bool same_place(const struct place *a, const struct place *b)
{
    return a->depth == b->depth && a->node[a->depth - 1].ptr == b->node[b->depth - 1].ptr &&
           a->index[a->depth - 1] == b->index[b->depth - 1];
}

static void push(SubtreeArray *array, Subtree node)
{
    if (array->size == array->capacity) {
        array->capacity = array->capacity ? array->capacity * 2 : 8;
        array->contents = ts_realloc(array->contents, array->capacity * sizeof(Subtree));
    }
    array->contents[array->size++] = node;
}

static void push_shared(SubtreeArray *array, Subtree node)
{
    ts_subtree_retain(node);
    push(array, node);
}

/* A node that is never reused as a whole.  Takes its children. */
static Subtree new_node(const struct chain *chain, TSSymbol symbol, uint16_t production,
                        SubtreeArray *children)
{
    MutableSubtree node = ts_subtree_new_node(symbol, children, production, chain->language);

    node.ptr->fragile_left = node.ptr->fragile_right = true;
    node.ptr->parse_state = TS_TREE_STATE_NONE;
    for (uint32_t i = 0; i < node.ptr->child_count; i++)
        node.ptr->has_changes |= ts_subtree_has_changes(ts_subtree_children(node)[i]);
    return ts_subtree_from_mut(node);
}

/* A node like `old` with other children, which it takes. */
static Subtree with_children(const struct chain *chain, Subtree old, SubtreeArray *children)
{
    return new_node(chain, ts_subtree_symbol(old), ts_subtree_production_id(old), children);
}

static bool make_part(struct tt_splice *s)
{
    const struct place *last = s->to_end ? NULL : &s->after[s->n_after - 1].at;
    struct place place = s->first;
    SubtreeArray items = { 0 };
    Subtree root;

    for (;;) {
        push_shared(&items, item(&place));
        if (items.size == ITEMS_MAX)
            place.lost = true;
        if (place.lost || (last && same_place(&place, last)) || !next(&s->chain, &place))
            break;
    }
    root = with_children(&s->chain, s->tree->root, &items);
    s->part = ts_tree_new(root, s->chain.language, s->tree->included_ranges,
                          s->tree->included_range_count);
    return !place.lost;
}

bool tt_splice_possible(const TSTree *tree)
{
    struct chain chain;

    return find_chain(tree, &chain);
}

struct tt_splice *tt_splice_begin(const TSTree *tree, uint32_t size, struct tt_splice_part *part)
{
    struct tt_splice *s = calloc(1, sizeof(*s));
    struct place changed;

    if (!s)
        return NULL;
    s->tree = tree;
    if (find_chain(tree, &s->chain) && find_changed(&s->chain, tree->root, &s->first)) {
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
    Subtree node = item(&r->at);

    if (ts_subtree_has_external_tokens(node))
        r->token = ts_subtree_last_external_token(node);
    r->position = length_add(r->position, ts_subtree_total_size(node));
    r->over = !next(chain, &r->at);
}

static Subtree token_before(const struct place *place)
{
    for (uint32_t level = place->depth; level-- > 0;) {
        for (uint32_t i = place->index[level]; i-- > 0;) {
            Subtree node = *child(place->node[level], i);

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
    Subtree now = item(&r->at), old = item(&neighbour->at);

    return is_sure(chain, now) && ts_subtree_symbol(now) == ts_subtree_symbol(old) &&
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
            token = next(&s->chain, &behind) ? token_before(&behind) : NULL_SUBTREE;
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
    uint32_t end = r->position.bytes - s->from.bytes + ts_subtree_total_bytes(item(&r->at)) +
                   ts_subtree_lookahead_bytes(item(&r->at));

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

    if (!begin_at(&s->chain, &r.at, root) || (s->has_before && !find_before(s, &r)))
        return false;
    *after = NULL;
    while (!r.over && !(*after = reached(s, &r))) {
        Subtree node = item(&r.at);

        if (!(is_unit(&s->chain, node) || (s->to_end && ts_subtree_is_eof(node))) ||
            saw_the_end(s, &r))
            return false;
        push_shared(items, node);
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
        return new_node(chain, chain->link, 0, children);
    only = children->contents[0];
    ts_free(children->contents);
    return only;
}

/* What is left of the item at `level` of the path (or right), with that item. */
static Subtree up_to(const struct chain *chain, const struct place *place, uint32_t level)
{
    SubtreeArray children = { 0 };
    Subtree rest;

    if (level == place->depth) {
        rest = item(place);
        ts_subtree_retain(rest);
        return rest;
    }
    for (uint32_t i = 0; i < place->index[level]; i++)
        push_shared(&children, *child(place->node[level], i));
    rest = up_to(chain, place, level + 1);
    push(&children, rest);
    return link_of(chain, &children);
}

static Subtree from_on(const struct chain *chain, const struct place *place, uint32_t level)
{
    SubtreeArray children = { 0 };
    Subtree rest;

    if (level == place->depth) {
        rest = item(place);
        ts_subtree_retain(rest);
        return rest;
    }
    rest = from_on(chain, place, level + 1);
    push(&children, rest);
    for (uint32_t i = place->index[level] + 1; i < ts_subtree_child_count(place->node[level]); i++)
        push_shared(&children, *child(place->node[level], i));
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
            push_shared(&children, *child(before->node[level], i));
        push(&children, up_to(chain, before, level + 1));
    }
    for (uint32_t i = 0; i < items->size; i++)
        push(&children, items->contents[i]);
    ts_free(items->contents);
    if (after) {
        push(&children, from_on(chain, after, level + 1));
        for (uint32_t i = after->index[level] + 1; i < ts_subtree_child_count(after->node[level]);
             i++)
            push_shared(&children, *child(after->node[level], i));
    }
    return children;
}

/* The root of these children, the last of which is the end of the text. */
static Subtree root_of(const struct tt_splice *s, SubtreeArray *children)
{
    Subtree end = children->contents[--children->size];
    SubtreeArray two = { 0 };

    push(&two, link_of(&s->chain, children));
    push(&two, end);
    return with_children(&s->chain, s->tree->root, &two);
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
                push(&children, node);
            else
                push_shared(&children, *child(left->node[level], i));
        }
        node = with_children(&s->chain, left->node[level], &children);
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
