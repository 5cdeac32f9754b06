/* workspace_edit.h -- changes that the client is to make, in its own terms. */
#ifndef TT_LSP_WORKSPACE_EDIT_H
#define TT_LSP_WORKSPACE_EDIT_H

#include "lsp/client.h"

struct tt_lsp_text_edit {
    struct tt_position_range range;
    tt_str text;
    tt_str annotation; /* id of one of the edit's annotations; empty: none */
};

/* One entry of documentChanges. */
struct tt_lsp_document_edit {
    bool create;      /* first create this file (TT never overwrites one) */
    tt_str uri;       /* in the client's own spelling */
    bool has_version; /* false: not open in the client (a file just created) */
    int64_t version;
    const struct tt_lsp_text_edit *edits; /* all refer to the text before any of them */
    size_t n;
    tt_str annotation; /* of the creation */
};

struct tt_lsp_annotation {
    tt_str id, label, description;
    bool needs_confirmation;
};

struct tt_lsp_workspace_edit {
    const struct tt_lsp_document_edit *documents;
    size_t n;
    const struct tt_lsp_annotation *annotations;
    size_t n_annotations;
};

/* Can this client carry the edit out?  (New files need documentChanges and the
 * resource operation "create".) */
bool tt_lsp_workspace_edit_fits(const struct tt_lsp_client *client,
                                const struct tt_lsp_workspace_edit *edit);

/* Versioned documentChanges where the client handles them, else `changes`;
 * annotations where it knows them.  The edit must fit. */
void tt_lsp_write_workspace_edit(struct tt_json_writer *w, const struct tt_lsp_client *client,
                                 const struct tt_lsp_workspace_edit *edit);

/* The params of workspace/applyEdit; `label` may be empty. */
void tt_lsp_write_apply_edit(struct tt_json_writer *w, const struct tt_lsp_client *client,
                             tt_str label, const struct tt_lsp_workspace_edit *edit);

struct tt_lsp_apply_result {
    bool applied;
    tt_str failure_reason; /* empty when not said */
};

/* Never TT_EPARSE: an answer that cannot be read is "not applied". */
int tt_lsp_read_apply_result(struct tt_lsp_reader *r, const struct tt_json *result,
                             struct tt_lsp_apply_result *out);

#endif
