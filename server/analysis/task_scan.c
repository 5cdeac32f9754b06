/* task_scan.c -- reads the code at the range: one walk over the unit that the
 * range lies in (a function, a method, a statement), a look at the head of its
 * class, and one at the imports at the top of the file.
 *
 * Nothing here depends on comments, white space or the names of variables.
 */
#include "analysis/task_scan.h"
#include "analysis/nodes.h"
#include "analysis/paths.h"
#include "syntax/lang.h"

#define IMPORTS_AT_MOST 160 /* items at the top of the file that are looked at */
#define UNITS_AT_MOST   24  /* of a selection */

/* The i-th node above the one being read; null when there is none. */
TSNode scan_above(const struct scan *s, uint32_t i)
{
    return i < s->depth ? s->above[s->depth - 1 - i] : (TSNode){ 0 };
}

struct tt_range scan_range(TSNode node)
{
    if (ts_node_is_null(node))
        return (struct tt_range){ 0, 0 };
    return (struct tt_range){ ts_node_start_byte(node), ts_node_end_byte(node) };
}

/* Read a node and all below it; knows what stands above without asking. */
static void read_all(struct scan *s, TSNode root)
{
    TSTreeCursor cursor = ts_tree_cursor_new(root);
    uint32_t skipped = 0; /* levels below the ones that are kept */

    s->depth = 0;
    for (;;) {
        TSNode node = ts_tree_cursor_current_node(&cursor);
        enum walk way = scan_node(s, node);

        if (way == WALK_STOP)
            break;
        if (way == WALK_ON && ts_tree_cursor_goto_first_child(&cursor)) {
            if (s->depth < SCAN_DEPTH_AT_MOST)
                s->above[s->depth++] = node;
            else
                skipped++;
            continue;
        }
        bool up = true;
        while (!ts_tree_cursor_goto_next_sibling(&cursor) &&
               (up = ts_tree_cursor_goto_parent(&cursor))) {
            if (skipped)
                skipped--;
            else if (s->depth)
                s->depth--;
        }
        if (!up)
            break;
    }
    s->depth = 0;
    ts_tree_cursor_delete(&cursor);
}

/* Decorators and bases of the classes around, but none of their members. */
static void read_heads(struct scan *s, const struct scan_path *path, uint32_t unit)
{
    for (uint32_t i = unit; i-- > 1;) {
        TSNode up = path->at[i];

        if (!scan_is_class(up) && !node_is(up, "decorated_definition"))
            continue;
        for (uint32_t k = 0; k < node_named_count(up) && k < 24; k++) {
            TSNode child = node_named(up, k);

            if (node_is_any(child, SCAN_CLASS_BODIES) || strstr(ts_node_type(child), "definition"))
                continue;
            if (ts_node_descendant_count(child) < 200)
                read_all(s, child);
        }
        scan_look_up_name(s, tt_node_text(node_field(up, "name"), s->source->bytes),
                          node_field(up, "name"));
    }
}

/* *n_imports as for task_read_code. */
static void read_imports(struct scan *s, TSNode root, uint32_t *n_imports)
{
    TSTreeCursor cursor = ts_tree_cursor_new(root);
    TSSymbol dull = UINT16_MAX; /* the last one that was none of these */
    uint32_t n = 0, most = n_imports && *n_imports ? *n_imports : IMPORTS_AT_MOST, last = 1;

    if (ts_tree_cursor_goto_first_child(&cursor)) {
        do {
            TSNode child = ts_tree_cursor_current_node(&cursor);

            if (ts_node_symbol(child) == dull)
                continue;
            const char *type = ts_node_type(child);
            tt_str text = tt_node_text(child, s->source->bytes);
            bool imports = strstr(type, "import") || strstr(type, "use_declaration") ||
                           strstr(type, "using_directive") || strstr(type, "namespace_use");

            if (!imports && node_is_any(child, "lexical_declaration variable_declaration call "
                                               "expression_statement"))
                imports = text.n < 400 && tt_str_has(text, TT_STR("require"));
            else if (!imports)
                dull = ts_node_symbol(child);
            if (!imports)
                continue;
            scan_import(s, child);
            last = n + 1;
        } while (++n < most && ts_tree_cursor_goto_next_sibling(&cursor));
    }
    ts_tree_cursor_delete(&cursor);
    if (n_imports)
        *n_imports = last;
}

/* All units that a selection touches. */
static void read_units(struct scan *s, TSNode root, const struct scan_path *path)
{
    uint32_t unit = scan_narrowed(path, scan_unit_in(path));

    if (unit > 0) {
        read_all(s, path->at[unit]);
        s->code->nodes = ts_node_descendant_count(path->at[unit]);
        s->percent = 55;
        read_heads(s, path, unit);
        s->percent = 100;
        return;
    }
    s->code->whole = true;
    uint32_t n = 0;
    for (uint32_t i = 0; s->range.end > s->range.start && i < node_named_count(root); i++) {
        TSNode child = node_named(root, i);

        if (!tt_range_overlaps(scan_range(child), s->range) ||
            strstr(ts_node_type(child), "import") || ts_node_descendant_count(child) < 3)
            continue;
        s->visited = 0;
        read_all(s, child);
        if (++n >= UNITS_AT_MOST)
            break;
    }
}

void task_read_code(struct task_score *score, const struct tt_source *source, struct tt_range range,
                    struct task_code *code, uint32_t *n_imports)
{
    struct scan s = { .score = score, .code = code, .source = source, .percent = 100 };

    if (!source->tree || !source->lang)
        return;
    TSNode root = ts_tree_root_node(source->tree);
    struct scan_path path;

    s.range = scan_to_code(source->bytes, range);
    s.lines = task_lines_of(source->bytes, s.range);
    s.reach = scan_reach(root, source->bytes, s.lines);
    s.language = tt_lang_name(source->lang);
    s.features = score->features;
    score->here = s.reach;
    scan_find_path(root, s.range, &path);
    scan_see_above(&s, &path);
    code->in_comment = scan_range_in_comment(&path);
    score->result->complexity.lines = scan_lines_of(path.at[scan_unit_in(&path)]);
    if (tt_str_starts(s.language, TT_STR("sql"))) {
        if (!code->in_comment)
            scan_sql_file(&s, root, &path);
        return;
    }
    read_imports(&s, root, n_imports);
    if (code->test)
        code->test_unit = scan_test_at(&path, source->bytes, s.range);
    if (!code->in_comment)
        read_units(&s, root, &path);
    if (code->handler && code->pages)
        task_add(score, TT_TASK_REST_2, 40, "sql", TT_STR("a part of a list"), NULL);
    score->result->complexity.resources = (uint16_t)s.n_paths;
    if (score->result->complexity.awaits > 0)
        task_add(score, TT_TASK_ASYNC_1, 14, "node", TT_STR("await"), NULL);
    if (s.awaits_in_loops > 0)
        task_add(score, TT_TASK_ASYNC_2, 16, "node", TT_STR("await in a loop"), NULL);
    if (s.cache_get && s.cache_set)
        task_add(score, TT_TASK_ASYNC_2, 40, "call", TT_STR("cache read, then written"), NULL);
}
