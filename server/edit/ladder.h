/* ladder.h -- where lines of an answer stand in the file: four rungs, each
 * looser than the one before, and no further.
 *
 * There is no edit distance here, and no "first match": every place is found,
 * and it is for place.h to say whether one of them is certain.
 */
#ifndef TT_EDIT_LADDER_H
#define TT_EDIT_LADDER_H

#include "edit/view.h"

enum tt_rung {
    TT_RUNG_EXACT,
    TT_RUNG_TRAILING, /* white space at the ends of lines */
    TT_RUNG_SHIFT,    /* one constant shift of the indentation; >= 4 lines that are not blank,
                       * and words in >= 3 of them */
    TT_RUNG_FOLD,     /* Unicode punctuation, literal "\t"; >= 2 lines that are not blank */
    TT_RUNG_COUNT,
};

/* Some lines, and their keys on each rung. */
struct tt_line_keys {
    tt_str *line; /* without their ends */
    size_t n;
    uint64_t *key[TT_RUNG_COUNT]; /* made when first asked for */
};

/* Where a block fits. */
struct tt_hit {
    size_t line; /* first line of the file */
    enum tt_rung rung;
    tt_str shift;          /* SHIFT: the white space that makes the difference */
    bool open_end;         /* place.c: the block's blank last line is the end of the file */
    uint32_t folded, kept; /* FOLD: signs of the answer that are ASCII in the file; that are not */
    bool shift_out;        /* it has to be taken off the answer's lines, not added */
};

#define TT_MAX_HITS 64
struct tt_hits {
    struct tt_hit at[TT_MAX_HITS];
    size_t n;
    bool more; /* there are others */
};

/* The lines of an LF text; of a view. */
int tt_keys_of_text(struct tt_line_keys *keys, tt_str text, struct tt_arena *arena);
int tt_keys_of_view(struct tt_line_keys *keys, const struct tt_view *view, struct tt_arena *arena);
size_t tt_keys_nonblank(const struct tt_line_keys *keys);

/* All places of `block` (at least one line) in `file` on this rung.  TT_ENOMEM. */
int tt_ladder_find(struct tt_line_keys *file, struct tt_line_keys *block, enum tt_rung rung,
                   struct tt_arena *arena, struct tt_hits *out);

/* A line of the answer as it belongs into the file, given the hit; appended to
 * `out` without its end.  False when it cannot be shifted alike. */
struct tt_buf;
bool tt_ladder_adapt(const struct tt_hit *hit, tt_str line, struct tt_buf *out);

#endif
