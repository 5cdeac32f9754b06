/* trust.h -- folders whose prompts and rules the user trusts.
 *
 * One absolute path a line in $XDG_STATE_HOME/trimtab/trust.  A folder counts
 * for everything below it.  These block: from commands and jobs only.
 */
#ifndef TT_APP_TRUST_H
#define TT_APP_TRUST_H

#include "base/buf.h"

/* Is this folder (absolute), or one above it, trusted?  By its real path. */
bool tt_trusted(tt_str folder);

/* The file's lines; empty when there is none.  Errors as tt_file_read. */
int tt_trust_read(struct tt_buf *out);

/* Add or take out one folder; *changed says whether it was not so before.
 * TT_ENOTFOUND when there is no such folder (to add) or no place for the file. */
int tt_trust_set(const char *folder, bool trusted, bool *changed);

#endif
