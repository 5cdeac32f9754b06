/* imports.c -- adding an import without disturbing the others. */
#include "analysis/imports.h"

#include "syntax/lang.h"
#include "syntax/query.h"

tt_str tt_source_eol(const struct tt_source *source)
{
    tt_str bytes = source->bytes;
    const char *lf = bytes.n ? memchr(bytes.p, '\n', bytes.n) : NULL;

    return lf && lf > bytes.p && lf[-1] == '\r' ? TT_STR("\r\n") : TT_STR("\n");
}

uint32_t tt_source_line_start(tt_str bytes, uint32_t offset)
{
    while (offset > 0 && bytes.p[offset - 1] != '\n')
        offset--;
    return offset;
}

uint32_t tt_source_line_end(tt_str bytes, uint32_t offset)
{
    while (offset < bytes.n && bytes.p[offset] != '\n')
        offset++;
    if (offset > 0 && offset <= bytes.n && bytes.p[offset - 1] == '\r')
        offset--;
    return offset;
}

tt_str tt_source_indent(tt_str bytes, uint32_t offset)
{
    uint32_t start = tt_source_line_start(bytes, offset);
    uint32_t end = start;

    while (end < bytes.n && (bytes.p[end] == ' ' || bytes.p[end] == '\t'))
        end++;
    return tt_str_sub(bytes, start, end);
}

static bool type_is(TSNode node, const char *type)
{
    return strcmp(ts_node_type(node), type) == 0;
}

/* "from __future__" and the docstring must stay in front. */
static bool stays_first(TSNode node, tt_str bytes)
{
    if (type_is(node, "future_import_statement") || type_is(node, "comment") ||
        type_is(node, "hash_bang_line"))
        return true;
    if (!type_is(node, "expression_statement"))
        return false;
    char first = bytes.p[ts_node_start_byte(node)];
    return first == '"' || first == '\'';
}

static bool is_import(TSNode node)
{
    return type_is(node, "import_statement") || type_is(node, "import_from_statement") ||
           type_is(node, "import_declaration");
}

struct place {
    bool there;
    bool found;
    uint32_t after; /* end of what it goes behind */
    bool own_block; /* nothing but a docstring is in front */
};

/* Behind the last import of the block at the top; else behind what stays first. */
static struct place find_place(const struct tt_source *source, TSNode root, tt_str line)
{
    struct place place = { 0 };
    uint32_t n = ts_node_named_child_count(root);

    for (uint32_t i = 0; i < n; i++) {
        TSNode child = ts_node_named_child(root, i);
        bool import = is_import(child);

        if (import && tt_str_eq(tt_node_text(child, source->bytes), line))
            place.there = true;
        if (!import && (place.found || !stays_first(child, source->bytes)))
            break;
        if (type_is(child, "comment") && !place.found) {
            /* A comment belongs to what follows it, unless it heads the file. */
            if (ts_node_start_point(child).row > 1)
                continue;
        }
        place.after = ts_node_end_byte(child);
        place.found = place.found || import;
    }
    place.own_block = !place.found;
    return place;
}

static enum tt_import_place add_line(const struct tt_source *source, TSNode root, tt_str line,
                                     struct tt_arena *arena, struct tt_text_edit *edit)
{
    struct place place = find_place(source, root, line);
    tt_str eol = tt_source_eol(source);
    uint32_t at = 0;

    if (place.there)
        return TT_IMPORT_THERE;
    if (place.after > 0) {
        at = tt_source_line_end(source->bytes, place.after);
        edit->text = tt_arena_printf(arena, "%.*s%.*s", TT_STR_ARG(eol), TT_STR_ARG(line));
        if (place.own_block)
            edit->text = tt_arena_printf(arena, "%.*s%.*s%.*s", TT_STR_ARG(eol), TT_STR_ARG(eol),
                                         TT_STR_ARG(line));
    } else {
        edit->text = tt_arena_printf(arena, "%.*s%.*s", TT_STR_ARG(line), TT_STR_ARG(eol));
        if (source->bytes.n >= 3 && memcmp(source->bytes.p, "\xEF\xBB\xBF", 3) == 0)
            at = 3;
    }
    edit->range = (struct tt_range){ at, at };
    return edit->text.p ? TT_IMPORT_EDIT : TT_IMPORT_UNSURE;
}

/* ---- Go: one path a line inside import ( ... ) ---- */

static int compare(tt_str a, tt_str b)
{
    int c = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);

    return c ? c : (a.n > b.n) - (a.n < b.n);
}

static bool names_path(TSNode spec, tt_str path, tt_str bytes)
{
    TSNode name = ts_node_child_by_field_name(spec, "path", 4);

    return tt_str_eq(tt_node_text(name, bytes), path) &&
           ts_node_is_null(ts_node_child_by_field_name(spec, "name", 4));
}

static bool go_has(TSNode list, tt_str path, tt_str bytes)
{
    for (uint32_t i = 0; i < ts_node_named_child_count(list); i++) {
        TSNode spec = ts_node_named_child(list, i);

        if (type_is(spec, "import_spec") && names_path(spec, path, bytes))
            return true;
    }
    return false;
}

/* In front of the first path that sorts behind it; the standard library's come
 * first in a Go file, so the others (with a dot) count as larger. */
static enum tt_import_place go_into_list(const struct tt_source *source, TSNode list, tt_str path,
                                         struct tt_arena *arena, struct tt_text_edit *edit)
{
    tt_str bytes = source->bytes;
    tt_str eol = tt_source_eol(source);

    for (uint32_t i = 0; i < ts_node_named_child_count(list); i++) {
        TSNode spec = ts_node_named_child(list, i);

        if (!type_is(spec, "import_spec"))
            continue;
        tt_str other = tt_node_text(ts_node_child_by_field_name(spec, "path", 4), bytes);
        if (compare(other, path) < 0 && !memchr(other.p, '.', other.n))
            continue;
        uint32_t at = ts_node_start_byte(spec);
        edit->range = (struct tt_range){ at, at };
        edit->text = tt_arena_printf(arena, "%.*s%.*s%.*s", TT_STR_ARG(path), TT_STR_ARG(eol),
                                     TT_STR_ARG(tt_source_indent(bytes, at)));
        return edit->text.p ? TT_IMPORT_EDIT : TT_IMPORT_UNSURE;
    }
    uint32_t count = ts_node_named_child_count(list);
    if (count == 0)
        return TT_IMPORT_UNSURE;
    TSNode last = ts_node_named_child(list, count - 1);
    uint32_t at = tt_source_line_end(bytes, ts_node_end_byte(last));
    edit->range = (struct tt_range){ at, at };
    edit->text = tt_arena_printf(arena, "%.*s%.*s%.*s", TT_STR_ARG(eol),
                                 TT_STR_ARG(tt_source_indent(bytes, ts_node_start_byte(last))),
                                 TT_STR_ARG(path));
    return edit->text.p ? TT_IMPORT_EDIT : TT_IMPORT_UNSURE;
}

static enum tt_import_place add_go(const struct tt_source *source, TSNode root, tt_str path,
                                   struct tt_arena *arena, struct tt_text_edit *edit)
{
    TSNode list = { 0 }, single = { 0 };

    for (uint32_t i = 0; i < ts_node_named_child_count(root); i++) {
        TSNode child = ts_node_named_child(root, i);

        if (!type_is(child, "import_declaration"))
            continue;
        TSNode inner = ts_node_named_child(child, 0);
        if (type_is(inner, "import_spec") && names_path(inner, path, source->bytes))
            return TT_IMPORT_THERE;
        if (type_is(inner, "import_spec_list") && go_has(inner, path, source->bytes))
            return TT_IMPORT_THERE;
        if (type_is(inner, "import_spec_list") && ts_node_is_null(list))
            list = inner;
        else if (ts_node_is_null(single))
            single = child;
    }
    if (!ts_node_is_null(list))
        return go_into_list(source, list, path, arena, edit);
    if (ts_node_is_null(single))
        return TT_IMPORT_UNSURE;
    uint32_t at = ts_node_start_byte(single);
    edit->range = (struct tt_range){ at, at };
    edit->text = tt_arena_printf(arena, "import %.*s%.*s", TT_STR_ARG(path),
                                 TT_STR_ARG(tt_source_eol(source)));
    return edit->text.p ? TT_IMPORT_EDIT : TT_IMPORT_UNSURE;
}

enum tt_import_place tt_import_add(const struct tt_source *source, tt_str line,
                                   struct tt_arena *arena, struct tt_text_edit *edit)
{
    tt_str lang = tt_lang_name(source->lang);
    TSNode root = ts_tree_root_node(source->tree);

    if (tt_str_eq(lang, TT_STR("go")))
        return add_go(source, root, line, arena, edit);
    if (tt_str_eq(lang, TT_STR("python")) || tt_str_eq(lang, TT_STR("javascript")) ||
        tt_str_eq(lang, TT_STR("typescript")) || tt_str_eq(lang, TT_STR("tsx")))
        return add_line(source, root, line, arena, edit);
    return TT_IMPORT_UNSURE;
}
