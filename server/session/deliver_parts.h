/* deliver_parts.h -- what the files deliver*.c share; for them only. */
#ifndef TT_SESSION_DELIVER_PARTS_H
#define TT_SESSION_DELIVER_PARTS_H

#include "lsp/code_action.h"
#include "session/ask.h"

/* --- deliver_edit.c: what of a plan goes to the editor, and where -------------------- */

struct tt_chosen {
    struct tt_text_edit *edits; /* in the arena: sorted, disjoint */
    struct tt_range *lines;     /* in the arena: of each hunk, the whole lines it changes */
    size_t n, hunks;
    bool imports;
};

struct tt_outgoing_edit {
    struct tt_lsp_workspace_edit edit;
    struct tt_lsp_document_edit document;
    struct tt_lsp_annotation annotations[2];
};

/* "h1", in the arena. */
tt_str tt_deliver_hunk_id(struct tt_arena *arena, size_t i);

/* Is each of these the id of a hunk?  Else *unknown is the first that is none. */
bool tt_deliver_has_hunks(const struct tt_attempt *attempt, const tt_str *ids, size_t n,
                          tt_str *unknown);

/* Hunks by id, or (ids NULL) all but the noise, or all. */
int tt_deliver_choose(const struct tt_attempt *attempt, struct tt_arena *arena, const tt_str *ids,
                      size_t n_ids, bool all, struct tt_chosen *out);

/* Rebase to the newest text.  Gives NULL, with the verdict stale, when a line
 * that a hunk changes was touched: also where the few bytes that really change
 * were not, since the model did not see what the line says now. */
struct tt_snapshot *tt_deliver_rebase(struct tt_attempt *attempt, struct tt_chosen *chosen);

/* In the client's positions for `now`; `out` borrows from the arena and from itself. */
int tt_deliver_write_edit(struct tt_attempt *attempt, struct tt_arena *arena,
                          const struct tt_chosen *chosen, const struct tt_snapshot *now,
                          struct tt_outgoing_edit *out);

tt_str tt_deliver_stale_reason(const struct tt_attempt *attempt);
void tt_deliver_refuse_stale(struct tt_attempt *attempt);

/* --- deliver_apply.c: by workspace/applyEdit --------------------------------------------- */

void tt_deliver_apply(struct tt_attempt *attempt);
int tt_deliver_send(struct tt_attempt *attempt, struct tt_chosen *chosen, struct tt_snapshot *now);

/* --- deliver_proposal.c: as the answer to the command ------------------------------------- */

void tt_deliver_propose(struct tt_attempt *attempt);

/* --- deliver_hold.c: only after a yes -------------------------------------------------------- */

/* The user said, or what it does suggests, that nothing is applied without a look at it. */
bool tt_deliver_must_ask(const struct tt_attempt *attempt);
/* Does the editor show an edit first, if it is told to? */
bool tt_deliver_editor_asks(const struct tt_session *session);
void tt_deliver_hold(struct tt_attempt *attempt);

#endif
