/* parse_udiff.h -- unified diffs, as git writes them and as models do.
 *
 * Line numbers of models are wrong more often than not: they are kept as hints
 * and to see whether the last hunk is whole.  A diff that is neither in a
 * closed fence nor has as many lines as its last header says is unfinished.
 */
#ifndef TT_EDIT_PARSE_UDIFF_H
#define TT_EDIT_PARSE_UDIFF_H

#include "edit/hunk.h"

struct tt_parse_udiff {
    struct tt_parse p;
    struct tt_fence fence; /* the open one; kind 0: none */
    bool in_diff;          /* behind a file header or in a ```diff fence */
    bool in_hunk;
    bool no_old_file; /* "--- /dev/null" */
    bool deleting;    /* behind "+++ /dev/null": its hunks say nothing more */
    bool counted;     /* the header had numbers */
    bool loose_end;   /* the last hunk may go on */
    bool fenced_hunk;
    uint32_t old_left, new_left;
    uint32_t hint, hunk_line;
    tt_str path;
    tt_str minus;        /* a "--- " line that may begin a header; p NULL: none */
    struct tt_hunk lead; /* context in a fence without any "@@", up to the first change */
    struct tt_hunk hunk;
};

void tt_parse_udiff_init(struct tt_parse_udiff *u, struct tt_arena *arena);
void tt_parse_udiff_line(struct tt_parse_udiff *u, tt_str line);
/* `last_newline`: the answer ended with one; without it an added line at the
 * very end may be half a line. */
void tt_parse_udiff_end(struct tt_parse_udiff *u, bool last_newline);

#endif
