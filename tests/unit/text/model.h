/* model.h -- a text the simple way: one array, scanned from its start for every
 * question.  What the tree says must be the same. */
#ifndef TT_TEST_TEXT_MODEL_H
#define TT_TEST_TEXT_MODEL_H

#include "base/buf.h"
#include "trimtab/position.h"
#include "trimtab/range.h"

struct tt_text;

uint64_t rnd(uint64_t *seed);                   /* xorshift; *seed is not 0 */
uint32_t rnd_below(uint64_t *seed, uint32_t n); /* n > 0 */

/* Append about `n` bytes of all that is hard: line breaks of each kind, NUL,
 * combining marks, code points of one to four bytes. */
void random_text(uint64_t *seed, size_t n, struct tt_buf *out);

/* A code point's boundary, anywhere in the text. */
uint32_t random_boundary(uint64_t *seed, tt_str text);

void model_replace(struct tt_buf *text, struct tt_range range, tt_str bytes);
uint32_t model_lines(tt_str text);
struct tt_range model_line(tt_str text, uint32_t line); /* without its break */
struct tt_position model_position(tt_str text, uint32_t offset, enum tt_encoding encoding);
uint32_t model_offset(tt_str text, struct tt_position position, enum tt_encoding encoding,
                      bool *clamped);

/* Contents, counters and the shape of the tree; ends the test when wrong. */
void check_same(const struct tt_text *text, tt_str model);

#endif
