/* place.c -- first all places of every block, then the choice, then the pieces.
 *
 * What may decide between several equal places: the enclosing scope, the line
 * number that the block names, its anchors, and, in syntaxes whose hunks stand
 * in the order of the file, that order, if only one arrangement is possible. */
#include "edit/place.h"

#include "base/buf.h"
#include "edit/anchor.h"
#include "edit/parse.h"
#include "text/diff.h"
#include "trimtab/error.h"

#include <ctype.h>
#include <stdlib.h>

/* What is known of one block. */
struct spot {
    const struct tt_block *block;
    tt_str old_text, new_text; /* of the reading that fits */
    struct tt_line_keys old;
    struct tt_hits hits;   /* of that reading, on the first rung that has any */
    bool bytes;            /* hits are offsets, not lines */
    struct tt_range there; /* done: where in the view its new text stands */
    bool done;             /* applied already, or a copy of another block */
    bool rivals;           /* some hits are of another reading: none may be chosen */
    bool settled;          /* one of several copies, with a place of its own */
    size_t chosen;
};

struct placer {
    const struct tt_view *view;
    struct tt_arena *arena;
    struct tt_range scope;
    struct tt_line_keys file;
    struct spot *spots;
    size_t n;
    struct tt_placement *out;
    size_t cap_pieces;
};

static int refuse(struct placer *p, size_t block, enum tt_place_why why)
{
    p->out->why = why;
    p->out->block = block;
    p->out->hits = p->spots[block].hits;
    p->out->hits_are_bytes = p->spots[block].bytes;
    return 0;
}

static void read_as(struct spot *s, tt_str old, tt_str new)
{
    s->old_text = old;
    s->new_text = new;
}

/* ---- all places ---- */

static bool is_word(char c)
{
    return (unsigned char)c >= 0x80 || isalnum((unsigned char)c) || c == '_';
}

/* Does [at, at + n) begin or end inside of a word?  "id = 1" is not meant for
 * "user_id = 10", though it stands there. */
static bool cuts_word(tt_str text, size_t at, size_t n)
{
    size_t end = at + n;

    return (at > 0 && is_word(text.p[at - 1]) && is_word(text.p[at])) ||
           (end < text.n && is_word(text.p[end]) && is_word(text.p[end - 1]));
}

static void find_bytes(struct placer *p, struct spot *s)
{
    tt_str text = p->view->text, old = s->block->reading[0].old;
    size_t at = 0;

    s->hits.n = 0;
    s->hits.more = false;
    s->bytes = true;
    while (at + old.n <= text.n && !s->hits.more) {
        const char *found = memmem(text.p + at, text.n - at, old.p, old.n);

        if (!found)
            break;
        at = (size_t)(found - text.p);
        if (s->hits.n == TT_MAX_HITS)
            s->hits.more = true;
        else
            s->hits.at[s->hits.n++] = (struct tt_hit){ .line = at, .rung = TT_RUNG_EXACT };
        at++;
    }
    if (s->hits.n == 1 && cuts_word(text, s->hits.at[0].line, old.n))
        s->hits.n = 0;
}

static void keep_hit(struct tt_hits *hits, size_t *kept, size_t i)
{
    hits->at[(*kept)++] = hits->at[i];
}

/* A hunk that must stand at the end of the file: if it does somewhere, only there. */
static void prefer_end(struct placer *p, struct spot *s)
{
    size_t last = p->view->n, kept = 0;

    if (!s->block->at_end || s->hits.more)
        return;
    while (last > 0 && tt_is_blank(p->file.line[last - 1]))
        last--;
    for (size_t i = 0; i < s->hits.n; i++) {
        if (s->hits.at[i].line + s->old.n >= last)
            keep_hit(&s->hits, &kept, i);
    }
    if (kept)
        s->hits.n = kept;
}

static tt_str with_newline(struct placer *p, tt_str s, int *err)
{
    char *copy;

    if (tt_str_ends(s, TT_STR("\n")))
        return s;
    copy = tt_arena_alloc(p->arena, s.n + 2);
    if (!copy) {
        *err = TT_ENOMEM;
        return s;
    }
    if (s.n)
        memcpy(copy, s.p, s.n);
    copy[s.n] = '\n';
    return (tt_str){ copy, s.n + 1 };
}

/* A text that was split at its line ends has an empty last line, and a block
 * may show it: "a", "" at the end of "a\n" is the line "a".  Finds such a place;
 * it counts as one more, also where the block fits elsewhere as it stands. */
static int find_at_open_end(struct placer *p, tt_str old, enum tt_rung rung, struct tt_hits *hits)
{
    struct tt_line_keys keys;
    struct tt_hits *found;
    int err;

    if (hits->more || hits->n == TT_MAX_HITS || !tt_str_ends(old, TT_STR("\n\n")))
        return 0;
    found = calloc(1, sizeof(*found));
    if (!found)
        return TT_ENOMEM;
    old.n--;
    err = tt_keys_of_text(&keys, old, p->arena);
    if (!err)
        err = tt_ladder_find(&p->file, &keys, rung, p->arena, found);
    for (size_t i = 0; i < found->n && !err; i++) {
        if (found->at[i].line + keys.n == p->view->n) {
            found->at[i].open_end = true;
            hits->at[hits->n++] = found->at[i];
        }
    }
    free(found);
    return err;
}

/* The choice fell on the end of the file: read the block without that blank line. */
static int settle_open_end(struct placer *p, struct spot *s)
{
    tt_str old = s->old_text, new = s->new_text;

    if (s->hits.n != 1 || !s->hits.at[0].open_end)
        return 0;
    s->hits.at[0].open_end = false;
    old.n--;
    if (tt_str_ends(new, TT_STR("\n\n")) || tt_str_is(new, "\n"))
        new.n--;
    /* all of it goes, and so the blank line in front is the empty last one now */
    if (!new.n && s->hits.at[0].line > 0 && p->file.line[s->hits.at[0].line - 1].n == 0) {
        char *joined = tt_arena_alloc(p->arena, old.n + 1);

        if (!joined)
            return TT_ENOMEM;
        joined[0] = '\n';
        memcpy(joined + 1, old.p, old.n);
        old = (tt_str){ joined, old.n + 1 };
        s->hits.at[0].line--;
    }
    read_as(s, old, new);
    return tt_keys_of_text(&s->old, old, p->arena);
}

/* The lines of one reading; a string that is to be taken as whole lines. */
static int lines_of(struct placer *p, const struct spot *s, size_t r, struct tt_reading *out)
{
    int err = 0;

    *out = s->block->reading[r];
    if (s->block->kind == TT_BLOCK_BYTES) {
        out->old = with_newline(p, out->old, &err);
        out->new = out->new.n ? with_newline(p, out->new, &err) : out->new;
    }
    return err;
}

/* Reading r fits.  Where another one, that is no part of it, fits a different
 * place as well as this one does, nobody knows which was meant. */
static int add_rivals(struct placer *p, struct spot *s, size_t r, enum tt_rung rung)
{
    struct tt_hits *others = calloc(1, sizeof(*others));
    size_t n = s->old.n;
    int err = others ? 0 : TT_ENOMEM;

    for (size_t q = r + 1; q < s->block->n_readings && !err; q++) {
        struct tt_line_keys keys;
        struct tt_reading reading;

        err = lines_of(p, s, q, &reading);
        if (err ||
            (s->old_text.n && memmem(s->old_text.p, s->old_text.n, reading.old.p, reading.old.n)))
            continue;
        err = tt_keys_of_text(&keys, reading.old, p->arena);
        if (!err)
            err = tt_ladder_find(&p->file, &keys, rung, p->arena, others);
        for (size_t i = 0; i < others->n && !err && s->hits.n < TT_MAX_HITS; i++) {
            size_t at = others->at[i].line;
            bool same = false;

            for (size_t k = 0; k < s->hits.n; k++)
                same |= at < s->hits.at[k].line + n && s->hits.at[k].line < at + keys.n;
            if (!same) {
                s->hits.at[s->hits.n++] = others->at[i];
                s->rivals = true;
            }
        }
    }
    free(others);
    return err;
}

static int find_lines(struct placer *p, struct spot *s)
{
    for (enum tt_rung rung = TT_RUNG_EXACT; rung < TT_RUNG_COUNT; rung++) {
        for (size_t r = 0; r < s->block->n_readings; r++) {
            struct tt_reading reading;
            int err = lines_of(p, s, r, &reading);

            err = err ? err : tt_keys_of_text(&s->old, reading.old, p->arena);
            if (!err)
                err = tt_ladder_find(&p->file, &s->old, rung, p->arena, &s->hits);
            read_as(s, reading.old, reading.new);
            if (!err)
                err = find_at_open_end(p, reading.old, rung, &s->hits);
            if (!err && s->hits.n)
                err = add_rivals(p, s, r, rung);
            if (err || s->hits.n)
                return err;
        }
    }
    read_as(s, s->block->reading[0].old, s->block->reading[0].new);
    return 0;
}

static int find_all(struct placer *p, struct spot *s)
{
    int err = 0;

    read_as(s, s->block->reading[0].old, s->block->reading[0].new);
    if (s->block->kind == TT_BLOCK_INSERT || s->block->reading[0].old.n == 0)
        return 0;
    if (s->block->kind == TT_BLOCK_BYTES)
        find_bytes(p, s);
    if (!s->hits.n) {
        s->bytes = false;
        err = find_lines(p, s);
        prefer_end(p, s);
    }
    return err;
}

/* ---- the choice ---- */

/* Where hit i begins and ends in the view. */
static struct tt_range hit_range(const struct placer *p, const struct spot *s, size_t i)
{
    size_t at = s->hits.at[i].line;

    if (s->bytes)
        return (struct tt_range){ (uint32_t)at, (uint32_t)(at + s->old_text.n) };
    return (struct tt_range){ tt_view_start(p->view, at), tt_view_start(p->view, at + s->old.n) };
}

static void only(struct spot *s, size_t i)
{
    s->hits.at[0] = s->hits.at[i];
    s->hits.n = 1;
    s->hits.more = false;
}

static void choose_in_scope(const struct placer *p, struct spot *s)
{
    size_t inside = 0, which = 0;

    if (s->hits.n < 2 || s->hits.more || s->rivals || p->scope.start >= p->scope.end)
        return;
    for (size_t i = 0; i < s->hits.n; i++) {
        if (tt_range_contains(p->scope, hit_range(p, s, i))) {
            inside++;
            which = i;
        }
    }
    if (inside == 1)
        only(s, which);
}

static void choose_by_hint(const struct placer *p, struct spot *s)
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

static bool same_block(const struct spot *a, const struct spot *b)
{
    return !a->settled && !b->settled && !a->rivals && !b->rivals &&
           a->block->kind == b->block->kind && a->bytes == b->bytes &&
           a->block->n_anchors == b->block->n_anchors && a->hits.n == b->hits.n &&
           a->hits.at[0].line == b->hits.at[0].line && !a->hits.more && !b->hits.more &&
           tt_str_eq(a->old_text, b->old_text) && tt_str_eq(a->new_text, b->new_text);
}

/* The same block k times: with one place it is a copy, with k places all are meant. */
static void settle_copies(struct placer *p, size_t first)
{
    struct spot *s = &p->spots[first];
    size_t copies = 0, next = 0, places = s->hits.n;

    if (s->settled)
        return;
    for (size_t i = first; i < p->n; i++)
        copies += same_block(s, &p->spots[i]);
    if (copies < 2 || places == 0 || (places != 1 && places != copies))
        return;
    for (size_t i = p->n; i-- > first;) {
        struct spot *other = &p->spots[i];

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
        struct spot *other = &p->spots[i];

        if (i != first && same_block(s, other)) {
            only(other, other->chosen);
            other->settled = true;
        }
    }
    only(s, s->chosen);
    s->settled = true;
}

/* Hunks in the order of the file.  Counts, up to two, the ways to give every
 * block one of its hits so that they rise; remembers the first way. */
static unsigned arrangements(const struct placer *p, size_t i, uint32_t from, size_t *budget,
                             size_t *way)
{
    unsigned ways = 0;

    while (i < p->n && (p->spots[i].done || !p->spots[i].hits.n))
        i++;
    if (i == p->n)
        return 1;
    for (size_t h = 0; h < p->spots[i].hits.n && ways < 2; h++) {
        struct tt_range range = hit_range(p, &p->spots[i], h);
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

static int choose_by_order(struct placer *p)
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

/* ---- already there? ---- */

/* Does the rest of the file begin with these lines?  Its last one may lack its end. */
static bool begins_with(tt_str rest, tt_str lines)
{
    return tt_str_starts(rest, lines) ||
           (rest.n + 1 == lines.n && lines.p[rest.n] == '\n' && tt_str_starts(lines, rest));
}

/* The block names a line, and there its new text stands: wherever else the old
 * text may be, it is not what was meant. */
static bool is_at_hint(const struct placer *p, const struct spot *s)
{
    uint32_t at = s->block->line_hint;
    tt_str there;

    if (!at || at > p->view->n || tt_str_eq(s->old_text, s->new_text))
        return false;
    there = tt_str_sub(p->view->text, tt_view_start(p->view, at - 1), p->view->text.n);
    return s->new_text.n > 1 && begins_with(there, s->new_text) && !begins_with(there, s->old_text);
}

/* The new text stands below the named line, and the old one elsewhere. */
static bool is_at_anchor(const struct placer *p, const struct spot *s, size_t line)
{
    return s->block->n_anchors && !tt_str_eq(s->old_text, s->new_text) &&
           tt_anchor_is_below(&p->file, s->block, line) &&
           !tt_anchor_is_below(&p->file, s->block, s->hits.at[0].line);
}

/* The new text has more lines than the old, and stands where the old was found. */
static int check_applied(struct placer *p, struct spot *s)
{
    struct tt_line_keys new;
    struct tt_hits *there;
    struct tt_range at;
    int err = 0;

    if (s->hits.n != 1)
        return 0;
    if (is_at_hint(p, s)) {
        uint32_t from = tt_view_start(p->view, s->block->line_hint - 1);

        s->done = true;
        s->there = (struct tt_range){ from, from + (uint32_t)s->new_text.n };
        return 0;
    }
    if (s->bytes) {
        tt_str old = s->old_text, new_text = s->new_text, text = p->view->text;

        for (size_t k = 0; new_text.n > old.n && k + old.n <= new_text.n; k++) {
            const char *found = memmem(new_text.p + k, new_text.n - k, old.p, old.n);

            if (!found)
                break;
            k = (size_t)(found - new_text.p);
            size_t from = s->hits.at[0].line - k;

            if (s->hits.at[0].line >= k &&
                tt_str_starts(tt_str_sub(text, from, text.n), new_text)) {
                s->done = true;
                s->there = (struct tt_range){ (uint32_t)from, (uint32_t)(from + new_text.n) };
            }
        }
        return 0;
    }
    there = calloc(1, sizeof(*there));
    if (!there)
        return TT_ENOMEM;
    err = tt_keys_of_text(&new, s->new_text, p->arena);
    if (!err && new.n && (new.n > s->old.n || s->block->n_anchors)) {
        err = tt_ladder_find(&p->file, &new, s->hits.at[0].rung, p->arena, there);
        err = err ? err : find_at_open_end(p, s->new_text, s->hits.at[0].rung, there);
    }
    at = (struct tt_range){ (uint32_t)s->hits.at[0].line,
                            (uint32_t)(s->hits.at[0].line + s->old.n) };
    for (size_t i = 0; i < there->n && !err; i++) {
        struct tt_range r = { (uint32_t)there->at[i].line, (uint32_t)(there->at[i].line + new.n) };

        if (there->at[i].open_end && new.n == s->old.n + 1 && r.start == at.start) {
            s->done = true; /* adds no more than a line end at the end: the file's affair */
            break;
        }
        if ((new.n > s->old.n &&tt_range_overlaps(at, r)) || is_at_anchor(p, s, r.start)) {
            s->done = true;
            s->there =
                (struct tt_range){ tt_view_start(p->view, r.start), tt_view_start(p->view, r.end) };
        }
    }
    free(there);
    return err;
}

/* Does the new text of a block without a place stand in the file? */
static int is_there(struct placer *p, const struct spot *s, bool *out)
{
    struct tt_line_keys new;
    struct tt_hits *hits;
    int err;

    *out = false;
    if (s->block->kind == TT_BLOCK_BYTES) {
        tt_str new_text = s->new_text;

        *out = !tt_is_blank(new_text) &&
               memmem(p->view->text.p, p->view->text.n, new_text.p, new_text.n);
        return 0;
    }
    hits = calloc(1, sizeof(*hits));
    if (!hits)
        return TT_ENOMEM;
    err = tt_keys_of_text(&new, s->new_text, p->arena);
    if (!err && tt_keys_nonblank(&new))
        err = tt_ladder_find(&p->file, &new, TT_RUNG_EXACT, p->arena, hits);
    *out = hits->n > 0;
    free(hits);
    return err;
}

/* ---- the pieces ---- */

static int add_piece(struct placer *p, size_t block, struct tt_range range, tt_str text)
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
static int add_lines(struct placer *p, size_t block, size_t from, size_t to, tt_str text)
{
    const struct tt_view *view = p->view;
    struct tt_range range = { tt_view_start(view, from), tt_view_start(view, to) };
    bool open_end = view->text.n && view->text.p[view->text.n - 1] != '\n';

    if (to == view->n && open_end && text.n) {
        text.n--;
        if (from == to) {
            char *joined = tt_arena_alloc(p->arena, text.n + 2);

            if (!joined)
                return TT_ENOMEM;
            joined[0] = '\n';
            memcpy(joined + 1, text.p, text.n);
            text = (tt_str){ joined, text.n + 1 };
        }
    }
    return add_piece(p, block, range, text);
}

/* New lines as they belong at the hit; TT_EINVALID when they cannot be shifted. */
static int adapt(struct placer *p, const struct tt_hit *hit, tt_str text, tt_str *out)
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
static int line_pieces(struct placer *p, size_t block)
{
    struct spot *s = &p->spots[block];
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
        return refuse(p, block, TT_PLACE_NO_SHIFT);
    return err;
}

static int insert_piece(struct placer *p, size_t block)
{
    const struct spot *s = &p->spots[block];
    size_t line = s->block->line_hint;
    int err = 0;
    tt_str text = with_newline(p, s->new_text, &err), there;

    if (err)
        return err;
    if (line > p->view->n)
        return refuse(p, block, TT_PLACE_NO_LINE);
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
static int append_piece(struct placer *p, size_t block)
{
    tt_str new = p->spots[block].new_text, text = p->view->text, indent = border_indent(new, false);

    if (indent.n && !tt_str_eq(indent, border_indent(text, true)))
        return refuse(p, block, TT_PLACE_NOWHERE);

    if (tt_str_ends(text, new) || (new.n &&tt_str_ends(text, tt_str_sub(new, 0, new.n - 1)))) {
        p->spots[block].done = true;
        return 0;
    }
    return add_lines(p, block, p->view->n, p->view->n, new);
}

static int make_pieces(struct placer *p, size_t block)
{
    struct spot *s = &p->spots[block];

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

        return tt_str_eq(s->old_text, new) ? 0 : add_piece(p, block, hit_range(p, s, 0), new);
    }
    return line_pieces(p, block);
}

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
static void keep_open_end(const struct placer *p)
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

static bool has_old(const struct spot *s)
{
    return s->block->kind != TT_BLOCK_INSERT && s->block->reading[0].old.n > 0;
}

/* The block whose old text an earlier one changes, or p->n.  As a second step it
 * would show what the first one made of these lines; so it is a second thought,
 * and nothing says which of the two is meant. */
static size_t second_thought(const struct placer *p)
{
    for (size_t b = 0; b < p->n; b++) {
        struct tt_range old;

        if (p->spots[b].done || !has_old(&p->spots[b]))
            continue;
        old = hit_range(p, &p->spots[b], 0);
        for (size_t i = 0; i < p->out->n_pieces; i++) {
            struct tt_range r = p->out->pieces[i].range;

            if (p->out->pieces[i].block < b && r.start < old.end && r.end > old.start &&
                (r.start < r.end || r.start > old.start))
                return b;
        }
    }
    return p->n;
}

static int sort_pieces(struct placer *p)
{
    struct tt_placement *out = p->out;
    size_t partly = p->n, overlap;

    if (out->n_pieces)
        qsort(out->pieces, out->n_pieces, sizeof(*out->pieces), by_start);
    /* A block that was applied before, and another that now finds a place: in
     * an answer that moves code it would take away what was put there, and the
     * hunks of a patch were made for one and the same text. */
    for (size_t b = 0; b < p->n; b++) {
        for (size_t i = 0; i < out->n_pieces && p->spots[b].there.end; i++) {
            if (tt_range_overlaps(p->spots[b].there, out->pieces[i].range)) {
                out->why = TT_PLACE_APPLIED;
                return 0;
            }
            if (p->spots[b].block->in_order)
                partly = b;
        }
    }
    if (partly < p->n)
        return refuse(p, partly, TT_PLACE_PARTLY);
    for (size_t i = 1; i < out->n_pieces; i++) {
        const struct tt_piece *a = &out->pieces[i - 1], *b = &out->pieces[i];

        if (b->range.start < a->range.end ||
            (b->range.start == a->range.start && b->range.start == b->range.end &&
             a->block != b->block))
            return refuse(p, b->block, TT_PLACE_OVERLAP);
    }
    overlap = second_thought(p);
    if (overlap < p->n)
        return refuse(p, overlap, TT_PLACE_OVERLAP);
    keep_open_end(p);
    return 0;
}

/* ---- all of it ---- */

static int find_and_narrow(struct placer *p)
{
    int err = 0;

    for (size_t i = 0; i < p->n && !err; i++) {
        struct spot *s = &p->spots[i];
        size_t had;

        err = find_all(p, s);
        had = s->hits.n;
        choose_in_scope(p, s);
        choose_by_hint(p, s);
        if (!err && !s->bytes && s->block->n_anchors)
            tt_anchor_filter(&p->file, s->block, s->old.n, &s->hits);
        if (!err && had && !s->hits.n) {
            s->hits.n = had; /* what was left out is still there: places to point at */
            return refuse(p, i, TT_PLACE_NO_ANCHOR);
        }
    }
    for (size_t i = 0; i < p->n && !err; i++) {
        if (has_old(&p->spots[i]) && !p->spots[i].done)
            settle_copies(p, i);
    }
    for (size_t i = 0; i < p->n && !err; i++) {
        struct spot *s = &p->spots[i];

        if (!s->bytes && s->block->n_anchors && !s->rivals)
            tt_anchor_choose(&p->file, s->block, &s->hits);
    }
    return err ? err : choose_by_order(p);
}

static int settle(struct placer *p, size_t *n_applied)
{
    size_t missing = p->n;
    bool all_there = true, there;
    int err = 0;

    for (size_t i = 0; i < p->n && !err; i++) {
        struct spot *s = &p->spots[i];

        err = settle_open_end(p, s);
        if (err)
            return err;
        if (!has_old(s)) {
            if (s->block->kind != TT_BLOCK_INSERT && !s->block->appends)
                return refuse(p, i, TT_PLACE_NOWHERE);
            continue;
        }
        if (!s->hits.n) {
            missing = missing < p->n ? missing : i;
            err = is_there(p, s, &there);
            all_there = all_there && there;
            *n_applied += there;
        } else if (s->hits.n > 1 || s->hits.more) {
            return refuse(p, i, TT_PLACE_MANY);
        } else if (!s->done) {
            err = check_applied(p, s);
            *n_applied += s->done || tt_str_eq(s->old_text, s->new_text);
        } else {
            *n_applied += 1;
        }
    }
    if (err || missing == p->n)
        return err;
    if (all_there && *n_applied == p->n) {
        p->out->why = TT_PLACE_APPLIED;
        return 0;
    }
    err = is_there(p, &p->spots[missing], &p->out->applied_instead);
    return err ? err : refuse(p, missing, TT_PLACE_NOT_FOUND);
}

int tt_place_blocks(const struct tt_view *view, const struct tt_block *blocks, size_t n,
                    struct tt_range scope, struct tt_arena *arena, struct tt_placement *out)
{
    struct placer p = { .view = view, .arena = arena, .scope = scope, .n = n, .out = out };
    size_t n_applied = 0;
    int err;

    *out = (struct tt_placement){ .why = TT_PLACE_FOUND };
    p.spots = calloc(n ? n : 1, sizeof(*p.spots));
    if (!p.spots)
        return TT_ENOMEM;
    for (size_t i = 0; i < n; i++)
        p.spots[i].block = &blocks[i];
    err = tt_keys_of_view(&p.file, view, arena);
    if (!err)
        err = find_and_narrow(&p);
    if (!err && out->why == TT_PLACE_FOUND)
        err = settle(&p, &n_applied);
    for (size_t i = 0; i < n && !err && out->why == TT_PLACE_FOUND; i++)
        err = make_pieces(&p, i);
    if (!err && out->why == TT_PLACE_FOUND)
        err = sort_pieces(&p);
    free(p.spots);
    return err;
}
