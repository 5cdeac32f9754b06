/* nearest.c -- the name that was probably meant. */
#include "config/config.h"

#define MAX_WORD 40

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Insertions, deletions, changes and swaps of neighbours that turn a into b. */
static unsigned distance(tt_str a, tt_str b)
{
    unsigned d[MAX_WORD + 1][MAX_WORD + 1];

    for (size_t i = 0; i <= a.n; i++)
        d[i][0] = (unsigned)i;
    for (size_t k = 0; k <= b.n; k++)
        d[0][k] = (unsigned)k;
    for (size_t i = 1; i <= a.n; i++) {
        for (size_t k = 1; k <= b.n; k++) {
            char x = lower(a.p[i - 1]), y = lower(b.p[k - 1]);

            d[i][k] = least(least(d[i - 1][k], d[i][k - 1]) + 1, d[i - 1][k - 1] + (x != y));
            if (i > 1 && k > 1 && x == lower(b.p[k - 2]) && lower(a.p[i - 2]) == y)
                d[i][k] = least(d[i][k], d[i - 2][k - 2] + 1);
        }
    }
    return d[a.n][b.n];
}

const char *tt_nearest(tt_str word, const char *(*next)(const void *names, size_t i),
                       const void *names)
{
    const char *best = NULL, *name;
    unsigned best_distance = (unsigned)(word.n < 4 ? 1 : word.n < 8 ? 2 : 3);

    if (word.n > MAX_WORD)
        return NULL;
    for (size_t i = 0; (name = next(names, i)) != NULL; i++) {
        tt_str candidate = tt_str_from(name);
        unsigned d;

        if (candidate.n > MAX_WORD)
            continue;
        d = distance(word, candidate);
        if (d < best_distance || (d == best_distance && !best)) {
            best = name;
            best_distance = d;
        }
    }
    return best;
}
