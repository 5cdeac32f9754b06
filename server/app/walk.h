/* walk.h -- the source files that PATH... names.
 *
 * A file that is named is taken, whatever it is called.  A folder is walked: what
 * git ignores, what the settings ignore, dependencies, build output, files of
 * unknown languages and symbolic links are left out.
 */
#ifndef TT_APP_WALK_H
#define TT_APP_WALK_H

#include "app/settings.h"

struct tt_walk {
    char **paths; /* owned, n of them: as given, or below what was given; each once */
    size_t n, cap;
    size_t ignored; /* entries left out */
    int err;        /* sticky: TT_ENOMEM */
};

/* Say on stderr what cannot be read.  TT_ENOTFOUND when one of the words is not
 * there, TT_ENOMEM. */
int tt_walk_paths(const char *const *words, size_t n, const struct tt_cli_settings *settings,
                  struct tt_walk *out);
void tt_walk_release(struct tt_walk *walk);

#endif
