/* place.h -- which bytes of the file the blocks of an answer replace.
 *
 * All or nothing: every block has exactly one place in the snapshot, or the
 * whole answer is refused with the block and the reason.
 */
#ifndef TT_EDIT_PLACE_H
#define TT_EDIT_PLACE_H

#include "edit/answer.h"
#include "edit/ladder.h"

/* A piece of the view, and what it becomes. */
struct tt_piece {
    struct tt_range range; /* in the view */
    tt_str text;           /* in the arena */
    size_t block;
};

enum tt_place_why {
    TT_PLACE_FOUND,      /* every block has its place; pieces may be empty (nothing to do) */
    TT_PLACE_APPLIED,    /* every block says what the file already says */
    TT_PLACE_PARTLY,     /* one hunk of a patch was applied before, another was not */
    TT_PLACE_NOT_FOUND,  /* the old text is not there */
    TT_PLACE_NO_ANCHOR,  /* it is, but not below the lines that were named */
    TT_PLACE_NOT_AT_END, /* it is, but not at the end of the file, as the answer says */
    TT_PLACE_MANY,       /* several places */
    TT_PLACE_NOWHERE,    /* it says what to insert, but not where */
    TT_PLACE_OVERLAP,    /* two blocks change the same lines */
    TT_PLACE_NO_SHIFT,   /* old text is shifted, and the new text cannot be */
    TT_PLACE_NO_LINE,    /* an insertion behind a line that does not exist */
};

struct tt_placement {
    enum tt_place_why why;
    size_t block;            /* the one that failed */
    bool applied_instead;    /* NOT_FOUND, but the new text is there */
    struct tt_hits hits;     /* MANY, NO_ANCHOR, NOT_AT_END: where it fits */
    bool hits_are_bytes;     /* hits.at[].line is an offset in the view */
    struct tt_piece *pieces; /* sorted, disjoint */
    size_t n_pieces;
    enum tt_rung rung; /* the loosest that was needed */
};

/* `blocks` are LINES, BYTES and INSERT only.  `scope` is a range of the view
 * (empty: none).  TT_ENOMEM. */
int tt_place_blocks(const struct tt_view *view, const struct tt_block *blocks, size_t n,
                    struct tt_range scope, struct tt_arena *arena, struct tt_placement *out);

#endif
