/* glob.c -- the patterns of .gitignore, without its negation.
 *
 * A pattern without a slash (but for one at its end) matches a name at any
 * depth; with one, it is anchored at the root.  What matches a folder matches
 * all that is in it.
 */
#include "config/config.h"

#define MAX_GLOB  1024
#define MAX_STEPS 100000 /* a pattern of many stars must not hang the editor */

/* [a-z], [!a-z]: gives the length of the class, 0 when it has no end. */
static size_t match_class(tt_str glob, char c, bool *hit)
{
    size_t i = 1;
    bool not = glob.n > 1 && (glob.p[1] == '!' || glob.p[1] == '^');

    *hit = false;
    if (not )
        i++;
    for (size_t first = i; i < glob.n && (glob.p[i] != ']' || i == first); i++) {
        char from = glob.p[i], to = from;

        if (i + 2 < glob.n && glob.p[i + 1] == '-' && glob.p[i + 2] != ']') {
            to = glob.p[i + 2];
            i += 2;
        }
        if (c >= from && c <= to)
            *hit = true;
    }
    *hit = *hit != not ;
    return i < glob.n ? i + 1 : 0;
}

/* What is matched against. */
struct look {
    bool whole; /* all of the path, and not up to a slash of it */
    unsigned steps;
};

static bool match(tt_str glob, tt_str path, struct look *look);

/* At a star: one (not over a slash) or two (over any). */
static bool match_star(tt_str glob, tt_str path, struct look *look)
{
    bool deep = glob.n > 1 && glob.p[1] == '*';
    tt_str rest = tt_str_sub(glob, deep ? 2 : 1, glob.n);

    if (deep && rest.n > 0 && rest.p[0] == '/' && match(tt_str_sub(rest, 1, rest.n), path, look))
        return true; /* a/ ** /b matches a/b */
    for (size_t i = 0;; i++) {
        if (match(rest, tt_str_sub(path, i, path.n), look))
            return true;
        if (i >= path.n || (!deep && path.p[i] == '/'))
            return false;
    }
}

/* One character of the pattern that is no star: gives how much of it that was,
 * 0 when it does not match. */
static size_t match_one(tt_str glob, char c)
{
    bool hit = glob.p[0] == c;
    size_t used = 1;

    if (glob.p[0] == '?') {
        hit = c != '/';
    } else if (glob.p[0] == '\\' && glob.n > 1) {
        used = 2;
        hit = glob.p[1] == c;
    } else if (glob.p[0] == '[') {
        size_t length = match_class(glob, c, &hit);

        used = length ? length : 1;
        hit = length ? hit && c != '/' : c == '[';
    }
    return hit ? used : 0;
}

/* The whole of `path`, or up to a slash of it. */
static bool match(tt_str glob, tt_str path, struct look *look)
{
    while (glob.n > 0 && ++look->steps <= MAX_STEPS) {
        size_t used;

        if (glob.p[0] == '*')
            return match_star(glob, path, look);
        used = path.n > 0 ? match_one(glob, path.p[0]) : 0;
        if (used == 0)
            return false;
        glob = tt_str_sub(glob, used, glob.n);
        path = tt_str_sub(path, 1, path.n);
    }
    return glob.n == 0 && (path.n == 0 || (!look->whole && path.p[0] == '/'));
}

static bool glob_match(tt_str glob, tt_str path, bool whole)
{
    struct look look = { .whole = whole };
    bool anchored;

    if (glob.n > 0 && glob.p[glob.n - 1] == '/')
        glob.n--;
    anchored = glob.n > 0 && memchr(glob.p, '/', glob.n) != NULL;
    if (glob.n > 0 && glob.p[0] == '/')
        glob = tt_str_sub(glob, 1, glob.n);
    if (glob.n == 0 || glob.n > MAX_GLOB)
        return false;
    for (;;) {
        if (match(glob, path, &look))
            return true;
        const char *slash = anchored || path.n == 0 ? NULL : memchr(path.p, '/', path.n);
        if (!slash)
            return false;
        path = tt_str_sub(path, (size_t)(slash - path.p) + 1, path.n);
    }
}

bool tt_glob_match(tt_str glob, tt_str path)
{
    return glob_match(glob, path, false);
}

bool tt_glob_match_itself(tt_str glob, tt_str path)
{
    return glob_match(glob, path, true);
}
