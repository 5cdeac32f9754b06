/* diff.h -- the smallest sensible set of edits between two texts.
 *
 * First whole lines (common ends, then patience anchors, then Myers with a
 * bounded cost), then, inside a changed block, tokens where that saves enough.
 * Hunks slide to natural boundaries.  No edit splits a code point or a CRLF,
 * and none has a prefix or suffix in common with what it replaces.
 * Pure and thread-safe.
 */
#ifndef TT_DIFF_H
#define TT_DIFF_H

#include "base/arena.h"
#include "base/buf.h"
#include "trimtab/range.h"

/* Lines [before.start, before.end) become [after.start, after.end); both are
 * byte ranges of whole lines.  Edits [first_edit, first_edit + n_edits) say the
 * same in fewer bytes. */
struct tt_diff_hunk {
    struct tt_range before, after;
    size_t first_edit, n_edits;
};

/* In the arena; the edits' texts are slices of `after`. */
struct tt_diff {
    struct tt_text_edit *edits; /* sorted, disjoint */
    size_t n_edits;
    struct tt_diff_hunk *hunks; /* sorted, at least one equal line between two */
    size_t n_hunks;
};

enum {
    TT_DIFF_LINES = 1, /* no token level: an edit a hunk, common ends trimmed off */
};

/* Both texts under 2^31 bytes (else TT_ETOOBIG); any bytes, though only valid
 * UTF-8 is kept unsplit.  TT_ENOMEM. */
int tt_diff_texts(tt_str before, tt_str after, unsigned flags, struct tt_arena *arena,
                  struct tt_diff *out);

/* Append a unified diff with `context` lines; nothing when the texts are equal.
 * Labels such as "a/app.py" and "b/app.py" are the caller's. */
int tt_diff_unified(tt_str before, tt_str after, tt_str from_label, tt_str to_label,
                    unsigned context, struct tt_buf *out);

/* Append `before` with the edits applied (sorted and disjoint; this is not checked). */
int tt_diff_apply(tt_str before, const struct tt_text_edit *edits, size_t n, struct tt_buf *out);

#endif
