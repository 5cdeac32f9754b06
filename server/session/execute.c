/* execute.c -- workspace/executeCommand: our own commands.
 *
 * Each is answered as soon as it is accepted, since clients time out; what
 * comes later comes by progress and workspace/applyEdit.  Only a proposal
 * (apply: false) is answered at its end.
 */
#include "base/log.h"
#include "lsp/command.h"
#include "session/actions.h"
#include "session/attempt.h"
#include "session/compare.h"
#include "session/findings.h"
#include "session/menu.h"
#include "session/outcomes.h"
#include "session/rewrite.h"
#include "session/state.h"
#include "text/text.h"
#include "trimtab/error.h"

static void reply_accepted(struct tt_call *call, tt_str id)
{
    struct tt_outgoing out;

    tt_outgoing_init(&out);
    tt_lsp_write_accepted(&out.w, id);
    tt_call_reply(call, &out);
}

/* The open document that the command names; answered with an error when it is
 * not open or its text is not the client's. */
static struct tt_snapshot *document(struct tt_session *session, struct tt_call *call, tt_str uri)
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

        reply_accepted(call, tt_attempt_name(attempt, name));
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

/* --- trimtab.edit ----------------------------------------------------------------------- */

/* Where a command's range is in the newest text: it may have been made for an
 * older version, which only this exact check can tell apart. */
static bool range_of(struct tt_session *session, struct tt_call *call,
                     const struct tt_snapshot *snapshot, const struct tt_lsp_execute *args,
                     struct tt_range *out)
{
    int64_t generation = 0;
    bool has_generation = tt_json_int(tt_json_get(args->args, "generation"), &generation) == 0;

    if ((args->has_version && snapshot->has_version && args->version != snapshot->version) ||
        (has_generation && (uint64_t)generation != snapshot->generation)) {
        tt_call_fail(call, TT_RPC_REQUEST_FAILED,
                     "The document has changed since this was offered; ask again.");
        return false;
    }
    *out = args->has_range
               ? tt_text_range(snapshot->text, args->range, session->client.encoding, NULL)
               : (struct tt_range){ 0, tt_text_size(snapshot->text) };
    return true;
}

static void on_edit(struct tt_session *session, struct tt_call *call,
                    const struct tt_lsp_execute *args)
{
    struct tt_lsp_reader reader = TT_LSP_READER(&call->arena);
    struct tt_snapshot *snapshot = document(session, call, args->uri);
    struct tt_attempt_ask ask = { 0 };
    tt_str leaf, message;

    if (!snapshot || !range_of(session, call, snapshot, args, &ask.range))
        return;
    if (tt_lsp_read_string_opt(&reader, tt_json_get(args->args, "action"), "action", &leaf) < 0 ||
        tt_lsp_read_string_opt(&reader, tt_json_get(args->args, "diagnostic"), "diagnostic",
                               &message) < 0 ||
        tt_lsp_read_string_opt(&reader, tt_json_get(args->args, "rule"), "rule", &ask.rule) < 0) {
        tt_call_fail(call, TT_RPC_INVALID_PARAMS, "%s", reader.error);
        return;
    }
    ask.everywhere = tt_json_bool(tt_json_get(args->args, "everywhere"), false);
    if (ask.everywhere && !ask.rule.n) {
        tt_call_fail(call, TT_RPC_INVALID_PARAMS, "`everywhere` needs a `rule`.");
        return;
    }
    ask.snapshot = snapshot;
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

/* --- trimtab.fix ------------------------------------------------------------------------ */

static void on_fix(struct tt_session *session, struct tt_call *call,
                   const struct tt_lsp_execute *args)
{
    struct tt_lsp_reader reader = TT_LSP_READER(&call->arena);
    struct tt_snapshot *snapshot = document(session, call, args->uri);
    struct tt_range range;
    tt_str rule;

    if (!snapshot || !range_of(session, call, snapshot, args, &range))
        return;
    if (tt_lsp_read_string_opt(&reader, tt_json_get(args->args, "rule"), "rule", &rule) < 0)
        tt_call_fail(call, TT_RPC_INVALID_PARAMS, "%s", reader.error);
    else
        tt_rewrite(session, call, snapshot, range, rule);
}

/* --- compare, rate ----------------------------------------------------------------------- */

static void on_compare(struct tt_session *session, struct tt_call *call,
                       const struct tt_lsp_execute *args)
{
    struct tt_lsp_reader reader = TT_LSP_READER(&call->arena);
    struct tt_snapshot *snapshot = document(session, call, args->uri);
    struct tt_attempt_ask ask = { 0 };
    tt_str leaf, message;

    if (!snapshot || !range_of(session, call, snapshot, args, &ask.range))
        return;
    if (tt_lsp_read_string_opt(&reader, tt_json_get(args->args, "action"), "action", &leaf) < 0 ||
        tt_lsp_read_string_opt(&reader, tt_json_get(args->args, "diagnostic"), "diagnostic",
                               &message) < 0 ||
        tt_lsp_read_string_opt(&reader, tt_json_get(args->args, "rule"), "rule", &ask.rule) < 0) {
        tt_call_fail(call, TT_RPC_INVALID_PARAMS, "%s", reader.error);
        return;
    }
    ask.snapshot = snapshot;
    ask.instruction = args->instruction;
    ask.has_scope = args->scope.n ? scope_from(args->scope, &ask.scope) : !args->has_range;
    if (!args->scope.n)
        ask.scope = TT_PROMPT_FILE;
    ask.everywhere = ask.rule.n && tt_json_bool(tt_json_get(args->args, "everywhere"), false);
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

static void on_rate(struct tt_session *session, struct tt_call *call,
                    const struct tt_lsp_execute *args)
{
    tt_compare_rate(session, call, args->id, args->winner);
}

/* --- decide, retry, refine ----------------------------------------------------------------- */

static struct tt_attempt *named(struct tt_session *session, struct tt_call *call, tt_str id)
{
    struct tt_attempt *attempt = tt_attempt_named(session, id);

    if (!attempt)
        tt_call_fail(call, TT_RPC_REQUEST_FAILED,
                     "There is no request %.*s any more (the last %d are kept).", TT_STR_ARG(id),
                     TT_ATTEMPTS_KEPT);
    return attempt;
}

static void on_decide(struct tt_session *session, struct tt_call *call,
                      const struct tt_lsp_execute *args)
{
    struct tt_attempt *attempt = named(session, call, args->id);
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
        reply_accepted(call, args->id);
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
        reply_accepted(call, args->id);
    tt_buf_release(&why);
}

/* An earlier attempt's place in the newest text of its document; answered with
 * an error when it cannot be found any more.  An edit that was applied has changed
 * its place itself. */
static bool place_again(struct tt_session *session, struct tt_call *call,
                        const struct tt_attempt *attempt, struct tt_attempt_ask *ask)
{
    ask->snapshot = document(session, call, attempt->uri);
    if (!ask->snapshot)
        return false;
    ask->range = attempt->range;
    if (attempt->everywhere) /* they are found anew */
        return true;
    if ((attempt->applied_hunks ? tt_documents_move_range(session->documents, ask->snapshot->key,
                                                          &attempt->place, &ask->range)
                                : tt_documents_rebase_place(session->documents, ask->snapshot->key,
                                                            &attempt->place, &ask->range)) == 0)
        return true;
    tt_call_fail(call, TT_RPC_REQUEST_FAILED,
                 "The code of that request was changed since; select it and ask again.");
    return false;
}

static void on_retry(struct tt_session *session, struct tt_call *call,
                     const struct tt_lsp_execute *args)
{
    struct tt_attempt *attempt = named(session, call, args->id);
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

static void on_refine(struct tt_session *session, struct tt_call *call,
                      const struct tt_lsp_execute *args)
{
    struct tt_snapshot *open = NULL;
    struct tt_attempt *attempt;
    struct tt_attempt_ask ask = { 0 };

    if (args->id.n) {
        attempt = named(session, call, args->id);
        if (!attempt)
            return;
    } else {
        open = document(session, call, args->uri);
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

/* --- explain, status, cancel --------------------------------------------------------------------
 */

static void reply_decision(struct tt_call *call, const struct tt_decision *decision)
{
    struct tt_outgoing out;

    tt_outgoing_init(&out);
    if (tt_decision_write_json(decision, &out.value) == 0) {
        tt_call_reply(call, &out);
    } else {
        tt_outgoing_release(&out);
        tt_call_fail(call, TT_RPC_INTERNAL_ERROR, "trimtab is out of memory.");
    }
}

static void on_explain(struct tt_session *session, struct tt_call *call,
                       const struct tt_lsp_execute *args)
{
    struct tt_attempt *attempt;
    struct tt_snapshot *snapshot;
    struct tt_decision decision;
    struct tt_range range;
    int err;

    if (args->id.n) {
        attempt = named(session, call, args->id);
        if (attempt)
            reply_decision(call, &attempt->decision);
        return;
    }
    snapshot = document(session, call, args->uri);
    if (!snapshot || !range_of(session, call, snapshot, args, &range))
        return;
    const struct tt_decide_ask ask = {
        .snapshot = snapshot,
        .bytes = tt_findings_bytes(session, snapshot),
        .range = range,
        .instruction = args->instruction,
        .model = args->model,
        .what_if = true,
    };
    tt_decision_init(&decision);
    err = tt_attempt_decide(session, &ask, &decision);
    if (err)
        tt_call_fail(call, TT_RPC_REQUEST_FAILED, "%s",
                     err == TT_ENOMEM
                         ? TT_RPC_NO_MEMORY
                         : "What would have to be sent is too large; select a smaller range.");
    else
        reply_decision(call, &decision);
    tt_decision_release(&decision);
}

static void reply_status(struct tt_session *session, struct tt_call *call)
{
    struct tt_documents_load load = tt_documents_load(session->documents);
    struct tt_outgoing out;
    char name[24];

    tt_outgoing_init(&out);
    tt_jw_object(&out.w);
    tt_jw_member(&out.w, "version", tt_str_from(session->version));
    tt_jw_member_uint(&out.w, "documents", tt_documents_count(session->documents));
    tt_jw_member_uint(&out.w, "tree_bytes", load.tree_bytes);
    tt_jw_member_double(&out.w, "session_usd", session->day_usd);
    tt_jw_key_array(&out.w, "models");
    for (size_t i = 0; i < session->n_keys; i++) {
        const struct tt_model_config *model = &session->config->models[i];

        tt_jw_object(&out.w);
        tt_jw_member(&out.w, "name", model->name);
        tt_jw_member(&out.w, "model", model->model);
        tt_jw_member_cstr(&out.w, "key",
                          session->keys[i].state == TT_KEY_PRESENT  ? "present"
                          : session->keys[i].state == TT_KEY_ABSENT ? "absent"
                                                                    : "unknown");
        tt_jw_object_end(&out.w);
    }
    tt_jw_array_end(&out.w);
    tt_jw_key_array(&out.w, "running");
    for (const struct tt_attempt *a = session->attempts; a; a = a->next) {
        if (tt_attempt_running(a))
            tt_jw_str(&out.w, tt_attempt_name(a, name));
    }
    tt_jw_array_end(&out.w);
    tt_jw_object_end(&out.w);
    tt_call_reply(call, &out);
}

/* With `flush` once the receipts and outcomes so far can be read by others. */
static void on_status(struct tt_session *session, struct tt_call *call,
                      const struct tt_lsp_execute *args)
{
    if (!tt_json_bool(tt_json_get(args->args, "flush"), false) ||
        session->io->flush(session->io, call->id))
        reply_status(session, call);
}

void tt_execute_on_flushed(struct tt_session *session, uint64_t id)
{
    struct tt_call *call = tt_call_find(session->calls, id);

    if (call)
        reply_status(session, call);
}

static void on_cancel_command(struct tt_session *session, struct tt_call *call,
                              const struct tt_lsp_execute *args)
{
    struct tt_attempt *attempt;
    uint64_t id = call->id;

    if (args->id.n) {
        attempt = named(session, call, args->id);
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
        [TT_LSP_COMMAND_EDIT] = on_edit,
        [TT_LSP_COMMAND_DECIDE] = on_decide,
        [TT_LSP_COMMAND_RETRY] = on_retry,
        [TT_LSP_COMMAND_REFINE] = on_refine,
        [TT_LSP_COMMAND_EXPLAIN] = on_explain,
        [TT_LSP_COMMAND_STATUS] = on_status,
        [TT_LSP_COMMAND_CANCEL] = on_cancel_command,
        [TT_LSP_COMMAND_COMPARE] = on_compare,
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
