/* range.h -- places in a text, and changes to it, in bytes.
 *
 * Inside the program every place is a byte offset into one immutable text.
 * Lines, columns and UTF-16 units exist only at the edges (see text/text.h).
 */
#ifndef TT_RANGE_H
#define TT_RANGE_H

#include "trimtab/str.h"

#include <stdint.h>

/* Half open: [start, end), in bytes. */
struct tt_range {
    uint32_t start, end;
};

/* Replace `range` by `text`.  In a list, edits are sorted by range.start and
 * disjoint; all ranges refer to the text before any of them is applied. */
struct tt_text_edit {
    struct tt_range range;
    tt_str text; /* borrowed from whoever made the list */
};

static inline bool tt_range_contains(struct tt_range outer, struct tt_range inner)
{
    return inner.start >= outer.start && inner.end <= outer.end;
}

/* Do they share a byte?  Ranges that only touch do not overlap. */
static inline bool tt_range_overlaps(struct tt_range a, struct tt_range b)
{
    return a.start < b.end && b.start < a.end;
}

#endif
