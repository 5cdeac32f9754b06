/* execute_ask.c -- the commands that ask a model: edit, compare, retry, refine.
 *
 * Each is answered as soon as it is accepted, since clients time out; what
 * comes later comes by progress and workspace/applyEdit.  Only a proposal
 * (apply: false) and a comparison are answered at their end.
 */
#include "session/execute_parts.h"

#include "session/actions.h"
#include "session/compare.h"
#include "session/rewrite.h"

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

static bool scope_from(tt_str name, enum tt_prompt_scope *out)
{
    static const struct {
        tt_str name;
        enum tt_prompt_scope scope;
    } scopes[] = {
        { TT_STR_INIT("range"), TT_PROMPT_RANGE },
        { TT_STR_INIT("symbol"), TT_PROMPT_SYMBOL },
        { TT_STR_INIT("file"), TT_PROMPT_FILE },
        { TT_STR_INIT("new-file"), TT_PROMPT_NEW_FILE },
    };

    for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++) {
        if (tt_str_eq(scopes[i].name, name)) {
            *out = scopes[i].scope;
            return true;
        }
    }
    return false;
}

/* Begin, and answer: at once, or (apply: false) at the end. */
static void start(struct tt_session *session, struct tt_call *call, struct tt_attempt_ask *ask,
                  bool apply)
{
    struct tt_buf why = TT_BUF_INIT(1 << 14);
    uint64_t id;
    char name[24];

    ask->delivery = apply ? TT_DELIVER_APPLY : TT_DELIVER_PROPOSE;
    if (apply && !session->client.workspace.apply_edit) {
        tt_call_fail(call, TT_RPC_REQUEST_FAILED, TT_CANNOT_APPLY);
        return;
    }
    /* the client's token is good until its call is answered, and that is now */
    if (apply && session->client.window.work_done_progress)
        ask->progress_token = (tt_str){ NULL, 0 };
    if (!apply) {
        call->data = session;
        call->on_cancel = on_cancel;
        ask->call = call->id;
    }
    if (tt_attempt_start(session, ask, &id, &why) < 0) {
        tt_call_fail(call, TT_RPC_REQUEST_FAILED, "%.*s", TT_STR_ARG(tt_buf_str(&why)));
    } else if (apply) {
        struct tt_attempt *attempt = tt_attempt_find(session, id);

        tt_execute_accepted(call, tt_attempt_name(attempt, name));
    }
    tt_buf_release(&why);
}

static void fail_action(struct tt_call *call, tt_str leaf)
{
    if (tt_str_eq(leaf, TT_STR(TT_ACTION_DIAGNOSTIC)))
        tt_call_fail(call, TT_RPC_INVALID_PARAMS,
                     "The action `%.*s` needs a `diagnostic`: the message of the problem.",
                     TT_STR_ARG(leaf));
    else
        tt_call_fail(call, TT_RPC_INVALID_PARAMS, "There is no action `%.*s`.", TT_STR_ARG(leaf));
}

/* Where; false: answered with an error. */
static bool read_place(struct tt_session *session, struct tt_call *call,
                       const struct tt_lsp_execute *args, struct tt_attempt_ask *ask)
{
    ask->snapshot = tt_execute_document(session, call, args->uri);
    return ask->snapshot && tt_execute_range(session, call, ask->snapshot, args, &ask->range);
}

/* What is named beside or in place of an instruction; false: answered with an error. */
static bool read_action(struct tt_call *call, const struct tt_lsp_execute *args, tt_str *leaf,
                        tt_str *message, struct tt_attempt_ask *ask)
{
    struct tt_lsp_reader reader = TT_LSP_READER(&call->arena);

    if (tt_lsp_read_string_opt(&reader, tt_json_get(args->args, "action"), "action", leaf) == 0 &&
        tt_lsp_read_string_opt(&reader, tt_json_get(args->args, "diagnostic"), "diagnostic",
                               message) == 0 &&
        tt_lsp_read_string_opt(&reader, tt_json_get(args->args, "rule"), "rule", &ask->rule) == 0)
        return true;
    tt_call_fail(call, TT_RPC_INVALID_PARAMS, "%s", reader.error);
    return false;
}

void tt_execute_edit(struct tt_session *session, struct tt_call *call,
                     const struct tt_lsp_execute *args)
{
    struct tt_attempt_ask ask = { 0 };
    tt_str leaf, message;

    if (!read_place(session, call, args, &ask) || !read_action(call, args, &leaf, &message, &ask))
        return;
    ask.everywhere = args->everywhere;
    if (ask.everywhere && !ask.rule.n) {
        tt_call_fail(call, TT_RPC_INVALID_PARAMS, "`everywhere` needs a `rule`.");
        return;
    }
    ask.instruction = args->instruction;
    ask.progress_token = args->work_done_token;
    /* Without an instruction the action's model counts as routed, not as named. */
    ask.model = leaf.n ? (tt_str){ NULL, 0 } : args->model;
    if (leaf.n) {
        ask.action = tt_action_named(session, leaf, message, &call->arena);
        if (!ask.action) {
            fail_action(call, leaf);
            return;
        }
        if (!ask.instruction.n)
            ask.instruction = tt_str_from(ask.action->instruction);
        ask.has_scope = tt_action_scope(ask.action, &ask.scope);
    }
    if (message.n && !leaf.n) {
        ask.diagnostics = &message;
        ask.n_diagnostics = 1;
    }
    if (!ask.instruction.n) {
        tt_call_fail(call, TT_RPC_INVALID_PARAMS,
                     "trimtab.edit needs an `instruction`: what should be changed?");
        return;
    }
    if (args->scope.n) {
        ask.has_scope = scope_from(args->scope, &ask.scope);
        if (!ask.has_scope) {
            tt_call_fail(
                call, TT_RPC_INVALID_PARAMS,
                "`scope` is \"range\", \"symbol\", \"file\" or \"new-file\"; it was \"%.*s\".",
                TT_STR_ARG(args->scope));
            return;
        }
    } else if (!args->has_range && !leaf.n) {
        ask.has_scope = true;
        ask.scope = TT_PROMPT_FILE;
    }
    start(session, call, &ask, args->apply);
}

void tt_execute_compare(struct tt_session *session, struct tt_call *call,
                        const struct tt_lsp_execute *args)
{
    struct tt_attempt_ask ask = { 0 };
    tt_str leaf, message;

    if (!read_place(session, call, args, &ask) || !read_action(call, args, &leaf, &message, &ask))
        return;
    ask.instruction = args->instruction;
    ask.has_scope = args->scope.n ? scope_from(args->scope, &ask.scope) : !args->has_range;
    if (!args->scope.n)
        ask.scope = TT_PROMPT_FILE;
    ask.everywhere = ask.rule.n && args->everywhere;
    ask.action = leaf.n ? tt_action_named(session, leaf, message, &call->arena) : NULL;
    if (leaf.n && !ask.action) {
        fail_action(call, leaf);
        return;
    }
    if (ask.action) {
        if (!ask.instruction.n)
            ask.instruction = tt_str_from(ask.action->instruction);
        if (!args->scope.n)
            ask.has_scope = tt_action_scope(ask.action, &ask.scope);
    }
    tt_compare_start(session, call, &ask);
}

/* An earlier attempt's place in the newest text of its document; answered with
 * an error when it cannot be found any more.  An edit that was applied has changed
 * its place itself; a new file has not. */
static bool place_again(struct tt_session *session, struct tt_call *call,
                        const struct tt_attempt *attempt, struct tt_attempt_ask *ask)
{
    bool changed_by_us = attempt->applied_hunks && !attempt->new_path.n;

    ask->snapshot = tt_execute_document(session, call, attempt->uri);
    if (!ask->snapshot)
        return false;
    ask->range = attempt->range;
    if (attempt->everywhere) /* they are found anew */
        return true;
    if ((changed_by_us ? tt_documents_move_range(session->documents, ask->snapshot->key,
                                                 &attempt->place, &ask->range)
                       : tt_documents_rebase_place(session->documents, ask->snapshot->key,
                                                   &attempt->place, &ask->range)) == 0)
        return true;
    tt_call_fail(call, TT_RPC_REQUEST_FAILED,
                 "The code of that request was changed since; select it and ask again.");
    return false;
}

void tt_execute_retry(struct tt_session *session, struct tt_call *call,
                      const struct tt_lsp_execute *args)
{
    struct tt_attempt *attempt = tt_execute_named(session, call, args->id);
    struct tt_attempt_ask ask = { 0 };

    if (!attempt)
        return;
    if (tt_attempt_running(attempt)) {
        tt_call_fail(call, TT_RPC_REQUEST_FAILED, "That request still runs.");
        return;
    }
    if (!place_again(session, call, attempt, &ask))
        return;
    ask.instruction = attempt->instruction;
    ask.action = attempt->action;
    ask.rule = attempt->rule;
    ask.everywhere = attempt->everywhere;
    ask.scope = attempt->scope;
    ask.has_scope = true;
    ask.model = args->model;
    if (!ask.model.n) {
        const struct tt_candidate *other = tt_compare_rival(&attempt->decision);

        if (other) /* a copy: other settings may free the decision's names */
            ask.model = tt_arena_dup(&call->arena, other->name);
    }
    ask.retries = attempt->id;
    start(session, call, &ask, args->apply);
}

void tt_execute_refine(struct tt_session *session, struct tt_call *call,
                       const struct tt_lsp_execute *args)
{
    struct tt_snapshot *open = NULL;
    struct tt_attempt *attempt;
    struct tt_attempt_ask ask = { 0 };

    if (args->id.n) {
        attempt = tt_execute_named(session, call, args->id);
        if (!attempt)
            return;
    } else {
        open = tt_execute_document(session, call, args->uri);
        if (!open)
            return;
        attempt = tt_attempt_last_applied(session, open->uri);
        if (!attempt) {
            tt_call_fail(call, TT_RPC_REQUEST_FAILED,
                         "No edit of trimtab was applied to this document yet; use trimtab.edit.");
            return;
        }
    }
    if (!place_again(session, call, attempt, &ask))
        return;
    ask.instruction = args->instruction;
    ask.scope = attempt->scope;
    ask.has_scope = true;
    ask.model = args->model;
    ask.refines = attempt->id;
    start(session, call, &ask, args->apply);
}
