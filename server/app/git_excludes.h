/* git_excludes.h -- what git ignores in a repository, besides its .gitignore files. */
#ifndef TT_APP_GIT_EXCLUDES_H
#define TT_APP_GIT_EXCLUDES_H

#include "base/buf.h"

/* If `folder` (absolute) is the top of a repository or of a worktree, append the lines of the
 * user's own file (core.excludesFile, or git/ignore in the folder of settings), then those of
 * the repository's info/exclude: the later ones decide.  What cannot be read is left out.
 * Of git's settings those of the system, of the user and of the repository are read, with what
 * they include without a condition. */
void tt_git_excludes(const char *folder, struct tt_buf *out);

#endif
