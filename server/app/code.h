/* code.h -- a source file as commands need it: bytes, text, language, tree. */
#ifndef TT_APP_CODE_H
#define TT_APP_CODE_H

#include "analysis/source.h"
#include "base/buf.h"
#include "text/text.h"

struct tt_parser;

struct tt_code {
    char *path;                 /* owned; as given */
    struct tt_buf bytes;        /* valid UTF-8, never NULL after loading */
    struct tt_text *text;       /* owned */
    const struct tt_lang *lang; /* NULL: no grammar */
    struct TSTree *tree;        /* owned; NULL: not parsed */
};

/* Read the file.  As tt_file_read; TT_EPARSE when it is not UTF-8 text (a file
 * with a NUL byte near its start is taken for binary). */
int tt_code_load(struct tt_code *code, const char *path, size_t max);

/* The same for bytes that are already there (copied). */
int tt_code_set(struct tt_code *code, const char *path, tt_str bytes);

/* Make the tree, if there is a grammar.  `parser` NULL: one is made for it. */
int tt_code_parse(struct tt_code *code, struct tt_parser *parser);

void tt_code_release(struct tt_code *code); /* fine after a failure */

struct tt_source tt_code_source(const struct tt_code *code); /* borrows it */

static inline tt_str tt_code_bytes(const struct tt_code *code)
{
    return tt_buf_str(&code->bytes);
}

#endif
