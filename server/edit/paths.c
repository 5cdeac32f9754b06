/* paths.c -- compared from the end, component by component. */
#include "edit/paths.h"

static bool is_slash(char c)
{
    return c == '/' || c == '\\';
}

/* Take the last component off. */
static tt_str last_component(tt_str *path)
{
    size_t end = path->n, start;

    while (end > 0 && is_slash(path->p[end - 1]))
        end--;
    start = end;
    while (start > 0 && !is_slash(path->p[start - 1]))
        start--;
    tt_str last = tt_str_sub(*path, start, end);
    *path = tt_str_sub(*path, 0, start);
    return last;
}

static tt_str without_dots(tt_str path)
{
    while (path.n >= 2 && path.p[0] == '.' && is_slash(path.p[1]))
        path = tt_str_sub(path, 2, path.n);
    return path;
}

static bool is_absolute(tt_str path)
{
    return path.n && (is_slash(path.p[0]) || (path.n > 2 && path.p[1] == ':'));
}

enum tt_path_fit tt_path_fit(tt_str ours, tt_str theirs)
{
    bool absolute = is_absolute(theirs);
    size_t same = 0;

    ours = without_dots(ours);
    theirs = without_dots(theirs);
    for (;;) {
        tt_str a = last_component(&ours), b = last_component(&theirs);

        if (b.n == 0) /* all that they named is ours */
            return same ? TT_PATH_SAME : TT_PATH_OTHER;
        if (a.n == 0) /* they named more folders than we know */
            return !same ? TT_PATH_OTHER : absolute ? TT_PATH_SAME : TT_PATH_SAME_NAME;
        if (!tt_str_eq(a, b))
            return same ? TT_PATH_SAME_NAME : TT_PATH_OTHER;
        same++;
    }
}
