/* typescript.c -- see typescript.h. */
#include "analysis/typescript.h"

#include "analysis/paths.h"
#include "base/buf.h"
#include "config/jsonc.h"
#include "syntax/lang.h"
#include "trimtab/error.h"

#include <stdlib.h>

#define FILE_MAX    ((size_t)256 << 10)
#define PATH_MAX_   ((size_t)16 << 10)
#define READS_MAX   100 /* for one answer */
#define EXTENDS_MAX 8   /* deep */

struct looking {
    const struct tt_file_reader *reader;
    struct tt_arena arena;
    unsigned reads;
    bool broken; /* a file is there and cannot be understood: nothing is sure */
};

/* What a setting comes to, once what is extended was read. */
enum answer {
    UNSET,
    UNKNOWN, /* set in a file that cannot be read, perhaps */
    NO,
    YES,
};

struct project {
    enum answer lib, target;
    bool no_files; /* "files": [], and nothing included: only its references have files */
};

/* ---- files ---- */

/* FOLDER/NAME, without "." and ".." of NAME's beginning; empty: too long. */
static tt_str join(struct looking *l, tt_str folder, tt_str name)
{
    struct tt_buf path = TT_BUF_INIT(PATH_MAX_);
    tt_str joined;

    for (;;) {
        if (tt_str_starts(name, TT_STR("./"))) {
            name = tt_str_sub(name, 2, name.n);
        } else if (tt_str_starts(name, TT_STR("../"))) {
            folder = tt_path_folder(folder);
            name = tt_str_sub(name, 3, name.n);
        } else {
            break;
        }
    }
    if (tt_str_eq(name, TT_STR("..")))
        folder = tt_path_folder(folder);
    tt_buf_add(&path, folder);
    if (!tt_str_eq(name, TT_STR(".")) && !tt_str_eq(name, TT_STR("..")))
        tt_buf_addf(&path, "/%.*s", TT_STR_ARG(name));
    joined = path.err ? TT_STR("") : tt_arena_dup(&l->arena, tt_buf_str(&path));
    tt_buf_release(&path);
    return joined;
}

/* The object in a file; NULL: there is none, or (l->broken) none that can be understood. */
static const struct tt_json *read_object(struct looking *l, tt_str path)
{
    struct tt_jsonc_error error;
    struct tt_json *json = NULL;
    char *bytes = NULL;
    tt_str text;
    size_t n = 0;
    int err = path.n > 0 && l->reads++ < READS_MAX
                  ? l->reader->read(l->reader->arg, path, FILE_MAX, &bytes, &n)
                  : TT_ETOOBIG;

    if (err == TT_ENOTFOUND)
        return NULL;
    if (err) {
        l->broken = true;
        return NULL;
    }
    text = tt_arena_dup(&l->arena, (tt_str){ bytes, n });
    free(bytes);
    if (!text.p || tt_jsonc_parse(text, &l->arena, &json, &error) || !json ||
        json->type != TT_JSON_OBJECT) {
        l->broken = true;
        return NULL;
    }
    return json;
}

static const struct tt_json *member(const struct tt_json *object, const char *key)
{
    const struct tt_json *found = NULL;

    for (const struct tt_json *m = object && object->type == TT_JSON_OBJECT ? object->first : NULL;
         m; m = m->next) {
        if (tt_str_eq(m->key, tt_str_from(key)))
            found = m;
    }
    return found;
}

static bool is_empty_list(const struct tt_json *json)
{
    return json && json->type == TT_JSON_ARRAY && !json->first;
}

/* ---- the library ---- */

/* "es2022", "ES2023", "esnext": of a year that knows `cause`. */
static bool knows_cause(const struct tt_json *json)
{
    tt_str name = json->text;

    if (json->type != TT_JSON_STRING)
        return false;
    if (tt_str_eq_nocase(name, TT_STR("esnext")) || tt_str_eq_nocase(name, TT_STR("es2022.error")))
        return true;
    return name.n == 6 && tt_str_starts_nocase(name, TT_STR("es20")) &&
           ((name.p[4] == '2' && name.p[5] >= '2' && name.p[5] <= '9') ||
            (name.p[4] >= '3' && name.p[4] <= '9' && name.p[5] >= '0' && name.p[5] <= '9'));
}

static void read_options(const struct tt_json *options, struct project *p)
{
    const struct tt_json *lib = member(options, "lib"), *target = member(options, "target");
    const struct tt_json *none = member(options, "noLib");

    if (lib) {
        p->lib = NO;
        for (const struct tt_json *m = lib->type == TT_JSON_ARRAY ? lib->first : NULL; m;
             m = m->next)
            p->lib = knows_cause(m) ? YES : p->lib;
    }
    if (none && none->flag)
        p->lib = NO;
    if (target)
        p->target = knows_cause(target) ? YES : NO;
}

/* ---- a project ---- */

static void read_project(struct looking *l, const struct tt_json *json, tt_str path, unsigned depth,
                         struct project *p);

/* The file that "extends" means.  By its ending it is one; else ".json" is put behind. */
static const struct tt_json *read_extended(struct looking *l, tt_str from, tt_str name,
                                           tt_str *path)
{
    static const char *const endings[] = { "", ".json", "/tsconfig.json" };
    bool relative = tt_str_starts(name, TT_STR("."));

    for (tt_str folder = tt_path_folder(from);; folder = tt_path_folder(folder)) {
        tt_str base = name.n && name.p[0] == '/' ? name
                      : relative                 ? join(l, folder, name)
                                 : join(l, join(l, folder, TT_STR("node_modules")), name);

        for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]) && base.n; i++) {
            struct tt_buf full = TT_BUF_INIT(PATH_MAX_);

            tt_buf_addf(&full, "%.*s%s", TT_STR_ARG(base), endings[i]);
            *path = full.err ? TT_STR("") : tt_arena_dup(&l->arena, tt_buf_str(&full));
            tt_buf_release(&full);
            const struct tt_json *json =
                tt_str_ends(*path, TT_STR(".json")) ? read_object(l, *path) : NULL;
            if (json)
                return json;
        }
        if (relative || folder.n == 0)
            return NULL;
    }
}

static void extend(struct looking *l, const struct tt_json *name, tt_str from, unsigned depth,
                   struct project *p)
{
    const struct tt_json *json = NULL;
    struct project base = *p;
    tt_str path;

    if (name->type == TT_JSON_STRING && depth < EXTENDS_MAX)
        json = read_extended(l, from, name->text, &path);
    if (json)
        read_project(l, json, path, depth + 1, &base);
    else
        base = (struct project){ .lib = UNKNOWN, .target = UNKNOWN };
    *p = base;
}

static void read_project(struct looking *l, const struct tt_json *json, tt_str path, unsigned depth,
                         struct project *p)
{
    const struct tt_json *extends = member(json, "extends");
    const struct tt_json *include = member(json, "include");

    if (extends && extends->type == TT_JSON_ARRAY) {
        for (const struct tt_json *m = extends->first; m; m = m->next)
            extend(l, m, path, depth, p);
    } else if (extends) {
        extend(l, extends, path, depth, p);
    }
    read_options(member(json, "compilerOptions"), p);
    p->no_files = is_empty_list(member(json, "files")) && (!include || is_empty_list(include));
}

static bool compiles_cause(const struct project *p)
{
    return p->lib == UNSET ? p->target == YES : p->lib == YES;
}

static bool project_has_cause(struct looking *l, const struct tt_json *json, tt_str path)
{
    const struct tt_json *references = member(json, "references");
    struct project own = { 0 };
    bool any = false;

    read_project(l, json, path, 0, &own);
    if (!own.no_files && !compiles_cause(&own))
        return false;
    if (references && references->type != TT_JSON_ARRAY)
        return false;
    for (const struct tt_json *m = references ? references->first : NULL; m; m = m->next) {
        const struct tt_json *at = member(m, "path");
        struct project other = { 0 };
        tt_str to;

        if (!at || at->type != TT_JSON_STRING)
            return false;
        to = join(l, tt_path_folder(path), at->text);
        if (!tt_str_ends(to, TT_STR(".json")))
            to = join(l, to, TT_STR("tsconfig.json"));
        if (!own.no_files && !tt_str_eq(tt_path_folder(to), tt_path_folder(path)))
            continue; /* its files are elsewhere */
        const struct tt_json *project = read_object(l, to);
        if (!project)
            return false;
        read_project(l, project, to, 0, &other);
        if (!compiles_cause(&other))
            return false;
        any = true;
    }
    return !own.no_files || any;
}

/* ---- the compiler ---- */

/* "4.9.5", "^5.1", ">= 4.8": each alternative begins at 4.8 or later. */
static bool is_late(tt_str range)
{
    for (size_t i = 0;;) {
        unsigned major = 0, minor = 0;
        size_t digits = 0;

        while (i < range.n && strchr("^~>=v ", range.p[i]))
            i++;
        for (; i < range.n && range.p[i] >= '0' && range.p[i] <= '9' && digits < 4; i++, digits++)
            major = major * 10 + (unsigned)(range.p[i] - '0');
        if (digits == 0)
            return false;
        if (i + 1 < range.n && range.p[i] == '.')
            for (i++, digits = 0;
                 i < range.n && range.p[i] >= '0' && range.p[i] <= '9' && digits < 4; i++, digits++)
                minor = minor * 10 + (unsigned)(range.p[i] - '0');
        if (major < 4 || (major == 4 && minor < 8))
            return false;
        const char *next = i < range.n ? memmem(range.p + i, range.n - i, "||", 2) : NULL;
        if (!next)
            return true;
        i = (size_t)(next - range.p) + 2;
    }
}

static bool compiler_is_late(struct looking *l, tt_str folder)
{
    static const char *const lists[] = { "dependencies", "devDependencies", "peerDependencies" };

    for (tt_str at = folder;; at = tt_path_folder(at)) {
        const struct tt_json *json =
            read_object(l, join(l, at, TT_STR("node_modules/typescript/package.json")));
        const struct tt_json *version = member(json, "version");

        if (version)
            return version->type == TT_JSON_STRING && is_late(version->text);
        json = read_object(l, join(l, at, TT_STR("package.json")));
        for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
            version = member(member(json, lists[i]), "typescript");
            if (version)
                return version->type == TT_JSON_STRING && is_late(version->text);
        }
        if (at.n == 0)
            return false;
    }
}

bool tt_typescript_project(const struct tt_file_reader *reader, const struct tt_lang *lang,
                           tt_str path, struct tt_buf *project)
{
    tt_str name = lang ? tt_lang_name(lang) : TT_STR("");
    struct tt_buf at = TT_BUF_INIT(PATH_MAX_);
    int err = TT_ENOTFOUND;

    if ((!tt_str_eq(name, TT_STR("typescript")) && !tt_str_eq(name, TT_STR("tsx"))) ||
        path.n == 0 || path.p[0] != '/' || !reader->read)
        return false;
    for (tt_str folder = tt_path_folder(path); err == TT_ENOTFOUND;
         folder = tt_path_folder(folder)) {
        char *bytes = NULL;
        size_t n;

        tt_buf_clear(&at);
        if (!tt_buf_addf(&at, "%.*s/tsconfig.json", TT_STR_ARG(folder)))
            err = reader->read(reader->arg, tt_buf_str(&at), FILE_MAX, &bytes, &n);
        free(bytes);
        if (folder.n == 0)
            break;
    }
    if (!err)
        err = tt_buf_add(project, tt_buf_str(&at));
    tt_buf_release(&at);
    return !err;
}

bool tt_typescript_has_cause(const struct tt_file_reader *reader, tt_str project)
{
    struct looking l = { .reader = reader };
    const struct tt_json *json;
    bool has;

    tt_arena_init(&l.arena);
    json = read_object(&l, project);
    has = json && project_has_cause(&l, json, project) &&
          compiler_is_late(&l, tt_path_folder(project));
    tt_arena_release(&l.arena);
    return has && !l.broken;
}
