/* paths.h -- does a path in an answer mean the file being edited? */
#ifndef TT_EDIT_PATHS_H
#define TT_EDIT_PATHS_H

#include "trimtab/str.h"

enum tt_path_fit {
    TT_PATH_OTHER,
    TT_PATH_SAME_NAME, /* the same file name, in another folder */
    TT_PATH_SAME,
};

/* `ours` is relative to the workspace, or absolute; `theirs` may be shorter
 * (folders in front left out), absolute, or begin with "./". */
enum tt_path_fit tt_path_fit(tt_str ours, tt_str theirs);

#endif
