/* proposal.c -- see proposal.h. */
#include "app/proposal.h"

#include "app/excerpt.h"
#include "lsp/types.h"
#include "text/diff.h"
#include "trimtab/error.h"
#include "trimtab/route.h"

#include <stdlib.h>

static tt_str member(const struct tt_proposal *p, const char *key)
{
    tt_str s = { 0 };

    (void)!tt_json_string(tt_json_get(p->json, key), p->arena, &s, NULL);
    return s;
}

static int read_hunk(struct tt_proposal *p, const struct tt_json *hunk, const struct tt_code *code,
                     enum tt_encoding encoding)
{
    struct tt_lsp_reader reader = TT_LSP_READER(p->arena);
    struct tt_text_edit *edit = &p->edits[p->n_edits];
    struct tt_position_range range;

    if (tt_lsp_read_range(&reader, tt_json_get(hunk, "range"), "range", &range) ||
        tt_json_string(tt_json_get(hunk, "newText"), p->arena, &edit->text, NULL))
        return TT_EPARSE;
    edit->range = tt_text_range(code->text, range, encoding, NULL);
    (void)!tt_json_string(tt_json_get(hunk, "id"), p->arena, &p->hunks[p->n_edits], NULL);
    if (p->n_edits && edit->range.start < edit[-1].range.end)
        return TT_EPARSE;
    p->n_edits++;
    return 0;
}

int tt_proposal_read(const struct tt_json *json, const struct tt_code *code,
                     enum tt_encoding encoding, bool noise, struct tt_arena *arena,
                     struct tt_proposal *out)
{
    const struct tt_json *hunks = tt_json_get(json, "hunks");
    const struct tt_json *hunk = NULL;
    size_t n = tt_json_count(hunks);
    int err = 0;

    *out = (struct tt_proposal){ .json = json, .arena = arena };
    out->id = member(out, "id");
    out->verdict = member(out, "verdict");
    out->reason = member(out, "reason");
    out->warning = member(out, "warning");
    out->why = member(out, "why");
    out->receipt = tt_json_get(json, "receipt");
    if (tt_json_string(tt_json_get(out->receipt, "reason"), arena, &out->route, NULL) < 0)
        out->route = (tt_str){ NULL, 0 };
    out->edits = tt_arena_array(arena, n + 1, sizeof(*out->edits));
    out->hunks = tt_arena_array(arena, n + 1, sizeof(*out->hunks));
    if (!out->edits || !out->hunks)
        return TT_ENOMEM;
    if (!out->verdict.n)
        return TT_EPARSE;
    while (!err && (hunk = tt_json_next(hunks, hunk, NULL))) {
        if (!noise && tt_json_type(tt_json_get(hunk, "noise")) != TT_JSON_NULL &&
            tt_json_type(tt_json_get(hunk, "noise")) != TT_JSON_FALSE)
            out->n_noise++;
        else
            err = read_hunk(out, hunk, code, encoding);
    }
    return err;
}

bool tt_proposal_is(const struct tt_proposal *proposal, const char *verdict)
{
    return tt_str_eq(proposal->verdict, tt_str_from(verdict));
}

int tt_proposal_apply(const struct tt_proposal *proposal, const struct tt_code *code,
                      struct tt_buf *out)
{
    return tt_diff_apply(tt_code_bytes(code), proposal->edits, proposal->n_edits, out);
}

void tt_proposal_diff(const struct tt_proposal *proposal, const struct tt_code *code,
                      struct tt_buf *out)
{
    struct tt_buf after = TT_BUF_INIT(TT_BUF_OWN);

    if (tt_proposal_apply(proposal, code, &after) == 0)
        tt_diff_add(out, code->path, tt_code_bytes(code), tt_buf_str(&after),
                    tt_colors_for(stdout));
    tt_buf_release(&after);
}

/* The hunks as edits of the JSON contract: range and newText. */
static void write_edits(const struct tt_proposal *proposal, struct tt_json_writer *w)
{
    const struct tt_json *hunks = tt_json_get(proposal->json, "hunks");
    const struct tt_json *hunk = NULL;

    tt_jw_key_array(w, "edits");
    while ((hunk = tt_json_next(hunks, hunk, NULL))) {
        tt_jw_object(w);
        tt_jw_member_raw_opt(w, "range", tt_json_raw(tt_json_get(hunk, "range")));
        tt_jw_member_raw_opt(w, "newText", tt_json_raw(tt_json_get(hunk, "newText")));
        tt_jw_member_raw_opt(w, "noise", tt_json_raw(tt_json_get(hunk, "noise")));
        tt_jw_object_end(w);
    }
    tt_jw_array_end(w);
}

void tt_proposal_json(const struct tt_proposal *proposal, struct tt_json_writer *w)
{
    const struct tt_json *key = NULL, *value = NULL;

    tt_jw_object(w);
    while ((value = tt_json_next(proposal->receipt, value, &key))) {
        if (tt_json_is(key, TT_STR("verdict")) || tt_json_is(key, TT_STR("id")))
            continue;
        tt_jw_key_str(w, (tt_str){ key->p, key->n });
        tt_jw_raw(w, tt_json_raw(value));
    }
    tt_jw_member(w, "id", proposal->id);
    tt_jw_member(w, "verdict", proposal->verdict);
    tt_jw_member_opt(w, "verdict_reason",
                     tt_json_get(proposal->receipt, "verdict_reason") ? (tt_str){ 0 }
                                                                      : proposal->reason);
    tt_jw_member_opt(w, "why", proposal->why);
    write_edits(proposal, w);
    tt_jw_object_end(w);
}

void tt_proposal_receipt(const struct tt_proposal *proposal, struct tt_buf *out)
{
    const struct tt_json *r = proposal->receipt, *tokens = tt_json_get(r, "tokens");
    tt_str model = { 0 };
    int64_t in = 0, answer = 0, ms = 0, hidden = 0;
    double cost = -1;
    char words[32];

    if (!r)
        return;
    (void)!tt_json_string(tt_json_get(r, "model"), proposal->arena, &model, NULL);
    (void)!tt_json_int(tt_json_get(tokens, "in"), &in);
    (void)!tt_json_int(tt_json_get(tokens, "out"), &answer);
    (void)!tt_json_int(tt_json_get(r, "ms"), &ms);
    (void)!tt_json_double(tt_json_get(r, "cost_usd"), &cost);
    tt_cost_words(cost, words, sizeof(words));
    (void)!tt_json_int(tt_json_get(r, "redacted"), &hidden);
    tt_buf_addf(out, "%.*s%s%lld tokens in, %lld out, %s, %.1f s", TT_STR_ARG(model),
                model.n ? ": " : "", (long long)in, (long long)answer, words, (double)ms / 1000);
    if (hidden > 0)
        tt_buf_addf(out, "; %lld secret%s hidden from it", (long long)hidden,
                    hidden == 1 ? "" : "s");
    tt_buf_addc(out, '\n');
}
