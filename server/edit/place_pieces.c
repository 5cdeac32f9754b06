/* place_pieces.c -- the bytes that each block replaces at its place, and whether
 * those of all blocks go together. */
#include "base/buf.h"
#include "edit/parse.h"
#include "edit/place_steps.h"
#include "text/diff.h"
#include "trimtab/error.h"

#include <stdlib.h>

static int add_piece(struct tt_placer *p, size_t block, struct tt_range range, tt_str text)
{
    struct tt_placement *out = p->out;

    if (out->n_pieces == p->cap_pieces) {
        size_t cap = p->cap_pieces ? 2 * p->cap_pieces : 8;
        struct tt_piece *more = tt_arena_array(p->arena, cap, sizeof(*more));

        if (!more)
            return TT_ENOMEM;
        if (out->n_pieces)
            memcpy(more, out->pieces, out->n_pieces * sizeof(*more));
        out->pieces = more;
        p->cap_pieces = cap;
    }
    out->pieces[out->n_pieces++] = (struct tt_piece){ range, text, block };
    return 0;
}

/* Lines [from, to) of the file become `text`, whose lines all end with '\n'.
 * At the end of a file without a final line end none is added. */
static int add_lines(struct tt_placer *p, size_t block, size_t from, size_t to, tt_str text)
{
    const struct tt_view *view = p->view;
    struct tt_range range = { tt_view_start(view, from), tt_view_start(view, to) };
    bool open_end = view->text.n && view->text.p[view->text.n - 1] != '\n';

    if (to == view->n && open_end && text.n) {
        text.n--;
        if (from == to && tt_spot_newline_before(p, &text))
            return TT_ENOMEM;
    }
    return add_piece(p, block, range, text);
}

/* ---- lines ---- */

/* New lines as they belong at the hit; TT_EINVALID when they cannot be shifted. */
static int adapt(struct tt_placer *p, const struct tt_hit *hit, tt_str text, tt_str *out)
{
    struct tt_buf buf = TT_BUF_INIT(TT_BUF_OWN);
    int err = 0;

    while (text.n && !err) {
        const char *nl = memchr(text.p, '\n', text.n);
        size_t end = nl ? (size_t)(nl - text.p) : text.n;

        if (!tt_ladder_adapt(hit, tt_str_sub(text, 0, end), &buf))
            err = TT_EINVALID;
        tt_buf_addc(&buf, '\n');
        text = tt_str_sub(text, end + 1, text.n);
    }
    err = err ? err : buf.err;
    if (!err) {
        *out = tt_arena_dup(p->arena, tt_buf_str(&buf));
        err = out->p ? 0 : TT_ENOMEM;
    }
    tt_buf_release(&buf);
    return err;
}

/* Only lines that differ between old and new become pieces; the others stay as
 * the file has them, with their own white space and line ends. */
static int line_pieces(struct tt_placer *p, size_t block)
{
    struct tt_spot *s = &p->spots[block];
    const struct tt_hit *hit = &s->hits.at[0];
    tt_str old = s->old_text, new = s->new_text, text;
    struct tt_diff diff;
    int err = 0;

    err = tt_diff_texts(old, new, TT_DIFF_LINES, p->arena, &diff);
    for (size_t i = 0; !err && i < diff.n_hunks; i++) {
        const struct tt_diff_hunk *hunk = &diff.hunks[i];
        size_t from = hit->line + tt_lines_count(tt_str_sub(old, 0, hunk->before.start));
        size_t to = from + tt_lines_count(tt_str_sub(old, hunk->before.start, hunk->before.end));

        err = adapt(p, hit, tt_str_sub(new, hunk->after.start, hunk->after.end), &text);
        if (!err)
            err = add_lines(p, block, from, to, text);
    }
    if (err == TT_EINVALID)
        return tt_placer_refuse(p, block, TT_PLACE_NO_SHIFT);
    return err;
}

/* ---- where there is no old text ---- */

static int insert_piece(struct tt_placer *p, size_t block)
{
    const struct tt_spot *s = &p->spots[block];
    size_t line = s->block->line_hint;
    int err = 0;
    tt_str text = tt_placer_whole_lines(p, s->new_text, &err), there;

    if (err)
        return err;
    if (line > p->view->n)
        return tt_placer_refuse(p, block, TT_PLACE_NO_LINE);
    there = tt_str_sub(p->view->text, tt_view_start(p->view, line), p->view->text.n);
    if (!tt_is_blank(s->new_text) &&
        (tt_str_starts(there, text) || tt_str_eq(there, s->new_text))) {
        p->spots[block].done = true;
        return 0;
    }
    return add_lines(p, block, line, line, text);
}

/* The white space in front of the first, or last, line that is not blank. */
static tt_str border_indent(tt_str text, bool last)
{
    tt_str found = { NULL, 0 };

    while (text.n) {
        const char *nl = memchr(text.p, '\n', text.n);
        size_t end = nl ? (size_t)(nl - text.p) : text.n;
        tt_str line = tt_str_sub(text, 0, end);

        if (!tt_is_blank(line)) {
            found = tt_str_sub(line, 0, line.n - tt_trim_left(line).n);
            if (!last)
                return found;
        }
        text = tt_str_sub(text, end + 1, text.n);
    }
    return found;
}

/* A hunk of additions alone goes to the end of the file, if it can stand there:
 * the lines of a class do not belong behind what ends the file. */
static int append_piece(struct tt_placer *p, size_t block)
{
    tt_str new = p->spots[block].new_text, text = p->view->text, indent = border_indent(new, false);

    if (indent.n && !tt_str_eq(indent, border_indent(text, true)))
        return tt_placer_refuse(p, block, TT_PLACE_NOWHERE);

    if (tt_str_ends(text, new) || (new.n &&tt_str_ends(text, tt_str_sub(new, 0, new.n - 1)))) {
        p->spots[block].done = true;
        return 0;
    }
    return add_lines(p, block, p->view->n, p->view->n, new);
}

static int make_pieces(struct tt_placer *p, size_t block)
{
    struct tt_spot *s = &p->spots[block];

    if (s->done)
        return 0;
    if (s->block->kind == TT_BLOCK_INSERT)
        return insert_piece(p, block);
    if (!s->block->reading[0].old.n)
        return append_piece(p, block);
    if (s->hits.at[0].rung > p->out->rung)
        p->out->rung = s->hits.at[0].rung;
    if (s->bytes) {
        tt_str new = s->new_text;

        return tt_str_eq(s->old_text, new) ? 0 : add_piece(p, block, tt_spot_range(p, s, 0), new);
    }
    return line_pieces(p, block);
}

/* ---- all of them together ---- */

static int by_start(const void *a, const void *b)
{
    const struct tt_piece *x = a, *y = b;

    if (x->range.start != y->range.start)
        return x->range.start < y->range.start ? -1 : 1;
    if (x->range.end != y->range.end)
        return x->range.end < y->range.end ? -1 : 1;
    return x->block < y->block ? -1 : x->block > y->block;
}

/* The end of a file without a final line end goes: what is then its last line
 * loses its own. */
static void keep_open_end(const struct tt_placer *p)
{
    struct tt_piece *pieces = p->out->pieces;
    size_t i = p->out->n_pieces, last = i;
    tt_str text = p->view->text;

    if (!i || !text.n || text.p[text.n - 1] == '\n' || pieces[i - 1].range.end != text.n ||
        p->spots[pieces[i - 1].block].bytes)
        return;
    while (i-- > 0 && !pieces[i].text.n) {
        if (i > 0 && pieces[i - 1].range.end == pieces[i].range.start)
            continue;
        if (pieces[i].range.start > 0)
            pieces[i].range.start--;
        return;
    }
    if (i + 1 < last && tt_str_ends(pieces[i].text, TT_STR("\n")))
        pieces[i].text.n--;
}

/* The block whose old text an earlier one changes, or p->n.  As a second step it
 * would show what the first one made of these lines; so it is a second thought,
 * and nothing says which of the two is meant. */
static size_t second_thought(const struct tt_placer *p)
{
    for (size_t b = 0; b < p->n; b++) {
        struct tt_range old;

        if (p->spots[b].done || !tt_spot_has_old(&p->spots[b]))
            continue;
        old = tt_spot_range(p, &p->spots[b], 0);
        for (size_t i = 0; i < p->out->n_pieces; i++) {
            struct tt_range r = p->out->pieces[i].range;

            if (p->out->pieces[i].block < b && r.start < old.end && r.end > old.start &&
                (r.start < r.end || r.start > old.start))
                return b;
        }
    }
    return p->n;
}

/* A block that was applied before, and another that now finds a place: in an
 * answer that moves code it would take away what was put there, and the hunks of
 * a patch were made for one and the same text. */
static int check_applied_before(struct tt_placer *p)
{
    const struct tt_placement *out = p->out;
    size_t partly = p->n;

    for (size_t b = 0; b < p->n; b++) {
        for (size_t i = 0; i < out->n_pieces && p->spots[b].there.end; i++) {
            if (tt_range_overlaps(p->spots[b].there, out->pieces[i].range)) {
                p->out->why = TT_PLACE_APPLIED;
                return 0;
            }
            if (p->spots[b].block->in_order)
                partly = b;
        }
    }
    return partly < p->n ? tt_placer_refuse(p, partly, TT_PLACE_PARTLY) : 0;
}

/* No two blocks may be about the same bytes. */
static int check_overlaps(struct tt_placer *p)
{
    const struct tt_placement *out = p->out;
    size_t second;

    for (size_t i = 1; i < out->n_pieces; i++) {
        const struct tt_piece *a = &out->pieces[i - 1], *b = &out->pieces[i];

        if (b->range.start < a->range.end ||
            (b->range.start == a->range.start && b->range.start == b->range.end &&
             a->block != b->block))
            return tt_placer_refuse(p, b->block, TT_PLACE_OVERLAP);
    }
    second = second_thought(p);
    return second < p->n ? tt_placer_refuse(p, second, TT_PLACE_OVERLAP) : 0;
}

int tt_placer_make_pieces(struct tt_placer *p)
{
    struct tt_placement *out = p->out;
    int err = 0;

    for (size_t i = 0; i < p->n && !err && out->why == TT_PLACE_FOUND; i++)
        err = make_pieces(p, i);
    if (err || out->why != TT_PLACE_FOUND)
        return err;
    if (out->n_pieces)
        qsort(out->pieces, out->n_pieces, sizeof(*out->pieces), by_start);
    err = check_applied_before(p);
    if (!err && out->why == TT_PLACE_FOUND)
        err = check_overlaps(p);
    if (!err && out->why == TT_PLACE_FOUND)
        keep_open_end(p);
    return err;
}
