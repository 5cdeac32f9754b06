/* trust.c -- see trust.h. */
#include "app/trust.h"

#include "app/files.h"
#include "trimtab/error.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define TRUST_MAX ((size_t)1 << 20)

int tt_trust_read(struct tt_buf *out)
{
    struct tt_buf path = TT_BUF_INIT(1 << 16);
    int err = tt_dir_path(TT_DIR_STATE, "trust", &path);

    if (!err)
        err = tt_file_read(path.p, out);
    tt_buf_release(&path);
    return err == TT_ENOTFOUND ? 0 : err;
}

/* The next line of `rest`, without its end; false behind the last. */
static bool next_line(tt_str *rest, tt_str *line)
{
    const char *lf;
    size_t end;

    if (!rest->n)
        return false;
    lf = memchr(rest->p, '\n', rest->n);
    end = lf ? (size_t)(lf - rest->p) : rest->n;
    *line = tt_str_sub(*rest, 0, end);
    *rest = tt_str_sub(*rest, end + (lf != NULL), rest->n);
    return true;
}

static bool is_below(tt_str path, tt_str folder)
{
    return folder.n > 0 && tt_str_starts(path, folder) &&
           (path.n == folder.n || folder.p[folder.n - 1] == '/' || path.p[folder.n] == '/');
}

bool tt_trusted(tt_str folder)
{
    struct tt_buf name = TT_BUF_INIT(1 << 16), text = TT_BUF_INIT(TRUST_MAX);
    bool trusted = false;
    char *real;
    tt_str rest, line;

    tt_buf_add(&name, folder);
    real = name.p && strlen(name.p) == folder.n ? realpath(name.p, NULL) : NULL;
    if (real && tt_trust_read(&text) == 0) {
        rest = tt_buf_str(&text);
        while (!trusted && next_line(&rest, &line))
            trusted = is_below(tt_str_from(real), line);
    }
    free(real);
    tt_buf_release(&name);
    tt_buf_release(&text);
    return trusted;
}

/* Beside it and renamed over it: never half a list. */
static int write_list(tt_str text)
{
    struct tt_buf dir = TT_BUF_INIT(1 << 16), path = TT_BUF_INIT(1 << 16);
    int err = tt_dir_path(TT_DIR_STATE, NULL, &dir);
    FILE *file;

    if (!err)
        err = tt_dir_make(dir.p);
    if (!err)
        tt_buf_addf(&path, "%s/trust.%ld", dir.p, (long)getpid());
    if (!err)
        err = tt_dir_path(TT_DIR_STATE, "trust", (tt_buf_clear(&dir), &dir));
    file = !err && path.p ? fopen(path.p, "wx") : NULL;
    if (!file) {
        err = err ? err : TT_EIO;
    } else {
        bool good = fwrite(text.p ? text.p : "", 1, text.n, file) == text.n;

        good &= fclose(file) == 0;
        if (!good || rename(path.p, dir.p)) {
            (void)remove(path.p);
            err = TT_EIO;
        }
    }
    tt_buf_release(&dir);
    tt_buf_release(&path);
    return err;
}

int tt_trust_set(const char *folder, bool trusted, bool *changed)
{
    struct tt_buf old = TT_BUF_INIT(TRUST_MAX), text = TT_BUF_INIT(TRUST_MAX);
    struct tt_buf name = TT_BUF_INIT(1 << 16);
    char *real = realpath(folder, NULL);
    struct stat st;
    tt_str rest, line;
    bool there = false;
    int err = 0;

    /* What is gone from the disk can still be taken out, by its name. */
    if (real)
        tt_buf_adds(&name, real);
    else
        err = trusted ? TT_ENOTFOUND : tt_path_absolute(folder, &name);
    if (!err && trusted && (stat(real, &st) || !S_ISDIR(st.st_mode) || strchr(real, '\n')))
        err = TT_ENOTFOUND;
    if (!err)
        err = tt_trust_read(&old);
    rest = tt_buf_str(&old);
    while (!err && next_line(&rest, &line)) {
        bool same = tt_str_eq(line, tt_buf_str(&name));

        there |= same;
        if (line.n && !same)
            tt_buf_addf(&text, "%.*s\n", TT_STR_ARG(line));
    }
    if (!err && trusted)
        tt_buf_addf(&text, "%.*s\n", TT_STR_ARG(tt_buf_str(&name)));
    if (!err)
        err = text.err ? text.err : there == trusted ? 0 : write_list(tt_buf_str(&text));
    if (!err)
        *changed = there != trusted;
    free(real);
    tt_buf_release(&old);
    tt_buf_release(&text);
    tt_buf_release(&name);
    return err;
}
