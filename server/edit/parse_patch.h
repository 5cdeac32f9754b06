/* parse_patch.h -- the V4A patch:
 *
 *     *** Begin Patch
 *     *** Update File: src/a.py
 *     @@ class A
 *     @@ def f(self):
 *      context
 *     -old
 *     +new
 *     *** End Patch
 *
 * also Add File, Delete File, Move to and End of File.  A patch without its end
 * mark is unfinished.  In `body` mode the envelope is missing, as in the `diff`
 * of a tool call: hunks for the one file, or a new file all in '+' lines.
 */
#ifndef TT_EDIT_PARSE_PATCH_H
#define TT_EDIT_PARSE_PATCH_H

#include "edit/hunk.h"

enum tt_patch_section { TT_PATCH_NO_FILE, TT_PATCH_UPDATE, TT_PATCH_ADD, TT_PATCH_DELETE };

struct tt_parse_patch {
    struct tt_parse p;
    bool body;
    bool inside; /* between the two marks of the envelope */
    enum tt_patch_section section;
    tt_str path;
    size_t blocks_before; /* of the whole list, where this file's begin */
    uint32_t section_line, hunk_line;
    bool moved, anchored;
    tt_str anchors[8]; /* of the hunk being read; stacked */
    size_t n_anchors;
    uint32_t hint;
    struct tt_hunk hunk;
    bool at_end;
    struct tt_buf content; /* of a file being added */
};

void tt_parse_patch_init(struct tt_parse_patch *v, struct tt_arena *arena, bool body);
void tt_parse_patch_release(struct tt_parse_patch *v);
void tt_parse_patch_line(struct tt_parse_patch *v, tt_str line);
void tt_parse_patch_end(struct tt_parse_patch *v);

#endif
