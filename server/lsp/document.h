/* document.h -- what the client tells about its documents and folders. */
#ifndef TT_LSP_DOCUMENT_H
#define TT_LSP_DOCUMENT_H

#include "lsp/client.h"
#include "lsp/types.h"

struct tt_lsp_did_open {
    tt_str uri;
    tt_str language; /* languageId; empty when absent */
    bool has_version;
    int64_t version;
    tt_str text;  /* may hold NUL bytes */
    bool damaged; /* a lone surrogate was replaced: our text is not the client's */
};

struct tt_lsp_change {
    bool has_range; /* false: `text` is the whole document */
    struct tt_position_range range;
    tt_str text;
};

struct tt_lsp_did_change {
    tt_str uri;
    bool has_version;
    int64_t version;
    const struct tt_lsp_change *changes; /* to be applied one after the other */
    size_t n;
    bool damaged; /* in one of the texts */
};

struct tt_lsp_did_save {
    tt_str uri;
    bool has_text;
    tt_str text;
    bool damaged;
};

int tt_lsp_read_did_open(struct tt_lsp_reader *r, const struct tt_json *params,
                         struct tt_lsp_did_open *out);
int tt_lsp_read_did_change(struct tt_lsp_reader *r, const struct tt_json *params,
                           struct tt_lsp_did_change *out);
int tt_lsp_read_did_save(struct tt_lsp_reader *r, const struct tt_json *params,
                         struct tt_lsp_did_save *out);
/* didClose: tt_lsp_read_document_uri */

struct tt_lsp_did_change_folders {
    const struct tt_lsp_folder *added, *removed;
    size_t n_added, n_removed;
};

int tt_lsp_read_did_change_folders(struct tt_lsp_reader *r, const struct tt_json *params,
                                   struct tt_lsp_did_change_folders *out);

enum tt_lsp_file_event_type { TT_LSP_FILE_CREATED = 1, TT_LSP_FILE_CHANGED, TT_LSP_FILE_DELETED };

struct tt_lsp_file_event {
    tt_str uri;
    enum tt_lsp_file_event_type type;
};

/* workspace/didChangeWatchedFiles */
int tt_lsp_read_file_events(struct tt_lsp_reader *r, const struct tt_json *params,
                            const struct tt_lsp_file_event **out, size_t *n);

/* textDocument/publishDiagnostics; the version is written where the client takes it. */
void tt_lsp_write_publish_diagnostics(struct tt_json_writer *w, const struct tt_lsp_client *client,
                                      tt_str uri, int64_t version,
                                      const struct tt_lsp_diagnostic *d, size_t n);

struct tt_lsp_pull {
    tt_str uri;
    tt_str previous_result_id; /* empty when absent */
};

/* textDocument/diagnostic and its report: full, or "as before". */
int tt_lsp_read_pull(struct tt_lsp_reader *r, const struct tt_json *params,
                     struct tt_lsp_pull *out);
void tt_lsp_write_pull_full(struct tt_json_writer *w, const struct tt_lsp_client *client,
                            tt_str result_id, const struct tt_lsp_diagnostic *d, size_t n);
void tt_lsp_write_pull_unchanged(struct tt_json_writer *w, tt_str result_id);

#endif
