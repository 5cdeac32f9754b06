/* log.c -- see log.h.  Messages over 2 KiB are cut. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

static struct {
    enum tt_log_level level;
    tt_log_sink sink;
    void *arg;
} target;

void tt_log_set(enum tt_log_level level, tt_log_sink sink, void *arg)
{
    target.level = level;
    target.sink = sink;
    target.arg = arg;
}

bool tt_log_wants(enum tt_log_level level)
{
    return target.sink && level <= target.level;
}

void tt_log(enum tt_log_level level, const char *fmt, ...)
{
    char text[2048];
    va_list ap;
    int n;

    if (!tt_log_wants(level))
        return;
    va_start(ap, fmt);
    n = vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    if (n < 0)
        return;
    if ((size_t)n >= sizeof(text))
        n = (int)sizeof(text) - 1;
    target.sink(target.arg, level, (tt_str){ text, (size_t)n });
}
