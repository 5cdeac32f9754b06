/* resolve.c -- codeAction/resolve: the chosen model action gets its edit.
 *
 * Local actions come with their edit, so resolving one gives it back as it is.
 * A resolve that is cancelled ends its request to the model.
 */
#include "lsp/code_action.h"
#include "lsp/types.h"
#include "session/actions.h"
#include "session/attempt.h"
#include "session/state.h"
#include "text/text.h"
#include "trimtab/error.h"

static void on_cancel(struct tt_call *call)
{
    struct tt_session *session = call->data;

    for (struct tt_attempt *a = session->attempts; a; a = a->next) {
        if (a->call == call->id) {
            tt_attempt_cancel(a);
            return;
        }
    }
}

static void give_back(struct tt_session *session, struct tt_call *call,
                      const struct tt_json *action)
{
    struct tt_outgoing out;

    (void)session;
    tt_outgoing_init(&out);
    tt_jw_raw(&out.w, tt_json_raw(action));
    tt_call_reply(call, &out);
}

static void ask(struct tt_session *session, struct tt_call *call, struct tt_snapshot *snapshot,
                struct tt_range range, const struct tt_task_action *action,
                const struct tt_lsp_resolve *resolve, tt_str rule)
{
    struct tt_buf why = TT_BUF_INIT(1 << 14);
    struct tt_attempt_ask in = {
        .snapshot = snapshot,
        .range = range,
        .instruction = tt_str_from(action->instruction),
        .action = action,
        .rule = rule,
        .delivery = TT_DELIVER_RESOLVE,
        .call = call->id,
        .resolve_action = tt_json_raw(resolve->action),
    };
    uint64_t id;

    in.has_scope = tt_action_scope(action, &in.scope);
    call->data = session;
    call->on_cancel = on_cancel;
    if (tt_attempt_start(session, &in, &id, &why) < 0)
        tt_call_fail(call, TT_RPC_REQUEST_FAILED, "%.*s", TT_STR_ARG(tt_buf_str(&why)));
    tt_buf_release(&why);
}

void tt_on_resolve(struct tt_session *session, struct tt_call *call, const struct tt_json *params)
{
    struct tt_lsp_reader reader = TT_LSP_READER(&call->arena);
    const struct tt_task_action *action;
    struct tt_position_range positions;
    struct tt_lsp_resolve resolve;
    struct tt_snapshot *snapshot;
    tt_str uri, leaf, rule, message;
    int64_t version = 0;

    if (tt_lsp_read_resolve(&reader, params, &resolve) < 0) {
        tt_call_fail(call, TT_RPC_INVALID_PARAMS, "%s", reader.error);
        return;
    }
    if (!resolve.data || tt_json_get(resolve.action, "edit")) {
        give_back(session, call, resolve.action);
        return;
    }
    if (tt_lsp_read_string(&reader, tt_json_get(resolve.data, "uri"), "data.uri", &uri) < 0 ||
        tt_lsp_read_string(&reader, tt_json_get(resolve.data, "action"), "data.action", &leaf) <
            0 ||
        tt_lsp_read_string_opt(&reader, tt_json_get(resolve.data, "rule"), "data.rule", &rule) <
            0 ||
        tt_lsp_read_string_opt(&reader, tt_json_get(resolve.data, "diagnostic"), "data.diagnostic",
                               &message) < 0 ||
        tt_lsp_read_range(&reader, tt_json_get(resolve.data, "range"), "data.range", &positions) <
            0) {
        tt_call_fail(call, TT_RPC_INVALID_PARAMS, "%s", reader.error);
        return;
    }
    tt_json_int(tt_json_get(resolve.data, "version"), &version);
    action = tt_action_named(session, leaf, message, &call->arena);
    snapshot = tt_session_document(session, uri, &call->arena);
    if (!action || !snapshot) {
        tt_call_fail(call, TT_RPC_INVALID_PARAMS,
                     "That action or its document is not there any "
                     "more; ask for code actions again.");
    } else if (snapshot->has_version && snapshot->version != version) {
        tt_call_fail(call, TT_RPC_REQUEST_FAILED,
                     "The document has changed since the menu was made; ask for code actions "
                     "again.");
    } else {
        snapshot = tt_documents_want_tree(session->documents, snapshot->key);
        ask(session, call, snapshot,
            tt_text_range(snapshot->text, positions, session->client.encoding, NULL), action,
            &resolve, rule);
    }
}
