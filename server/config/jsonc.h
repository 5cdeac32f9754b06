/* jsonc.h -- JSON as people write it: with comments and trailing commas.
 *
 * Gives a tree that knows where in the text each value stood, so that a mistake
 * in a settings file can be shown by line and column.  A tree made from cJSON
 * has no places (`at` is TT_JSONC_NOWHERE).
 */
#ifndef TT_CONFIG_JSONC_H
#define TT_CONFIG_JSONC_H

#include "base/arena.h"

#include <stdint.h>

struct cJSON;

enum tt_json_type {
    TT_JSON_NULL,
    TT_JSON_BOOL,
    TT_JSON_NUMBER,
    TT_JSON_STRING,
    TT_JSON_ARRAY,
    TT_JSON_OBJECT
};

#define TT_JSONC_NOWHERE   UINT32_MAX
#define TT_JSONC_MAX       ((size_t)1 << 20) /* bytes of a text */
#define TT_JSONC_MAX_DEPTH 32

struct tt_json {
    enum tt_json_type type;
    tt_str key;                   /* in an object */
    uint32_t key_at;              /* byte offset of the key; of the value in an array */
    uint32_t at;                  /* byte offset of the value */
    bool flag;                    /* BOOL */
    double number;                /* NUMBER */
    tt_str text;                  /* STRING, decoded */
    struct tt_json *first, *next; /* members in their order */
};

struct tt_jsonc_error {
    uint32_t at;      /* byte offset */
    const char *text; /* static, for people: "a comma or } is missing here" */
};

/* Parse `text`; the tree lives in `arena` and may borrow from `text`.  An empty
 * text (only white space and comments) gives *out = NULL.  TT_EPARSE and
 * TT_ETOOBIG fill *error. */
int tt_jsonc_parse(tt_str text, struct tt_arena *arena, struct tt_json **out,
                   struct tt_jsonc_error *error);

/* The same tree from what the editor sent; borrows strings from `json`.  Members
 * deeper than TT_JSONC_MAX_DEPTH are TT_ETOOBIG. */
int tt_jsonc_from_cjson(const struct cJSON *json, struct tt_arena *arena, struct tt_json **out);

/* Line and column (both from 1, the column in code points) of a byte offset. */
void tt_jsonc_place(tt_str text, uint32_t at, uint32_t *line, uint32_t *column);

/* "an object", "a string", …; static. */
const char *tt_json_type_name(enum tt_json_type type);

#endif
