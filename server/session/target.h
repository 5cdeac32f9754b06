/* target.h -- what an attempt may change, from what the user pointed at. */
#ifndef TT_SESSION_TARGET_H
#define TT_SESSION_TARGET_H

#include "prompt/prompt.h"
#include "trimtab/range.h"

struct tt_snapshot;

struct tt_target {
    struct tt_range range;  /* whole lines that may change */
    struct tt_range symbol; /* the enclosing definition, whole lines; empty: none */
    enum tt_prompt_scope scope;
};

/* `asked`: the cursor or selection.  With has_scope the scope is as wanted;
 * without, a selection is the lines of its statements and a cursor the definition round it (a
 * statement, or its line, where there is none). */
void tt_target_find(const struct tt_snapshot *snapshot, tt_str bytes, struct tt_range asked,
                    bool has_scope, enum tt_prompt_scope wanted, struct tt_target *out);

/* Grown to whole lines, the last line's end included. */
struct tt_range tt_whole_lines(tt_str bytes, struct tt_range range);

#endif
