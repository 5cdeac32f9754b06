/* outline.c -- see outline.h.
 *
 * Grammars name their definitions alike ("function_definition",
 * "class_declaration", "create_table"), so one list of names serves all; what
 * it does not know is simply no definition.
 */
#include "syntax/outline.h"

#include "syntax/grammar.h"

#include <tree_sitter/api.h>

static const char *const definitions[] = {
    "function_definition",
    "function_declaration",
    "function_item",
    "function_expression",
    "generator_function_declaration",
    "arrow_function",
    "method_definition",
    "method_declaration",
    "constructor_declaration",
    "class_definition",
    "class_declaration",
    "class",
    "class_specifier",
    "struct_specifier",
    "struct_item",
    "struct_declaration",
    "enum_declaration",
    "enum_item",
    "enum_specifier",
    "interface_declaration",
    "trait_item",
    "impl_item",
    "type_declaration",
    "type_alias_declaration",
    "record_declaration",
    "module",
    "method",
    "singleton_method",
    "object_declaration",
    "property_declaration",
    "create_table",
    "create_view",
    "create_index",
    "create_function",
    "alter_table",
    "local_function_statement",
    "trait_declaration",
};

/* Nodes that belong to the definition inside them. */
static const char *const wrappers[] = {
    "decorated_definition", "export_statement",     "lexical_declaration",
    "variable_declaration", "template_declaration",
};

static bool listed(const char *type, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(type, list[i]) == 0)
            return true;
    }
    return false;
}

#define LISTED(node, list) listed(ts_node_type(node), list, sizeof(list) / sizeof((list)[0]))

static struct tt_range range_of(TSNode node)
{
    return (struct tt_range){ ts_node_start_byte(node), ts_node_end_byte(node) };
}

static TSNode smallest(const struct TSTree *tree, struct tt_range at)
{
    return ts_node_named_descendant_for_byte_range(ts_tree_root_node(tree), at.start, at.end);
}

bool tt_outline_definition(const struct tt_lang *lang, const struct TSTree *tree,
                           struct tt_range at, struct tt_range *out)
{
    TSNode node, up;

    (void)lang;
    if (!tree)
        return false;
    for (node = smallest(tree, at); !ts_node_is_null(node); node = ts_node_parent(node)) {
        /* the root of a Python file is called "module" too */
        if (ts_node_is_null(ts_node_parent(node)))
            return false;
        if (LISTED(node, definitions) && tt_range_contains(range_of(node), at))
            break;
    }
    if (ts_node_is_null(node))
        return false;
    for (;;) {
        up = ts_node_parent(node);
        if (ts_node_is_null(up))
            break;
        if (LISTED(up, wrappers) || strcmp(ts_node_type(up), "variable_declarator") == 0)
            node = up;
        else
            break;
    }
    *out = range_of(node);
    return true;
}

/* The child of a block or of the file that holds `at`; null when there is none. */
static TSNode statement(const struct TSTree *tree, struct tt_range at)
{
    TSNode none = { 0 }, node, up;

    if (!tree)
        return none;
    node = smallest(tree, at);
    if (ts_node_is_null(node) || ts_node_is_null(ts_node_parent(node)))
        return none;
    /* What the parser could not make sense of is no statement, however far it
     * reaches. */
    for (;;) {
        const char *type;

        up = ts_node_parent(node);
        if (ts_node_is_null(up) || ts_node_is_null(ts_node_parent(up)) || ts_node_is_error(up))
            break;
        type = ts_node_type(up);
        /* a list of statements or declarations, not one of arguments */
        if (strstr(type, "block") || strstr(type, "body") || strstr(type, "statement_list") ||
            strstr(type, "declaration_list"))
            break;
        node = up;
    }
    return ts_node_is_error(node) ? none : node;
}

bool tt_outline_statement(const struct TSTree *tree, struct tt_range at, struct tt_range *out)
{
    TSNode node = statement(tree, at);

    if (ts_node_is_null(node))
        return false;
    *out = range_of(node);
    return true;
}

bool tt_outline_statement_head(const struct TSTree *tree, struct tt_range at, struct tt_range *out)
{
    TSNode node = statement(tree, at);

    if (ts_node_is_null(node) || ts_node_has_error(node))
        return false;
    *out = range_of(node);
    for (uint32_t i = 0; i < ts_node_named_child_count(node); i++) {
        TSNode child = ts_node_named_child(node, i);
        const char *type = ts_node_type(child);

        if (strstr(type, "block") || strstr(type, "body")) {
            out->end = ts_node_start_byte(child);
            break;
        }
    }
    return true;
}
