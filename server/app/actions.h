/* actions.h -- CodeAction objects of the server, for people. */
#ifndef TT_APP_ACTIONS_H
#define TT_APP_ACTIONS_H

#include "app/out.h"
#include "rpc/json.h"

/* A line or two for each: title, kind, and where it would go. */
void tt_actions_add(struct tt_buf *out, const struct tt_json *actions, struct tt_arena *arena,
                    const struct tt_colors *colors);

/* The text edits that an action's `edit` has for `uri` (documentChanges or changes),
 * as raw JSON TextEdits in the order given; *n of them in the arena. */
int tt_action_edits(const struct tt_json *edit, tt_str uri, struct tt_arena *arena,
                    const struct tt_json ***out, size_t *n);

#endif
