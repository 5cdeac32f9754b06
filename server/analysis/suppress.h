/* suppress.h -- comments that say "trimtab: ignore[ID]", and those for other linters.
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

/* Does a comment (in Java: an annotation) tell another linter to be silent about what this
 * rule says at `start`?  A mark with codes speaks of the rules that have one of them in
 * `same_as`; one without, of all rules that have any.  suppress_others.c has the marks. */
bool tt_suppressed_for_others(const struct tt_source *source, const struct tt_rule_info *rule,
                              uint32_t start);

/* For suppress_others.c: does the byte stand in a comment? */
bool tt_suppress_in_comment(const struct tt_source *source, uint32_t offset);

#endif
