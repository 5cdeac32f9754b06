/* imports.h -- where an import goes, and whether it is there already. */
#ifndef TT_ANALYSIS_IMPORTS_H
#define TT_ANALYSIS_IMPORTS_H

#include "analysis/source.h"
#include "base/arena.h"
#include "trimtab/range.h"

enum tt_import_place {
    TT_IMPORT_THERE,  /* nothing to do */
    TT_IMPORT_EDIT,   /* *edit adds it */
    TT_IMPORT_UNSURE, /* this language's imports are not understood, or the file is broken there */
};

/* `line` is a whole import in the source's language ("import asyncio",
 * "\"errors\"" for Go).  The edit's text lives in `arena`. */
enum tt_import_place tt_import_add(const struct tt_source *source, tt_str line,
                                   struct tt_arena *arena, struct tt_text_edit *edit);

/* "\r\n" when the first line ends so, else "\n". */
tt_str tt_source_eol(const struct tt_source *source);

/* The white space that the line of `offset` begins with. */
tt_str tt_source_indent(tt_str bytes, uint32_t offset);
uint32_t tt_source_line_start(tt_str bytes, uint32_t offset);
uint32_t tt_source_line_end(tt_str bytes, uint32_t offset); /* before its end of line */

#endif
