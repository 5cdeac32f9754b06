/* since.h -- which lines of which files are new since a revision of git.
 *
 * Asks the git of the user's PATH.  A file that git does not know yet is new as a
 * whole; a file that it ignores or that did not change is not there.
 */
#ifndef TT_APP_SINCE_H
#define TT_APP_SINCE_H

#include "base/map.h"
#include "trimtab/str.h"

#include <stdbool.h>
#include <stdint.h>

struct tt_since {
    struct tt_map files; /* absolute path -> struct tt_since_file, owned */
};

/* What is new in the working tree of the repository of `near` against `revision`.
 * Says on stderr why not: TT_ENOTFOUND (no repository, no such revision, no git), TT_ENOMEM. */
int tt_since_read(const char *near, const char *revision, struct tt_since *out);
void tt_since_release(struct tt_since *since);

/* `path` as the user wrote it.  Is anything of the file new? */
bool tt_since_has(const struct tt_since *since, const char *path);

/* Is one of the lines first..last (from 0) new? */
bool tt_since_touches(const struct tt_since *since, const char *path, uint32_t first,
                      uint32_t last);

#endif
