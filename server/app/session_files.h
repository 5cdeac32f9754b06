/* session_files.h -- a session with the user's files around it. */
#ifndef TT_APP_SESSION_FILES_H
#define TT_APP_SESSION_FILES_H

#include "app/world.h"

struct tt_session;

/* Create the session over `world`: with the user's settings, and able to read
 * files of the workspace.  `parent_pid` 0: the client will say.  TT_ENOMEM. */
int tt_session_over_world(struct tt_world *world, uint32_t parent_pid, struct tt_session **out);

#endif
