/* code_action.h -- textDocument/codeAction, codeAction/resolve. */
#ifndef TT_LSP_CODE_ACTION_H
#define TT_LSP_CODE_ACTION_H

#include "lsp/workspace_edit.h"

enum tt_lsp_trigger { TT_LSP_TRIGGER_ABSENT, TT_LSP_TRIGGER_INVOKED, TT_LSP_TRIGGER_AUTOMATIC };

struct tt_lsp_code_action_params {
    tt_str uri;
    struct tt_position_range range; /* ends in order; may lie outside the document */
    const struct tt_lsp_diagnostic *diagnostics;
    size_t n_diagnostics;
    bool has_only; /* an empty list counts as absent */
    const tt_str *only;
    size_t n_only;
    enum tt_lsp_trigger trigger;
    tt_str work_done_token; /* raw JSON; empty: absent */
};

int tt_lsp_read_code_action_params(struct tt_lsp_reader *r, const struct tt_json *params,
                                   struct tt_lsp_code_action_params *out);

/* Is `kind` asked for?  Kinds are a hierarchy: "refactor" asks for
 * "refactor.rewrite", not for "refactorx".  Without `only` everything is. */
bool tt_lsp_kind_wanted(const struct tt_lsp_code_action_params *params, tt_str kind);
bool tt_lsp_kind_contains(tt_str outer, tt_str kind);

struct tt_lsp_command {
    tt_str title, command;
    tt_str argument; /* raw JSON: the one argument; empty: none */
};

/* Empty strings, NULL and false are absent. */
struct tt_lsp_code_action {
    tt_str title, kind;
    const struct tt_lsp_diagnostic *diagnostics; /* that it resolves */
    size_t n_diagnostics;
    bool is_preferred;
    tt_str disabled; /* the reason */
    const struct tt_lsp_workspace_edit *edit;
    const struct tt_lsp_command *command;
    tt_str data; /* raw JSON */
    bool llm_generated;
};

/* The result of textDocument/codeAction.  For a client without CodeAction
 * literals only the commands are written, each with its action's title; what is
 * disabled is left out where the client cannot show that. */
void tt_lsp_write_code_actions(struct tt_json_writer *w, const struct tt_lsp_client *client,
                               const struct tt_lsp_code_action *actions, size_t n);

/* What codeAction/resolve is about. */
struct tt_lsp_resolve {
    const struct tt_json *action; /* the whole action, for the answer */
    tt_str title, kind;
    const struct tt_json *data; /* NULL: absent */
};

int tt_lsp_read_resolve(struct tt_lsp_reader *r, const struct tt_json *params,
                        struct tt_lsp_resolve *out);

/* The action as the client sent it, with `edit` and `command` (each may be NULL)
 * in the place of its own. */
void tt_lsp_write_resolved(struct tt_json_writer *w, const struct tt_lsp_client *client,
                           const struct tt_json *action, const struct tt_lsp_workspace_edit *edit,
                           const struct tt_lsp_command *command);

#endif
