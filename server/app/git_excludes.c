/* git_excludes.c -- see git_excludes.h.  By gitignore(5) and git-config(1), "FILES". */
#include "app/git_excludes.h"

#include "app/files.h"
#include "config/git_config.h"

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#define PATH_LIMIT  (1 << 16)
#define CONFIG_MAX  ((size_t)1 << 20)
#define INCLUDES    10 /* deep; git's own limit */
#define MAX_MEMBERS 64 /* of settings that files include, in all */

struct settings {
    struct tt_buf excludes_file; /* the last that was set; empty: none */
    bool has_excludes_file;      /* "" is one, too */
    const char *file;            /* that is being read; borrowed */
    unsigned depth, included;
};

static void read_settings(struct settings *s, const char *file);

/* ---- paths ---- */

/* $XDG_CONFIG_HOME/git/NAME or ~/.config/git/NAME. */
static bool user_file(const char *name, struct tt_buf *out)
{
    const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

    tt_buf_clear(out);
    if (xdg && xdg[0])
        tt_buf_addf(out, "%s/git/%s", xdg, name);
    else if (home)
        tt_buf_addf(out, "%s/.config/git/%s", home, name);
    return out->n > 0 && !out->err;
}

/* Append a home folder; `user` is empty for one's own. */
static bool add_home(tt_str user, struct tt_buf *out)
{
    char name[256], bytes[4096];
    struct passwd entry, *found = NULL;
    const char *home;

    if (user.n == 0) {
        home = getenv("HOME");
        return home && tt_buf_adds(out, home) == 0;
    }
    if (user.n >= sizeof(name))
        return false;
    memcpy(name, user.p, user.n);
    name[user.n] = '\0';
    return getpwnam_r(name, &entry, bytes, sizeof(bytes), &found) == 0 && found &&
           tt_buf_adds(out, found->pw_dir) == 0;
}

/* "~/x" and "~user/x" as git reads them; any other path as it is. */
static bool expand(tt_str path, struct tt_buf *out)
{
    size_t n = 0;

    if (path.n > 0 && path.p[0] == '~') {
        while (n < path.n && path.p[n] != '/')
            n++;
        if (!add_home(tt_str_sub(path, 1, n), out))
            return false;
    }
    return tt_buf_add(out, tt_str_sub(path, n, path.n)) == 0;
}

/* `path` from the folder of `file`, if it is not absolute. */
static bool beside(const char *file, tt_str path, struct tt_buf *out)
{
    struct tt_buf expanded = TT_BUF_INIT(PATH_LIMIT);
    const char *slash = strrchr(file, '/');
    bool ok = expand(path, &expanded);

    if (ok && expanded.n > 0 && expanded.p[0] != '/' && slash)
        tt_buf_add(out, (tt_str){ file, (size_t)(slash - file) + 1 });
    tt_buf_add(out, tt_buf_str(&expanded));
    tt_buf_release(&expanded);
    return ok && !out->err;
}

/* ---- settings ---- */

static void on_setting(void *arg, tt_str key, tt_str value)
{
    struct settings *s = arg;

    if (tt_str_eq(key, TT_STR("core.excludesfile")) && value.p) {
        tt_buf_clear(&s->excludes_file);
        s->has_excludes_file = expand(value, &s->excludes_file);
    } else if (tt_str_eq(key, TT_STR("include.path")) && value.p && s->depth < INCLUDES &&
               s->included < MAX_MEMBERS) {
        struct tt_buf path = TT_BUF_INIT(PATH_LIMIT);
        const char *file = s->file;

        s->included++;
        s->depth++;
        if (beside(file, value, &path) && path.p)
            read_settings(s, path.p);
        s->depth--;
        s->file = file;
        tt_buf_release(&path);
    }
}

static void read_settings(struct settings *s, const char *file)
{
    struct tt_buf text = TT_BUF_INIT(CONFIG_MAX);

    s->file = file;
    if (tt_file_read(file, &text) == 0)
        tt_git_config_each(tt_buf_str(&text), on_setting, s);
    tt_buf_release(&text);
}

static bool is_true(const char *word)
{
    return word && word[0] && strcmp(word, "0") != 0 && strcmp(word, "false") != 0 &&
           strcmp(word, "no") != 0 && strcmp(word, "off") != 0;
}

/* Files of settings from the widest to the narrowest: what comes later decides. */
static void read_all_settings(struct settings *s, const char *git)
{
    const char *system = getenv("GIT_CONFIG_SYSTEM"), *global = getenv("GIT_CONFIG_GLOBAL");
    const char *home = getenv("HOME");
    struct tt_buf path = TT_BUF_INIT(PATH_LIMIT);

    if (!is_true(getenv("GIT_CONFIG_NOSYSTEM")))
        read_settings(s, system ? system : "/etc/gitconfig");
    if (global) {
        read_settings(s, global);
    } else {
        if (user_file("config", &path))
            read_settings(s, path.p);
        tt_buf_clear(&path);
        if (home && !tt_buf_addf(&path, "%s/.gitconfig", home))
            read_settings(s, path.p);
    }
    tt_buf_clear(&path);
    if (!tt_buf_addf(&path, "%s/config", git))
        read_settings(s, path.p);
    tt_buf_release(&path);
}

/* ---- the repository ---- */

/* The first line of a file, without what `prefix` says that it begins with. */
static bool read_line(const char *path, const char *prefix, struct tt_buf *out)
{
    tt_str line;

    tt_buf_clear(out);
    if (tt_file_read(path, out) || !tt_str_starts(tt_buf_str(out), tt_str_from(prefix)))
        return false;
    line = tt_str_sub(tt_buf_str(out), strlen(prefix), out->n);
    while (line.n && strchr("\r\n", line.p[line.n - 1]))
        line.n--;
    memmove(out->p, line.p, line.n);
    out->n = line.n;
    out->p[out->n] = '\0';
    return out->n > 0;
}

/* What all worktrees of the repository at `folder` share: ".git", or where the file of that name
 * leads to.  False: it is no repository. */
static bool common_folder(const char *folder, struct tt_buf *git)
{
    struct tt_buf path = TT_BUF_INIT(PATH_LIMIT), line = TT_BUF_INIT(PATH_LIMIT);
    bool ok;

    tt_buf_addf(&path, "%s/.git", folder);
    ok = !path.err && access(path.p, F_OK) == 0;
    if (ok && read_line(path.p, "gitdir: ", &line)) { /* a worktree, or a submodule */
        ok = beside(path.p, tt_buf_str(&line), git) && !tt_buf_adds(git, "/commondir");
        if (ok && read_line(git->p, "", &line)) {
            tt_buf_clear(&path);
            tt_buf_add(&path, tt_buf_str(git));
            tt_buf_clear(git);
            ok = !path.err && beside(path.p, tt_buf_str(&line), git);
        } else if (ok) {
            git->n -= strlen("/commondir");
            git->p[git->n] = '\0';
        }
    } else if (ok) {
        ok = !tt_buf_add(git, tt_buf_str(&path));
    }
    tt_buf_release(&path);
    tt_buf_release(&line);
    return ok;
}

void tt_git_excludes(const char *folder, struct tt_buf *out)
{
    struct settings s = { .excludes_file = TT_BUF_INIT(PATH_LIMIT) };
    struct tt_buf git = TT_BUF_INIT(PATH_LIMIT), path = TT_BUF_INIT(PATH_LIMIT);
    bool ok = common_folder(folder, &git);

    if (ok) {
        read_all_settings(&s, git.p);
        if (!s.has_excludes_file) {
            ok = user_file("ignore", &path);
        } else {
            if (s.excludes_file.n > 0 && s.excludes_file.p[0] != '/')
                tt_buf_addf(&path, "%s/", folder); /* git reads it from the top */
            ok = s.excludes_file.n > 0 && !tt_buf_add(&path, tt_buf_str(&s.excludes_file));
        }
        if (ok)
            tt_file_append_lines(path.p, out);
        tt_buf_clear(&path);
        if (!tt_buf_addf(&path, "%s/info/exclude", git.p))
            tt_file_append_lines(path.p, out);
    }
    tt_buf_release(&git);
    tt_buf_release(&path);
    tt_buf_release(&s.excludes_file);
}
