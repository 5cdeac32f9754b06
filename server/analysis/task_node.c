/* task_node.c -- what one node of the tree says. */
#include "analysis/nodes.h"
#include "analysis/paths.h"
#include "analysis/task_scan.h"

static TSNode callee_of(TSNode node)
{
    static const char *const fields[] = { "function", "constructor", "method",
                                          "macro",    "name",        "type" };

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        TSNode callee = node_field(node, fields[i]);
        if (!ts_node_is_null(callee))
            return callee;
    }
    return node_named(node, 0);
}

/* Text of the callee with what it is called on. */
tt_str scan_callee_text(TSNode node, tt_str bytes)
{
    TSNode callee = callee_of(node);
    TSNode object = node_field(node, "object");
    if (ts_node_is_null(object))
        object = node_field(node, "receiver");
    if (ts_node_is_null(object))
        object = node_field(node, "scope");
    uint32_t from =
        ts_node_is_null(object) ? ts_node_start_byte(callee) : ts_node_start_byte(object);
    tt_str text = tt_str_sub(bytes, from, ts_node_end_byte(callee));
    return text.n > SCAN_NAME_BYTES ? tt_str_sub(text, text.n - SCAN_NAME_BYTES, text.n) : text;
}

static TSNode arguments_of(TSNode node)
{
    TSNode arguments = node_field(node, "arguments");

    if (!ts_node_is_null(arguments))
        return arguments;
    for (uint32_t i = 0; i < node_named_count(node); i++) {
        if (node_is_any(node_named(node, i), "arguments argument_list value_arguments "
                                             "call_suffix token_tree"))
            return node_named(node, i);
    }
    return (TSNode){ 0 };
}

#define VERBS                                                                                      \
    "get post put patch delete del all head options route GET POST PUT PATCH DELETE Get Post Put " \
    "Patch Delete HandleFunc Handle use MapGet MapPost MapPut MapDelete resource scope Group"

/* app.get("/users", ...), r.GET("/users", h), http.HandleFunc("/users", h) */
static void read_route_call(struct scan *s, tt_str last, tt_str prev, TSNode node)
{
    TSNode arguments = arguments_of(node);
    TSNode first = node_named(arguments, 0);

    if (node_is_any(first, "argument value_argument"))
        first = node_named(first, 0);
    if (!str_in(last, VERBS) || ts_node_is_null(first) || !strstr(ts_node_type(first), "string") ||
        ts_node_descendant_count(arguments) < 4)
        return;
    tt_str path = scan_unquoted(first, s->source->bytes);
    struct tt_range range = scan_range(first);
    /* `client.get "/x"` asks, `get "/x"` routes */
    bool handler =
        node_named_count(arguments) > 1 || (prev.n == 0 && str_in(s->language, "kotlin ruby rust"));
    if (!scan_plain_path(path) || !handler)
        return;
    TSNode second = node_named(arguments, 1);
    if (node_is_any(second, "object") && node_named_count(arguments) == 2)
        return; /* supertest, fetch: a request, no route */
    scan_route(s, path);
    s->code->handler = true;
    task_add(s->score, TT_TASK_REST_5, scan_weigh(s, 46, node), "call", last, &range);
}

static void read_call(struct scan *s, TSNode node)
{
    tt_str prev, last = scan_last_names(scan_callee_text(node, s->source->bytes), &prev);

    scan_look_up(s, SIGNAL_CALL, last, prev, node);
    scan_see(s, SEE_CALL, "call", last, node);
    if (prev.n && ((prev.p[0] >= 'A' && prev.p[0] <= 'Z') || scan_imported(s, prev)))
        scan_see(s, SEE_CALL, "call", (tt_str){ prev.p, (size_t)(last.p + last.n - prev.p) }, node);
    read_route_call(s, last, prev, node);
    if (str_in(last, "get hget fetch GetString") &&
        name_has_word(prev, "cache redis memcache memcached"))
        s->cache_get = true;
    if (str_in(last, "set setex put hset Set add setEx"))
        s->cache_set = s->cache_set || name_has_word(prev, "cache redis memcache memcached");
}

static void read_decorator(struct scan *s, TSNode node)
{
    tt_str text = tt_node_text(node, s->source->bytes);
    size_t from = 0, end;

    while (from < text.n && strchr("@#[ ", text.p[from]))
        from++;
    for (end = from; end < text.n && (scan_name_char(text.p[end]) || strchr(".:\\", text.p[end]));)
        end++;
    tt_str prev, last = scan_last_names(tt_str_sub(text, from, end), &prev);
    scan_look_up(s, SIGNAL_DECORATOR, last, prev, node);
    scan_see(s, SEE_DECORATOR, "decorator", last, node);
    if (!str_in(last, "get post put patch delete route Get Post Put Patch Delete GetMapping "
                      "PostMapping PutMapping DeleteMapping PatchMapping RequestMapping HttpGet "
                      "HttpPost HttpPut HttpDelete HttpPatch Route api_view Controller Path"))
        return;
    s->code->handler = true;
    const char *quote = text.n ? memchr(text.p, '"', text.n) : NULL;
    if (!quote)
        quote = text.n ? memchr(text.p, '\'', text.n) : NULL;
    if (!quote) {
        s->code->routes++;
        return;
    }
    size_t at = (size_t)(quote - text.p) + 1;
    const char *close = memchr(text.p + at, *quote, text.n - at);
    scan_route(s, tt_str_sub(text, at, close ? (size_t)(close - text.p) : at));
}

/* Is it a name of something in something, or of an argument: not of a variable? */
static bool is_member(const struct scan *s, TSNode node)
{
    uint32_t at = ts_node_start_byte(node);
    const char *p = s->source->bytes.p;

    if (node_is_any(node, "property_identifier field_identifier shorthand_property_identifier "
                          "hash_key_symbol type_identifier keyword_argument"))
        return true;
    if (node_is_any(scan_above(s, 0), "keyword_argument named_argument value_argument "
                                      "keyed_element attribute_argument") &&
        at == ts_node_start_byte(scan_above(s, 0)))
        return scan_above(s, 0).id != node.id && !node_is(scan_above(s, 0), "value_argument");
    while (at > 0 && strchr(" \t\r\n", p[at - 1]))
        at--;
    return at > 0 && (p[at - 1] == '.' || (at > 1 && (memcmp(p + at - 2, "->", 2) == 0 ||
                                                      memcmp(p + at - 2, "::", 2) == 0)));
}

static void read_name(struct scan *s, TSNode node)
{
    tt_str name = tt_node_text(node, s->source->bytes);
    tt_str none = TT_STR("");

    if (name.n == 0)
        return;
    if (node_is_any(node, "property_identifier field_identifier shorthand_property_identifier "
                          "keyword_argument"))
        scan_look_up(s, SIGNAL_KEY, name, none, node);
    if (node_is(node, "identifier") && node_is(scan_above(s, 0), "keyword_argument"))
        scan_look_up(s, SIGNAL_KEY, name, none, node);
    if (name.p[0] >= 'A' && name.p[0] <= 'Z') {
        scan_look_up(s, SIGNAL_TYPE, name, none, node);
        scan_see(s, SEE_TYPE, "identifier", name, node);
    } else if (is_member(s, node)) {
        scan_see(s, SEE_KEY, "identifier", name, node);
    }
}

static bool is_definition(TSNode node)
{
    return node_is_any(node,
                       "function_definition function_declaration method_definition "
                       "method_declaration class_definition class_declaration method "
                       "function_item type_spec class struct_item enum_item interface_declaration "
                       "constructor_declaration record_declaration singleton_method "
                       "type_alias_declaration");
}

static void read_definition(struct scan *s, TSNode node)
{
    TSNode name = node_field(node, "name");
    tt_str text = tt_node_text(name, s->source->bytes);

    scan_look_up_name(s, text, name);
    scan_see(s, SEE_DEFINITION, "identifier", text, name);
}

/* 404 and its like. */
static void read_number(struct scan *s, TSNode node)
{
    tt_str text = tt_node_text(node, s->source->bytes);

    if (text.n == 3 && text.p[0] >= '1' && text.p[0] <= '5')
        scan_see(s, SEE_NUMBER, "identifier", text, node);
}

#define LOOPS                                                                                      \
    "for_statement for_in_statement while_statement for_of_statement foreach_statement "           \
    "for_expression while_expression enhanced_for_statement"

static void count_node(struct scan *s, TSNode node, const char *type)
{
    struct tt_complexity *c = &s->score->result->complexity;

    if (strstr(type, "await")) {
        c->awaits++;
        for (uint32_t i = 0; i < s->depth; i++) {
            if (node_is_any(scan_above(s, i), LOOPS)) {
                s->awaits_in_loops++;
                break;
            }
        }
    } else if (node_is_any(node, "if_statement elif_clause for_statement while_statement "
                                 "for_in_statement except_clause catch_clause case_clause "
                                 "switch_case conditional_expression ternary_expression "
                                 "if_expression match_arm when_entry expression_case "
                                 "enhanced_for_statement rescue unless if for_range_loop "
                                 "foreach_statement switch_block_statement_group "
                                 "communication_case")) {
        c->branches++;
    }
}

/* TypeScript that computes with types. */
static void read_type(struct scan *s, TSNode node)
{
    struct tt_range range = scan_range(node);

    if (node_is_any(node, "conditional_type mapped_type_clause infer_type index_type_query "
                          "template_literal_type type_predicate lookup_type"))
        task_add(s->score, TT_TASK_LANG_2, scan_weigh(s, 30, node), "node",
                 tt_str_from(ts_node_type(node)), &range);
    else if (node_is_any(node, "type_parameters union_type intersection_type"))
        task_add(s->score, TT_TASK_LANG_2, scan_weigh(s, 14, node), "node",
                 tt_str_from(ts_node_type(node)), &range);
    else if (node_is(node, "predefined_type") &&
             tt_str_eq(tt_node_text(node, s->source->bytes), TT_STR("any")))
        task_add(s->score, TT_TASK_LANG_2, scan_weigh(s, 16, node), "node", TT_STR("any"), &range);
}

/* (error, request, response, next): what Express takes for errors. */
static void read_error_middleware(struct scan *s, TSNode node)
{
    TSNode parameters = node_field(node, "parameters");

    if (!node_is(parameters, "formal_parameters") || node_named_count(parameters) != 4 ||
        !str_in(s->language, "javascript typescript"))
        return;
    tt_str text = tt_node_text(node, s->source->bytes);
    struct tt_range range = scan_range(parameters);
    if (tt_str_has(text, TT_STR(".status")) || tt_str_has(text, TT_STR(".json(")) ||
        tt_str_has(text, TT_STR(".send(")))
        task_add(s->score, TT_TASK_ERR_1, scan_weigh(s, 60, node), "node",
                 TT_STR("middleware for errors"), &range);
}

bool scan_is_call(TSNode node)
{
    return node_is_any(node, "call call_expression new_expression method_invocation "
                             "object_creation_expression invocation_expression macro_invocation "
                             "function_call_expression member_call_expression "
                             "scoped_call_expression");
}

static void read_kind(struct scan *s, TSNode node, const char *type)
{
    if (scan_is_call(node))
        read_call(s, node);
    else if (node_is_any(node, "decorator annotation marker_annotation attribute_item attribute") &&
             !node_is(scan_above(s, 0), "call") &&
             !tt_str_eq(s->language, TT_STR("python")) == !node_is(node, "decorator"))
        read_decorator(s, node);
    else if (is_definition(node))
        read_definition(s, node);
    else if (strstr(type, "identifier") || node_is_any(node, "constant name"))
        read_name(s, node);
    else if (str_in(s->language, "typescript tsx"))
        read_type(s, node);
}

#define STRINGS                                                                                    \
    "string template_string string_literal interpreted_string_literal raw_string_literal "         \
    "encapsed_string heredoc_body verbatim_string_literal text_block multiline_string_literal "    \
    "interpolated_string_expression"

enum walk scan_node(struct scan *s, TSNode node)
{
    const char *type = ts_node_type(node);

    if (!ts_node_is_named(node))
        return WALK_SKIP;
    if (s->visited++ > SCAN_NODES_AT_MOST)
        return WALK_STOP;
    if (strstr(type, "comment"))
        return WALK_SKIP;
    count_node(s, node, type);
    scan_see(s, SEE_NODE, "node", tt_str_from(type), node);
    read_kind(s, node, type);
    if (node_is_function(node)) {
        s->code->functions += is_definition(node);
        read_error_middleware(s, node);
    }
    if (node_is_any(node, STRINGS) && !scan_in_docs(node, scan_above(s, 0)) &&
        !node_is(scan_above(s, 0), "string")) {
        tt_str text = scan_unquoted(node, s->source->bytes);

        scan_sql(s, text, node);
        s->code->pages = s->code->pages || scan_pages_by(text);
    } else if (node_is_any(node, "number integer int_literal integer_literal "
                                 "decimal_integer_literal number_literal")) {
        read_number(s, node);
    }
    return WALK_ON;
}
