/* sql_index.c -- indexes by tokens, not by nodes.
 *
 * Dialects differ most in CREATE INDEX, and the grammar gives up on some of
 * them; a scan of tokens for "INDEX ... ON table (column" reads them all.
 */
#include "analysis/sql_index.h"

#include "analysis/nodes.h"
#include "analysis/paths.h"
#include "trimtab/error.h"

#define TOKENS_AHEAD 24

struct lexer {
    tt_str text;
    size_t at;
};

static bool word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$' || (unsigned char)c >= 0x80;
}

/* Skip to behind `end`, or to the end of the text. */
static void skip_past(struct lexer *l, const char *end)
{
    size_t n = strlen(end);
    const char *hit =
        l->at < l->text.n ? memmem(l->text.p + l->at, l->text.n - l->at, end, n) : NULL;

    l->at = hit ? (size_t)(hit - l->text.p) + n : l->text.n;
}

/* "[monitor_id]" is a name in SQL Server and SQLite; "TEXT[]" and "a[1]" are arrays. */
static bool bracketed(tt_str rest)
{
    size_t i = 1;

    if (rest.n < 3 || !word_char(rest.p[1]) || (rest.p[1] >= '0' && rest.p[1] <= '9'))
        return false;
    while (i < rest.n && (word_char(rest.p[i]) || rest.p[i] == ' '))
        i++;
    return i < rest.n && rest.p[i] == ']';
}

/* The next word, quoted name (without its quotes) or single byte; comments and
 * string literals are skipped.  Empty at the end. */
static tt_str next_token(struct lexer *l)
{
    while (l->at < l->text.n) {
        char c = l->text.p[l->at];
        tt_str rest = tt_str_sub(l->text, l->at, l->text.n);
        size_t from = l->at;

        if (tt_str_starts(rest, TT_STR("--"))) {
            skip_past(l, "\n");
        } else if (tt_str_starts(rest, TT_STR("/*"))) {
            skip_past(l, "*/");
        } else if (c == '\'') {
            l->at++;
            skip_past(l, "'");
        } else if (c == '"' || c == '`') {
            char end[2] = { c, 0 };
            l->at++;
            skip_past(l, end);
            return tt_str_sub(l->text, from + 1, l->at - 1);
        } else if (c == '[' && bracketed(rest)) {
            skip_past(l, "]");
            return tt_str_sub(l->text, from + 1, l->at - 1);
        } else if (word_char(c)) {
            while (l->at < l->text.n && word_char(l->text.p[l->at]))
                l->at++;
            return tt_str_sub(l->text, from, l->at);
        } else {
            l->at++;
            if (!strchr(" \t\r\n", c))
                return tt_str_sub(l->text, from, l->at);
        }
    }
    return TT_STR("");
}

static bool word_is(tt_str token, const char *word)
{
    return tt_str_eq_nocase(token, tt_str_from(word));
}

/* A name with its schema; leaves the last part in *name and the token behind
 * it in *token. */
static void qualified(struct lexer *l, tt_str *name, tt_str *token)
{
    *token = next_token(l);
    for (;;) {
        *name = *token;
        *token = next_token(l);
        if (!tt_str_eq(*token, TT_STR(".")))
            return;
        *token = next_token(l);
    }
}

/* Behind INDEX: [CONCURRENTLY] [IF NOT EXISTS] [name] ON [ONLY] table
 * [USING method] ( column.  Works on a copy, so that nothing is lost. */
static bool index_begins_with(struct lexer l, tt_str table, tt_str column)
{
    tt_str token = next_token(&l), name;

    for (int i = 0; token.n > 0 && !word_is(token, "on") && i < TOKENS_AHEAD; i++)
        token = next_token(&l);
    if (!word_is(token, "on"))
        return false;
    struct lexer after_on = l;
    if (!word_is(next_token(&l), "only"))
        l = after_on;
    qualified(&l, &name, &token);
    if (!tt_str_eq_nocase(name, table))
        return false;
    for (int i = 0; token.n > 0 && !tt_str_eq(token, TT_STR("(")) && i < 4; i++)
        token = next_token(&l);
    return tt_str_eq(token, TT_STR("(")) && tt_str_eq_nocase(next_token(&l), column);
}

/* Behind "(": "first, column)", and nothing more.  *first becomes the other one. */
static bool ends_pair(struct lexer l, tt_str column, tt_str *first)
{
    *first = next_token(&l);
    return tt_str_eq(next_token(&l), TT_STR(",")) && tt_str_eq_nocase(next_token(&l), column) &&
           tt_str_eq(next_token(&l), TT_STR(")"));
}

/* Inside the table's own definition: "PRIMARY KEY (column", "UNIQUE (column",
 * "INDEX name (column", "KEY name (column".  With `first`, "(first, column)" instead. */
static bool definition_has_key(tt_str definition, tt_str column, tt_str *first)
{
    struct lexer l = { definition, 0 };
    tt_str before = TT_STR(""), token;

    while ((token = next_token(&l)).n > 0) {
        bool foreign = word_is(before, "foreign");

        before = token;
        if (!word_is(token, "key") && !word_is(token, "unique") && !word_is(token, "index"))
            continue;
        if (foreign)
            continue;
        struct lexer ahead = l;
        token = next_token(&ahead);
        for (int i = 0; i < 3 && token.n > 0 && !strchr("(,)", token.p[0]); i++)
            token = next_token(&ahead);
        if (!tt_str_eq(token, TT_STR("(")))
            continue;
        if (first ? ends_pair(ahead, column, first) : tt_str_eq_nocase(next_token(&ahead), column))
            return true;
    }
    return false;
}

static bool definition_has_index(tt_str definition, tt_str column)
{
    return definition_has_key(definition, column, NULL);
}

/* ALTER TABLE table ... ADD [CONSTRAINT name] UNIQUE (column */
static bool altered_to_index(struct lexer l, tt_str table, tt_str column)
{
    tt_str token = next_token(&l), name;

    if (!word_is(token, "table"))
        return false;
    struct lexer behind = l;
    for (int i = 0; i < 3; i++) { /* IF EXISTS ONLY */
        token = next_token(&behind);
        if (!word_is(token, "if") && !word_is(token, "exists") && !word_is(token, "only"))
            break;
        l = behind;
    }
    qualified(&l, &name, &token);
    size_t from = l.at;
    if (!tt_str_eq_nocase(name, table))
        return false;
    while (token.n > 0 && !tt_str_eq(token, TT_STR(";")))
        token = next_token(&l);
    return definition_has_index(tt_str_sub(l.text, from, l.at), column);
}

/* Does one of the noted places of `text` make an index of the column? */
static bool any_makes_index(bool (*makes)(struct lexer l, tt_str table, tt_str column), tt_str text,
                            const struct tt_buf *places, tt_str table, tt_str column)
{
    const size_t *at = (const size_t *)(const void *)places->p;

    for (size_t i = 0; i < places->n / sizeof(*at); i++) {
        if (makes((struct lexer){ text, at[i] }, table, column))
            return true;
    }
    return false;
}

static tt_str strip_quotes(tt_str name)
{
    if (name.n >= 2 && strchr("\"`[", name.p[0]))
        return tt_str_sub(name, 1, name.n - 1);
    return name;
}

static bool named(const struct tt_buf *names, tt_str name)
{
    const tt_str *at = (const tt_str *)(const void *)names->p;

    for (size_t i = 0; i < names->n / sizeof(*at); i++) {
        if (tt_str_eq_nocase(at[i], name))
            return true;
    }
    return false;
}

bool sql_table_fresh(const struct sql_marks *marks, tt_str table)
{
    return named(&marks->fresh, strip_quotes(table));
}

bool sql_column_made(const struct sql_marks *marks, tt_str column)
{
    return named(&marks->made, strip_quotes(column));
}

/* MySQL, MariaDB, H2 and HSQLDB index foreign keys by themselves; a database of SQLite is one
 * program's own and small. */
static bool text_indexes_by_itself(tt_str bytes)
{
    return memchr(bytes.p ? bytes.p : "", '`', bytes.n) != NULL ||
           tt_str_has_nocase(bytes, TT_STR("autoincrement")) ||
           tt_str_has_nocase(bytes, TT_STR("without rowid")) ||
           tt_str_has_nocase(bytes, TT_STR("engine=")) ||
           tt_str_has_nocase(bytes, TT_STR("engine =")) ||
           tt_str_has_nocase(bytes, TT_STR("auto_increment"));
}

static bool path_indexes_by_itself(tt_str path)
{
    return tt_str_has(path, TT_STR("mysql")) || tt_str_has(path, TT_STR("mariadb")) ||
           tt_path_has_part(path, "h2") || tt_str_has(path, TT_STR("hsqldb"));
}

/* A table that is renamed when it is filled, one that a step down brings back, a test's, one of a
 * database on one machine. */
static bool not_kept(tt_str table, tt_str path)
{
    return tt_str_ends(table, TT_STR("_tmp")) || tt_str_ends(table, TT_STR("_temp")) ||
           tt_str_ends(table, TT_STR("_new")) || tt_str_ends(table, TT_STR("_old")) ||
           tt_path_is_step_down(path) || tt_str_has(path, TT_STR("sqlite")) ||
           tt_path_has_part(path, "stub") || tt_path_has_part(path, "stubs");
}

bool sql_column_indexed(TSNode column, const struct sql_marks *marks, tt_str path)
{
    tt_str bytes = marks->text;
    TSNode statement = node_above(column, "create_table alter_table", false);
    tt_str name = strip_quotes(tt_node_text(column, bytes));

    uint32_t at = ts_node_start_byte(column);
    if (ts_node_is_null(statement) ||
        (at > 0 && bytes.p[at] != '[' && strchr(".[", bytes.p[at - 1]))) /* "[a.id]" in pieces */
        return true;
    TSNode definition = node_above(column, "column_definition", false);
    uint32_t n = ts_node_is_null(definition) ? 0 : ts_node_child_count(definition);
    for (uint32_t i = 0; i < n; i++) {
        if (node_is_any(ts_node_child(definition, i), "keyword_primary keyword_unique"))
            return true;
    }
    TSNode table = { 0 };
    for (uint32_t i = 0; i < node_named_count(statement) && ts_node_is_null(table); i++) {
        if (node_is(node_named(statement, i), "object_reference"))
            table = node_field(node_named(statement, i), "name");
    }
    if (ts_node_is_null(table) || marks->by_itself || path_indexes_by_itself(path))
        return true;
    tt_str of = strip_quotes(tt_node_text(table, bytes));
    if (not_kept(of, path) || named(&marks->unique, name))
        return true;
    return definition_has_index(tt_node_text(statement, bytes), name) ||
           any_makes_index(index_begins_with, bytes, &marks->indexes, of, name) ||
           any_makes_index(altered_to_index, bytes, &marks->altered, of, name);
}

/* "ON DELETE CASCADE", "ON DELETE SET NULL": the database itself looks for the rows. */
static bool follows_deletes(tt_str reference)
{
    struct lexer l = { reference, 0 };

    for (tt_str token = next_token(&l); token.n > 0; token = next_token(&l)) {
        if (!word_is(token, "on"))
            continue;
        struct lexer ahead = l;
        if (!word_is(next_token(&ahead), "delete"))
            continue;
        token = next_token(&ahead);
        if (word_is(token, "cascade") || word_is(token, "set"))
            return true;
    }
    return false;
}

/* "column type ... REFERENCES", "FOREIGN KEY (column)" */
static bool refers(tt_str definition, tt_str column)
{
    struct lexer l = { definition, 0 };
    tt_str last = TT_STR(""), before = TT_STR(""), token;

    for (; (token = next_token(&l)).n > 0; last = before, before = token) {
        struct lexer ahead = l;

        if (!tt_str_eq_nocase(token, column) || before.n != 1 || !strchr("(,", before.p[0]))
            continue;
        if (word_is(last, "key"))
            return tt_str_eq(next_token(&ahead), TT_STR(")")) &&
                   word_is(next_token(&ahead), "references");
        for (int i = 0; i < TOKENS_AHEAD && token.n > 0 && !tt_str_eq(token, TT_STR(",")); i++) {
            token = next_token(&ahead);
            if (word_is(token, "references"))
                return true;
        }
    }
    return false;
}

/* Is the column the second of a key of two that both refer to other tables? */
static bool joins_tables(TSNode table, tt_str bytes, tt_str column)
{
    tt_str definition = tt_node_text(table, bytes), first;

    return !ts_node_is_null(table) && definition_has_key(definition, column, &first) &&
           refers(definition, first);
}

bool sql_column_looked_up(TSNode column, const struct sql_marks *marks, tt_str path)
{
    TSNode reference = node_above(column, "column_definition constraint", false);
    TSNode table = node_above(column, "create_table", false);
    tt_str name = strip_quotes(tt_node_text(column, marks->text));

    if (!tt_path_is_migration(path) && named(&marks->compared, name))
        return true;
    return follows_deletes(tt_node_text(reference, marks->text)) &&
           joins_tables(table, marks->text, name);
}

/* ---- once for the text ---- */

/* Behind the token: "WHERE column =", "ON a.column =", "AND column IN". */
static bool is_compared(struct lexer l, tt_str before)
{
    tt_str token;

    if (!tt_str_eq(before, TT_STR(".")) && !word_is(before, "where") && !word_is(before, "and") &&
        !word_is(before, "or") && !word_is(before, "on"))
        return false;
    token = next_token(&l);
    return tt_str_eq(token, TT_STR("=")) || word_is(token, "in");
}

/* Behind the token: "(column type", ", column type", "ADD COLUMN column type". */
static bool is_made(struct lexer l, tt_str before)
{
    bool begins = before.n == 1 ? strchr("(,", before.p[0]) != NULL
                                : word_is(before, "add") || word_is(before, "column") ||
                                      word_is(before, "exists");
    tt_str type = begins ? next_token(&l) : before;

    return begins && type.n > 0 && word_char(type.p[0]) &&
           !str_in(type, "asc ASC desc DESC drop DROP set SET type TYPE rename RENAME");
}

/* Behind a column's name: "type UNIQUE" before its definition ends; behind "UNIQUE (": in the
 * list of one. */
static bool is_unique(struct lexer l, tt_str before, tt_str opened)
{
    int depth = 0;

    if (tt_str_eq(before, TT_STR("(")) && word_is(opened, "unique"))
        return tt_str_eq(next_token(&l), TT_STR(")"));
    if (before.n != 1 || !strchr("(,", before.p[0]))
        return false;
    for (int i = 0; i < TOKENS_AHEAD; i++) {
        tt_str token = next_token(&l);

        depth += tt_str_eq(token, TT_STR("(")) ? 1 : tt_str_eq(token, TT_STR(")")) ? -1 : 0;
        if (token.n == 0 || depth < 0 || (depth == 0 && strchr(",;", token.p[0])))
            return false;
        if (depth == 0 && word_is(token, "unique"))
            return true;
    }
    return false;
}

/* Behind CREATE, DELETE or TRUNCATE: the table that is made or emptied by it, or nothing. */
static tt_str fresh_table(struct lexer l, tt_str verb)
{
    tt_str name, token;

    if (word_is(verb, "create") || word_is(verb, "truncate")) {
        struct lexer ahead = l;

        if (word_is(next_token(&ahead), "table"))
            l = ahead;
        else if (word_is(verb, "create"))
            return TT_STR("");
        for (ahead = l; str_in(next_token(&ahead), "if IF not NOT exists EXISTS"); l = ahead)
            continue;
        qualified(&l, &name, &token);
        return name;
    }
    if (!word_is(verb, "delete") || !word_is(next_token(&l), "from"))
        return TT_STR("");
    qualified(&l, &name, &token);
    return token.n == 0 || tt_str_eq(token, TT_STR(";")) ? name : TT_STR("");
}

static void note(struct tt_buf *list, const void *item, size_t n)
{
    tt_buf_add(list, (tt_str){ item, n });
}

int sql_marks_read(struct sql_marks *m, tt_str text)
{
    static const struct tt_buf empty = TT_BUF_INIT(TT_BUF_OWN);
    struct lexer l = { text, 0 };
    tt_str opened = TT_STR(""), before = TT_STR(""), token;

    *m = (struct sql_marks){ text, text_indexes_by_itself(text), empty, empty, empty, empty, empty,
                             empty };
    while ((token = next_token(&l)).n > 0) {
        if (word_is(token, "index"))
            note(&m->indexes, &l.at, sizeof(l.at));
        else if (word_is(token, "alter"))
            note(&m->altered, &l.at, sizeof(l.at));
        if (is_compared(l, before))
            note(&m->compared, &token, sizeof(token));
        if (is_made(l, before))
            note(&m->made, &token, sizeof(token));
        if (is_unique(l, before, opened))
            note(&m->unique, &token, sizeof(token));
        tt_str fresh = fresh_table(l, token);
        if (fresh.n > 0)
            note(&m->fresh, &fresh, sizeof(fresh));
        if (tt_str_eq(token, TT_STR("(")))
            opened = before;
        before = token;
    }
    return m->indexes.err || m->altered.err || m->compared.err || m->made.err || m->unique.err ||
                   m->fresh.err
               ? TT_ENOMEM
               : 0;
}

void sql_marks_release(struct sql_marks *m)
{
    tt_buf_release(&m->indexes);
    tt_buf_release(&m->altered);
    tt_buf_release(&m->compared);
    tt_buf_release(&m->made);
    tt_buf_release(&m->unique);
    tt_buf_release(&m->fresh);
}
