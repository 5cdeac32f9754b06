/* fix_check.c -- see fix_check.h. */
#include "analysis/fix_check.h"

#include "analysis/nodes.h"
#include "base/utf8.h"

static bool meets(TSNode node, struct tt_range range)
{
    return ts_node_start_byte(node) <= range.end && ts_node_end_byte(node) >= range.start;
}

static enum walk look_for_error(void *arg, TSNode node)
{
    const struct tt_range *lines = arg;

    if (!ts_node_has_error(node) || !meets(node, *lines))
        return WALK_SKIP;
    return ts_node_is_error(node) || ts_node_is_missing(node) ? WALK_STOP : WALK_ON;
}

/* Do the ends of two texts, put together, become one word? */
static bool joins(tt_str left, size_t left_end, tt_str right, size_t right_start)
{
    return left_end > 0 && tt_is_word(left.p[left_end - 1]) && right_start < right.n &&
           tt_is_word(right.p[right_start]);
}

static bool makes_one_word(tt_str bytes, const struct tt_text_edit *edit)
{
    uint32_t start = edit->range.start, end = edit->range.end;

    if (edit->text.n == 0)
        return joins(bytes, start, bytes, end) &&
               !(joins(bytes, start, bytes, start) && joins(bytes, end, bytes, end));
    return (joins(bytes, start, edit->text, 0) && !joins(bytes, start, bytes, start)) ||
           (joins(edit->text, edit->text.n, bytes, end) && !joins(bytes, end, bytes, end));
}

bool fix_stands(TSNode root, tt_str bytes, const struct tt_text_edit *edits, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct tt_range lines = str_lines(bytes, edits[i].range);

        if (makes_one_word(bytes, &edits[i]) || !node_walk(root, look_for_error, &lines))
            return false;
    }
    return true;
}
