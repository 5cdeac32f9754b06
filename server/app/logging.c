/* logging.c -- see logging.h. */
#include "app/logging.h"

#include "trimtab/error.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#define LINE_MAX_BYTES 4000 /* within PIPE_BUF: written whole or not at all */

static const char *const levels[] = { [TT_LOG_ERROR] = "error",
                                      [TT_LOG_WARN] = "warn",
                                      [TT_LOG_INFO] = "info",
                                      [TT_LOG_DEBUG] = "debug",
                                      [TT_LOG_TRACE] = "trace" };

static void to_stderr(void *arg, enum tt_log_level level, tt_str message)
{
    struct pollfd room = { .fd = STDERR_FILENO, .events = POLLOUT };
    char line[LINE_MAX_BYTES + 2];
    struct timespec now;
    struct tm utc;
    int n;

    (void)arg;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    n = snprintf(line, LINE_MAX_BYTES, "%02d:%02d:%02d.%03ld trimtab %s: %.*s", utc.tm_hour,
                 utc.tm_min, utc.tm_sec, now.tv_nsec / 1000000, levels[level], TT_STR_ARG(message));
    if (n >= LINE_MAX_BYTES)
        n = LINE_MAX_BYTES - 1;
    for (int i = 0; i < n; i++) {
        if (line[i] == '\n' || line[i] == '\r')
            line[i] = ' ';
    }
    line[n] = '\n';
    if (poll(&room, 1, 0) == 1 && (room.revents & POLLOUT))
        (void)!write(STDERR_FILENO, line, (size_t)n + 1);
}

int tt_logging_start(const char *level)
{
    const char *name = level ? level : getenv("TRIMTAB_LOG");

    if (!name || !name[0])
        name = "warn";
    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        if (strcasecmp(name, levels[i]) != 0)
            continue;
        tt_log_set((enum tt_log_level)i, to_stderr, NULL);
        return 0;
    }
    return TT_EINVALID;
}
