/* planning.h -- plans that are made and looked at in one line. */
#ifndef TT_TEST_PLANNING_H
#define TT_TEST_PLANNING_H

#include "base/buf.h"
#include "test.h"
#include "trimtab/edit.h"
#include "trimtab/error.h"

#define SR(old, new) "<<<<<<< SEARCH\n" old "=======\n" new ">>>>>>> REPLACE\n"

/* `x = 1` and `return x` stand in both. */
extern const char two_functions[];

/* Of an answer that is complete. */
struct tt_edit_plan *plan_of(struct tt_edit_input in);
void check_result(const struct tt_edit_plan *plan, const char *before, bool drop_noise,
                  const char *want);
void check_verdict(const struct tt_edit_plan *plan, enum tt_verdict want, const char *row);
/* The range of the first occurrence of `part`. */
struct tt_range range_of(const char *text, const char *part);

#endif
