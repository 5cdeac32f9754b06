/* client.h -- who the client is and what it can do: `initialize`, both ways. */
#ifndef TT_LSP_CLIENT_H
#define TT_LSP_CLIENT_H

#include "lsp/types.h"

enum tt_lsp_trace { TT_LSP_TRACE_OFF, TT_LSP_TRACE_MESSAGES, TT_LSP_TRACE_VERBOSE };

struct tt_lsp_folder {
    tt_str uri, name;
};

/* Everything false: a client that said nothing.  One flat struct, because every
 * use asks one yes-or-no question. */
struct tt_lsp_client {
    tt_str name, version; /* clientInfo; empty when not said */
    enum tt_encoding encoding;

    struct {
        bool document_changes; /* versioned edits: advertised, or known of this client (Neovim) */
        bool create, rename, delete_; /* resourceOperations */
        bool change_annotations;
        bool normalizes_line_endings;
        tt_str failure_handling; /* "abort", "transactional", ...; empty: not said */
    } workspace_edit;

    struct {
        bool literals;     /* CodeAction objects; false: only Command */
        bool resolve_edit; /* resolveSupport.properties has "edit" */
        bool resolve_command;
        bool data, disabled, is_preferred, honors_annotations;
        bool llm_tag; /* tagSupport.valueSet has LLMGenerated (1) */
        bool documentation;
    } code_action;

    struct {
        bool publish; /* textDocument.publishDiagnostics is there at all */
        bool pull;    /* textDocument.diagnostic is there */
        bool pull_dynamic, refresh;
        bool version, code_description, data, related;
        unsigned tags; /* TT_LSP_TAG_* the client knows */
    } diagnostics;

    struct {
        bool work_done_progress, show_message_actions, show_document;
    } window;

    struct {
        bool preview; /* experimental.trimtab.preview: it shows trimtab/preview */
        bool compare; /* experimental.trimtab.compare: it shows the answer of trimtab.compare */
    } trimtab;

    bool did_save; /* it says when it saves */

    struct {
        bool apply_edit, configuration, folders;
        bool configuration_dynamic; /* didChangeConfiguration.dynamicRegistration */
        bool watched_files_dynamic;
        bool command_dynamic;
    } workspace;
};

struct tt_lsp_initialize {
    struct tt_lsp_client client;
    bool has_process_id;
    int64_t process_id;
    const struct tt_lsp_folder *folders; /* workspaceFolders, else rootUri, else rootPath as one */
    size_t n_folders;
    tt_str options; /* initializationOptions, raw JSON; empty: absent */
    tt_str locale;
    enum tt_lsp_trace trace;
    tt_str work_done_token; /* raw JSON; empty: absent */
};

/* Never TT_EPARSE: a client that sends nonsense is one that can do nothing. */
int tt_lsp_read_initialize(struct tt_lsp_reader *r, const struct tt_json *params,
                           struct tt_lsp_initialize *out);

/* A list of WorkspaceFolder; entries without a URI are left out.  TT_ENOMEM only. */
int tt_lsp_read_folders(struct tt_lsp_reader *r, const struct tt_json *v,
                        const struct tt_lsp_folder **out, size_t *n);

/* A deep copy of the strings, so that the client outlives its message. */
int tt_lsp_client_copy(const struct tt_lsp_client *client, struct tt_arena *arena,
                       struct tt_lsp_client *out);

const char *tt_lsp_encoding_name(enum tt_encoding encoding); /* "utf-8", "utf-16", "utf-32" */

/* What the server is.  Lists are borrowed. */
struct tt_lsp_server {
    const char *name, *version;
    const char *const *code_action_kinds; /* ends with NULL */
    const char *const *commands;          /* ends with NULL */
    bool code_action_resolve;
    bool pull_diagnostics; /* announce diagnosticProvider */
};

/* The InitializeResult, for what this client understands. */
void tt_lsp_write_initialize_result(struct tt_json_writer *w, const struct tt_lsp_client *client,
                                    const struct tt_lsp_server *server);

/* $/setTrace; anything unknown counts as off. */
enum tt_lsp_trace tt_lsp_read_trace(const struct tt_json *value);

#endif
