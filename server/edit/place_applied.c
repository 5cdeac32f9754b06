/* place_applied.c -- does the file say already what a block asks for?
 *
 * What was applied once is never applied again, also where the old text still
 * stands: in the new text, or elsewhere. */
#include "edit/anchor.h"
#include "edit/parse.h"
#include "edit/place_steps.h"
#include "trimtab/error.h"

#include <stdlib.h>

/* Does the rest of the file begin with these lines?  Its last one may lack its end. */
static bool begins_with(tt_str rest, tt_str lines)
{
    return tt_str_starts(rest, lines) ||
           (rest.n + 1 == lines.n && lines.p[rest.n] == '\n' && tt_str_starts(lines, rest));
}

/* The block names a line, and there its new text stands: wherever else the old
 * text may be, it is not what was meant. */
static bool is_at_hint(const struct tt_placer *p, const struct tt_spot *s)
{
    uint32_t at = s->block->line_hint;
    tt_str there;

    if (!at || at > p->view->n || tt_str_eq(s->old_text, s->new_text))
        return false;
    there = tt_str_sub(p->view->text, tt_view_start(p->view, at - 1), p->view->text.n);
    return s->new_text.n > 1 && begins_with(there, s->new_text) && !begins_with(there, s->old_text);
}

/* The new text stands below the named line, and the old one elsewhere. */
static bool is_at_anchor(const struct tt_placer *p, const struct tt_spot *s, size_t line)
{
    return s->block->n_anchors && !tt_str_eq(s->old_text, s->new_text) &&
           tt_anchor_is_below(&p->file, s->block, line) &&
           !tt_anchor_is_below(&p->file, s->block, s->hits.at[0].line);
}

/* A piece of a line is part of its new text, and that stands around it. */
static void check_bytes(const struct tt_placer *p, struct tt_spot *s)
{
    tt_str old = s->old_text, new_text = s->new_text, text = p->view->text;
    size_t at = s->hits.at[0].line;

    for (size_t k = 0; new_text.n > old.n && k + old.n <= new_text.n; k++) {
        const char *found = memmem(new_text.p + k, new_text.n - k, old.p, old.n);

        if (!found)
            return;
        k = (size_t)(found - new_text.p);
        if (at >= k && tt_str_starts(tt_str_sub(text, at - k, text.n), new_text)) {
            s->done = true;
            s->there = (struct tt_range){ (uint32_t)(at - k), (uint32_t)(at - k + new_text.n) };
        }
    }
}

/* The new text has more lines than the old, and stands where the old was found. */
static int check_lines(struct tt_placer *p, struct tt_spot *s)
{
    struct tt_hits *there = calloc(1, sizeof(*there));
    enum tt_rung rung = s->hits.at[0].rung;
    struct tt_line_keys new;
    struct tt_range at = { (uint32_t)s->hits.at[0].line,
                           (uint32_t)(s->hits.at[0].line + s->old.n) };
    int err;

    if (!there)
        return TT_ENOMEM;
    err = tt_keys_of_text(&new, s->new_text, p->arena);
    if (!err && new.n && (new.n > s->old.n || s->block->n_anchors)) {
        err = tt_ladder_find(&p->file, &new, rung, p->arena, there);
        err = err ? err : tt_spot_find_open_end(p, s->new_text, rung, there);
    }
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

int tt_spot_check_applied(struct tt_placer *p, struct tt_spot *s)
{
    if (s->hits.n != 1)
        return 0;
    if (is_at_hint(p, s)) {
        uint32_t from = tt_view_start(p->view, s->block->line_hint - 1);

        s->done = true;
        s->there = (struct tt_range){ from, from + (uint32_t)s->new_text.n };
        return 0;
    }
    if (!s->bytes)
        return check_lines(p, s);
    check_bytes(p, s);
    return 0;
}

int tt_spot_is_there(struct tt_placer *p, const struct tt_spot *s, bool *out)
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
