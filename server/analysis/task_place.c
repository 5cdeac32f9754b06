/* task_place.c -- where the range lies: the nodes round it, the unit, the test. */
#include "analysis/nodes.h"
#include "analysis/paths.h"
#include "analysis/task_scan.h"

void scan_find_path(TSNode root, struct tt_range range, struct scan_path *path)
{
    TSTreeCursor cursor = ts_tree_cursor_new(root);

    path->n = 0;
    path->at[path->n++] = root;
    while (path->n < SCAN_DEPTH_AT_MOST &&
           ts_tree_cursor_goto_first_child_for_byte(&cursor, range.start) >= 0) {
        TSNode child = ts_tree_cursor_current_node(&cursor);

        if (ts_node_start_byte(child) > range.start || ts_node_end_byte(child) < range.end)
            break;
        path->at[path->n++] = child;
    }
    ts_tree_cursor_delete(&cursor);
}

bool scan_is_class(TSNode node)
{
    const char *type = ts_node_type(node);

    return strstr(type, "class") || strstr(type, "interface") ||
           node_is_any(node, "impl_item trait_item object_declaration record_declaration module "
                             "enum_declaration struct_declaration");
}

/* Members that are one fact among several (a column, a field): the class is read. */
static bool is_field(TSNode node)
{
    return node_is_any(node, "expression_statement field_declaration public_field_definition "
                             "property_declaration field_definition assignment call "
                             "const_declaration enum_constant property_signature");
}

/* Index in the path of the unit: a child of the file, or a member of a class. */
uint32_t scan_unit_in(const struct scan_path *path)
{
    for (uint32_t i = path->n; i-- > 1;) {
        bool member = i >= 2 && node_is_any(path->at[i - 1], SCAN_CLASS_BODIES) &&
                      scan_is_class(path->at[i - 2]);

        if (member && is_field(path->at[i]))
            return i - 2 ? i - 2 : 1;
        if (member || i == 1)
            return i;
    }
    return 0;
}

/* A giant unit is narrowed to the largest part inside that is not one. */
uint32_t scan_narrowed(const struct scan_path *path, uint32_t unit)
{
    uint32_t i = unit;

    while (i + 1 < path->n && ts_node_descendant_count(path->at[i]) > SCAN_NODES_AT_MOST)
        i++;
    return ts_node_is_named(path->at[i]) ? i : unit;
}

bool scan_range_in_comment(const struct scan_path *path)
{
    for (uint32_t i = path->n; i-- > 1;) {
        if (strstr(ts_node_type(path->at[i]), "comment") || node_is(path->at[i], "marginalia") ||
            scan_in_docs(path->at[i], path->at[i - 1]))
            return true;
    }
    return false;
}

/* The one test that the range lies in: a function, or a call of it(), test(), ... */
struct tt_range scan_test_at(const struct scan_path *path, tt_str bytes, struct tt_range range)
{
    for (uint32_t i = path->n; i-- > 1;) {
        TSNode node = path->at[i];
        tt_str prev;

        if (node_is_any(node, "function_definition function_declaration method_declaration "
                              "method function_item"))
            return scan_range(node);
        if (node_is_any(node, "call call_expression function_call_expression") &&
            str_in(scan_last_names(scan_callee_text(node, bytes), &prev),
                   "it test specify example scenario"))
            return scan_range(node);
    }
    return range;
}

/* A cursor in the white space of a line means that line. */
struct tt_range scan_to_code(tt_str bytes, struct tt_range range)
{
    uint32_t size = (uint32_t)bytes.n;

    if (range.start > size)
        range.start = size;
    if (range.end > size)
        range.end = size;
    if (range.end > range.start)
        return range;
    uint32_t at = range.start;
    while (at < size && strchr(" \t", bytes.p[at]))
        at++;
    if (at == size || strchr("\r\n", bytes.p[at])) {
        at = range.start;
        while (at > 0 && (at == size || strchr(" \t\r\n", bytes.p[at])) && bytes.p[at - 1] != '\n')
            at--;
    }
    return (struct tt_range){ at, at };
}

uint16_t scan_lines_of(TSNode node)
{
    uint32_t n = ts_node_end_point(node).row - ts_node_start_point(node).row + 1;

    return n > UINT16_MAX ? UINT16_MAX : (uint16_t)n;
}

struct tt_range task_lines_of(tt_str bytes, struct tt_range range)
{
    if (range.start > bytes.n)
        range.start = (uint32_t)bytes.n;
    if (range.end > bytes.n)
        range.end = (uint32_t)bytes.n;
    return range.end > range.start ? range : str_lines(bytes, range);
}

struct tt_range scan_reach(TSNode root, tt_str bytes, struct tt_range lines)
{
    struct scan_path path;
    uint32_t at = lines.start;

    while (at < lines.end && strchr(" \t\r", bytes.p[at]))
        at++;
    if (at == lines.end || memchr(bytes.p + at, '\n', lines.end - at))
        return lines;
    scan_find_path(root, (struct tt_range){ at, at }, &path);
    for (uint32_t i = 1; i < path.n; i++) {
        if (ts_node_start_byte(path.at[i]) == at && ts_node_end_byte(path.at[i]) > lines.end)
            return (struct tt_range){ lines.start, ts_node_end_byte(path.at[i]) };
    }
    return lines;
}
