/* code.h -- a parsed piece of code for the tests of analysis. */
#ifndef TT_TEST_CODE_H
#define TT_TEST_CODE_H

#include "analysis/source.h"

struct tt_text;
struct TSTree;

struct code {
    struct tt_source source; /* borrows everything but the tree */
    struct tt_text *text;
    struct TSTree *tree;
};

/* `text` is borrowed until code_release; a language that is not known, or text
 * that is not UTF-8, fails the test. */
void code_init(struct code *code, tt_str language, tt_str path, tt_str text);
void code_release(struct code *code);

#endif
