/* deliver.c -- from a plan to the editor: to whoever asked, in the way that was asked for.
 *
 *   deliver_edit.c      what of the plan, and where it is by now
 *   deliver_apply.c     by workspace/applyEdit
 *   deliver_proposal.c  as a proposal
 *   deliver_hold.c      only after a yes
 *   deliver.c           by codeAction/resolve; which of these; trimtab.decide
 */
#include "session/deliver_parts.h"

#include "session/new_file.h"
#include "session/outcomes.h"
#include "trimtab/error.h"

/* --- by codeAction/resolve --------------------------------------------------------------- */

/* The call is answered, or nothing was done. */
static int answer_resolve(struct tt_attempt *attempt, struct tt_call *call, tt_str json,
                          size_t *hunks)
{
    struct tt_session *session = attempt->session;
    struct tt_json_text action;
    struct tt_outgoing_edit edit;
    struct tt_outgoing out;
    struct tt_chosen chosen;
    struct tt_snapshot *now;

    if (tt_deliver_choose(attempt, &call->arena, NULL, 0, false, &chosen) < 0)
        return TT_ENOMEM;
    now = tt_deliver_rebase(attempt, &chosen);
    if (!now)
        return TT_ESTALE;
    if (tt_deliver_write_edit(attempt, &call->arena, &chosen, now, &edit) < 0 ||
        tt_json_parse(json, &call->arena, &action) < 0)
        return TT_ENOMEM;
    *hunks = chosen.hunks;
    tt_watch_sent(attempt, now, chosen.edits, chosen.n);
    tt_outgoing_init(&out);
    tt_lsp_write_resolved(&out.w, &session->client, action.root, &edit.edit, NULL);
    tt_call_reply(call, &out);
    return 0;
}

static void resolve(struct tt_attempt *attempt)
{
    struct tt_call *call = tt_call_find(attempt->session->calls, attempt->call);
    int err =
        call ? answer_resolve(attempt, call, attempt->resolve_action, &attempt->applied_hunks) : 0;

    if (err == TT_ESTALE) {
        tt_deliver_refuse_stale(attempt);
    } else if (err) {
        tt_attempt_refuse(attempt, TT_STR("trimtab is out of memory."));
    } else {
        attempt->call = 0;
        tt_attempt_finish(attempt);
    }
}

bool tt_deliver_resolved_again(struct tt_attempt *attempt, struct tt_call *call, tt_str action)
{
    size_t hunks;

    return attempt->applied_hunks > 0 && attempt->verdict == TT_EDIT_READY && attempt->plan &&
           !attempt->held && answer_resolve(attempt, call, action, &hunks) == 0;
}

/* --- which way ------------------------------------------------------------------------------ */

/* Nothing speaks against it, but somebody has to look at it, and the editor will not ask. */
static bool waits_for_yes(const struct tt_attempt *attempt)
{
    return attempt->delivery == TT_DELIVER_APPLY && tt_deliver_must_ask(attempt) &&
           (attempt->n_places || !attempt->ask_first);
}

void tt_deliver(struct tt_attempt *attempt)
{
    tt_ask_settle(attempt); /* nothing more will be asked, whatever the editor does with it */
    attempt->ask_first = attempt->session->config->confirm == TT_CONFIRM_ALWAYS &&
                         tt_deliver_editor_asks(attempt->session);
    if (attempt->delivery == TT_DELIVER_COMPARE) {
        attempt->stage = TT_ATTEMPT_PROPOSED;
        tt_attempt_finish(attempt);
    } else if (attempt->delivery == TT_DELIVER_PROPOSE)
        tt_deliver_propose(attempt);
    else if (attempt->scope == TT_PROMPT_NEW_FILE && !(attempt->held && attempt->call))
        tt_new_file_deliver(attempt);
    else if (attempt->held || waits_for_yes(attempt))
        tt_deliver_hold(attempt);
    else if (attempt->delivery == TT_DELIVER_RESOLVE)
        resolve(attempt);
    else
        tt_deliver_apply(attempt);
}

static int remember_accepted(struct tt_attempt *attempt, const tt_str *hunks, size_t n, bool all)
{
    attempt->ask_first = false;
    attempt->accepted_all = all;
    attempt->n_accepted = n;
    attempt->accepted =
        hunks ? tt_arena_array(&attempt->arena, n + 1, sizeof(*attempt->accepted)) : NULL;
    if (hunks && !attempt->accepted)
        return TT_ENOMEM;
    for (size_t i = 0; hunks && i < n; i++) {
        attempt->accepted[i] = tt_arena_dup(&attempt->arena, hunks[i]);
        if (!attempt->accepted[i].p)
            return TT_ENOMEM;
    }
    return 0;
}

int tt_deliver_decided(struct tt_attempt *attempt, const tt_str *hunks, size_t n, bool all,
                       struct tt_buf *why)
{
    struct tt_arena arena;
    struct tt_chosen chosen;
    struct tt_snapshot *now;
    tt_str unknown;
    int err;

    if (attempt->stage != TT_ATTEMPT_PROPOSED) {
        tt_buf_adds(why, "That proposal was decided already, or is no longer kept. Ask again.");
        return TT_EINVALID;
    }
    if (!tt_deliver_has_hunks(attempt, hunks, n, &unknown)) {
        tt_buf_addf(why, "The proposal has no hunk %.*s, so nothing was applied.",
                    TT_STR_ARG(unknown));
        return TT_EINVALID;
    }
    tt_arena_init(&arena);
    err = tt_deliver_choose(attempt, &arena, hunks, n, all, &chosen);
    if (!err)
        err = remember_accepted(attempt, hunks, n, all);
    if (!err && attempt->scope == TT_PROMPT_NEW_FILE) {
        tt_arena_release(&arena);
        return tt_new_file_create(attempt);
    }
    now = err ? NULL : tt_deliver_rebase(attempt, &chosen);
    if (!err && !now) {
        tt_buf_add(why, tt_deliver_stale_reason(attempt));
        err = TT_ESTALE;
    }
    if (!err)
        err = tt_deliver_send(attempt, &chosen, now);
    tt_arena_release(&arena);
    return err;
}
