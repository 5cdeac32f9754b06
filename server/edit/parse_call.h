/* parse_call.h -- the JSON of a tool call: the native text editors' objects
 * (old_str/new_str, old_string/new_string, insert_line, create), our own
 * {"edits": [{"old_str", "new_str"}]}, lists of them, the envelopes around them
 * (input, arguments), and a V4A patch inside a string.
 *
 * Lines are only collected until the end: half a JSON value says nothing.
 */
#ifndef TT_EDIT_PARSE_CALL_H
#define TT_EDIT_PARSE_CALL_H

#include "edit/parse.h"

struct tt_parse_call {
    struct tt_parse p;
    bool forced;  /* the answer must be of this syntax */
    bool started; /* at a line that begins with '{' or '[' */
    struct tt_buf text;
};

void tt_parse_call_init(struct tt_parse_call *c, struct tt_arena *arena, bool forced);
void tt_parse_call_release(struct tt_parse_call *c);
void tt_parse_call_line(struct tt_parse_call *c, tt_str line);
void tt_parse_call_end(struct tt_parse_call *c);

#endif
