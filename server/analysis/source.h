/* source.h -- the code that analysis looks at.
 *
 * Analysis works on contiguous bytes and a finished tree, so that it needs to
 * know nothing of documents: whoever calls flattens the snapshot (in a job, or
 * on the loop for a small file) and hands over this.  All fields are borrowed
 * during the call.  The tree is only read, but tree-sitter forbids sharing one
 * between threads: a job brings its own ts_tree_copy.
 */
#ifndef TT_ANALYSIS_SOURCE_H
#define TT_ANALYSIS_SOURCE_H

#include "trimtab/str.h"

struct tt_lang; /* a grammar; see syntax/lang.h */
struct TSTree;

struct tt_source {
    const struct tt_lang *lang; /* NULL: a language that we have no grammar for */
    tt_str bytes;               /* UTF-8, whole file */
    const struct TSTree *tree;  /* of exactly these bytes; NULL: not parsed */
    tt_str path;                /* as the user names it, '/' between parts; may be empty */
    bool error_cause;           /* TypeScript: what tt_typescript_has_cause says of the file */
};

#endif
