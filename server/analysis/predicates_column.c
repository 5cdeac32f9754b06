/* predicates_column.c -- whether rows are found by a column that refers to another table. */
#include "analysis/predicates_set.h"

#include "analysis/nodes.h"
#include "analysis/paths.h"
#include "analysis/sql_index.h"

#include <stdio.h>
#include <stdlib.h>

const struct sql_marks *pred_sql_marks(const struct tt_match *match)
{
    const struct tt_pred_context *context = match->data;
    struct tt_pred_memo *memo = context->memo;

    if (!memo->sql) {
        struct sql_marks *marks = malloc(sizeof(*marks));

        if (marks && sql_marks_read(marks, match->text)) {
            sql_marks_release(marks);
            free(marks);
            marks = NULL;
        }
        memo->sql = marks;
    }
    return memo->sql;
}

/* (#looked-up? @column): SQL; the database or a query of the file looks for rows by it */
bool pred_looked_up(ARGS)
{
    const struct sql_marks *marks = pred_sql_marks(match);

    (void)n;
    return marks &&
           sql_column_looked_up(pred_node(match, &args[0]), marks, pred_source(match)->path);
}

/* (#fresh-table? @reference): the file makes the table, or empties it */
bool pred_fresh_table(ARGS)
{
    const struct sql_marks *marks = pred_sql_marks(match);
    TSNode table = node_field(pred_node(match, &args[0]), "name");

    (void)n;
    return marks && sql_table_fresh(marks, tt_node_text(table, match->text));
}

/* Does the text have this, made of the two names? */
static bool has_query(tt_str text, const char *format, tt_str first, tt_str second)
{
    char wanted[200];
    int len = snprintf(wanted, sizeof(wanted), format, TT_STR_ARG(first), TT_STR_ARG(second));

    return len > 0 && (size_t)len < sizeof(wanted) &&
           tt_str_has(text, (tt_str){ wanted, (size_t)len });
}

/* (#class-looks-up? @name): SQLAlchemy; a query of the file finds rows of the class around it by
 * the column of this name */
bool pred_class_looks_up(ARGS)
{
    TSNode node = pred_node(match, &args[0]);
    TSNode class = node_above(node, "class_definition", false);
    tt_str column = tt_node_text(node, match->text);
    tt_str of = tt_node_text(node_field(class, "name"), match->text);

    (void)n;
    if (ts_node_is_null(class))
        return false;
    return has_query(match->text, "filter(%.*s.%.*s ==", of, column) ||
           has_query(match->text, "where(%.*s.%.*s ==", of, column) ||
           has_query(match->text, "%.*s.%.*s.in_(", of, column) ||
           has_query(match->text, "%.*s.query.filter_by(%.*s=", of, column) ||
           has_query(match->text, "query(%.*s).filter_by(%.*s=", of, column) ||
           has_query(tt_node_text(class, match->text), "%.*s.%.*s ==", TT_STR("cls"), column) ||
           has_query(tt_node_text(class, match->text), "%.*s.query.filter_by(%.*s=", TT_STR("cls"),
                     column);
}
