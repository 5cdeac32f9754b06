/* session_files.c -- see session_files.h. */
#include "app/session_files.h"

#include "app/files.h"
#include "app/ignore.h"
#include "app/trust.h"
#include "base/log.h"
#include "lsp/uri.h"
#include "session/session.h"
#include "store/store.h"
#include "trimtab/error.h"

#include <dirent.h>
#include <stdlib.h>
#include <uv.h>

#define CONFIG_MAX ((size_t)1 << 20)

static bool git_ignores(const char *path)
{
    struct tt_buf folder = TT_BUF_INIT(1 << 16);
    struct tt_ignore *above, *lines;
    const char *slash = strrchr(path, '/');
    bool ignores;

    tt_buf_add(&folder, (tt_str){ path, slash > path ? (size_t)(slash - path) : 1 });
    above = tt_ignore_above(folder.p ? folder.p : "/");
    lines = tt_ignore_enter(above, folder.p ? folder.p : "/");
    ignores = tt_ignore_has_below(lines, tt_str_from(path));
    tt_ignore_leave(lines, above);
    tt_ignore_destroy_all(above);
    tt_buf_release(&folder);
    return ignores;
}

/* In a job: any thread.  Neither a link nor ".." leads out of the workspace. */
static int read_source(void *arg, tt_str root, tt_str path, size_t max, char **bytes, size_t *n)
{
    struct tt_buf name = TT_BUF_INIT(1 << 16), top = TT_BUF_INIT(1 << 16);
    char *real = NULL, *real_top = NULL;
    int err = TT_ENOTFOUND;

    tt_buf_addf(&name, "%.*s/%.*s", TT_STR_ARG(root), TT_STR_ARG(path));
    tt_buf_add(&top, root);
    if (name.p && top.p && strlen(name.p) == root.n + 1 + path.n) {
        real = realpath(name.p, NULL);
        real_top = realpath(top.p, NULL);
    }
    if (real && real_top) {
        size_t length = strlen(real_top);

        if (strncmp(real, real_top, length) == 0 && real[length] == '/' && !git_ignores(real))
            err = tt_file_load(arg, tt_str_from(real), max, bytes, n);
        else
            err = TT_EDENIED;
    }
    free(real);
    free(real_top);
    tt_buf_release(&name);
    tt_buf_release(&top);
    return err;
}

/* In a job: any thread. */
static void list_sources(void *arg, tt_str root, tt_str path, bool (*take)(void *, tt_str),
                         void *to)
{
    struct tt_buf name = TT_BUF_INIT(1 << 16);
    struct dirent *entry;
    DIR *folder = NULL;

    (void)arg;
    tt_buf_addf(&name, "%.*s/%.*s", TT_STR_ARG(root), TT_STR_ARG(path));
    if (name.p && strlen(name.p) == root.n + 1 + path.n)
        folder = opendir(name.p);
    while (folder && (entry = readdir(folder))) {
        if (entry->d_name[0] != '.' && !take(to, tt_str_from(entry->d_name)))
            break;
    }
    if (folder)
        closedir(folder);
    tt_buf_release(&name);
}

/* In a job: any thread. */
static bool may_show(void *arg, tt_str root, tt_str path)
{
    struct tt_buf name = TT_BUF_INIT(1 << 16);
    bool may;

    (void)arg;
    tt_buf_addf(&name, "%.*s/%.*s", TT_STR_ARG(root), TT_STR_ARG(path));
    may = name.p && strlen(name.p) == root.n + 1 + path.n && !git_ignores(name.p);
    tt_buf_release(&name);
    return may;
}

/* In a job: any thread. */
static void read_folder(void *arg, tt_str folder, tt_str ending, tt_folder_cb each, void *data)
{
    struct tt_buf name = TT_BUF_INIT(1 << 16);

    (void)arg;
    if (tt_buf_add(&name, folder) == 0 && name.p)
        tt_files_each(name.p, ending, each, data);
    tt_buf_release(&name);
}

/* The pages of the rules, where they were installed with the program, or in the checkout
 * that it was built in.  No link to a page is better than one to nothing. */
static void find_rule_pages(struct tt_buf *uri)
{
    static const char *const places[] = { "/../share/trimtab/rules", "/../../docs/rules" };
    char exe[4096];
    size_t n = sizeof(exe);

    if (uv_exepath(exe, &n))
        return;
    while (n && exe[n] != '/')
        n--;
    exe[n] = '\0';
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        struct tt_buf path = TT_BUF_INIT(1 << 16);
        char *real;

        tt_buf_addf(&path, "%s%s", exe, places[i]);
        real = path.err ? NULL : realpath(path.p, NULL);
        tt_buf_release(&path);
        if (!real)
            continue;
        tt_uri_from_path(tt_str_from(real), uri);
        free(real);
        return;
    }
}

static bool is_trusted(void *arg, tt_str folder)
{
    (void)arg;
    return tt_trusted(folder);
}

/* In a job: any thread. */
static int history(void *arg, unsigned max, void (*each)(void *to, const struct tt_outcome *),
                   void *to, uint64_t *seed, struct tt_buf *message)
{
    struct tt_buf dir = TT_BUF_INIT(1 << 16);
    int err = tt_dir_path(TT_DIR_STATE, NULL, &dir);

    (void)arg;
    if (!err)
        err = tt_store_load(tt_buf_str(&dir), max, each, to, seed, message);
    tt_buf_release(&dir);
    return err;
}

static void read_user_config(struct tt_buf *path, struct tt_buf *text)
{
    int err;

    if (tt_dir_path(TT_DIR_CONFIG, "config.json", path))
        return;
    err = tt_file_read(path->p, text);
    if (err && err != TT_ENOTFOUND)
        tt_log(TT_LOG_WARN, "the settings in %s cannot be read: %s", path->p, tt_file_why(err));
}

int tt_session_over_world(struct tt_world *world, uint32_t parent_pid, struct tt_session **out)
{
    struct tt_buf path = TT_BUF_INIT(1 << 16), text = TT_BUF_INIT(CONFIG_MAX);
    struct tt_buf folder = TT_BUF_INIT(1 << 16), state = TT_BUF_INIT(1 << 16);
    struct tt_session_options options = { .version = tt_str_from(TT_VERSION),
                                          .parent_pid = parent_pid,
                                          .on_parent = tt_world_watch_parent,
                                          .arg = world,
                                          .read_file = tt_file_load,
                                          .read_source = read_source,
                                          .history = history,
                                          .list_sources = list_sources,
                                          .may_show = may_show,
                                          .read_folder = read_folder,
                                          .is_trusted = is_trusted,
                                          .watch = tt_world_watch_folder };
    struct tt_buf pages = TT_BUF_INIT(1 << 16);
    int err;

    find_rule_pages(&pages);
    options.rule_pages = tt_buf_str(&pages);
    read_user_config(&path, &text);
    options.user_config = tt_buf_str(&text);
    options.user_config_path = tt_buf_str(&path);
    if (tt_dir_path(TT_DIR_CONFIG, NULL, &folder) == 0)
        options.user_folder = tt_buf_str(&folder);
    if (tt_dir_path(TT_DIR_STATE, NULL, &state) == 0)
        tt_watch_folder(&world->watch, state.p);
    if (parent_pid)
        tt_world_watch_parent(world, parent_pid);
    err = tt_session_create(&world->io, &options, out);
    tt_buf_release(&pages);
    tt_buf_release(&state);
    tt_buf_release(&folder);
    tt_buf_release(&path);
    tt_buf_release(&text);
    return err;
}
