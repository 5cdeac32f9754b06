/* diff_tokens.c -- pieces that are close to each other are joined: an edit
 * that touches every second character is no help to a reader. */
#include "text/diff_tokens.h"

#include "text/diff_seq.h"
#include "trimtab/error.h"

#define MAX_TOKENS          12000u
#define MAX_COST            700u
#define MAX_PIECES_PER_LINE 4u
#define MIN_GAP             2u

enum class { SPACE, WORD, NEWLINE, SIGN };

static enum class class_of(char c) {
    unsigned char u = (unsigned char)c;

    if (c == ' ' || c == '\t' || c == '\r') return SPACE;
    if (c == '\n') return NEWLINE;
    if (u >= 0x80 || c == '_' || (u >= '0' && u <= '9') || (u >= 'a' && u <= 'z') ||
        (u >= 'A' && u <= 'Z')) return WORD;
    return SIGN;
}

static size_t token_end(tt_str s, size_t i)
{
    enum class class = class_of(s.p[i]);

    i++;
    if (class == SIGN || class == NEWLINE)
        return i;
    while (i < s.n && class_of(s.p[i]) == class && s.p[i - 1] != '_')
        i++;
    return i;
}

static int split_tokens(tt_str text, struct tt_range range, struct tt_arena *arena,
                        struct tt_seq *out)
{
    tt_str s = tt_str_sub(text, range.start, range.end);
    size_t n = 0, k = 0;

    for (size_t i = 0; i < s.n; i = token_end(s, i))
        n++;
    *out = (struct tt_seq){ .at = tt_arena_array(arena, n, sizeof(*out->at)), .n = n };
    if (!out->at)
        return TT_ENOMEM;
    for (size_t i = 0; i < s.n; k++) {
        size_t end = token_end(s, i);

        out->at[k] = (struct tt_range){ range.start + (uint32_t)i, range.start + (uint32_t)end };
        i = end;
    }
    return 0;
}

/* Byte offset of token i, or the end of the range. */
static uint32_t offset(const struct tt_seq *s, size_t i, struct tt_range range)
{
    return i < s->n ? s->at[i].start : range.end;
}

/* Turn the marks into pieces, joining those with less than MIN_GAP between. */
static size_t collect(tt_str after, const struct tt_diff_hunk *hunk, const struct tt_seq *a,
                      const struct tt_seq *b, struct tt_text_edit *out)
{
    size_t n = 0, i = 0, j = 0;

    while (i < a->n || j < b->n) {
        size_t i0 = i, j0 = j;

        while (i < a->n && a->changed[i])
            i++;
        while (j < b->n && b->changed[j])
            j++;
        if (i > i0 || j > j0) {
            uint32_t from = offset(b, j0, hunk->after), to = offset(b, j, hunk->after);
            struct tt_range range = { offset(a, i0, hunk->before), offset(a, i, hunk->before) };
            struct tt_text_edit *last = n ? &out[n - 1] : NULL;

            if (last && range.start - last->range.end < MIN_GAP) {
                last->range.end = range.end;
                last->text = tt_str_sub(after, (size_t)(last->text.p - after.p), to);
            } else {
                out[n++] = (struct tt_text_edit){ range, tt_str_sub(after, from, to) };
            }
        }
        i++, j++;
    }
    return n;
}

static size_t count_lines(tt_str text, struct tt_range range)
{
    size_t n = 1;

    for (uint32_t i = range.start; i < range.end; i++)
        n += text.p[i] == '\n';
    return n;
}

static size_t size_of(const struct tt_text_edit *edits, size_t n)
{
    size_t sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += edits[i].range.end - edits[i].range.start + edits[i].text.n;
    return sum;
}

int tt_diff_tokens(tt_str before, tt_str after, const struct tt_diff_hunk *hunk,
                   struct tt_arena *arena, struct tt_text_edit **pieces, size_t *n)
{
    size_t whole = (hunk->before.end - hunk->before.start) + (hunk->after.end - hunk->after.start);
    struct tt_text_edit *out;
    struct tt_seq a, b;
    uint32_t n_ids;
    size_t count;
    int err;

    if (hunk->before.start == hunk->before.end || hunk->after.start == hunk->after.end)
        return 0;
    if (whole > (size_t)16 * MAX_TOKENS)
        return 0;
    err = split_tokens(before, hunk->before, arena, &a);
    if (!err)
        err = split_tokens(after, hunk->after, arena, &b);
    if (!err && a.n + b.n > MAX_TOKENS)
        return 0;
    if (!err)
        err = tt_diff_ids(before, &a, after, &b, arena, &n_ids);
    if (!err)
        err = tt_diff_mark(&a, &b, n_ids, false, MAX_COST);
    if (err)
        return err;
    out = tt_arena_array(arena, a.n + b.n, sizeof(*out));
    if (!out)
        return TT_ENOMEM;
    count = collect(after, hunk, &a, &b, out);
    if (count > MAX_PIECES_PER_LINE * count_lines(after, hunk->after) ||
        size_of(out, count) * 10 > whole * 9)
        return 0;
    *pieces = out;
    *n = count;
    return 0;
}
