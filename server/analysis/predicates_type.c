/* predicates_type.c -- what kind of value an expression is, where syntax can tell. */
#include "analysis/predicates_set.h"

#include "analysis/nodes.h"
#include "analysis/paths.h"
#include "analysis/sql_built.h"
#include "analysis/sql_index.h"

/* (#untyped? @parameter): a parameter that can stand behind "const" as it is */
bool pred_untyped(ARGS)
{
    TSNode parameter = pred_node(match, &args[0]);

    (void)n;
    if (node_is_any(parameter, "identifier object_pattern array_pattern"))
        return true;
    return node_is(parameter, "required_parameter") && node_named_count(parameter) == 1 &&
           node_is_any(node_named(parameter, 0), "identifier object_pattern array_pattern");
}

static bool makes_array(TSNode value, tt_str bytes)
{
    if (node_is(value, "await_expression"))
        value = node_named(value, 0);
    if (node_is(value, "array"))
        return true;
    if (!node_is(value, "call_expression"))
        return false;
    TSNode function = node_field(value, "function");
    tt_str object = tt_node_text(node_field(function, "object"), bytes);
    tt_str name = tt_node_text(node_field(function, "property"), bytes);
    if (tt_str_eq(object, TT_STR("Object")))
        return str_in(name, "keys values entries");
    if (tt_str_eq(object, TT_STR("Array")))
        return str_in(name, "from of");
    return str_in(name, "map filter slice flatMap concat split findMany");
}

static bool array_type(TSNode annotation)
{
    TSNode type = node_named(annotation, 0);

    if (node_is(type, "readonly_type"))
        type = node_named(type, 0);
    return node_is_any(type, "array_type tuple_type");
}

struct declared {
    tt_str bytes, name;
    uint32_t seen; /* declarations and assignments of this name */
    bool array;    /* all of them are arrays */
};

static enum walk find_declaration(void *arg, TSNode node)
{
    struct declared *d = arg;
    TSNode name = { 0 }, value = { 0 }, type = { 0 };

    if (node_is(node, "variable_declarator")) {
        name = node_field(node, "name");
        value = node_field(node, "value");
        type = node_field(node, "type");
    } else if (node_is_any(node, "required_parameter optional_parameter")) {
        name = node_field(node, "pattern");
        type = node_field(node, "type");
    } else if (node_is(node, "assignment_expression")) {
        name = node_field(node, "left");
        value = node_field(node, "right");
    } else if (node_is(node, "identifier") &&
               node_is_any(node_parent(node), "formal_parameters array_pattern arrow_function "
                                              "assignment_pattern catch_clause "
                                              "for_in_statement rest_pattern")) {
        name = node; /* a parameter without type, or part of a pattern: unknown */
        if (node_is(node_parent(node), "arrow_function") &&
            !ts_node_eq(node_field(node_parent(node), "parameter"), node))
            return WALK_ON;
        if (node_is(node_parent(node), "assignment_pattern") &&
            !ts_node_eq(node_field(node_parent(node), "left"), node))
            return WALK_ON;
        if (node_is(node_parent(node), "for_in_statement") &&
            !ts_node_eq(node_field(node_parent(node), "left"), node))
            return WALK_ON;
    } else if (node_is(node, "shorthand_property_identifier_pattern")) {
        name = node;
    } else {
        return WALK_ON;
    }
    if (!tt_str_eq(tt_node_text(name, d->bytes), d->name))
        return WALK_ON;
    bool array = ts_node_is_null(type) ? makes_array(value, d->bytes) : array_type(type);
    d->array = d->seen == 0 ? array : d->array && array;
    d->seen++;
    return WALK_ON;
}

/* (#array? @list): certainly an array, by how it is made or declared; a name
 * that is declared twice in the file must be one each time */
bool pred_is_array(ARGS)
{
    const struct tt_pred_context *context = match->data;
    TSNode node = pred_node(match, &args[0]);

    (void)n;
    if (!node_is(node, "identifier"))
        return makes_array(node, match->text);
    struct declared d = { match->text, tt_node_text(node, match->text), 0, false };
    node_walk(context->root, find_declaration, &d);
    return d.seen > 0 && d.array;
}

/* (#text-expression? @node): certainly a text: a literal, "+" with one, e.getMessage() */
bool pred_text_expression(ARGS)
{
    TSNode node = pred_node(match, &args[0]);

    (void)n;
    if (node_is(node, "binary_expression"))
        return node_is(node_field(node, "left"), "string_literal") ||
               node_is(node_field(node, "right"), "string_literal");
    return node_is(node, "string_literal") ||
           (node_is(node, "method_invocation") &&
            str_in(tt_node_text(node_field(node, "name"), match->text),
                   "getMessage getLocalizedMessage"));
}

/* (#wrappable? @error): Go; the error is not nil here, and is the last value of the
 * format, whose verbs are as many as the values */
bool pred_wrappable(ARGS)
{
    TSNode error = pred_node(match, &args[0]);
    TSNode list = node_parent(error);
    tt_str format = tt_node_text(node_named(list, 0), match->text);
    uint32_t verbs = 0;

    (void)n;
    for (size_t i = 0; i + 1 < format.n; i++) {
        if (format.p[i] == '%' && format.p[i + 1] == '%')
            i++;
        else if (format.p[i] == '%')
            verbs++;
    }
    if (verbs + 1 != node_named_count(list))
        return false;
    for (TSNode up = node_parent(error); !ts_node_is_null(up) && !node_is_function(up);
         up = node_parent(up)) {
        TSNode condition = node_field(up, "condition");

        if (!node_is(up, "if_statement") || ts_node_is_null(condition))
            continue;
        if (tt_str_eq(tt_node_text(node_field(condition, "left"), match->text),
                      tt_node_text(error, match->text)) &&
            tt_str_eq(tt_node_text(node_field(condition, "operator"), match->text), TT_STR("!=")))
            return true;
    }
    return false;
}

bool pred_built_sql(ARGS)
{
    (void)n;
    return sql_is_built(pred_node(match, &args[0]), match->text);
}

bool pred_unindexed(ARGS)
{
    const struct sql_marks *marks = pred_sql_marks(match);

    (void)n;
    return marks &&
           !sql_column_indexed(pred_node(match, &args[0]), marks, pred_source(match)->path);
}

/* (#made-here? @column): the file makes the column, so that its indexes would be here too */
bool pred_made_here(ARGS)
{
    const struct sql_marks *marks = pred_sql_marks(match);

    (void)n;
    return marks && sql_column_made(marks, pred_text(match, &args[0]));
}

/* (#checked-next? @statement @name): the statement behind it is an `if` about the name */
bool pred_checked_next(ARGS)
{
    TSNode next = ts_node_next_named_sibling(pred_node(match, &args[0]));

    (void)n;
    return node_is(next, "if_statement") &&
           pred_has_word(tt_node_text(node_field(next, "condition"), match->text),
                         pred_text(match, &args[1]));
}

/* (#zoned? @call): Python; the zone is added at once: datetime.utcnow().replace(tzinfo=utc) */
bool pred_zoned(ARGS)
{
    TSNode attribute = node_parent(pred_node(match, &args[0]));

    (void)n;
    return node_is(attribute, "attribute") &&
           tt_str_eq(tt_node_text(node_field(attribute, "attribute"), match->text),
                     TT_STR("replace")) &&
           tt_str_has(tt_node_text(node_parent(attribute), match->text), TT_STR("tzinfo"));
}
