/* change.h -- what was changed in a document, so that places in an older text
 * can be found in a newer one.
 *
 * Texts are named by generations: numbers that only grow, and that are never
 * used for two texts.  The log knows each change between its oldest and its
 * newest generation; when it is full it forgets the oldest, and whoever asks
 * about a generation before that gets TT_ESTALE.
 *
 * A place moves with its text as long as nobody changed the place itself.  The
 * rule is on the safe side at the borders, because a word typed against an edge
 * (`foo` becomes `foox`) is a change of what stands there:
 *
 *   - a change that overlaps the range makes it stale;
 *   - so does one that only touches it, before or after, unless the border is
 *     the start of a line after the change: a line typed directly above or
 *     below a range of whole lines does not touch it;
 *   - an empty range (a pure insertion) is stale when a change touches it at
 *     all, as nobody knows which of the two should come first.
 *
 * Nothing here looks at the bytes again: text that was changed and changed
 * back is stale.  Loop thread only.
 */
#ifndef TT_CHANGE_H
#define TT_CHANGE_H

#include "trimtab/range.h"

#include <stddef.h>

struct tt_text;

/* At most so many changes are remembered for a document. */
#define TT_CHANGE_MAX 4096u

/* One change, each in the text that the one before it left. */
struct tt_change {
    uint64_t generation;         /* of the text that it led to */
    struct tt_range before;      /* what was replaced */
    uint32_t after_end;          /* what replaced it is [before.start, after_end) */
    bool starts_line, ends_line; /* before.start and after_end are starts of a line, afterwards */
};

struct tt_change_log {
    struct tt_change *ring; /* owned; grows up to TT_CHANGE_MAX */
    size_t first, n, cap;   /* ring[(first + i) % cap], i < n */
    uint64_t oldest;        /* generation before the first remembered change */
    uint64_t newest;        /* generation after the last */
};

/* The log of a document whose first text is `generation`. */
void tt_change_log_init(struct tt_change_log *log, uint64_t generation);
void tt_change_log_release(struct tt_change_log *log);

/* Forget everything: older places cannot be followed to `generation`. */
void tt_change_log_restart(struct tt_change_log *log, uint64_t generation);

/* `before.start..before.end` was replaced by `added` bytes, which gave `after`
 * with this generation (not below the newest; several changes may lead to one
 * generation, and all but the last are then between generations).  A change
 * that changes nothing only moves `newest`.  Without memory the log restarts,
 * which makes older places stale: it never fails. */
void tt_change_log_add(struct tt_change_log *log, uint64_t generation, struct tt_range before,
                       uint32_t added, const struct tt_text *after);

/* Each change on the way from generation `from` to `to`, in order; TT_ESTALE, and no
 * call, when the log does not go back so far. */
int tt_change_log_each(const struct tt_change_log *log, uint64_t from, uint64_t to,
                       void (*each)(void *arg, const struct tt_change *change), void *arg);

/* Follow a range from generation `from` to `to` (from <= to, both known to the
 * log).  0, or TT_ESTALE: it was touched, or the log does not go back so far. */
int tt_change_log_rebase(const struct tt_change_log *log, uint64_t from, uint64_t to,
                         struct tt_range *range);

/* Follow n edits (sorted, disjoint) at once.  All of them, or none: TT_ESTALE
 * leaves `edits` as they were, and *touched (may be NULL) is the index of the
 * first that cannot be followed, or n when the log does not go back so far. */
int tt_change_log_rebase_edits(const struct tt_change_log *log, uint64_t from, uint64_t to,
                               struct tt_text_edit *edits, size_t n, size_t *touched);

/* Where an offset goes, for things that may be shown a little off (findings,
 * links), never for edits: inside of what was replaced it goes to the end of
 * the replacement with `after`, else to its start; an insertion exactly at the
 * offset pushes it only with `after`.  TT_ESTALE when the log does not go back. */
int tt_change_log_move(const struct tt_change_log *log, uint64_t from, uint64_t to, bool after,
                       uint32_t *offset);

#endif
