/* placeholder.h -- "... existing code ...": text that stands for code it does not show. */
#ifndef TT_EDIT_PLACEHOLDER_H
#define TT_EDIT_PLACEHOLDER_H

#include "trimtab/str.h"

/* The first line of `new` that is a placeholder and does not stand in `before`
 * already.  `python`: a line of three dots is code there.  Empty when there is
 * none. */
tt_str tt_placeholder_find(tt_str before, tt_str new, bool python);

#endif
