/* menu.c -- textDocument/codeAction.
 *
 * Neovim shows its menu only when every server has answered, so this looks at
 * nothing but the tree: rewrites that syntax alone decides come with their
 * edit; model actions come with the route that they would take, and cost
 * nothing until one is chosen.
 */
#include "session/menu.h"

#include "lsp/code_action.h"
#include "session/actions.h"
#include "session/attempt.h"
#include "session/findings.h"
#include "session/source.h"
#include "text/text.h"
#include "trimtab/error.h"

#include <stdlib.h>

#define TREE_PATIENCE_MS 50u /* for a parse under way; then the answer comes without rules */
/* For the first findings of a document: only once, while the rules of its
 * language are compiled in a job. */
#define RULES_PATIENCE_MS 10000u
#define TITLE_MAX         60u /* characters */
#define MENU_MAX          64u /* actions */
#define FIX_ALL_KIND      "source.fixAll.trimtab"

struct tt_menu_wait {
    struct tt_menu_wait *next;
    uint64_t call, timer;
    struct tt_lsp_code_action_params params; /* in the call's arena */
    tt_str key;                              /* likewise */
};

/* --- kinds ------------------------------------------------------------------------ */

const char *const *tt_menu_kinds(void)
{
    static const char *kinds[40];
    size_t n = 0;
    const struct tt_task_action *action;

    kinds[n++] = "quickfix.trimtab";
    kinds[n++] = FIX_ALL_KIND;
    kinds[n++] = TT_ACTION_DIAGNOSTIC_KIND;
    for (size_t i = 0; (action = tt_task_action_at(i)) && n + 1 < sizeof(kinds) / sizeof(*kinds);
         i++)
        kinds[n++] = action->kind;
    kinds[n] = NULL;
    return kinds;
}

/* --- one menu being made ------------------------------------------------------------- */

struct menu {
    struct tt_session *session;
    struct tt_snapshot *snapshot;
    const struct tt_lsp_code_action_params *params;
    struct tt_arena *arena;
    tt_str bytes;
    struct tt_range range;
    struct tt_lsp_code_action at[MENU_MAX];
    size_t n, models;
    const struct tt_task_action *offered[MENU_MAX]; /* model actions so far */
    bool trial;                                     /* one of them is a duel */
};

static struct tt_lsp_code_action *add(struct menu *menu, tt_str kind)
{
    if (menu->n == MENU_MAX || !tt_lsp_kind_wanted(menu->params, kind))
        return NULL;
    menu->at[menu->n] = (struct tt_lsp_code_action){ .kind = kind };
    return &menu->at[menu->n++];
}

static const struct tt_lsp_workspace_edit *edit_of(struct menu *menu,
                                                   const struct tt_text_edit *edits, size_t n)
{
    struct tt_lsp_workspace_edit *edit = tt_arena_alloc(menu->arena, sizeof(*edit));
    struct tt_lsp_document_edit *document = tt_arena_alloc(menu->arena, sizeof(*document));
    struct tt_lsp_text_edit *texts = tt_arena_array(menu->arena, n + 1, sizeof(*texts));

    if (!edit || !document || !texts)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        texts[i].range = tt_text_position_range(menu->snapshot->text, edits[i].range,
                                                menu->session->client.encoding);
        texts[i].text = edits[i].text;
    }
    *document = (struct tt_lsp_document_edit){
        .uri = menu->snapshot->uri,
        .has_version = menu->snapshot->has_version,
        .version = menu->snapshot->version,
        .edits = texts,
        .n = n,
    };
    edit->documents = document;
    edit->n = 1;
    return edit;
}

/* --- rewrites that need no model -------------------------------------------------------- */

static void add_rewrite(struct menu *menu, const struct tt_finding *finding)
{
    struct tt_lsp_diagnostic *diagnostic = tt_arena_alloc(menu->arena, sizeof(*diagnostic));
    tt_str kind =
        tt_arena_printf(menu->arena, "quickfix.trimtab.%.*s", TT_STR_ARG(finding->rule->id));
    struct tt_lsp_code_action *action;

    if (!diagnostic || !kind.p)
        return;
    action = add(menu, kind);
    if (!action)
        return;
    tt_findings_diagnostic(menu->session, menu->snapshot, finding, menu->arena, diagnostic);
    action->title = finding->fix_title;
    action->diagnostics = diagnostic;
    action->n_diagnostics = 1;
    action->is_preferred = true;
    action->edit = edit_of(menu, finding->edits, finding->n_edits);
}

/* All safe rewrites of the file; only when the rules have run over all of it. */
static void add_fix_all(struct menu *menu)
{
    const struct tt_findings *all = tt_findings_of(menu->session, menu->snapshot);
    struct tt_lsp_code_action *action;
    struct tt_text_edit *edits;
    size_t n;

    if (!all || !tt_lsp_kind_wanted(menu->params, TT_STR(FIX_ALL_KIND)) ||
        tt_rules_fix_all(all->at, all->n, false, menu->arena, &edits, &n) < 0 || !n)
        return;
    action = add(menu, TT_STR(FIX_ALL_KIND));
    if (!action)
        return;
    action->title = TT_STR("Apply all safe rewrites of trimtab in this file");
    action->edit = edit_of(menu, edits, n);
}

/* --- model actions ------------------------------------------------------------------------ */

static size_t characters(tt_str s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    return n;
}

/* "Add timeout and retry (claude-sonnet-5, ~$0.01)", with the shorter name of
 * the model, or without the price, where that would be too long. */
static tt_str title_of(struct menu *menu, tt_str words, const struct tt_candidate *choice)
{
    tt_str title = { NULL, 0 }, names[2];
    char cost[32];

    if (!choice)
        return words;
    tt_cost_words(choice->cost_usd, cost, sizeof(cost));
    names[0] = choice->model;
    names[1] = choice->name;
    for (int i = 0; i < 2; i++) {
        title = tt_arena_printf(menu->arena, "%.*s (%.*s, %s)", TT_STR_ARG(words),
                                TT_STR_ARG(names[i]), cost);
        if (characters(title) <= TITLE_MAX)
            return title;
    }
    title =
        tt_arena_printf(menu->arena, "%.*s (%.*s)", TT_STR_ARG(words), TT_STR_ARG(choice->name));
    return characters(title) <= TITLE_MAX ? title : words;
}

static void write_place(struct tt_json_writer *w, const struct menu *menu)
{
    struct tt_position_range range =
        tt_text_position_range(menu->snapshot->text, menu->range, menu->session->client.encoding);

    tt_jw_member(w, "uri", menu->snapshot->uri);
    tt_jw_member_int(w, "version", menu->snapshot->version);
    tt_jw_key(w, "range");
    tt_lsp_write_range(w, range);
}

/* What resolve and execute need to know, and what a client may want to show. */
static tt_str data_of(struct menu *menu, const struct tt_task_action *action, tt_str rule,
                      tt_str message, const struct tt_decision *decision)
{
    struct tt_buf out = TT_BUF_INIT(TT_BUF_OWN);
    const struct tt_candidate *choice = tt_decision_choice(decision);
    struct tt_json_writer w;
    tt_str data;

    tt_json_writer_init(&w, &out);
    tt_jw_object(&w);
    write_place(&w, menu);
    tt_jw_member_cstr(&w, "action", action->leaf);
    tt_jw_member_opt(&w, "rule", rule);
    tt_jw_member_opt(&w, "diagnostic", message);
    if (decision) {
        tt_jw_member(&w, "task", decision->task);
        tt_jw_member_opt(&w, "finding", decision->finding);
        tt_jw_member(&w, "reason", decision->reason);
        tt_jw_member_opt(&w, "short_reason", decision->short_reason);
        if (choice) {
            tt_jw_member(&w, "model", choice->model);
            tt_jw_member_cstr(&w, "family", tt_family_name(choice->family));
            if (choice->cost_usd >= 0)
                tt_jw_member_double(&w, "cost_usd", choice->cost_usd);
        }
    }
    tt_jw_object_end(&w);
    data = tt_arena_dup(menu->arena, tt_buf_str(&out));
    tt_buf_release(&out);
    return data;
}

static bool delivers_by_resolve(const struct tt_session *session)
{
    const struct tt_lsp_client *client = &session->client;

    if (session->config->delivery == TT_DELIVERY_COMMAND || !client->code_action.resolve_edit ||
        !client->code_action.data)
        return false;
    if (session->config->delivery == TT_DELIVERY_RESOLVE)
        return true;
    /* Pickers of Neovim resolve while the cursor moves, and Helix gives up after
     * 20 seconds: a model is slower than both allow. */
    return !tt_str_eq(client->name, TT_STR("Neovim")) &&
           !tt_str_eq(client->name, TT_STR("helix")) && !tt_str_eq(client->name, TT_STR("Helix"));
}

static struct tt_lsp_command *command_of(struct menu *menu, enum tt_lsp_command_id id,
                                         const struct tt_lsp_code_action *action)
{
    struct tt_lsp_command *command = tt_arena_alloc(menu->arena, sizeof(*command));

    if (command) {
        command->title = action->title;
        command->command = tt_str_from(tt_lsp_command_name(id));
        command->argument = action->data;
    }
    return command;
}

/* With the setting `trial`, one action of a menu asks both models and lets the user
 * judge, where the client can show that; its title says what both cost. */
static bool is_trial(struct menu *menu, tt_str words, const struct tt_decision *decision,
                     tt_str *title)
{
    struct tt_session *session = menu->session;
    const struct tt_candidate *choice = tt_decision_choice(decision), *other;
    char cost[32];

    if (menu->trial || !session->client.trimtab.compare ||
        !tt_router_wants_duel(session->router, decision, session->io->wall(session->io), &other))
        return false;
    tt_cost_words(choice->cost_usd < 0 || other->cost_usd < 0 ? -1
                                                              : choice->cost_usd + other->cost_usd,
                  cost, sizeof(cost));
    *title = tt_arena_printf(menu->arena, "%.*s (trial: both models, %s)", TT_STR_ARG(words), cost);
    if (characters(*title) > TITLE_MAX)
        *title = tt_arena_printf(menu->arena, "%.*s (both, %s)", TT_STR_ARG(words), cost);
    menu->trial = title->p != NULL;
    return menu->trial;
}

static bool offered_already(const struct menu *menu, const struct tt_task_action *action)
{
    for (size_t i = 0; i < menu->models; i++) {
        if (menu->offered[i] == action)
            return true;
    }
    return false;
}

static void add_model_action(struct menu *menu, const struct tt_task_action *task_action,
                             tt_str words, const struct tt_finding *finding,
                             const struct tt_lsp_diagnostic *other)
{
    struct tt_session *session = menu->session;
    struct tt_lsp_code_action *action;
    struct tt_decision decision;

    if (menu->models >= session->config->max_model_actions || offered_already(menu, task_action) ||
        !tt_config_action(session->config, tt_str_from(task_action->leaf)) ||
        strcmp(task_action->scope, "new-file") == 0)
        return;
    action = add(menu, tt_str_from(task_action->kind));
    if (!action)
        return;
    menu->offered[menu->models++] = task_action;
    tt_decision_init(&decision);
    if (tt_attempt_decide(session, menu->snapshot, menu->bytes, menu->range, task_action,
                          tt_str_from(task_action->instruction), (tt_str){ NULL, 0 }, NULL, true,
                          NULL, &decision) < 0) {
        menu->n--;
        menu->models--;
        tt_decision_release(&decision);
        return;
    }
    action->title = tt_arena_dup(menu->arena, title_of(menu, words, tt_decision_choice(&decision)));
    action->llm_generated = true;
    action->data = data_of(menu, task_action, finding ? finding->rule->id : (tt_str){ NULL, 0 },
                           other ? other->message : (tt_str){ NULL, 0 }, &decision);
    if (other) {
        action->diagnostics = other;
        action->n_diagnostics = 1;
    }
    if (finding) {
        struct tt_lsp_diagnostic *d = tt_arena_alloc(menu->arena, sizeof(*d));

        if (d) {
            tt_findings_diagnostic(session, menu->snapshot, finding, menu->arena, d);
            action->diagnostics = d;
            action->n_diagnostics = 1;
        }
    }
    if (!tt_decision_choice(&decision)) {
        action->disabled = tt_arena_dup(menu->arena, decision.reason);
    } else if (!tt_decision_choice(&decision)->eligible) { /* where it would go, with a key */
        action->disabled = tt_arena_printf(menu->arena, "No model can be asked yet (%.*s).",
                                           TT_STR_ARG(tt_decision_choice(&decision)->why_not));
    } else if (is_trial(menu, words, &decision, &action->title)) {
        action->command = command_of(menu, TT_LSP_COMMAND_COMPARE, action);
    } else if (!delivers_by_resolve(session)) {
        action->command = command_of(menu, TT_LSP_COMMAND_EDIT, action);
    }
    tt_decision_release(&decision);
}

/* The worst of what other servers report here: one action, the first one. */
static void add_diagnostic_action(struct menu *menu)
{
    const struct tt_lsp_diagnostic *worst = NULL;
    const struct tt_task_action *action;

    for (size_t i = 0; i < menu->params->n_diagnostics; i++) {
        const struct tt_lsp_diagnostic *d = &menu->params->diagnostics[i];
        struct tt_range range =
            tt_text_range(menu->snapshot->text, d->range, menu->session->client.encoding, NULL);

        if (!d->message.n || tt_str_eq(d->source, TT_STR("trimtab")) ||
            range.start > menu->range.end || range.end < menu->range.start)
            continue;
        if (!worst || (d->severity && (!worst->severity || d->severity < worst->severity)))
            worst = d;
    }
    if (!worst)
        return;
    action =
        tt_action_named(menu->session, TT_STR(TT_ACTION_DIAGNOSTIC), worst->message, menu->arena);
    if (action)
        add_model_action(menu, action, tt_str_from(action->title), NULL, worst);
}

/* What the user defined, in the order of the settings. */
static void add_own_actions(struct menu *menu)
{
    const struct tt_config *config = menu->session->config;

    for (size_t i = 0; i < config->n_actions; i++) {
        const struct tt_task_action *action;

        if (tt_config_own_action(config, config->actions[i].leaf) != &config->actions[i])
            continue;
        action = tt_action_named(menu->session, config->actions[i].leaf, (tt_str){ NULL, 0 },
                                 menu->arena);
        if (action)
            add_model_action(menu, action, tt_str_from(action->title), NULL, NULL);
    }
}

static void add_model_actions(struct menu *menu, const struct tt_findings *findings)
{
    struct tt_source source = tt_source_of(menu->snapshot, menu->bytes);
    const struct tt_task_action *actions[8];
    size_t n;

    if (menu->params->trigger == TT_LSP_TRIGGER_AUTOMATIC ||
        !tt_actions_on(menu->session, menu->snapshot->lang))
        return;
    add_diagnostic_action(menu);
    for (size_t i = 0; i < findings->n; i++) {
        const struct tt_finding *f = &findings->at[i];
        const struct tt_task_action *action =
            f->fix == TT_FIX_MODEL ? tt_task_action_find(tt_str_from(tt_task_id(f->task))) : NULL;

        if (action)
            add_model_action(menu, action, f->fix_title, f, NULL);
    }
    add_own_actions(menu);
    n = tt_task_actions(&source, menu->range, actions, sizeof(actions) / sizeof(actions[0]));
    for (size_t i = 0; i < n; i++)
        add_model_action(menu, actions[i], tt_str_from(actions[i]->title), NULL, NULL);
}

/* --- the answer ----------------------------------------------------------------------------- */

static void answer(struct tt_session *session, struct tt_call *call, struct tt_snapshot *snapshot,
                   const struct tt_lsp_code_action_params *params)
{
    struct menu *menu = tt_arena_alloc(&call->arena, sizeof(*menu));
    struct tt_findings findings;
    struct tt_outgoing out;

    if (!menu) {
        tt_call_fail(call, TT_RPC_INTERNAL_ERROR, "trimtab is out of memory.");
        return;
    }
    menu->session = session;
    menu->snapshot = snapshot;
    menu->params = params;
    menu->arena = &call->arena;
    if (snapshot->tree_state == TT_TREE_TOO_BIG) { /* said once, when it was opened */
        tt_outgoing_init(&out);
        tt_lsp_write_code_actions(&out.w, &session->client, NULL, 0);
        tt_call_reply(call, &out);
        return;
    }
    menu->bytes = tt_findings_bytes(session, snapshot);
    menu->range = tt_text_range(snapshot->text, params->range, session->client.encoding, NULL);
    if (!menu->bytes.p ||
        tt_findings_at(session, snapshot, menu->range, &call->arena, &findings) < 0) {
        tt_call_fail(call, TT_RPC_INTERNAL_ERROR, "trimtab is out of memory.");
        return;
    }
    /* Our text is not the client's: an edit would land in the wrong place. */
    if (!snapshot->out_of_sync && !snapshot->damaged) {
        for (size_t i = 0; i < findings.n; i++) {
            if (findings.at[i].n_edits > 0)
                add_rewrite(menu, &findings.at[i]);
        }
        add_fix_all(menu);
        add_model_actions(menu, &findings);
    }
    tt_outgoing_init(&out);
    tt_lsp_write_code_actions(&out.w, &session->client, menu->at, menu->n);
    tt_call_reply(call, &out);
}

/* --- waiting for a parse ------------------------------------------------------------------------
 */

static void wait_over(struct tt_session *session, struct tt_menu_wait *wait)
{
    struct tt_call *call = tt_call_find(session->calls, wait->call);
    struct tt_snapshot *snapshot = call ? tt_documents_get(session->documents, wait->key) : NULL;

    session->io->timer_stop(session->io, wait->timer);
    if (call && !snapshot)
        tt_call_fail(call, TT_RPC_CONTENT_MODIFIED, "The document was closed.");
    else if (call)
        answer(session, call, snapshot, &wait->params);
    free(wait);
}

/* Is there something worth waiting for? */
static bool not_ready(struct tt_session *session, const struct tt_snapshot *snapshot)
{
    return snapshot->tree_state == TT_TREE_PENDING || tt_findings_cold(session, snapshot);
}

void tt_menu_on_change(struct tt_session *session, tt_str key)
{
    struct tt_snapshot *snapshot = tt_documents_get(session->documents, key);

    if (snapshot && not_ready(session, snapshot))
        return;
    for (struct tt_menu_wait **at = &session->menus; *at;) {
        struct tt_menu_wait *wait = *at;

        if (tt_call_find(session->calls, wait->call) && !tt_str_eq(wait->key, key)) {
            at = &wait->next;
            continue;
        }
        *at = wait->next;
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

static void wait_a_little(struct tt_session *session, struct tt_call *call,
                          const struct tt_lsp_code_action_params *params,
                          const struct tt_snapshot *snapshot)
{
    uint64_t patience = tt_findings_cold(session, snapshot) ? RULES_PATIENCE_MS : TREE_PATIENCE_MS;
    struct tt_menu_wait *wait = calloc(1, sizeof(*wait));

    if (!wait) {
        tt_call_fail(call, TT_RPC_INTERNAL_ERROR, "trimtab is out of memory.");
        return;
    }
    wait->call = call->id;
    wait->params = *params;
    wait->key = tt_arena_dup(&call->arena, snapshot->key);
    wait->timer = tt_session_next_id(session);
    wait->next = session->menus;
    session->menus = wait;
    call->data = session;
    call->on_cancel = on_cancel;
    session->io->timer_start(session->io, wait->timer, patience);
}

void tt_menu_answer_all(struct tt_session *session)
{
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

void tt_on_code_action(struct tt_session *session, struct tt_call *call,
                       const struct tt_json *params)
{
    struct tt_lsp_reader reader = TT_LSP_READER(&call->arena);
    struct tt_lsp_code_action_params *in = tt_arena_alloc(&call->arena, sizeof(*in));
    struct tt_snapshot *snapshot;

    if (!in || tt_lsp_read_code_action_params(&reader, params, in) < 0) {
        tt_call_fail(call, TT_RPC_INVALID_PARAMS, "%s", reader.error);
        return;
    }
    snapshot = tt_session_document(session, in->uri, &call->arena);
    if (!snapshot) {
        tt_call_fail(call, TT_RPC_INVALID_PARAMS, "The document %.*s is not open.",
                     TT_STR_ARG(in->uri));
        return;
    }
    snapshot = tt_documents_want_tree(session->documents, snapshot->key);
    if (!not_ready(session, snapshot))
        answer(session, call, snapshot, in);
    else if (own_params(&call->arena, in) < 0)
        tt_call_fail(call, TT_RPC_INTERNAL_ERROR, "trimtab is out of memory.");
    else
        wait_a_little(session, call, in, snapshot);
}
