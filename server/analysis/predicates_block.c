/* predicates_block.c -- what stands in a block and around it. */
#include "analysis/predicates_set.h"

#include "analysis/nodes.h"

bool pred_in_async(ARGS)
{
    (void)n;
    return node_in_async(pred_node(match, &args[0]));
}

/* (#async? @function) */
bool pred_is_async(ARGS)
{
    TSNode function = pred_node(match, &args[0]);

    (void)n;
    return !ts_node_is_null(function) && node_is(ts_node_child(function, 0), "async");
}

struct search {
    const char *types;
    TSNode root;
    bool found;
    bool nested; /* look into functions inside too */
};

static enum walk search_types(void *arg, TSNode node)
{
    struct search *s = arg;

    if (!ts_node_eq(node, s->root)) {
        if (!s->nested && node_is_function(node))
            return WALK_SKIP;
    }
    if (node_is_one(node, s->types)) {
        s->found = true;
        return WALK_STOP;
    }
    return WALK_ON;
}

static bool contains(TSNode root, const char *types, bool nested)
{
    struct search s = { types, root, false, nested };

    if (!ts_node_is_null(root))
        node_walk(root, search_types, &s);
    return s.found;
}

/* (#has-node? @block "await_expression throw_statement"): not inside functions of its own */
bool pred_has_node(ARGS)
{
    for (uint32_t i = 1; i < n; i++) {
        if (contains(pred_node(match, &args[0]), args[i].string.p, false))
            return true;
    }
    return false;
}

/* (#has-node-deep? ...): in functions inside too */
bool pred_has_node_deep(ARGS)
{
    for (uint32_t i = 1; i < n; i++) {
        if (contains(pred_node(match, &args[0]), args[i].string.p, true))
            return true;
    }
    return false;
}

/* (#inside? @node "except_clause ..."): such a node around it, in the same function */
bool pred_inside(ARGS)
{
    TSNode node = pred_node(match, &args[0]);

    for (node = node_parent(node); !ts_node_is_null(node); node = node_parent(node)) {
        for (uint32_t i = 1; i < n; i++) {
            if (node_is_one(node, args[i].string.p))
                return true;
        }
        if (node_is_function(node))
            return false;
    }
    return false;
}

/* (#empty? @block): nothing in it, no comment either */
bool pred_is_empty(ARGS)
{
    (void)n;
    return node_named_count(pred_node(match, &args[0])) == 0;
}

/* (#statements? @block "1" "3"): the number of its statements is between the two */
bool pred_statements(ARGS)
{
    TSNode block = pred_node(match, &args[0]);
    uint32_t count = 0;

    for (uint32_t i = 0; i < node_named_count(block); i++)
        count += !strstr(ts_node_type(node_named(block, i)), "comment");
    return args[1].string.n == 1 && args[n - 1].string.n == 1 &&
           count >= (uint32_t)(args[1].string.p[0] - '0') &&
           count <= (uint32_t)(args[n - 1].string.p[0] - '0');
}

enum { DECLARED_ASYNC = 1, DECLARED_PLAIN = 2 };

struct function_search {
    tt_str bytes;
    struct tt_map *found;
    int err;
};

static enum walk find_function(void *arg, TSNode node)
{
    struct function_search *s = arg;
    uintptr_t kind = DECLARED_PLAIN;

    if (!node_is_any(node, "function_definition function_declaration variable_declarator"))
        return WALK_ON;
    tt_str name = tt_node_text(node_field(node, "name"), s->bytes);
    TSNode function = node_is(node, "variable_declarator") ? node_field(node, "value") : node;
    if (!ts_node_is_null(function) && node_is(ts_node_child(function, 0), "async"))
        kind = DECLARED_ASYNC;
    kind |= (uintptr_t)tt_map_get(s->found, name);
    s->err = tt_map_put(s->found, name, (void *)kind);
    return s->err ? WALK_STOP : WALK_ON;
}

void tt_pred_memo_release(struct tt_pred_memo *memo)
{
    tt_map_release(&memo->functions);
}

/* (#declared-async? @name): every function of this name in the file is async */
bool pred_declared_async(ARGS)
{
    const struct tt_pred_context *context = match->data;
    struct tt_pred_memo *memo = context->memo;

    (void)n;
    if (!memo->has_functions) {
        struct function_search s = { match->text, &memo->functions, 0 };

        node_walk(context->root, find_function, &s);
        memo->has_functions = true;
    }
    return (uintptr_t)tt_map_get(&memo->functions, pred_text(match, &args[0])) == DECLARED_ASYNC;
}
