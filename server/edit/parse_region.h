/* parse_region.h -- a rewrite of the whole region: the one fenced block of code
 * of the answer, or, without any fence, the whole answer. */
#ifndef TT_EDIT_PARSE_REGION_H
#define TT_EDIT_PARSE_REGION_H

#include "edit/parse.h"

struct tt_parse_region {
    struct tt_parse p;
    struct tt_fence fence; /* the open one */
    tt_str indent;         /* in front of it; in the arena */
    unsigned depth;        /* fences inside it */
    uint32_t begin;
    tt_str near; /* the last line of prose; in the arena */
    struct tt_buf code, all;
    bool fences; /* any seen */
};

void tt_parse_region_init(struct tt_parse_region *r, struct tt_arena *arena);
void tt_parse_region_release(struct tt_parse_region *r);
void tt_parse_region_line(struct tt_parse_region *r, tt_str line);
/* `last_newline`: the answer ended with one. */
void tt_parse_region_end(struct tt_parse_region *r, bool last_newline);

/* Could this text stand in the fence of the block, or would a line of its own
 * end the fence?  Then nobody can tell where such an answer ends. */
bool tt_parse_region_holds(const struct tt_block *block, tt_str text);

#endif
