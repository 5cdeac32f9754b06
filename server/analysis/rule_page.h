/* rule_page.h -- a rule for people: what it finds, why, and what to do.
 *
 * The page comes from the rule's own file, examples included, so that it cannot say
 * anything else than what the tests of the rule have seen.
 */
#ifndef TT_ANALYSIS_RULE_PAGE_H
#define TT_ANALYSIS_RULE_PAGE_H

#include "analysis/rules.h"
#include "base/buf.h"

/* Append the page of one rule (of a set, as tt_rules_at gives it) as Markdown. */
int tt_rule_page(const struct tt_rule_info *info, struct tt_buf *out);

/* Append the list of all rules of the set, with links to their pages. */
int tt_rule_pages_index(const struct tt_rules *rules, struct tt_buf *out);

#endif
