/* proposal.c -- what our commands answer and tell: see command.h. */
#include "lsp/command.h"

void tt_lsp_write_accepted(struct tt_json_writer *w, tt_str id)
{
    tt_jw_object(w);
    tt_jw_member(w, "id", id);
    tt_jw_object_end(w);
}

static void write_hunks(struct tt_json_writer *w, const struct tt_lsp_hunk *hunks, size_t n)
{
    tt_jw_key_array(w, "hunks");
    for (size_t i = 0; i < n; i++) {
        tt_jw_object(w);
        tt_jw_member(w, "id", hunks[i].id);
        tt_jw_key(w, "range");
        tt_lsp_write_range(w, hunks[i].range);
        tt_jw_member(w, "newText", hunks[i].text);
        tt_jw_member_opt(w, "label", hunks[i].label);
        if (hunks[i].noise)
            tt_jw_member_bool(w, "noise", true);
        tt_jw_object_end(w);
    }
    tt_jw_array_end(w);
}

void tt_lsp_write_proposal(struct tt_json_writer *w, const struct tt_lsp_proposal *p)
{
    tt_jw_object(w);
    tt_jw_member(w, "id", p->id);
    tt_jw_member_opt(w, "uri", p->uri);
    tt_jw_member(w, "verdict", p->verdict);
    tt_jw_member_opt(w, "reason", p->reason);
    tt_jw_member_opt(w, "warning", p->warning);
    if (p->create)
        tt_jw_member_bool(w, "create", true);
    if (p->review)
        tt_jw_member_bool(w, "review", true);
    tt_jw_member_int(w, "version", p->version);
    write_hunks(w, p->hunks, p->n);
    tt_jw_member_opt(w, "why", p->why);
    tt_jw_member_raw_opt(w, "receipt", p->receipt);
    tt_jw_object_end(w);
}

void tt_lsp_write_comparison(struct tt_json_writer *w, tt_str id, const struct tt_lsp_proposal *a,
                             const struct tt_lsp_proposal *b)
{
    tt_jw_object(w);
    tt_jw_member(w, "id", id);
    tt_jw_key(w, "a");
    tt_lsp_write_proposal(w, a);
    tt_jw_key(w, "b");
    tt_lsp_write_proposal(w, b);
    tt_jw_object_end(w);
}

void tt_lsp_write_status(struct tt_json_writer *w, const struct tt_lsp_status *s)
{
    tt_jw_object(w);
    tt_jw_member(w, "state", s->state);
    tt_jw_member_opt(w, "message", s->message);
    tt_jw_member_uint(w, "running", s->running);
    tt_jw_member_opt(w, "model", s->model);
    if (s->tokens)
        tt_jw_member_uint(w, "tokens", s->tokens);
    if (s->day_usd >= 0)
        tt_jw_member_double(w, "dayUsd", s->day_usd);
    tt_jw_object_end(w);
}

void tt_lsp_write_preview(struct tt_json_writer *w, const struct tt_lsp_preview *p)
{
    tt_jw_object(w);
    tt_jw_member(w, "id", p->id);
    tt_jw_member(w, "uri", p->uri);
    tt_jw_member_int(w, "version", p->version);
    write_hunks(w, p->hunks, p->n);
    tt_jw_member_bool(w, "done", p->done);
    tt_jw_object_end(w);
}
