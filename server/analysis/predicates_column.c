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
    return marks && sql_column_looked_up(pred_node(match, &args[0]), marks);
}

/* From an opening parenthesis to the one that closes it, or to the end. */
static tt_str in_parentheses(tt_str text)
{
    int depth = 0;

    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '(')
            depth++;
        else if (text.p[i] == ')' && --depth == 0)
            return tt_str_sub(text, 0, i + 1);
    }
    return text;
}

/* Does the line on which text[at] stands begin with the name? */
static bool line_begins_with(tt_str text, size_t at, tt_str name)
{
    while (at > 0 && text.p[at - 1] != '\n')
        at--;
    while (at < text.n && (text.p[at] == ' ' || text.p[at] == '\t'))
        at++;
    tt_str rest = tt_str_sub(text, at, text.n);
    return tt_str_starts(rest, name) && rest.n > name.n && !pred_word_char(rest.p[name.n]);
}

/* A relationship of the class with a collection on the other side, which is loaded by the
 * column: it names the column, or is called like it without "_id". */
static bool has_collection(tt_str class_text, tt_str column)
{
    static const char call[] = "relationship(";
    tt_str base = tt_str_ends(column, TT_STR("_id")) ? tt_str_sub(column, 0, column.n - 3) : column;

    for (size_t at = 0; at < class_text.n;) {
        const char *hit = memmem(class_text.p + at, class_text.n - at, call, sizeof(call) - 1);

        if (!hit)
            return false;
        size_t from = (size_t)(hit - class_text.p);
        at = from + sizeof(call) - 1;
        tt_str arguments = in_parentheses(tt_str_sub(class_text, at - 1, class_text.n));
        bool both = tt_str_has(arguments, TT_STR("backref")) ||
                    tt_str_has(arguments, TT_STR("back_populates"));
        if (both && (pred_has_word(arguments, column) || line_begins_with(class_text, from, base)))
            return true;
    }
    return false;
}

/* (#class-looks-up? @name): SQLAlchemy; the database (ON DELETE), a collection of the other
 * side or a query of the file finds rows by the column of this name */
bool pred_class_looks_up(ARGS)
{
    static const char *const queries[] = { ".%.*s ==", ".%.*s.in_(", "filter_by(%.*s=" };
    TSNode node = pred_node(match, &args[0]);
    tt_str name = tt_node_text(node, match->text);
    tt_str made = tt_node_text(node_above(node, "assignment", false), match->text);

    (void)n;
    if (tt_str_has(made, TT_STR("ondelete")) &&
        (tt_str_has_nocase(made, TT_STR("cascade")) || tt_str_has_nocase(made, TT_STR("set null"))))
        return true;
    for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
        char wanted[160];
        int len = snprintf(wanted, sizeof(wanted), queries[i], TT_STR_ARG(name));

        if (len > 0 && (size_t)len < sizeof(wanted) &&
            tt_str_has(match->text, (tt_str){ wanted, (size_t)len }))
            return true;
    }
    return has_collection(tt_node_text(node_above(node, "class_definition", false), match->text),
                          name);
}
