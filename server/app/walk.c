/* walk.c -- see walk.h. */
#include "app/walk.h"

#include "app/files.h"
#include "app/ignore.h"
#include "app/out.h"
#include "base/map.h"
#include "syntax/lang.h"
#include "trimtab/error.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#define MAX_DEPTH 200
#define MAX_FILES 500000

struct walker {
    struct tt_walk *out;
    const struct tt_cli_settings *settings;
    struct tt_buf shown;    /* the path as the user sees it */
    struct tt_buf absolute; /* the same for the system */
};

static const char *const left_out[] = {
    ".git",        ".hg",   ".svn",  "node_modules", "bower_components", "vendor",
    "third_party", "build", "dist",  "target",       "__pycache__",      ".venv",
    "venv",        ".tox",  ".next", ".gradle",      ".mypy_cache",      ".pytest_cache",
};

static bool is_left_out(const char *name)
{
    for (size_t i = 0; i < sizeof(left_out) / sizeof(left_out[0]); i++) {
        if (strcmp(name, left_out[i]) == 0)
            return true;
    }
    return false;
}

static void add(struct tt_walk *out, const char *path)
{
    char **longer;

    if (out->n == out->cap) {
        out->cap = out->cap ? out->cap * 2 : 64;
        longer = realloc(out->paths, out->cap * sizeof(*out->paths));
        if (!longer) {
            out->err = TT_ENOMEM;
            return;
        }
        out->paths = longer;
    }
    out->paths[out->n] = strdup(path);
    if (out->paths[out->n])
        out->n++;
    else
        out->err = TT_ENOMEM;
}

/* ---- one folder ---- */

static void push(struct walker *w, const char *name)
{
    if (w->shown.n && w->shown.p[w->shown.n - 1] != '/')
        tt_buf_addc(&w->shown, '/');
    tt_buf_adds(&w->shown, name);
    tt_buf_addf(&w->absolute, "/%s", name);
}

static void pop(struct walker *w, size_t shown, size_t absolute)
{
    w->shown.n = shown;
    w->absolute.n = absolute;
    if (w->shown.p)
        w->shown.p[shown] = '\0';
    w->absolute.p[absolute] = '\0';
}

static void walk_folder(struct walker *w, struct tt_ignore *parent, int depth);

static bool is_ignored(const struct walker *w, const struct tt_ignore *ignore, bool is_folder)
{
    tt_str absolute = tt_buf_str(&w->absolute);

    return tt_ignore_has(ignore, absolute, is_folder) ||
           tt_config_ignored(w->settings->config, tt_cli_relative(w->settings, absolute));
}

static bool is_source(const char *name)
{
    tt_str s = tt_str_from(name);

    return tt_lang_for_path(s) && !tt_str_ends(s, TT_STR(".min.js"));
}

static void walk_entry(struct walker *w, struct tt_ignore *ignore, const char *name, int depth)
{
    size_t shown = w->shown.n, absolute = w->absolute.n;
    struct stat st;

    push(w, name);
    if (w->shown.err || w->absolute.err) {
        w->out->err = TT_ENOMEM;
    } else if (lstat(w->absolute.p, &st) == 0) {
        bool is_folder = S_ISDIR(st.st_mode);

        if (is_folder ? is_left_out(name) : !S_ISREG(st.st_mode) || !is_source(name))
            w->out->ignored++;
        else if (is_ignored(w, ignore, is_folder))
            w->out->ignored++;
        else if (is_folder)
            walk_folder(w, ignore, depth + 1);
        else
            add(w->out, w->shown.p);
    }
    pop(w, shown, absolute);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void walk_folder(struct walker *w, struct tt_ignore *parent, int depth)
{
    struct tt_walk names = { 0 };
    const char *path = w->absolute.n ? w->absolute.p : "/";
    const struct dirent *entry;
    struct tt_ignore *ignore;
    DIR *stream = depth < MAX_DEPTH ? opendir(path) : NULL;

    if (!stream) {
        tt_say("%s cannot be read: %s", w->shown.p ? w->shown.p : ".",
               depth < MAX_DEPTH ? strerror(errno) : "too many folders in each other");
        if (depth == 0) /* it was named */
            w->out->err = TT_EDENIED;
        return;
    }
    while ((entry = readdir(stream))) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            add(&names, entry->d_name);
    }
    closedir(stream);
    if (names.n > 1) /* an empty folder has no array to sort */
        qsort(names.paths, names.n, sizeof(*names.paths), by_name);
    ignore = tt_ignore_enter(parent, w->absolute.p);
    for (size_t i = 0; i < names.n && !w->out->err && w->out->n < MAX_FILES; i++)
        walk_entry(w, ignore, names.paths[i], depth);
    tt_ignore_leave(ignore, parent);
    if (names.err)
        w->out->err = names.err;
    tt_walk_release(&names);
}

/* ---- one word ---- */

static int walk_root(struct walker *w, const char *word)
{
    struct tt_ignore *above;
    int err;

    tt_buf_clear(&w->shown);
    tt_buf_clear(&w->absolute);
    if (strcmp(word, ".") != 0)
        tt_buf_adds(&w->shown, word);
    err = tt_path_absolute(word, &w->absolute);
    if (err)
        return err;
    if (strcmp(w->absolute.p, "/") == 0) {
        w->absolute.n = 0;
        w->absolute.p[0] = '\0';
    }
    above = tt_ignore_above(w->absolute.p);
    if (tt_ignore_has(above, tt_buf_str(&w->absolute), true)) {
        tt_ignore_destroy_all(above); /* it was named all the same, so it is wanted */
        above = NULL;
    }
    walk_folder(w, above, 0);
    tt_ignore_destroy_all(above);
    return 0;
}

static int walk_word(struct walker *w, const char *word)
{
    struct stat st;

    if (stat(word, &st)) {
        tt_say("%s: %s", word, strerror(errno));
        return TT_ENOTFOUND;
    }
    if (S_ISDIR(st.st_mode))
        return walk_root(w, word);
    add(w->out, word);
    return 0;
}

/* Keep the first of equal paths: "check src src/a.py" means a.py once. */
static void drop_doubles(struct tt_walk *walk)
{
    struct tt_map seen;
    size_t kept = 0;

    tt_map_init(&seen, 1);
    for (size_t i = 0; i < walk->n; i++) {
        tt_str path = tt_str_from(walk->paths[i]);

        if (tt_map_get(&seen, path)) {
            free(walk->paths[i]);
            continue;
        }
        (void)!tt_map_put(&seen, path, walk);
        walk->paths[kept++] = walk->paths[i];
    }
    walk->n = kept;
    tt_map_release(&seen);
}

int tt_walk_paths(const char *const *words, size_t n, const struct tt_cli_settings *settings,
                  struct tt_walk *out)
{
    struct walker w = { .out = out,
                        .settings = settings,
                        .shown = TT_BUF_INIT(1 << 16),
                        .absolute = TT_BUF_INIT(1 << 16) };
    int err = 0;

    *out = (struct tt_walk){ 0 };
    for (size_t i = 0; i < n && !err; i++)
        err = walk_word(&w, words[i]);
    tt_buf_release(&w.shown);
    tt_buf_release(&w.absolute);
    if (!err)
        err = out->err;
    if (err)
        tt_walk_release(out);
    else
        drop_doubles(out);
    return err;
}

void tt_walk_release(struct tt_walk *walk)
{
    for (size_t i = 0; i < walk->n; i++)
        free(walk->paths[i]);
    free(walk->paths);
    *walk = (struct tt_walk){ 0 };
}
