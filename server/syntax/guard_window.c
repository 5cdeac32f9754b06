/* guard_window.c -- of a long file only the statements around the edits are parsed.
 *
 * Some grammars can reuse little of an old tree: to parse 10,000 lines of Python
 * again costs 8 ms, whatever was changed.  But a parser behind a whole statement
 * of the top level is in the same state behind each of them, so that the edits
 * can be judged by the statements that they touch and one neighbour on either
 * side.  That the neighbours come out as they were is the proof that the rest of
 * the file does; where they do not, or where anything is an error, before or
 * after, the whole file is parsed as ever.
 */
#include "syntax/guard_trees.h"

/* It pays where much of the file is left out. */
#define MIN_TEXT  8192u
#define MIN_RATIO 16u

struct neighbours {
    TSNode before, after; /* null nodes: the file begins or ends there */
};

static bool is_whole(TSNode node)
{
    return ts_node_is_named(node) && !ts_node_is_extra(node);
}

/* The nearest whole statement that ends in front of `at`; null: none. */
static TSNode statement_before(TSNode root, uint32_t at)
{
    TSNode node = ts_node_first_child_for_byte(root, at ? at - 1 : 0);

    if (ts_node_is_null(node) && ts_node_child_count(root))
        node = ts_node_child(root, ts_node_child_count(root) - 1);
    while (!ts_node_is_null(node) && (ts_node_end_byte(node) >= at || !is_whole(node)))
        node = ts_node_prev_sibling(node);
    return node;
}

/* The nearest one that starts behind `at`. */
static TSNode statement_after(TSNode root, uint32_t at)
{
    TSNode node = ts_node_first_child_for_byte(root, at);

    while (!ts_node_is_null(node) && (ts_node_start_byte(node) <= at || !is_whole(node)))
        node = ts_node_next_sibling(node);
    return node;
}

/* Behind the line that the node ends in; 0: something is cut there. */
static uint32_t line_behind(tt_str text, TSNode node)
{
    uint32_t at = ts_node_end_byte(node);
    const char *newline = memchr(text.p + at, '\n', text.n - at);
    uint32_t end = newline ? (uint32_t)(newline - text.p) + 1 : (uint32_t)text.n;
    TSNode next = ts_node_next_sibling(node);

    while (!ts_node_is_null(next) && ts_node_start_byte(next) < end) {
        if (ts_node_end_byte(next) > end)
            return 0;
        next = ts_node_next_sibling(next);
    }
    return end;
}

/* One window around each edit; those that meet become one.  Fills `around` with
 * the neighbours of each.  false: too many, or a neighbour is broken. */
static bool find_windows(struct tt_guard *g, struct neighbours *around)
{
    TSNode root = ts_tree_root_node(g->old);

    for (size_t i = 0; i < g->n_edits; i++) {
        struct tt_window *last = g->n_windows ? &g->windows[g->n_windows - 1] : NULL;
        struct tt_range edit = g->edits[i].range;
        struct neighbours n = { statement_before(root, edit.start),
                                statement_after(root, edit.end) };
        uint32_t start = ts_node_is_null(n.before) ? 0 : ts_node_start_byte(n.before);
        uint32_t end =
            ts_node_is_null(n.after) ? (uint32_t)g->before.n : line_behind(g->before, n.after);

        if (end == 0 || (!ts_node_is_null(n.before) && ts_node_has_error(n.before)) ||
            (!ts_node_is_null(n.after) && ts_node_has_error(n.after)))
            return false;
        if (last && start <= last->before.end) {
            last->before.end = end > last->before.end ? end : last->before.end;
            around[g->n_windows - 1].after = n.after;
        } else if (g->n_windows < TT_MAX_WINDOWS) {
            around[g->n_windows] = n;
            g->windows[g->n_windows++].before = (struct tt_range){ start, end };
        } else {
            return false;
        }
    }
    return g->n_windows > 0;
}

/* Where the windows are afterwards; the sum of their bytes. */
static size_t place_windows(struct tt_guard *g)
{
    int64_t shift = 0;
    size_t sum = 0, e = 0;

    for (size_t i = 0; i < g->n_windows; i++) {
        struct tt_window *w = &g->windows[i];

        w->after.start = (uint32_t)(w->before.start + shift);
        for (; e < g->n_edits && g->edits[e].range.end <= w->before.end; e++)
            shift += (int64_t)g->edits[e].text.n -
                     (int64_t)(g->edits[e].range.end - g->edits[e].range.start);
        w->after.end = (uint32_t)(w->before.end + shift);
        sum += w->after.end - w->after.start;
    }
    return sum;
}

static bool include_windows(const struct tt_guard *g, TSParser *parser)
{
    TSRange ranges[TT_MAX_WINDOWS];
    TSPoint point = { 0, 0 };
    uint32_t at = 0;

    for (size_t i = 0; i < g->n_windows; i++) {
        struct tt_range r = g->windows[i].after;

        ranges[i].start_byte = r.start;
        ranges[i].end_byte = r.end;
        ranges[i].start_point = tt_guard_advance(point, g->after, at, r.start);
        ranges[i].end_point = point =
            tt_guard_advance(ranges[i].start_point, g->after, r.start, r.end);
        at = r.end;
    }
    return ts_parser_set_included_ranges(parser, ranges, (uint32_t)g->n_windows);
}

/* Is the neighbour in the new tree what it was in the old one? */
static bool is_as_before(TSNode root, TSNode old, int64_t shift)
{
    if (ts_node_is_null(old))
        return true;
    uint32_t start = (uint32_t)(ts_node_start_byte(old) + shift);
    TSNode new = ts_node_first_child_for_byte(root, start);

    return !ts_node_is_null(new) && ts_node_start_byte(new) == start &&
           ts_node_end_byte(new) == (uint32_t)(ts_node_end_byte(old) + shift) &&
           ts_node_symbol(new) == ts_node_symbol(old) &&
           ts_node_descendant_count(new) == ts_node_descendant_count(old);
}

static bool are_as_before(const struct tt_guard *g, TSNode root, const struct neighbours *around)
{
    for (size_t i = 0; i < g->n_windows; i++) {
        const struct tt_window *w = &g->windows[i];

        if (!is_as_before(root, around[i].before, (int64_t)w->after.start - w->before.start) ||
            !is_as_before(root, around[i].after, (int64_t)w->after.end - w->before.end))
            return false;
    }
    return true;
}

bool tt_guard_parse_windows(struct tt_guard *g, TSParser *parser, TSInput input,
                            TSParseOptions options)
{
    struct neighbours around[TT_MAX_WINDOWS];
    TSTree *tree = NULL;

    if (g->before.n >= MIN_TEXT && find_windows(g, around) &&
        place_windows(g) <= g->before.n / MIN_RATIO && include_windows(g, parser)) {
        tree = ts_parser_parse_with_options(parser, NULL, input, options);
        ts_parser_set_included_ranges(parser, NULL, 0);
        ts_parser_reset(parser);
    }
    if (tree) {
        TSNode root = ts_tree_root_node(tree);

        if (ts_node_symbol(root) == ts_node_symbol(ts_tree_root_node(g->old)) &&
            !ts_node_has_error(root) && are_as_before(g, root, around)) {
            g->new = tree;
            return true;
        }
        ts_tree_delete(tree);
    }
    g->n_windows = 0;
    return false;
}
