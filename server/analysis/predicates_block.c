/* predicates_block.c -- what stands in a block and around it. */
#include "analysis/predicates_set.h"

#include "analysis/nodes.h"
#include "analysis/paths.h"
#include "analysis/sql_index.h"

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

static TSNode last_statement(TSNode block)
{
    TSNode last = { 0 };

    for (uint32_t i = 0; i < node_named_count(block); i++) {
        TSNode child = node_named(block, i);
        if (!strstr(ts_node_type(child), "comment"))
            last = child;
    }
    return last;
}

/* (#probes? @block): it ends by handing out what it got (return, break, continue, also as the
 * last thing of an `if` or a `try`), so that what stands behind it is for the case that it failed
 */
bool pred_probes(ARGS)
{
    TSNode last = last_statement(pred_node(match, &args[0]));

    (void)n;
    for (int depth = 0; node_is_any(last, "if_statement try_statement") && depth < 8; depth++) {
        TSNode inner = node_field(last, node_is(last, "if_statement") ? "consequence" : "body");
        last = node_is_any(inner, "block statement_block") ? last_statement(inner) : inner;
    }
    return node_is_any(last, "return_statement break_statement continue_statement");
}

/* (#ends-with-comment? @block): the last thing in it, or the first behind it, speaks about what
 * comes: a handler */
bool pred_ends_with_comment(ARGS)
{
    TSNode block = pred_node(match, &args[0]);
    TSNode behind = ts_node_next_named_sibling(block);
    uint32_t count = node_named_count(block);

    (void)n;
    if (!ts_node_is_null(behind) && strstr(ts_node_type(behind), "comment") &&
        !tt_str_has(tt_node_text(behind, match->text), TT_STR("trimtab: ignore[")))
        return true;
    return count > 0 && strstr(ts_node_type(node_named(block, count - 1)), "comment");
}

/* Is the node in the part of a `try` whose errors are caught, within `function`? */
static bool errors_caught(TSNode node, TSNode function)
{
    for (TSNode above = node_parent(node); !ts_node_is_null(above); above = node_parent(above)) {
        if (ts_node_eq(above, function))
            return false;
        if (node_is(above, "try_statement") && !ts_node_is_null(node_field(above, "handler")) &&
            ts_node_eq(node_field(above, "body"), node))
            return true;
        node = above;
    }
    return false;
}

struct catching {
    TSNode function;
    bool awaits, escapes;
};

static enum walk look_at_await(void *arg, TSNode node)
{
    struct catching *s = arg;

    if (!ts_node_eq(node, s->function) && node_is_function(node))
        return WALK_SKIP;
    if (!node_is(node, "await_expression"))
        return WALK_ON;
    s->awaits = true;
    s->escapes = !errors_caught(node, s->function);
    return s->escapes ? WALK_STOP : WALK_ON;
}

static struct catching look_at(TSNode function)
{
    struct catching s = { .function = function };

    if (!ts_node_is_null(function))
        node_walk(function, look_at_await, &s);
    return s;
}

/* All that the function awaits, it awaits in a `try` with a `catch`. */
static bool handles_errors(TSNode function)
{
    struct catching s = look_at(function);

    return s.awaits && !s.escapes;
}

/* It awaits something outside of such a `try`.  One that awaits nothing is done when it returns. */
static bool errors_escape(TSNode function)
{
    return look_at(function).escapes;
}

/* Nothing follows the statement in its function but further rounds of a loop. */
static bool is_last(TSNode statement, TSNode function)
{
    for (TSNode node = statement; !ts_node_is_null(node) && !ts_node_eq(node, function);) {
        TSNode above = node_parent(node);

        if (node_is(above, "statement_block") && !ts_node_eq(last_statement(above), node))
            return false;
        node = above;
    }
    return true;
}

/* (#left-alone? @callback): it catches its own errors, and nothing follows the call that it is
 * given to in a function which nobody waits for: one that is not async, or a callback itself (an
 * event's handler, as a rule) */
bool pred_left_alone(ARGS)
{
    TSNode callback = pred_node(match, &args[0]);
    TSNode statement = node_above(callback, "expression_statement", false);
    TSNode function = node_function(node_parent(callback));

    (void)n;
    return handles_errors(callback) && !ts_node_is_null(function) &&
           (node_is(node_parent(function), "arguments") ||
            !node_is(ts_node_child(function, 0), "async")) &&
           is_last(statement, function);
}

enum { DECLARED_ASYNC = 1, DECLARED_PLAIN = 2, DECLARED_CATCHES = 4, DECLARED_THROWS = 8 };

struct function_search {
    tt_str bytes;
    struct tt_map *found;
    int err;
};

static enum walk find_function(void *arg, TSNode node)
{
    struct function_search *s = arg;
    uintptr_t kind = DECLARED_PLAIN;

    if (!node_is_any(node, "function_definition function_declaration variable_declarator "
                           "class_declaration"))
        return WALK_ON;
    tt_str name = tt_node_text(node_field(node, "name"), s->bytes);
    TSNode function = node_is(node, "variable_declarator") ? node_field(node, "value") : node;
    if (!ts_node_is_null(function) && node_is(ts_node_child(function, 0), "async"))
        kind = DECLARED_ASYNC | (errors_escape(function) ? DECLARED_THROWS : DECLARED_CATCHES);
    kind |= (uintptr_t)tt_map_get(s->found, name);
    s->err = tt_map_put(s->found, name, (void *)kind);
    return s->err ? WALK_STOP : WALK_ON;
}

void tt_pred_memo_release(struct tt_pred_memo *memo)
{
    tt_map_release(&memo->functions);
    if (memo->sql)
        sql_marks_release(memo->sql);
    free(memo->sql);
}

/* How the file declares functions of the captured name; 0: not at all. */
static uintptr_t declared(const struct tt_match *match, const struct tt_pred_arg *arg)
{
    const struct tt_pred_context *context = match->data;
    struct tt_pred_memo *memo = context->memo;

    if (!memo->has_functions) {
        struct function_search s = { match->text, &memo->functions, 0 };

        node_walk(context->root, find_function, &s);
        memo->has_functions = true;
    }
    return (uintptr_t)tt_map_get(&memo->functions, pred_text(match, arg));
}

/* (#declared? @name): a function or a variable of this name in the file */
bool pred_declared(ARGS)
{
    (void)n;
    return declared(match, &args[0]) != 0;
}

/* (#declared-async? @name): every function of this name in the file is async */
bool pred_declared_async(ARGS)
{
    uintptr_t kind = declared(match, &args[0]);

    (void)n;
    return (kind & DECLARED_ASYNC) && !(kind & DECLARED_PLAIN);
}

/* (#declared-safe? @name): those functions catch the errors of all that they await */
bool pred_declared_safe(ARGS)
{
    uintptr_t kind = declared(match, &args[0]);

    (void)n;
    return (kind & DECLARED_CATCHES) && !(kind & DECLARED_THROWS);
}
