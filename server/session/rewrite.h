/* rewrite.h -- trimtab.fix: rewrites that need no model, by workspace/applyEdit. */
#ifndef TT_SESSION_REWRITE_H
#define TT_SESSION_REWRITE_H

#include "lsp/workspace_edit.h"
#include "session/state.h"

/* Apply what `rule` offers in the range, or (empty) all safe rewrites in it, and answer the
 * call with null; with an error when there is nothing to rewrite. */
void tt_rewrite(struct tt_session *session, struct tt_call *call, struct tt_snapshot *snapshot,
                struct tt_range range, tt_str rule);

/* The same edits for the client, about the text of the snapshot; in the arena.  NULL: no
 * memory. */
const struct tt_lsp_workspace_edit *tt_rewrite_edit(const struct tt_session *session,
                                                    const struct tt_snapshot *snapshot,
                                                    const struct tt_text_edit *edits, size_t n,
                                                    struct tt_arena *arena);

#endif
