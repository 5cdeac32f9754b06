/* place.c -- first all places of every block, then the choice, then the pieces.
 * Each step is a file: place_find.c, place_choose.c, place_applied.c, place_pieces.c. */
#include "edit/place.h"

#include "edit/anchor.h"
#include "edit/place_steps.h"
#include "trimtab/error.h"

#include <stdlib.h>

int tt_placer_refuse(struct tt_placer *p, size_t block, enum tt_place_why why)
{
    p->out->why = why;
    p->out->block = block;
    p->out->hits = p->spots[block].hits;
    p->out->hits_are_bytes = p->spots[block].bytes;
    return 0;
}

bool tt_spot_has_old(const struct tt_spot *s)
{
    return s->block->kind != TT_BLOCK_INSERT && s->block->reading[0].old.n > 0;
}

struct tt_range tt_spot_range(const struct tt_placer *p, const struct tt_spot *s, size_t i)
{
    size_t at = s->hits.at[i].line;

    if (s->bytes)
        return (struct tt_range){ (uint32_t)at, (uint32_t)(at + s->old_text.n) };
    return (struct tt_range){ tt_view_start(p->view, at), tt_view_start(p->view, at + s->old.n) };
}

tt_str tt_placer_whole_lines(struct tt_placer *p, tt_str s, int *err)
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

/* All places of every block, and of these what anchors and the rest leave. */
static int find_and_choose(struct tt_placer *p)
{
    int err = 0;

    for (size_t i = 0; i < p->n && !err; i++) {
        struct tt_spot *s = &p->spots[i];
        size_t had;

        err = tt_spot_find(p, s);
        if (!err && s->elsewhere)
            return tt_placer_refuse(p, i, TT_PLACE_NOT_AT_END);
        had = s->hits.n;
        tt_spot_choose(p, s);
        if (!err && !s->bytes && s->block->n_anchors)
            tt_anchor_filter(&p->file, s->block, s->old.n, &s->hits);
        if (!err && had && !s->hits.n) {
            s->hits.n = had; /* what was left out is still there: places to point at */
            return tt_placer_refuse(p, i, TT_PLACE_NO_ANCHOR);
        }
    }
    return err ? err : tt_placer_choose(p);
}

/* One place for every block that is not applied already, or a refusal. */
static int settle(struct tt_placer *p)
{
    size_t missing = p->n, n_applied = 0;
    bool all_there = true, there;
    int err = 0;

    tt_placer_drop_doubtful(p);
    for (size_t i = 0; i < p->n && !err; i++) {
        struct tt_spot *s = &p->spots[i];

        err = tt_spot_settle_open_end(p, s);
        if (err)
            return err;
        if (!tt_spot_has_old(s)) {
            if (s->block->kind != TT_BLOCK_INSERT && !s->block->appends)
                return tt_placer_refuse(p, i, TT_PLACE_NOWHERE);
            continue;
        }
        if (!s->hits.n) {
            missing = missing < p->n ? missing : i;
            err = tt_spot_is_there(p, s, &there);
            all_there = all_there && there;
            n_applied += there;
        } else if (s->hits.n > 1 || s->hits.more) {
            return tt_placer_refuse(p, i, TT_PLACE_MANY);
        } else if (!s->done) {
            err = tt_spot_check_applied(p, s);
            n_applied += s->done || tt_str_eq(s->old_text, s->new_text);
        } else {
            n_applied += 1;
        }
    }
    if (err || missing == p->n)
        return err;
    if (all_there && n_applied == p->n) {
        p->out->why = TT_PLACE_APPLIED;
        return 0;
    }
    err = tt_spot_is_there(p, &p->spots[missing], &p->out->applied_instead);
    return err ? err : tt_placer_refuse(p, missing, TT_PLACE_NOT_FOUND);
}

int tt_place_blocks(const struct tt_view *view, const struct tt_block *blocks, size_t n,
                    struct tt_range scope, struct tt_arena *arena, struct tt_placement *out)
{
    struct tt_placer p = { .view = view, .arena = arena, .scope = scope, .n = n, .out = out };
    int err;

    *out = (struct tt_placement){ .why = TT_PLACE_FOUND };
    p.spots = calloc(n ? n : 1, sizeof(*p.spots));
    if (!p.spots)
        return TT_ENOMEM;
    for (size_t i = 0; i < n; i++)
        p.spots[i].block = &blocks[i];
    err = tt_keys_of_view(&p.file, view, arena);
    if (!err)
        err = find_and_choose(&p);
    if (!err && out->why == TT_PLACE_FOUND)
        err = settle(&p);
    if (!err && out->why == TT_PLACE_FOUND)
        err = tt_placer_make_pieces(&p);
    free(p.spots);
    return err;
}
