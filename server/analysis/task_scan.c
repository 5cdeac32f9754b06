/* task_scan.c -- reads the code at the range: one walk over the unit that the
 * range lies in (a function, a method, a statement), a look at the head of its
 * class, and one at the imports at the top of the file.
 *
 * Nothing here depends on comments, white space or the names of variables.
 */
#include "analysis/nodes.h"
#include "analysis/paths.h"
#include "analysis/sql_built.h"
#include "analysis/task_score.h"
#include "syntax/lang.h"

#define NODES_AT_MOST   6000 /* of a unit; larger ones are narrowed to a function inside */
#define IMPORTS_AT_MOST 160  /* items at the top of the file that are looked at */
#define UNITS_AT_MOST   24   /* of a selection */
#define NAME_BYTES      96
#define DEPTH_AT_MOST   64

struct scan {
    struct task_score *score;
    struct task_code *code;
    const struct tt_source *source;
    struct tt_range range; /* as asked for */
    tt_str language;
    int percent;     /* what a signal counts here: 100 in the unit, less around it */
    tt_str paths[8]; /* first parts of the routes seen */
    uint32_t n_paths;
    uint32_t visited;
    uint32_t awaits_in_loops;
    bool cache_get, cache_set;
    TSNode above[DEPTH_AT_MOST]; /* the nodes round the one being read: asking
                                  * tree-sitter for a parent searches from the root */
    uint32_t depth;
};

/* The i-th node above the one being read; null when there is none. */
static TSNode above(const struct scan *s, uint32_t i)
{
    return i < s->depth ? s->above[s->depth - 1 - i] : (TSNode){ 0 };
}

static bool str_starts_word(tt_str text, const char *word)
{
    return tt_str_starts(text, tt_str_from(word));
}

static struct tt_range range_of(TSNode node)
{
    if (ts_node_is_null(node))
        return (struct tt_range){ 0, 0 };
    return (struct tt_range){ ts_node_start_byte(node), ts_node_end_byte(node) };
}

/* ---- matching names against the tables ---- */

static bool name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$' || c == '!' || c == '?';
}

/* The last name of "a.b(c).d" or "A::b", and in *prev the one before it when it
 * stands directly in front. */
static tt_str last_names(tt_str text, tt_str *prev)
{
    size_t end = text.n;

    while (end > 0 && !name_char(text.p[end - 1]))
        end--;
    size_t from = end;
    while (from > 0 && name_char(text.p[from - 1]))
        from--;
    size_t dot = from;
    while (dot > 0 && strchr(".:>-?\\", text.p[dot - 1]))
        dot--;
    size_t start = dot;
    while (dot < from && start > 0 && name_char(text.p[start - 1]))
        start--;
    *prev = tt_str_sub(text, start, dot);
    return tt_str_sub(text, from, end);
}

/* Is `last` (or "prev.last", "prev::last") one of the names? */
static bool names_have(const char *names, tt_str last, tt_str prev)
{
    while (*names) {
        const char *end = strchr(names, ' ');
        size_t n = end ? (size_t)(end - names) : strlen(names);

        if (*names == '=') { /* only when it is called on nothing */
            if (prev.n == 0 && n == last.n + 1 && memcmp(names + 1, last.p, last.n) == 0)
                return true;
        } else if (n >= last.n && memcmp(names + n - last.n, last.p, last.n) == 0) {
            size_t rest = n - last.n;
            if (rest == 0)
                return true;
            size_t sep = names[rest - 1] == '.' ? 1 : rest > 1 && names[rest - 1] == ':' ? 2 : 0;
            if (sep && rest - sep == prev.n && memcmp(names, prev.p, prev.n) == 0)
                return true;
        }
        names += n;
        while (*names == ' ')
            names++;
    }
    return false;
}

static const char *kind_word(enum signal_kind kind)
{
    static const char *const words[] = { "import",     "decorator",  "call",
                                         "identifier", "identifier", "identifier" };

    return words[kind];
}

static bool table_speaks(const struct signal_table *table, tt_str language)
{
    return table->languages[0] == '*' || str_in(language, table->languages);
}

/* The part of a signal's weight that counts here: more in the cursor's line. */
static int weigh(const struct scan *s, int weight, TSNode node)
{
    int percent = s->percent;

    if (percent == 100 && s->range.start != s->range.end &&
        !tt_range_overlaps(range_of(node), s->range))
        percent = 60;
    else if (percent == 100 && s->range.start == s->range.end &&
             ts_node_start_byte(node) <= s->range.end && s->range.start <= ts_node_end_byte(node))
        percent = 130;
    return weight * percent / 100;
}

static void look_up(struct scan *s, enum signal_kind kind, tt_str last, tt_str prev, TSNode node)
{
    struct tt_range range = range_of(node);

    if (last.n == 0)
        return;
    for (size_t t = 0; t < task_signal_tables_count; t++) {
        const struct signal_table *table = &task_signal_tables[t];

        if (!table_speaks(table, s->language))
            continue;
        for (size_t i = 0; i < table->n; i++) {
            const struct signal *row = &table->rows[i];

            if (row->kind == kind && names_have(row->names, last, prev)) {
                tt_str shown = { prev.n ? prev.p : last.p,
                                 (size_t)(last.p + last.n - (prev.n ? prev.p : last.p)) };
                if (shown.n > NAME_BYTES)
                    shown = last;
                task_add(s->score, row->task, weigh(s, row->weight, node), kind_word(kind), shown,
                         &range);
            }
        }
    }
}

/* Words of the name of a definition. */
static void look_up_name(struct scan *s, tt_str name, TSNode node)
{
    struct tt_range range = range_of(node);

    for (size_t t = 0; t < task_signal_tables_count; t++) {
        const struct signal_table *table = &task_signal_tables[t];

        for (size_t i = 0; table_speaks(table, s->language) && i < table->n; i++) {
            const struct signal *row = &table->rows[i];

            if (row->kind == SIGNAL_NAME && name_has_word(name, row->names))
                task_add(s->score, row->task, weigh(s, row->weight, node), "identifier", name,
                         &range);
        }
    }
}

/* ---- strings ---- */

static tt_str unquoted(TSNode node, tt_str bytes)
{
    tt_str text = tt_node_text(node, bytes);

    while (text.n > 0 && strchr("\"'`rbfuRBFU$@", text.p[0]))
        text = tt_str_sub(text, 1, text.n);
    while (text.n > 0 && strchr("\"'`", text.p[text.n - 1]))
        text.n--;
    return text;
}

/* A string that is a statement of its own is a docstring. */
static bool in_docs(TSNode node, TSNode parent)
{
    return node_is(parent, "expression_statement") && node_is(node, "string");
}

static void keep_largest(struct tt_complexity *to, const struct tt_complexity *from)
{
    if (task_sql_complexity(from) < task_sql_complexity(to))
        return;
    to->joins = from->joins;
    to->ctes = from->ctes;
    to->windows = from->windows;
    to->subqueries = from->subqueries;
}

static bool whole_text_pages(tt_str sql)
{
    return tt_str_has_nocase(sql, TT_STR("limit")) && tt_str_has_nocase(sql, TT_STR("offset"));
}

static void read_sql(struct scan *s, tt_str text, TSNode node)
{
    struct tt_complexity one = { 0 };
    enum sql_kind kind = task_read_sql(text, &one);
    struct tt_range range = range_of(node);
    int weight = weigh(s, 34, node);

    if (text.n < 14 || kind == SQL_NONE)
        return;
    if (kind == SQL_OTHER)
        return;
    keep_largest(&s->score->result->complexity, &one);
    s->score->result->complexity.tables =
        (uint16_t)(s->score->result->complexity.tables + one.tables);
    s->code->database = true;
    text.n = text.n > 60 ? 60 : text.n;
    if (kind == SQL_TABLE)
        task_add(s->score, s->code->migration ? TT_TASK_DB_6 : TT_TASK_DB_1, weight + 10, "sql",
                 text, &range);
    else if (kind == SQL_ALTER)
        task_add(s->score, TT_TASK_DB_6, weight + 10, "sql", text, &range);
    else
        task_add(s->score, TT_TASK_DB_3, weight, "sql", text, &range);
    s->code->pages =
        s->code->pages || (kind == SQL_QUERY && whole_text_pages(unquoted(node, s->source->bytes)));
    if (kind == SQL_QUERY || kind == SQL_WRITE) {
        TSNode whole = node;
        for (uint32_t i = 0; node_is_any(above(s, i), "binary_operator binary_expression "
                                                      "concatenated_string "
                                                      "parenthesized_expression");
             i++)
            whole = above(s, i);
        if (sql_is_built(whole, s->source->bytes))
            task_add(s->score, TT_TASK_AUTH_2, weigh(s, 90, node), "sql", text, &range);
    }
}

/* Does it name the parameter that says which part of a list is meant? */
static bool pages_by(tt_str text)
{
    return str_in(text, "page limit offset cursor per_page perPage page_size pageSize");
}

/* A path of a route: "/users/:id" has the resource "users". */
static void read_route(struct scan *s, tt_str path)
{
    size_t from = 0;
    tt_str part = TT_STR("");

    while (from < path.n) {
        size_t end = from;
        while (end < path.n && path.p[end] != '/')
            end++;
        part = tt_str_sub(path, from, end);
        bool skip = part.n == 0 || tt_str_eq_nocase(part, TT_STR("api")) ||
                    (part.n <= 3 && part.p[0] == 'v') || strchr(":{<", part.p[0]);
        if (!skip)
            break;
        from = end + 1;
    }
    s->code->routes++;
    for (uint32_t i = 0; i < s->n_paths; i++) {
        if (tt_str_eq(s->paths[i], part))
            return;
    }
    if (s->n_paths < sizeof(s->paths) / sizeof(s->paths[0]) && from < path.n)
        s->paths[s->n_paths++] = part;
}

static bool plain_path(tt_str text)
{
    if (text.n == 0 || text.n > 200 || text.p[0] != '/')
        return false;
    return !memchr(text.p, ' ', text.n) && !memchr(text.p, '\n', text.n);
}

/* ---- one node ---- */

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
static tt_str callee_text(TSNode node, tt_str bytes)
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
    return text.n > NAME_BYTES ? tt_str_sub(text, text.n - NAME_BYTES, text.n) : text;
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
    tt_str path = unquoted(first, s->source->bytes);
    struct tt_range range = range_of(first);
    /* `client.get "/x"` asks, `get "/x"` routes */
    bool handler =
        node_named_count(arguments) > 1 || (prev.n == 0 && str_in(s->language, "kotlin ruby rust"));
    if (!plain_path(path) || !handler)
        return;
    TSNode second = node_named(arguments, 1);
    if (node_is_any(second, "object") && node_named_count(arguments) == 2)
        return; /* supertest, fetch: a request, no route */
    read_route(s, path);
    s->code->handler = true;
    task_add(s->score, TT_TASK_REST_5, weigh(s, 46, node), "call", last, &range);
}

static void read_call(struct scan *s, TSNode node)
{
    tt_str prev, last = last_names(callee_text(node, s->source->bytes), &prev);

    look_up(s, SIGNAL_CALL, last, prev, node);
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
    for (end = from; end < text.n && (name_char(text.p[end]) || strchr(".:\\", text.p[end]));)
        end++;
    tt_str prev, last = last_names(tt_str_sub(text, from, end), &prev);
    look_up(s, SIGNAL_DECORATOR, last, prev, node);
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
    read_route(s, tt_str_sub(text, at, close ? (size_t)(close - text.p) : at));
}

static void read_name(struct scan *s, TSNode node)
{
    tt_str name = tt_node_text(node, s->source->bytes);
    tt_str none = TT_STR("");

    if (name.n == 0)
        return;
    if (node_is_any(node, "property_identifier field_identifier shorthand_property_identifier "
                          "keyword_argument"))
        look_up(s, SIGNAL_KEY, name, none, node);
    if (node_is(node, "identifier") && node_is(above(s, 0), "keyword_argument"))
        look_up(s, SIGNAL_KEY, name, none, node);
    if (name.p[0] >= 'A' && name.p[0] <= 'Z')
        look_up(s, SIGNAL_TYPE, name, none, node);
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

#define LOOPS                                                                                      \
    "for_statement for_in_statement while_statement for_of_statement foreach_statement "           \
    "for_expression while_expression enhanced_for_statement"

static void count_node(struct scan *s, TSNode node, const char *type)
{
    struct tt_complexity *c = &s->score->result->complexity;

    if (strstr(type, "await")) {
        c->awaits++;
        for (uint32_t i = 0; i < s->depth; i++) {
            if (node_is_any(above(s, i), LOOPS)) {
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
    struct tt_range range = range_of(node);

    if (node_is_any(node, "conditional_type mapped_type_clause infer_type index_type_query "
                          "template_literal_type type_predicate lookup_type"))
        task_add(s->score, TT_TASK_LANG_2, weigh(s, 30, node), "node",
                 tt_str_from(ts_node_type(node)), &range);
    else if (node_is_any(node, "type_parameters union_type intersection_type"))
        task_add(s->score, TT_TASK_LANG_2, weigh(s, 14, node), "node",
                 tt_str_from(ts_node_type(node)), &range);
    else if (node_is(node, "predefined_type") &&
             tt_str_eq(tt_node_text(node, s->source->bytes), TT_STR("any")))
        task_add(s->score, TT_TASK_LANG_2, weigh(s, 16, node), "node", TT_STR("any"), &range);
}

/* (error, request, response, next): what Express takes for errors. */
static void read_error_middleware(struct scan *s, TSNode node)
{
    TSNode parameters = node_field(node, "parameters");

    if (!node_is(parameters, "formal_parameters") || node_named_count(parameters) != 4 ||
        !str_in(s->language, "javascript typescript"))
        return;
    tt_str text = tt_node_text(node, s->source->bytes);
    struct tt_range range = range_of(parameters);
    if (tt_str_has(text, TT_STR(".status")) || tt_str_has(text, TT_STR(".json(")) ||
        tt_str_has(text, TT_STR(".send(")))
        task_add(s->score, TT_TASK_ERR_1, weigh(s, 60, node), "node",
                 TT_STR("middleware for errors"), &range);
}

static void read_kind(struct scan *s, TSNode node, const char *type)
{
    if (node_is_any(node, "call call_expression new_expression method_invocation "
                          "object_creation_expression invocation_expression macro_invocation "
                          "function_call_expression member_call_expression "
                          "scoped_call_expression"))
        read_call(s, node);
    else if (node_is_any(node, "decorator annotation marker_annotation attribute_item attribute") &&
             !node_is(above(s, 0), "call"))
        read_decorator(s, node);
    else if (is_definition(node))
        look_up_name(s, tt_node_text(node_field(node, "name"), s->source->bytes),
                     node_field(node, "name"));
    else if (strstr(type, "identifier") || node_is_any(node, "constant name"))
        read_name(s, node);
    else if (str_in(s->language, "typescript tsx"))
        read_type(s, node);
}

#define STRINGS                                                                                    \
    "string template_string string_literal interpreted_string_literal raw_string_literal "         \
    "encapsed_string heredoc_body verbatim_string_literal text_block multiline_string_literal "    \
    "interpolated_string_expression"

static enum walk read_node(struct scan *s, TSNode node)
{
    const char *type = ts_node_type(node);

    if (!ts_node_is_named(node))
        return WALK_SKIP;
    if (s->visited++ > NODES_AT_MOST)
        return WALK_STOP;
    if (strstr(type, "comment"))
        return WALK_SKIP;
    count_node(s, node, type);
    read_kind(s, node, type);
    if (node_is_function(node)) {
        s->code->functions += is_definition(node);
        read_error_middleware(s, node);
    }
    if (node_is_any(node, STRINGS) && !in_docs(node, above(s, 0)) &&
        !node_is(above(s, 0), "string")) {
        tt_str text = unquoted(node, s->source->bytes);

        read_sql(s, text, node);
        s->code->pages = s->code->pages || pages_by(text);
    }
    return WALK_ON;
}

/* Read a node and all below it; knows what stands above without asking. */
static void read_all(struct scan *s, TSNode root)
{
    TSTreeCursor cursor = ts_tree_cursor_new(root);
    uint32_t skipped = 0; /* levels below the ones that are kept */

    s->depth = 0;
    for (;;) {
        TSNode node = ts_tree_cursor_current_node(&cursor);
        enum walk way = read_node(s, node);

        if (way == WALK_STOP)
            break;
        if (way == WALK_ON && ts_tree_cursor_goto_first_child(&cursor)) {
            if (s->depth < DEPTH_AT_MOST)
                s->above[s->depth++] = node;
            else
                skipped++;
            continue;
        }
        bool up = true;
        while (!ts_tree_cursor_goto_next_sibling(&cursor) &&
               (up = ts_tree_cursor_goto_parent(&cursor))) {
            if (skipped)
                skipped--;
            else if (s->depth)
                s->depth--;
        }
        if (!up)
            break;
    }
    s->depth = 0;
    ts_tree_cursor_delete(&cursor);
}

/* ---- what is read ---- */

#define CLASS_BODIES                                                                               \
    "block class_body declaration_list body_statement interface_body enum_body "                   \
    "field_declaration_list"

/* The nodes from the root down to the smallest one round a place. */
struct path {
    TSNode at[DEPTH_AT_MOST];
    uint32_t n;
};

static void find_path(TSNode root, struct tt_range range, struct path *path)
{
    TSTreeCursor cursor = ts_tree_cursor_new(root);

    path->n = 0;
    path->at[path->n++] = root;
    while (path->n < DEPTH_AT_MOST &&
           ts_tree_cursor_goto_first_child_for_byte(&cursor, range.start) >= 0) {
        TSNode child = ts_tree_cursor_current_node(&cursor);

        if (ts_node_start_byte(child) > range.start || ts_node_end_byte(child) < range.end)
            break;
        path->at[path->n++] = child;
    }
    ts_tree_cursor_delete(&cursor);
}

static bool is_class(TSNode node)
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
static uint32_t unit_in(const struct path *path)
{
    for (uint32_t i = path->n; i-- > 1;) {
        bool member =
            i >= 2 && node_is_any(path->at[i - 1], CLASS_BODIES) && is_class(path->at[i - 2]);

        if (member && is_field(path->at[i]))
            return i - 2 ? i - 2 : 1;
        if (member || i == 1)
            return i;
    }
    return 0;
}

/* A giant unit is narrowed to the largest part inside that is not one. */
static uint32_t narrowed(const struct path *path, uint32_t unit)
{
    uint32_t i = unit;

    while (i + 1 < path->n && ts_node_descendant_count(path->at[i]) > NODES_AT_MOST)
        i++;
    return ts_node_is_named(path->at[i]) ? i : unit;
}

/* Decorators and bases of the classes around, but none of their members. */
static void read_heads(struct scan *s, const struct path *path, uint32_t unit)
{
    for (uint32_t i = unit; i-- > 1;) {
        TSNode up = path->at[i];

        if (!is_class(up) && !node_is(up, "decorated_definition"))
            continue;
        for (uint32_t k = 0; k < node_named_count(up) && k < 24; k++) {
            TSNode child = node_named(up, k);

            if (node_is_any(child, CLASS_BODIES) || strstr(ts_node_type(child), "definition"))
                continue;
            if (ts_node_descendant_count(child) < 200)
                read_all(s, child);
        }
        look_up_name(s, tt_node_text(node_field(up, "name"), s->source->bytes),
                     node_field(up, "name"));
    }
}

static void read_import(struct scan *s, TSNode node)
{
    tt_str text = tt_node_text(node, s->source->bytes);
    struct tt_range range = range_of(node);

    if (text.n > 4000)
        text.n = 4000;
    for (size_t t = 0; t < task_signal_tables_count; t++) {
        const struct signal_table *table = &task_signal_tables[t];

        for (size_t i = 0; table_speaks(table, s->language) && i < table->n; i++) {
            const struct signal *row = &table->rows[i];

            for (const char *name = row->names; row->kind == SIGNAL_IMPORT && *name;) {
                const char *end = strchr(name, ' ');
                size_t n = end ? (size_t)(end - name) : strlen(name);
                const char *hit = memmem(text.p, text.n, name, n);
                bool whole = hit && (hit == text.p || !name_char(hit[-1])) &&
                             (hit + n == text.p + text.n || !name_char(hit[n]));

                if (whole)
                    task_add(s->score, row->task, row->weight, "import", (tt_str){ hit, n },
                             &range);
                name += n;
                while (*name == ' ')
                    name++;
            }
        }
    }
}

static void read_imports(struct scan *s, TSNode root)
{
    TSTreeCursor cursor = ts_tree_cursor_new(root);
    uint32_t n = 0;

    if (ts_tree_cursor_goto_first_child(&cursor)) {
        do {
            TSNode child = ts_tree_cursor_current_node(&cursor);
            const char *type = ts_node_type(child);
            tt_str text = tt_node_text(child, s->source->bytes);

            if (strstr(type, "import") || strstr(type, "use_declaration") ||
                strstr(type, "using_directive") || strstr(type, "namespace_use"))
                read_import(s, child);
            else if (node_is_any(child, "lexical_declaration variable_declaration call "
                                        "expression_statement") &&
                     text.n < 400 && tt_str_has(text, TT_STR("require")))
                read_import(s, child);
        } while (++n < IMPORTS_AT_MOST && ts_tree_cursor_goto_next_sibling(&cursor));
    }
    ts_tree_cursor_delete(&cursor);
}

/* All units that a selection touches. */
static void read_units(struct scan *s, TSNode root, const struct path *path)
{
    uint32_t unit = narrowed(path, unit_in(path));

    if (unit > 0) {
        read_all(s, path->at[unit]);
        s->code->nodes = ts_node_descendant_count(path->at[unit]);
        s->percent = 55;
        read_heads(s, path, unit);
        s->percent = 100;
        return;
    }
    s->code->whole = true;
    uint32_t n = 0;
    for (uint32_t i = 0; s->range.end > s->range.start && i < node_named_count(root); i++) {
        TSNode child = node_named(root, i);

        if (!tt_range_overlaps(range_of(child), s->range) ||
            strstr(ts_node_type(child), "import") || ts_node_descendant_count(child) < 3)
            continue;
        s->visited = 0;
        read_all(s, child);
        if (++n >= UNITS_AT_MOST)
            break;
    }
}

/* ---- SQL files ---- */

static void read_sql_file(struct scan *s, TSNode root, const struct path *path)
{
    TSNode unit = path->at[unit_in(path)];
    struct tt_range range = range_of(unit);
    tt_str text = tt_node_text(unit, s->source->bytes);

    if (ts_node_eq(unit, root) && s->range.start == s->range.end)
        return;
    if (s->range.end > s->range.start && tt_range_contains(s->range, range))
        text = tt_str_sub(s->source->bytes, s->range.start, s->range.end);
    enum sql_kind kind = task_read_sql(text, &s->score->result->complexity);
    tt_str shown = tt_str_sub(text, 0, 60);
    bool migration = s->code->migration;
    if (tt_str_has_nocase(text, TT_STR("exec")) &&
        (tt_str_has_nocase(text, TT_STR("exec(@")) || tt_str_has_nocase(text, TT_STR("exec (@")) ||
         tt_str_has_nocase(text, TT_STR("sp_executesql")) ||
         tt_str_has_nocase(text, TT_STR("execute immediate"))))
        task_add(s->score, TT_TASK_AUTH_2, 100, "sql", TT_STR("SQL that is put together"), &range);
    if (kind == SQL_TABLE)
        task_add(s->score, migration ? TT_TASK_DB_6 : TT_TASK_DB_1, 70, "sql", shown, &range);
    else if (kind == SQL_ALTER)
        task_add(s->score, TT_TASK_DB_6, 70, "sql", shown, &range);
    else if (kind == SQL_QUERY || kind == SQL_WRITE)
        task_add(s->score, TT_TASK_DB_3, 70, "sql", shown, &range);
}

static bool range_in_comment(const struct path *path)
{
    for (uint32_t i = path->n; i-- > 1;) {
        if (strstr(ts_node_type(path->at[i]), "comment") || node_is(path->at[i], "marginalia") ||
            in_docs(path->at[i], path->at[i - 1]))
            return true;
    }
    return false;
}

/* The one test that the range lies in: a function, or a call of it(), test(), ... */
static struct tt_range test_at(const struct path *path, tt_str bytes, struct tt_range range)
{
    for (uint32_t i = path->n; i-- > 1;) {
        TSNode node = path->at[i];
        tt_str prev;

        if (node_is_any(node, "function_definition function_declaration method_declaration "
                              "method function_item"))
            return range_of(node);
        if (node_is_any(node, "call call_expression function_call_expression") &&
            str_in(last_names(callee_text(node, bytes), &prev), "it test specify example scenario"))
            return range_of(node);
    }
    return range;
}

/* A cursor in the white space of a line means that line. */
static struct tt_range to_code(tt_str bytes, struct tt_range range)
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

static uint16_t lines_of(TSNode node)
{
    uint32_t n = ts_node_end_point(node).row - ts_node_start_point(node).row + 1;

    return n > UINT16_MAX ? UINT16_MAX : (uint16_t)n;
}

void task_read_code(struct task_score *score, const struct tt_source *source, struct tt_range range,
                    struct task_code *code)
{
    struct scan s = { .score = score, .code = code, .source = source, .percent = 100 };

    if (!source->tree || !source->lang)
        return;
    TSNode root = ts_tree_root_node(source->tree);
    struct path path;

    s.range = to_code(source->bytes, range);
    s.language = tt_lang_name(source->lang);
    find_path(root, s.range, &path);
    code->in_comment = range_in_comment(&path);
    score->result->complexity.lines = lines_of(path.at[unit_in(&path)]);
    if (str_starts_word(s.language, "sql")) {
        if (!code->in_comment)
            read_sql_file(&s, root, &path);
        return;
    }
    if (code->test)
        code->test_unit = test_at(&path, source->bytes, s.range);
    if (!code->in_comment)
        read_units(&s, root, &path);
    if (code->handler && code->pages)
        task_add(score, TT_TASK_REST_2, 40, "sql", TT_STR("a part of a list"), NULL);
    read_imports(&s, root);
    score->result->complexity.resources = (uint16_t)s.n_paths;
    if (score->result->complexity.awaits > 0)
        task_add(score, TT_TASK_ASYNC_1, 14, "node", TT_STR("await"), NULL);
    if (s.awaits_in_loops > 0)
        task_add(score, TT_TASK_ASYNC_2, 16, "node", TT_STR("await in a loop"), NULL);
    if (s.cache_get && s.cache_set)
        task_add(score, TT_TASK_ASYNC_2, 40, "call", TT_STR("cache read, then written"), NULL);
}

void task_read_path(struct task_score *score, const struct tt_source *source,
                    struct task_code *code)
{
    static const struct {
        const char *end;
        enum tt_task task;
        int weight;
    } ends[] = {
        { ".prisma", TT_TASK_DB_4, 80 },        { ".md", TT_TASK_DOC_1, 60 },
        { ".rst", TT_TASK_DOC_1, 60 },          { ".adoc", TT_TASK_DOC_1, 60 },
        { ".proto", TT_TASK_LANG_3, 70 },       { "openapi.yaml", TT_TASK_REST_3, 80 },
        { "openapi.json", TT_TASK_REST_3, 80 }, { "openapi.yml", TT_TASK_REST_3, 80 },
        { "swagger.json", TT_TASK_REST_3, 80 }, { "swagger.yaml", TT_TASK_REST_3, 80 },
        { ".tsx", TT_TASK_OTHER, 40 },          { ".jsx", TT_TASK_OTHER, 40 },
        { ".vue", TT_TASK_OTHER, 60 },          { ".css", TT_TASK_OTHER, 90 },
        { ".html", TT_TASK_OTHER, 60 },         { ".tf", TT_TASK_OTHER, 90 },
        { "Dockerfile", TT_TASK_OTHER, 90 },    { ".svelte", TT_TASK_OTHER, 60 },
        { ".sh", TT_TASK_OTHER, 60 },           { ".ipynb", TT_TASK_OTHER, 90 },
    };
    /* A folder, or a word of the file's name. */
    static const struct {
        const char *name;
        enum tt_task task;
        int weight;
    } parts[] = {
        { "seeds", TT_TASK_BULK_1, 60 },    { "seed", TT_TASK_BULK_1, 60 },
        { "seeders", TT_TASK_BULK_1, 60 },  { "contracts", TT_TASK_LANG_3, 60 },
        { "workflows", TT_TASK_OTHER, 60 }, { "notebooks", TT_TASK_OTHER, 40 },
        { "firmware", TT_TASK_OTHER, 60 },
    };
    tt_str path = source->path;

    code->test = tt_path_is_test(path, source->bytes);
    code->migration = tt_path_is_migration(path);
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        if (tt_str_ends(path, tt_str_from(ends[i].end)))
            task_add(score, ends[i].task, ends[i].weight, "path", tt_str_from(ends[i].end), NULL);
    }
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (name_has_word(tt_path_file(path), parts[i].name) ||
            tt_path_has_part(path, parts[i].name))
            task_add(score, parts[i].task, parts[i].weight, "path", tt_str_from(parts[i].name),
                     NULL);
    }
    tt_str head = tt_str_sub(source->bytes, 0, source->bytes.n < 400 ? source->bytes.n : 400);
    if (tt_str_has(head, TT_STR("openapi:")) || tt_str_has(head, TT_STR("\"openapi\"")) ||
        tt_str_has(head, TT_STR("swagger:")) || tt_str_has(head, TT_STR("\"swagger\"")))
        task_add(score, TT_TASK_REST_3, 80, "path", TT_STR("an OpenAPI document"), NULL);
    if (code->test)
        task_add(score, TT_TASK_TEST_2, 120, "path", tt_path_file(path), NULL);
    if (code->migration)
        task_add(score, TT_TASK_DB_6, 60, "path", tt_path_file(path), NULL);
}
