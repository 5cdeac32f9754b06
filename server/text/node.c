/* node.c -- joins and splits trees of pieces; everything else is made of that.
 *
 * Trees are balanced by construction: all leaves of a tree are at one depth,
 * and joining two trees walks down the edge of the higher one only, so its cost
 * is the difference of their heights.
 */
#include "text/node.h"

#include "text/text.h"
#include "trimtab/error.h"

#include <stdlib.h>

#define LEAF_FILL 3072u /* of a new text: leaves room for typing */
#define LEAF_MIN  1024u /* smaller ones are merged with their neighbour */
#define INNER_MIN 4u

struct tt_node *tt_node_ref(struct tt_node *node)
{
    if (node)
        atomic_fetch_add_explicit(&node->refs, 1, memory_order_relaxed);
    return node;
}

void tt_node_unref(struct tt_node *node)
{
    if (!node || atomic_fetch_sub_explicit(&node->refs, 1, memory_order_acq_rel) != 1)
        return;
    for (unsigned i = 0; node->height && i < node->n; i++)
        tt_node_unref(tt_node_children(node)[i]);
    free(node);
}

static void unref_all(struct tt_node *const *nodes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        tt_node_unref(nodes[i]);
}

/* Two slices behind each other, as one leaf: at least one byte. */
static struct tt_node *leaf_of(tt_str a, tt_str b)
{
    struct tt_node *leaf = malloc(sizeof(*leaf) + a.n + b.n);

    if (!leaf)
        return NULL;
    atomic_init(&leaf->refs, 1);
    leaf->height = leaf->n = 0;
    if (a.n)
        memcpy(leaf->data, a.p, a.n);
    if (b.n)
        memcpy(leaf->data + a.n, b.p, b.n);
    leaf->sum = tt_sum_of((tt_str){ leaf->data, a.n + b.n });
    return leaf;
}

static tt_str leaf_bytes(const struct tt_node *leaf)
{
    return (tt_str){ leaf->data, leaf->sum.bytes };
}

/* 2 to 16 nodes of one height; takes them. */
static struct tt_node *inner_of(struct tt_node *const *children, size_t n)
{
    struct tt_node *node = malloc(sizeof(*node) + n * sizeof(struct tt_node *));

    if (!node) {
        unref_all(children, n);
        return NULL;
    }
    atomic_init(&node->refs, 1);
    node->height = (uint16_t)(children[0]->height + 1);
    node->n = (uint16_t)n;
    node->sum = (struct tt_sum){ 0 };
    for (size_t i = 0; i < n; i++) {
        tt_node_children(node)[i] = children[i];
        tt_sum_add(&node->sum, &children[i]->sum);
    }
    return node;
}

static int pair_of(struct tt_node *a, struct tt_node *b, struct tt_node **out)
{
    struct tt_node *both[] = { a, b };
    struct tt_node *node;

    if (!a || !b) {
        unref_all(both, 2);
        return TT_ENOMEM;
    }
    node = inner_of(both, 2);
    if (!node)
        return TT_ENOMEM;
    *out = node;
    return 0;
}

/* 2 to 32 nodes of one height, under one node or under two and a third; takes them. */
static int group(struct tt_node *const *nodes, size_t n, struct tt_node **out)
{
    struct tt_node *first, *second;

    if (n > NODE_FANOUT) {
        first = inner_of(nodes, n / 2);
        second = inner_of(nodes + n / 2, n - n / 2);
        return pair_of(first, second, out);
    }
    first = inner_of(nodes, n);
    if (!first)
        return TT_ENOMEM;
    *out = first;
    return 0;
}

/* --- building ------------------------------------------------------------- */

/* Where to cut valid UTF-8 that is longer than `at`: there or a little before. */
static size_t cut_before(tt_str bytes, size_t at)
{
    while (at && at < bytes.n && tt_is_continuation(bytes.p[at]))
        at--;
    return at;
}

static int build_leaves(tt_str bytes, struct tt_node **nodes, size_t *n)
{
    for (*n = 0; bytes.n; (*n)++) {
        size_t size = bytes.n <= TT_TEXT_LEAF ? bytes.n : cut_before(bytes, LEAF_FILL);

        nodes[*n] = leaf_of(tt_str_sub(bytes, 0, size), TT_STR(""));
        if (!nodes[*n])
            return TT_ENOMEM;
        bytes = tt_str_sub(bytes, size, bytes.n);
    }
    return 0;
}

/* One level up: groups as even as possible.  Takes the nodes; *n changes. */
static int build_level(struct tt_node **nodes, size_t *n)
{
    size_t groups = (*n + NODE_FANOUT - 1) / NODE_FANOUT, at = 0;

    for (size_t g = 0; g < groups; g++) {
        size_t size = (*n - at) / (groups - g);
        struct tt_node *node = inner_of(nodes + at, size);

        at += size;
        if (!node) {
            unref_all(nodes, g);
            unref_all(nodes + at, *n - at);
            *n = 0;
            return TT_ENOMEM;
        }
        nodes[g] = node; /* g < at: its place was read */
    }
    *n = groups;
    return 0;
}

int tt_node_build(tt_str bytes, struct tt_node **out)
{
    size_t n = 0;
    struct tt_node **nodes;
    int err;

    if (!bytes.n) {
        *out = NULL;
        return 0;
    }
    nodes = calloc(bytes.n / (LEAF_FILL - 4) + 1, sizeof(struct tt_node *));
    if (!nodes)
        return TT_ENOMEM;
    err = build_leaves(bytes, nodes, &n);
    while (!err && n > 1)
        err = build_level(nodes, &n);
    if (err)
        unref_all(nodes, n);
    else
        *out = nodes[0];
    free(nodes);
    return err;
}

/* --- joining -------------------------------------------------------------- */

static int join_leaves(struct tt_node *a, struct tt_node *b, struct tt_node **out)
{
    tt_str left = leaf_bytes(a), right = leaf_bytes(b);
    size_t total = left.n + right.n, half;
    struct tt_node *first, *second = NULL;
    int err = TT_ENOMEM;

    if (left.n >= LEAF_MIN && right.n >= LEAF_MIN)
        return pair_of(a, b, out);
    if (total <= TT_TEXT_LEAF) {
        first = leaf_of(left, right);
        if (first) {
            *out = first;
            err = 0;
        }
    } else if (left.n > right.n) { /* the long one gives away its end */
        half = cut_before(left, total / 2);
        first = leaf_of(tt_str_sub(left, 0, half), TT_STR(""));
        second = leaf_of(tt_str_sub(left, half, left.n), right);
        err = pair_of(first, second, out);
    } else {
        half = cut_before(right, total / 2 - left.n);
        first = leaf_of(left, tt_str_sub(right, 0, half));
        second = leaf_of(tt_str_sub(right, half, right.n), TT_STR(""));
        err = pair_of(first, second, out);
    }
    tt_node_unref(a);
    tt_node_unref(b);
    return err;
}

static size_t list_children(const struct tt_node *node, size_t from, size_t to,
                            struct tt_node **list)
{
    for (size_t i = from; i < to; i++)
        *list++ = tt_node_ref(tt_node_children(node)[i]);
    return to - from;
}

static int join_inner(struct tt_node *a, struct tt_node *b, struct tt_node **out)
{
    struct tt_node *list[2 * NODE_FANOUT];
    size_t n;

    if (a->n >= INNER_MIN && b->n >= INNER_MIN && a->n + b->n > NODE_FANOUT)
        return pair_of(a, b, out);
    n = list_children(a, 0, a->n, list);
    n += list_children(b, 0, b->n, list + n);
    tt_node_unref(a);
    tt_node_unref(b);
    return group(list, n, out);
}

/* `edge` came out of joining a child of a node of `height` with something: it
 * is a child itself, or has grown to the node's own height.  Takes it. */
static size_t list_edge(struct tt_node *edge, unsigned height, struct tt_node **list)
{
    size_t n;

    if (edge->height < height) {
        list[0] = edge;
        return 1;
    }
    n = list_children(edge, 0, edge->n, list);
    tt_node_unref(edge);
    return n;
}

/* `low` goes under the last child of `high`. */
static int join_after(struct tt_node *high, struct tt_node *low, struct tt_node **out)
{
    struct tt_node *list[2 * NODE_FANOUT], *edge;
    size_t n;
    int err = tt_node_join(tt_node_ref(tt_node_children(high)[high->n - 1]), low, &edge);

    if (err) {
        tt_node_unref(high);
        return err;
    }
    n = list_children(high, 0, high->n - 1u, list);
    n += list_edge(edge, high->height, list + n);
    tt_node_unref(high);
    return group(list, n, out);
}

/* `low` goes before the first child of `high`. */
static int join_before(struct tt_node *low, struct tt_node *high, struct tt_node **out)
{
    struct tt_node *list[2 * NODE_FANOUT], *edge;
    size_t n;
    int err = tt_node_join(low, tt_node_ref(tt_node_children(high)[0]), &edge);

    if (err) {
        tt_node_unref(high);
        return err;
    }
    n = list_edge(edge, high->height, list);
    n += list_children(high, 1, high->n, list + n);
    tt_node_unref(high);
    return group(list, n, out);
}

int tt_node_join(struct tt_node *a, struct tt_node *b, struct tt_node **out)
{
    if (!a || !b) {
        *out = a ? a : b;
        return 0;
    }
    if (a->height > b->height)
        return join_after(a, b, out);
    if (a->height < b->height)
        return join_before(a, b, out);
    return a->height ? join_inner(a, b, out) : join_leaves(a, b, out);
}

/* --- splitting and replacing ---------------------------------------------- */

/* The child that holds `offset`; *offset becomes the offset in it. */
static unsigned child_at(const struct tt_node *node, uint32_t *offset)
{
    unsigned i = 0;

    while (i + 1u < node->n && *offset >= tt_node_children(node)[i]->sum.bytes)
        *offset -= tt_node_children(node)[i++]->sum.bytes;
    return i;
}

/* Some children of `node` as a tree. */
static int slice(const struct tt_node *node, size_t from, size_t to, struct tt_node **out)
{
    struct tt_node *list[NODE_FANOUT];
    size_t n = list_children(node, from, to, list);

    if (n > 1)
        return group(list, n, out);
    *out = n ? list[0] : NULL;
    return 0;
}

static int split_leaf(const struct tt_node *leaf, uint32_t offset, struct tt_node **left,
                      struct tt_node **right)
{
    tt_str bytes = leaf_bytes(leaf);
    struct tt_node *first = leaf_of(tt_str_sub(bytes, 0, offset), TT_STR(""));
    struct tt_node *second = leaf_of(tt_str_sub(bytes, offset, bytes.n), TT_STR(""));

    if (!first || !second) {
        tt_node_unref(first);
        tt_node_unref(second);
        return TT_ENOMEM;
    }
    *left = first;
    *right = second;
    return 0;
}

static int split_inner(struct tt_node *node, uint32_t offset, struct tt_node **left,
                       struct tt_node **right)
{
    unsigned i = child_at(node, &offset);
    struct tt_node *before = NULL, *after = NULL, *inner_left = NULL, *inner_right = NULL;
    int err = tt_node_split(tt_node_children(node)[i], offset, &inner_left, &inner_right);

    if (!err)
        err = slice(node, 0, i, &before);
    if (!err)
        err = slice(node, i + 1u, node->n, &after);
    if (err)
        goto fail;
    err = tt_node_join(before, inner_left, &before);
    inner_left = NULL;
    if (err) {
        before = NULL;
        goto fail;
    }
    err = tt_node_join(inner_right, after, &after);
    inner_right = NULL;
    if (err) {
        after = NULL;
        goto fail;
    }
    *left = before;
    *right = after;
    return 0;

fail:
    tt_node_unref(before);
    tt_node_unref(after);
    tt_node_unref(inner_left);
    tt_node_unref(inner_right);
    return err;
}

int tt_node_split(struct tt_node *node, uint32_t offset, struct tt_node **left,
                  struct tt_node **right)
{
    if (!node || !offset || offset >= node->sum.bytes) {
        bool all_left = node && offset;

        *left = all_left ? tt_node_ref(node) : NULL;
        *right = all_left ? NULL : tt_node_ref(node);
        return 0;
    }
    return node->height ? split_inner(node, offset, left, right)
                        : split_leaf(node, offset, left, right);
}

/* The usual case, typing: the change stays within one leaf, and only the path
 * to it is made anew.  Each gives false when it does not; else *out is the new
 * tree, or NULL without memory. */
static bool replace_leaf(const struct tt_node *leaf, uint32_t start, uint32_t end, tt_str bytes,
                         size_t least, struct tt_node **out)
{
    tt_str old = { leaf->data, leaf->sum.bytes };
    size_t total = old.n - (end - start) + bytes.n;
    char head[TT_TEXT_LEAF];

    if (total > TT_TEXT_LEAF || total < least)
        return false;
    memcpy(head, old.p, start);
    if (bytes.n)
        memcpy(head + start, bytes.p, bytes.n);
    *out = leaf_of((tt_str){ head, start + bytes.n }, tt_str_sub(old, end, old.n));
    return true;
}

static bool replace_near(struct tt_node *node, uint32_t start, uint32_t end, tt_str bytes,
                         size_t least, struct tt_node **out)
{
    struct tt_node *list[NODE_FANOUT], *child;
    uint32_t size = end - start;
    unsigned i;

    if (!node->height)
        return replace_leaf(node, start, end, bytes, least, out);
    i = child_at(node, &start);
    child = tt_node_children(node)[i];
    if (start + size > child->sum.bytes ||
        !replace_near(child, start, start + size, bytes, LEAF_MIN, &child))
        return false;
    *out = NULL;
    if (child) {
        list_children(node, 0, node->n, list);
        tt_node_unref(list[i]);
        list[i] = child;
        *out = inner_of(list, node->n);
    }
    return true;
}

static int replace_any(struct tt_node *node, uint32_t start, uint32_t end, tt_str bytes,
                       struct tt_node **out)
{
    struct tt_node *head = NULL, *rest = NULL, *gone = NULL, *tail = NULL, *fresh = NULL;
    int err = tt_node_split(node, start, &head, &rest);

    if (!err)
        err = tt_node_split(rest, end - start, &gone, &tail);
    if (!err)
        err = tt_node_build(bytes, &fresh);
    tt_node_unref(rest);
    tt_node_unref(gone);
    if (err) {
        tt_node_unref(head);
        tt_node_unref(tail);
        return err;
    }
    err = tt_node_join(head, fresh, &head);
    if (err) {
        tt_node_unref(tail);
        return err;
    }
    return tt_node_join(head, tail, out);
}

int tt_node_replace(struct tt_node *node, uint32_t start, uint32_t end, tt_str bytes,
                    struct tt_node **out)
{
    struct tt_node *changed;

    if (!node || !replace_near(node, start, end, bytes, 1, &changed))
        return replace_any(node, start, end, bytes, out);
    if (!changed)
        return TT_ENOMEM;
    *out = changed;
    return 0;
}

/* --- looking up ----------------------------------------------------------- */

const struct tt_node *tt_node_leaf(const struct tt_node *node, uint32_t offset, uint32_t *start)
{
    uint32_t within = offset;

    while (node->height)
        node = tt_node_children(node)[child_at(node, &within)];
    *start = offset - within;
    return node;
}

struct tt_sum tt_node_prefix(const struct tt_node *node, uint32_t offset)
{
    struct tt_sum sum = { 0 }, part;

    if (!node || !offset)
        return sum;
    if (offset >= node->sum.bytes)
        return node->sum;
    while (node->height) {
        unsigned i = child_at(node, &offset);

        for (unsigned k = 0; k < i; k++)
            tt_sum_add(&sum, &tt_node_children(node)[k]->sum);
        node = tt_node_children(node)[i];
    }
    part = tt_sum_of(tt_str_sub(leaf_bytes(node), 0, offset));
    tt_sum_add(&sum, &part);
    return sum;
}

uint32_t tt_node_row_start(const struct tt_node *node, uint32_t count)
{
    uint32_t at = 0;
    const char *p;

    if (!count)
        return 0;
    while (node->height) {
        unsigned i = 0;

        for (; tt_node_children(node)[i]->sum.lf < count; i++) {
            count -= tt_node_children(node)[i]->sum.lf;
            at += tt_node_children(node)[i]->sum.bytes;
        }
        node = tt_node_children(node)[i];
    }
    p = node->data;
    while (count--)
        p = (const char *)memchr(p, '\n', (size_t)(node->data + node->sum.bytes - p)) + 1;
    return at + (uint32_t)(p - node->data);
}
