/* related.c -- the names a range uses, and where a file defines one; see related.h.
 *
 * What the imports say about a name is in related_paths.c.
 */
#include "analysis/related.h"

#include "analysis/nodes.h"
#include "syntax/lang.h"
#include "syntax/query.h"

#define DEFINITION_DEPTH 4
#define NAME_MIN         2u

/* ---- names ---- */

static bool is_name(TSNode node)
{
    return node_is_any(node, "identifier type_identifier simple_identifier field_identifier "
                             "constant name property_identifier");
}

static void add_name(tt_str name, tt_str *out, size_t *n)
{
    if (name.n < NAME_MIN || *n == TT_RELATED_NAMES)
        return;
    for (size_t i = 0; i < *n; i++) {
        if (tt_str_eq(out[i], name))
            return;
    }
    out[(*n)++] = name;
}

size_t tt_related_names(const struct tt_source *source, struct tt_range range,
                        tt_str out[TT_RELATED_NAMES])
{
    TSTreeCursor cursor;
    size_t n = 0;
    bool down = true;

    if (!source->tree)
        return 0;
    cursor = ts_tree_cursor_new(ts_tree_root_node(source->tree));
    for (;;) {
        TSNode node = ts_tree_cursor_current_node(&cursor);
        bool in = ts_node_end_byte(node) > range.start && ts_node_start_byte(node) < range.end;

        if (down && in && is_name(node))
            add_name(tt_node_text(node, source->bytes), out, &n);
        if (down && in && ts_tree_cursor_goto_first_child(&cursor))
            continue;
        if (ts_tree_cursor_goto_next_sibling(&cursor)) {
            down = true;
            continue;
        }
        if (!ts_tree_cursor_goto_parent(&cursor))
            break;
        down = false;
    }
    ts_tree_cursor_delete(&cursor);
    return n;
}

/* ---- definitions ---- */

static bool has_word(const char *type, const char *word)
{
    return strstr(type, word) != NULL;
}

/* C: what is declared stands inside of pointers, arrays and parameter lists. */
static TSNode declared(TSNode node)
{
    for (TSNode in = node_field(node, "declarator"); !ts_node_is_null(in);
         in = node_field(node, "declarator"))
        node = in;
    return node;
}

/* Is this node itself a definition of `name`? */
static bool defines(TSNode node, tt_str bytes, tt_str name)
{
    const char *type = ts_node_type(node);
    TSNode at;

    if (node_is(node, "assignment") || node_is(node, "short_var_declaration"))
        at = node_field(node, "left");
    else if (has_word(type, "definition") || has_word(type, "declaration") ||
             has_word(type, "declarator") || has_word(type, "_spec") || has_word(type, "_item") ||
             has_word(type, "specifier") || node_is(node, "create_table") ||
             node_is(node, "type_alias") || node_is(node, "preproc_def") ||
             node_is(node, "preproc_function_def") || node_is(node, "method") ||
             node_is(node, "class") || node_is(node, "module"))
        at = node_field(node, "name");
    else
        return false;
    if (ts_node_is_null(at) && !ts_node_is_null(node_field(node, "declarator")))
        at = declared(node);
    /* "struct x *f(void)" mentions x and does not define it */
    if (has_word(type, "struct_specifier") && ts_node_is_null(node_field(node, "body")))
        return false;
    return !ts_node_is_null(at) && tt_str_eq(tt_node_text(at, bytes), name);
}

/* What stands around one definition and belongs to it. */
static bool wraps(TSNode node)
{
    if (node_is_any(node, "decorated_definition export_statement lexical_declaration "
                          "variable_declaration expression_statement declaration type_definition"))
        return true;
    /* Go: one or a list of them */
    return ts_node_named_child_count(node) == 1 &&
           (node_is(node, "type_declaration") || node_is(node, "const_declaration") ||
            node_is(node, "var_declaration"));
}

/* What may hold definitions that count as ones at the top of the file. */
static bool is_open(TSNode node)
{
    return node_is_any(
        node, "type_declaration const_declaration var_declaration var_spec_list "
              "namespace_declaration namespace_definition file_scoped_namespace_declaration "
              "linkage_specification preproc_ifdef preproc_if statement package internal_module "
              "module mod_item body_statement declaration_list block");
}

static bool find(TSNode node, tt_str bytes, tt_str name, int depth, struct tt_range *out)
{
    uint32_t n = ts_node_named_child_count(node);

    for (uint32_t i = 0; i < n; i++) {
        TSNode child = ts_node_named_child(node, i);
        bool wrapper = wraps(child);

        if (defines(child, bytes, name) ||
            (wrapper && depth > 0 && find(child, bytes, name, depth - 1, out))) {
            *out = (struct tt_range){ ts_node_start_byte(child), ts_node_end_byte(child) };
            return true;
        }
        if (!wrapper && depth > 0 && is_open(child) && find(child, bytes, name, depth - 1, out))
            return true;
    }
    return false;
}

bool tt_related_definition(const struct tt_source *source, tt_str name, struct tt_range *out)
{
    return source->tree &&
           find(ts_tree_root_node(source->tree), source->bytes, name, DEFINITION_DEPTH, out);
}
