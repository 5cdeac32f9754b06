/* related.c -- see related.h. */
#include "analysis/related.h"

#include "syntax/lang.h"
#include "syntax/query.h"

#define DEFINITION_DEPTH 4
#define NAME_MIN         2u

static bool is(TSNode node, const char *type)
{
    return strcmp(ts_node_type(node), type) == 0;
}

static TSNode field(TSNode node, const char *name)
{
    return ts_node_child_by_field_name(node, name, (uint32_t)strlen(name));
}

/* ---- names ---- */

static bool is_name(TSNode node)
{
    return is(node, "identifier") || is(node, "type_identifier");
}

static void add_name(tt_str name, tt_str *out, size_t *n)
{
    if (name.n < NAME_MIN || *n == TT_RELATED_NAMES)
        return;
    for (size_t i = 0; i < *n; i++) {
        if (tt_str_eq(out[i], name))
            return;
    }
    out[(*n)++] = name;
}

size_t tt_related_names(const struct tt_source *source, struct tt_range range,
                        tt_str out[TT_RELATED_NAMES])
{
    TSTreeCursor cursor;
    size_t n = 0;
    bool down = true;

    if (!source->tree)
        return 0;
    cursor = ts_tree_cursor_new(ts_tree_root_node(source->tree));
    for (;;) {
        TSNode node = ts_tree_cursor_current_node(&cursor);
        bool in = ts_node_end_byte(node) > range.start && ts_node_start_byte(node) < range.end;

        if (down && in && is_name(node))
            add_name(tt_node_text(node, source->bytes), out, &n);
        if (down && in && ts_tree_cursor_goto_first_child(&cursor))
            continue;
        if (ts_tree_cursor_goto_next_sibling(&cursor)) {
            down = true;
            continue;
        }
        if (!ts_tree_cursor_goto_parent(&cursor))
            break;
        down = false;
    }
    ts_tree_cursor_delete(&cursor);
    return n;
}

/* ---- definitions ---- */

static bool has_word(const char *type, const char *word)
{
    return strstr(type, word) != NULL;
}

/* Is this node itself a definition of `name`? */
static bool defines(TSNode node, tt_str bytes, tt_str name)
{
    const char *type = ts_node_type(node);
    TSNode at;

    if (is(node, "assignment") || is(node, "short_var_declaration"))
        at = field(node, "left");
    else if (has_word(type, "definition") || has_word(type, "declaration") ||
             has_word(type, "declarator") || has_word(type, "_spec") || has_word(type, "_item") ||
             has_word(type, "specifier") || is(node, "create_table") || is(node, "type_alias"))
        at = field(node, "name");
    else
        return false;
    return !ts_node_is_null(at) && tt_str_eq(tt_node_text(at, bytes), name);
}

/* What may hold a definition that counts as one at the top of the file. */
static bool is_open(TSNode node)
{
    static const char *const types[] = {
        "decorated_definition",
        "export_statement",
        "lexical_declaration",
        "variable_declaration",
        "expression_statement",
        "type_declaration",
        "const_declaration",
        "var_declaration",
        "namespace_declaration",
        "statement",
        "package",
        "internal_module",
        "declaration_list",
        "block",
    };

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (is(node, types[i]))
            return true;
    }
    return false;
}

static bool find(TSNode node, tt_str bytes, tt_str name, int depth, struct tt_range *out)
{
    uint32_t n = ts_node_named_child_count(node);

    for (uint32_t i = 0; i < n; i++) {
        TSNode child = ts_node_named_child(node, i);

        if (defines(child, bytes, name) ||
            (depth > 0 && is_open(child) && find(child, bytes, name, depth - 1, out))) {
            *out = (struct tt_range){ ts_node_start_byte(child), ts_node_end_byte(child) };
            return true;
        }
    }
    return false;
}

bool tt_related_definition(const struct tt_source *source, tt_str name, struct tt_range *out)
{
    return source->tree &&
           find(ts_tree_root_node(source->tree), source->bytes, name, DEFINITION_DEPTH, out);
}

/* ---- paths ---- */

struct paths {
    struct tt_arena *arena;
    tt_str *out;
    size_t n;
};

static tt_str folder_of(tt_str path)
{
    while (path.n && path.p[path.n - 1] != '/')
        path.n--;
    if (path.n)
        path.n--;
    return path;
}

/* One folder up; false when there is none. */
static bool up(tt_str *folder)
{
    if (!folder->n)
        return false;
    *folder = folder_of(*folder);
    return true;
}

static void add_path(struct paths *paths, tt_str folder, tt_str rest, const char *ending)
{
    tt_str path;

    if (paths->n == TT_RELATED_PATHS)
        return;
    path = tt_arena_printf(paths->arena, "%.*s%s%.*s%s", TT_STR_ARG(folder), folder.n ? "/" : "",
                           TT_STR_ARG(rest), ending);
    if (path.p)
        paths->out[paths->n++] = path;
}

/* "a.b" as "a/b"; empty when it is no dotted name. */
static tt_str slashed(struct tt_arena *arena, tt_str dotted)
{
    tt_str copy = tt_arena_dup(arena, dotted);
    char *p = (char *)(uintptr_t)copy.p;

    for (size_t i = 0; p && i < copy.n; i++) {
        if (p[i] == '.')
            p[i] = '/';
        else if (p[i] == '/' || p[i] == '\\' || (unsigned char)p[i] <= ' ')
            return (tt_str){ NULL, 0 };
    }
    return copy;
}

/* "from X import name": beside the file, and in each folder above it. */
static void add_python(const struct tt_source *source, tt_str module, struct paths *paths)
{
    tt_str folder = folder_of(source->path), rest;
    size_t dots = 0;

    while (dots < module.n && module.p[dots] == '.')
        dots++;
    rest = slashed(paths->arena, tt_str_sub(module, dots, module.n));
    for (size_t i = 1; i < dots; i++) {
        if (!up(&folder))
            return;
    }
    if (dots && !rest.n) {
        add_path(paths, folder, TT_STR("__init__"), ".py");
        return;
    }
    if (!rest.n)
        return;
    do {
        add_path(paths, folder, rest, ".py");
        add_path(paths, folder, rest, "/__init__.py");
    } while (!dots && up(&folder));
}

static void add_script(const struct tt_source *source, tt_str module, struct paths *paths)
{
    static const char *const endings[] = { ".ts", ".tsx", ".js", "/index.ts", "/index.js", ".mjs" };
    tt_str folder = folder_of(source->path);
    bool typed = tt_str_ends(module, TT_STR(".js")) || tt_str_ends(module, TT_STR(".ts")) ||
                 tt_str_ends(module, TT_STR(".mjs")) || tt_str_ends(module, TT_STR(".tsx"));

    if (!tt_str_starts(module, TT_STR(".")))
        return; /* a library */
    while (module.n && module.p[0] == '.') {
        if (tt_str_starts(module, TT_STR("../"))) {
            if (!up(&folder))
                return;
            module = tt_str_sub(module, 3, module.n);
        } else if (tt_str_starts(module, TT_STR("./"))) {
            module = tt_str_sub(module, 2, module.n);
        } else {
            return;
        }
    }
    for (size_t i = 0; i + 1 < module.n; i++) {
        if (module.p[i] == '.' && module.p[i + 1] == '.')
            return;
    }
    if (!module.n)
        return;
    if (typed) {
        add_path(paths, folder, module, "");
        if (tt_str_ends(module, TT_STR(".js"))) /* TypeScript writes so what is a .ts */
            add_path(paths, folder, tt_str_sub(module, 0, module.n - 3), ".ts");
        return;
    }
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
        add_path(paths, folder, module, endings[i]);
}

/* "import a.b.C": the folder of sources is where our own package begins. */
static void add_java(const struct tt_source *source, tt_str dotted, struct paths *paths)
{
    TSNode root = ts_tree_root_node(source->tree);
    tt_str folder = folder_of(source->path), rest = slashed(paths->arena, dotted);
    uint32_t n = ts_node_named_child_count(root);

    for (uint32_t i = 0; i < n; i++) {
        TSNode child = ts_node_named_child(root, i);
        tt_str own;

        if (!is(child, "package_declaration") || !ts_node_named_child_count(child))
            continue;
        own = slashed(paths->arena, tt_node_text(ts_node_named_child(child, 0), source->bytes));
        if (!own.n || !tt_str_ends(folder, own))
            return;
        folder.n -= own.n;
        if (folder.n)
            folder.n--;
        break;
    }
    if (rest.n)
        add_path(paths, folder, rest, ".java");
}

/* The name that `node` (an identifier, or "a as b") brings into this file. */
static bool brings(TSNode node, tt_str bytes, tt_str name, tt_str *original)
{
    TSNode first = field(node, "name"), alias = field(node, "alias");

    if (ts_node_is_null(first))
        first = node;
    *original = tt_node_text(first, bytes);
    return tt_str_eq(tt_node_text(ts_node_is_null(alias) ? first : alias, bytes), name);
}

static bool python_import(TSNode node, const struct tt_source *source, tt_str name,
                          tt_str *original, struct paths *paths)
{
    TSNode module = field(node, "module_name");
    uint32_t n = ts_node_named_child_count(node);

    if (!is(node, "import_from_statement") || ts_node_is_null(module))
        return false;
    for (uint32_t i = 0; i < n; i++) {
        TSNode child = ts_node_named_child(node, i);

        if (ts_node_eq(child, module) || !brings(child, source->bytes, name, original))
            continue;
        add_python(source, tt_node_text(module, source->bytes), paths);
        return true;
    }
    return false;
}

static bool script_names(TSNode node, tt_str bytes, tt_str name, tt_str *original)
{
    uint32_t n = ts_node_named_child_count(node);

    for (uint32_t i = 0; i < n; i++) {
        TSNode child = ts_node_named_child(node, i);

        if (is(child, "import_clause") || is(child, "named_imports")) {
            if (script_names(child, bytes, name, original))
                return true;
        } else if ((is(child, "identifier") || is(child, "import_specifier")) &&
                   brings(child, bytes, name, original)) {
            return true;
        }
    }
    return false;
}

static bool script_import(TSNode node, const struct tt_source *source, tt_str name,
                          tt_str *original, struct paths *paths)
{
    TSNode from = field(node, "source");
    tt_str module;

    if (!is(node, "import_statement") || ts_node_is_null(from) ||
        !script_names(node, source->bytes, name, original))
        return false;
    module = tt_node_text(from, source->bytes);
    if (module.n > 2)
        add_script(source, tt_str_sub(module, 1, module.n - 1), paths);
    return true;
}

static bool java_import(TSNode node, const struct tt_source *source, tt_str name, tt_str *original,
                        struct paths *paths)
{
    tt_str dotted;

    if (!is(node, "import_declaration") || !ts_node_named_child_count(node))
        return false;
    dotted = tt_node_text(ts_node_named_child(node, 0), source->bytes);
    if (!tt_str_ends(dotted, name) || dotted.n <= name.n || dotted.p[dotted.n - name.n - 1] != '.')
        return false;
    *original = name;
    add_java(source, dotted, paths);
    return true;
}

size_t tt_related_paths(const struct tt_source *source, tt_str name, struct tt_arena *arena,
                        tt_str out[TT_RELATED_PATHS], tt_str *original)
{
    struct paths paths = { arena, out, 0 };
    tt_str lang = source->lang ? tt_lang_name(source->lang) : (tt_str){ NULL, 0 };
    bool python = tt_str_eq(lang, TT_STR("python")), java = tt_str_eq(lang, TT_STR("java"));
    bool script = tt_str_eq(lang, TT_STR("javascript")) || tt_str_eq(lang, TT_STR("tsx")) ||
                  tt_str_eq(lang, TT_STR("typescript"));
    TSNode root;
    uint32_t n;

    if (!source->tree || (!python && !java && !script))
        return 0;
    root = ts_tree_root_node(source->tree);
    n = ts_node_named_child_count(root);
    for (uint32_t i = 0; i < n; i++) {
        TSNode node = ts_node_named_child(root, i);

        if ((python && python_import(node, source, name, original, &paths)) ||
            (script && script_import(node, source, name, original, &paths)) ||
            (java && java_import(node, source, name, original, &paths)))
            return paths.n;
    }
    if (java && name.p[0] >= 'A' && name.p[0] <= 'Z') { /* a class of our own package */
        *original = name;
        add_path(&paths, folder_of(source->path), name, ".java");
    }
    return paths.n;
}
