/* anchor.c -- an anchor is compared without its indentation, and may be the
 * beginning of its line: models write "class A" for "class A(Base):". */
#include "edit/anchor.h"

#include "edit/parse.h"

#include <ctype.h>

static bool is_word_byte(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool is_anchor(tt_str line, tt_str anchor)
{
    tt_str s = tt_trim(line);

    anchor = tt_trim(anchor);
    if (!anchor.n || !tt_str_starts(s, anchor))
        return false;
    return s.n == anchor.n || !is_word_byte(anchor.p[anchor.n - 1]) || !is_word_byte(s.p[anchor.n]);
}

/* Are all anchors there, in order, before line `end`?  Greedy from the top. */
static bool has_anchors(const struct tt_line_keys *file, const struct tt_block *block, size_t end)
{
    size_t k = 0;

    for (size_t i = 0; i < end && i < file->n && k < block->n_anchors; i++)
        k += is_anchor(file->line[i], block->anchors[k]);
    return k == block->n_anchors;
}

static size_t columns(tt_str line)
{
    size_t n = 0;

    for (size_t i = 0; i < line.n && (line.p[i] == ' ' || line.p[i] == '\t'); i++)
        n += line.p[i] == '\t' ? 8 - n % 8 : 1;
    return n;
}

bool tt_anchor_is_below(const struct tt_line_keys *file, const struct tt_block *block, size_t at)
{
    tt_str last = block->anchors[block->n_anchors - 1];
    size_t i = at + 1, depth;

    while (i > 0 && !is_anchor(file->line[i - 1], last))
        i--;
    if (i == 0)
        return false;
    if (i == at + 1)
        return true;
    depth = columns(file->line[i - 1]);
    for (; i <= at; i++) {
        if (!tt_is_blank(file->line[i]) && columns(file->line[i]) <= depth)
            return false;
    }
    return true;
}

void tt_anchor_filter(const struct tt_line_keys *file, const struct tt_block *block, size_t n_lines,
                      struct tt_hits *hits)
{
    size_t kept = 0;

    for (size_t i = 0; i < hits->n; i++) {
        if (has_anchors(file, block, hits->at[i].line + n_lines))
            hits->at[kept++] = hits->at[i];
    }
    hits->n = kept;
}

void tt_anchor_choose(const struct tt_line_keys *file, const struct tt_block *block,
                      struct tt_hits *hits)
{
    size_t below = 0, which = 0;

    if (hits->n < 2 || hits->more || hits->at[0].rung != TT_RUNG_EXACT)
        return;
    for (size_t i = 0; i < hits->n; i++) {
        if (tt_anchor_is_below(file, block, hits->at[i].line)) {
            below++;
            which = i;
        }
    }
    if (below == 1) {
        hits->at[0] = hits->at[which];
        hits->n = 1;
    }
}

bool tt_anchor_is_unique(const struct tt_line_keys *file, const struct tt_block *block)
{
    size_t n = 0;

    for (size_t i = 0; i < file->n; i++)
        n += is_anchor(file->line[i], block->anchors[block->n_anchors - 1]);
    return n == 1;
}
