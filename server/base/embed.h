/* embed.h -- files that are compiled into the program.
 *
 * A module with such files says TT_EMBEDDED_DECLARE(its name) in the one file
 * that reads them; cmake/modules.cmake says which files they are.
 */
#ifndef TT_EMBED_H
#define TT_EMBED_H

#include "trimtab/str.h"

struct tt_embedded {
    const char *path;          /* relative to the module's folder, with '/' */
    const unsigned char *data; /* n bytes, and a NUL byte behind them */
    size_t n;
};

#define TT_EMBEDDED_DECLARE(module)                                                                \
    extern const struct tt_embedded tt_##module##_files[];                                         \
    extern const size_t tt_##module##_files_count;

/* The bytes of the file at `path`, valid for ever; p is NULL when there is none. */
tt_str tt_embedded_find(const struct tt_embedded *files, size_t count, const char *path);

static inline tt_str tt_embedded_str(const struct tt_embedded *file)
{
    return (tt_str){ (const char *)file->data, file->n };
}

#endif
