/* position.h -- places in a text as an editor names them.
 *
 * A position is a line and a count of units from the start of that line; how
 * big a unit is was agreed with the client.  Only `text` turns a position into
 * a byte offset and back: everything else carries these as they came.
 */
#ifndef TT_POSITION_H
#define TT_POSITION_H

#include <stdbool.h>
#include <stdint.h>

/* What one unit of `character` is. */
enum tt_encoding {
    TT_UTF8,  /* a byte of UTF-8 */
    TT_UTF16, /* a UTF-16 code unit: what LSP means when nothing was agreed */
    TT_UTF32, /* a code point */
};

struct tt_position {
    uint32_t line;      /* 0-based */
    uint32_t character; /* 0-based, in units of the agreed encoding */
};

/* Half open.  As it came from outside it may be reversed or past the end. */
struct tt_position_range {
    struct tt_position start, end;
};

/* Negative, zero or positive, as memcmp. */
static inline int tt_position_compare(struct tt_position a, struct tt_position b)
{
    if (a.line != b.line)
        return a.line < b.line ? -1 : 1;
    return a.character == b.character ? 0 : a.character < b.character ? -1 : 1;
}

/* The same range with its ends in order. */
static inline struct tt_position_range tt_position_range_ordered(struct tt_position_range r)
{
    if (tt_position_compare(r.start, r.end) <= 0)
        return r;
    return (struct tt_position_range){ r.end, r.start };
}

static inline bool tt_position_range_eq(struct tt_position_range a, struct tt_position_range b)
{
    return tt_position_compare(a.start, b.start) == 0 && tt_position_compare(a.end, b.end) == 0;
}

#endif
