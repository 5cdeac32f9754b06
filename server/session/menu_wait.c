/* menu_wait.c -- menus that wait for a parse, or for the rules of their language; and
 * commands that wait for a parse: what a question is about is seen in the tree. */
#include "session/menu_parts.h"

#include "session/findings.h"
#include "trimtab/error.h"

#include <stdlib.h>

#define TREE_PATIENCE_MS 50u /* for a parse under way; then the answer comes without rules */
/* For the first findings of a document: only once, while the rules of its
 * language are compiled in a job. */
#define RULES_PATIENCE_MS 10000u
/* Whoever asks a model waits for longer than that anyway. */
#define COMMAND_PATIENCE_MS 2000u

struct tt_menu_wait {
    struct tt_menu_wait *next;
    uint64_t call, timer;
    struct tt_lsp_code_action_params params; /* in the call's arena */
    tt_str key;                              /* likewise */
    tt_str command; /* likewise: params of workspace/executeCommand, JSON; empty: a menu */
    bool rules;     /* waits for the first findings, too */
};

static void command_over(struct tt_session *session, struct tt_menu_wait *wait,
                         struct tt_call *call)
{
    struct tt_json_text params;

    call->on_cancel = NULL;
    if (tt_json_parse(wait->command, &call->arena, &params) < 0)
        tt_call_fail(call, TT_RPC_INTERNAL_ERROR, "trimtab is out of memory.");
    else
        tt_execute_now(session, call, params.root);
}

static void wait_over(struct tt_session *session, struct tt_menu_wait *wait)
{
    struct tt_call *call = tt_call_find(session->calls, wait->call);
    struct tt_snapshot *snapshot = call ? tt_documents_get(session->documents, wait->key) : NULL;

    session->io->timer_stop(session->io, wait->timer);
    if (call && wait->command.n)
        command_over(session, wait, call);
    else if (call && !snapshot)
        tt_call_fail(call, TT_RPC_CONTENT_MODIFIED, "The document was closed.");
    else if (call)
        tt_menu_answer(session, call, snapshot, &wait->params);
    free(wait);
}

bool tt_menu_not_ready(struct tt_session *session, const struct tt_snapshot *snapshot)
{
    return snapshot->tree_state == TT_TREE_PENDING || tt_findings_cold(session, snapshot);
}

static bool goes_on_waiting(struct tt_session *session, const struct tt_menu_wait *wait)
{
    const struct tt_snapshot *snapshot = tt_documents_get(session->documents, wait->key);

    return snapshot && (wait->rules ? tt_menu_not_ready(session, snapshot)
                                    : snapshot->tree_state == TT_TREE_PENDING);
}

void tt_menu_on_change(struct tt_session *session, tt_str key)
{
    struct tt_menu_wait *ready = NULL;

    for (struct tt_menu_wait **at = &session->menus; *at;) {
        struct tt_menu_wait *wait = *at;

        if (tt_call_find(session->calls, wait->call) &&
            (!tt_str_eq(wait->key, key) || goes_on_waiting(session, wait))) {
            at = &wait->next;
            continue;
        }
        *at = wait->next;
        wait->next = ready; /* a command that begins may change the list */
        ready = wait;
    }
    while (ready) {
        struct tt_menu_wait *wait = ready;

        ready = wait->next;
        wait_over(session, wait);
    }
}

bool tt_menu_on_timer(struct tt_session *session, uint64_t id)
{
    for (struct tt_menu_wait **at = &session->menus; *at; at = &(*at)->next) {
        struct tt_menu_wait *wait = *at;

        if (wait->timer != id)
            continue;
        *at = wait->next;
        wait_over(session, wait);
        return true;
    }
    return false;
}

static void on_cancel(struct tt_call *call)
{
    struct tt_session *session = call->data;

    for (struct tt_menu_wait **at = &session->menus; *at; at = &(*at)->next) {
        struct tt_menu_wait *wait = *at;

        if (wait->call != call->id)
            continue;
        *at = wait->next;
        session->io->timer_stop(session->io, wait->timer);
        free(wait);
        break;
    }
    tt_call_fail(call, TT_RPC_REQUEST_CANCELLED, "The request was cancelled.");
}

static int own_diagnostics(struct tt_arena *arena, struct tt_lsp_code_action_params *params)
{
    struct tt_lsp_diagnostic *copy =
        tt_arena_array(arena, params->n_diagnostics + 1, sizeof(*copy));

    if (!copy)
        return TT_ENOMEM;
    for (size_t i = 0; i < params->n_diagnostics; i++) {
        const struct tt_lsp_diagnostic *d = &params->diagnostics[i];

        copy[i].range = d->range;
        copy[i].severity = d->severity;
        copy[i].source = tt_arena_dup(arena, d->source);
        copy[i].message = tt_arena_dup(arena, d->message);
        copy[i].raw = tt_arena_dup(arena, d->raw);
        if (!copy[i].source.p || !copy[i].message.p || !copy[i].raw.p)
            return TT_ENOMEM;
    }
    params->diagnostics = copy;
    return 0;
}

/* The reader's slices borrow the message; what waits must own them. */
static int own_params(struct tt_arena *arena, struct tt_lsp_code_action_params *params)
{
    tt_str *only = tt_arena_array(arena, params->n_only + 1, sizeof(*only));
    int err;

    if (!only)
        return TT_ENOMEM;
    for (size_t i = 0; i < params->n_only; i++) {
        only[i] = tt_arena_dup(arena, params->only[i]);
        if (!only[i].p)
            return TT_ENOMEM;
    }
    params->only = only;
    err = own_diagnostics(arena, params);
    params->uri = tt_arena_dup(arena, params->uri);
    params->work_done_token = (tt_str){ NULL, 0 };
    return params->uri.p ? err : TT_ENOMEM;
}

static void begin_wait(struct tt_session *session, struct tt_call *call, struct tt_menu_wait *wait,
                       uint64_t patience)
{
    wait->call = call->id;
    wait->timer = tt_session_next_id(session);
    wait->next = session->menus;
    session->menus = wait;
    call->data = session;
    call->on_cancel = on_cancel;
    session->io->timer_start(session->io, wait->timer, patience);
}

void tt_menu_defer(struct tt_session *session, struct tt_call *call,
                   struct tt_lsp_code_action_params *params, const struct tt_snapshot *snapshot)
{
    uint64_t patience = tt_findings_cold(session, snapshot) ? RULES_PATIENCE_MS : TREE_PATIENCE_MS;
    struct tt_menu_wait *wait = calloc(1, sizeof(*wait));

    if (!wait || own_params(&call->arena, params) < 0) {
        free(wait);
        tt_call_fail(call, TT_RPC_INTERNAL_ERROR, "trimtab is out of memory.");
        return;
    }
    wait->params = *params;
    wait->rules = true;
    wait->key = tt_arena_dup(&call->arena, snapshot->key);
    begin_wait(session, call, wait, patience);
}

void tt_command_defer(struct tt_session *session, struct tt_call *call,
                      const struct tt_json *params, const struct tt_snapshot *snapshot, bool rules)
{
    struct tt_menu_wait *wait = calloc(1, sizeof(*wait));

    if (wait) {
        wait->rules = rules;
        wait->command = tt_arena_dup(&call->arena, tt_json_raw(params));
        wait->key = tt_arena_dup(&call->arena, snapshot->key);
    }
    if (!wait || !wait->command.p || !wait->key.p) {
        free(wait);
        tt_call_fail(call, TT_RPC_INTERNAL_ERROR, "trimtab is out of memory.");
        return;
    }
    begin_wait(session, call, wait, rules ? RULES_PATIENCE_MS : COMMAND_PATIENCE_MS);
}

void tt_commands_cancel_waiting(struct tt_session *session)
{
    for (struct tt_menu_wait *wait = session->menus, *next; wait; wait = next) {
        struct tt_call *call = wait->command.n ? tt_call_find(session->calls, wait->call) : NULL;

        next = wait->next;
        if (call)
            on_cancel(call);
    }
}

void tt_menu_answer_all(struct tt_session *session)
{
    tt_commands_cancel_waiting(session); /* nothing begins any more */
    while (session->menus) {
        struct tt_menu_wait *wait = session->menus;

        session->menus = wait->next;
        wait_over(session, wait);
    }
}

void tt_menu_release(struct tt_session *session)
{
    while (session->menus) {
        struct tt_menu_wait *wait = session->menus;

        session->menus = wait->next;
        session->io->timer_stop(session->io, wait->timer);
        free(wait);
    }
}
