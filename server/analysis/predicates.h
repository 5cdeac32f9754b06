/* predicates.h -- what a query cannot say, as functions with names.
 *
 * rules/README.md lists them for people who write rules.  Each is a pure
 * function of a match and of the source, handed over as tt_match.data.
 */
#ifndef TT_ANALYSIS_PREDICATES_H
#define TT_ANALYSIS_PREDICATES_H

#include "analysis/source.h"
#include "base/map.h"
#include "syntax/query.h"

/* What tt_match.data points to while rules run. */
struct tt_pred_context {
    const struct tt_source *source; /* the file, not a part of it */
    tt_str bytes;                   /* that the tree belongs to: the file, or SQL in a string */
    TSNode root;
    bool embedded; /* SQL in a string of another language */
    struct tt_pred_memo *memo;
};

/* What is found out about the tree once, by the first predicate that asks: else
 * each match would go through all of it.  Zero at first; of one run. */
struct tt_pred_memo {
    struct tt_map functions; /* name -> how it is declared: async, plain, catching its errors */
    bool has_functions;
    struct sql_marks *sql; /* owned; NULL: not asked for yet, or no memory */
};

void tt_pred_memo_release(struct tt_pred_memo *memo);

extern const struct tt_query_pred tt_predicates[];
extern const size_t tt_predicates_count;

#endif
