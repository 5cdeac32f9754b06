/* suppress.h -- comments that say "trimtab: ignore[ID]".
 *
 * On a line with code it speaks for findings that begin on that line; alone on
 * its line, for the next line with code.  ID is a rule, a finding, or "*";
 * several are separated by commas.
 */
#ifndef TT_ANALYSIS_SUPPRESS_H
#define TT_ANALYSIS_SUPPRESS_H

#include "analysis/rules.h"

struct tt_suppression {
    struct tt_range line; /* of the code it speaks for */
    tt_str ids;           /* between the brackets */
};

struct tt_suppressions {
    struct tt_suppression *at;
    size_t n;
};

/* All of the source, in `arena`.  TT_ENOMEM. */
int tt_suppressions_find(const struct tt_source *source, struct tt_arena *arena,
                         struct tt_suppressions *out);

bool tt_suppressed(const struct tt_suppressions *all, const struct tt_rule_info *rule,
                   uint32_t start);

#endif
