/* deliver_edit.c -- what of a plan goes to the editor, and where it is by now.
 *
 * The plan's edits are for the snapshot that the user saw when asking.  They
 * are moved over whatever was typed since, or not delivered at all; then they
 * become positions in the client's encoding, for exactly one version of the
 * document.
 */
#include "session/deliver_parts.h"

#include "text/text.h"
#include "trimtab/error.h"

#include <stdlib.h>

#define CLOSED_REASON                                                                              \
    "The document was closed before the answer came, so nothing was applied. Open it, and ask "    \
    "again."

#define REOPENED_REASON                                                                            \
    "The document was closed and opened again while the model answered, so nothing was applied. "  \
    "Ask again to work on what stands there now."

#define STALE_REASON                                                                               \
    "The code to be changed was edited while the model answered, so nothing was applied. "         \
    "Ask again to work on what stands there now."

tt_str tt_deliver_hunk_id(struct tt_arena *arena, size_t i)
{
    return tt_arena_printf(arena, "h%zu", i + 1);
}

static bool listed(const tt_str *ids, size_t n, size_t hunk)
{
    char room[24];
    tt_str id = { room, (size_t)snprintf(room, sizeof(room), "h%zu", hunk + 1) };

    for (size_t i = 0; i < n; i++) {
        if (tt_str_eq(ids[i], id))
            return true;
    }
    return false;
}

bool tt_deliver_has_hunks(const struct tt_attempt *attempt, const tt_str *ids, size_t n,
                          tt_str *unknown)
{
    for (size_t i = 0; i < n; i++) {
        bool known = false;

        for (size_t k = 0; !known && k < tt_edit_plan_hunk_count(attempt->plan); k++)
            known = listed(&ids[i], 1, k);
        if (!known) {
            *unknown = ids[i];
            return false;
        }
    }
    return true;
}

int tt_deliver_choose(const struct tt_attempt *attempt, struct tt_arena *arena, const tt_str *ids,
                      size_t n_ids, bool all, struct tt_chosen *out)
{
    const struct tt_edit_plan *plan = attempt->plan;

    *out = (struct tt_chosen){ 0 };
    out->edits = tt_arena_array(arena, tt_edit_plan_count(plan) + 1, sizeof(*out->edits));
    out->lines = tt_arena_array(arena, tt_edit_plan_hunk_count(plan) + 1, sizeof(*out->lines));
    if (!out->edits || !out->lines)
        return TT_ENOMEM;
    for (size_t i = 0; i < tt_edit_plan_hunk_count(plan); i++) {
        const struct tt_edit_hunk *hunk = tt_edit_plan_hunk_at(plan, i);

        if (ids ? !listed(ids, n_ids, i) : !all && hunk->noise != TT_NOISE_NONE)
            continue;
        for (size_t k = 0; k < hunk->n_edits; k++)
            out->edits[out->n++] = *tt_edit_plan_at(plan, hunk->first_edit + k);
        out->lines[out->hunks++] = hunk->edit.range;
        out->imports |= hunk->in_imports;
    }
    return 0;
}

int tt_deliver_write_edit(struct tt_attempt *attempt, struct tt_arena *arena,
                          const struct tt_chosen *chosen, const struct tt_snapshot *now,
                          struct tt_outgoing_edit *out)
{
    struct tt_session *session = attempt->session;
    struct tt_lsp_text_edit *edits = tt_arena_array(arena, chosen->n + 1, sizeof(*edits));
    tt_str title = attempt->progress.title.n ? attempt->progress.title : TT_STR("trimtab");
    bool annotated = attempt->held || attempt->ask_first;

    if (!edits)
        return TT_ENOMEM;
    for (size_t i = 0; i < chosen->n; i++) {
        edits[i].range =
            tt_text_position_range(now->text, chosen->edits[i].range, session->client.encoding);
        edits[i].text = chosen->edits[i].text;
        edits[i].annotation = annotated ? TT_STR("trimtab") : (tt_str){ NULL, 0 };
    }
    out->document = (struct tt_lsp_document_edit){
        .uri = now->uri,
        .has_version = now->has_version,
        .version = now->version,
        .edits = edits,
        .n = chosen->n,
    };
    out->annotations[0] = (struct tt_lsp_annotation){
        .id = TT_STR("trimtab"),
        .label = title,
        .description =
            attempt->held ? tt_edit_plan_reason(attempt->plan) : tt_attempt_warning(attempt),
        .needs_confirmation = true,
    };
    out->edit = (struct tt_lsp_workspace_edit){
        .documents = &out->document,
        .n = 1,
        .annotations = out->annotations,
        .n_annotations = annotated ? 1 : 0,
    };
    return 0;
}

struct tt_snapshot *tt_deliver_rebase(struct tt_attempt *attempt, struct tt_chosen *chosen)
{
    struct tt_snapshot *now;

    for (size_t i = 0; i < chosen->hunks; i++) {
        struct tt_range lines = chosen->lines[i];

        if (tt_documents_rebase_place(attempt->session->documents, attempt->key, &attempt->place,
                                      &lines)) {
            attempt->verdict = TT_EDIT_STALE;
            return NULL;
        }
    }
    if (tt_documents_rebase_edits(attempt->session->documents, attempt->key, &attempt->place,
                                  chosen->edits, chosen->n, &now, NULL) == 0 &&
        !now->damaged)
        return now;
    attempt->verdict = TT_EDIT_STALE;
    return NULL;
}

tt_str tt_deliver_stale_reason(const struct tt_attempt *attempt)
{
    const struct tt_snapshot *now = tt_documents_get(attempt->session->documents, attempt->key);

    if (!now)
        return TT_STR(CLOSED_REASON);
    return now->document == attempt->place.document ? TT_STR(STALE_REASON)
                                                    : TT_STR(REOPENED_REASON);
}

void tt_deliver_refuse_stale(struct tt_attempt *attempt)
{
    tt_attempt_refuse(attempt, tt_deliver_stale_reason(attempt));
}
