/* ladder.c -- lines become numbers, and Knuth, Morris and Pratt's search over
 * numbers finds all places in linear time, whatever the lines are.  A place is
 * then checked on the bytes. */
#include "edit/ladder.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "edit/parse.h"
#include "trimtab/error.h"

#include <ctype.h>
#include <stdlib.h>

static uint64_t mix(uint64_t h, uint64_t v)
{
    h = (h ^ v) * 0xD6E8FEB86659FD93u;
    return h ^ (h >> 29);
}

static uint64_t hash_of(tt_str s)
{
    uint64_t h = 0x9E3779B97F4A7C15u;

    for (; s.n >= 8; s = tt_str_sub(s, 8, s.n)) {
        uint64_t w;

        memcpy(&w, s.p, 8);
        h = mix(h, w);
    }
    for (size_t i = 0; i < s.n; i++)
        h = mix(h, (unsigned char)s.p[i] + 1u);
    return h;
}

/* Code points that stand for plain ASCII, here or there. */
static const struct {
    uint16_t first, last;
    char ascii;
} folds[] = {
    { 0x2010, 0x2015, '-' }, { 0x2018, 0x201B, '\'' }, { 0x201C, 0x201F, '"' },
    { 0x2002, 0x200A, ' ' }, { 0x00A0, 0x00A0, ' ' },  { 0x202F, 0x202F, ' ' },
    { 0x205F, 0x205F, ' ' }, { 0x3000, 0x3000, ' ' },  { 0x2212, 0x2212, '-' },
};

/* Its ASCII, and a number of its own below 32; 0: stays as it is. */
static uint32_t fold_of(uint32_t c, unsigned *number)
{
    *number = 0;
    for (size_t i = 0; c >= 0x80 && i < sizeof(folds) / sizeof(folds[0]); i++) {
        if (c >= folds[i].first && c <= folds[i].last) {
            *number += c - folds[i].first;
            return (unsigned char)folds[i].ascii;
        }
        *number += folds[i].last - folds[i].first + 1u;
    }
    return 0;
}

static uint32_t folded(uint32_t c)
{
    unsigned unused;

    return fold_of(c, &unused);
}

static uint32_t next_point(tt_str *s)
{
    size_t n = 1;
    uint32_t c = (unsigned char)s->p[0] < 0x80 ? (unsigned char)s->p[0] : tt_utf8_decode(*s, &n);

    *s = tt_str_sub(*s, n, s->n);
    return c;
}

/* Step through the folded line: the next code point, or -1 at the end. */
static int64_t next_folded(tt_str *s, bool *leading)
{
    uint32_t c;

    if (!s->n)
        return -1;
    if (*leading && s->n >= 2 && s->p[0] == '\\' && s->p[1] == 't') {
        *s = tt_str_sub(*s, 2, s->n);
        return '\t';
    }
    c = next_point(s);
    *leading = *leading && (c == ' ' || c == '\t');
    return folded(c) ? folded(c) : c;
}

static uint64_t folded_hash(tt_str s)
{
    uint64_t h = 0x2545F4914F6CDD1Du;
    bool leading = true;

    s = tt_trim_right(s);
    for (int64_t c = next_folded(&s, &leading); c >= 0; c = next_folded(&s, &leading))
        h = mix(h, (uint64_t)c);
    return h;
}

static bool folded_equal(tt_str a, tt_str b)
{
    bool la = true, lb = true;
    int64_t x, y;

    a = tt_trim_right(a);
    b = tt_trim_right(b);
    do {
        x = next_folded(&a, &la);
        y = next_folded(&b, &lb);
    } while (x == y && x >= 0);
    return x == y;
}

static uint64_t key_of(tt_str line, enum tt_rung rung)
{
    switch (rung) {
    case TT_RUNG_EXACT:
        return hash_of(line);
    case TT_RUNG_TRAILING:
        return hash_of(tt_trim_right(line));
    case TT_RUNG_SHIFT:
        return hash_of(tt_trim(line));
    case TT_RUNG_FOLD:
    case TT_RUNG_COUNT:
        break;
    }
    return folded_hash(line);
}

static int need_keys(struct tt_line_keys *keys, enum tt_rung rung, struct tt_arena *arena)
{
    if (keys->key[rung])
        return 0;
    keys->key[rung] = tt_arena_array(arena, keys->n + 1, sizeof(uint64_t));
    if (!keys->key[rung])
        return TT_ENOMEM;
    for (size_t i = 0; i < keys->n; i++)
        keys->key[rung][i] = key_of(keys->line[i], rung);
    return 0;
}

int tt_keys_of_text(struct tt_line_keys *keys, tt_str text, struct tt_arena *arena)
{
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == '\n';
    n += text.n && text.p[text.n - 1] != '\n';
    *keys = (struct tt_line_keys){ .line = tt_arena_array(arena, n + 1, sizeof(tt_str)), .n = n };
    if (!keys->line)
        return TT_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        const char *nl = memchr(text.p, '\n', text.n);
        size_t end = nl ? (size_t)(nl - text.p) : text.n;

        keys->line[i] = tt_str_sub(text, 0, end);
        text = tt_str_sub(text, end + 1, text.n);
    }
    return 0;
}

int tt_keys_of_view(struct tt_line_keys *keys, const struct tt_view *view, struct tt_arena *arena)
{
    *keys = (struct tt_line_keys){ .line = tt_arena_array(arena, view->n + 1, sizeof(tt_str)),
                                   .n = view->n };
    if (!keys->line)
        return TT_ENOMEM;
    for (size_t i = 0; i < view->n; i++)
        keys->line[i] = tt_view_line(view, i);
    return 0;
}

size_t tt_keys_nonblank(const struct tt_line_keys *keys)
{
    size_t n = 0;

    for (size_t i = 0; i < keys->n; i++)
        n += !tt_is_blank(keys->line[i]);
    return n;
}

/* Brackets alone stand everywhere. */
static size_t lines_with_words(const struct tt_line_keys *keys)
{
    size_t n = 0;

    for (size_t i = 0; i < keys->n; i++) {
        tt_str line = keys->line[i];
        bool word = false;

        for (size_t k = 0; k < line.n && !word; k++)
            word = isalnum((unsigned char)line.p[k]) || (unsigned char)line.p[k] >= 0x80;
        n += word;
    }
    return n;
}

static size_t indent_len(tt_str s)
{
    return s.n - tt_trim_left(s).n;
}

/* One shift for all lines that are not blank; fills in the hit. */
static bool is_shifted(const struct tt_line_keys *file, size_t at, const struct tt_line_keys *block,
                       struct tt_hit *hit)
{
    bool known = false;

    for (size_t i = 0; i < block->n; i++) {
        tt_str want = tt_trim_right(block->line[i]), have = tt_trim_right(file->line[at + i]);
        bool out = want.n > have.n;
        tt_str longer = out ? want : have, shorter = out ? have : want;
        tt_str extra = tt_str_sub(longer, 0, longer.n - shorter.n);

        if (!want.n && !have.n)
            continue;
        if (!want.n || !have.n || extra.n > indent_len(longer) || !tt_str_ends(longer, shorter))
            return false;
        if (known && (out != hit->shift_out || !tt_str_eq(extra, hit->shift)))
            return false;
        hit->shift = extra;
        hit->shift_out = out;
        known = true;
    }
    return known && hit->shift.n > 0;
}

/* Which signs of the answer the file has in plain ASCII, always: the answer's new
 * text means the same by them. */
static void find_folds(tt_str have, tt_str want, struct tt_hit *hit)
{
    bool in_front = true;
    unsigned number;

    while (have.n && want.n) {
        tt_str rest = want;
        uint32_t a, b;

        if (in_front && tt_skip(&rest, "\\t") && have.p[0] == '\t') {
            have = tt_str_sub(have, 1, have.n);
            want = rest;
            continue;
        }
        a = next_point(&have);
        b = next_point(&want);
        in_front = in_front && (b == ' ' || b == '\t');
        if (!fold_of(b, &number))
            continue;
        if (a == b)
            hit->kept |= 1u << number;
        else
            hit->folded |= 1u << number;
    }
}

static bool is_hit(const struct tt_line_keys *file, size_t at, const struct tt_line_keys *block,
                   struct tt_hit *hit)
{
    if (hit->rung == TT_RUNG_SHIFT)
        return is_shifted(file, at, block, hit);
    for (size_t i = 0; i < block->n; i++) {
        tt_str have = file->line[at + i], want = block->line[i];
        bool equal = hit->rung == TT_RUNG_EXACT ? tt_str_eq(have, want)
                     : hit->rung == TT_RUNG_TRAILING
                         ? tt_str_eq(tt_trim_right(have), tt_trim_right(want))
                         : folded_equal(have, want);
        if (!equal)
            return false;
        if (hit->rung == TT_RUNG_FOLD)
            find_folds(have, want, hit);
    }
    return true;
}

/* fail[i]: length of the longest border of the first i keys. */
static void make_borders(const uint64_t *key, size_t n, uint32_t *fail)
{
    uint32_t k = 0;

    fail[0] = 0;
    if (n > 0)
        fail[1] = 0;
    for (size_t i = 1; i < n; i++) {
        while (k > 0 && key[i] != key[k])
            k = fail[k];
        if (key[i] == key[k])
            k++;
        fail[i + 1] = k;
    }
}

int tt_ladder_find(struct tt_line_keys *file, struct tt_line_keys *block, enum tt_rung rung,
                   struct tt_arena *arena, struct tt_hits *out)
{
    size_t least = rung == TT_RUNG_SHIFT ? 4 : rung == TT_RUNG_FOLD ? 2 : 0, k = 0;
    size_t words = rung == TT_RUNG_SHIFT ? 3 : 0;
    uint32_t *fail;

    out->n = 0;
    out->more = false;
    if (block->n == 0 || block->n > file->n || tt_keys_nonblank(block) < least ||
        (words && lines_with_words(block) < words))
        return 0;
    if (need_keys(file, rung, arena) || need_keys(block, rung, arena))
        return TT_ENOMEM;
    fail = malloc((block->n + 1) * sizeof(*fail));
    if (!fail)
        return TT_ENOMEM;
    make_borders(block->key[rung], block->n, fail);
    for (size_t i = 0; i < file->n && !out->more; i++) {
        while (k > 0 && (k == block->n || file->key[rung][i] != block->key[rung][k]))
            k = fail[k];
        if (file->key[rung][i] == block->key[rung][k])
            k++;
        if (k < block->n)
            continue;
        struct tt_hit hit = { .line = i + 1 - block->n, .rung = rung };

        if (!is_hit(file, hit.line, block, &hit))
            continue;
        if (out->n == TT_MAX_HITS)
            out->more = true;
        else
            out->at[out->n++] = hit;
    }
    free(fail);
    return 0;
}

/* The line with these signs in plain ASCII. */
static void add_folded(struct tt_buf *out, tt_str line, uint32_t signs)
{
    while (line.n) {
        tt_str rest = line;
        unsigned number;
        uint32_t ascii = fold_of(next_point(&rest), &number);

        if (ascii && (signs >> number & 1u))
            tt_buf_addc(out, (char)ascii);
        else
            tt_buf_add(out, tt_str_sub(line, 0, line.n - rest.n));
        line = rest;
    }
}

bool tt_ladder_adapt(const struct tt_hit *hit, tt_str line, struct tt_buf *out)
{
    if (hit->rung == TT_RUNG_SHIFT && !tt_is_blank(line)) {
        if (!hit->shift_out)
            tt_buf_add(out, hit->shift);
        else if (tt_str_starts(line, hit->shift))
            line = tt_str_sub(line, hit->shift.n, line.n);
        else
            return false;
    } else if (hit->rung == TT_RUNG_FOLD) {
        bool leading = true;

        while (leading && line.n) {
            if (line.n >= 2 && line.p[0] == '\\' && line.p[1] == 't') {
                tt_buf_addc(out, '\t');
                line = tt_str_sub(line, 2, line.n);
            } else if (line.p[0] == ' ' || line.p[0] == '\t') {
                tt_buf_addc(out, line.p[0]);
                line = tt_str_sub(line, 1, line.n);
            } else {
                leading = false;
            }
        }
        add_folded(out, line, hit->folded & ~hit->kept);
        return true;
    }
    tt_buf_add(out, line);
    return true;
}
