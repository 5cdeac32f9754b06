/* watch_parts.h -- what the files watch*.c share; for them only. */
#ifndef TT_SESSION_WATCH_PARTS_H
#define TT_SESSION_WATCH_PARTS_H

#include "session/outcomes.h"

enum tt_watch_state { TT_WATCH_SENT, TT_WATCH_LANDED, TT_WATCH_TAKEN_BACK, TT_WATCH_CLOSED };

/* One edit: what it replaces in the text it was made for, and where its own text
 * stands right after it was applied. */
struct tt_watch_place {
    struct tt_range before, after;
};

struct tt_watch {
    struct tt_watch *next;
    struct tt_arena arena; /* owns the slices here and in `outcome` */
    uint64_t attempt;
    uint64_t timer; /* id; 0: not armed */
    tt_str key;
    struct tt_outcome outcome;
    enum tt_watch_state state;
    struct tt_text *base, *landed; /* owned shares: without and with the edit */
    struct tt_document_place base_place;
    struct tt_document_place place; /* up to which changes were followed */
    struct tt_watch_place *edits;   /* in the arena */
    size_t n;
    struct tt_range *pieces; /* owned: what is left of the text that was written */
    size_t n_pieces, cap_pieces;
    double whole; /* weight of all edits */
    double taken; /* share that these are of what was offered */
    uint64_t landed_ms;
    bool landed_once, saved;
    double saved_share; /* what was left when it was first saved; < 0: not saved yet */
    bool deletes;       /* an edit writes nothing, so that no piece shows where it is */
    bool touched;       /* the last changes came near it */
};

/* An edit weighs what it writes; one that only deletes, what it deletes. */
double tt_watch_weight(double written, double removed);

/* The share that is left: by the log of changes, or, where that has less to say, by
 * what stands there.  < 0: the document is gone. */
double tt_watch_left(struct tt_session *session, const struct tt_watch *w);

#endif
