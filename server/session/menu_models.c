/* menu_models.c -- the actions of a menu that ask a model: see menu.c. */
#include "session/menu_parts.h"

#include "session/actions.h"
#include "session/attempt.h"
#include "session/findings.h"
#include "session/new_file.h"
#include "session/source.h"
#include "text/text.h"

#define TITLE_MAX 60u /* characters */

static size_t characters(tt_str s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    return n;
}

/* "Add timeout and retry (claude-sonnet-5, ~$0.01)", with the shorter name of
 * the model, or without the price, where that would be too long. */
static tt_str title_of(struct tt_menu *menu, tt_str words, const struct tt_candidate *choice)
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

static void write_place(struct tt_json_writer *w, const struct tt_menu *menu)
{
    tt_jw_member(w, "uri", menu->snapshot->uri);
    tt_jw_member_int(w, "version", menu->snapshot->version);
    tt_jw_key(w, "range");
    tt_lsp_write_range(w, menu->place);
}

/* What resolve and execute need to know, and what a client may want to show. */
static tt_str data_of(struct tt_menu *menu, const struct tt_task_action *action, tt_str rule,
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

static struct tt_lsp_command *command_of(struct tt_menu *menu, enum tt_lsp_command_id id,
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
static bool is_trial(struct tt_menu *menu, tt_str words, const struct tt_decision *decision,
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

static bool offered_already(const struct tt_menu *menu, const struct tt_task_action *action)
{
    for (size_t i = 0; i < menu->models; i++) {
        if (menu->offered[i] == action)
            return true;
    }
    return false;
}

/* A file can be created, beside one of the workspace. */
static bool may_create(const struct tt_menu *menu)
{
    return tt_new_file_possible(menu->session) &&
           tt_settings_folder(menu->session, menu->snapshot->path).n;
}

static void add_model_action(struct tt_menu *menu, const struct tt_task_action *task_action,
                             tt_str words, const struct tt_finding *finding,
                             const struct tt_lsp_diagnostic *other)
{
    struct tt_session *session = menu->session;
    struct tt_lsp_code_action *action;
    struct tt_decision decision;

    if (menu->models >= session->config->max_model_actions || offered_already(menu, task_action) ||
        !tt_config_action(session->config, tt_str_from(task_action->leaf)) ||
        (strcmp(task_action->scope, "new-file") == 0 && !may_create(menu)))
        return;
    action = tt_menu_add(menu, tt_str_from(task_action->kind));
    if (!action)
        return;
    menu->offered[menu->models++] = task_action;
    tt_decision_init(&decision);
    const struct tt_decide_ask ask = {
        .snapshot = menu->snapshot,
        .bytes = menu->bytes,
        .range = menu->range,
        .action = task_action,
        .instruction = tt_str_from(task_action->instruction),
        .what_if = true,
        .memo = session->prompt_memo,
        .reading = session->reading,
    };
    if (tt_attempt_decide(session, &ask, &decision) < 0) {
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
static void add_diagnostic_action(struct tt_menu *menu)
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
static void add_own_actions(struct tt_menu *menu)
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

void tt_menu_add_models(struct tt_menu *menu, const struct tt_findings *findings)
{
    struct tt_session *session = menu->session;
    struct tt_source source = tt_source_of(menu->snapshot, menu->bytes);
    const struct tt_task_action *actions[8];
    size_t n;

    if (menu->params->trigger == TT_LSP_TRIGGER_AUTOMATIC ||
        !tt_actions_on(session, menu->snapshot->lang))
        return;
    if (!session->prompt_memo)
        session->prompt_memo = tt_prompt_memo_create();
    if (!session->reading)
        session->reading = tt_task_reading_create();
    tt_prompt_memo_text_changed(session->prompt_memo);
    tt_task_reading_forget(session->reading);
    add_diagnostic_action(menu);
    for (size_t i = 0; i < findings->n; i++) {
        const struct tt_finding *f = &findings->at[i];
        const struct tt_task_action *action =
            f->fix == TT_FIX_MODEL ? tt_task_action_find(tt_str_from(tt_task_id(f->task))) : NULL;

        if (action)
            add_model_action(menu, action, f->fix_title, f, NULL);
    }
    add_own_actions(menu);
    n = tt_task_actions(&source, menu->range, session->reading, actions,
                        sizeof(actions) / sizeof(actions[0]));
    for (size_t i = 0; i < n; i++)
        add_model_action(menu, actions[i], tt_str_from(actions[i]->title), NULL, NULL);
}
