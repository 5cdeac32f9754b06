/* typescript.h -- what TypeScript is compiled for, as its project's files say it.
 *
 * Whether a rewrite compiles can depend on more than one file.  The core reads
 * none: whoever calls hands over a function that does, in a job.
 */
#ifndef TT_ANALYSIS_TYPESCRIPT_H
#define TT_ANALYSIS_TYPESCRIPT_H

#include "base/buf.h"

struct tt_lang;

struct tt_file_reader {
    /* Read a small file by its absolute path; 0, and bytes for the caller to free; or an error. */
    int (*read)(void *arg, tt_str path, size_t max, char **bytes, size_t *n);
    void *arg;
};

/* Where is the project of the file at `path` (absolute, in `lang`)?  Appends the path of the
 * nearest tsconfig.json.  False: there is none, or that is no TypeScript. */
bool tt_typescript_project(const struct tt_file_reader *reader, const struct tt_lang *lang,
                           tt_str path, struct tt_buf *project);

/* Does `new Error(text, { cause: anything })` surely compile in the project?  Where it, what it
 * extends, and the projects that share its files through "references" all compile against ES2022
 * or later by "lib" or "target", and the compiler is 4.8 or later (before, a cause had to be an
 * Error) by node_modules or by package.json.  False whenever something cannot be read. */
bool tt_typescript_has_cause(const struct tt_file_reader *reader, tt_str project);

#endif
