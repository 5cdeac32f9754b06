/* logging.h -- the log on stderr: for people who run the server by hand, and for
 * editors that keep it. */
#ifndef TT_APP_LOGGING_H
#define TT_APP_LOGGING_H

#include "base/log.h"

/* `level` is a name ("debug"); NULL: TRIMTAB_LOG, else "warn".  TT_EINVALID when
 * there is no such level.  Lines that stderr has no room for are dropped: an
 * editor that does not read it must not stop the server. */
int tt_logging_start(const char *level);

#endif
