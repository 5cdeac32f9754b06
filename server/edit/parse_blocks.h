/* parse_blocks.h -- SEARCH/REPLACE blocks, in all the styles in use:
 *
 *     <<<<<<< SEARCH          ------- SEARCH
 *     =======                 =======
 *     >>>>>>> REPLACE         +++++++ REPLACE
 *
 * also ORIGINAL/UPDATED and HEAD/updated, ":start_line:7" hints, escaped marks
 * in the text, blocks indented as a whole, and fences inside the two halves.
 * A mark where none may stand makes the whole answer malformed: taking the
 * other blocks alone would be half an answer.
 */
#ifndef TT_EDIT_PARSE_BLOCKS_H
#define TT_EDIT_PARSE_BLOCKS_H

#include "edit/parse.h"

struct tt_parse_blocks {
    struct tt_parse p;
    enum { TT_BLOCKS_OUTSIDE, TT_BLOCKS_OLD, TT_BLOCKS_NEW } at;
    char style;         /* '<' or '-' */
    size_t run;         /* length of the opening mark */
    size_t divider_run; /* and of the divider */
    tt_str indent;      /* in front of the opening mark; in the arena */
    struct tt_buf old, new;
    uint32_t hint, begin;
    bool heading; /* only hints so far */
    bool had_hint;
    tt_str path; /* of this block */
    bool weak;
    tt_str near; /* the last line of prose, or info of a fence; in the arena */
    uint32_t near_line;
    tt_str heading_path; /* the last line since the block before that was a path; in the arena */
};

void tt_parse_blocks_init(struct tt_parse_blocks *b, struct tt_arena *arena);
void tt_parse_blocks_release(struct tt_parse_blocks *b);
void tt_parse_blocks_line(struct tt_parse_blocks *b, tt_str line);
void tt_parse_blocks_end(struct tt_parse_blocks *b);

#endif
