/* fix_check.c -- see fix_check.h. */
#include "analysis/fix_check.h"

/* From the start of the first line to the end of the last one. */
static struct tt_range lines_of(tt_str bytes, struct tt_range range)
{
    while (range.start > 0 && bytes.p[range.start - 1] != '\n')
        range.start--;
    while (range.end < bytes.n && bytes.p[range.end] != '\n')
        range.end++;
    return range;
}

static bool meets(TSNode node, struct tt_range range)
{
    return ts_node_start_byte(node) <= range.end && ts_node_end_byte(node) >= range.start;
}

/* To the next node in order, below the current one when `down`. */
static bool step(TSTreeCursor *cursor, bool down)
{
    if (down && ts_tree_cursor_goto_first_child(cursor))
        return true;
    do {
        if (ts_tree_cursor_goto_next_sibling(cursor))
            return true;
    } while (ts_tree_cursor_goto_parent(cursor));
    return false;
}

static bool has_error_on(TSNode root, struct tt_range lines)
{
    TSTreeCursor cursor = ts_tree_cursor_new(root);
    bool found = false, more = ts_node_has_error(root);

    while (more && !found) {
        TSNode node = ts_tree_cursor_current_node(&cursor);
        bool here = meets(node, lines) && ts_node_has_error(node);

        found = here && (ts_node_is_error(node) || ts_node_is_missing(node));
        more = step(&cursor, here);
    }
    ts_tree_cursor_delete(&cursor);
    return found;
}

/* A part of a name, in any script. */
static bool in_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

/* Do the ends of two texts, put together, become one word? */
static bool joins(tt_str left, size_t left_end, tt_str right, size_t right_start)
{
    return left_end > 0 && in_word(left.p[left_end - 1]) && right_start < right.n &&
           in_word(right.p[right_start]);
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
        if (makes_one_word(bytes, &edits[i]) || has_error_on(root, lines_of(bytes, edits[i].range)))
            return false;
    }
    return true;
}
