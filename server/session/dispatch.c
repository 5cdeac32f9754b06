/* dispatch.c -- every method that the session knows, in one table.
 *
 * A row says all there is to know about a method: when it may come and who
 * handles it.  Lifecycle errors come from the row, not from code in handlers.
 */
#include "rpc/message.h"
#include "session/state.h"
#include "trimtab/error.h"

#include "base/log.h"

struct method {
    tt_str name;
    unsigned phases;       /* enum tt_session_phase, or'ed */
    tt_request_fn request; /* one of the two */
    tt_notify_fn notify;
};

#define ANY (TT_PHASE_FRESH | TT_PHASE_RUNNING | TT_PHASE_SHUTDOWN)
#define R(n, phases, fn)                                                                           \
    {                                                                                              \
        TT_STR_INIT(n), phases, fn, NULL                                                           \
    }
#define N(n, phases, fn)                                                                           \
    {                                                                                              \
        TT_STR_INIT(n), phases, NULL, fn                                                           \
    }

/* In the order of the specification, ours last.  protocol/methods.json lists
 * the same names; tests/e2e compares the two. */
static const struct method methods[] = {
    R("initialize", TT_PHASE_FRESH, tt_on_initialize),
    N("initialized", TT_PHASE_RUNNING, tt_on_initialized),
    N("$/setTrace", ANY, tt_on_set_trace),
    R("shutdown", TT_PHASE_RUNNING, tt_on_shutdown),
    N("exit", ANY, tt_on_exit),
    N("$/cancelRequest", ANY, tt_on_cancel),
    N("textDocument/didOpen", TT_PHASE_RUNNING, tt_on_did_open),
    N("textDocument/didChange", TT_PHASE_RUNNING, tt_on_did_change),
    N("textDocument/didSave", TT_PHASE_RUNNING, tt_on_did_save),
    N("textDocument/didClose", TT_PHASE_RUNNING, tt_on_did_close),
    R("textDocument/diagnostic", TT_PHASE_RUNNING, tt_on_pull_diagnostics),
    R("textDocument/codeAction", TT_PHASE_RUNNING, tt_on_code_action),
    R("codeAction/resolve", TT_PHASE_RUNNING, tt_on_resolve),
    N("workspace/didChangeWorkspaceFolders", TT_PHASE_RUNNING, tt_on_change_folders),
    N("workspace/didChangeConfiguration", TT_PHASE_RUNNING, tt_on_change_configuration),
    N("workspace/didChangeWatchedFiles", TT_PHASE_RUNNING, tt_on_watched_files),
    R("workspace/executeCommand", TT_PHASE_RUNNING, tt_on_execute),
    N("window/workDoneProgress/cancel", TT_PHASE_RUNNING, tt_on_progress_cancel),
    N("trimtab/setKeys", TT_PHASE_RUNNING, tt_on_set_keys),
};
#undef R
#undef N

static const struct method *find(tt_str name)
{
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        if (tt_str_eq(methods[i].name, name))
            return &methods[i];
    }
    return NULL;
}

static void request(struct tt_session *session, const struct tt_message *msg)
{
    const struct method *method = find(msg->method);
    struct tt_call *call;

    if (session->phase == TT_PHASE_FRESH && !(method && method->phases & TT_PHASE_FRESH)) {
        tt_calls_refuse(session->calls, msg->id, TT_RPC_SERVER_NOT_INITIALIZED,
                        TT_STR("The server waits for `initialize`; send that first."));
        return;
    }
    if (session->phase == TT_PHASE_SHUTDOWN) {
        tt_calls_refuse(session->calls, msg->id, TT_RPC_INVALID_REQUEST,
                        TT_STR("The server was shut down; only `exit` may follow."));
        return;
    }
    if (!method || !method->request) {
        struct tt_buf text = TT_BUF_INIT(1024);

        tt_buf_addf(&text, "trimtab does not know the request `%.*s`.",
                    (int)(msg->method.n < 100 ? msg->method.n : 100), msg->method.p);
        tt_calls_refuse(session->calls, msg->id, TT_RPC_METHOD_NOT_FOUND, tt_buf_str(&text));
        tt_buf_release(&text);
        return;
    }
    if (!(method->phases & session->phase)) {
        tt_calls_refuse(session->calls, msg->id, TT_RPC_INVALID_REQUEST,
                        TT_STR("`initialize` was sent twice; the first one counts."));
        return;
    }
    if (tt_call_begin(session->calls, msg, &call) == 0)
        method->request(session, call, msg->params);
}

static void notify(struct tt_session *session, const struct tt_message *msg, struct tt_arena *arena)
{
    const struct method *method = find(msg->method);

    if (!method || !method->notify) {
        if (!tt_str_starts(msg->method, TT_STR("$/")))
            tt_log(TT_LOG_INFO, "unknown notification %.*s was ignored", TT_STR_ARG(msg->method));
        return;
    }
    /* The protocol: before initialize all but exit is dropped, without an answer. */
    if (method->phases & session->phase)
        method->notify(session, msg->params, arena);
}

bool tt_dispatch(struct tt_session *session, tt_str body)
{
    struct tt_arena *arena = &session->message_arena;
    struct tt_message msg;

    tt_arena_reset(arena);
    if (tt_message_parse(body, arena, &msg) < 0) {
        /* It may have been a change of a document, or a question: from here on the server
         * would be wrong about the text, or somebody would wait for ever. */
        tt_log(TT_LOG_ERROR, "out of memory: a message of %zu bytes was lost; ending", body.n);
        tt_session_end(session, 1);
        return true;
    }
    switch (msg.kind) {
    case TT_MESSAGE_INVALID:
        tt_log(TT_LOG_WARN, "a message was refused: %.*s", TT_STR_ARG(msg.why));
        tt_calls_refuse(session->calls, msg.id, msg.code, msg.why);
        break;
    case TT_MESSAGE_REQUEST:
        request(session, &msg);
        break;
    case TT_MESSAGE_NOTIFICATION:
        notify(session, &msg, arena);
        break;
    case TT_MESSAGE_RESPONSE:
        if (tt_calls_response(session->calls, &msg) == TT_ENOTFOUND)
            tt_log(TT_LOG_INFO, "a response to nothing we asked was ignored");
        break;
    }
    tt_arena_reset(arena); /* nothing large is kept */
    return msg.is_json;
}
