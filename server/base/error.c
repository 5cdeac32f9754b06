/* error.c -- the words for the codes in error.h. */
#include "trimtab/error.h"

#include <stddef.h>

static const char *const texts[] = {
#define X(name, text) text,
    TT_ERROR_MAP(X)
#undef X
};

const char *tt_strerror(int err)
{
    size_t i = (size_t)(-1 - err);

    if (err == 0)
        return "no error";
    return err < 0 && i < sizeof(texts) / sizeof(texts[0]) ? texts[i] : "unknown error";
}
