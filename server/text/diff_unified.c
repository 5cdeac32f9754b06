/* diff_unified.c -- the form that people and patch(1) read. */
#include "text/diff.h"

#include "trimtab/error.h"

struct lines {
    tt_str text;
    struct tt_range *at;
    size_t n;
};

static int split(tt_str text, struct tt_arena *arena, struct lines *out)
{
    size_t n = 0, at = 0;

    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == '\n';
    n += text.n && text.p[text.n - 1] != '\n';
    *out = (struct lines){ text, tt_arena_array(arena, n + 1, sizeof(*out->at)), n };
    if (!out->at)
        return TT_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        const char *nl = memchr(text.p + at, '\n', text.n - at);
        size_t end = nl ? (size_t)(nl - text.p) + 1 : text.n;

        out->at[i] = (struct tt_range){ (uint32_t)at, (uint32_t)end };
        at = end;
    }
    return 0;
}

/* The index of the line that starts at this offset. */
static size_t index_of(const struct lines *lines, uint32_t offset)
{
    size_t lo = 0, hi = lines->n;

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;

        if (lines->at[mid].start < offset)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static void add_lines(struct tt_buf *out, const struct lines *lines, size_t from, size_t to,
                      char sign)
{
    for (size_t i = from; i < to; i++) {
        tt_str s = tt_str_sub(lines->text, lines->at[i].start, lines->at[i].end);

        tt_buf_addc(out, sign);
        tt_buf_add(out, s);
        if (!tt_str_ends(s, TT_STR("\n")))
            tt_buf_adds(out, "\n\\ No newline at end of file\n");
    }
}

/* "12,3"; "12" for one line; "11,0" for none in front of line 12. */
static void add_range(struct tt_buf *out, size_t from, size_t to)
{
    if (to - from == 1)
        tt_buf_addf(out, "%zu", from + 1);
    else
        tt_buf_addf(out, "%zu,%zu", to == from ? from : from + 1, to - from);
}

/* Hunks [i, j) stand so close that their context is shared. */
static void add_group(struct tt_buf *out, const struct lines *a, const struct lines *b,
                      const struct tt_diff *diff, size_t i, size_t j, size_t context)
{
    size_t first = index_of(a, diff->hunks[i].before.start);
    size_t last = index_of(a, diff->hunks[j - 1].before.end);
    size_t head = first < context ? first : context;
    size_t tail = a->n - last < context ? a->n - last : context;
    size_t at = first - head;

    tt_buf_adds(out, "@@ -");
    add_range(out, first - head, last + tail);
    tt_buf_adds(out, " +");
    add_range(out, index_of(b, diff->hunks[i].after.start) - head,
              index_of(b, diff->hunks[j - 1].after.end) + tail);
    tt_buf_adds(out, " @@\n");
    for (; i < j; i++) {
        const struct tt_diff_hunk *h = &diff->hunks[i];

        add_lines(out, a, at, index_of(a, h->before.start), ' ');
        add_lines(out, a, index_of(a, h->before.start), index_of(a, h->before.end), '-');
        add_lines(out, b, index_of(b, h->after.start), index_of(b, h->after.end), '+');
        at = index_of(a, h->before.end);
    }
    add_lines(out, a, at, last + tail, ' ');
}

int tt_diff_unified(tt_str before, tt_str after, tt_str from_label, tt_str to_label,
                    unsigned context, struct tt_buf *out)
{
    struct tt_arena arena;
    struct lines a, b;
    struct tt_diff diff;
    int err;

    tt_arena_init(&arena);
    err = tt_diff_texts(before, after, TT_DIFF_LINES, &arena, &diff);
    if (!err)
        err = split(before, &arena, &a);
    if (!err)
        err = split(after, &arena, &b);
    if (!err && diff.n_hunks)
        tt_buf_addf(out, "--- %.*s\n+++ %.*s\n", TT_STR_ARG(from_label), TT_STR_ARG(to_label));
    for (size_t i = 0, j; !err && i < diff.n_hunks; i = j) {
        for (j = i + 1; j < diff.n_hunks; j++) {
            size_t gap = index_of(&a, diff.hunks[j].before.start) -
                         index_of(&a, diff.hunks[j - 1].before.end);

            if (gap > 2 * (size_t)context)
                break;
        }
        add_group(out, &a, &b, &diff, i, j, context);
    }
    tt_arena_release(&arena);
    return err ? err : out->err;
}
