/* predicates_call.c -- what a call is given: arguments, options, keys. */
#include "analysis/predicates_set.h"

#include "analysis/nodes.h"
#include "analysis/paths.h"

/* (#has-keyword? @arguments "timeout" ...): Python; "**options" may hold it too */
bool pred_has_keyword(ARGS)
{
    TSNode list = pred_node(match, &args[0]);

    for (uint32_t i = 0; i < node_named_count(list); i++) {
        TSNode child = node_named(list, i);

        if (node_is(child, "dictionary_splat"))
            return true;
        if (node_is(child, "keyword_argument") &&
            pred_one_of(tt_node_text(node_field(child, "name"), match->text), args, 1, n))
            return true;
    }
    return false;
}

bool pred_object_has(TSNode object, const struct tt_match *match, const struct tt_pred_arg *args,
                     uint32_t n)
{
    for (uint32_t i = 0; i < node_named_count(object); i++) {
        TSNode child = node_named(object, i);
        TSNode key = child;

        if (node_is(child, "spread_element"))
            return true;
        if (node_is(child, "pair"))
            key = node_field(child, "key");
        if (node_is(child, "method_definition"))
            key = node_field(child, "name");
        tt_str name = tt_node_text(key, match->text);
        if (name.n >= 2 && strchr("\"'", name.p[0]))
            name = tt_str_sub(name, 1, name.n - 1);
        if (pred_one_of(name, args, 1, n))
            return true;
    }
    return false;
}

/* (#has-option? @arguments "timeout" ...): JavaScript; an argument is an object
 * that has the option, or is something behind the first that may hold it */
bool pred_has_option(ARGS)
{
    TSNode list = pred_node(match, &args[0]);
    uint32_t place = 0;

    for (uint32_t i = 0; i < node_named_count(list); i++) {
        TSNode child = node_named(list, i);

        if (node_is(child, "comment"))
            continue;
        if (node_is(child, "object")) {
            if (pred_object_has(child, match, args, n))
                return true;
        } else if (node_is(child, "spread_element")) {
            return true;
        } else if (place > 0 && node_is_any(child, "identifier member_expression call_expression "
                                                   "await_expression ternary_expression "
                                                   "as_expression binary_expression "
                                                   "subscript_expression")) {
            return true;
        }
        place++;
    }
    return false;
}

/* (#http-options? @arguments "timeout" ...): as has-option, but a body that is
 * sent along (axios.post(url, body)) does not count as options */
bool pred_http_options(ARGS)
{
    TSNode list = pred_node(match, &args[0]);
    TSNode verb = node_field(node_field(node_parent(list), "function"), "property");
    bool body = str_in(tt_node_text(verb, match->text), "post put patch") &&
                tt_str_starts(tt_node_text(node_parent(list), match->text), TT_STR("axios"));
    uint32_t place = body ? 2 : 1, count = node_named_count(list);

    if (count == 1 &&
        (ts_node_is_null(verb) || tt_str_eq(tt_node_text(verb, match->text), TT_STR("request"))) &&
        node_is(node_named(list, 0), "identifier") &&
        name_has_word(tt_node_text(node_named(list, 0), match->text),
                      "config configuration options opts request req params init"))
        return true; /* axios(config), axios.request(config) */
    TSNode options = node_named(list, place < count ? place : 0);

    if (count == 0 || (place >= count && !node_is(options, "object")))
        return false;
    if (place >= count && body)
        return false;
    return node_is(options, "object") ? pred_object_has(options, match, args, n)
                                      : !node_is_any(options, "string template_string");
}

/* (#object-has? @object "key" ...): the object has such a key, or a spread */
bool pred_object_has_key(ARGS)
{
    return pred_object_has(pred_node(match, &args[0]), match, args, n);
}

/* (#arguments? @list "1" "2"): the number of arguments is between the two */
bool pred_arguments(ARGS)
{
    TSNode list = pred_node(match, &args[0]);
    uint32_t count = 0;

    for (uint32_t i = 0; i < node_named_count(list); i++)
        count += !node_is(node_named(list, i), "comment");
    return args[1].string.n == 1 && args[n - 1].string.n == 1 &&
           count >= (uint32_t)(args[1].string.p[0] - '0') &&
           count <= (uint32_t)(args[n - 1].string.p[0] - '0');
}

/* (#dict-has? @dictionary "exp" ...): a Python dictionary has the key, or a splat */
bool pred_dict_has(ARGS)
{
    TSNode dict = pred_node(match, &args[0]);

    for (uint32_t i = 0; i < node_named_count(dict); i++) {
        TSNode child = node_named(dict, i);

        if (node_is(child, "dictionary_splat"))
            return true;
        if (node_is(child, "pair") &&
            pred_one_of(pred_unquote(tt_node_text(node_field(child, "key"), match->text)), args, 1,
                        n))
            return true;
    }
    return false;
}

/* (#fields? @literal "Timeout" ...): a Go composite literal sets the field */
bool pred_has_field(ARGS)
{
    TSNode body = pred_node(match, &args[0]);

    for (uint32_t i = 0; i < node_named_count(body); i++) {
        TSNode element = node_named(body, i);

        if (node_is(element, "keyed_element") &&
            pred_one_of(tt_node_text(node_named(element, 0), match->text), args, 1, n))
            return true;
    }
    return false;
}

/* The options object behind the n-th argument; true when something that is no
 * object stands there, which may hold anything. */
static bool options_at(ARGS, uint32_t place)
{
    TSNode options = node_named(pred_node(match, &args[0]), place);

    if (ts_node_is_null(options))
        return false;
    return !node_is(options, "object") || pred_object_has(options, match, args, n);
}

/* (#sign-options? @arguments "expiresIn"), (#cookie-options? @arguments "httpOnly") */
bool pred_third_options(ARGS)
{
    return options_at(match, args, n, 2);
}

/* (#passes? @arguments @name): the name itself is one of the arguments, or is given to
 * a call among them, or made into a cause */
bool pred_passes(ARGS)
{
    TSNode list = pred_node(match, &args[0]);
    tt_str name = pred_text(match, &args[1]);

    (void)n;
    for (uint32_t i = 0; i < node_named_count(list); i++) {
        TSNode child = node_named(list, i);

        if (tt_str_eq(tt_node_text(child, match->text), name))
            return true;
        TSNode inner = node_field(child, "arguments");
        for (uint32_t k = 0; k < node_named_count(inner); k++) {
            if (tt_str_eq(tt_node_text(node_named(inner, k), match->text), name))
                return true;
        }
        if (tt_str_has(tt_node_text(child, match->text), TT_STR("getCause")) ||
            tt_str_has(tt_node_text(child, match->text), TT_STR("getTargetException")))
            return true;
    }
    return false;
}

/* (#route-handler? @node): inside a function given to .get("/...") or .all("/...") */
bool pred_route_handler(ARGS)
{
    TSNode function = node_function(pred_node(match, &args[0]));

    (void)n;
    for (int depth = 0; !ts_node_is_null(function) && depth < 3; depth++) {
        TSNode list = node_parent(function);
        if (node_is(list, "call_expression")) /* asyncHandler(...) wraps it */
            list = node_parent(list);
        TSNode call = node_parent(list);
        TSNode first = node_named(list, 0);
        tt_str verb =
            tt_node_text(node_field(node_field(call, "function"), "property"), match->text);
        if (node_is(list, "arguments") && node_is_any(first, "string template_string") &&
            str_in(verb, "get all route") && match->text.p[ts_node_start_byte(first) + 1] == '/')
            return true;
        function = node_function(function);
    }
    return false;
}
