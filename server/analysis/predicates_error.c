/* predicates_error.c -- JavaScript: which name is a caught error, and who else is given it. */
#include "analysis/predicates_set.h"

#include "analysis/nodes.h"
#include "analysis/paths.h"

static bool is_name(TSNode node, tt_str bytes, tt_str name)
{
    return !ts_node_is_null(node) && tt_str_eq(tt_node_text(node, bytes), name);
}

/* The first parameter, if it is a name; null when there is none or a pattern. */
static TSNode first_parameter(TSNode function)
{
    TSNode one = node_field(function, "parameter"); /* error => ... */

    if (ts_node_is_null(one))
        one = node_named(node_field(function, "parameters"), 0);
    if (node_is_any(one, "required_parameter optional_parameter")) /* TypeScript */
        one = node_field(one, "pattern");
    return node_is(one, "identifier") ? one : (TSNode){ 0 };
}

/* Does the function bind the name, in whichever way? */
static bool takes(TSNode function, tt_str bytes, tt_str name)
{
    return pred_has_word(tt_node_text(node_field(function, "parameters"), bytes), name) ||
           is_name(node_field(function, "parameter"), bytes, name);
}

/* `if (error)`, `if (!error && ...`: what may be an error or nothing, as Node.js calls back.
 * `if (key === 'label')` asks for no error. */
static bool asks_for(TSNode function, tt_str bytes, tt_str name)
{
    tt_str body = tt_node_text(node_field(function, "body"), bytes);

    for (size_t at = 0; at < body.n;) {
        const char *hit = memmem(body.p + at, body.n - at, name.p, name.n);

        if (!hit)
            return false;
        size_t i = (size_t)(hit - body.p), end = i + name.n;
        tt_str before = tt_str_sub(body, 0, i);

        tt_str behind = tt_str_sub(body, end, body.n);
        if ((tt_str_starts(behind, TT_STR(")")) || tt_str_starts(behind, TT_STR(" &&")) ||
             tt_str_starts(behind, TT_STR(" ||")) ||
             tt_str_starts(behind, TT_STR(" instanceof"))) &&
            (tt_str_ends(before, TT_STR("if (")) || tt_str_ends(before, TT_STR("if(")) ||
             tt_str_ends(before, TT_STR("if (!")) || tt_str_ends(before, TT_STR("if(!"))))
            return true;
        at = end;
    }
    return false;
}

/* promise.catch(f), promise.then(..., f), emitter.on('error', f), read(path, (error) => ...) */
static bool is_handler(TSNode function, tt_str bytes, tt_str name)
{
    TSNode list = node_parent(function);
    TSNode call = node_parent(list);
    tt_str verb = tt_node_text(node_field(node_field(call, "function"), "property"), bytes);

    if (!node_is(list, "arguments") || !is_name(first_parameter(function), bytes, name))
        return false;
    if (str_in(verb, "catch"))
        return true;
    if (str_in(verb, "then"))
        return ts_node_eq(node_named(list, 1), function);
    if (str_in(verb, "on once"))
        return str_in(pred_unquote(tt_node_text(node_named(list, 0), bytes)), "error");
    return asks_for(function, bytes, name);
}

/* Does the block (or the head of a loop) declare the name again? */
static bool declares(TSNode node, tt_str bytes, tt_str name)
{
    if (node_is_any(node, "for_in_statement"))
        return pred_has_word(tt_node_text(node_field(node, "left"), bytes), name);
    if (node_is_any(node, "for_statement"))
        return pred_has_word(tt_node_text(node_field(node, "initializer"), bytes), name);
    if (!node_is_any(node, "statement_block switch_case switch_default"))
        return false;
    for (uint32_t i = 0, n = node_named_count(node); i < n; i++) {
        TSNode child = node_named(node, i);

        if (!node_is_any(child, "lexical_declaration variable_declaration "
                                "function_declaration class_declaration"))
            continue;
        if (is_name(node_field(child, "name"), bytes, name))
            return true;
        for (uint32_t k = 0, of = node_named_count(child); k < of; k++) {
            TSNode bound = node_field(node_named(child, k), "name");
            if (pred_has_word(tt_node_text(bound, bytes), name))
                return true;
        }
    }
    return false;
}

/* The catch clause or the callback that gave the error its name; null when it is something
 * else that has this name here. */
static TSNode catcher(TSNode node, tt_str bytes, tt_str name)
{
    static const TSNode none = { 0 };

    for (node = node_parent(node); !ts_node_is_null(node); node = node_parent(node)) {
        TSNode caught = node_is(node, "catch_clause") ? node_field(node, "parameter") : none;

        if (is_name(caught, bytes, name))
            return node;
        if (pred_has_word(tt_node_text(caught, bytes), name) || declares(node, bytes, name))
            return none; /* catch ({ message }) */
        if (node_is_function(node) && takes(node, bytes, name))
            return is_handler(node, bytes, name) ? node : none;
    }
    return none;
}

struct handing {
    tt_str bytes, name, callee;
    bool found;
};

/* Ways on for an error that are the other way out of the same function: cb(error). */
static bool is_way_out(const struct handing *s, TSNode call)
{
    tt_str callee = tt_node_text(node_field(call, "function"), s->bytes);

    return (s->callee.n > 0 && tt_str_eq(callee, s->callee)) ||
           str_in(callee, "callback cb done next reject fn fail");
}

/* log.warn('cannot load: ' + error.message) */
static bool is_logged(const struct handing *s, TSNode node)
{
    for (node = node_parent(node); !ts_node_is_null(node); node = node_parent(node)) {
        tt_str callee = tt_node_text(node_field(node, "function"), s->bytes);

        if (node_is(node, "call_expression") &&
            (tt_str_has_nocase(callee, TT_STR("log")) || tt_str_starts(callee, TT_STR("console."))))
            return true;
        if (node_is_any(node, "expression_statement return_statement throw_statement"))
            return false;
    }
    return false;
}

static enum walk look_for_handing(void *arg, TSNode node)
{
    struct handing *s = arg;
    TSNode parent = node_parent(node);

    if (node_is(node, "shorthand_property_identifier") && is_name(node, s->bytes, s->name))
        s->found = true;
    if (!node_is(node, "identifier") || !is_name(node, s->bytes, s->name))
        return s->found ? WALK_STOP : WALK_ON;
    if (is_logged(s, node))
        s->found = true;
    else if (node_is(parent, "arguments"))
        s->found = !is_way_out(s, node_parent(parent));
    else if (node_is(parent, "assignment_expression"))
        s->found = ts_node_eq(node_field(parent, "right"), node);
    else if (node_is(parent, "variable_declarator") || node_is(parent, "pair"))
        s->found = ts_node_eq(node_field(parent, "value"), node);
    else if (node_is(parent, "member_expression"))
        s->found = is_name(node_field(parent, "property"), s->bytes, TT_STR("stack"));
    else
        s->found = node_is_any(parent, "array spread_element");
    return s->found ? WALK_STOP : WALK_ON;
}

/* (#lost? @new @error): the name is that of a caught error, and neither what is made nor anything
 * else in the same handler is given the error itself */
bool pred_lost(ARGS)
{
    TSNode made = pred_node(match, &args[0]);
    TSNode error = pred_node(match, &args[1]);
    tt_str name = tt_node_text(error, match->text);
    TSNode where = catcher(error, match->text, name);
    TSNode list = node_parent(made);
    struct handing s = { .bytes = match->text, .name = name };

    (void)n;
    if (ts_node_is_null(where))
        return false;
    if (node_is(list, "arguments")) {
        s.callee = tt_node_text(node_field(node_parent(list), "function"), match->text);
        for (uint32_t i = 0, of = node_named_count(list); i < of; i++) {
            if (is_name(node_named(list, i), match->text, name))
                return false; /* wrap(new Error(error.message), error) */
        }
    }
    node_walk(node_field(where, "body"), look_for_handing, &s);
    return !s.found;
}
