/* json_string.h -- finding the end of a JSON string; used by json.c only. */
#ifndef TT_RPC_JSON_STRING_H
#define TT_RPC_JSON_STRING_H

#include <stdbool.h>

/* From behind the opening quote to the closing one; NULL when there is none, or
 * at a control character or an escape that JSON does not have. */
const char *tt_json_string_end(const char *p, const char *end, bool *escaped);

#endif
