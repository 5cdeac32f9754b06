/* target.c -- see target.h. */
#include "session/target.h"

#include "documents/documents.h"
#include "syntax/outline.h"
#include "syntax/parse.h"

struct tt_range tt_whole_lines(tt_str bytes, struct tt_range range)
{
    while (range.start > 0 && bytes.p[range.start - 1] != '\n')
        range.start--;
    /* a selection that ends at a line's start does not mean that line */
    if (range.end > range.start && bytes.p[range.end - 1] == '\n')
        return range;
    while (range.end < bytes.n && bytes.p[range.end] != '\n')
        range.end++;
    if (range.end < bytes.n)
        range.end++;
    return range;
}

/* Without the white space at both ends, so that a line selected with its
 * indentation means the statement in it. */
static struct tt_range trimmed(tt_str bytes, struct tt_range range)
{
    while (range.start < range.end && (unsigned char)bytes.p[range.start] <= ' ')
        range.start++;
    while (range.end > range.start && (unsigned char)bytes.p[range.end - 1] <= ' ')
        range.end--;
    return range;
}

/* By how many lines a selection may grow, at each end.  Where something in the text is
 * broken, a grammar may take half of the file for one statement: in Python a quote that
 * nobody closed reaches to the next one. */
#define GROWS_MAX        200u
#define GROWS_MAX_BROKEN 12u

static bool is_near(tt_str bytes, uint32_t from, uint32_t to, uint32_t most)
{
    uint32_t lines = 0;

    for (uint32_t i = from; i < to && lines <= most; i++)
        lines += bytes.p[i] == '\n';
    return lines <= most;
}

/* Half a statement cannot be edited sensibly: a selection means the statements
 * that it begins and ends in.  Of a loop or a function that is its head: who
 * selects two of its lines has not asked about all of it. */
static void grow_to_statements(const struct tt_snapshot *snapshot, tt_str bytes, struct tt_range at,
                               struct tt_range *range)
{
    const uint32_t ends[2] = { at.start, at.end > at.start ? at.end - 1 : at.start };
    const uint32_t most =
        snapshot->tree && tt_tree_has_error(snapshot->tree) ? GROWS_MAX_BROKEN : GROWS_MAX;
    const struct tt_range asked = *range;

    for (int i = 0; i < 2; i++) {
        struct tt_range found;

        if (!tt_outline_statement_head(snapshot->tree, (struct tt_range){ ends[i], ends[i] },
                                       &found))
            continue;
        while (found.end > found.start && (unsigned char)bytes.p[found.end - 1] <= ' ')
            found.end--;
        found = tt_whole_lines(bytes, found);
        if (!is_near(bytes, found.start, asked.start, most) ||
            !is_near(bytes, asked.end, found.end, most))
            continue;
        if (found.start < range->start)
            range->start = found.start;
        if (found.end > range->end)
            range->end = found.end;
    }
}

void tt_target_find(const struct tt_snapshot *snapshot, tt_str bytes, struct tt_range asked,
                    bool has_scope, enum tt_prompt_scope wanted, struct tt_target *out)
{
    struct tt_range at = trimmed(bytes, asked), found;
    const struct TSTree *tree = snapshot->tree;

    *out = (struct tt_target){ .scope = has_scope ? wanted : TT_PROMPT_RANGE };
    if (tt_outline_definition(snapshot->lang, tree, at, &found))
        out->symbol = tt_whole_lines(bytes, found);
    if (out->scope == TT_PROMPT_FILE || out->scope == TT_PROMPT_NEW_FILE) {
        out->range = (struct tt_range){ 0, (uint32_t)bytes.n };
        return;
    }
    if (out->scope == TT_PROMPT_SYMBOL || (!has_scope && asked.start == asked.end)) {
        if (out->symbol.end > out->symbol.start) {
            out->range = out->symbol;
            out->scope = TT_PROMPT_SYMBOL;
            return;
        }
        if (tt_outline_statement(tree, at, &found)) {
            out->range = tt_whole_lines(bytes, found);
            return;
        }
    }
    out->range = tt_whole_lines(bytes, asked);
    grow_to_statements(snapshot, bytes, at, &out->range);
}
