/* embedded_sql.h -- the SQL in the strings of a file, as a document of its own. */
#ifndef TT_ANALYSIS_EMBEDDED_SQL_H
#define TT_ANALYSIS_EMBEDDED_SQL_H

#include "analysis/source.h"
#include "base/arena.h"

/* Could there be any?  Looks at the bytes only. */
bool embedded_sql_possible(const struct tt_lang *lang, tt_str bytes);

/* A text as long as the file in which everything but the SQL in its strings is
 * blank, so that every offset in it is an offset in the file.  An interpolation
 * becomes a name as long as it; each string ends with ';'.  *out is empty when
 * there is none.  TT_ENOMEM. */
int embedded_sql_read(const struct tt_source *source, struct tt_arena *arena, tt_str *out);

#endif
