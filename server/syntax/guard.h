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
#include "syntax/parse.h"
#include "trimtab/range.h"

struct tt_lang;
struct TSTree;

/* How long the parses of one guard may take together.  What counts is what they
 * cost: on a busy machine a short parse waits long for the processor. */
struct tt_guard_limits {
    uint32_t cpu_ms;       /* processor time of the calling thread; 0: no limit at all */
    uint32_t wall_ms;      /* whatever the thread got of the processor; 0: no limit */
    tt_clock_us cpu, wall; /* NULL: the system's; without one for threads, `cpu` is `wall` */
    void *clock_arg;
};

struct tt_guard; /* guard.c: both trees of one check */

/* Parse what `before` becomes.  `tree` is of `before`, or NULL (parsed here).
 * `edits` are sorted and disjoint and turn `before` into `after`; all is
 * borrowed until the guard is destroyed.  TT_ENOMEM; TT_ETIMEOUT when a parse
 * was over the limits (NULL: none). */
int tt_guard_create(const struct tt_lang *lang, const struct TSTree *tree, tt_str before,
                    tt_str after, const struct tt_text_edit *edits, size_t n,
                    const struct tt_guard_limits *limits, struct tt_guard **out);
void tt_guard_destroy(struct tt_guard *guard); /* NULL is fine */

struct tt_guard_report {
    bool worse;    /* more errors, or `sign` */
    bool hopeless; /* many errors before, and the edits touch some: the grammar does not fit */
    uint32_t errors_before, errors_after; /* around the change */
    struct tt_range place;                /* in `after`: the first node that is new */
    const char *missing;                  /* static: what is missing there, or NULL: an error */
    uint32_t sign; /* a code point at `place` that no code has outside of its texts; 0: none */
};
int tt_guard_compare(const struct tt_guard *guard, struct tt_guard_report *out);

/* The tree of `before`, borrowed: the one that was given, or its copy. */
const struct TSTree *tt_guard_tree(const struct tt_guard *guard);

/* A leaf of the tree: a token of the language, or a comment as a whole. */
struct tt_leaf {
    struct tt_range range;
    uint64_t path;   /* hash of the kinds of all nodes above it */
    uint16_t symbol; /* UINT16_MAX: text that the grammar gives no node to */
    bool comment;
    bool name;      /* an identifier of some kind */
    bool declares;  /* it stands where names are given: a parameter, the left of an assignment */
    bool in_import; /* inside an import */
    bool error;     /* inside an ERROR node */
};
struct tt_leaves {
    struct tt_leaf *at;
    size_t n;
};
/* The leaves that touch `range`, in order, in the arena. */
int tt_guard_leaves_before(struct tt_guard *guard, struct tt_range range, struct tt_arena *arena,
                           struct tt_leaves *out);
int tt_guard_leaves_after(struct tt_guard *guard, struct tt_range range, struct tt_arena *arena,
                          struct tt_leaves *out);

/* The import block of `before`: from the first to the last import at the top
 * of the file, whole lines; without one, the empty range where it would go. */
struct tt_range tt_guard_imports(const struct TSTree *tree, tt_str before);

/* Alarms of this grammar are wrong so often (measured on real commits) that
 * they only warn. */
bool tt_guard_only_warns(const struct tt_lang *lang);

#endif
