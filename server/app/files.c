/* files.c -- see files.h. */
#include "app/files.h"

#include "base/log.h"
#include "trimtab/error.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_LIMIT ((size_t)16 * 1024)

static int from_errno(int code)
{
    switch (code) {
    case ENOENT:
    case ENOTDIR:
        return TT_ENOTFOUND;
    case EACCES:
    case EPERM:
    case EROFS:
        return TT_EDENIED;
    case ENOMEM:
        return TT_ENOMEM;
    default:
        return TT_EIO;
    }
}

const char *tt_file_why(int err)
{
    switch (err) {
    case TT_ENOTFOUND:
        return "there is no such file";
    case TT_EDENIED:
        return "permission denied";
    case TT_EINVALID:
        return "it is not a plain file";
    case TT_ETOOBIG:
        return "it is too large";
    case TT_ESTALE:
        return "it was changed meanwhile";
    case TT_EPARSE:
        return "it is not UTF-8 text";
    default:
        return tt_strerror(err);
    }
}

/* ---- reading ---- */

/* At the maximum one byte more is tried, to tell a full buffer from the end. */
static ssize_t read_some(int fd, size_t hint, struct tt_buf *out)
{
    size_t room = out->max - out->n;
    char extra;
    ssize_t n;

    if (hint > room)
        hint = room;
    if (hint && tt_buf_reserve(out, hint))
        return -1;
    do
        n = hint ? read(fd, out->p + out->n, hint) : read(fd, &extra, 1);
    while (n < 0 && errno == EINTR);
    if (n > 0 && !hint)
        out->err = TT_ETOOBIG;
    else if (n > 0)
        out->n += (size_t)n;
    return n;
}

static int read_all(int fd, size_t size, struct tt_buf *out)
{
    ssize_t n;

    if (size > out->max - out->n)
        return out->err = TT_ETOOBIG;
    while (!out->err && (n = read_some(fd, size ? size : 4096, out)) != 0) {
        if (n < 0)
            return out->err ? out->err : from_errno(errno);
        size = size > (size_t)n ? size - (size_t)n : 0;
    }
    if (out->p)
        out->p[out->n] = '\0';
    return out->err;
}

static int open_plain(const char *path, struct stat *st)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd < 0)
        return from_errno(errno);
    if (fstat(fd, st) || !S_ISREG(st->st_mode)) {
        close(fd);
        return TT_EINVALID;
    }
    return fd;
}

int tt_file_read(const char *path, struct tt_buf *out)
{
    struct stat st;
    int fd = open_plain(path, &st);
    int err;

    if (fd < 0)
        return fd;
    err = read_all(fd, (size_t)st.st_size, out);
    close(fd);
    return err;
}

int tt_file_load(void *arg, tt_str path, size_t max, char **bytes, size_t *n)
{
    struct tt_buf name = TT_BUF_INIT(PATH_LIMIT), text;
    int err;

    (void)arg;
    if (memchr(path.p ? path.p : "", '\0', path.n))
        return TT_EINVALID;
    tt_buf_init(&text, max);
    err = tt_buf_add(&name, path);
    if (!err)
        err = tt_file_read(name.p ? name.p : "", &text);
    if (!err && !(*bytes = tt_buf_take(&text, n)))
        err = TT_ENOMEM;
    tt_buf_release(&name);
    tt_buf_release(&text);
    return err;
}

void tt_file_append_lines(const char *path, struct tt_buf *out)
{
    struct tt_buf text = TT_BUF_INIT(out->max - out->n);
    tt_str lines;

    if (!out->err && tt_file_read(path, &text) == 0) {
        lines = tt_buf_str(&text);
        if (tt_str_starts(lines, TT_STR("\xef\xbb\xbf")))
            lines = tt_str_sub(lines, 3, lines.n);
        if (lines.n < out->max - out->n) {
            tt_buf_add(out, lines);
            tt_buf_addc(out, '\n');
        }
    }
    tt_buf_release(&text);
}

/* ---- replacing ---- */

static int write_all(int fd, tt_str text)
{
    size_t at = 0;

    while (at < text.n) {
        ssize_t n = write(fd, text.p + at, text.n - at);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return from_errno(errno);
        at += (size_t)n;
    }
    return fsync(fd) ? from_errno(errno) : 0;
}

static int still_holds(const char *path, tt_str before, struct stat *st)
{
    struct tt_buf now = TT_BUF_INIT(TT_BUF_OWN);
    int fd = open_plain(path, st), err;

    if (fd < 0)
        return fd;
    err = read_all(fd, (size_t)st->st_size, &now);
    close(fd);
    if (!err && !tt_str_eq(tt_buf_str(&now), before))
        err = TT_ESTALE;
    tt_buf_release(&now);
    return err;
}

/* A new file beside `path` with the text and mode; its name is in `temp`. */
static int write_beside(const char *path, tt_str text, const struct stat *st, char *temp,
                        size_t size)
{
    int fd, err;

    if (snprintf(temp, size, "%s.trimtab-XXXXXX", path) >= (int)size)
        return TT_EINVALID;
    fd = mkostemp(temp, O_CLOEXEC);
    if (fd < 0)
        return from_errno(errno);
    err = write_all(fd, text);
    if (!err && fchmod(fd, st->st_mode & 07777))
        err = from_errno(errno);
    if (!err && (st->st_uid != geteuid() || st->st_gid != getegid()) &&
        fchown(fd, st->st_uid, st->st_gid))
        err = 0; /* not root: the file becomes ours, as with any editor */
    close(fd);
    if (err)
        unlink(temp);
    return err;
}

int tt_file_replace(const char *path, tt_str before, tt_str after)
{
    char temp[PATH_MAX + 32];
    char *real = realpath(path, NULL);
    struct stat st;
    int err;

    if (!real)
        return from_errno(errno);
    err = still_holds(real, before, &st);
    if (!err && access(real, W_OK)) /* a rename would not ask */
        err = from_errno(errno);
    if (!err)
        err = write_beside(real, after, &st, temp, sizeof(temp));
    if (!err) {
        err = still_holds(real, before, &st); /* as late as it can be asked */
        if (!err && rename(temp, real))
            err = from_errno(errno);
        if (err)
            unlink(temp);
    }
    free(real);
    return err;
}

int tt_file_create(const char *path, tt_str text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    int err;

    if (fd < 0)
        return errno == EEXIST ? TT_EINVALID : from_errno(errno);
    err = write_all(fd, text);
    close(fd);
    if (err)
        unlink(path);
    return err;
}

/* ---- places ---- */

int tt_dir_path(enum tt_dir dir, const char *name, struct tt_buf *out)
{
    static const struct {
        const char *own, *xdg, *home;
    } rows[] = {
        [TT_DIR_CONFIG] = { "TRIMTAB_CONFIG_DIR", "XDG_CONFIG_HOME", "/.config/trimtab" },
        [TT_DIR_STATE] = { "TRIMTAB_STATE_DIR", "XDG_STATE_HOME", "/.local/state/trimtab" },
        [TT_DIR_CACHE] = { "TRIMTAB_CACHE_DIR", "XDG_CACHE_HOME", "/.cache/trimtab" },
    };
    const char *own = getenv(rows[dir].own), *xdg = getenv(rows[dir].xdg);
    const char *home = getenv("HOME");

    if (own && own[0])
        tt_buf_adds(out, own);
    else if (xdg && xdg[0] == '/') /* a relative one is invalid, says the specification */
        tt_buf_addf(out, "%s/trimtab", xdg);
    else if (home && home[0])
        tt_buf_addf(out, "%s%s", home, rows[dir].home);
    else
        return TT_ENOTFOUND;
    if (name)
        tt_buf_addf(out, "/%s", name);
    return out->err;
}

int tt_dir_make(const char *path)
{
    char *copy = strdup(path);
    int err = copy ? 0 : TT_ENOMEM;

    for (char *slash = copy; slash && !err;) {
        slash = strchr(slash + 1, '/');
        if (slash)
            *slash = '\0';
        if (mkdir(copy, 0700) && errno != EEXIST)
            err = from_errno(errno);
        if (slash)
            *slash = '/';
    }
    free(copy);
    return err;
}

/* One part of a path onto `out`, which holds an absolute path without "/" at its
 * end (the root is empty). */
static void add_part(struct tt_buf *out, size_t start, tt_str part)
{
    if (part.n == 0 || tt_str_eq(part, TT_STR(".")))
        return;
    if (!tt_str_eq(part, TT_STR(".."))) {
        tt_buf_addc(out, '/');
        tt_buf_add(out, part);
        return;
    }
    while (out->n > start && out->p[--out->n] != '/')
        ;
}

static void add_parts(struct tt_buf *out, size_t start, const char *path)
{
    while (*path) {
        size_t n = strcspn(path, "/");

        add_part(out, start, (tt_str){ path, n });
        path += n + (path[n] == '/');
    }
}

int tt_path_absolute(const char *path, struct tt_buf *out)
{
    size_t start = out->n;

    if (path[0] != '/') {
        char *cwd = getcwd(NULL, 0);

        if (!cwd)
            return from_errno(errno);
        add_parts(out, start, cwd);
        free(cwd);
    }
    add_parts(out, start, path);
    if (out->n == start)
        tt_buf_addc(out, '/');
    if (out->p)
        out->p[out->n] = '\0';
    return out->err;
}

int tt_file_upward(const char *path, const char *name, struct tt_buf *out)
{
    struct tt_buf at = TT_BUF_INIT(PATH_LIMIT);
    int err = tt_path_absolute(path, &at);

    while (!err) {
        size_t folder = at.n;
        bool there;

        tt_buf_addf(&at, "%s%s", at.n && at.p[at.n - 1] == '/' ? "" : "/", name);
        there = !at.err && access(at.p, R_OK) == 0;
        if (there) {
            err = tt_buf_add(out, tt_buf_str(&at));
            break;
        }
        at.n = folder;
        while (at.n && at.p[at.n - 1] != '/')
            at.n--;
        if (at.err || folder <= 1)
            err = at.err ? at.err : TT_ENOTFOUND;
        if (at.n > 1)
            at.n--;
        if (at.p)
            at.p[at.n] = '\0';
    }
    tt_buf_release(&at);
    return err;
}

#define EACH_MAX ((size_t)1 << 20) /* bytes of one file */

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

void tt_files_each(const char *folder, tt_str ending,
                   void (*each)(void *data, tt_str path, tt_str text), void *data)
{
    struct dirent **entries;
    int n = scandir(folder, &entries, NULL, by_name);

    for (int i = 0; i < n; i++) {
        struct tt_buf path = TT_BUF_INIT(1 << 16), text = TT_BUF_INIT(EACH_MAX);
        const char *name = entries[i]->d_name;

        if (name[0] != '.' && tt_str_ends(tt_str_from(name), ending)) {
            tt_buf_addf(&path, "%s/%s", folder, name);
            int err = path.err ? path.err : tt_file_read(path.p, &text);

            if (err)
                tt_log(TT_LOG_WARN, "%s/%s cannot be read: %s", folder, name, tt_file_why(err));
            else
                each(data, tt_buf_str(&path), tt_buf_str(&text));
        }
        tt_buf_release(&path);
        tt_buf_release(&text);
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
}
