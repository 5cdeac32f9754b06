/* menu.h -- textDocument/codeAction: local, in milliseconds, never the network. */
#ifndef TT_SESSION_MENU_H
#define TT_SESSION_MENU_H

#include "session/state.h"

/* Every kind that an action may have, for the capabilities; ends with NULL. */
const char *const *tt_menu_kinds(void);

/* The session shuts down: what waits is answered as things stand. */
void tt_menu_answer_all(struct tt_session *session);

/* Is there something worth waiting for? */
bool tt_menu_not_ready(struct tt_session *session, const struct tt_snapshot *snapshot);

/* workspace/executeCommand waits until the document's tree (`rules`: and what they find) is
 * there, or its patience ends; tt_execute_now goes on from there.  `params` is copied. */
void tt_command_defer(struct tt_session *session, struct tt_call *call,
                      const struct tt_json *params, const struct tt_snapshot *snapshot, bool rules);
/* They are answered as cancelled. */
void tt_commands_cancel_waiting(struct tt_session *session);

/* Calls that waited for a tree are left to tt_calls_end. */
void tt_menu_release(struct tt_session *session);

#endif
