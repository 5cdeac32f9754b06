/* menu_models.c -- the actions of a menu that ask a model: see menu.c. */
#include "session/menu_parts.h"

#include "session/actions.h"
#include "session/attempt.h"
#include "session/findings.h"
#include "session/fix_all.h"
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

/* "Fix all 7: add a timeout (claude, ~$0.02)": the price is never left out. */
static tt_str title_of_all(struct tt_menu *menu, tt_str words, const struct tt_fix_all *all,
                           const struct tt_candidate *choice)
{
    tt_str count = all->n < all->total ? tt_arena_printf(menu->arena, "Fix the first %zu of %zu",
                                                         all->n, all->total)
                                       : tt_arena_printf(menu->arena, "Fix all %zu", all->n);
    tt_str title = tt_arena_printf(menu->arena, "%.*s: %.*s", TT_STR_ARG(count), TT_STR_ARG(words));
    char cost[32];

    if (!choice)
        return characters(title) <= TITLE_MAX ? title : count;
    tt_cost_words(choice->cost_usd, cost, sizeof(cost));
    title = tt_arena_printf(menu->arena, "%.*s: %.*s (%.*s, %s)", TT_STR_ARG(count),
                            TT_STR_ARG(words), TT_STR_ARG(choice->name), cost);
    if (characters(title) <= TITLE_MAX)
        return title;
    return tt_arena_printf(menu->arena, "%.*s of this kind (%.*s, %s)", TT_STR_ARG(count),
                           TT_STR_ARG(choice->name), cost);
}

void tt_menu_write_place(struct tt_json_writer *w, const struct tt_menu *menu,
                         const struct tt_range *range)
{
    tt_jw_member(w, "uri", menu->snapshot->uri);
    if (menu->snapshot->has_version)
        tt_jw_member_int(w, "version", menu->snapshot->version);
    /* of our own: not every client counts its versions up */
    tt_jw_member_uint(w, "generation", menu->snapshot->generation);
    if (!range)
        return;
    tt_jw_key(w, "range");
    tt_lsp_write_range(
        w, tt_text_position_range(menu->snapshot->text, *range, menu->session->client.encoding));
}

static bool delivers_by_resolve(const struct tt_session *session)
{
    const struct tt_lsp_client *client = &session->client;

    if (!client->code_action.literals || !client->code_action.resolve_edit ||
        !client->code_action.data)
        return false;
    if (!client->workspace.apply_edit)
        return true;
    if (session->config->delivery != TT_DELIVERY_AUTO)
        return session->config->delivery == TT_DELIVERY_RESOLVE;
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

/* What is offered, and because of what. */
struct offer {
    const struct tt_task_action *action;
    tt_str words;
    const struct tt_finding *finding;      /* of ours; NULL: none */
    const struct tt_lsp_diagnostic *other; /* of another server; NULL: none */
    const struct tt_fix_all *all;          /* all that this rule finds; NULL: what is here */
};

static bool is_off(const struct tt_menu *menu, const struct offer *offer)
{
    return menu->models >= menu->session->config->max_model_actions ||
           (!offer->all && offered_already(menu, offer->action)) ||
           !tt_config_action(menu->session->config, tt_str_from(offer->action->leaf)) ||
           (strcmp(offer->action->scope, "new-file") == 0 && !may_create(menu));
}

/* What resolve and execute need to know, and what a client may want to show; p is NULL when
 * out of memory. */
static tt_str data_of(struct tt_menu *menu, const struct offer *offer,
                      const struct tt_decision *decision)
{
    struct tt_buf out = TT_BUF_INIT(TT_BUF_OWN);
    const struct tt_candidate *choice = tt_decision_choice(decision);
    struct tt_json_writer w;
    tt_str data = { NULL, 0 };

    tt_json_writer_init(&w, &out);
    tt_jw_object(&w);
    tt_menu_write_place(&w, menu, &menu->range);
    tt_jw_member_cstr(&w, "action", offer->action->leaf);
    if (offer->finding)
        tt_jw_member_opt(&w, "rule", offer->finding->rule->id);
    if (offer->all)
        tt_jw_member_bool(&w, "everywhere", true);
    if (offer->other)
        tt_jw_member_opt(&w, "diagnostic", offer->other->message);
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
    if (!out.err)
        data = tt_arena_dup(menu->arena, tt_buf_str(&out));
    tt_buf_release(&out);
    return data;
}

/* Why it cannot be chosen now, or how it is carried out. */
static void add_means(struct tt_menu *menu, const struct offer *offer,
                      const struct tt_decision *decision, struct tt_lsp_code_action *action)
{
    const struct tt_candidate *choice = tt_decision_choice(decision);

    if (!choice) {
        action->disabled = tt_arena_dup(menu->arena, decision->reason);
    } else if (!choice->eligible) { /* where it would go, with a key */
        action->disabled = tt_arena_printf(menu->arena, "No model can be asked yet (%.*s).",
                                           TT_STR_ARG(choice->why_not));
    } else if (!menu->session->client.workspace.apply_edit &&
               (offer->all || !delivers_by_resolve(menu->session))) {
        action->disabled = TT_STR(TT_CANNOT_APPLY);
    } else if (!offer->all && is_trial(menu, offer->words, decision, &action->title)) {
        action->command = command_of(menu, TT_LSP_COMMAND_COMPARE, action);
    } else if (offer->all || !delivers_by_resolve(menu->session)) { /* many places: reviewed */
        action->command = command_of(menu, TT_LSP_COMMAND_EDIT, action);
    }
}

static void add_cause(struct tt_menu *menu, const struct offer *offer,
                      struct tt_lsp_code_action *action)
{
    struct tt_lsp_diagnostic *d;

    if (offer->other) {
        action->diagnostics = offer->other;
        action->n_diagnostics = 1;
    }
    if (!offer->finding)
        return;
    d = tt_arena_alloc(menu->arena, sizeof(*d));
    if (!d)
        return;
    tt_findings_diagnostic(menu->session, menu->snapshot, offer->finding, menu->arena, d);
    action->diagnostics = d;
    action->n_diagnostics = 1;
}

static int decide(const struct tt_menu *menu, const struct offer *offer, struct tt_decision *out)
{
    const struct tt_decide_ask ask = {
        .snapshot = menu->snapshot,
        .bytes = menu->bytes,
        .range = offer->all ? offer->all->range : menu->range,
        .action = offer->action,
        .instruction = tt_str_from(offer->action->instruction),
        .what_if = true,
        .memo = offer->all ? NULL : menu->session->last_menu.prompt,
        .reading = offer->all ? NULL : menu->session->last_menu.reading,
        .imports = &menu->session->last_menu.imports,
    };

    return tt_attempt_decide(menu->session, &ask, out);
}

static void add_model_action(struct tt_menu *menu, const struct offer *offer)
{
    tt_str kind = offer->all ? TT_STR(TT_ACTION_EVERYWHERE_KIND) : tt_str_from(offer->action->kind);
    struct tt_lsp_code_action *action;
    struct tt_decision decision;

    if (is_off(menu, offer))
        return;
    action = tt_menu_add(menu, kind);
    if (!action)
        return;
    menu->offered[menu->models++] = offer->action;
    tt_decision_init(&decision);
    if (decide(menu, offer, &decision) == 0)
        action->data = data_of(menu, offer, &decision);
    if (!action->data.p) {
        menu->n--;
        menu->models--;
        tt_decision_release(&decision);
        return;
    }
    action->title =
        offer->all ? title_of_all(menu, offer->words, offer->all, tt_decision_choice(&decision))
                   : title_of(menu, offer->words, tt_decision_choice(&decision));
    action->llm_generated = true;
    add_cause(menu, offer, action);
    add_means(menu, offer, &decision, action);
    tt_decision_release(&decision);
}

/* The same finding elsewhere in the file: all of it for one price, with one review. */
static void add_everywhere(struct tt_menu *menu, const struct offer *one)
{
    struct offer offer = *one;
    struct tt_fix_all all;

    if (!tt_lsp_kind_wanted(menu->params, TT_STR(TT_ACTION_EVERYWHERE_KIND)) ||
        tt_fix_all_find(menu->session, menu->snapshot, menu->bytes, one->finding->rule->id,
                        menu->arena, &all) < 0 ||
        all.n < 2)
        return;
    offer.all = &all;
    add_model_action(menu, &offer);
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
        add_model_action(menu, &(struct offer){ .action = action,
                                                .words = tt_str_from(action->title),
                                                .other = worst });
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
            add_model_action(
                menu, &(struct offer){ .action = action, .words = tt_str_from(action->title) });
    }
}

/* Keep of the last menu what is true of this one. */
static void remember(const struct tt_menu *menu)
{
    struct tt_menu_memo *memo = &menu->session->last_menu;
    const struct tt_snapshot *snapshot = menu->snapshot;
    bool same_text = memo->place.document == snapshot->document &&
                     memo->place.generation == snapshot->generation &&
                     memo->tree == snapshot->tree && memo->bytes == menu->bytes.p;

    if (!memo->prompt)
        memo->prompt = tt_prompt_memo_create();
    if (!memo->reading)
        memo->reading = tt_task_reading_create();
    if (!same_text) {
        memo->place = tt_snapshot_place(snapshot);
        memo->tree = snapshot->tree;
        memo->bytes = menu->bytes.p;
        memo->imports = tt_source_imports(snapshot, menu->bytes);
        tt_prompt_memo_text_changed(memo->prompt);
        tt_task_reading_forget(memo->reading);
    } else if (memo->range.start != menu->range.start || memo->range.end != menu->range.end) {
        tt_task_reading_move(memo->reading);
    }
    memo->range = menu->range;
}

void tt_menu_add_models(struct tt_menu *menu, const struct tt_findings *findings)
{
    struct tt_session *session = menu->session;
    struct tt_source source = tt_source_of(session, menu->snapshot, menu->bytes);
    const struct tt_task_action *actions[8];
    size_t n;

    if (menu->params->trigger == TT_LSP_TRIGGER_AUTOMATIC ||
        !tt_actions_on(session, menu->snapshot->lang))
        return;
    remember(menu);
    add_diagnostic_action(menu);
    for (size_t i = 0; i < findings->n; i++) {
        const struct tt_finding *f = &findings->at[i];
        const struct tt_task_action *action =
            f->fix == TT_FIX_MODEL ? tt_task_action_find(tt_str_from(tt_task_id(f->task))) : NULL;

        const struct offer offer = { .action = action, .words = f->fix_title, .finding = f };

        if (!action || offered_already(menu, action))
            continue;
        add_model_action(menu, &offer);
        add_everywhere(menu, &offer);
    }
    add_own_actions(menu);
    n = tt_task_actions(&source, menu->range, session->last_menu.reading, actions,
                        sizeof(actions) / sizeof(actions[0]));
    for (size_t i = 0; i < n; i++)
        add_model_action(
            menu, &(struct offer){ .action = actions[i], .words = tt_str_from(actions[i]->title) });
}
