/* execute.c -- workspace/executeCommand: our own commands.
 *
 *   execute_ask.c   those that ask a model
 *   execute_tell.c  those that only tell
 *   execute.c       which command, what it names; the small ones
 */
#include "session/execute_parts.h"

#include "session/compare.h"
#include "session/findings.h"
#include "session/menu.h"
#include "session/outcomes.h"
#include "session/rewrite.h"
#include "text/text.h"

/* --- what commands name ------------------------------------------------------------------- */

void tt_execute_accepted(struct tt_call *call, tt_str id)
{
    struct tt_outgoing out;

    tt_outgoing_init(&out);
    tt_lsp_write_accepted(&out.w, id);
    tt_call_reply(call, &out);
}

struct tt_snapshot *tt_execute_document(struct tt_session *session, struct tt_call *call,
                                        tt_str uri)
{
    struct tt_snapshot *snapshot = tt_session_document(session, uri, &call->arena);

    if (!snapshot) {
        tt_call_fail(call, TT_RPC_REQUEST_FAILED,
                     "%.*s is not open. Open it in the editor, then ask again.", TT_STR_ARG(uri));
        return NULL;
    }
    if (snapshot->out_of_sync || snapshot->damaged) {
        tt_call_fail(call, TT_RPC_REQUEST_FAILED, "%s",
                     snapshot->out_of_sync
                         ? snapshot->out_of_sync
                         : "The document holds text that cannot be sent as UTF-8 (half of a "
                           "surrogate pair), so trimtab does not edit it.");
        return NULL;
    }
    return tt_documents_want_tree(session->documents, snapshot->key);
}

bool tt_execute_range(struct tt_session *session, struct tt_call *call,
                      const struct tt_snapshot *snapshot, const struct tt_lsp_execute *args,
                      struct tt_range *out)
{
    if ((args->has_version && snapshot->has_version && args->version != snapshot->version) ||
        (args->has_generation && (uint64_t)args->generation != snapshot->generation)) {
        tt_call_fail(call, TT_RPC_REQUEST_FAILED,
                     "The document has changed since this was offered; ask again.");
        return false;
    }
    *out = args->has_range
               ? tt_text_range(snapshot->text, args->range, session->client.encoding, NULL)
               : (struct tt_range){ 0, tt_text_size(snapshot->text) };
    return true;
}

struct tt_attempt *tt_execute_named(struct tt_session *session, struct tt_call *call, tt_str id)
{
    struct tt_attempt *attempt = tt_attempt_named(session, id);

    if (!attempt)
        tt_call_fail(call, TT_RPC_REQUEST_FAILED,
                     "There is no request %.*s any more (the last %d are kept).", TT_STR_ARG(id),
                     TT_ATTEMPTS_KEPT);
    return attempt;
}

/* --- the small ones ----------------------------------------------------------------------- */

static void on_fix(struct tt_session *session, struct tt_call *call,
                   const struct tt_lsp_execute *args)
{
    struct tt_lsp_reader reader = TT_LSP_READER(&call->arena);
    struct tt_snapshot *snapshot = tt_execute_document(session, call, args->uri);
    struct tt_range range;
    tt_str rule;

    if (!snapshot || !tt_execute_range(session, call, snapshot, args, &range))
        return;
    if (tt_lsp_read_string_opt(&reader, tt_json_get(args->args, "rule"), "rule", &rule) < 0)
        tt_call_fail(call, TT_RPC_INVALID_PARAMS, "%s", reader.error);
    else
        tt_rewrite(session, call, snapshot, range, rule);
}

static void on_rate(struct tt_session *session, struct tt_call *call,
                    const struct tt_lsp_execute *args)
{
    tt_compare_rate(session, call, args->id, args->winner);
}

static void on_decide(struct tt_session *session, struct tt_call *call,
                      const struct tt_lsp_execute *args)
{
    struct tt_attempt *attempt = tt_execute_named(session, call, args->id);
    struct tt_buf why = TT_BUF_INIT(1 << 14);
    int err;

    if (!attempt)
        return;
    if (args->accept == TT_LSP_ACCEPT_NONE) {
        if (attempt->stage == TT_ATTEMPT_PROPOSED) {
            attempt->stage = TT_ATTEMPT_APPLYING; /* so that it ends as one that was open */
            attempt->reason = TT_STR("rejected");
            if (attempt->delivery != TT_DELIVER_COMPARE)
                tt_outcomes_add(attempt, TT_OUTCOME_REJECTED);
            tt_attempt_finish(attempt);
        }
        tt_execute_accepted(call, args->id);
        return;
    }
    if (!session->client.workspace.apply_edit) {
        tt_call_fail(call, TT_RPC_REQUEST_FAILED, TT_NO_APPLY_EDIT ".");
        return;
    }
    err = tt_deliver_decided(attempt, args->accept == TT_LSP_ACCEPT_SOME ? args->hunks : NULL,
                             args->n_hunks, args->accept == TT_LSP_ACCEPT_ALL, &why);
    if (err)
        tt_call_fail(call, TT_RPC_REQUEST_FAILED, "%.*s", TT_STR_ARG(tt_buf_str(&why)));
    else
        tt_execute_accepted(call, args->id);
    tt_buf_release(&why);
}

static void on_cancel_command(struct tt_session *session, struct tt_call *call,
                              const struct tt_lsp_execute *args)
{
    struct tt_attempt *attempt;
    uint64_t id = call->id;

    if (args->id.n) {
        attempt = tt_execute_named(session, call, args->id);
        if (!attempt)
            return;
        tt_attempt_cancel(attempt);
    } else {
        tt_commands_cancel_waiting(session);
        tt_attempts_cancel_all(session);
    }
    call = tt_call_find(session->calls, id);
    if (call)
        tt_call_reply_null(call);
}

/* --- which command ------------------------------------------------------------------------ */

/* What begins at a place of the code is decided by its tree. */
static bool needs_tree(const struct tt_lsp_execute *args)
{
    return args->command == TT_LSP_COMMAND_EDIT || args->command == TT_LSP_COMMAND_COMPARE ||
           args->command == TT_LSP_COMMAND_FIX ||
           (args->command == TT_LSP_COMMAND_EXPLAIN && !args->id.n);
}

void tt_on_execute(struct tt_session *session, struct tt_call *call, const struct tt_json *params)
{
    struct tt_lsp_reader reader = TT_LSP_READER(&call->arena);
    struct tt_snapshot *snapshot = NULL;
    struct tt_lsp_execute args;
    bool rules;

    if (tt_lsp_read_execute(&reader, params, &args) == 0 && needs_tree(&args))
        snapshot = tt_session_document(session, args.uri, &call->arena);
    if (snapshot)
        snapshot = tt_documents_want_tree(session->documents, snapshot->key);
    rules = snapshot && args.command == TT_LSP_COMMAND_FIX;
    if (snapshot &&
        (rules ? tt_menu_not_ready(session, snapshot) : snapshot->tree_state == TT_TREE_PENDING))
        tt_command_defer(session, call, params, snapshot, rules);
    else
        tt_execute_now(session, call, params);
}

void tt_execute_now(struct tt_session *session, struct tt_call *call, const struct tt_json *params)
{
    static void (*const handlers[])(struct tt_session *, struct tt_call *,
                                    const struct tt_lsp_execute *) = {
        [TT_LSP_COMMAND_EDIT] = tt_execute_edit,
        [TT_LSP_COMMAND_DECIDE] = on_decide,
        [TT_LSP_COMMAND_RETRY] = tt_execute_retry,
        [TT_LSP_COMMAND_REFINE] = tt_execute_refine,
        [TT_LSP_COMMAND_EXPLAIN] = tt_execute_explain,
        [TT_LSP_COMMAND_STATUS] = tt_execute_status,
        [TT_LSP_COMMAND_CANCEL] = on_cancel_command,
        [TT_LSP_COMMAND_COMPARE] = tt_execute_compare,
        [TT_LSP_COMMAND_RATE] = on_rate,
        [TT_LSP_COMMAND_FIX] = on_fix,
    };
    struct tt_lsp_reader reader = TT_LSP_READER(&call->arena);
    struct tt_lsp_execute args;

    if (tt_lsp_read_execute(&reader, params, &args) < 0)
        tt_call_fail(call, TT_RPC_INVALID_PARAMS, "%s", reader.error);
    else if (args.command >= sizeof(handlers) / sizeof(handlers[0]) || !handlers[args.command])
        tt_call_fail(call, TT_RPC_INVALID_PARAMS, "trimtab has no command `%.*s`.",
                     TT_STR_ARG(args.name));
    else
        handlers[args.command](session, call, &args);
}
