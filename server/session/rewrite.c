/* rewrite.c -- see rewrite.h.
 *
 * A menu's local rewrites come with their edit; this is for clients that take only
 * commands from a menu, and for keys that are bound to one.
 */
#include "session/rewrite.h"

#include "lsp/window.h"
#include "lsp/workspace_edit.h"
#include "session/findings.h"
#include "text/text.h"
#include "trimtab/error.h"

#define TITLE "Rewrite by trimtab"

static void on_applied(void *data, uint64_t tag, const struct tt_message *response)
{
    struct tt_session *session = data;
    struct tt_lsp_apply_result result = { false, { NULL, 0 } };
    struct tt_lsp_reader reader;
    struct tt_arena arena;

    (void)tag;
    if (!response)
        return;
    tt_arena_init(&arena);
    reader = (struct tt_lsp_reader)TT_LSP_READER(&arena);
    result.failure_reason = response->error_message;
    if (!response->failed)
        tt_lsp_read_apply_result(&reader, response->result, &result);
    if (!result.applied)
        tt_show_message(session, TT_LSP_MESSAGE_WARNING,
                        "trimtab: the editor did not apply the rewrite (%.*s). The document may "
                        "have changed meanwhile: do it again.",
                        TT_STR_ARG(result.failure_reason.n ? result.failure_reason
                                                           : TT_STR("it gave no reason")));
    tt_arena_release(&arena);
}

/* Those that this rule offers; of all rules, those that never change what code does. */
static int edits_of(struct tt_session *session, struct tt_call *call, struct tt_snapshot *snapshot,
                    struct tt_range range, tt_str rule, struct tt_text_edit **edits, size_t *n)
{
    struct tt_findings found;
    size_t kept = 0;
    int err = tt_findings_at(session, snapshot, range, &call->arena, &found);

    for (size_t i = 0; !err && i < found.n; i++) {
        if (!rule.n || tt_str_eq(found.at[i].rule->id, rule))
            found.at[kept++] = found.at[i];
    }
    return err ? err : tt_rules_fix_all(found.at, kept, rule.n > 0, &call->arena, edits, n, NULL);
}

const struct tt_lsp_workspace_edit *tt_rewrite_edit(const struct tt_session *session,
                                                    const struct tt_snapshot *snapshot,
                                                    const struct tt_text_edit *edits, size_t n,
                                                    struct tt_arena *arena)
{
    struct tt_lsp_workspace_edit *edit = tt_arena_alloc(arena, sizeof(*edit));
    struct tt_lsp_document_edit *document = tt_arena_alloc(arena, sizeof(*document));
    struct tt_lsp_text_edit *texts = tt_arena_array(arena, n + 1, sizeof(*texts));

    if (!edit || !document || !texts)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        texts[i].range =
            tt_text_position_range(snapshot->text, edits[i].range, session->client.encoding);
        texts[i].text = edits[i].text;
    }
    *document = (struct tt_lsp_document_edit){
        .uri = snapshot->uri,
        .has_version = snapshot->has_version,
        .version = snapshot->version,
        .edits = texts,
        .n = n,
    };
    edit->documents = document;
    edit->n = 1;
    return edit;
}

static int send(struct tt_session *session, struct tt_call *call,
                const struct tt_snapshot *snapshot, const struct tt_text_edit *edits, size_t n)
{
    const struct tt_lsp_workspace_edit *edit =
        tt_rewrite_edit(session, snapshot, edits, n, &call->arena);
    struct tt_outgoing out;

    if (!edit)
        return TT_ENOMEM;
    tt_outgoing_init(&out);
    tt_lsp_write_apply_edit(&out.w, &session->client, TT_STR(TITLE), edit);
    return tt_calls_request(session->calls, "workspace/applyEdit", &out, on_applied, session, 0,
                            NULL);
}

void tt_rewrite(struct tt_session *session, struct tt_call *call, struct tt_snapshot *snapshot,
                struct tt_range range, tt_str rule)
{
    struct tt_text_edit *edits;
    size_t n = 0;

    if (!session->client.workspace.apply_edit)
        tt_call_fail(call, TT_RPC_REQUEST_FAILED, TT_NO_APPLY_EDIT ".");
    else if (edits_of(session, call, snapshot, range, rule, &edits, &n) < 0)
        tt_call_fail(call, TT_RPC_INTERNAL_ERROR, "trimtab is out of memory.");
    else if (!n)
        tt_call_fail(call, TT_RPC_REQUEST_FAILED,
                     "There is nothing here that trimtab rewrites without a model.");
    else if (send(session, call, snapshot, edits, n) < 0)
        tt_call_fail(call, TT_RPC_INTERNAL_ERROR, "trimtab is out of memory.");
    else
        tt_call_reply_null(call);
}
