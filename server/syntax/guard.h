/* guard.h -- does an edit make a text parse worse, and does it change any code?
 *
 * A private copy of the snapshot's tree is edited and parsed again, reusing all
 * that the edits do not touch.  Files that are already broken can still be
 * edited: only *more* ERROR and MISSING nodes around the change are a doubt.
 * Thread-safe as long as the given tree is not in use on another thread.
 */
#ifndef TT_GUARD_H
#define TT_GUARD_H

#include "base/arena.h"
#include "trimtab/range.h"

struct tt_lang;
struct TSTree;

struct tt_guard; /* guard.c: both trees of one check */

/* Parse what `before` becomes.  `tree` is of `before`, or NULL (parsed here).
 * `edits` are sorted and disjoint and turn `before` into `after`; all is
 * borrowed until the guard is destroyed.  TT_ENOMEM; TT_ETIMEOUT when a parse
 * took over `budget_ms` (0: no limit). */
int tt_guard_create(const struct tt_lang *lang, const struct TSTree *tree, tt_str before,
                    tt_str after, const struct tt_text_edit *edits, size_t n, unsigned budget_ms,
                    struct tt_guard **out);
void tt_guard_destroy(struct tt_guard *guard); /* NULL is fine */

struct tt_guard_report {
    bool worse;
    uint32_t errors_before, errors_after; /* around the change */
    struct tt_range place;                /* in `after`: the first node that is new */
    const char *missing;                  /* static: what is missing there, or NULL: an error */
};
int tt_guard_compare(const struct tt_guard *guard, struct tt_guard_report *out);

/* A leaf of the tree: a token of the language. */
struct tt_leaf {
    struct tt_range range;
    uint16_t symbol;
    bool comment;
    bool name;    /* an identifier of some kind */
    bool literal; /* inside a string or template: its white space counts */
    bool error;   /* inside an ERROR node, or missing */
};
struct tt_leaves {
    struct tt_leaf *at;
    size_t n;
};
/* The leaves that touch `range`, in order, in the arena. */
int tt_guard_leaves_before(const struct tt_guard *guard, struct tt_range range,
                           struct tt_arena *arena, struct tt_leaves *out);
int tt_guard_leaves_after(const struct tt_guard *guard, struct tt_range range,
                          struct tt_arena *arena, struct tt_leaves *out);

/* The import block of `before`: from the first to the last import at the top
 * of the file, whole lines; without one, the empty range where it would go. */
struct tt_range tt_guard_imports(const struct tt_lang *lang, const struct TSTree *tree,
                                 tt_str before);

/* Alarms of this grammar are wrong so often (measured on real commits) that
 * they only warn. */
bool tt_guard_only_warns(const struct tt_lang *lang);

#endif
