/* deliver_proposal.c -- a proposal, or why there is none, as the answer to the command. */
#include "session/deliver_parts.h"

#include "lsp/command.h"
#include "session/new_file.h"
#include "text/text.h"
#include "trimtab/error.h"

int tt_deliver_proposal(struct tt_attempt *attempt, struct tt_arena *arena,
                        struct tt_lsp_proposal *out)
{
    const struct tt_edit_plan *plan = attempt->plan;
    size_t n = tt_edit_plan_hunk_count(plan);
    struct tt_lsp_hunk *hunks = tt_arena_array(arena, n + 1, sizeof(*hunks));
    struct tt_text_edit *edits = tt_arena_array(arena, n + 1, sizeof(*edits));
    struct tt_snapshot *now;
    char name[24];

    if (!hunks || !edits)
        return TT_ENOMEM;
    if (attempt->scope == TT_PROMPT_NEW_FILE)
        return tt_new_file_proposal(attempt, arena, out);
    for (size_t i = 0; i < n; i++)
        edits[i] = tt_edit_plan_hunk_at(plan, i)->edit;
    if (tt_documents_rebase_edits(attempt->session->documents, attempt->key, &attempt->place, edits,
                                  n, &now, NULL))
        return TT_ESTALE;
    for (size_t i = 0; i < n; i++) {
        const struct tt_edit_hunk *hunk = tt_edit_plan_hunk_at(plan, i);

        hunks[i] = (struct tt_lsp_hunk){
            .id = tt_deliver_hunk_id(arena, i),
            .range = tt_text_position_range(now->text, edits[i].range,
                                            attempt->session->client.encoding),
            .text = edits[i].text,
            .label = hunk->label,
            .noise = hunk->noise != TT_NOISE_NONE,
        };
    }
    *out = (struct tt_lsp_proposal){
        .id = tt_arena_dup(arena, tt_attempt_name(attempt, name)),
        .uri = attempt->uri,
        .verdict = attempt->held ? TT_STR("held") : tt_str_from(tt_verdict_name(attempt->verdict)),
        .reason = tt_edit_plan_reason(plan),
        .warning = tt_attempt_warning(attempt),
        .review = tt_deliver_must_ask(attempt),
        .version = now->version,
        .hunks = hunks,
        .n = n,
        .why = attempt->why,
    };
    return 0;
}

int64_t tt_deliver_version(const struct tt_attempt *attempt)
{
    const struct tt_snapshot *now = tt_documents_get(attempt->session->documents, attempt->key);

    now = now ? now : attempt->snapshot;
    return now && now->has_version ? now->version : 0;
}

void tt_deliver_refusal(struct tt_attempt *attempt, struct tt_call *call)
{
    struct tt_buf receipt = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_outgoing out;
    char name[24];
    struct tt_lsp_proposal p = {
        .id = tt_attempt_name(attempt, name),
        .uri = attempt->uri,
        .verdict = tt_str_from(tt_verdict_name(attempt->verdict)),
        .reason = attempt->reason,
        .version = tt_deliver_version(attempt),
        .why = attempt->why,
    };

    if (tt_receipt_write(attempt, &receipt) == 0)
        p.receipt = tt_buf_str(&receipt);
    tt_outgoing_init(&out);
    tt_lsp_write_proposal(&out.w, &p);
    tt_call_reply(call, &out);
    tt_buf_release(&receipt);
}

void tt_deliver_propose(struct tt_attempt *attempt)
{
    struct tt_session *session = attempt->session;
    struct tt_call *call = tt_call_find(session->calls, attempt->call);
    struct tt_buf receipt = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_lsp_proposal p;
    struct tt_outgoing out;
    int err;

    if (!call) {
        tt_attempt_finish(attempt);
        return;
    }
    err = tt_deliver_proposal(attempt, &call->arena, &p);
    if (err) {
        attempt->verdict = TT_EDIT_STALE;
        tt_deliver_refuse_stale(attempt);
        return;
    }
    attempt->stage = TT_ATTEMPT_PROPOSED;
    attempt->call = 0;
    attempt->ended_ms = session->io->now(session->io);
    if (tt_receipt_write(attempt, &receipt) == 0)
        p.receipt = tt_buf_str(&receipt);
    tt_attempt_end_progress(attempt);
    tt_outgoing_init(&out);
    tt_lsp_write_proposal(&out.w, &p);
    tt_call_reply(call, &out);
    tt_buf_release(&receipt);
    tt_attempt_finish(attempt);
}
