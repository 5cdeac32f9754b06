/* types.h -- the pieces that many LSP messages share, read and written.
 *
 * Readers are tolerant: null counts as absent, unknown fields are skipped, and
 * only what a message cannot do without is required.  Each takes a struct
 * tt_lsp_reader and returns 0, TT_EPARSE (answer InvalidParams with
 * reader.error) or TT_ENOMEM.  What they give borrows the message and the
 * reader's arena: copy what must outlive them.
 *
 * Writers append one JSON value, leave out what is absent, and leave out what
 * the client did not say it understands.
 */
#ifndef TT_LSP_TYPES_H
#define TT_LSP_TYPES_H

#include "rpc/json.h"
#include "trimtab/position.h"

struct tt_lsp_client; /* what the client can do: client.h */

struct tt_lsp_reader {
    struct tt_arena *arena; /* borrowed */
    char error[200];        /* a sentence that names the field, after TT_EPARSE */
};

#define TT_LSP_READER(a)                                                                           \
    {                                                                                              \
        (a), ""                                                                                    \
    }

/* --- for readers ------------------------------------------------------------ */

/* `path` names the field in the error ("textDocument.uri"). */
int tt_lsp_read_string(struct tt_lsp_reader *r, const struct tt_json *v, const char *path,
                       tt_str *out);
/* Empty when absent; TT_EPARSE only when it is there and no string. */
int tt_lsp_read_string_opt(struct tt_lsp_reader *r, const struct tt_json *v, const char *path,
                           tt_str *out);
int tt_lsp_read_position(struct tt_lsp_reader *r, const struct tt_json *v, const char *path,
                         struct tt_position *out);
/* As sent: it may be reversed or lie outside the document. */
int tt_lsp_read_range(struct tt_lsp_reader *r, const struct tt_json *v, const char *path,
                      struct tt_position_range *out);
/* Set the error and return TT_EPARSE. */
int tt_lsp_bad(struct tt_lsp_reader *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* *out stays as it is when absent. */
int tt_lsp_read_bool_opt(struct tt_lsp_reader *r, const struct tt_json *v, const char *path,
                         bool *out);
int tt_lsp_read_int_opt(struct tt_lsp_reader *r, const struct tt_json *v, const char *path,
                        bool *has, int64_t *out);

/* params.textDocument.uri */
int tt_lsp_read_document_uri(struct tt_lsp_reader *r, const struct tt_json *params, tt_str *uri);

/* params.workDoneToken, raw; empty when absent. */
tt_str tt_lsp_read_token(const struct tt_json *params);

/* --- for writers ------------------------------------------------------------ */

void tt_lsp_write_position(struct tt_json_writer *w, struct tt_position p);
void tt_lsp_write_range(struct tt_json_writer *w, struct tt_position_range r);

/* --- diagnostics -------------------------------------------------------------- */

enum tt_lsp_severity {
    TT_LSP_SEVERITY_NONE, /* not said */
    TT_LSP_ERROR,
    TT_LSP_WARNING,
    TT_LSP_INFORMATION,
    TT_LSP_HINT,
};

enum { TT_LSP_TAG_UNNECESSARY = 1 << 1, TT_LSP_TAG_DEPRECATED = 1 << 2 };

struct tt_lsp_related {
    tt_str uri;
    struct tt_position_range range;
    tt_str message;
};

/* Empty strings are absent. */
struct tt_lsp_diagnostic {
    struct tt_position_range range;
    enum tt_lsp_severity severity;
    tt_str code; /* a number's digits too: see code_is_number */
    bool code_is_number;
    tt_str code_href; /* codeDescription.href */
    tt_str source;
    tt_str message;
    unsigned tags; /* TT_LSP_TAG_* */
    const struct tt_lsp_related *related;
    size_t n_related;
    tt_str data; /* raw JSON */
    tt_str raw;  /* as the client sent it; when set, this is what is written */
};

int tt_lsp_read_diagnostic(struct tt_lsp_reader *r, const struct tt_json *v,
                           struct tt_lsp_diagnostic *out);
/* An array; entries that cannot be read are left out, so this fails with TT_ENOMEM only. */
int tt_lsp_read_diagnostics(struct tt_lsp_reader *r, const struct tt_json *v,
                            const struct tt_lsp_diagnostic **out, size_t *n);
void tt_lsp_write_diagnostic(struct tt_json_writer *w, const struct tt_lsp_client *client,
                             const struct tt_lsp_diagnostic *d);
void tt_lsp_write_diagnostics(struct tt_json_writer *w, const struct tt_lsp_client *client,
                              const struct tt_lsp_diagnostic *d, size_t n); /* an array */

#endif
