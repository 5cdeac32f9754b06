/* execute_tell.c -- the commands that only tell: explain, status. */
#include "session/execute_parts.h"

#include "session/findings.h"
#include "trimtab/error.h"

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

void tt_execute_explain(struct tt_session *session, struct tt_call *call,
                        const struct tt_lsp_execute *args)
{
    struct tt_attempt *attempt;
    struct tt_snapshot *snapshot;
    struct tt_decision decision;
    struct tt_range range;
    int err;

    if (args->id.n) {
        attempt = tt_execute_named(session, call, args->id);
        if (attempt)
            reply_decision(call, &attempt->decision);
        return;
    }
    snapshot = tt_execute_document(session, call, args->uri);
    if (!snapshot || !tt_execute_range(session, call, snapshot, args, &range))
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
void tt_execute_status(struct tt_session *session, struct tt_call *call,
                       const struct tt_lsp_execute *args)
{
    if (!args->flush || session->io->flush(session->io, call->id))
        reply_status(session, call);
}

void tt_execute_on_flushed(struct tt_session *session, uint64_t id)
{
    struct tt_call *call = tt_call_find(session->calls, id);

    if (call)
        reply_status(session, call);
}
