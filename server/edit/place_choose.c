/* place_choose.c -- which of several equal places is meant.
 *
 * What may decide: the enclosing scope, the line number that the block names, its
 * anchors, and, in syntaxes whose hunks stand in the order of the file, that
 * order, if only one arrangement is possible. */
#include "edit/anchor.h"
#include "edit/parse.h"
#include "edit/place_steps.h"
#include "trimtab/error.h"

static void only(struct tt_spot *s, size_t i)
{
    s->hits.at[0] = s->hits.at[i];
    s->hits.n = 1;
    s->hits.more = false;
}

static void choose_in_scope(const struct tt_placer *p, struct tt_spot *s)
{
    size_t inside = 0, which = 0;

    if (s->hits.n < 2 || s->hits.more || s->rivals || p->scope.start >= p->scope.end)
        return;
    for (size_t i = 0; i < s->hits.n; i++) {
        if (tt_range_contains(p->scope, tt_spot_range(p, s, i))) {
            inside++;
            which = i;
        }
    }
    if (inside == 1)
        only(s, which);
}

static void choose_by_hint(const struct tt_placer *p, struct tt_spot *s)
{
    if (s->hits.n < 2 || s->rivals || !s->block->line_hint || s->hits.at[0].rung != TT_RUNG_EXACT)
        return;
    for (size_t i = 0; i < s->hits.n; i++) {
        size_t line =
            s->bytes ? tt_view_line_at(p->view, (uint32_t)s->hits.at[i].line) : s->hits.at[i].line;

        if (line + 1 == s->block->line_hint) {
            only(s, i);
            return;
        }
    }
}

/* ---- the same block several times ---- */

static bool same_block(const struct tt_spot *a, const struct tt_spot *b)
{
    return !a->settled && !b->settled && !a->rivals && !b->rivals &&
           a->block->kind == b->block->kind && a->bytes == b->bytes &&
           a->block->n_anchors == b->block->n_anchors && a->hits.n == b->hits.n &&
           a->hits.at[0].line == b->hits.at[0].line && !a->hits.more && !b->hits.more &&
           tt_str_eq(a->old_text, b->old_text) && tt_str_eq(a->new_text, b->new_text);
}

/* The same block k times: with one place it is a copy, with k places all are meant. */
static void settle_copies(struct tt_placer *p, size_t first)
{
    struct tt_spot *s = &p->spots[first];
    size_t copies = 0, next = 0, places = s->hits.n;

    if (s->settled)
        return;
    for (size_t i = first; i < p->n; i++)
        copies += same_block(s, &p->spots[i]);
    if (copies < 2 || places == 0 || (places != 1 && places != copies))
        return;
    for (size_t i = p->n; i-- > first;) {
        struct tt_spot *other = &p->spots[i];

        if (!same_block(s, other) || other->done)
            continue;
        if (places == 1)
            other->done = i != first;
        else
            other->chosen = copies - 1 - next++; /* from the last place backwards */
    }
    if (places == 1)
        return;
    for (size_t i = first; i < p->n; i++) {
        struct tt_spot *other = &p->spots[i];

        if (i != first && same_block(s, other)) {
            only(other, other->chosen);
            other->settled = true;
        }
    }
    only(s, s->chosen);
    s->settled = true;
}

/* ---- hunks in the order of the file ---- */

/* Hunks in the order of the file.  Counts, up to two, the ways to give every
 * block one of its hits so that they rise; remembers the first way. */
static unsigned arrangements(const struct tt_placer *p, size_t i, uint32_t from, size_t *budget,
                             size_t *way)
{
    unsigned ways = 0;

    while (i < p->n && (p->spots[i].done || !p->spots[i].hits.n))
        i++;
    if (i == p->n)
        return 1;
    for (size_t h = 0; h < p->spots[i].hits.n && ways < 2; h++) {
        struct tt_range range = tt_spot_range(p, &p->spots[i], h);
        unsigned below;

        if (range.start < from)
            continue;
        if (*budget == 0)
            return 2;
        (*budget)--;
        below = arrangements(p, i + 1, range.start + 1, budget, way);
        if (below && !ways)
            way[i] = h;
        ways += below;
    }
    return ways;
}

static int choose_by_order(struct tt_placer *p)
{
    size_t budget = 20000, *way;
    bool open = false;

    for (size_t i = 0; i < p->n; i++) {
        if (!p->spots[i].block->in_order || p->spots[i].hits.more || p->spots[i].rivals)
            return 0;
        open |= p->spots[i].hits.n > 1;
    }
    /* Depth of the recursion is the number of hunks. */
    if (!open || p->n < 2 || p->n > 500)
        return 0;
    way = tt_arena_array(p->arena, p->n, sizeof(*way));
    if (!way)
        return TT_ENOMEM;
    if (arrangements(p, 0, 0, &budget, way) != 1)
        return 0;
    for (size_t i = 0; i < p->n; i++) {
        if (p->spots[i].hits.n > 1 && p->spots[i].hits.at[0].rung == TT_RUNG_EXACT)
            only(&p->spots[i], way[i]);
    }
    return 0;
}

/* ---- a shift that is certain ---- */

/* Is every line indented that is not blank? */
static bool is_indented(const struct tt_line_keys *lines)
{
    for (size_t i = 0; i < lines->n; i++) {
        tt_str line = lines->line[i];

        if (!tt_is_blank(line) && line.p[0] != ' ' && line.p[0] != '\t')
            return false;
    }
    return true;
}

static bool is_shifted(const struct tt_spot *s)
{
    return s->hits.n == 1 && !s->bytes && s->hits.at[0].rung == TT_RUNG_SHIFT;
}

static bool stands_as_written(const struct tt_spot *s)
{
    return s->hits.n > 0 && !is_shifted(s) && tt_spot_has_old(s);
}

/* Lines without any indentation were taken out of their place, and any place may
 * be theirs.  Lines with another one than the file's may be lines of another place
 * that is gone: not where the answer writes other blocks as the file has them, and
 * in a patch, whose context is copied from the file, only with a word on where. */
static bool is_certain_shift(const struct tt_placer *p, const struct tt_spot *s)
{
    const struct tt_block *block = s->block;
    bool indented = is_indented(&s->old);

    for (size_t i = 0; i < p->n && (indented || block->in_order); i++) {
        if (&p->spots[i] != s && stands_as_written(&p->spots[i]))
            return false;
    }
    return !indented || !block->in_order || block->line_hint == s->hits.at[0].line + 1 ||
           (block->n_anchors && tt_anchor_is_unique(&p->file, block));
}

void tt_placer_drop_doubtful(struct tt_placer *p)
{
    for (size_t i = 0; i < p->n; i++) {
        if (is_shifted(&p->spots[i]) && !is_certain_shift(p, &p->spots[i]))
            p->spots[i].hits.n = 0;
    }
}

void tt_spot_choose(const struct tt_placer *p, struct tt_spot *s)
{
    choose_in_scope(p, s);
    choose_by_hint(p, s);
}

int tt_placer_choose(struct tt_placer *p)
{
    for (size_t i = 0; i < p->n; i++) {
        if (tt_spot_has_old(&p->spots[i]) && !p->spots[i].done)
            settle_copies(p, i);
    }
    for (size_t i = 0; i < p->n; i++) {
        struct tt_spot *s = &p->spots[i];

        if (!s->bytes && s->block->n_anchors && !s->rivals)
            tt_anchor_choose(&p->file, s->block, &s->hits);
    }
    return choose_by_order(p);
}
