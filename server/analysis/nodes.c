/* nodes.c -- small questions about syntax nodes. */
#include "analysis/nodes.h"

#define FUNCTIONS                                                                                  \
    "function_definition lambda function_declaration function_expression function "                \
    "arrow_function method_definition generator_function generator_function_declaration "          \
    "method_declaration constructor_declaration lambda_expression func_literal function_item "     \
    "closure_expression method singleton_method local_function_statement "                         \
    "anonymous_method_expression anonymous_function arrow_function_expression"

bool node_is(TSNode node, const char *type)
{
    return !ts_node_is_null(node) && strcmp(ts_node_type(node), type) == 0;
}

bool str_in(tt_str s, const char *words)
{
    while (*words) {
        const char *end = strchr(words, ' ');
        size_t n = end ? (size_t)(end - words) : strlen(words);

        if (n == s.n && memcmp(words, s.p, n) == 0)
            return n > 0;
        words += n;
        while (*words == ' ')
            words++;
    }
    return false;
}

bool node_is_one(TSNode node, const char *types)
{
    return !ts_node_is_null(node) && str_in(tt_str_from(ts_node_type(node)), types);
}

/* Reading a function asks this tens of thousands of times, of a few hundred pairs.  The
 * name of a type is a string of its grammar: its address stands for it too. */
bool node_is_any_literal(TSNode node, const char *types)
{
    static _Thread_local struct {
        const char *type, *types;
        bool answer;
    } known[1024];

    if (ts_node_is_null(node))
        return false;
    const char *type = ts_node_type(node);
    size_t at = ((uintptr_t)type >> 1 ^ (uintptr_t)types >> 2 ^ (uintptr_t)types >> 9) % 1024;

    if (known[at].type != type || known[at].types != types) {
        known[at].type = type;
        known[at].types = types;
        known[at].answer = str_in(tt_str_from(type), types);
    }
    return known[at].answer;
}

TSNode node_field(TSNode node, const char *field)
{
    if (ts_node_is_null(node))
        return node;
    return ts_node_child_by_field_name(node, field, (uint32_t)strlen(field));
}

TSNode node_named(TSNode node, uint32_t i)
{
    return ts_node_is_null(node) ? node : ts_node_named_child(node, i);
}

uint32_t node_named_count(TSNode node)
{
    return ts_node_is_null(node) ? 0 : ts_node_named_child_count(node);
}

TSNode node_parent(TSNode node)
{
    return ts_node_is_null(node) ? node : ts_node_parent(node);
}

TSNode node_above(TSNode node, const char *types, bool self)
{
    if (!self && !ts_node_is_null(node))
        node = ts_node_parent(node);
    while (!ts_node_is_null(node) && !node_is_one(node, types))
        node = ts_node_parent(node);
    return node;
}

bool node_is_function(TSNode node)
{
    return node_is_any(node, FUNCTIONS);
}

TSNode node_function(TSNode node)
{
    return node_above(node, FUNCTIONS, false);
}

bool node_in_async(TSNode node)
{
    TSNode function = node_function(node);

    if (ts_node_is_null(function))
        return false;
    uint32_t n = ts_node_child_count(function);
    for (uint32_t i = 0; i < n && i < 6; i++) {
        TSNode child = ts_node_child(function, i);

        if (node_is(child, "async"))
            return true;
        if (ts_node_is_named(child))
            break;
    }
    return false;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_alpha(char c)
{
    return lower(c) >= 'a' && lower(c) <= 'z';
}

bool name_has_word(tt_str name, const char *words)
{
    for (size_t i = 0; i < name.n;) {
        char word[40];
        size_t n = 0;

        while (i < name.n && !is_alpha(name.p[i]))
            i++;
        for (size_t from = i; i < name.n && is_alpha(name.p[i]); i++) {
            if (i > from && is_upper(name.p[i]) &&
                (!is_upper(name.p[i - 1]) ||
                 (i + 1 < name.n && is_alpha(name.p[i + 1]) && !is_upper(name.p[i + 1]))))
                break;
            if (n < sizeof(word))
                word[n++] = lower(name.p[i]);
        }
        if (n > 0 && str_in((tt_str){ word, n }, words))
            return true;
    }
    return false;
}

struct tt_range str_lines(tt_str bytes, struct tt_range range)
{
    while (range.start > 0 && bytes.p[range.start - 1] != '\n')
        range.start--;
    while (range.end < bytes.n && bytes.p[range.end] != '\n')
        range.end++;
    return range;
}

bool node_walk(TSNode node, enum walk (*visit)(void *arg, TSNode node), void *arg)
{
    TSTreeCursor cursor = ts_tree_cursor_new(node);
    bool done = false;
    bool stopped = false;

    while (!done) {
        enum walk way = visit(arg, ts_tree_cursor_current_node(&cursor));

        if (way == WALK_STOP) {
            stopped = true;
            break;
        }
        if (way == WALK_ON && ts_tree_cursor_goto_first_child(&cursor))
            continue;
        while (!ts_tree_cursor_goto_next_sibling(&cursor)) {
            if (!ts_tree_cursor_goto_parent(&cursor)) {
                done = true;
                break;
            }
        }
    }
    ts_tree_cursor_delete(&cursor);
    return !stopped;
}
