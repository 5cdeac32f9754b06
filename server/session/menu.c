/* menu.c -- textDocument/codeAction.
 *
 * Neovim shows its menu only when every server has answered, so this looks at
 * nothing but the tree: rewrites that syntax alone decides come with their
 * edit; model actions (menu_models.c) come with the route that they would take,
 * and cost nothing until one is chosen.
 */
#include "session/menu_parts.h"

#include "session/actions.h"
#include "session/findings.h"
#include "session/rewrite.h"
#include "session/source.h"
#include "text/text.h"
#include "trimtab/error.h"

#define FIX_ALL_KIND "source.fixAll.trimtab"

const char *const *tt_menu_kinds(void)
{
    static const char *kinds[40];
    size_t n = 0;
    const struct tt_task_action *action;

    kinds[n++] = "quickfix.trimtab";
    kinds[n++] = FIX_ALL_KIND;
    kinds[n++] = TT_ACTION_DIAGNOSTIC_KIND;
    kinds[n++] = TT_ACTION_EVERYWHERE_KIND;
    for (size_t i = 0; (action = tt_task_action_at(i)) && n + 1 < sizeof(kinds) / sizeof(*kinds);
         i++)
        kinds[n++] = action->kind;
    kinds[n] = NULL;
    return kinds;
}

struct tt_lsp_code_action *tt_menu_add(struct tt_menu *menu, tt_str kind)
{
    if (menu->n == TT_MENU_MAX || !tt_lsp_kind_wanted(menu->params, kind))
        return NULL;
    menu->at[menu->n] = (struct tt_lsp_code_action){ .kind = kind };
    return &menu->at[menu->n++];
}

/* A rewrite by trimtab.fix, for a client that takes only commands.  NULL: not needed. */
static struct tt_lsp_command *command_of(struct tt_menu *menu, const struct tt_finding *finding)
{
    struct tt_lsp_command *command;
    struct tt_buf out = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_json_writer w;

    if (menu->session->client.code_action.literals || !menu->session->client.workspace.apply_edit)
        return NULL;
    tt_json_writer_init(&w, &out);
    tt_jw_object(&w);
    tt_menu_write_place(&w, menu, finding ? &finding->range : NULL);
    if (finding)
        tt_jw_member(&w, "rule", finding->rule->id);
    tt_jw_object_end(&w);
    command = tt_arena_alloc(menu->arena, sizeof(*command));
    if (command)
        *command =
            (struct tt_lsp_command){ .command =
                                         tt_str_from(tt_lsp_command_name(TT_LSP_COMMAND_FIX)),
                                     .argument = tt_arena_dup(menu->arena, tt_buf_str(&out)) };
    tt_buf_release(&out);
    return command;
}

/* --- rewrites that need no model -------------------------------------------------------- */

/* An entry that would do nothing is not offered. */
static void drop_without_memory(struct tt_menu *menu, const struct tt_lsp_code_action *last)
{
    if (!last->edit)
        menu->n--;
}

static void add_rewrite(struct tt_menu *menu, const struct tt_finding *finding)
{
    struct tt_lsp_diagnostic *diagnostic = tt_arena_alloc(menu->arena, sizeof(*diagnostic));
    tt_str kind =
        tt_arena_printf(menu->arena, "quickfix.trimtab.%.*s", TT_STR_ARG(finding->rule->id));
    struct tt_lsp_code_action *action;

    if (!diagnostic || !kind.p)
        return;
    action = tt_menu_add(menu, kind);
    if (!action)
        return;
    tt_findings_diagnostic(menu->session, menu->snapshot, finding, menu->arena, diagnostic);
    action->title = finding->fix_title;
    action->diagnostics = diagnostic;
    action->n_diagnostics = 1;
    action->is_preferred = true;
    action->edit = tt_rewrite_edit(menu->session, menu->snapshot, finding->edits, finding->n_edits,
                                   menu->arena);
    action->command = command_of(menu, finding);
    drop_without_memory(menu, action);
}

/* All safe rewrites of the file; only when the rules have run over all of it. */
static void add_fix_all(struct tt_menu *menu)
{
    const struct tt_findings *all = tt_findings_of(menu->session, menu->snapshot);
    struct tt_lsp_code_action *action;
    struct tt_text_edit *edits;
    size_t n;

    if (!all || !tt_lsp_kind_wanted(menu->params, TT_STR(FIX_ALL_KIND)) ||
        tt_rules_fix_all(all->at, all->n, false, menu->arena, &edits, &n, NULL) < 0 || !n)
        return;
    action = tt_menu_add(menu, TT_STR(FIX_ALL_KIND));
    if (!action)
        return;
    action->title = TT_STR("Apply all safe rewrites of trimtab in this file");
    action->edit = tt_rewrite_edit(menu->session, menu->snapshot, edits, n, menu->arena);
    action->command = command_of(menu, NULL);
    drop_without_memory(menu, action);
}

/* --- the answer ---------------------------------------------------------------- */

void tt_menu_answer(struct tt_session *session, struct tt_call *call, struct tt_snapshot *snapshot,
                    const struct tt_lsp_code_action_params *params)
{
    struct tt_menu *menu = tt_arena_alloc(&call->arena, sizeof(*menu));
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
        tt_menu_add_models(menu, &findings);
    }
    tt_outgoing_init(&out);
    tt_lsp_write_code_actions(&out.w, &session->client, menu->at, menu->n);
    tt_call_reply(call, &out);
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
    tt_diagnostics_heard(session, snapshot, in->diagnostics, in->n_diagnostics);
    snapshot = tt_documents_want_tree(session->documents, snapshot->key);
    if (!tt_menu_not_ready(session, snapshot))
        tt_menu_answer(session, call, snapshot, in);
    else
        tt_menu_defer(session, call, in, snapshot);
}
