/* embedded_sql.c -- strings that begin as SQL statements do, found by keyword.
 *
 * The keyword leads to the string that holds it, so that the rest of the tree
 * is not walked.  What is read is as long as the file, and each byte of SQL stands
 * where it stands in the file: places need no mapping.
 */
#include "analysis/embedded_sql.h"

#include "analysis/nodes.h"
#include "analysis/paths.h"
#include "analysis/task_score.h"
#include "syntax/lang.h"
#include "trimtab/error.h"

#define STRINGS                                                                                    \
    "string template_string string_literal interpreted_string_literal raw_string_literal "         \
    "concatenated_string"

static const char *const keywords[] = { "TABLE", "table", "LIMIT", "limit" };

#define N_KEYWORDS (sizeof(keywords) / sizeof(keywords[0]))

bool embedded_sql_possible(const struct tt_lang *lang, tt_str bytes)
{
    if (!lang || !str_in(tt_lang_name(lang), "python javascript typescript tsx go java"))
        return false;
    if (tt_str_has(bytes, TT_STR("OFFSET ")) || tt_str_has(bytes, TT_STR("offset ")))
        return true;
    return (tt_str_has(bytes, TT_STR("TABLE ")) || tt_str_has(bytes, TT_STR("table "))) &&
           (tt_str_has(bytes, TT_STR("CREATE ")) || tt_str_has(bytes, TT_STR("create ")) ||
            tt_str_has(bytes, TT_STR("ALTER ")) || tt_str_has(bytes, TT_STR("alter ")));
}

static bool is_content(TSNode node)
{
    return node_is_any(node, "string_content string_fragment multiline_string_fragment "
                             "interpreted_string_literal_content raw_string_literal_content");
}

static void blank(char *out, TSNode node, char with)
{
    for (uint32_t i = ts_node_start_byte(node); i < ts_node_end_byte(node); i++)
        out[i] = with;
}

/* Copy what the string says to its place; escapes become blanks. */
static void copy_string(char *out, TSNode node, tt_str bytes)
{
    for (uint32_t i = 0; i < node_named_count(node); i++) {
        TSNode child = node_named(node, i);
        uint32_t start = ts_node_start_byte(child);

        if (is_content(child)) {
            memcpy(out + start, bytes.p + start, ts_node_end_byte(child) - start);
            for (uint32_t k = 0; k < node_named_count(child); k++)
                blank(out, node_named(child, k), ' '); /* escapes inside, in Python */
        } else if (node_is_any(child, "interpolation template_substitution "
                                      "string_interpolation")) {
            blank(out, child, 'x');
        } else if (node_is(child, "string")) {
            copy_string(out, child, bytes);
        }
    }
}

static tt_str content_of(TSNode node, tt_str bytes)
{
    for (uint32_t i = 0; i < node_named_count(node); i++) {
        if (is_content(node_named(node, i)))
            return tt_node_text(node_named(node, i), bytes);
        if (node_is(node_named(node, i), "string"))
            return content_of(node_named(node, i), bytes);
    }
    return TT_STR("");
}

static bool is_sum(TSNode node)
{
    TSNode operator= ts_node_child_by_field_name(node, "operator", 8);

    return node_is_any(node, "binary_expression binary_operator") && !ts_node_is_null(operator) &&
           strcmp(ts_node_type(operator), "+") == 0;
}

/* From right to left, since sums nest to the left, however long they are. */
static void copy_sum(char *out, TSNode sum, tt_str bytes)
{
    while (is_sum(sum)) {
        TSNode right = ts_node_child_by_field_name(sum, "right", 5);

        if (node_is_any(right, STRINGS))
            copy_string(out, right, bytes);
        else
            blank(out, right, 'x'); /* some name or value */
        sum = ts_node_child_by_field_name(sum, "left", 4);
    }
    copy_string(out, sum, bytes);
}

/* The whole sum whose first string this is; else the string alone. */
static TSNode sum_of(TSNode string)
{
    TSNode up = node_parent(string);

    while (!ts_node_is_null(up) && is_sum(up) &&
           ts_node_start_byte(up) == ts_node_start_byte(string)) {
        string = up;
        up = node_parent(up);
    }
    return string;
}

static TSNode string_at(TSNode root, uint32_t offset)
{
    TSNode node = ts_node_descendant_for_byte_range(root, offset, offset + 1);
    TSNode found = { 0 };

    for (int depth = 0; !ts_node_is_null(node) && depth < 8; depth++, node = node_parent(node)) {
        if (node_is_any(node, STRINGS))
            found = node;
    }
    return found;
}

static bool is_statement(TSNode node, tt_str bytes)
{
    struct tt_complexity ignored = { 0 };
    enum sql_kind kind = task_read_sql(content_of(node, bytes), &ignored);

    return kind == SQL_TABLE || kind == SQL_ALTER || kind == SQL_QUERY;
}

/* The strings round one keyword, from front to back. */
static bool copy_all(const struct tt_source *source, const char *keyword, char *out)
{
    TSNode root = ts_tree_root_node(source->tree);
    tt_str bytes = source->bytes;
    size_t n = strlen(keyword);
    bool any = false;

    for (size_t at = 0; at < bytes.n;) {
        const char *hit = memmem(bytes.p + at, bytes.n - at, keyword, n);

        if (!hit)
            break;
        at = (size_t)(hit - bytes.p) + n;
        TSNode string = string_at(root, (uint32_t)(hit - bytes.p));
        if (ts_node_is_null(string))
            continue;
        uint32_t end = ts_node_end_byte(string);
        if (is_statement(string, bytes)) {
            TSNode sum = sum_of(string);

            end = ts_node_end_byte(sum);
            copy_sum(out, sum, bytes);
            out[end - 1] = ';';
            any = true;
        }
        if (end > at)
            at = end;
    }
    return any;
}

/* An index is part of the picture only when its own string is there too. */
static void copy_indexes(const struct tt_source *source, char *out)
{
    copy_all(source, "INDEX", out);
    copy_all(source, "index", out);
}

int embedded_sql_read(const struct tt_source *source, struct tt_arena *arena, tt_str *out)
{
    tt_str bytes = source->bytes;
    bool any = false;

    *out = TT_STR("");
    char *text = tt_arena_alloc(arena, bytes.n + 1);
    if (!text)
        return TT_ENOMEM;
    for (size_t i = 0; i < bytes.n; i++)
        text[i] = bytes.p[i] == '\n' ? '\n' : ' ';
    for (size_t i = 0; i < N_KEYWORDS; i++)
        any = copy_all(source, keywords[i], text) || any;
    if (any) {
        copy_indexes(source, text);
        *out = (tt_str){ text, bytes.n };
    }
    return 0;
}
