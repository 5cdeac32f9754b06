/* fix_all.c -- see fix_all.h. */
#include "session/fix_all.h"

#include "session/findings.h"
#include "session/target.h"
#include "trimtab/error.h"

static bool meant(const struct tt_finding *finding, tt_str rule)
{
    return finding->fix == TT_FIX_MODEL && tt_str_eq(finding->rule->id, rule);
}

/* Sorted and disjoint; findings come in order, but a definition may hold the one before. */
static void add_place(struct tt_fix_all *all, struct tt_range place)
{
    while (all->n_places && all->places[all->n_places - 1].end >= place.start) {
        const struct tt_range *last = &all->places[--all->n_places];

        if (last->start < place.start)
            place.start = last->start;
        if (last->end > place.end)
            place.end = last->end;
    }
    all->places[all->n_places++] = place;
}

int tt_fix_all_find(struct tt_session *session, const struct tt_snapshot *snapshot, tt_str bytes,
                    tt_str rule, struct tt_arena *arena, struct tt_fix_all *out)
{
    const struct tt_findings *findings = tt_findings_of(session, snapshot);

    *out = (struct tt_fix_all){ 0 };
    if (!findings)
        return TT_ENOTFOUND;
    out->places = tt_arena_array(arena, TT_FIX_ALL_MAX, sizeof(*out->places));
    if (!out->places)
        return TT_ENOMEM;
    for (size_t i = 0; i < findings->n; i++) {
        const struct tt_finding *finding = &findings->at[i];
        struct tt_range at = { finding->range.start, finding->range.start };
        struct tt_target target;

        if (!meant(finding, rule) || out->total++ >= TT_FIX_ALL_MAX)
            continue;
        tt_target_find(snapshot, bytes, at, false, TT_PROMPT_RANGE, &target);
        add_place(out, target.range);
        out->n++;
    }
    if (out->n_places)
        out->range = (struct tt_range){ out->places[0].start, out->places[out->n_places - 1].end };
    return 0;
}
