/* template.h -- the language in which a rule says how to repair what it found.
 *
 * One line a change:
 *
 *   replace @a: TEXT      the node's text becomes TEXT
 *   before @a: TEXT       insert in front of it
 *   after @a: TEXT        insert behind it
 *   above @a: TEXT        a new line above the line it begins on, indented alike
 *   below @a: TEXT        a new line below the line it ends on
 *   delete @a             remove it
 *   import: TEXT          add this import unless the file has it
 *   | TEXT                one more line of the change above
 *
 * {{@a}} is the text of a capture; {{@a?TEXT}} is TEXT when the match has it,
 * {{@a!TEXT}} when it has not; {{@a|x=y}} is the text with its last x made y.  Lines after the
 * first get the indentation of the line that the change begins on; text of captures that spans
 * lines is moved along, but for what stands inside strings.  A change that names a capture which
 * the match does not have (outside ? and !) makes the whole fix impossible: that is how a rule
 * offers its fix only for some of its patterns.
 */
#ifndef TT_ANALYSIS_TEMPLATE_H
#define TT_ANALYSIS_TEMPLATE_H

#include "analysis/source.h"
#include "base/arena.h"
#include "syntax/query.h"

struct tt_template;

/* Read a fix block; the template lives in `arena`, `text` must live as long.
 * NULL with *message (static) and *line (from 0) when it is wrong; *message is
 * NULL when out of memory. */
const struct tt_template *tt_template_read(tt_str text, struct tt_arena *arena, uint32_t *line,
                                           const char **message);

/* The edits for one match, sorted and disjoint, in `arena`.  *n is 0 when the
 * match lacks something or the edits would collide.  TT_ENOMEM. */
int tt_template_apply(const struct tt_template *tpl, const struct tt_match *match,
                      const struct tt_source *source, struct tt_arena *arena,
                      struct tt_text_edit **edits, size_t *n);

/* Fill captures into a message: first lines only, at most 60 bytes each. */
tt_str tt_template_message(tt_str text, const struct tt_match *match, struct tt_arena *arena);

#endif
