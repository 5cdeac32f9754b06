/* weight.c -- see weight.h. */
#include "session/weight.h"

#include "base/arena.h"
#include "text/diff_seq.h"

#define DIFF_MAX  (64u << 10) /* bytes of one edit that are compared word by word */
#define DIFF_COST 500u

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

double tt_weight(const struct tt_text *text, struct tt_range range)
{
    double n = 0;

    for (uint32_t at = range.start; at < range.end;) {
        tt_str chunk = tt_text_chunk(text, at);

        if (!chunk.n)
            break;
        for (size_t i = 0; i < chunk.n && at < range.end; i++, at++)
            n += !is_space(chunk.p[i]);
    }
    return n;
}

double tt_weight_str(tt_str s)
{
    double n = 0;

    for (size_t i = 0; i < s.n; i++)
        n += !is_space(s.p[i]);
    return n;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

/* Words, numbers and single signs, without what is between them. */
static bool tokenize(tt_str text, struct tt_arena *arena, struct tt_seq *out)
{
    *out = (struct tt_seq){ .at = tt_arena_array(arena, text.n + 1, sizeof(*out->at)),
                            .id = tt_arena_array(arena, text.n + 1, sizeof(*out->id)),
                            .changed = tt_arena_array(arena, text.n + 1, sizeof(*out->changed)) };
    for (uint32_t i = 0; out->at && i < text.n;) {
        uint32_t start = i;

        while (i < text.n && is_word(text.p[i]))
            i++;
        if (i == start)
            i++;
        if (i - start > 1 || !is_space(text.p[start]))
            out->at[out->n++] = (struct tt_range){ start, i };
    }
    return out->at && out->id && out->changed;
}

double tt_weight_in_common(tt_str written, tt_str now)
{
    struct tt_seq a, b;
    struct tt_arena arena;
    uint32_t n_ids;
    double sum = -1;

    if (written.n > DIFF_MAX || now.n > DIFF_MAX)
        return -1;
    tt_arena_init(&arena);
    if (tokenize(written, &arena, &a) && tokenize(now, &arena, &b) &&
        tt_diff_ids(written, &a, now, &b, &arena, &n_ids) == 0 &&
        tt_diff_mark(&a, &b, n_ids, false, DIFF_COST) == 0) {
        sum = 0;
        for (size_t i = 0; i < a.n; i++)
            sum += a.changed[i] ? 0 : a.at[i].end - a.at[i].start;
    }
    tt_arena_release(&arena);
    return sum;
}

bool tt_weight_same(const struct tt_text *a, struct tt_range ra, const struct tt_text *b,
                    struct tt_range rb)
{
    if (ra.end - ra.start != rb.end - rb.start)
        return false;
    while (ra.start < ra.end) {
        tt_str ca = tt_text_chunk(a, ra.start), cb = tt_text_chunk(b, rb.start);
        size_t n = ra.end - ra.start;

        n = ca.n < n ? ca.n : n;
        n = cb.n < n ? cb.n : n;
        if (!n || memcmp(ca.p, cb.p, n) != 0)
            return false;
        ra.start += (uint32_t)n;
        rb.start += (uint32_t)n;
    }
    return true;
}
