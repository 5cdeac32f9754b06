/* fuzz_git_config.c -- any bytes as git's settings: keys are "section.name", and a file cut
 * short has no other settings than the whole one. */
#include "config/git_config.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void count(void *arg, tt_str key, tt_str value)
{
    if (key.n == 0 || !memchr(key.p, '.', key.n) || (value.n > 0 && !value.p))
        abort();
    ++*(size_t *)arg;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tt_str text = { (const char *)data, size };
    size_t whole = 0, half = 0;

    tt_git_config_each(text, count, &whole);
    tt_git_config_each(tt_str_sub(text, 0, size / 2), count, &half);
    if (half > whole + 1) /* the last line of the half may be a setting of its own */
        abort();
    return 0;
}
