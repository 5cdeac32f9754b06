/* diff_slide.h -- move changed groups to where a person would have put them; part of diff. */
#ifndef TT_DIFF_SLIDE_H
#define TT_DIFF_SLIDE_H

#include "text/diff_seq.h"

/* A group of lines that was only added (or only removed) can often begin one
 * line earlier or later with the same result.  Choose blank lines and low
 * indentation as borders, in both texts; `changed` is updated. */
void tt_diff_slide(tt_str a_text, struct tt_seq *a, tt_str b_text, struct tt_seq *b);

#endif
