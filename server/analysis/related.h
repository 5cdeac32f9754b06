/* related.h -- which code elsewhere does a piece of code use?
 *
 * The names that a range uses, the files of the workspace that an import says
 * they come from, and where a file defines a name.  Only syntax: no types, no
 * search path of a compiler.  What it does not find is simply not shown to a
 * model; what it finds is only read, never changed.
 *
 * Understood: imports of Python, JavaScript, TypeScript, Java, Go, C, C++ and
 * Rust; elsewhere the files of one folder; definitions at the top of a file in
 * every language with a grammar.
 */
#ifndef TT_ANALYSIS_RELATED_H
#define TT_ANALYSIS_RELATED_H

#include "analysis/source.h"
#include "base/arena.h"
#include "trimtab/range.h"

#define TT_RELATED_NAMES 64 /* of one range */
#define TT_RELATED_PATHS 24 /* where one name may be */

/* The names used in `range`, each once, in their order. */
size_t tt_related_names(const struct tt_source *source, struct tt_range range,
                        tt_str out[TT_RELATED_NAMES]);

/* Where the file's imports say that `name`, used in `range`, is defined: paths
 * relative to the folder that source->path is relative to, likeliest first, inside
 * that folder; one that ends in a slash is any file of the language in that folder
 * ("./" is the folder itself).  *original is the name there ("from a import b as
 * name").  0: not imported, or from a library. */
size_t tt_related_paths(const struct tt_source *source, struct tt_range range, tt_str name,
                        struct tt_arena *arena, tt_str out[TT_RELATED_PATHS], tt_str *original);

/* The whole definition of `name` at the top of the file, with its decorators. */
bool tt_related_definition(const struct tt_source *source, tt_str name, struct tt_range *out);

#endif
