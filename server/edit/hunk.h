/* hunk.h -- the lines of one hunk of a patch, and the ways to read them. */
#ifndef TT_EDIT_HUNK_H
#define TT_EDIT_HUNK_H

#include "edit/parse.h"

struct tt_hunk_line {
    char op;     /* ' ', '+' or '-' */
    bool bare;   /* context without its blank in front */
    tt_str text; /* without the sign; in the arena */
};

struct tt_hunk {
    struct tt_hunk_line *lines; /* in the arena */
    size_t n, cap;
    bool changes; /* has a '+' or '-' */
};

void tt_hunk_add(struct tt_parse *p, struct tt_hunk *hunk, tt_str line);

/* Give the block its readings: context as it should be written, then, where
 * lines had no blank in front, context as it stands; each also without the
 * blank lines at its borders that only separate it from the next hunk. */
void tt_hunk_readings(struct tt_parse *p, const struct tt_hunk *hunk, struct tt_block *block);

/* "-12,7 +12,9 @@": the numbers of a hunk header behind its "@@ ". */
struct tt_hunk_header {
    uint32_t old_line, old_count, new_count;
};
bool tt_hunk_header(tt_str rest, struct tt_hunk_header *out);

#endif
