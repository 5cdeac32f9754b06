/* region_lines.c -- the lines of a rewritten region, and of the region that it is
 * to replace, as they are compared. */
#include "edit/region_lines.h"

#include "edit/parse.h"
#include "trimtab/error.h"

tt_str tt_region_indent(const struct tt_line_keys *keys)
{
    tt_str common = { NULL, 0 };
    bool first = true;

    for (size_t i = 0; i < keys->n; i++) {
        tt_str line = keys->line[i];
        size_t n = line.n - tt_trim_left(line).n, k = 0;

        if (tt_is_blank(line))
            continue;
        if (first)
            common = tt_str_sub(line, 0, n);
        while (k < common.n && k < n && common.p[k] == line.p[k])
            k++;
        common.n = k;
        first = false;
    }
    return common;
}

size_t tt_region_blanks_above(const struct tt_line_keys *keys)
{
    size_t n = 0;

    while (n < keys->n && tt_is_blank(keys->line[n]))
        n++;
    return n;
}

size_t tt_region_blanks_below(const struct tt_line_keys *keys)
{
    size_t n = 0;

    while (n < keys->n && tt_is_blank(keys->line[keys->n - 1 - n]))
        n++;
    return n;
}

tt_str tt_region_first_line(const struct tt_line_keys *keys)
{
    size_t blanks = tt_region_blanks_above(keys);

    return blanks < keys->n ? tt_trim(keys->line[blanks]) : (tt_str){ NULL, 0 };
}

/* ---- lines as numbers ---- */

static uint64_t key_of(tt_str line)
{
    uint64_t h = 1469598103934665603u;

    line = tt_trim(line);
    for (size_t i = 0; i < line.n; i++)
        h = (h ^ (unsigned char)line.p[i]) * 1099511628211u;
    return line.n ? h | 1 : 0; /* 0: blank */
}

int tt_region_key_order(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

/* Says nothing that runs: what comes instead of code must be code. */
static bool is_comment(tt_str line)
{
    static const char *const starts[] = { "//", "/*", "*", "#", "--", "<!--", "\"\"\"" };

    line = tt_trim(line);
    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        if (tt_str_starts(line, tt_str_from(starts[i])))
            return true;
    }
    return false;
}

int tt_region_keys(tt_str text, bool code_only, struct tt_arena *arena, uint64_t **out, size_t *n)
{
    struct tt_line_keys lines;

    if (tt_keys_of_text(&lines, text, arena))
        return TT_ENOMEM;
    *out = tt_arena_array(arena, lines.n + 1, sizeof(**out));
    if (!*out)
        return TT_ENOMEM;
    *n = 0;
    for (size_t i = 0; i < lines.n; i++) {
        uint64_t key = key_of(lines.line[i]);

        if (key && !(code_only && is_comment(lines.line[i])))
            (*out)[(*n)++] = key;
    }
    return 0;
}
