/* related_paths.c -- which files of the workspace do the imports name? See related.h.
 *
 * One function a language, each of which looks at one node at the top of the file.
 * Where a folder is a unit (a package of Go, a namespace of C#), the answer is the
 * folder, with a slash at its end.
 */
#include "analysis/related.h"

#include "analysis/nodes.h"
#include "analysis/paths.h"
#include "base/buf.h"
#include "syntax/lang.h"
#include "syntax/query.h"

struct paths {
    struct tt_arena *arena;
    tt_str *out;
    size_t n;
};

/* One folder up; false when there is none. */
static bool up(tt_str *folder)
{
    if (!folder->n)
        return false;
    *folder = tt_path_folder(*folder);
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
    tt_str folder = tt_path_folder(source->path), rest;
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
    tt_str folder = tt_path_folder(source->path);
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
    tt_str folder = tt_path_folder(source->path), rest = slashed(paths->arena, dotted);
    uint32_t n = ts_node_named_child_count(root);

    for (uint32_t i = 0; i < n; i++) {
        TSNode child = ts_node_named_child(root, i);
        tt_str own;

        if (!node_is(child, "package_declaration") || !ts_node_named_child_count(child))
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

/* --- the languages ---- */

/* What is looked for, and where its paths go. */
struct look {
    const struct tt_source *source;
    struct tt_range range; /* the code that uses the name */
    tt_str name;
    tt_str *original;
    struct paths *paths;
};

static tt_str text_of(const struct look *look, TSNode node)
{
    return tt_node_text(node, look->source->bytes);
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

/* Does the code say "owner.name"? */
static bool uses_member(const struct look *look, tt_str owner)
{
    tt_str code = tt_str_sub(look->source->bytes, look->range.start, look->range.end);
    size_t n = owner.n + 1 + look->name.n;

    for (size_t i = 0; owner.n && i + n <= code.n; i++) {
        tt_str here = tt_str_sub(code, i, code.n);

        if (tt_str_starts(here, owner) && here.p[owner.n] == '.' &&
            tt_str_starts(tt_str_sub(here, owner.n + 1, here.n), look->name) &&
            (i == 0 || !is_word(code.p[i - 1])) && (n == here.n || !is_word(here.p[n])))
            return true;
    }
    return false;
}

static tt_str unquoted(tt_str text)
{
    return text.n > 2 ? tt_str_sub(text, 1, text.n - 1) : (tt_str){ NULL, 0 };
}

/* The name that `node` (an identifier, or "a as b") brings into this file. */
static tt_str brought(TSNode node, tt_str bytes, tt_str *original)
{
    TSNode first = node_field(node, "name"), alias = node_field(node, "alias");

    if (ts_node_is_null(first))
        first = node;
    *original = tt_node_text(first, bytes);
    return tt_node_text(ts_node_is_null(alias) ? first : alias, bytes);
}

/* "from a import b": b is what we look for, or a module that has it. */
static bool python_from(struct look *look, TSNode node)
{
    TSNode module = node_field(node, "module_name");
    uint32_t n = ts_node_named_child_count(node);
    tt_str from, original;

    if (ts_node_is_null(module))
        return false;
    from = text_of(look, module);
    for (uint32_t i = 0; i < n; i++) {
        TSNode child = ts_node_named_child(node, i);
        tt_str name;

        if (ts_node_eq(child, module))
            continue;
        name = brought(child, look->source->bytes, &original);
        if (tt_str_eq(name, look->name)) {
            *look->original = original;
            add_python(look->source, from, look->paths);
            return true;
        }
        if (uses_member(look, name)) {
            add_python(look->source,
                       tt_arena_printf(look->paths->arena, "%.*s%s%.*s", TT_STR_ARG(from),
                                       tt_str_ends(from, TT_STR(".")) ? "" : ".",
                                       TT_STR_ARG(original)),
                       look->paths);
            return true;
        }
    }
    return false;
}

/* "import a.b as c" */
static bool python_import(struct look *look, TSNode node)
{
    uint32_t n = ts_node_named_child_count(node);
    tt_str module;

    if (node_is(node, "import_from_statement"))
        return python_from(look, node);
    for (uint32_t i = 0; node_is(node, "import_statement") && i < n; i++) {
        if (uses_member(look,
                        brought(ts_node_named_child(node, i), look->source->bytes, &module))) {
            add_python(look->source, module, look->paths);
            return true;
        }
    }
    return false;
}

static bool script_names(struct look *look, TSNode node)
{
    uint32_t n = ts_node_named_child_count(node);
    tt_str name, original;

    for (uint32_t i = 0; i < n; i++) {
        TSNode child = ts_node_named_child(node, i);

        if (node_is(child, "namespace_import")) { /* "* as db" */
            if (ts_node_named_child_count(child) &&
                uses_member(look, text_of(look, ts_node_named_child(child, 0))))
                return true;
        } else if (node_is(child, "import_clause") || node_is(child, "named_imports")) {
            if (script_names(look, child))
                return true;
        } else if (node_is(child, "identifier") || node_is(child, "import_specifier")) {
            name = brought(child, look->source->bytes, &original);
            if (tt_str_eq(name, look->name)) {
                *look->original = original;
                return true;
            }
        }
    }
    return false;
}

/* "const { get } = require('./db')", "const db = require('./db')" */
static bool script_require(struct look *look, TSNode node)
{
    TSNode declarator, name, value, arguments, function;

    if (!node_is(node, "lexical_declaration") && !node_is(node, "variable_declaration"))
        return false;
    declarator = ts_node_named_child(node, 0);
    name = node_field(declarator, "name");
    value = node_field(declarator, "value");
    function = ts_node_is_null(value) ? value : node_field(value, "function");
    if (ts_node_is_null(function) || !tt_str_eq(text_of(look, function), TT_STR("require")))
        return false;
    arguments = node_field(value, "arguments");
    if (ts_node_is_null(arguments) || ts_node_named_child_count(arguments) != 1)
        return false;
    if (node_is(name, "identifier") ? !uses_member(look, text_of(look, name))
                                    : !node_is(name, "object_pattern"))
        return false;
    for (uint32_t i = 0; node_is(name, "object_pattern"); i++) {
        if (i == ts_node_named_child_count(name))
            return false;
        if (tt_str_eq(text_of(look, ts_node_named_child(name, i)), look->name))
            break;
    }
    add_script(look->source, unquoted(text_of(look, ts_node_named_child(arguments, 0))),
               look->paths);
    return true;
}

static bool script_import(struct look *look, TSNode node)
{
    TSNode from = node_field(node, "source");

    if (!node_is(node, "import_statement"))
        return script_require(look, node);
    if (ts_node_is_null(from) || !script_names(look, node))
        return false;
    add_script(look->source, unquoted(text_of(look, from)), look->paths);
    return true;
}

static bool java_import(struct look *look, TSNode node)
{
    tt_str dotted, name = look->name;

    if (!node_is(node, "import_declaration") || !ts_node_named_child_count(node))
        return false;
    dotted = text_of(look, ts_node_named_child(node, 0));
    if (!tt_str_ends(dotted, name) || dotted.n <= name.n || dotted.p[dotted.n - name.n - 1] != '.')
        return false;
    add_java(look->source, dotted, look->paths);
    return true;
}

/* "import s "example.com/shop/internal/store"": some end of it is a folder here. */
static bool go_spec(struct look *look, TSNode spec)
{
    TSNode path = node_field(spec, "path"), alias = node_field(spec, "name");
    tt_str whole, owner;

    if (!node_is(spec, "import_spec") || ts_node_is_null(path))
        return false;
    whole = unquoted(text_of(look, path));
    owner =
        ts_node_is_null(alias)
            ? tt_str_sub(whole, tt_path_folder(whole).n + (tt_path_folder(whole).n > 0), whole.n)
            : text_of(look, alias);
    if (!uses_member(look, owner))
        return false;
    while (whole.n) {
        const char *slash = memchr(whole.p, '/', whole.n);

        add_path(look->paths, (tt_str){ NULL, 0 }, whole, "/");
        whole = tt_str_sub(whole, slash ? (size_t)(slash - whole.p) + 1 : whole.n, whole.n);
    }
    return true;
}

static bool go_import(struct look *look, TSNode node)
{
    uint32_t n = ts_node_named_child_count(node);

    if (!node_is(node, "import_declaration") && !node_is(node, "import_spec_list"))
        return false;
    for (uint32_t i = 0; i < n; i++) {
        TSNode child = ts_node_named_child(node, i);

        if (go_spec(look, child) || go_import(look, child))
            return true;
    }
    return false;
}

/* Any header may have it: all of them, beside the file and where headers stand. */
static bool c_include(struct look *look, TSNode node)
{
    TSNode path = node_field(node, "path");
    tt_str folder = tt_path_folder(look->source->path), name;
    uint32_t n = ts_node_named_child_count(node);

    for (uint32_t i = 0; (node_is(node, "preproc_ifdef") || node_is(node, "preproc_if")) && i < n;
         i++)
        c_include(look, ts_node_named_child(node, i));
    if (!node_is(node, "preproc_include") || ts_node_is_null(path) ||
        !node_is(path, "string_literal"))
        return false;
    name = unquoted(text_of(look, path));
    if (!name.n || name.p[0] == '.' || name.p[0] == '/')
        return false;
    add_path(look->paths, folder, name, "");
    if (folder.n)
        add_path(look->paths, (tt_str){ NULL, 0 }, name, "");
    add_path(look->paths, TT_STR("include"), name, "");
    return false; /* go on: the next one may have it */
}

/* "use crate::db::{get, Order}" */
static bool rust_use(struct look *look, TSNode node)
{
    tt_str path, root = look->source->path, folder = tt_path_folder(look->source->path), module;
    struct tt_buf at = TT_BUF_INIT(4096);
    size_t end;

    if (!node_is(node, "use_declaration"))
        return false;
    path = text_of(look, node);
    for (end = path.n; end > look->name.n; end--) {
        size_t from = end - look->name.n;

        if (tt_str_eq(tt_str_sub(path, from, end), look->name) && !is_word(path.p[from - 1]) &&
            (end == path.n || !is_word(path.p[end])))
            break;
    }
    if (end <= look->name.n)
        return false;
    while (root.n && !tt_str_ends(root, TT_STR("src/")))
        root.n--;
    if (root.n)
        root.n--;
    path = tt_str_sub(path, 3, end - look->name.n); /* without "use" */
    for (size_t i = 0; i < path.n && path.p[i] != '{'; i++) {
        if (path.p[i] == ':' && at.n && at.p[at.n - 1] != '/')
            tt_buf_addc(&at, '/');
        else if (is_word(path.p[i]))
            tt_buf_addc(&at, path.p[i]);
    }
    module = tt_buf_str(&at);
    if (tt_str_starts(module, TT_STR("crate/"))) {
        module = tt_str_sub(module, 6, module.n);
        folder = root;
    } else if (tt_str_starts(module, TT_STR("super/"))) {
        module = tt_str_sub(module, 6, module.n);
    }
    if (module.n && module.p[module.n - 1] == '/')
        module.n--;
    if (module.n) {
        add_path(look->paths, folder, module, ".rs");
        add_path(look->paths, folder, module, "/mod.rs");
    }
    tt_buf_release(&at);
    return module.n > 0;
}

typedef bool (*importer)(struct look *look, TSNode node);

static const struct {
    tt_str language;
    importer find; /* NULL: only the folder */
    bool folder;   /* files of one folder see each other */
} importers[] = {
    { TT_STR_INIT("python"), python_import, false },
    { TT_STR_INIT("javascript"), script_import, false },
    { TT_STR_INIT("typescript"), script_import, false },
    { TT_STR_INIT("tsx"), script_import, false },
    { TT_STR_INIT("java"), java_import, false },
    { TT_STR_INIT("go"), go_import, true },
    { TT_STR_INIT("c"), c_include, false },
    { TT_STR_INIT("cpp"), c_include, false },
    { TT_STR_INIT("rust"), rust_use, true },
    { TT_STR_INIT("ruby"), NULL, true },
    { TT_STR_INIT("php"), NULL, true },
    { TT_STR_INIT("c-sharp"), NULL, true },
    { TT_STR_INIT("kotlin"), NULL, true },
    { TT_STR_INIT("sql"), NULL, true },
};

size_t tt_related_paths(const struct tt_source *source, struct tt_range range, tt_str name,
                        struct tt_arena *arena, tt_str out[TT_RELATED_PATHS], tt_str *original)
{
    struct paths paths = { arena, out, 0 };
    struct look look = { source, range, name, original, &paths };
    tt_str lang = source->lang ? tt_lang_name(source->lang) : (tt_str){ NULL, 0 };
    size_t row = 0, rows = sizeof(importers) / sizeof(importers[0]);
    TSNode root;
    uint32_t n;

    while (row < rows && !tt_str_eq(importers[row].language, lang))
        row++;
    if (!source->tree || row == rows || !name.n)
        return 0;
    *original = name;
    root = ts_tree_root_node(source->tree);
    n = ts_node_named_child_count(root);
    for (uint32_t i = 0; importers[row].find && i < n; i++) {
        if (importers[row].find(&look, ts_node_named_child(root, i)))
            return paths.n;
    }
    if (importers[row].folder)
        add_path(&paths, tt_path_folder(source->path), (tt_str){ NULL, 0 },
                 tt_path_folder(source->path).n ? "" : "./");
    else if (tt_str_eq(lang, TT_STR("java")) && name.p[0] >= 'A' && name.p[0] <= 'Z')
        add_path(&paths, tt_path_folder(source->path), name,
                 ".java"); /* a class of our own package */
    return paths.n;
}
