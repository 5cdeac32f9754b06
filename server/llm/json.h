/* json.h -- JSON as providers write it and as we write it to them.
 *
 * For this module only.  cJSON stops a string at \u0000 and fails a whole text
 * over half a surrogate pair, so what comes in is mended first; what goes out
 * is written by hand because cJSON's strings cannot carry a NUL byte.
 */
#ifndef TT_LLM_JSON_H
#define TT_LLM_JSON_H

#include "base/buf.h"

#include <cjson/cJSON.h>
#include <stdint.h>

/* Parse one JSON text.  NULL when it is none.  *mended is set (never cleared)
 * when characters had to be replaced by U+FFFD: such text may be shown but not
 * used.  The caller frees the result with cJSON_Delete. */
cJSON *tt_llm_json_parse(tt_str text, bool *mended);

/* Lookups that take NULL and wrong types for "absent". */
const cJSON *tt_llm_json_get(const cJSON *object, const char *key);
tt_str tt_llm_json_str(const cJSON *object, const char *key); /* borrowed from the tree */
bool tt_llm_json_count(const cJSON *object, const char *key, uint64_t *out);

/* A quoted, escaped string; bytes that are not UTF-8 become U+FFFD. */
void tt_llm_json_quote(struct tt_buf *out, tt_str text);

#endif
