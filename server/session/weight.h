/* weight.h -- how much of a text that was written is still there.
 *
 * A text weighs as much as it has bytes that are not white space: formatting it is
 * not changing it.
 */
#ifndef TT_SESSION_WEIGHT_H
#define TT_SESSION_WEIGHT_H

#include "text/text.h"

double tt_weight(const struct tt_text *text, struct tt_range range);
double tt_weight_str(tt_str s);

/* How much of `written` is in `now`, word by word and in its order: a formatter may have
 * written all of it anew.  < 0: that is too much to find out. */
double tt_weight_in_common(tt_str written, tt_str now);

/* Does b hold at rb what a holds at ra? */
bool tt_weight_same(const struct tt_text *a, struct tt_range ra, const struct tt_text *b,
                    struct tt_range rb);

#endif
