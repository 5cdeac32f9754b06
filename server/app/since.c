/* since.c -- see since.h. */
#include "app/since.h"

#include "app/files.h"
#include "app/out.h"
#include "trimtab/error.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define DIFF_MAX ((size_t)256 << 20)

struct line_range {
    uint32_t first, end; /* from 0 */
};

struct tt_since_file {
    struct line_range *at; /* owned */
    size_t n, cap;
    bool whole;
};

/* ---- asking git ---- */

static int read_all(int fd, struct tt_buf *out)
{
    char bytes[1 << 16];
    ssize_t n;

    while ((n = read(fd, bytes, sizeof(bytes))) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return TT_EIO;
        if (tt_buf_add(out, (tt_str){ bytes, (size_t)n }))
            return out->err;
    }
    return 0;
}

/* Run git with these arguments (ends with NULL) in `folder`; its own words go to stderr. */
static int git(const char *folder, const char *const *arguments, struct tt_buf *out)
{
    char *argv[24] = { (char *)(uintptr_t) "git", (char *)(uintptr_t) "-C",
                       (char *)(uintptr_t)folder };
    posix_spawn_file_actions_t actions;
    int ends[2], status = -1, n = 3, err;
    pid_t pid;

    while (*arguments && n < 23)
        argv[n++] = (char *)(uintptr_t)*arguments++;
    if (pipe2(ends, O_CLOEXEC))
        return TT_EIO;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    err = posix_spawnp(&pid, "git", &actions, NULL, argv, environ) ? TT_ENOTFOUND : 0;
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (err)
        tt_say("git cannot be run, and --since asks it what has changed");
    else
        err = read_all(ends[0], out);
    close(ends[0]);
    while (status == -1 && !(err == TT_ENOTFOUND) && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (!err && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
        err = TT_ENOTFOUND;
    return err;
}

/* ---- what it says ---- */

static struct tt_since_file *file_of(struct tt_since *since, tt_str root, tt_str path)
{
    struct tt_buf key = TT_BUF_INIT(1 << 16);
    struct tt_since_file *file = NULL;

    tt_buf_addf(&key, "%.*s/%.*s", TT_STR_ARG(root), TT_STR_ARG(path));
    if (!key.err)
        file = tt_map_get(&since->files, tt_buf_str(&key));
    if (!key.err && !file) {
        file = calloc(1, sizeof(*file));
        if (file && tt_map_put(&since->files, tt_buf_str(&key), file) < 0) {
            free(file);
            file = NULL;
        }
    }
    tt_buf_release(&key);
    return file;
}

static int add_lines(struct tt_since_file *file, uint32_t first, uint32_t n)
{
    if (file->n == file->cap) {
        size_t cap = file->cap ? 2 * file->cap : 8;
        struct line_range *more = realloc(file->at, cap * sizeof(*more));

        if (!more)
            return TT_ENOMEM;
        file->at = more;
        file->cap = cap;
    }
    file->at[file->n++] = (struct line_range){ first, first + n };
    return 0;
}

/* "@@ -3,2 +4,5 @@": lines 4 to 8 are new.  Nothing is new where lines only went away. */
static int add_hunk(struct tt_since_file *file, tt_str line)
{
    const char *plus = memchr(line.p, '+', line.n);
    unsigned long first, n = 1;
    char *end;

    if (!plus)
        return 0;
    first = strtoul(plus + 1, &end, 10);
    if (*end == ',')
        n = strtoul(end + 1, &end, 10);
    return n && first ? add_lines(file, (uint32_t)first - 1, (uint32_t)n) : 0;
}

/* Hunks without context: a line that begins with "+++ " behind "@@" is one of the file's, so
 * heads are looked for only where the lines of the hunk before are done. */
static int read_diff(struct tt_since *since, tt_str root, tt_str diff)
{
    static const tt_str head = TT_STR_INIT("+++ b/"), hunk = TT_STR_INIT("@@ ");
    struct tt_since_file *file = NULL;
    bool in_head = true;
    int err = 0;

    for (size_t from = 0; !err && from < diff.n;) {
        const char *lf = memchr(diff.p + from, '\n', diff.n - from);
        size_t end = lf ? (size_t)(lf - diff.p) : diff.n;
        tt_str line = tt_str_sub(diff, from, end);

        from = end + 1;
        if (tt_str_starts(line, TT_STR("diff --git "))) {
            in_head = true;
            file = NULL;
        } else if (in_head && tt_str_starts(line, head)) {
            file = file_of(since, root, tt_str_sub(line, head.n, line.n));
            err = file ? 0 : TT_ENOMEM;
        } else if (tt_str_starts(line, hunk)) {
            in_head = false;
            err = file ? add_hunk(file, line) : 0;
        }
    }
    return err;
}

static int read_untracked(struct tt_since *since, tt_str root, tt_str list)
{
    for (size_t from = 0; from < list.n;) {
        const char *nul = memchr(list.p + from, '\0', list.n - from);
        size_t end = nul ? (size_t)(nul - list.p) : list.n;
        struct tt_since_file *file = file_of(since, root, tt_str_sub(list, from, end));

        if (!file)
            return TT_ENOMEM;
        file->whole = true;
        from = end + 1;
    }
    return 0;
}

/* The folder of a path, or the path itself. */
static void folder_of(const char *path, struct tt_buf *out)
{
    struct stat st;

    tt_path_absolute(path, out);
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return;
    while (out->n > 1 && out->p[out->n - 1] != '/')
        out->n--;
    if (out->p)
        out->p[out->n] = '\0';
}

static int find_root(const char *near, struct tt_buf *root)
{
    static const char *const top[] = { "rev-parse", "--show-toplevel", NULL };
    struct tt_buf folder = TT_BUF_INIT(1 << 16);
    int err;

    folder_of(near, &folder);
    err = folder.err ? folder.err : git(folder.p, top, root);
    tt_buf_release(&folder);
    while (root->n && root->p[root->n - 1] == '\n')
        root->p[--root->n] = '\0';
    return err;
}

/* Checkouts of a build server often have one commit only. */
static bool is_shallow(const char *folder)
{
    static const char *const ask[] = { "rev-parse", "--is-shallow-repository", NULL };
    struct tt_buf said = TT_BUF_INIT(1 << 10);
    bool shallow = git(folder, ask, &said) == 0 && tt_str_starts(tt_buf_str(&said), TT_STR("true"));

    tt_buf_release(&said);
    return shallow;
}

static void tell(const char *root, const char *revision)
{
    tt_say("what has changed since \"%s\" cannot be told: see what git says above", revision);
    if (root && is_shallow(root))
        tt_say("this clone is shallow: \"git fetch --unshallow\" brings what came before");
}

int tt_since_read(const char *near, const char *revision, struct tt_since *out)
{
    /* A revision that begins with "-" would be an option. */
    const char *const diff[] = { "-c",
                                 "core.quotePath=false",
                                 "-c",
                                 "diff.relative=false",
                                 "diff",
                                 "-U0",
                                 "--no-color",
                                 "--no-ext-diff",
                                 "--find-renames", /* what was only moved is not new */
                                 "--src-prefix=a/",
                                 "--dst-prefix=b/",
                                 "--end-of-options",
                                 revision,
                                 "--",
                                 NULL };
    static const char *const untracked[] = { "ls-files", "--others", "--exclude-standard", "-z",
                                             NULL };
    struct tt_buf root = TT_BUF_INIT(1 << 16), text = TT_BUF_INIT(DIFF_MAX);
    int err;

    tt_map_init(&out->files, 1);
    err = find_root(near, &root);
    if (!err)
        err = git(root.p, diff, &text);
    if (!err)
        err = read_diff(out, tt_buf_str(&root), tt_buf_str(&text));
    tt_buf_clear(&text);
    if (!err)
        err = git(root.p, untracked, &text);
    if (!err)
        err = read_untracked(out, tt_buf_str(&root), tt_buf_str(&text));
    if (err && err != TT_ENOMEM)
        tell(root.p, revision);
    tt_buf_release(&root);
    tt_buf_release(&text);
    return err;
}

void tt_since_release(struct tt_since *since)
{
    tt_str key;
    void *value;

    for (size_t i = 0; tt_map_next(&since->files, &i, &key, &value);) {
        free(((struct tt_since_file *)value)->at);
        free(value);
    }
    tt_map_release(&since->files);
}

/* ---- asking ---- */

static const struct tt_since_file *find(const struct tt_since *since, const char *path)
{
    char *real = realpath(path, NULL);
    const struct tt_since_file *file = real ? tt_map_get(&since->files, tt_str_from(real)) : NULL;

    free(real);
    return file;
}

bool tt_since_has(const struct tt_since *since, const char *path)
{
    const struct tt_since_file *file = find(since, path);

    return file && (file->whole || file->n > 0);
}

bool tt_since_touches(const struct tt_since *since, const char *path, uint32_t first, uint32_t last)
{
    const struct tt_since_file *file = find(since, path);

    for (size_t i = 0; file && !file->whole && i < file->n; i++) {
        if (file->at[i].first <= last && first < file->at[i].end)
            return true;
    }
    return file && file->whole;
}
