/* node.h -- the tree of pieces under a text; for files of text/ only.
 *
 * Nodes are immutable and counted.  A leaf holds 1 to 4096 bytes and never
 * cuts a code point (it may cut a "\r\n", which the sums take care of); an inner
 * node holds 2 to 16 nodes of one height.  NULL is the empty tree.
 *
 * Functions that *take* a node drop that reference whatever they return.
 */
#ifndef TT_TEXT_NODE_H
#define TT_TEXT_NODE_H

#include "trimtab/str.h"

#include <stdatomic.h>
#include <stdint.h>

#define NODE_FANOUT 16u

/* What a run of bytes holds. */
struct tt_sum {
    uint32_t bytes;
    uint32_t lf, cr, crlf; /* '\n', '\r', and the pairs, which are in both others */
    uint32_t utf16, chars; /* UTF-16 units and code points */
    bool lf_first, cr_last;
};

struct tt_node {
    atomic_uint refs;
    uint16_t height; /* 0: a leaf */
    uint16_t n;      /* children */
    struct tt_sum sum;
    _Alignas(struct tt_node *) char data[]; /* sum.bytes bytes, or n pointers */
};

struct tt_text {
    atomic_uint refs;
    struct tt_node *root; /* owned share; NULL: empty */
};

struct tt_sum tt_sum_of(tt_str bytes);
void tt_sum_add(struct tt_sum *sum, const struct tt_sum *more); /* what stands behind it */

static inline uint32_t tt_sum_breaks(const struct tt_sum *sum)
{
    return sum->lf + sum->cr - sum->crlf;
}

static inline struct tt_node **tt_node_children(const struct tt_node *node)
{
    return (struct tt_node **)(void *)(uintptr_t)node->data;
}

static inline bool tt_is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

struct tt_node *tt_node_ref(struct tt_node *node); /* NULL is fine, for both */
void tt_node_unref(struct tt_node *node);

/* A tree of valid UTF-8; empty bytes give NULL.  TT_ENOMEM. */
int tt_node_build(tt_str bytes, struct tt_node **out);

/* Both after each other; takes both.  TT_ENOMEM. */
int tt_node_join(struct tt_node *a, struct tt_node *b, struct tt_node **out);

/* What stands before `offset`, and from it on.  `node` is not taken. */
int tt_node_split(struct tt_node *node, uint32_t offset, struct tt_node **left,
                  struct tt_node **right);

/* [start, end) replaced by valid UTF-8; all at code points.  `node` is not taken. */
int tt_node_replace(struct tt_node *node, uint32_t start, uint32_t end, tt_str bytes,
                    struct tt_node **out);

/* The leaf that holds `offset` (< the size of `node`), and where it begins. */
const struct tt_node *tt_node_leaf(const struct tt_node *node, uint32_t offset, uint32_t *start);

/* The sum of [0, offset); offset is at most the size.  NULL is fine. */
struct tt_sum tt_node_prefix(const struct tt_node *node, uint32_t offset);

/* The offset behind the `count`-th '\n'; 0 for none.  There are so many. */
uint32_t tt_node_row_start(const struct tt_node *node, uint32_t count);

#endif
