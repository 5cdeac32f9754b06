/* command.h -- our own commands and notifications (protocol/README.md). */
#ifndef TT_LSP_COMMAND_H
#define TT_LSP_COMMAND_H

#include "lsp/types.h"

enum tt_lsp_command_id {
    TT_LSP_COMMAND_UNKNOWN,
    TT_LSP_COMMAND_EDIT,
    TT_LSP_COMMAND_DECIDE,
    TT_LSP_COMMAND_RETRY,
    TT_LSP_COMMAND_REFINE,
    TT_LSP_COMMAND_EXPLAIN,
    TT_LSP_COMMAND_STATUS,
    TT_LSP_COMMAND_CANCEL,
    TT_LSP_COMMAND_COMPARE,
    TT_LSP_COMMAND_RATE,
    TT_LSP_COMMAND_FIX,
};

/* The names, for executeCommandProvider; ends with NULL. */
extern const char *const tt_lsp_command_names[];
const char *tt_lsp_command_name(enum tt_lsp_command_id id); /* NULL for UNKNOWN */

enum tt_lsp_accept { TT_LSP_ACCEPT_ALL, TT_LSP_ACCEPT_NONE, TT_LSP_ACCEPT_SOME };

/* workspace/executeCommand: every field that any of our commands takes; which of
 * them a command needs is checked by the reader.  Empty strings are absent. */
struct tt_lsp_execute {
    enum tt_lsp_command_id command;
    tt_str name;                /* as sent */
    const struct tt_json *args; /* the one argument, an object; NULL: absent */
    tt_str work_done_token;     /* raw JSON; empty: absent */

    tt_str uri;
    bool has_range;
    struct tt_position_range range; /* ends in order */
    bool has_version;
    int64_t version; /* of the document that the range is meant for */
    bool has_generation;
    int64_t generation; /* of its text, as `data` of an action says it */
    tt_str instruction;
    tt_str scope; /* "range", "symbol", "file", "new-file" */
    tt_str model;
    bool apply; /* true when absent */
    bool everywhere, flush;
    tt_str id;
    enum tt_lsp_accept accept;
    const tt_str *hunks; /* with TT_LSP_ACCEPT_SOME */
    size_t n_hunks;
    tt_str winner; /* "a", "b", "none" */
};

/* An unknown command is no error here: command is UNKNOWN.  Arguments may come as
 * [object] or, from sloppy clients, as the bare object. */
int tt_lsp_read_execute(struct tt_lsp_reader *r, const struct tt_json *params,
                        struct tt_lsp_execute *out);

/* {"id": …}: the request was accepted, the rest comes by progress. */
void tt_lsp_write_accepted(struct tt_json_writer *w, tt_str id);

struct tt_lsp_hunk {
    tt_str id;
    struct tt_position_range range;
    tt_str text;
    tt_str label;
    bool noise; /* only whitespace or order */
};

/* The answer to trimtab.edit with apply: false; also one half of a comparison. */
struct tt_lsp_proposal {
    tt_str id;
    tt_str uri;
    tt_str verdict; /* "ready", "held", "no_match", ...: lower case */
    tt_str reason;
    tt_str warning;  /* it is ready, but something of it could not be checked; empty: none */
    bool create;     /* the file does not exist yet: its only hunk is all of it */
    bool review;     /* to be shown before it is decided, even where edits are not */
    int64_t version; /* that the ranges refer to */
    const struct tt_lsp_hunk *hunks;
    size_t n;
    tt_str why;     /* the model's own explanation; empty: none */
    tt_str receipt; /* raw JSON; empty: none */
};

void tt_lsp_write_proposal(struct tt_json_writer *w, const struct tt_lsp_proposal *p);
void tt_lsp_write_comparison(struct tt_json_writer *w, tt_str id, const struct tt_lsp_proposal *a,
                             const struct tt_lsp_proposal *b);

/* Notification trimtab/status. */
struct tt_lsp_status {
    tt_str state; /* "idle", "busy", "warning", "off" */
    tt_str message;
    uint32_t running; /* requests to models */
    tt_str model;     /* of the newest one */
    uint64_t tokens;  /* so far, of all that run */
    double day_usd;   /* spent today; below 0: not known */
};

void tt_lsp_write_status(struct tt_json_writer *w, const struct tt_lsp_status *s);

/* Notification trimtab/preview: the hunks so far of an answer that streams. */
struct tt_lsp_preview {
    tt_str id, uri;
    int64_t version;
    const struct tt_lsp_hunk *hunks;
    size_t n;
    bool done; /* nothing more comes under this id */
};

void tt_lsp_write_preview(struct tt_json_writer *w, const struct tt_lsp_preview *p);

/* Notification trimtab/setKeys {keys: {NAME: KEY}}: NAME is a model's name in the
 * settings.  An empty key takes one back.  The values are secrets: never logged. */
struct tt_lsp_key {
    tt_str name, key;
};

int tt_lsp_read_set_keys(struct tt_lsp_reader *r, const struct tt_json *params,
                         const struct tt_lsp_key **out, size_t *n);

#endif
