/* task_sql.c -- how complex is this SQL?  By its tokens, in one pass. */
#include "analysis/nodes.h"
#include "analysis/paths.h"
#include "analysis/task_score.h"

struct words {
    tt_str text;
    size_t at;
};

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9');
}

/* The next word or "("; comments, strings and quoted names are left out. */
static tt_str next_word(struct words *w)
{
    while (w->at < w->text.n) {
        tt_str rest = tt_str_sub(w->text, w->at, w->text.n);
        char c = rest.p[0];
        size_t from = w->at;

        if (tt_str_starts(rest, TT_STR("--"))) {
            const char *lf = memchr(rest.p, '\n', rest.n);
            w->at = lf ? (size_t)(lf - w->text.p) + 1 : w->text.n;
        } else if (tt_str_starts(rest, TT_STR("/*"))) {
            const char *end = memmem(rest.p, rest.n, "*/", 2);
            w->at = end ? (size_t)(end - w->text.p) + 2 : w->text.n;
        } else if (c == '\'') {
            const char *end = memchr(rest.p + 1, c, rest.n - 1);
            w->at = end ? (size_t)(end - w->text.p) + 1 : w->text.n;
        } else if (letter(c)) {
            while (w->at < w->text.n && letter(w->text.p[w->at]))
                w->at++;
            return tt_str_sub(w->text, from, w->at);
        } else {
            w->at++;
            if (c == '(')
                return tt_str_sub(w->text, from, w->at);
        }
    }
    return TT_STR("");
}

static bool is(tt_str word, const char *lower)
{
    return tt_str_eq_nocase(word, tt_str_from(lower));
}

static enum sql_kind kind_of(tt_str first, tt_str second, tt_str third)
{
    if (is(first, "select") || is(first, "with"))
        return SQL_QUERY;
    if (is(first, "insert") || is(first, "update") || is(first, "delete") || is(first, "merge"))
        return SQL_WRITE;
    if (is(first, "create") && (is(second, "table") || is(third, "table") || is(second, "type") ||
                                is(second, "index") || is(second, "unique")))
        return SQL_TABLE;
    if (is(first, "create") &&
        (is(second, "view") || is(second, "materialized") || is(third, "view")))
        return SQL_QUERY;
    if (is(first, "alter") || is(first, "drop"))
        return SQL_ALTER;
    return is(first, "create") || is(first, "grant") || is(first, "begin") ? SQL_OTHER : SQL_NONE;
}

static void count_word(tt_str word, tt_str before, struct tt_complexity *c)
{
    if (is(word, "join"))
        c->joins++;
    else if (is(word, "over"))
        c->windows++;
    else if (is(word, "recursive") || is(word, "lateral") || is(word, "rollup") ||
             is(word, "cube") || is(word, "grouping"))
        c->subqueries++;
    else if (is(word, "select") && tt_str_eq(before, TT_STR("(")))
        c->subqueries++;
    else if (is(word, "union") || is(word, "intersect") || is(word, "except") ||
             is(word, "having") || is(word, "case"))
        c->branches++;
    else if (is(word, "table") && !is(before, "alter") && !is(before, "drop"))
        c->tables++;
}

enum sql_kind task_read_sql(tt_str text, struct tt_complexity *complexity)
{
    struct words w = { text, 0 };
    struct words ahead;
    tt_str first = next_word(&w);

    ahead = w;
    tt_str second = next_word(&ahead), third = next_word(&ahead);
    enum sql_kind kind = kind_of(first, second, third);
    if (kind == SQL_NONE)
        return kind;
    tt_str before = TT_STR(""), word = first;
    bool with = is(first, "with");
    while (word.n > 0) {
        count_word(word, before, complexity);
        /* In "WITH a AS (SELECT ...), b AS (SELECT ...)" each is a CTE and no subquery. */
        if (with && is(before, "as") && tt_str_eq(word, TT_STR("("))) {
            struct words peek = w;
            if (is(next_word(&peek), "select")) {
                complexity->ctes++;
                w = peek;
            }
        }
        before = word;
        word = next_word(&w);
    }
    return kind;
}

double task_sql_complexity(const struct tt_complexity *c)
{
    double value = 0.18 * c->ctes + 0.3 * c->windows + 0.18 * c->subqueries + 0.06 * c->branches;

    if (c->joins > 1)
        value += 0.12 * (c->joins - 1);
    if (c->ctes > 0)
        value += 0.2;
    return value > 1 ? 1 : value;
}
