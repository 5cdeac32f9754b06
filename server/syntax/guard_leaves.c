/* guard_leaves.c -- the tokens of a piece of text, with what stands above them.
 *
 * Two texts say the same when their leaves are equal and stand at equal paths:
 * in Python, layout is structure, and the path shows it. */
#include "syntax/grammar.h"
#include "syntax/guard.h"
#include "syntax/guard_trees.h"
#include "trimtab/error.h"

#include <stdlib.h>

enum kind_flag {
    KIND_COMMENT = 1,
    KIND_NAME = 2,
    KIND_IMPORT = 4,
    KIND_DECLARES = 8, /* its names are declared */
    KIND_USES = 16,    /* what it names is declared elsewhere: "a::b", "a.b()", "f(b=1)" */
};

static bool has(const char *name, const char *part)
{
    return strstr(name, part) != NULL;
}

static uint8_t kind_of(const char *name)
{
    uint8_t flags = 0;

    if (has(name, "comment"))
        flags |= KIND_COMMENT;
    if (has(name, "identifier") || strcmp(name, "name") == 0 || strcmp(name, "constant") == 0 ||
        has(name, "variable_name") || strcmp(name, "variable") == 0)
        flags |= KIND_NAME;
    if (has(name, "import") || has(name, "use_declaration") || has(name, "using_directive") ||
        has(name, "namespace_use") || has(name, "preproc_include"))
        flags |= KIND_IMPORT;
    if (has(name, "param") || has(name, "declarator") || has(name, "declaration") ||
        has(name, "definition") || has(name, "pattern") || has(name, "_item") || has(name, "_spec"))
        flags |= KIND_DECLARES;
    if (has(name, "scoped_") || has(name, "qualified_") || has(name, "access") ||
        has(name, "invocation") || has(name, "call") || has(name, "argument") ||
        has(name, "reference") || has(name, "jsx_"))
        flags |= KIND_USES;
    return flags;
}

struct level {
    uint64_t path;
    bool in_import, in_error;
    bool declares; /* it is a list or pattern of names that are given here */
    TSSymbol symbol;
};

struct walker {
    TSTreeCursor cursor;
    const uint8_t *kinds; /* by symbol */
    uint32_t n_kinds;
    struct level *stack;
    size_t depth, cap;
    struct tt_range range;
    tt_str text;
    uint32_t last_end; /* of the last leaf, to see what lies between */
    struct tt_leaf *leaves;
    size_t n, cap_leaves;
    int err;
};

static uint8_t kind(const struct walker *w, TSSymbol symbol)
{
    return symbol < w->n_kinds ? w->kinds[symbol] : 0;
}

static bool is_naming_field(const char *field)
{
    return field && (strcmp(field, "left") == 0 || strcmp(field, "name") == 0 ||
                     strcmp(field, "pattern") == 0 || strcmp(field, "declarator") == 0 ||
                     strcmp(field, "parameters") == 0 || strcmp(field, "alias") == 0);
}

static void push(struct walker *w, TSNode node, const char *field)
{
    struct level up =
        w->depth ? w->stack[w->depth - 1] : (struct level){ 7, false, false, false, 0 };
    TSSymbol symbol = ts_node_symbol(node);

    if (w->depth == w->cap) {
        size_t cap = w->cap ? 2 * w->cap : 64;
        struct level *more = realloc(w->stack, cap * sizeof(*more));

        if (!more) {
            w->err = TT_ENOMEM;
            return;
        }
        w->stack = more;
        w->cap = cap;
    }
    up.path = (up.path ^ symbol) * 0xD6E8FEB86659FD93u;
    up.path ^= up.path >> 29;
    up.in_import |= (kind(w, symbol) & KIND_IMPORT) != 0;
    up.in_error |= ts_node_is_error(node);
    const char *name = ts_node_type(node);
    bool list = has(name, "list") || has(name, "pattern") || has(name, "declarator") ||
                has(name, "param") || has(name, "tuple");

    up.declares = has(name, "param") || has(name, "_declarator") ||
                  (list && (up.declares || is_naming_field(field)));
    up.symbol = symbol;
    w->stack[w->depth++] = up;
}

static void add_leaf(struct walker *w, struct tt_leaf leaf)
{
    if (w->n == w->cap_leaves) {
        size_t cap = w->cap_leaves ? 2 * w->cap_leaves : 128;
        struct tt_leaf *more = realloc(w->leaves, cap * sizeof(*more));

        if (!more) {
            w->err = TT_ENOMEM;
            return;
        }
        w->leaves = more;
        w->cap_leaves = cap;
    }
    w->leaves[w->n++] = leaf;
}

/* Text between two leaves that is more than white space has no node: hidden
 * tokens, as the contents of some strings. */
static void add_gap(struct walker *w, uint32_t to)
{
    uint32_t from = w->last_end > w->range.start ? w->last_end : w->range.start;

    if (to > w->range.end)
        to = w->range.end;
    while (from < to && strchr(" \t\r\n\f\v\\", w->text.p[from]) && w->text.p[from])
        from++;
    while (to > from && strchr(" \t\r\n\f\v\\", w->text.p[to - 1]) && w->text.p[to - 1])
        to--;
    if (from < to)
        add_leaf(w, (struct tt_leaf){
                        .range = { from, to },
                        .path = w->depth ? w->stack[w->depth - 1].path : 0,
                        .symbol = UINT16_MAX,
                    });
}

static bool declares(const struct walker *w)
{
    const char *field = ts_tree_cursor_current_field_name(&w->cursor);
    const struct level *top = w->depth ? &w->stack[w->depth - 1] : NULL;

    if (is_naming_field(field))
        return strcmp(field, "name") != 0 || !top || !(kind(w, top->symbol) & KIND_USES);
    return top && !(field && (strcmp(field, "type") == 0 || strcmp(field, "value") == 0)) &&
           (top->declares || (kind(w, top->symbol) & KIND_DECLARES) != 0);
}

static void visit_leaf(struct walker *w, TSNode node)
{
    struct tt_range range = { ts_node_start_byte(node), ts_node_end_byte(node) };
    TSSymbol symbol = ts_node_symbol(node);
    const struct level *top = w->depth ? &w->stack[w->depth - 1] : NULL;
    uint8_t flags = kind(w, symbol);

    add_gap(w, range.start);
    if (range.end > w->last_end)
        w->last_end = range.end;
    if (range.start == range.end || range.end <= w->range.start || range.start >= w->range.end)
        return;
    add_leaf(w, (struct tt_leaf){
                    .range = range,
                    .path = top ? top->path : 0,
                    .symbol = symbol,
                    .comment = (flags & KIND_COMMENT) != 0,
                    .name = (flags & KIND_NAME) != 0,
                    .declares = (flags & KIND_NAME) && declares(w),
                    .in_import = top && top->in_import,
                    .error = (top && top->in_error) || ts_node_is_error(node),
                });
}

/* To the first child that ends behind the start of the range, or one in front of
 * it.  Only the root is entered by byte: below, that call would lose the names of
 * the fields.  Behind a hidden token (a line end in Go) it can find nothing; then
 * a child that ends a little earlier does as well. */
static bool descend(struct walker *w)
{
    uint32_t at = w->range.start, least = at > 64 ? at - 64 : 0;

    for (; w->depth == 0 && at > least; at--) {
        if (ts_tree_cursor_goto_first_child_for_byte(&w->cursor, at) >= 0)
            return true;
    }
    return ts_tree_cursor_goto_first_child(&w->cursor);
}

static void walk(struct walker *w)
{
    for (;;) {
        TSNode node = ts_tree_cursor_current_node(&w->cursor);
        bool wanted = ts_node_end_byte(node) > w->range.start;
        bool whole = (kind(w, ts_node_symbol(node)) & KIND_COMMENT) != 0;
        const char *field = ts_tree_cursor_current_field_name(&w->cursor);

        if (w->err || ts_node_start_byte(node) >= w->range.end)
            break;
        if (wanted && !whole && descend(w)) {
            push(w, node, field);
            continue;
        }
        if (wanted && (whole || ts_node_child_count(node) == 0))
            visit_leaf(w, node);
        while (!ts_tree_cursor_goto_next_sibling(&w->cursor)) {
            if (!ts_tree_cursor_goto_parent(&w->cursor) || w->depth == 0)
                return;
            w->depth--;
        }
    }
}

/* A guard is asked from one thread; the table is made when it is first needed. */
static int need_kinds(struct tt_guard *guard)
{
    const TSLanguage *language = ts_tree_language(guard->new);

    if (guard->kinds)
        return 0;
    guard->n_kinds = ts_language_symbol_count(language);
    guard->kinds = calloc(guard->n_kinds + 1u, 1);
    if (!guard->kinds)
        return TT_ENOMEM;
    for (uint32_t i = 0; i < guard->n_kinds; i++) {
        const char *name = ts_language_symbol_name(language, (TSSymbol)i);

        guard->kinds[i] = name ? kind_of(name) : 0;
    }
    return 0;
}

static int find_leaves(struct tt_guard *guard, TSTree *tree, tt_str text, struct tt_range range,
                       struct tt_arena *arena, struct tt_leaves *out)
{
    struct walker w = { .range = range, .text = text, .last_end = range.start };
    int err = need_kinds(guard);

    if (err)
        return err;
    w.kinds = guard->kinds;
    w.n_kinds = guard->n_kinds;
    w.cursor = ts_tree_cursor_new(ts_tree_root_node(tree));
    walk(&w);
    w.depth = 0;
    if (!w.err)
        add_gap(&w, range.end);
    ts_tree_cursor_delete(&w.cursor);
    err = w.err;
    if (!err) {
        out->n = w.n;
        out->at = tt_arena_array(arena, w.n, sizeof(*out->at));
        if (!out->at)
            err = TT_ENOMEM;
        else if (w.n)
            memcpy(out->at, w.leaves, w.n * sizeof(*out->at));
    }
    free(w.stack);
    free(w.leaves);
    return err;
}

int tt_guard_leaves_before(struct tt_guard *guard, struct tt_range range, struct tt_arena *arena,
                           struct tt_leaves *out)
{
    return find_leaves(guard, guard->old, guard->before, range, arena, out);
}

/* The leaves of a piece of `after`: in a window those of the new tree, between
 * windows those of the old one, whose text is the same. */
static int leaves_of_piece(struct tt_guard *guard, const struct tt_window *window, int64_t shift,
                           struct tt_range piece, struct tt_arena *arena, struct tt_leaves *out)
{
    int err;

    if (window)
        return find_leaves(guard, guard->new, guard->after, piece, arena, out);
    piece.start = (uint32_t)(piece.start - shift);
    piece.end = (uint32_t)(piece.end - shift);
    err = find_leaves(guard, guard->old, guard->before, piece, arena, out);
    for (size_t i = 0; !err && i < out->n; i++) {
        out->at[i].range.start = (uint32_t)(out->at[i].range.start + shift);
        out->at[i].range.end = (uint32_t)(out->at[i].range.end + shift);
    }
    return err;
}

static int append(struct tt_leaves *list, struct tt_leaves more, struct tt_arena *arena)
{
    struct tt_leaf *at;

    if (!list->n || !more.n) {
        *list = list->n ? *list : more;
        return 0;
    }
    at = tt_arena_array(arena, list->n + more.n, sizeof(*at));
    if (!at)
        return TT_ENOMEM;
    memcpy(at, list->at, list->n * sizeof(*at));
    memcpy(at + list->n, more.at, more.n * sizeof(*at));
    *list = (struct tt_leaves){ at, list->n + more.n };
    return 0;
}

int tt_guard_leaves_after(struct tt_guard *guard, struct tt_range range, struct tt_arena *arena,
                          struct tt_leaves *out)
{
    struct tt_leaves list = { NULL, 0 }, more;
    uint32_t at = range.start;
    int64_t shift = 0;
    int err = 0;

    if (!guard->n_windows)
        return find_leaves(guard, guard->new, guard->after, range, arena, out);
    for (size_t i = 0; !err && i <= 2 * guard->n_windows; i++) {
        /* in front of the first window, in it, behind it, ... */
        const struct tt_window *next = i / 2 < guard->n_windows ? &guard->windows[i / 2] : NULL;
        uint32_t end = !next        ? (uint32_t)guard->after.n
                       : i % 2 == 0 ? next->after.start
                                    : next->after.end;
        struct tt_range piece = { at, end < range.end ? end : range.end };

        if (end > at || (end == at && range.end == at)) {
            err = leaves_of_piece(guard, i % 2 ? next : NULL, shift, piece, arena, &more);
            if (!err)
                err = append(&list, more, arena);
            at = piece.end;
            if (at == range.end)
                break;
        }
        if (i % 2)
            shift = (int64_t)next->after.end - next->before.end;
    }
    if (!err)
        *out = list;
    return err;
}

/* ---- imports ---- */

static bool is_import(const char *type, tt_str text)
{
    static const char *const types[] = {
        "import_statement",
        "import_from_statement",
        "future_import_statement",
        "import_declaration",
        "import_list",
        "import_header",
        "use_declaration",
        "using_directive",
        "preproc_include",
        "namespace_use_declaration",
        "extern_crate_declaration",
        "package_declaration",
        "package_clause",
        "package_header",
        "import",
    };

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (strcmp(type, types[i]) == 0)
            return true;
    }
    /* require("x") as a statement: JavaScript, Ruby, Lua, PHP */
    return text.n < 300 &&
           (tt_str_starts(text, TT_STR("require")) || tt_str_starts(text, TT_STR("source ")) ||
            ((tt_str_starts(text, TT_STR("const ")) || tt_str_starts(text, TT_STR("var ")) ||
              tt_str_starts(text, TT_STR("let ")) || tt_str_starts(text, TT_STR("local "))) &&
             memmem(text.p, text.n, "require(", 8)));
}

/* Whole lines around [start, end). */
static struct tt_range whole_lines(tt_str text, uint32_t start, uint32_t end)
{
    while (start > 0 && text.p[start - 1] != '\n')
        start--;
    while (end > start && end < text.n && text.p[end - 1] != '\n')
        end++;
    return (struct tt_range){ start, end };
}

struct tt_range tt_guard_imports(const struct TSTree *tree, tt_str before)
{
    TSTreeCursor cursor = ts_tree_cursor_new(ts_tree_root_node(tree));
    uint32_t start = 0, end = 0, others = 0, insert = 0;
    bool found = false, code = false;

    for (bool more = ts_tree_cursor_goto_first_child(&cursor); more && others < 20;
         more = ts_tree_cursor_goto_next_sibling(&cursor)) {
        TSNode node = ts_tree_cursor_current_node(&cursor);
        const char *type = ts_node_type(node);
        uint32_t from = ts_node_start_byte(node), to = ts_node_end_byte(node);

        if (is_import(type, tt_str_sub(before, from, to))) {
            start = found ? start : from;
            end = to;
            found = true;
            others = 0;
        } else if (!has(type, "comment") && !has(type, "hash_bang") && !has(type, "php_tag") &&
                   ts_node_is_named(node)) {
            others++;
            /* a docstring or a directive may stand above all imports */
            if (!code && !found && strcmp(type, "expression_statement") == 0)
                insert = to;
            code = true;
        } else if (!code && has(type, "hash_bang")) {
            insert = to;
        }
    }
    ts_tree_cursor_delete(&cursor);
    if (found)
        return whole_lines(before, start, end);
    /* below the line that it ends in; the text may end there, too */
    if (insert && insert < before.n)
        insert = whole_lines(before, insert, insert + 1).end;
    return (struct tt_range){ insert, insert };
}
