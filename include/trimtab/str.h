/* str.h -- a borrowed slice of bytes, the string type of the whole program.
 *
 * A slice has a length, so it may hold NUL bytes and is never assumed to be
 * terminated.  It owns nothing: whoever hands one out says how long it lives.
 */
#ifndef TT_STR_H
#define TT_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef struct tt_str {
    const char *p; /* may be NULL when n is 0 */
    size_t n;      /* bytes */
} tt_str;

#define TT_STR_INIT(lit)                                                                           \
    {                                                                                              \
        .p = (lit), .n = sizeof(lit) - 1                                                           \
    }
#define TT_STR(lit) ((tt_str)TT_STR_INIT(lit))

/* For printf: "%.*s", TT_STR_ARG(s). */
#define TT_STR_ARG(s) (int)(s).n, (s).p ? (s).p : ""

/* `c` is a NUL-terminated string or NULL (the empty slice). */
static inline tt_str tt_str_from(const char *c)
{
    return (tt_str){ c, c ? strlen(c) : 0 };
}

static inline bool tt_str_eq(tt_str a, tt_str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool tt_str_starts(tt_str s, tt_str prefix)
{
    return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

static inline bool tt_str_ends(tt_str s, tt_str suffix)
{
    return s.n >= suffix.n &&
           (suffix.n == 0 || memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}

/* The bytes [from, to) of s; both are clamped to its length. */
static inline tt_str tt_str_sub(tt_str s, size_t from, size_t to)
{
    if (to > s.n)
        to = s.n;
    if (from > to)
        from = to;
    return (tt_str){ s.p ? s.p + from : NULL, to - from };
}

/* The next word of *list, up to a blank or its end; *list goes on behind the blank.  Between two
 * blanks stands an empty word. */
static inline tt_str tt_str_next_word(tt_str *list)
{
    const char *blank = list->n ? (const char *)memchr(list->p, ' ', list->n) : NULL;
    size_t n = blank ? (size_t)(blank - list->p) : list->n;
    tt_str word = tt_str_sub(*list, 0, n);

    *list = tt_str_sub(*list, n + 1, list->n);
    return word;
}

#endif
