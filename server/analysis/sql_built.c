/* sql_built.c -- an expression as literal pieces with holes between them.
 *
 * The pieces are fed to a small scanner that knows whether the text begins as
 * SQL does and what stands just in front of each hole.
 */
#include "analysis/sql_built.h"

#include "analysis/nodes.h"
#include "analysis/paths.h"

#define DEPTH_AT_MOST 64
#define TAIL          24

struct scan {
    tt_str bytes;
    char head[12]; /* the first bytes that are not blank, in lower case */
    size_t n_head;
    char tail[TAIL]; /* the last bytes before the point reached */
    size_t n_tail;
    bool built;
    int depth;
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static void feed(struct scan *s, char c)
{
    if (s->n_head < sizeof(s->head) && (s->n_head > 0 || !blank(c)))
        s->head[s->n_head++] = blank(c) ? ' ' : lower(c);
    if (s->n_tail == TAIL) {
        memmove(s->tail, s->tail + 1, TAIL - 1);
        s->n_tail--;
    }
    s->tail[s->n_tail++] = blank(c) ? ' ' : lower(c);
}

static void feed_text(struct scan *s, tt_str text)
{
    for (size_t i = 0; i < text.n; i++) {
        bool newline = text.p[i] == '\\' && i + 1 < text.n && strchr("nt", text.p[i + 1]);

        feed(s, newline ? ' ' : text.p[i]);
        i += newline;
    }
}

static bool begins_as_sql(const struct scan *s)
{
    static const char *const words[] = { "select ", "insert ",      "update ",   "delete ",
                                         "with ",   "replace into", "merge into" };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (tt_str_starts((tt_str){ s->head, s->n_head }, tt_str_from(words[i])))
            return true;
    }
    return false;
}

/* Does what stands in front of the hole ask for a value? */
static bool wants_value(const struct scan *s)
{
    static const char *const words[] = { " like",  " ilike",  " in",    " between",
                                         " limit", " offset", " values" };
    tt_str tail = { s->tail, s->n_tail };

    if (tail.n > 0 && strchr("'\"%", tail.p[tail.n - 1]))
        return tail.p[tail.n - 1] != '"'; /* "..." quotes a name in SQL */
    while (tail.n > 0 && tail.p[tail.n - 1] == ' ')
        tail.n--;
    if (tail.n > 0 && strchr("=<>", tail.p[tail.n - 1]))
        return true;
    if (tail.n > 0 && tail.p[tail.n - 1] == '(') {
        tail.n--;
        while (tail.n > 0 && tail.p[tail.n - 1] == ' ')
            tail.n--;
        return tt_str_ends(tail, TT_STR(" values")) || tt_str_ends(tail, TT_STR(" in"));
    }
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (tt_str_ends(tail, tt_str_from(words[i])))
            return true;
    }
    return false;
}

static bool all_caps(tt_str name)
{
    bool letter = false;

    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] >= 'a' && name.p[i] <= 'z')
            return false;
        letter = letter || (name.p[i] >= 'A' && name.p[i] <= 'Z');
    }
    return letter;
}

static tt_str last_name(tt_str text)
{
    size_t from = text.n;

    while (from > 0 && text.p[from - 1] != '.')
        from--;
    return tt_str_sub(text, from, text.n);
}

/* ---- a variable: what the function put into it ---- */

struct lookup {
    tt_str bytes, name;
    uint32_t before;
    TSNode value; /* the last one assigned before the use */
};

static enum walk find_value(void *arg, TSNode node)
{
    struct lookup *l = arg;

    if (ts_node_start_byte(node) >= l->before)
        return WALK_STOP;
    if (node_is_any(node, "assignment variable_declarator assignment_expression "
                          "short_var_declaration assignment_statement var_spec")) {
        TSNode name = node_field(node, "left");
        TSNode value = node_field(node, "right");
        if (ts_node_is_null(name))
            name = node_field(node, "name");
        if (ts_node_is_null(value))
            value = node_field(node, "value");
        if (node_is(name, "expression_list"))
            name = node_named(name, 0);
        if (node_is(value, "expression_list"))
            value = node_named(value, 0);
        if (!ts_node_is_null(value) && tt_str_eq(tt_node_text(name, l->bytes), l->name))
            l->value = value;
    }
    return WALK_ON;
}

/* What the function last put into a variable before this use; null when nothing. */
static TSNode value_of(TSNode node, tt_str bytes)
{
    TSNode function = node_function(node);
    struct lookup l = {
        .bytes = bytes,
        .name = tt_node_text(node, bytes),
        .before = ts_node_start_byte(node),
    };

    if (!ts_node_is_null(function))
        node_walk(function, find_value, &l);
    return l.value;
}

/* Java: Status.SENT.getValue() and sqlGenerator.currentDate() are no values of anyone. */
static bool made_by_constant(TSNode call, tt_str bytes)
{
    TSNode object = node_field(call, "object");
    tt_str name = last_name(tt_node_text(object, bytes));

    return node_is_any(object, "field_access identifier") &&
           (all_caps(name) || name_has_word(name, "generator dialect builder"));
}

/* questionMarks(COLUMNS): of nothing but constants. */
static bool only_constants(TSNode call, tt_str bytes)
{
    TSNode arguments = node_field(call, "arguments");
    uint32_t n = node_named_count(arguments);

    for (uint32_t i = 0; i < n; i++) {
        if (!node_is(node_named(arguments, i), "identifier") ||
            !all_caps(tt_node_text(node_named(arguments, i), bytes)))
            return false;
    }
    return n > 0;
}

/* Something that no user's text can be: a number, a constant, placeholders,
 * what a quoting function gave. */
static bool harmless(TSNode node, tt_str bytes, int depth)
{
    tt_str text = tt_node_text(node, bytes);

    if (node_is(node, "identifier") && depth < 2) {
        TSNode value = value_of(node, bytes);

        if (node_is_any(value, "call call_expression method_invocation") &&
            harmless(value, bytes, depth + 1))
            return true;
    }
    if (node_is(node, "unary_expression")) /* +count: a number */
        return true;
    if (node_is_any(node, "integer float number int_literal float_literal decimal_integer_literal "
                          "string string_literal interpreted_string_literal raw_string_literal "
                          "true false none null nil"))
        return true;
    if (node_is_any(node, "identifier attribute member_expression selector_expression "
                          "field_access field_identifier"))
        return all_caps(last_name(text)) ||
               name_has_word(last_name(text), "placeholder placeholders marks params binds "
                                              "table tables column columns cols fields keys schema "
                                              "clause conditions where order sort direction "
                                              "condition filters interval sql query subquery stmt "
                                              "qmarks escaped quoted length");
    if (node_is_any(node, "call call_expression method_invocation")) {
        TSNode function = node_field(node, "function");
        tt_str name =
            tt_node_text(ts_node_is_null(function) ? node_field(node, "name") : function, bytes);
        return str_in(last_name(name),
                      "int float len Number parseInt parseFloat Math.floor join Join "
                      "Itoa FormatInt parseLong escape escapeId quote "
                      "quote_ident quoteIdentifier QuoteIdentifier identifier "
                      "literal quote_name repeat Repeat fill isoformat") ||
               name_has_word(last_name(name),
                             "placeholder placeholders escape quote sanitize hash now date "
                             "interval") ||
               made_by_constant(node, bytes) || only_constants(node, bytes);
    }
    return false;
}

static void hole(struct scan *s, TSNode node)
{
    if (begins_as_sql(s) && wants_value(s) &&
        (ts_node_is_null(node) || !harmless(node, s->bytes, 0)))
        s->built = true;
    feed(s, '?');
}

static void scan_node(struct scan *s, TSNode node);

/* ---- what the languages' strings are made of ---- */

static void scan_string(struct scan *s, TSNode node)
{
    uint32_t n = ts_node_child_count(node);
    bool pieces = false;

    for (uint32_t i = 0; i < n; i++) {
        TSNode child = ts_node_child(node, i);

        if (node_is_any(child, "interpolation template_substitution string_interpolation")) {
            TSNode inner = node_named(child, 0);
            hole(s, inner);
            pieces = true;
        } else if (node_is_any(child, "string_content string_fragment escape_sequence "
                                      "multiline_string_fragment "
                                      "interpreted_string_literal_content "
                                      "raw_string_literal_content")) {
            feed_text(s, tt_node_text(child, s->bytes));
            pieces = true;
        }
    }
    if (pieces || n > 2)
        return;
    tt_str text = tt_node_text(node, s->bytes);
    if (text.n >= 2)
        feed_text(s, tt_str_sub(text, 1, text.n - 1));
}

/* A format string: its verbs are holes. */
static void scan_format(struct scan *s, TSNode format, TSNode values, bool go)
{
    tt_str text = tt_node_text(format, s->bytes);
    uint32_t arg = go ? 1 : 0;

    for (size_t i = 1; i + 1 < text.n; i++) {
        if (text.p[i] != '%' || i + 2 >= text.n) {
            if (i > 1 || !strchr("\"'`", text.p[i]))
                feed(s, text.p[i] == '\n' ? ' ' : text.p[i]);
            continue;
        }
        char verb = text.p[i + 1];
        TSNode value = { 0 };
        bool single = !node_is_any(values, "tuple argument_list list");
        if (!ts_node_is_null(values))
            value = single ? values : node_named(values, arg);
        if (verb == '%') {
            feed(s, '%');
        } else if (strchr("svq(", verb)) {
            hole(s, value);
            arg++;
        } else {
            feed(s, '?');
            arg++;
        }
        i++;
    }
}

/* "...".format(a, b=c): "{}" and "{b}" are holes. */
static void scan_braces(struct scan *s, TSNode format, TSNode values)
{
    tt_str text = tt_node_text(format, s->bytes);
    uint32_t arg = 0;
    size_t from = 0;

    while (from < text.n && strchr("\"'rRbBuU", text.p[from]))
        from++;
    for (size_t i = from; i < text.n; i++) {
        const char *close = text.p[i] == '{' ? memchr(text.p + i, '}', text.n - i) : NULL;

        if (!close) {
            feed(s, text.p[i]);
            continue;
        }
        TSNode value = node_named(values, arg++);
        if (node_is(value, "keyword_argument"))
            value = node_field(value, "value");
        hole(s, value);
        i = (size_t)(close - text.p);
    }
}

static void scan_binary(struct scan *s, TSNode node)
{
    TSNode left = node_field(node, "left"), right = node_field(node, "right");
    tt_str op = tt_node_text(node_field(node, "operator"), s->bytes);

    if (tt_str_eq(op, TT_STR("+"))) {
        scan_node(s, left);
        scan_node(s, right);
    } else if (tt_str_eq(op, TT_STR("%")) && node_is_any(left, "string concatenated_string")) {
        scan_format(s, left, right, false);
    } else {
        hole(s, node);
    }
}

static bool scan_call(struct scan *s, TSNode node)
{
    TSNode function = node_field(node, "function");
    TSNode arguments = node_field(node, "arguments");
    TSNode first = node_named(arguments, 0);

    if (node_is(node, "method_invocation")) {
        tt_str name = tt_node_text(node_field(node, "name"), s->bytes);
        tt_str object = tt_node_text(node_field(node, "object"), s->bytes);
        if (tt_str_eq(name, TT_STR("format")) && tt_str_eq(object, TT_STR("String"))) {
            scan_format(s, first, arguments, true);
            return true;
        }
        return false;
    }
    tt_str name = tt_node_text(function, s->bytes);
    if (tt_str_eq(name, TT_STR("fmt.Sprintf"))) {
        scan_format(s, first, arguments, true);
        return true;
    }
    TSNode object = node_field(function, "object");
    if (tt_str_eq(last_name(name), TT_STR("format")) && node_is(object, "string")) {
        scan_braces(s, object, arguments);
        return true;
    }
    if (str_in(last_name(name), "text TextClause dedent")) { /* a wrapper: look inside */
        scan_node(s, first);
        return true;
    }
    return false;
}

/* A variable stands for what the function put into it. */
static void scan_name(struct scan *s, TSNode node)
{
    TSNode value = value_of(node, s->bytes);

    if (ts_node_is_null(value) || s->depth > 4)
        hole(s, node);
    else
        scan_node(s, value);
}

static void scan_node(struct scan *s, TSNode node)
{
    if (ts_node_is_null(node) || s->depth >= DEPTH_AT_MOST)
        return;
    s->depth++;
    if (node_is_any(node, "string template_string string_literal interpreted_string_literal "
                          "raw_string_literal")) {
        scan_string(s, node);
    } else if (node_is(node, "concatenated_string")) {
        for (uint32_t i = 0; i < node_named_count(node); i++)
            scan_node(s, node_named(node, i));
    } else if (node_is_any(node, "parenthesized_expression")) {
        scan_node(s, node_named(node, 0));
    } else if (node_is_any(node, "binary_operator binary_expression")) {
        scan_binary(s, node);
    } else if (node_is_any(node, "call call_expression method_invocation")) {
        if (!scan_call(s, node))
            hole(s, node);
    } else if (node_is(node, "identifier") && s->n_head == 0) {
        scan_name(s, node);
    } else {
        hole(s, node);
    }
    s->depth--;
}

bool sql_is_built(TSNode expression, tt_str bytes)
{
    struct scan s = { .bytes = bytes };

    scan_node(&s, expression);
    return s.built;
}
