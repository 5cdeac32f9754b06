/* lang.h -- the languages that trimtab can parse.
 *
 * Each is a constant of the program, so a pointer to one may be kept and
 * compared for ever, on any thread.  languages.def lists them.
 */
#ifndef TT_LANG_H
#define TT_LANG_H

#include "trimtab/str.h"

struct tt_lang; /* lang.c */

/* Each gives NULL when there is no such language. */
const struct tt_lang *tt_lang_by_name(tt_str name);  /* "tsx", "c-sharp" */
const struct tt_lang *tt_lang_by_id(tt_str lsp_id);  /* "typescriptreact", "csharp" */
const struct tt_lang *tt_lang_for_path(tt_str path); /* by file name or its ending; "a/b.ts" */

/* Visit all: for (size_t i = 0; i < tt_lang_count(); i++) tt_lang_at(i) */
size_t tt_lang_count(void);
const struct tt_lang *tt_lang_at(size_t i); /* i < tt_lang_count() */

/* All slices are valid for ever. */
tt_str tt_lang_name(const struct tt_lang *lang);
tt_str tt_lang_id(const struct tt_lang *lang);           /* its first LSP language id */
tt_str tt_lang_line_comment(const struct tt_lang *lang); /* empty when it has none */
tt_str tt_lang_block_open(const struct tt_lang *lang);   /* empty when it has none */
tt_str tt_lang_block_close(const struct tt_lang *lang);

#endif
