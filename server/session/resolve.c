/* resolve.c -- codeAction/resolve: the chosen model action gets its edit.
 *
 * Local actions come with their edit, and an action with a command asks the
 * model when it is chosen: resolving one gives it back as it is.  (Neovim
 * resolves whatever lacks an edit or a command.)
 *
 * Pickers resolve what the cursor stands on while it moves through the menu.  So
 * a question is put only after a short pause; of one menu only the newest counts,
 * and the one before it ends, whether it waits or runs; what was answered for the
 * same text is not asked for again.  A resolve that is cancelled ends its request
 * to the model.
 */
#include "lsp/code_action.h"
#include "lsp/types.h"
#include "session/actions.h"
#include "session/attempt.h"
#include "session/state.h"
#include "text/text.h"
#include "trimtab/error.h"

#include <stdlib.h>

#define RESOLVE_PAUSE_MS 150u

/* What `data` of an action says. */
struct wanted {
    tt_str uri, leaf, rule, message, json; /* json: the whole action */
    struct tt_position_range positions;
    int64_t version;
    int64_t generation; /* of the text; negative: not said */
};

struct tt_resolve_wait {
    struct tt_resolve_wait *next;
    uint64_t call, timer;
    struct wanted wanted; /* in the arena of the call */
};

/* Is it of the same menu: the same place of the same text? */
static tt_str menu_of(const struct wanted *w, struct tt_arena *arena)
{
    return tt_arena_printf(arena, "%lld %lld %u:%u-%u:%u %.*s", (long long)w->version,
                           (long long)w->generation, w->positions.start.line,
                           w->positions.start.character, w->positions.end.line,
                           w->positions.end.character, TT_STR_ARG(w->uri));
}

static tt_str entry_of(const struct wanted *w, struct tt_arena *arena)
{
    return tt_arena_printf(arena, "%.*s %.*s %.*s", TT_STR_ARG(w->leaf), TT_STR_ARG(w->rule),
                           TT_STR_ARG(w->message));
}

static bool is_outdated(const struct wanted *w, const struct tt_snapshot *snapshot)
{
    return (snapshot->has_version && snapshot->version != w->version) ||
           (w->generation >= 0 && snapshot->generation != (uint64_t)w->generation);
}

static void superseded(struct tt_call *call)
{
    tt_call_fail(call, TT_RPC_SERVER_CANCELLED, "Another action of the menu was looked at.");
}

static void wait_free(struct tt_session *session, struct tt_resolve_wait *wait)
{
    session->io->timer_stop(session->io, wait->timer);
    free(wait);
}

static struct tt_resolve_wait *take_wait(struct tt_session *session, uint64_t call, uint64_t timer)
{
    for (struct tt_resolve_wait **at = &session->resolves; *at; at = &(*at)->next) {
        struct tt_resolve_wait *wait = *at;

        if (call ? wait->call == call : wait->timer == timer) {
            *at = wait->next;
            return wait;
        }
    }
    return NULL;
}

static void on_cancel(struct tt_call *call)
{
    struct tt_session *session = call->data;
    struct tt_resolve_wait *wait = take_wait(session, call->id, 0);

    if (wait) {
        wait_free(session, wait);
        tt_call_fail(call, TT_RPC_REQUEST_CANCELLED, "The request was cancelled.");
        return;
    }
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

/* The pause is over, or there is none. */
static void ask(struct tt_session *session, struct tt_call *call, const struct wanted *wanted)
{
    struct tt_buf why = TT_BUF_INIT(1 << 14);
    struct tt_snapshot *snapshot = tt_session_document(session, wanted->uri, &call->arena);
    const struct tt_task_action *action =
        tt_action_named(session, wanted->leaf, wanted->message, &call->arena);
    struct tt_attempt_ask in;
    uint64_t id;

    if (!action || !snapshot) {
        tt_call_fail(call, TT_RPC_INVALID_PARAMS,
                     "That action or its document is not there any more; ask for code actions "
                     "again.");
        return;
    }
    if (is_outdated(wanted, snapshot)) {
        tt_call_fail(call, TT_RPC_REQUEST_FAILED,
                     "The document has changed since the menu was made; ask for code actions "
                     "again.");
        return;
    }
    snapshot = tt_documents_want_tree(session->documents, snapshot->key);
    in = (struct tt_attempt_ask){
        .snapshot = snapshot,
        .range = tt_text_range(snapshot->text, wanted->positions, session->client.encoding, NULL),
        .instruction = tt_str_from(action->instruction),
        .action = action,
        .rule = wanted->rule,
        .delivery = TT_DELIVER_RESOLVE,
        .call = call->id,
        .resolve_action = wanted->json,
        .resolve_menu = menu_of(wanted, &call->arena),
        .resolve_entry = entry_of(wanted, &call->arena),
    };
    in.has_scope = tt_action_scope(action, &in.scope);
    call->data = session;
    call->on_cancel = on_cancel;
    if (tt_attempt_start(session, &in, &id, &why) < 0)
        tt_call_fail(call, TT_RPC_REQUEST_FAILED, "%.*s", TT_STR_ARG(tt_buf_str(&why)));
    tt_buf_release(&why);
}

/* Whatever else of this menu waits or runs was looked at and left. */
static void end_others(struct tt_session *session, const struct wanted *wanted, tt_str menu,
                       struct tt_arena *arena)
{
    for (struct tt_resolve_wait **at = &session->resolves; *at;) {
        struct tt_resolve_wait *wait = *at;
        struct tt_call *call = tt_call_find(session->calls, wait->call);

        if (!tt_str_eq(menu_of(&wait->wanted, arena), menu)) {
            at = &wait->next;
            continue;
        }
        *at = wait->next;
        wait_free(session, wait);
        if (call)
            superseded(call);
    }
    for (struct tt_attempt *a = session->attempts; a; a = a->next) {
        if (tt_attempt_running(a) && tt_str_eq(a->resolve_menu, menu) &&
            !tt_str_eq(a->resolve_entry, entry_of(wanted, arena)))
            tt_attempt_cancel(a);
    }
}

/* The same was asked for before: give its edit again, or wait for it here. */
static bool known_already(struct tt_session *session, struct tt_call *call,
                          const struct wanted *wanted, tt_str menu)
{
    tt_str entry = entry_of(wanted, &call->arena);

    for (struct tt_attempt *a = session->attempts; a; a = a->next) {
        struct tt_call *before;

        if (!tt_str_eq(a->resolve_menu, menu) || !tt_str_eq(a->resolve_entry, entry))
            continue;
        if (!tt_attempt_running(a)) {
            if (tt_deliver_resolved_again(a, call, wanted->json))
                return true;
            continue;
        }
        before = tt_call_find(session->calls, a->call);
        a->call = call->id;
        a->resolve_action = tt_arena_dup(&a->arena, wanted->json);
        call->data = session;
        call->on_cancel = on_cancel;
        if (before)
            superseded(before);
        return true;
    }
    return false;
}

static void wait_a_little(struct tt_session *session, struct tt_call *call,
                          const struct wanted *wanted)
{
    struct tt_resolve_wait *wait = calloc(1, sizeof(*wait));

    if (!wait) {
        tt_call_fail(call, TT_RPC_INTERNAL_ERROR, "trimtab is out of memory.");
        return;
    }
    wait->call = call->id;
    wait->timer = tt_session_next_id(session);
    wait->wanted = *wanted;
    wait->wanted.uri = tt_arena_dup(&call->arena, wanted->uri);
    wait->wanted.leaf = tt_arena_dup(&call->arena, wanted->leaf);
    wait->wanted.rule = tt_arena_dup(&call->arena, wanted->rule);
    wait->wanted.message = tt_arena_dup(&call->arena, wanted->message);
    wait->wanted.json = tt_arena_dup(&call->arena, wanted->json);
    wait->next = session->resolves;
    session->resolves = wait;
    call->data = session;
    call->on_cancel = on_cancel;
    if (session->io->timer_start(session->io, wait->timer, RESOLVE_PAUSE_MS) < 0)
        tt_resolve_on_timer(session, wait->timer);
}

bool tt_resolve_on_timer(struct tt_session *session, uint64_t id)
{
    struct tt_resolve_wait *wait = take_wait(session, 0, id);
    struct tt_call *call = wait ? tt_call_find(session->calls, wait->call) : NULL;

    if (call)
        ask(session, call, &wait->wanted);
    free(wait);
    return wait != NULL;
}

void tt_resolve_end(struct tt_session *session, bool answer)
{
    while (session->resolves) {
        struct tt_resolve_wait *wait = session->resolves;
        struct tt_call *call = tt_call_find(session->calls, wait->call);

        session->resolves = wait->next;
        wait_free(session, wait);
        if (call && answer)
            tt_call_fail(call, TT_RPC_SERVER_CANCELLED, "The server is ending.");
    }
}

static int read_wanted(struct tt_lsp_reader *reader, const struct tt_lsp_resolve *resolve,
                       struct wanted *out)
{
    const struct tt_json *data = resolve->data;

    out->json = tt_json_raw(resolve->action);
    tt_json_int(tt_json_get(data, "version"), &out->version);
    if (tt_json_int(tt_json_get(data, "generation"), &out->generation))
        out->generation = -1;
    if (tt_lsp_read_string(reader, tt_json_get(data, "uri"), "data.uri", &out->uri) < 0 ||
        tt_lsp_read_string(reader, tt_json_get(data, "action"), "data.action", &out->leaf) < 0 ||
        tt_lsp_read_string_opt(reader, tt_json_get(data, "rule"), "data.rule", &out->rule) < 0 ||
        tt_lsp_read_string_opt(reader, tt_json_get(data, "diagnostic"), "data.diagnostic",
                               &out->message) < 0)
        return TT_EPARSE;
    return tt_lsp_read_range(reader, tt_json_get(data, "range"), "data.range", &out->positions);
}

void tt_on_resolve(struct tt_session *session, struct tt_call *call, const struct tt_json *params)
{
    struct tt_lsp_reader reader = TT_LSP_READER(&call->arena);
    struct tt_lsp_resolve resolve;
    struct wanted wanted = { 0 };
    struct tt_snapshot *snapshot;
    tt_str menu;

    if (tt_lsp_read_resolve(&reader, params, &resolve) < 0) {
        tt_call_fail(call, TT_RPC_INVALID_PARAMS, "%s", reader.error);
        return;
    }
    if (!resolve.data || tt_json_get(resolve.action, "edit") ||
        tt_json_get(resolve.action, "command")) {
        give_back(session, call, resolve.action);
        return;
    }
    if (read_wanted(&reader, &resolve, &wanted) < 0) {
        tt_call_fail(call, TT_RPC_INVALID_PARAMS, "%s", reader.error);
        return;
    }
    menu = menu_of(&wanted, &call->arena);
    end_others(session, &wanted, menu, &call->arena);
    snapshot = tt_session_document(session, wanted.uri, &call->arena);
    if (!snapshot || is_outdated(&wanted, snapshot) ||
        !tt_action_named(session, wanted.leaf, wanted.message, &call->arena))
        ask(session, call, &wanted); /* says what is wrong, at once */
    else if (!known_already(session, call, &wanted, menu))
        wait_a_little(session, call, &wanted);
}
