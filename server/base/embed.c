/* embed.c -- a handful of files: a linear search is enough. */
#include "base/embed.h"

tt_str tt_embedded_find(const struct tt_embedded *files, size_t count, const char *path)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(files[i].path, path) == 0)
            return tt_embedded_str(&files[i]);
    }
    return (tt_str){ NULL, 0 };
}
