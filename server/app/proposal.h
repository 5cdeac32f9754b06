/* proposal.h -- the answer to trimtab.edit with apply: false, as a command shows it. */
#ifndef TT_APP_PROPOSAL_H
#define TT_APP_PROPOSAL_H

#include "app/client.h"
#include "app/code.h"
#include "app/out.h"

struct tt_proposal {
    const struct tt_json *json; /* borrowed */
    struct tt_arena *arena;     /* borrowed: decoded strings */
    tt_str id, verdict, reason, warning, why;
    tt_str route;                  /* why this model */
    const struct tt_json *receipt; /* NULL: none */
    struct tt_text_edit *edits;    /* in the arena; sorted; those of hunks that are no noise,
                                    * or all with `noise` */
    size_t n_edits;
    size_t n_noise; /* hunks left out */
    tt_str *hunks;  /* ids of those taken, n_edits of them */
};

/* TT_EPARSE when it is no proposal, or its hunks do not fit the text. */
int tt_proposal_read(const struct tt_json *json, const struct tt_code *code,
                     enum tt_encoding encoding, bool noise, struct tt_arena *arena,
                     struct tt_proposal *out);

/* The text with the edits; appended. */
int tt_proposal_apply(const struct tt_proposal *proposal, const struct tt_code *code,
                      struct tt_buf *out);

/* A coloured unified diff of it; appended. */
void tt_proposal_diff(const struct tt_proposal *proposal, const struct tt_code *code,
                      struct tt_buf *out);

/* One JSON object: the receipt's members, and the proposal's. */
void tt_proposal_json(const struct tt_proposal *proposal, struct tt_json_writer *w);

/* "claude-sonnet-5 · ERR-2 … · 812 tokens in, 96 out · ~$0.01 · 3.2 s"; a line. */
void tt_proposal_receipt(const struct tt_proposal *proposal, struct tt_buf *out);

bool tt_proposal_is(const struct tt_proposal *proposal, const char *verdict);

#endif
