/* excerpt.h -- a place in a source file, shown with its line and a caret under it. */
#ifndef TT_APP_EXCERPT_H
#define TT_APP_EXCERPT_H

#include "app/out.h"
#include "trimtab/range.h"

struct tt_text;

/*    12 |     requests.get(url)
 *       |     ^~~~~~~~~~~~~~~~~
 * Only the first line of the range; very long lines are cut round it. */
void tt_excerpt_add(struct tt_buf *out, const struct tt_text *text, struct tt_range range,
                    const struct tt_colors *colors, const char *caret_color);

/* Lines of a unified diff, coloured by their first character. */
void tt_diff_add_colored(struct tt_buf *out, tt_str diff, const struct tt_colors *colors);

#endif
