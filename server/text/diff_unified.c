/* diff_unified.c -- a diff as people and `patch` read it.
 *
 * Hunks whose context would touch are written as one.  Lines are counted as
 * `patch` counts them: by '\n' alone.
 */
#include "text/diff.h"

#include "trimtab/error.h"

/* Where we are in both texts: the next line to be written, and its number. */
struct cursor {
    uint32_t before, after;           /* bytes */
    uint32_t before_line, after_line; /* from 1 */
};

static uint32_t next_line(tt_str text, uint32_t at)
{
    const char *end = at < text.n ? memchr(text.p + at, '\n', text.n - at) : NULL;

    return end ? (uint32_t)(end - text.p) + 1 : (uint32_t)text.n;
}

static uint32_t line_before(tt_str text, uint32_t at)
{
    if (at > 0)
        at--;
    while (at > 0 && text.p[at - 1] != '\n')
        at--;
    return at;
}

static uint32_t count_lines(tt_str text, uint32_t from, uint32_t to)
{
    uint32_t n = 0;

    for (; from < to; from = next_line(text, from))
        n++;
    return n;
}

static void write_lines(char mark, tt_str text, uint32_t from, uint32_t to, struct tt_buf *out)
{
    while (from < to) {
        uint32_t end = next_line(text, from);

        tt_buf_addc(out, mark);
        tt_buf_add(out, tt_str_sub(text, from, end));
        if (text.p[end - 1] != '\n')
            tt_buf_adds(out, "\n\\ No newline at end of file\n");
        from = end;
    }
}

/* `at` moved back over up to `context` lines, not before `floor`. */
static uint32_t back(tt_str text, uint32_t at, unsigned context, uint32_t floor)
{
    for (unsigned i = 0; i < context && at > floor; i++)
        at = line_before(text, at);
    return at;
}

static uint32_t forward(tt_str text, uint32_t at, unsigned context, uint32_t ceiling)
{
    for (unsigned i = 0; i < context && at < ceiling; i++)
        at = next_line(text, at);
    return at;
}

/* How many hunks from `first` on stand in one group. */
static size_t group(tt_str before, const struct tt_diff *diff, size_t first, unsigned context)
{
    size_t n = 1;

    while (first + n < diff->n_hunks) {
        uint32_t end = diff->hunks[first + n - 1].before.end;
        uint32_t start = diff->hunks[first + n].before.start;

        if (count_lines(before, end, start) > 2 * context)
            break;
        n++;
    }
    return n;
}

/* "3,7"; an empty side names the line before it, as diff does. */
static void write_span(uint32_t line, uint32_t count, struct tt_buf *out)
{
    if (count == 1)
        tt_buf_addf(out, "%u", line);
    else
        tt_buf_addf(out, "%u,%u", count ? line : line - 1, count);
}

static void write_group(tt_str before, tt_str after, const struct tt_diff_hunk *hunks, size_t n,
                        unsigned context, struct cursor *at, struct tt_buf *out)
{
    uint32_t start = back(before, hunks[0].before.start, context, at->before);
    uint32_t end = forward(before, hunks[n - 1].before.end, context, (uint32_t)before.n);
    uint32_t lead = hunks[0].before.start - start; /* context: the same bytes in both */
    uint32_t after_start = hunks[0].after.start - lead;
    uint32_t after_end = hunks[n - 1].after.end + (end - hunks[n - 1].before.end);
    uint32_t n_before = count_lines(before, start, end);
    uint32_t n_after = count_lines(after, after_start, after_end), pos = start;

    at->before_line += count_lines(before, at->before, start);
    at->after_line += count_lines(after, at->after, after_start);
    tt_buf_adds(out, "@@ -");
    write_span(at->before_line, n_before, out);
    tt_buf_adds(out, " +");
    write_span(at->after_line, n_after, out);
    tt_buf_adds(out, " @@\n");
    for (size_t i = 0; i < n; i++) {
        write_lines(' ', before, pos, hunks[i].before.start, out);
        write_lines('-', before, hunks[i].before.start, hunks[i].before.end, out);
        write_lines('+', after, hunks[i].after.start, hunks[i].after.end, out);
        pos = hunks[i].before.end;
    }
    write_lines(' ', before, pos, end, out);
    *at = (struct cursor){ end, after_end, at->before_line + n_before, at->after_line + n_after };
}

int tt_diff_unified(tt_str before, tt_str after, tt_str from_label, tt_str to_label,
                    unsigned context, struct tt_buf *out)
{
    struct cursor at = { 0, 0, 1, 1 };
    struct tt_arena arena;
    struct tt_diff diff;
    int err;

    tt_arena_init(&arena);
    err = tt_diff_texts(before, after, TT_DIFF_LINES, &arena, &diff);
    if (!err && diff.n_hunks) {
        tt_buf_addf(out, "--- %.*s\n+++ %.*s\n", TT_STR_ARG(from_label), TT_STR_ARG(to_label));
        for (size_t i = 0, n; i < diff.n_hunks; i += n) {
            n = group(before, &diff, i, context);
            write_group(before, after, &diff.hunks[i], n, context, &at, out);
        }
        err = out->err;
    }
    tt_arena_release(&arena);
    return err;
}
