/* edit_corpus.h -- the records of an edit corpus: one JSON object a line,
 * {id, source, format, path, original, answer, expected, must_reject}.
 *
 * `original` and `expected` are a text, or an object of path -> text; `answer`
 * is a text, or the object of a tool call.
 */
#ifndef TT_TEST_EDIT_CORPUS_H
#define TT_TEST_EDIT_CORPUS_H

#include "base/arena.h"
#include "base/buf.h"
#include "edit/json_lite.h"
#include "trimtab/edit.h"

#include <stdio.h>

struct corpus_record {
    tt_str id, format, path, answer;
    tt_str verdict;                          /* our own records only: the one that is right */
    const struct tt_jl *original, *expected; /* a string, an object or NULL */
    bool must_reject;
};

/* Plain or gzip'd ("-": standard input).  NULL: errno says why. */
FILE *corpus_open(const char *path, bool *piped);
void corpus_close(FILE *file, bool piped);

/* The next record; its memory is the arena's, which is emptied first.  0 at the
 * end, 1 for a record, -1 for a line that is no record. */
int corpus_next(FILE *file, struct tt_arena *arena, struct corpus_record *out);

/* What to force for the format of a record. */
enum tt_edit_format corpus_format(tt_str name);

#endif
