/* view.h -- the file as the model saw it: no byte order mark, every line end a
 * single '\n'; and the way back, with each line's own end.
 *
 * A '\r' alone ends a line only in a file that has no '\n' at all; elsewhere it
 * is a character like any other.
 */
#ifndef TT_EDIT_VIEW_H
#define TT_EDIT_VIEW_H

#include "base/arena.h"
#include "trimtab/range.h"

struct tt_line {
    uint32_t start;  /* in the view */
    uint32_t len;    /* without its end */
    uint32_t source; /* where it starts in the file */
    uint8_t eol;     /* bytes of its end in the file: 0, 1 or 2 */
};

struct tt_view {
    tt_str source; /* borrowed */
    tt_str text;   /* the view; the source itself where they do not differ */
    size_t bom;    /* bytes of the byte order mark: 0 or 3 */
    bool plain;    /* no byte order mark, and only '\n' */
    char lone;     /* '\r' in a file of the old Macs, else '\0' */
    struct tt_line *lines;
    size_t n;
};

/* All memory is the arena's.  TT_ENOMEM. */
int tt_view_init(struct tt_view *view, tt_str source, struct tt_arena *arena);

/* The bytes of line i, without its end; i < n. */
tt_str tt_view_line(const struct tt_view *view, size_t i);
/* Offset in the view of line i; the end of the text when i == n. */
uint32_t tt_view_start(const struct tt_view *view, size_t i);
/* The line that holds this offset of the view; n - 1 at the end (0 if empty). */
size_t tt_view_line_at(const struct tt_view *view, uint32_t offset);
/* A range of the file as a range of the view, and back. */
struct tt_range tt_view_from_source(const struct tt_view *view, struct tt_range range);
uint32_t tt_view_to_source(const struct tt_view *view, uint32_t offset);

/* The file with these edits of the view (sorted, disjoint): untouched lines keep
 * their bytes, a changed line has the end of the line it replaces, an added one
 * that of its neighbour.  In the arena. */
struct tt_text_edit;
int tt_view_apply(const struct tt_view *view, const struct tt_text_edit *edits, size_t n,
                  struct tt_arena *arena, tt_str *out);

#endif
