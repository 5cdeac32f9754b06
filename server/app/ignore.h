/* ignore.h -- what git would not track: nested .gitignore files.
 *
 * A file's lines are matched against paths relative to its folder; in one file the
 * last line that matches decides, and an inner file comes before an outer one.
 */
#ifndef TT_APP_IGNORE_H
#define TT_APP_IGNORE_H

#include "trimtab/str.h"

struct tt_ignore; /* the lines of one folder, with a link to those of its parents */

/* The lines of `folder` (absolute): its .gitignore, and where it is a repository's what
 * tt_git_excludes finds, which comes first.  `parent` is borrowed while the result
 * lives; the result is `parent` itself when the folder has no lines.  Without
 * memory lines are forgotten. */
struct tt_ignore *tt_ignore_enter(struct tt_ignore *parent, const char *folder);

/* Undo tt_ignore_enter: gives `parent` back. */
struct tt_ignore *tt_ignore_leave(struct tt_ignore *ignore, struct tt_ignore *parent);

/* The lines of all folders from the repository's root down to `folder`, without
 * those of `folder` itself; NULL when it is in no repository. */
struct tt_ignore *tt_ignore_above(const char *folder);
void tt_ignore_destroy_all(struct tt_ignore *ignore); /* the result of tt_ignore_above */

/* Add lines by hand; for tests. */
struct tt_ignore *tt_ignore_add(struct tt_ignore *parent, const char *folder, tt_str lines);

/* `path` is absolute and in the folder of the innermost lines.  About it alone: what is in a
 * folder that is ignored is never come to, and cannot be taken back by "!". */
bool tt_ignore_has(const struct tt_ignore *ignore, tt_str path, bool is_folder);
/* For a file that nobody came to: it, or a folder that it is in. */
bool tt_ignore_has_below(const struct tt_ignore *ignore, tt_str path);

#endif
