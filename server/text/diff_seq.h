/* diff_seq.h -- which elements of two sequences differ; part of diff.
 *
 * Works on numbers: equal elements have equal ids.  Lines and tokens are
 * numbered by tt_diff_ids.
 */
#ifndef TT_DIFF_SEQ_H
#define TT_DIFF_SEQ_H

#include "trimtab/range.h"

/* A sequence: slices of one text, and what was found out about them. */
struct tt_seq {
    struct tt_range *at; /* owned by the arena of the diff */
    uint32_t *id;
    bool *changed; /* not part of the common subsequence */
    size_t n;
};

struct tt_arena;

/* Give equal slices of the two texts equal ids, from 0; *n_ids is how many. */
int tt_diff_ids(tt_str a_text, struct tt_seq *a, tt_str b_text, struct tt_seq *b,
                struct tt_arena *arena, uint32_t *n_ids);

/* Set `changed` in both.  `anchors`: split at elements that occur once in both
 * first (patience).  Where more than `max_cost` differences would have to be
 * found, the whole stretch counts as changed. */
int tt_diff_mark(struct tt_seq *a, struct tt_seq *b, uint32_t n_ids, bool anchors,
                 uint32_t max_cost);

#endif
