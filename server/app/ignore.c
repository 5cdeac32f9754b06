/* ignore.c -- see ignore.h.  Matching itself is tt_glob_match_itself's. */
#include "app/ignore.h"

#include "app/files.h"
#include "app/git_excludes.h"
#include "config/config.h"
#include "trimtab/error.h"

#include <stdlib.h>
#include <unistd.h>

#define FILE_MAX  ((size_t)1 << 20)
#define LINES_MAX 20000

struct line {
    tt_str glob; /* in `text` */
    bool negated, folders_only;
};

struct tt_ignore {
    struct tt_ignore *parent; /* borrowed */
    char *folder;             /* owned; without a slash at the end */
    char *text;               /* owned */
    struct line *lines;       /* owned */
    size_t n;
};

static void ignore_free(struct tt_ignore *ignore)
{
    free(ignore->folder);
    free(ignore->text);
    free(ignore->lines);
    free(ignore);
}

/* Blanks at the end do not count, unless one is escaped. */
static tt_str trim(tt_str line)
{
    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    while (line.n && line.p[line.n - 1] == ' ' && !(line.n > 1 && line.p[line.n - 2] == '\\'))
        line.n--;
    return line;
}

static bool parse_line(tt_str line, struct line *out)
{
    *out = (struct line){ 0 };
    line = trim(line);
    if (!line.n || line.p[0] == '#')
        return false;
    if (line.p[0] == '!') {
        out->negated = true;
        line = tt_str_sub(line, 1, line.n);
    }
    if (line.n && line.p[line.n - 1] == '/') {
        out->folders_only = true;
        line.n--;
    }
    out->glob = line;
    return line.n > 0;
}

static void parse_lines(struct tt_ignore *ignore, size_t n)
{
    const char *at = ignore->text, *end = at + n;

    while (at < end && ignore->n < LINES_MAX) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        struct line *longer;
        struct line line;

        if (!stop)
            stop = end;
        if (parse_line((tt_str){ at, (size_t)(stop - at) }, &line)) {
            longer = realloc(ignore->lines, (ignore->n + 1) * sizeof(line));
            if (!longer)
                return;
            ignore->lines = longer;
            ignore->lines[ignore->n++] = line;
        }
        at = stop + 1;
    }
}

struct tt_ignore *tt_ignore_add(struct tt_ignore *parent, const char *folder, tt_str lines)
{
    struct tt_ignore *ignore = lines.n ? calloc(1, sizeof(*ignore)) : NULL;

    if (!ignore)
        return parent;
    ignore->parent = parent;
    ignore->folder = strdup(folder);
    ignore->text = malloc(lines.n + 1);
    if (!ignore->folder || !ignore->text) {
        ignore_free(ignore);
        return parent;
    }
    memcpy(ignore->text, lines.p, lines.n);
    parse_lines(ignore, lines.n);
    if (ignore->n)
        return ignore;
    ignore_free(ignore);
    return parent;
}

struct tt_ignore *tt_ignore_enter(struct tt_ignore *parent, const char *folder)
{
    struct tt_buf path = TT_BUF_INIT(1 << 16);
    struct tt_buf lines = TT_BUF_INIT(FILE_MAX);
    struct tt_ignore *ignore = parent;

    tt_git_excludes(folder, &lines);
    tt_buf_addf(&path, "%s/.gitignore", folder);
    if (!path.err)
        tt_file_append_lines(path.p, &lines);
    if (!lines.err)
        ignore = tt_ignore_add(parent, folder, tt_buf_str(&lines));
    tt_buf_release(&lines);
    tt_buf_release(&path);
    return ignore;
}

struct tt_ignore *tt_ignore_leave(struct tt_ignore *ignore, struct tt_ignore *parent)
{
    if (ignore != parent)
        ignore_free(ignore);
    return parent;
}

void tt_ignore_destroy_all(struct tt_ignore *ignore)
{
    while (ignore) {
        struct tt_ignore *parent = ignore->parent;

        ignore_free(ignore);
        ignore = parent;
    }
}

struct tt_ignore *tt_ignore_above(const char *folder)
{
    struct tt_buf root = TT_BUF_INIT(1 << 16);
    struct tt_ignore *ignore = NULL;
    size_t at;

    if (tt_file_upward(folder, ".git", &root)) {
        tt_buf_release(&root);
        return NULL;
    }
    at = root.n - strlen("/.git");
    tt_buf_clear(&root);
    tt_buf_adds(&root, folder);
    while (!root.err && at < root.n) {
        char kept = root.p[at];

        root.p[at] = '\0'; /* the path up to here */
        ignore = tt_ignore_enter(ignore, root.p);
        root.p[at] = kept;
        at++;
        while (at < root.n && root.p[at] != '/')
            at++;
    }
    tt_buf_release(&root);
    return ignore;
}

static const struct line *last_match(const struct tt_ignore *ignore, tt_str path, bool is_folder)
{
    size_t n = strlen(ignore->folder);
    tt_str relative;

    if (path.n <= n + 1 || memcmp(path.p, ignore->folder, n) != 0 || path.p[n] != '/')
        return NULL;
    relative = tt_str_sub(path, n + 1, path.n);
    for (size_t i = ignore->n; i-- > 0;) {
        const struct line *line = &ignore->lines[i];

        if ((is_folder || !line->folders_only) && tt_glob_match_itself(line->glob, relative))
            return line;
    }
    return NULL;
}

bool tt_ignore_has(const struct tt_ignore *ignore, tt_str path, bool is_folder)
{
    for (; ignore; ignore = ignore->parent) {
        const struct line *line = last_match(ignore, path, is_folder);

        if (line)
            return !line->negated;
    }
    return false;
}

bool tt_ignore_has_below(const struct tt_ignore *ignore, tt_str path)
{
    for (size_t i = 1; i < path.n; i++) {
        if (path.p[i] == '/' && tt_ignore_has(ignore, tt_str_sub(path, 0, i), true))
            return true;
    }
    return tt_ignore_has(ignore, path, false);
}
