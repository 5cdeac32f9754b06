/* window.h -- progress, messages, settings and registrations. */
#ifndef TT_LSP_WINDOW_H
#define TT_LSP_WINDOW_H

#include "lsp/types.h"

/* Progress tokens are kept as raw JSON (`5`, `"trimtab/5"`): the client's own go
 * back as they came. */
void tt_lsp_write_progress_create(struct tt_json_writer *w, tt_str token);
void tt_lsp_write_progress_begin(struct tt_json_writer *w, tt_str token, tt_str title,
                                 tt_str message, bool cancellable);
/* `percentage` below 0: not known. */
void tt_lsp_write_progress_report(struct tt_json_writer *w, tt_str token, tt_str message,
                                  int percentage, bool cancellable);
void tt_lsp_write_progress_end(struct tt_json_writer *w, tt_str token, tt_str message);

/* window/workDoneProgress/cancel: the token, raw. */
int tt_lsp_read_progress_cancel(struct tt_lsp_reader *r, const struct tt_json *params,
                                tt_str *token);

/* $/cancelRequest: the id, raw. */
int tt_lsp_read_cancel(struct tt_lsp_reader *r, const struct tt_json *params, tt_str *id);

enum tt_lsp_message_type {
    TT_LSP_MESSAGE_ERROR = 1,
    TT_LSP_MESSAGE_WARNING,
    TT_LSP_MESSAGE_INFO,
    TT_LSP_MESSAGE_LOG,
};

/* window/showMessage and window/logMessage */
void tt_lsp_write_message(struct tt_json_writer *w, enum tt_lsp_message_type type, tt_str text);

/* window/showMessageRequest, and the title that was chosen (empty: none). */
void tt_lsp_write_message_request(struct tt_json_writer *w, enum tt_lsp_message_type type,
                                  tt_str text, const tt_str *actions, size_t n);
int tt_lsp_read_message_choice(struct tt_lsp_reader *r, const struct tt_json *result, tt_str *out);

/* window/showDocument; `external`: outside the editor (a web page). */
void tt_lsp_write_show_document(struct tt_json_writer *w, tt_str uri, bool external);

/* workspace/configuration for one section, once without and once for each scope
 * URI; and the n-th answer (NULL: null or missing: it changes nothing). */
void tt_lsp_write_configuration(struct tt_json_writer *w, tt_str section, const tt_str *scopes,
                                size_t n);
const struct tt_json *tt_lsp_configuration_at(const struct tt_json *result, size_t i);

/* workspace/didChangeConfiguration: params.settings.<section>, or params.settings
 * when it has no such member; NULL: nothing was sent (ask for it). */
const struct tt_json *tt_lsp_did_change_configuration(const struct tt_json *params,
                                                      const char *section);

/* client/registerCapability for one method; `options` is raw JSON, empty: none. */
void tt_lsp_write_register(struct tt_json_writer *w, tt_str id, tt_str method, tt_str options);

#endif
