/* predicates_set.h -- what the files of predicates share; for them only. */
#ifndef TT_ANALYSIS_PREDICATES_SET_H
#define TT_ANALYSIS_PREDICATES_SET_H

#include "analysis/predicates.h"

#define ARGS const struct tt_match *match, const struct tt_pred_arg *args, uint32_t n

#define P(name, fn, least, most, capture) bool pred_##fn(ARGS);
#include "analysis/predicates.def"
#undef P

/* The first node of an argument that is a capture, and its text. */
TSNode pred_node(const struct tt_match *match, const struct tt_pred_arg *arg);
tt_str pred_text(const struct tt_match *match, const struct tt_pred_arg *arg);
const struct tt_source *pred_source(const struct tt_match *match);
/* Read when first asked for; NULL without memory: then nothing is found. */
const struct sql_marks *pred_sql_marks(const struct tt_match *match);

/* Is the slice one of the string arguments from the i-th on? */
bool pred_one_of(tt_str s, const struct tt_pred_arg *args, uint32_t i, uint32_t n);

/* Does the word stand in the text, and not as a part of a longer one? */
bool pred_has_word(tt_str text, tt_str word);
bool pred_word_char(char c);

/* A string literal without its prefix and quotes. */
tt_str pred_unquote(tt_str s);

/* A JavaScript object has one of the keys (args[1] and on), or a spread. */
bool pred_object_has(TSNode object, const struct tt_match *match, const struct tt_pred_arg *args,
                     uint32_t n);

#endif
