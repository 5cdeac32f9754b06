/* predicates.c -- the table of named predicates; each asks one question. */
#include "analysis/predicates.h"

#include "analysis/nodes.h"
#include "analysis/paths.h"
#include "analysis/sql_built.h"
#include "analysis/sql_index.h"
#include "syntax/lang.h"

#include <stdio.h>

#define ARGS const struct tt_match *match, const struct tt_pred_arg *args, uint32_t n

static TSNode arg_node(const struct tt_match *match, const struct tt_pred_arg *arg)
{
    return tt_match_node(match, arg->capture);
}

static tt_str arg_text(const struct tt_match *match, const struct tt_pred_arg *arg)
{
    return tt_node_text(arg_node(match, arg), match->text);
}

static const struct tt_source *source_of(const struct tt_match *match)
{
    const struct tt_pred_context *context = match->data;

    return context->source;
}

/* Is the slice one of the string arguments from the i-th on? */
static bool one_of(tt_str s, const struct tt_pred_arg *args, uint32_t i, uint32_t n)
{
    for (; i < n; i++) {
        if (tt_str_eq(s, args[i].string))
            return true;
    }
    return false;
}

/* ---- about the file ---- */

static bool word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool has_word(tt_str text, tt_str word)
{
    for (size_t at = 0; at + word.n <= text.n;) {
        const char *hit = memmem(text.p + at, text.n - at, word.p, word.n);

        if (!hit)
            return false;
        size_t i = (size_t)(hit - text.p);
        if ((i == 0 || !word_char(text.p[i - 1])) &&
            (i + word.n == text.n || !word_char(text.p[i + word.n])))
            return true;
        at = i + 1;
    }
    return false;
}

static bool imports_any(TSNode node, tt_str bytes, const struct tt_pred_arg *args, uint32_t n)
{
    tt_str text = tt_node_text(node, bytes);

    for (uint32_t i = 0; i < n; i++) {
        if (has_word(text, args[i].string))
            return true;
    }
    return false;
}

/* (#imports? "requests" ...): an import, use or require at the top names one of these */
static bool imports(ARGS)
{
    const struct tt_pred_context *context = match->data;
    TSNode root = context->root;
    uint32_t count = node_named_count(root);
    bool found = false;
    TSTreeCursor cursor = ts_tree_cursor_new(root);

    (void)count;
    if (ts_tree_cursor_goto_first_child(&cursor)) {
        do {
            TSNode child = ts_tree_cursor_current_node(&cursor);
            bool declares = node_is_any(child, "lexical_declaration variable_declaration");

            if (!declares && !strstr(ts_node_type(child), "import"))
                continue;
            if (declares && !tt_str_has(tt_node_text(child, match->text), TT_STR("require(")))
                continue;
            found = imports_any(child, match->text, args, n);
        } while (!found && ts_tree_cursor_goto_next_sibling(&cursor));
    }
    ts_tree_cursor_delete(&cursor);
    return found;
}

/* (#file-has? "text" ...): one of the texts stands anywhere in the file */
static bool file_has(ARGS)
{
    for (uint32_t i = 0; i < n; i++) {
        if (tt_str_has(match->text, args[i].string))
            return true;
    }
    return false;
}

/* (#migration-file?) */
static bool migration_file(ARGS)
{
    (void)args;
    (void)n;
    return tt_path_is_migration(source_of(match)->path);
}

/* (#browser-file?): runs in a browser rather than on a server */
static bool browser_file(ARGS)
{
    static const char *const marks[] = {
        "from 'react",    "from \"react", "from 'vue",      "from \"vue",  "from '@angular/",
        "from 'svelte",   "localStorage", "document.",      "window.",     "'use client'",
        "\"use client\"", "from '@/",     "XMLHttpRequest", "from 'next/", "chrome.runtime",
    };
    static const char *const parts[] = { "frontend", "client",     "web",   "webapp", "ui",
                                         "public",   "components", "hooks", "static", "www",
                                         "assets",   "browser",    "pages", "views" };
    tt_str path = source_of(match)->path;

    (void)args;
    (void)n;
    if (tt_str_ends(path, TT_STR(".tsx")) || tt_str_ends(path, TT_STR(".jsx")))
        return true;
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (tt_str_has(match->text, tt_str_from(marks[i])))
            return true;
    }
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (tt_path_has_part(path, parts[i]))
            return true;
    }
    return false;
}

/* (#postgres?): nothing in the SQL says that it is for another database */
static bool postgres(ARGS)
{
    static const char *const others[] = { "mysql",  "mariadb", "sqlite",   "mssql",
                                          "oracle", "hsqldb",  "sqlserver" };
    static const char *const marks[] = {
        "engine=",  "engine =", "auto_increment", "autoincrement",
        "datetime", "pragma ",  "identity(",      "nvarchar",
        "varchar2", "sqlite",   "mysql",          "unsigned",
        "[dbo]",    "tinyint",  "mediumtext",     "on update current",
    };

    (void)args;
    (void)n;
    if (match->text.n > 0 && memchr(match->text.p, '`', match->text.n))
        return false;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (tt_str_has(source_of(match)->path, tt_str_from(others[i])))
            return false;
    }
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (tt_str_has_nocase(match->text, tt_str_from(marks[i])))
            return false;
    }
    return true;
}

/* (#language? "javascript" ...): the file is in one of these */
static bool language(ARGS)
{
    return one_of(tt_lang_name(source_of(match)->lang), args, 0, n);
}

/* (#mysql?): the SQL looks as if it is for MySQL or MariaDB */
static bool mysql(ARGS)
{
    (void)args;
    (void)n;
    tt_str path = source_of(match)->path;
    return memchr(match->text.p, '`', match->text.n) ||
           tt_str_has_nocase(match->text, TT_STR("engine=")) ||
           tt_str_has_nocase(match->text, TT_STR("auto_increment")) ||
           tt_str_has(path, TT_STR("mysql")) || tt_str_has(path, TT_STR("mariadb"));
}

/* ---- about names ---- */

/* (#name-word? @a "price amount"): a word of the name is in the list */
static bool name_word(ARGS)
{
    tt_str name = arg_text(match, &args[0]);

    for (uint32_t i = 1; i < n; i++) {
        if (name_has_word(name, args[i].string.p))
            return true;
    }
    return false;
}

#define MONEY                                                                                      \
    "price prices amount cost costs total subtotal balance salary wage wages fee fees tax taxes "  \
    "discount payment revenue money budget refund payout deposit invoice credit debit usd eur "    \
    "gbp charge earnings income expense commission"

/* What has such a word but counts or measures something else. */
#define NOT_MONEY                                                                                  \
    "percent percentage pct rate ratio count factor weight score time seconds minutes hours days " \
    "ms duration size bytes items number id at type status method code date tokens token "         \
    "quantity "                                                                                    \
    "qty items memory cpu disk energy calories load loss distance length width height area "       \
    "latency volume progress temperature"

/* (#money? @name) */
static bool money(ARGS)
{
    tt_str name = arg_text(match, &args[0]);

    (void)n;
    return name_has_word(name, MONEY) && !name_has_word(name, NOT_MONEY);
}

/* ---- about calls ---- */

/* (#has-keyword? @arguments "timeout" ...): Python; "**options" may hold it too */
static bool has_keyword(ARGS)
{
    TSNode list = arg_node(match, &args[0]);

    for (uint32_t i = 0; i < node_named_count(list); i++) {
        TSNode child = node_named(list, i);

        if (node_is(child, "dictionary_splat"))
            return true;
        if (node_is(child, "keyword_argument") &&
            one_of(tt_node_text(node_field(child, "name"), match->text), args, 1, n))
            return true;
    }
    return false;
}

static bool object_has(TSNode object, const struct tt_match *match, const struct tt_pred_arg *args,
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
        if (one_of(name, args, 1, n))
            return true;
    }
    return false;
}

/* (#has-option? @arguments "timeout" ...): JavaScript; an argument is an object
 * that has the option, or is something behind the first that may hold it */
static bool has_option(ARGS)
{
    TSNode list = arg_node(match, &args[0]);
    uint32_t place = 0;

    for (uint32_t i = 0; i < node_named_count(list); i++) {
        TSNode child = node_named(list, i);

        if (node_is(child, "comment"))
            continue;
        if (node_is(child, "object")) {
            if (object_has(child, match, args, n))
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
static bool http_options(ARGS)
{
    TSNode list = arg_node(match, &args[0]);
    TSNode verb = node_field(node_field(node_parent(list), "function"), "property");
    bool body = str_in(tt_node_text(verb, match->text), "post put patch") &&
                tt_str_starts(tt_node_text(node_parent(list), match->text), TT_STR("axios"));
    uint32_t place = body ? 2 : 1, count = node_named_count(list);
    TSNode options = node_named(list, place < count ? place : 0);

    if (count == 0 || (place >= count && !node_is(options, "object")))
        return false;
    if (place >= count && body)
        return false;
    return node_is(options, "object") ? object_has(options, match, args, n)
                                      : !node_is_any(options, "string template_string");
}

/* (#object-has? @object "key" ...): the object has such a key, or a spread */
static bool object_has_key(ARGS)
{
    return object_has(arg_node(match, &args[0]), match, args, n);
}

/* (#arguments? @list "1" "2"): the number of arguments is between the two */
static bool arguments(ARGS)
{
    TSNode list = arg_node(match, &args[0]);
    uint32_t count = 0;

    for (uint32_t i = 0; i < node_named_count(list); i++)
        count += !node_is(node_named(list, i), "comment");
    return args[1].string.n == 1 && args[n - 1].string.n == 1 &&
           count >= (uint32_t)(args[1].string.p[0] - '0') &&
           count <= (uint32_t)(args[n - 1].string.p[0] - '0');
}

/* ---- about functions and blocks ---- */

static bool in_async(ARGS)
{
    (void)n;
    return node_in_async(arg_node(match, &args[0]));
}

/* (#async? @function) */
static bool is_async(ARGS)
{
    TSNode function = arg_node(match, &args[0]);

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
    if (node_is_any(node, s->types)) {
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
static bool has_node(ARGS)
{
    for (uint32_t i = 1; i < n; i++) {
        if (contains(arg_node(match, &args[0]), args[i].string.p, false))
            return true;
    }
    return false;
}

/* (#has-node-deep? ...): in functions inside too */
static bool has_node_deep(ARGS)
{
    for (uint32_t i = 1; i < n; i++) {
        if (contains(arg_node(match, &args[0]), args[i].string.p, true))
            return true;
    }
    return false;
}

/* (#mentions? @node "word" ...): a word of its text; nothing is parsed */
static bool mentions(ARGS)
{
    tt_str text = arg_text(match, &args[0]);

    for (uint32_t i = 1; i < n; i++) {
        if (args[i].is_capture ? has_word(text, arg_text(match, &args[i]))
                               : has_word(text, args[i].string))
            return true;
    }
    return false;
}

/* (#function-mentions? @node "word" ...): a word in the function around it, or in the file when
 * there is none */
static bool function_mentions(ARGS)
{
    TSNode function = node_function(arg_node(match, &args[0]));
    tt_str text = ts_node_is_null(function) ? match->text : tt_node_text(function, match->text);

    for (uint32_t i = 1; i < n; i++) {
        if (args[i].is_capture ? has_word(text, arg_text(match, &args[i]))
                               : has_word(text, args[i].string))
            return true;
    }
    return false;
}

/* (#empty? @block): nothing in it, no comment either */
static bool is_empty(ARGS)
{
    (void)n;
    return node_named_count(arg_node(match, &args[0])) == 0;
}

/* (#commented? @node): a comment inside, or behind it on its last line */
static bool commented(ARGS)
{
    TSNode node = arg_node(match, &args[0]);
    TSNode root = ((const struct tt_pred_context *)match->data)->root;
    uint32_t end = ts_node_end_byte(node);

    (void)n;
    while (end < match->text.n && match->text.p[end] != '\n')
        end++;
    for (uint32_t i = ts_node_start_byte(node); i < end; i++) {
        if (match->text.p[i] != '#' && match->text.p[i] != '/')
            continue;
        TSNode at = ts_node_descendant_for_byte_range(root, i, i + 1);
        if (strstr(ts_node_type(at), "comment"))
            return true;
    }
    return false;
}

/* (#untyped? @parameter): a parameter that can stand behind "const" as it is */
static bool untyped(ARGS)
{
    TSNode parameter = arg_node(match, &args[0]);

    (void)n;
    if (node_is_any(parameter, "identifier object_pattern array_pattern"))
        return true;
    return node_is(parameter, "required_parameter") && node_named_count(parameter) == 1 &&
           node_is_any(node_named(parameter, 0), "identifier object_pattern array_pattern");
}

/* ---- arrays in JavaScript and TypeScript ---- */

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
static bool is_array(ARGS)
{
    const struct tt_pred_context *context = match->data;
    TSNode node = arg_node(match, &args[0]);

    (void)n;
    if (!node_is(node, "identifier"))
        return makes_array(node, match->text);
    struct declared d = { match->text, tt_node_text(node, match->text), 0, false };
    node_walk(context->root, find_declaration, &d);
    return d.seen > 0 && d.array;
}

/* ---- secrets ---- */

static tt_str unquote(tt_str s)
{
    while (s.n > 0 && strchr("rRbBuUfF", s.p[0]))
        s = tt_str_sub(s, 1, s.n);
    while (s.n >= 2 && strchr("\"'`", s.p[0]) && s.p[s.n - 1] == s.p[0])
        s = tt_str_sub(s, 1, s.n - 1);
    return s;
}

/* (#secret-name? @name): a name that is given to secrets */
static bool secret_name(ARGS)
{
    tt_str name = unquote(arg_text(match, &args[0]));

    (void)n;
    if (name_has_word(name,
                      "url uri name field type expire expires expiry expiration header "
                      "prefix path length algorithm endpoint regex pattern label message "
                      "error placeholder column table param cookie storage cache redis "
                      "event public id hash hint title text reset ttl enabled disabled status "
                      "policy login required min max property env var rule rules format tpl "
                      "template link page view route file locator selector xpath "
                      "charset chars alphabet"))
        return false;
    if (name_has_word(name, "secret password passwd"))
        return true;
    return name_has_word(name, "key") &&
           name_has_word(name, "api private signing encryption jwt auth access master");
}

/* Somewhere to be filled in, or the place where the secret really is. */
static bool placeholder(tt_str s)
{
    static const char *const marks[] = { "{",   "<",  "xxx", "XXX",      "...",  "***",
                                         "://", "%(", "%s",  "process.", "env:", "ENV[" };

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (tt_str_has(s, tt_str_from(marks[i])))
            return true;
    }
    return false;
}

/* Only words that name secrets: "access_token" is a key of a header, no token. */
static bool only_names(tt_str s)
{
    for (size_t from = 0, i = 0; i <= s.n; i++) {
        if (i < s.n && s.p[i] != '_' && s.p[i] != '-' && s.p[i] != '.' && s.p[i] != ':')
            continue;
        tt_str part = tt_str_sub(s, from, i);
        bool digits = false;
        for (size_t k = 0; k < part.n; k++)
            digits = digits || (part.p[k] >= '0' && part.p[k] <= '9');
        if (digits)
            return false;
        if (part.n > 0 &&
            !name_has_word(part, "access refresh token tokens auth key api secret password jwt id "
                                 "user x csrf xsrf session authorization bearer client app reset "
                                 "private public new old confirm current hash app db pass"))
            return false;
        from = i + 1;
    }
    return true;
}

/* "aria2_secret" and Aria2Secret: the value is only the name once more. */
static bool same_letters(tt_str a, tt_str b)
{
    size_t i = 0, k = 0;

    for (;;) {
        while (i < a.n && !word_char(a.p[i] == '_' ? '-' : a.p[i]))
            i++;
        while (k < b.n && !word_char(b.p[k] == '_' ? '-' : b.p[k]))
            k++;
        if (i == a.n || k == b.n)
            return i == a.n && k == b.n;
        if (!tt_str_eq_nocase(tt_str_sub(a, i, i + 1), tt_str_sub(b, k, k + 1)))
            return false;
        i++;
        k++;
    }
}

/* (#secret-literal? @string): not empty, and not something to be filled in */
static bool secret_literal(ARGS)
{
    tt_str s = unquote(arg_text(match, &args[0]));

    if (n > 1 && same_letters(s, unquote(arg_text(match, &args[1]))))
        return false;
    return s.n >= 3 && s.n <= 200 && !placeholder(s);
}

/* (#secret? @string @name): looks like a real secret rather than like the name of one */
static bool is_secret(ARGS)
{
    tt_str s = unquote(arg_text(match, &args[0]));
    bool lower = false, digit = false;

    if (n > 1 && same_letters(s, arg_text(match, &args[1])))
        return false;
    if (s.n < 6 || s.n > 200 || placeholder(s) || only_names(s))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        lower = lower || (s.p[i] >= 'a' && s.p[i] <= 'z');
        digit = digit || (s.p[i] >= '0' && s.p[i] <= '9');
    }
    if (!digit && (!lower || s.n < 8)) /* NAME_OF_SOMETHING, "success" */
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == ' ' || s.p[i] == '\n' || s.p[i] == '/' || s.p[i] == '\\' ||
            (unsigned char)s.p[i] >= 0x80)
            return false;
    }
    return true;
}

/* ---- SQL ---- */

static bool built_sql(ARGS)
{
    (void)n;
    return sql_is_built(arg_node(match, &args[0]), match->text);
}

static bool unindexed(ARGS)
{
    (void)n;
    return !sql_column_indexed(arg_node(match, &args[0]), match->text, source_of(match)->path);
}

/* ---- more about functions and calls ---- */

/* (#inside? @node "except_clause ..."): such a node around it, in the same function */
static bool inside(ARGS)
{
    TSNode node = arg_node(match, &args[0]);

    for (node = node_parent(node); !ts_node_is_null(node); node = node_parent(node)) {
        for (uint32_t i = 1; i < n; i++) {
            if (node_is_any(node, args[i].string.p))
                return true;
        }
        if (node_is_function(node))
            return false;
    }
    return false;
}

/* (#function-calls? @object "Err"): the function around it has "object.Err" */
static bool function_calls(ARGS)
{
    TSNode node = arg_node(match, &args[0]);
    TSNode function = node_function(node);
    tt_str text = ts_node_is_null(function) ? match->text : tt_node_text(function, match->text);
    tt_str object = tt_node_text(node, match->text);

    for (uint32_t i = 1; i < n; i++) {
        char wanted[160];
        int len = snprintf(wanted, sizeof(wanted), "%.*s.%.*s", TT_STR_ARG(object),
                           TT_STR_ARG(args[i].string));

        if (len > 0 && (size_t)len < sizeof(wanted) &&
            has_word(text, (tt_str){ wanted, (size_t)len }))
            return true;
    }
    return false;
}

/* (#dict-has? @dictionary "exp" ...): a Python dictionary has the key, or a splat */
static bool dict_has(ARGS)
{
    TSNode dict = arg_node(match, &args[0]);

    for (uint32_t i = 0; i < node_named_count(dict); i++) {
        TSNode child = node_named(dict, i);

        if (node_is(child, "dictionary_splat"))
            return true;
        if (node_is(child, "pair") &&
            one_of(unquote(tt_node_text(node_field(child, "key"), match->text)), args, 1, n))
            return true;
    }
    return false;
}

/* (#fields? @literal "Timeout" ...): a Go composite literal sets the field */
static bool has_field(ARGS)
{
    TSNode body = arg_node(match, &args[0]);

    for (uint32_t i = 0; i < node_named_count(body); i++) {
        TSNode element = node_named(body, i);

        if (node_is(element, "keyed_element") &&
            one_of(tt_node_text(node_named(element, 0), match->text), args, 1, n))
            return true;
    }
    return false;
}

/* (#function-name? @node "token password"): the name of the function around it has the word */
static bool function_name(ARGS)
{
    TSNode function = node_function(arg_node(match, &args[0]));
    TSNode name = node_field(function, "name");

    if (ts_node_is_null(name)) /* const makeToken = () => ... */
        name = node_field(node_parent(function), "name");
    for (uint32_t i = 1; i < n; i++) {
        if (name_has_word(tt_node_text(name, match->text), args[i].string.p))
            return true;
    }
    return false;
}

/* (#function-is? @node "regex-free text ..."): text of the head of the function around
 * it (decorators and what stands in front of its body) has one of the texts */
static bool function_head(ARGS)
{
    TSNode function = node_function(arg_node(match, &args[0]));
    TSNode parent = node_parent(function);
    TSNode body = node_field(function, "body");

    if (ts_node_is_null(function) || ts_node_is_null(body))
        return false;
    uint32_t from = ts_node_start_byte(node_is(parent, "decorated_definition") ? parent : function);
    tt_str head = tt_str_sub(match->text, from, ts_node_start_byte(body));
    for (uint32_t i = 1; i < n; i++) {
        if (tt_str_has(head, args[i].string))
            return true;
    }
    return false;
}

/* (#shows? @node @error): puts the error itself into a text: str(e), repr(e),
 * f"...{e}", e.args, or the bare name as an argument */
static bool shows(ARGS)
{
    tt_str text = arg_text(match, &args[0]), name = arg_text(match, &args[1]);

    (void)n;
    for (size_t at = 0; at < text.n;) {
        const char *hit = memmem(text.p + at, text.n - at, name.p, name.n);

        if (!hit)
            return false;
        size_t i = (size_t)(hit - text.p), end = i + name.n;
        bool whole =
            (i == 0 || !word_char(text.p[i - 1])) && (end == text.n || !word_char(text.p[end]));
        tt_str before = tt_str_sub(text, 0, i);
        if (whole && (tt_str_ends(before, TT_STR("str(")) || tt_str_ends(before, TT_STR("repr(")) ||
                      tt_str_ends(before, TT_STR("{")) || tt_str_ends(before, TT_STR("${")) ||
                      tt_str_starts(tt_str_sub(text, end, text.n), TT_STR(".args")) ||
                      tt_str_starts(tt_str_sub(text, end, text.n), TT_STR(".message"))))
            return true;
        at = end;
    }
    return false;
}

/* (#class-indexes? @column): the class around it names the column in an Index or
 * a unique constraint */
static bool class_indexes(ARGS)
{
    TSNode node = arg_node(match, &args[0]);
    tt_str text = tt_node_text(node_above(node, "class_definition", false), match->text);
    tt_str name = tt_node_text(node, match->text);

    (void)n;
    for (size_t at = 0; at < text.n;) {
        const char *hit = memmem(text.p + at, text.n - at, "Index(", 6);
        const char *unique = memmem(text.p + at, text.n - at, "Constraint(", 11);

        if (!hit || (unique && unique < hit))
            hit = unique;
        if (!hit)
            return false;
        size_t from = (size_t)(hit - text.p);
        const char *close = memchr(hit, ')', text.n - from);
        size_t end = close ? (size_t)(close - text.p) : text.n;
        if (has_word(tt_str_sub(text, from, end), name))
            return true;
        at = end;
    }
    return false;
}

/* The options object behind the n-th argument; true when something that is no
 * object stands there, which may hold anything. */
static bool options_at(ARGS, uint32_t place)
{
    TSNode options = node_named(arg_node(match, &args[0]), place);

    if (ts_node_is_null(options))
        return false;
    return !node_is(options, "object") || object_has(options, match, args, n);
}

/* (#sign-options? @arguments "expiresIn"), (#cookie-options? @arguments "httpOnly") */
static bool third_options(ARGS)
{
    return options_at(match, args, n, 2);
}

/* (#validated?): the file checks what it is given */
static bool validated(ARGS)
{
    static const char *const marks[] = { ".parse(",     "safeParse",       "Joi.",     "joi",
                                         "validate",    "Validator",       "yup",      "celebrate",
                                         "checkSchema", "class-validator", "sanitize", "zod",
                                         "ajv",         "z.object",        "@Body(" };

    (void)args;
    (void)n;
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (tt_str_has(match->text, tt_str_from(marks[i])))
            return true;
    }
    return false;
}

/* (#route-handler? @node): inside a function given to .get("/...") or .all("/...") */
static bool route_handler(ARGS)
{
    TSNode function = node_function(arg_node(match, &args[0]));

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

/* (#decorates-money? @decorator): what the decorator stands at is named as money */
static bool decorates_money(ARGS)
{
    TSNode node = arg_node(match, &args[0]);
    TSNode field = node_parent(node);

    (void)n;
    if (!node_is_any(field, "public_field_definition field_definition"))
        return false;
    tt_str name = tt_node_text(node_field(field, "name"), match->text);
    return name_has_word(name, MONEY) && !name_has_word(name, NOT_MONEY);
}

/* (#calls? @node @object "Done"): the node's text has "object.Done" */
static bool calls(ARGS)
{
    tt_str text = arg_text(match, &args[0]), object = arg_text(match, &args[1]);

    for (uint32_t i = 2; i < n; i++) {
        char wanted[160];
        int len = snprintf(wanted, sizeof(wanted), "%.*s.%.*s", TT_STR_ARG(object),
                           TT_STR_ARG(args[i].string));

        if (len > 0 && (size_t)len < sizeof(wanted) &&
            has_word(text, (tt_str){ wanted, (size_t)len }))
            return true;
    }
    return false;
}

/* (#passes? @arguments @name): the name itself is one of the arguments, or is given to
 * a call among them, or made into a cause */
static bool passes(ARGS)
{
    TSNode list = arg_node(match, &args[0]);
    tt_str name = arg_text(match, &args[1]);

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
        if (tt_str_has(tt_node_text(child, match->text), TT_STR("getCause")))
            return true;
    }
    return false;
}

/* (#text-expression? @node): certainly a text: a literal, "+" with one, e.getMessage() */
static bool text_expression(ARGS)
{
    TSNode node = arg_node(match, &args[0]);

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
static bool wrappable(ARGS)
{
    TSNode error = arg_node(match, &args[0]);
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

struct async_search {
    tt_str bytes, name;
    uint32_t async, plain;
};

static enum walk find_async(void *arg, TSNode node)
{
    struct async_search *s = arg;

    if (!node_is_any(node, "function_definition function_declaration variable_declarator"))
        return WALK_ON;
    if (!tt_str_eq(tt_node_text(node_field(node, "name"), s->bytes), s->name))
        return WALK_ON;
    TSNode function = node_is(node, "variable_declarator") ? node_field(node, "value") : node;
    if (!ts_node_is_null(function) && node_is(ts_node_child(function, 0), "async"))
        s->async++;
    else
        s->plain++;
    return WALK_ON;
}

/* (#declared-async? @name): every function of this name in the file is async */
static bool declared_async(ARGS)
{
    const struct tt_pred_context *context = match->data;
    struct async_search s = { match->text, arg_text(match, &args[0]), 0, 0 };

    (void)n;
    node_walk(context->root, find_async, &s);
    return s.async > 0 && s.plain == 0;
}

/* (#statements? @block "1" "3"): the number of its statements is between the two */
static bool statements(ARGS)
{
    TSNode block = arg_node(match, &args[0]);
    uint32_t count = 0;

    for (uint32_t i = 0; i < node_named_count(block); i++)
        count += !strstr(ts_node_type(node_named(block, i)), "comment");
    return args[1].string.n == 1 && args[n - 1].string.n == 1 &&
           count >= (uint32_t)(args[1].string.p[0] - '0') &&
           count <= (uint32_t)(args[n - 1].string.p[0] - '0');
}

const struct tt_query_pred tt_predicates[] = {
    { "imports", imports, 1, 16, false },
    { "file-has", file_has, 1, 16, false },
    { "browser-file", browser_file, 0, 0, false },
    { "postgres", postgres, 0, 0, false },
    { "language", language, 1, 4, false },
    { "mysql", mysql, 0, 0, false },
    { "migration-file", migration_file, 0, 0, false },
    { "name-word", name_word, 2, 4, true },
    { "money", money, 1, 1, true },
    { "has-keyword", has_keyword, 2, 12, true },
    { "has-option", has_option, 2, 12, true },
    { "http-options", http_options, 2, 12, true },
    { "object-has", object_has_key, 2, 12, true },
    { "arguments", arguments, 2, 3, true },
    { "in-async", in_async, 1, 1, true },
    { "async", is_async, 1, 1, true },
    { "has-node", has_node, 2, 4, true },
    { "has-node-deep", has_node_deep, 2, 4, true },
    { "mentions", mentions, 2, 24, true },
    { "function-mentions", function_mentions, 2, 24, true },
    { "empty", is_empty, 1, 1, true },
    { "commented", commented, 1, 1, true },
    { "untyped", untyped, 1, 1, true },
    { "array", is_array, 1, 1, true },
    { "inside", inside, 2, 4, true },
    { "function-calls", function_calls, 2, 8, true },
    { "dict-has", dict_has, 2, 12, true },
    { "fields", has_field, 2, 12, true },
    { "function-name", function_name, 2, 4, true },
    { "function-head", function_head, 2, 12, true },
    { "sign-options", third_options, 2, 8, true },
    { "cookie-options", third_options, 2, 8, true },
    { "validated", validated, 0, 0, false },
    { "route-handler", route_handler, 1, 1, true },
    { "decorates-money", decorates_money, 1, 1, true },
    { "calls", calls, 3, 8, true },
    { "passes", passes, 2, 2, true },
    { "text-expression", text_expression, 1, 1, true },
    { "wrappable", wrappable, 1, 1, true },
    { "shows", shows, 2, 2, true },
    { "class-indexes", class_indexes, 1, 1, true },
    { "declared-async", declared_async, 1, 1, true },
    { "statements", statements, 2, 3, true },
    { "secret", is_secret, 1, 2, true },
    { "secret-literal", secret_literal, 1, 2, true },
    { "secret-name", secret_name, 1, 1, true },
    { "built-sql", built_sql, 1, 1, true },
    { "unindexed", unindexed, 1, 1, true },
};

const size_t tt_predicates_count = sizeof(tt_predicates) / sizeof(tt_predicates[0]);
