/* json_lite.h -- reads the JSON of a tool call, with strings of any content.
 *
 * cJSON is not used here: it ends a string at "\u0000", which would cut code
 * short without a word.  Values live in the arena.
 */
#ifndef TT_EDIT_JSON_LITE_H
#define TT_EDIT_JSON_LITE_H

#include "base/arena.h"

enum tt_jl_type { TT_JL_NULL, TT_JL_BOOL, TT_JL_NUMBER, TT_JL_STRING, TT_JL_ARRAY, TT_JL_OBJECT };

struct tt_jl {
    enum tt_jl_type type;
    tt_str key;          /* of a member */
    tt_str string;       /* UTF-8, unescaped */
    double number;       /* also 0 or 1 of a bool */
    struct tt_jl *child; /* first element or member */
    struct tt_jl *next;  /* sibling */
};

enum tt_jl_result {
    TT_JL_OK,
    TT_JL_CUT, /* valid as far as it goes, but it ends too early */
    TT_JL_BAD, /* not JSON; or nested too deep, or a lone surrogate */
    TT_JL_NOMEM,
};

/* One value at the start of `text`; *used is where it ends. */
enum tt_jl_result tt_jl_parse(tt_str text, struct tt_arena *arena, struct tt_jl **out,
                              size_t *used);

/* NULL when `object` is no object or has no such member. */
const struct tt_jl *tt_jl_get(const struct tt_jl *object, const char *key);

#endif
