/* edit_trials.h -- what must hold for any answer, tried on a record of a corpus.
 *
 * Each trial counts what it ran and what went wrong in its struct, and prints a
 * line for each failure.  Records whose texts are not single strings are left out.
 */
#ifndef TT_TEST_EDIT_TRIALS_H
#define TT_TEST_EDIT_TRIALS_H

#include "edit_corpus.h"

struct tt_lang;

struct trial {
    const struct corpus_record *record;
    enum tt_edit_format format; /* forced, or AUTO */
    const struct tt_lang *lang; /* NULL: no syntax guard */
    size_t runs, bad;
};

/* Without the lines that a block wants to change, nothing is applied. */
void trial_stale(struct trial *t);

/* What was applied once is not applied again. */
void trial_twice(struct trial *t);

/* Every prefix (or every `step`th): not complete, it is truncated; complete, it
 * is refused or made of whole blocks of the answer. */
void trial_prefixes(struct trial *t, size_t step);

/* The same answer for the same file with other line ends, a byte order mark, no
 * final newline; and what the edits come to by positions in UTF-8, 16 and 32. */
void trial_variants(struct trial *t);

/* Equal but for blank lines, and for how lines end? */
bool trial_same_but_blanks(tt_str a, tt_str b);

#endif
