/* parse.h -- turns a text into a tree, within a budget.
 *
 * A parser is used by one thread at a time and may be handed from one to
 * another while it is idle or suspended.  A parse that runs out of its budget
 * is suspended, not lost: tt_parse_resume goes on where it was, on another
 * thread if wanted (2 ms on the loop thread, then the rest in a job).
 *
 * Trees: tree-sitter forbids using one TSTree on two threads, so a job brings
 * its own tt_tree_copy (cheap: the nodes are shared and counted atomically),
 * and tt_tree_edit is done only on a private copy.
 */
#ifndef TT_PARSE_H
#define TT_PARSE_H

#include "trimtab/range.h"

#include <stdatomic.h>

struct tt_lang;
struct tt_text;
struct TSTree; /* tree_sitter/api.h, which only files of syntax/ and analysis/ include */

struct tt_parser; /* opaque */

/* NULL when out of memory. */
struct tt_parser *tt_parser_create(void);
void tt_parser_destroy(struct tt_parser *parser); /* NULL is fine; drops a suspended parse */

/* A clock in microseconds that only goes forward. */
typedef uint64_t (*tt_clock_us)(void *arg);

struct tt_parse_limits {
    uint32_t budget_us;        /* give up for now after so long; 0: no limit */
    const atomic_bool *cancel; /* true: give up; may be NULL */
    tt_clock_us clock;         /* NULL: the system's monotonic clock */
    void *clock_arg;
};

/* Parse `text`.  The parser keeps a reference to it until the parse is over.
 * `old` is NULL, or a tree that was edited (tt_tree_edit) to fit `text`:
 * borrowed during the call, what it shares with the result is reused.
 * `limits` may be NULL (none).  A parse that was suspended before is dropped.
 *
 * 0: *out is a new tree for the caller.  TT_ETIMEOUT: suspended, see below.
 * TT_ECANCELED: dropped.  TT_EINVALID: the grammar's version does not fit the
 * library.  TT_ENOMEM. */
int tt_parse(struct tt_parser *parser, const struct tt_lang *lang, struct tt_text *text,
             const struct TSTree *old, const struct tt_parse_limits *limits, struct TSTree **out);

/* As tt_parse with an edited `old`, in a time that does not depend on how much
 * there is around and between what was edited (splice.h).  True: *out is the new tree.  False:
 * it cannot be done here, or not within the limits; parse the whole.  A parse that
 * was suspended before is dropped. */
bool tt_parse_splice(struct tt_parser *parser, const struct tt_lang *lang,
                     const struct tt_text *text, const struct TSTree *old,
                     const struct tt_parse_limits *limits, struct TSTree **out);

/* Is such a tree one to splice into?  False: tt_parse_splice always is. */
bool tt_tree_can_splice(const struct TSTree *tree);

/* Go on with the suspended parse, with a new budget; results as above.
 * TT_EINVALID when none is suspended. */
int tt_parse_resume(struct tt_parser *parser, const struct tt_parse_limits *limits,
                    struct TSTree **out);

/* Drop the suspended parse, if there is one. */
void tt_parse_drop(struct tt_parser *parser);

/* NULL gives NULL. */
struct TSTree *tt_tree_copy(const struct TSTree *tree);
void tt_tree_destroy(struct TSTree *tree);

/* Tell a private copy that `range` of `before` was replaced, which gave `after`
 * with [range.start, after_end) in its place. */
void tt_tree_edit(struct TSTree *tree, const struct tt_text *before, const struct tt_text *after,
                  struct tt_range range, uint32_t after_end);

/* The same from points that were measured earlier, for when the texts are gone. */
struct tt_tree_change {
    uint32_t start, old_end, new_end;             /* bytes */
    uint32_t start_row, old_end_row, new_end_row; /* rows end with "\n" alone */
    uint32_t start_col, old_end_col, new_end_col; /* bytes */
};
struct tt_tree_change tt_tree_change_measure(const struct tt_text *before,
                                             const struct tt_text *after, struct tt_range range,
                                             uint32_t after_end);
void tt_tree_change_apply(struct TSTree *tree, const struct tt_tree_change *change);

/* About how much memory a tree takes when nothing else shares its nodes, in
 * bytes.  An estimate from its number of nodes: O(1). */
size_t tt_tree_estimate(const struct TSTree *tree);

/* Does it have ERROR or MISSING nodes? */
bool tt_tree_has_error(const struct TSTree *tree);

#endif
