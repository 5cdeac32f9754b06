/* actions.h -- the model actions of a session: ours, the user's own, and the one
 * that mends another server's diagnostic. */
#ifndef TT_SESSION_ACTIONS_H
#define TT_SESSION_ACTIONS_H

#include "prompt/prompt.h"
#include "session/state.h"
#include "trimtab/task.h"

#define TT_ACTION_DIAGNOSTIC      "diagnostic"
#define TT_ACTION_DIAGNOSTIC_KIND "quickfix.trimtab.diagnostic"
#define TT_ACTION_EVERYWHERE_KIND "quickfix.trimtab.everywhere" /* see fix_all.h */

/* The action that `data` of a menu entry or a command names: ours is static, any
 * other is made in `arena`.  `diagnostic` is the message for TT_ACTION_DIAGNOSTIC.
 * NULL: there is none of that name, or memory is out. */
const struct tt_task_action *tt_action_named(struct tt_session *session, tt_str leaf,
                                             tt_str diagnostic, struct tt_arena *arena);

/* A copy in `arena`, for those who outlive the settings; NULL gives NULL. */
const struct tt_task_action *tt_action_copy(const struct tt_task_action *action,
                                            struct tt_arena *arena);

/* The scope that it wants; false: what is pointed at decides. */
bool tt_action_scope(const struct tt_task_action *action, enum tt_prompt_scope *out);

/* Is a model offered in documents of this language, by the settings? */
struct tt_lang;
bool tt_actions_on(const struct tt_session *session, const struct tt_lang *lang);

#endif
