/* trees.h -- texts to parse, edits at random, and what a tree says: for the tests of
 * parsing. */
#ifndef TT_TEST_TREES_H
#define TT_TEST_TREES_H

#include "base/buf.h"
#include "syntax/lang.h"
#include "syntax/parse.h"
#include "text/text.h"

#include <tree_sitter/api.h>

struct sample {
    const char *lang, *text;
};
extern const struct sample samples[];
extern const size_t n_samples;

struct tt_text *make_text(tt_str bytes);
const struct tt_lang *lang_of(const char *name);

/* `source` again and again, at least `bytes` long. */
struct tt_text *long_text(const char *source, size_t bytes);

/* Each node with its fields and places. */
bool trees_equal(const TSTree *a, const TSTree *b, struct tt_buf *left, struct tt_buf *right);

uint64_t rnd(uint64_t *seed);

/* A word typed, a range deleted, or a piece of the text copied elsewhere, anywhere
 * in `within`. */
void random_edit(uint64_t *seed, const struct tt_text *text, struct tt_range within,
                 struct tt_text_edit *edit, struct tt_buf *scratch);

#endif
