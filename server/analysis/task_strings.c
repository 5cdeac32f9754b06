/* task_strings.c -- what strings hold: SQL, routes, the names of parameters; and SQL files. */
#include "analysis/nodes.h"
#include "analysis/paths.h"
#include "analysis/sql_built.h"
#include "analysis/task_scan.h"

tt_str scan_unquoted(TSNode node, tt_str bytes)
{
    tt_str text = tt_node_text(node, bytes);

    while (text.n > 0 && strchr("\"'`rbfuRBFU$@", text.p[0]))
        text = tt_str_sub(text, 1, text.n);
    while (text.n > 0 && strchr("\"'`", text.p[text.n - 1]))
        text.n--;
    return text;
}

/* A string that is a statement of its own is a docstring. */
bool scan_in_docs(TSNode node, TSNode parent)
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

void scan_sql(struct scan *s, tt_str text, TSNode node)
{
    struct tt_complexity one = { 0 };
    enum sql_kind kind = task_read_sql(text, &one);
    struct tt_range range = scan_range(node);
    int weight = scan_weigh(s, 34, node);

    if (text.n < 14 || kind == SQL_NONE || kind == SQL_OTHER) {
        scan_see_text(s, SEE_STRING, text, node);
        return;
    }
    scan_see_text(s, SEE_SQL, text, node);
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
    s->code->pages = s->code->pages ||
                     (kind == SQL_QUERY && whole_text_pages(scan_unquoted(node, s->source->bytes)));
    if (kind == SQL_QUERY || kind == SQL_WRITE) {
        TSNode whole = node;
        for (uint32_t i = 0; node_is_any(scan_above(s, i), "binary_operator binary_expression "
                                                           "concatenated_string "
                                                           "parenthesized_expression");
             i++)
            whole = scan_above(s, i);
        if (sql_is_built(whole, s->source->bytes))
            task_add(s->score, TT_TASK_AUTH_2, scan_weigh(s, 90, node), "sql", text, &range);
    }
}

/* Does it name the parameter that says which part of a list is meant? */
bool scan_pages_by(tt_str text)
{
    return str_in(text, "page limit offset cursor per_page perPage page_size pageSize");
}

/* A path of a route: "/users/:id" has the resource "users". */
void scan_route(struct scan *s, tt_str path)
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

bool scan_plain_path(tt_str text)
{
    if (text.n == 0 || text.n > 200 || text.p[0] != '/')
        return false;
    return !memchr(text.p, ' ', text.n) && !memchr(text.p, '\n', text.n);
}

void scan_sql_file(struct scan *s, TSNode root, const struct scan_path *path)
{
    TSNode unit = path->at[scan_unit_in(path)];
    struct tt_range range = scan_range(unit);
    tt_str text = tt_node_text(unit, s->source->bytes);

    if (ts_node_eq(unit, root) && s->range.start == s->range.end)
        return;
    if (s->range.end > s->range.start && tt_range_contains(s->range, range))
        text = tt_str_sub(s->source->bytes, s->range.start, s->range.end);
    enum sql_kind kind = task_read_sql(text, &s->score->result->complexity);
    scan_see_text(s, SEE_SQL, text, unit);
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
