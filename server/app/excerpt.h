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

/* A unified diff as git writes it, with three lines around each change: "a/" and
 * "b/" before the path, that of an absolute path from below the root.  Coloured by
 * the first character of a line.  Fails with TT_ENOMEM. */
int tt_diff_add(struct tt_buf *out, const char *path, tt_str before, tt_str after,
                const struct tt_colors *colors);

#endif
