/* place_steps.h -- what the steps of placing share; for place.c and place_*.c.
 *
 * A spot is one block and what is known of its place so far.  Each step narrows
 * it down or refuses the whole answer (then placement.why is set). */
#ifndef TT_EDIT_PLACE_STEPS_H
#define TT_EDIT_PLACE_STEPS_H

#include "edit/place.h"

struct tt_spot {
    const struct tt_block *block;
    tt_str old_text, new_text; /* of the reading that fits */
    struct tt_line_keys old;
    struct tt_hits hits;   /* of that reading, on the first rung that has any */
    bool bytes;            /* hits are offsets, not lines */
    struct tt_range there; /* done: where in the view its new text stands */
    bool done;             /* applied already, or a copy of another block */
    bool rivals;           /* some hits are of another reading: none may be chosen */
    bool elsewhere;        /* its lines are to end the file, and stand elsewhere */
    bool settled;          /* one of several copies, with a place of its own */
    size_t chosen;
};

struct tt_placer {
    const struct tt_view *view;
    struct tt_arena *arena;
    struct tt_range scope;
    struct tt_line_keys file;
    struct tt_spot *spots;
    size_t n;
    struct tt_placement *out;
    size_t cap_pieces;
};

/* ---- place.c ---- */

/* Refuse the whole answer for the sake of this block; returns 0. */
int tt_placer_refuse(struct tt_placer *p, size_t block, enum tt_place_why why);

/* Is it for lines that exist, and not only for new ones? */
bool tt_spot_has_old(const struct tt_spot *s);

/* Where hit i begins and ends in the view. */
struct tt_range tt_spot_range(const struct tt_placer *p, const struct tt_spot *s, size_t i);

/* `s` with a line end at its end; *err is set without memory. */
tt_str tt_placer_whole_lines(struct tt_placer *p, tt_str s, int *err);

/* ---- place_find.c ---- */

/* Fill in the hits of a block, those of the first rung that has any.  TT_ENOMEM. */
int tt_spot_find(struct tt_placer *p, struct tt_spot *s);

/* A text that was split at its line ends has an empty last line, and a block
 * may show it: "a", "" at the end of "a\n" is the line "a".  Adds such a place;
 * it counts as one more, also where the block fits elsewhere as it stands. */
int tt_spot_find_open_end(struct tt_placer *p, tt_str old, enum tt_rung rung, struct tt_hits *hits);

/* The text with a line end in front of it, in the arena. */
int tt_spot_newline_before(struct tt_placer *p, tt_str *text);

/* The choice fell on the end of the file: read the block without that blank line. */
int tt_spot_settle_open_end(struct tt_placer *p, struct tt_spot *s);

/* ---- place_choose.c ---- */

/* What the block itself says: its scope, the line it names.  May leave several. */
void tt_spot_choose(const struct tt_placer *p, struct tt_spot *s);

/* What all blocks say together: copies, anchors, the order.  TT_ENOMEM. */
int tt_placer_choose(struct tt_placer *p);

/* Blocks that fit one place, but only by a shift that may be chance, lose it. */
void tt_placer_drop_doubtful(struct tt_placer *p);

/* ---- place_applied.c ---- */

/* Marks a block with one place `done` when its new text stands there already. */
int tt_spot_check_applied(struct tt_placer *p, struct tt_spot *s);

/* Does the new text of a block without a place stand in the file? */
int tt_spot_is_there(struct tt_placer *p, const struct tt_spot *s, bool *out);

/* ---- place_pieces.c ---- */

/* The pieces of all blocks, sorted and disjoint, or a refusal. */
int tt_placer_make_pieces(struct tt_placer *p);

#endif
