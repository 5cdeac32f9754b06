/* scope.c -- see scope.h. */
#include "edit/scope.h"

#include "edit/parse.h"
#include "trimtab/error.h"

static bool blank_between(tt_str s, size_t from, size_t to)
{
    return tt_is_blank(tt_str_sub(s, from, to));
}

static struct tt_range widen(tt_str s, struct tt_range r)
{
    size_t start = r.start, end = r.end;

    while (start > 0 && s.p[start - 1] != '\n')
        start--;
    while (end < s.n && s.p[end] != '\n' && (end == 0 || s.p[end - 1] != '\n' || end == r.end))
        end++;
    if (!blank_between(s, start, r.start))
        start = r.start;
    if (r.end > 0 && r.end <= s.n && s.p[r.end - 1] == '\n' && r.end > r.start)
        end = r.end; /* whole lines already */
    else if (!blank_between(s, r.end, end))
        end = r.end;
    else if (end < s.n)
        end++;
    return (struct tt_range){ (uint32_t)start, (uint32_t)end };
}

int tt_scope_widen(tt_str before, const struct tt_range *ranges, size_t n, struct tt_arena *arena,
                   struct tt_range **out, size_t *n_out)
{
    struct tt_range *list = tt_arena_array(arena, n ? n : 1, sizeof(*list));
    size_t kept = 0;

    if (!list)
        return TT_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        struct tt_range r = widen(before, ranges[i]);

        if (kept && r.start <= list[kept - 1].end)
            list[kept - 1].end = r.end > list[kept - 1].end ? r.end : list[kept - 1].end;
        else
            list[kept++] = r;
    }
    if (n == 0)
        list[kept++] = (struct tt_range){ 0, (uint32_t)before.n };
    *out = list;
    *n_out = kept;
    return 0;
}

static bool is_inside(const struct tt_range *ranges, size_t n, struct tt_range r)
{
    for (size_t i = 0; i < n; i++) {
        if (tt_range_contains(ranges[i], r))
            return true;
    }
    return false;
}

static bool is_tail(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

static bool is_border(tt_str s, size_t i)
{
    return i == 0 || i >= s.n || (!is_tail(s.p[i]) && !(s.p[i] == '\n' && s.p[i - 1] == '\r'));
}

/* A removal of [start, end) is also one of [start-1, end-1) if the bytes at
 * start-1 and end-1 are equal. */
static bool fit_removal(tt_str s, const struct tt_range *ranges, size_t n, uint32_t from,
                        uint32_t to, struct tt_range *r)
{
    struct tt_range left = *r, right = *r;

    while (left.start > from && s.p[left.start - 1] == s.p[left.end - 1]) {
        left.start--;
        left.end--;
        if (is_border(s, left.start) && is_border(s, left.end) && is_inside(ranges, n, left)) {
            *r = left;
            return true;
        }
    }
    while (right.end < to && s.p[right.start] == s.p[right.end]) {
        right.start++;
        right.end++;
        if (is_border(s, right.start) && is_border(s, right.end) && is_inside(ranges, n, right)) {
            *r = right;
            return true;
        }
    }
    return false;
}

/* An insertion of t at p is also one of t turned by one byte at p-1. */
static bool fit_insertion(tt_str s, const struct tt_range *ranges, size_t n, uint32_t from,
                          uint32_t to, struct tt_text_edit *edit, struct tt_arena *arena)
{
    uint32_t at = edit->range.start;
    tt_str t = edit->text;
    long best = 0;

    for (long k = 1; at >= from + k && s.p[at - k] == t.p[t.n - 1 - (size_t)(k - 1) % t.n]; k++) {
        struct tt_range r = { at - (uint32_t)k, at - (uint32_t)k };

        if (is_border(s, r.start) && is_border(t, t.n - (size_t)k % t.n) &&
            is_inside(ranges, n, r)) {
            best = -k;
            break;
        }
    }
    for (long k = 1; !best && at + k <= to && s.p[at + k - 1] == t.p[(size_t)(k - 1) % t.n]; k++) {
        struct tt_range r = { at + (uint32_t)k, at + (uint32_t)k };

        if (is_border(s, r.start) && is_border(t, (size_t)k % t.n) && is_inside(ranges, n, r))
            best = k;
    }
    if (!best)
        return false;
    size_t turn = best > 0 ? (size_t)best % t.n : (t.n - (size_t)(-best) % t.n) % t.n;
    char *p = tt_arena_alloc(arena, t.n);

    if (!p)
        return false;
    memcpy(p, t.p + turn, t.n - turn);
    memcpy(p + (t.n - turn), t.p, turn);
    edit->text.p = p;
    edit->range.start = edit->range.end = (uint32_t)((long)at + best);
    return true;
}

bool tt_scope_fit(tt_str before, const struct tt_range *ranges, size_t n, uint32_t from,
                  uint32_t to, struct tt_text_edit *edit, struct tt_arena *arena)
{
    if (is_inside(ranges, n, edit->range))
        return true;
    if (edit->text.n == 0)
        return fit_removal(before, ranges, n, from, to, &edit->range);
    if (edit->range.start == edit->range.end)
        return fit_insertion(before, ranges, n, from, to, edit, arena);
    return false;
}

bool tt_scope_is_import(tt_str line)
{
    static const char *const words[] = { "import ",  "from ",    "use ",     "using ",
                                         "#include", "require",  "package ", "extern crate ",
                                         "@import",  "include ", "const ",   "namespace " };
    tt_str s = tt_trim(line);

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        tt_str rest = s;

        if (!tt_skip(&rest, words[i]))
            continue;
        return strcmp(words[i], "const ") != 0 || (memmem(rest.p, rest.n, "require(", 8) != NULL);
    }
    return false;
}

/* Lines that may stand between imports, or above them. */
static bool is_filler(tt_str line)
{
    static const char *const starts[] = { "#",      "//",    "/*",    "*", "--", ";",
                                          "\"use ", "'use ", "<?php", "}", ")" };
    tt_str s = tt_trim(line);

    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        if (tt_str_starts(s, tt_str_from(starts[i])))
            return true;
    }
    return s.n == 0;
}

struct tt_range tt_scope_import_lines(tt_str before)
{
    struct tt_range block = { 0, 0 };
    bool found = false;
    size_t at = 0, odd = 0;

    while (at < before.n && odd < 40) {
        const char *nl = memchr(before.p + at, '\n', before.n - at);
        size_t end = nl ? (size_t)(nl - before.p) + 1 : before.n;
        tt_str line = tt_str_sub(before, at, end - (nl != NULL));

        if (tt_scope_is_import(line)) {
            if (!found)
                block.start = (uint32_t)at;
            block.end = (uint32_t)end;
            found = true;
            odd = 0;
        } else if (!is_filler(line) && ++odd > 12) {
            break; /* names of a long import list are let pass */
        }
        at = end;
    }
    return block;
}
