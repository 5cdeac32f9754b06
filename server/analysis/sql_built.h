/* sql_built.h -- is this expression SQL into which values are pasted? */
#ifndef TT_ANALYSIS_SQL_BUILT_H
#define TT_ANALYSIS_SQL_BUILT_H

#include "syntax/query.h"

/* Python, JavaScript/TypeScript, Go and Java: f-strings and templates, "+",
 * "%", format functions, and a variable of the same function that holds one of
 * these.  True only when the text begins as SQL does and something that is not
 * a constant stands where a value belongs: names of tables and columns, lists
 * of placeholders and numbers are not counted. */
bool sql_is_built(TSNode expression, tt_str bytes);

#endif
