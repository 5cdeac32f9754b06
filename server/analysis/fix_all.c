/* fix_all.c -- which rewrites of a file can be made together; tt_rules_fix_all of rules.h. */
#include "analysis/rules.h"
#include "trimtab/error.h"

/* The edits taken so far are sorted and disjoint, so that only those around a place can be in
 * the way of one more.  The first that begins at `at` or behind it. */
static size_t first_from(const struct tt_text_edit *taken, size_t n, uint32_t at)
{
    size_t low = 0;

    while (low < n) {
        size_t middle = low + (n - low) / 2;

        if (taken[middle].range.start < at)
            low = middle + 1;
        else
            n = middle;
    }
    return low;
}

/* An import, or a statement above or below another: what is put in beside it stays in order.
 * Anything else that is put in at one place may belong around what stands before or behind. */
static bool inserts_lines(const struct tt_text_edit *edit)
{
    tt_str text = edit->text;
    size_t n = text.n;

    if (edit->range.start != edit->range.end || n == 0)
        return false;
    while (n > 0 && strchr(" \t", text.p[n - 1]))
        n--;
    return strchr("\r\n", text.p[0]) || (n > 0 && text.p[n - 1] == '\n');
}

static bool is_there(const struct tt_text_edit *taken, size_t n, const struct tt_text_edit *edit)
{
    size_t i = first_from(taken, n, edit->range.start);

    for (; i < n && taken[i].range.start == edit->range.start && inserts_lines(edit); i++) {
        if (inserts_lines(&taken[i]) && tt_str_eq(taken[i].text, edit->text))
            return true;
    }
    return false;
}

static bool fits(const struct tt_text_edit *taken, size_t n, const struct tt_text_edit *edit)
{
    size_t i = first_from(taken, n, edit->range.start);

    if (i > 0 && taken[i - 1].range.end > edit->range.start)
        return false;
    for (; i < n && taken[i].range.start == edit->range.start; i++) {
        if (!inserts_lines(&taken[i]) || !inserts_lines(edit))
            return false;
    }
    return i == n || taken[i].range.start >= edit->range.end;
}

/* All edits of the finding, or none; behind those that begin at the same place. */
static bool take(const struct tt_finding *finding, struct tt_text_edit *taken, size_t *n)
{
    for (size_t i = 0; i < finding->n_edits; i++) {
        if (!is_there(taken, *n, &finding->edits[i]) && !fits(taken, *n, &finding->edits[i]))
            return false;
    }
    for (size_t i = 0; i < finding->n_edits; i++) {
        const struct tt_text_edit *edit = &finding->edits[i];
        size_t at = first_from(taken, *n, edit->range.start + 1);

        if (is_there(taken, *n, edit))
            continue;
        memmove(&taken[at + 1], &taken[at], (*n - at) * sizeof(*taken));
        taken[at] = *edit;
        ++*n;
    }
    return true;
}

/* Is it to be part of fix-all? */
static bool wanted(const struct tt_finding *finding, bool offered)
{
    return finding->fix == TT_FIX_SAFE || (offered && finding->fix == TT_FIX_OFFERED);
}

int tt_rules_fix_all(const struct tt_finding *findings, size_t n, bool offered,
                     struct tt_arena *arena, struct tt_text_edit **edits, size_t *n_edits,
                     size_t *n_left)
{
    size_t total = 0, taken = 0, left = 0;

    for (size_t i = 0; i < n; i++)
        total += wanted(&findings[i], offered) ? findings[i].n_edits : 0;
    struct tt_text_edit *out = tt_arena_array(arena, total, sizeof(*out));
    if (!out)
        return TT_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        left += wanted(&findings[i], offered) && !take(&findings[i], out, &taken);
    }
    *edits = out;
    *n_edits = taken;
    if (n_left)
        *n_left = left;
    return 0;
}
