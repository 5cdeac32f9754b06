/* place_find.c -- all places of one block: each of its readings, on one rung of
 * the ladder after the other, until something fits. */
#include "base/utf8.h"
#include "edit/parse.h"
#include "edit/place_steps.h"
#include "trimtab/error.h"

#include <stdlib.h>

static void read_as(struct tt_spot *s, tt_str old, tt_str new)
{
    s->old_text = old;
    s->new_text = new;
}

/* ---- a piece of a line ---- */

/* Does [at, at + n) begin or end inside of a word?  "id = 1" is not meant for
 * "user_id = 10", though it stands there. */
static bool cuts_word(tt_str text, size_t at, size_t n)
{
    size_t end = at + n;

    return (at > 0 && tt_is_word(text.p[at - 1]) && tt_is_word(text.p[at])) ||
           (end < text.n && tt_is_word(text.p[end]) && tt_is_word(text.p[end - 1]));
}

static void find_bytes(struct tt_placer *p, struct tt_spot *s)
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

/* ---- the end of the file ---- */

/* Do the n lines from `line` on end the file, but for blank ones? */
static bool ends_file(const struct tt_placer *p, size_t line, size_t n)
{
    size_t last = p->view->n;

    while (last > 0 && tt_is_blank(p->file.line[last - 1]))
        last--;
    return line + n >= last;
}

/* Of places for n lines, only the one at the end of the file.  With more places
 * than are kept nobody knows. */
static void keep_end(const struct tt_placer *p, struct tt_hits *hits, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < hits->n && !hits->more; i++) {
        if (ends_file(p, hits->at[i].line, n))
            hits->at[kept++] = hits->at[i];
    }
    if (!hits->more)
        hits->n = kept;
}

int tt_spot_find_open_end(struct tt_placer *p, tt_str old, enum tt_rung rung, struct tt_hits *hits)
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

int tt_spot_newline_before(struct tt_placer *p, tt_str *text)
{
    char *joined = tt_arena_alloc(p->arena, text->n + 1);

    if (!joined)
        return TT_ENOMEM;
    joined[0] = '\n';
    if (text->n)
        memcpy(joined + 1, text->p, text->n);
    *text = (tt_str){ joined, text->n + 1 };
    return 0;
}

int tt_spot_settle_open_end(struct tt_placer *p, struct tt_spot *s)
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
        if (tt_spot_newline_before(p, &old))
            return TT_ENOMEM;
        s->hits.at[0].line--;
    }
    read_as(s, old, new);
    return tt_keys_of_text(&s->old, old, p->arena);
}

/* ---- whole lines ---- */

/* The lines of one reading; a string that is to be taken as whole lines. */
static int lines_of(struct tt_placer *p, const struct tt_spot *s, size_t r, struct tt_reading *out)
{
    int err = 0;

    *out = s->block->reading[r];
    if (s->block->kind == TT_BLOCK_BYTES) {
        out->old = tt_placer_whole_lines(p, out->old, &err);
        out->new = out->new.n ? tt_placer_whole_lines(p, out->new, &err) : out->new;
    }
    return err;
}

/* Reading r fits.  Where another one, that is no part of it, fits a different
 * place as well as this one does, nobody knows which was meant. */
static int add_rivals(struct tt_placer *p, struct tt_spot *s, size_t r, enum tt_rung rung)
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

/* On each rung every reading; only at the end of the file, or anywhere. */
static int find_lines(struct tt_placer *p, struct tt_spot *s, bool at_end)
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
                err = tt_spot_find_open_end(p, reading.old, rung, &s->hits);
            if (!err && at_end)
                keep_end(p, &s->hits, s->old.n);
            else if (!err && s->hits.n)
                err = add_rivals(p, s, r, rung);
            if (err || s->hits.n)
                return err;
        }
    }
    read_as(s, s->block->reading[0].old, s->block->reading[0].new);
    return 0;
}

/* Does this text, of at least one line that is not blank, end the file? */
static int find_at_end(struct tt_placer *p, tt_str text, struct tt_hits *hits,
                       struct tt_line_keys *keys)
{
    int err = tt_keys_of_text(keys, text, p->arena);

    hits->n = 0;
    hits->more = false;
    if (err || !tt_keys_nonblank(keys))
        return err;
    for (enum tt_rung rung = TT_RUNG_EXACT; rung < TT_RUNG_COUNT && !err && !hits->n; rung++) {
        err = tt_ladder_find(&p->file, keys, rung, p->arena, hits);
        err = err ? err : tt_spot_find_open_end(p, text, rung, hits);
        if (!err)
            keep_end(p, hits, keys->n);
    }
    return err;
}

/* A hunk for the end of the file has places elsewhere only.  Where what it makes
 * ends the file, it was applied; what it takes away may be gone from there, and
 * so a place elsewhere is none; and of several none is more the end than others. */
static int settle_elsewhere(struct tt_placer *p, struct tt_spot *s)
{
    struct tt_hits *end = calloc(1, sizeof(*end));
    struct tt_line_keys keys = { 0 };
    int err = end ? 0 : TT_ENOMEM;

    for (size_t r = 0; r < s->block->n_readings && !err && !s->done; r++) {
        err = find_at_end(p, s->block->reading[r].new, end, &keys);
        if (!err && end->more)
            break;
        if (!err && end->n) {
            size_t from = end->at[0].line, to = from + keys.n;

            s->done = true;
            s->there = (struct tt_range){
                tt_view_start(p->view, from),
                tt_view_start(p->view, to < p->view->n ? to : p->view->n),
            };
            s->hits.at[0] = (struct tt_hit){ .line = from, .rung = TT_RUNG_EXACT };
            s->hits.n = 1;
            s->hits.more = false;
        }
    }
    s->rivals |= s->hits.n > 1;
    s->elsewhere = !s->done && (tt_is_blank(s->new_text) || (end && end->more));
    free(end);
    return err;
}

/* Whole lines; where they must end the file a place elsewhere is the last resort. */
static int find_whole_lines(struct tt_placer *p, struct tt_spot *s)
{
    int err = 0;

    if (s->block->at_end) {
        err = find_lines(p, s, true);
        if (err || s->hits.n)
            return err;
    }
    err = find_lines(p, s, false);
    return !err && s->block->at_end && s->hits.n ? settle_elsewhere(p, s) : err;
}

int tt_spot_find(struct tt_placer *p, struct tt_spot *s)
{
    read_as(s, s->block->reading[0].old, s->block->reading[0].new);
    if (!tt_spot_has_old(s))
        return 0;
    if (s->block->kind == TT_BLOCK_BYTES)
        find_bytes(p, s);
    if (s->hits.n)
        return 0;
    s->bytes = false;
    return find_whole_lines(p, s);
}
