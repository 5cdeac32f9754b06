/* fix_all.h -- one finding of the rules, wherever it stands in a file, by one request.
 *
 * Each place is what mending that finding alone might change; between the places
 * nothing may change.  One request means one price, said before, and one review.
 */
#ifndef TT_SESSION_FIX_ALL_H
#define TT_SESSION_FIX_ALL_H

#include "analysis/rules.h"
#include "session/state.h"

#define TT_FIX_ALL_MAX 40u /* findings in one request */

struct tt_fix_all {
    struct tt_range range;   /* from the first place to the last */
    struct tt_range *places; /* whole lines, sorted, disjoint; in the arena */
    size_t n_places;
    size_t n;     /* findings of the rule that a model can mend, at most TT_FIX_ALL_MAX */
    size_t total; /* ... that there are */
};

/* Those of this rule in this snapshot; `bytes` is its text.  With `out->n` below 2 there is
 * nothing that one request more would spare.  TT_ENOTFOUND: the rules have not run over all of
 * this text yet; TT_ENOMEM. */
int tt_fix_all_find(struct tt_session *session, const struct tt_snapshot *snapshot, tt_str bytes,
                    tt_str rule, struct tt_arena *arena, struct tt_fix_all *out);

#endif
