/* grammar.h -- the tree-sitter side of a language; for files of syntax/ only. */
#ifndef TT_GRAMMAR_H
#define TT_GRAMMAR_H

#include "syntax/lang.h"

#include <tree_sitter/api.h>

/* Never NULL; a constant of the program. */
const TSLanguage *tt_lang_grammar(const struct tt_lang *lang);

#endif
