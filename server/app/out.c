/* out.c -- see out.h. */
#include "app/out.h"

#include "app/command.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

static const struct tt_colors plain = { "", "", "", "", "", "", "", "" };
static const struct tt_colors ansi = { "\033[0m",  "\033[1m",  "\033[2m",  "\033[31m",
                                       "\033[32m", "\033[33m", "\033[34m", "\033[36m" };

const struct tt_colors *tt_colors_for(FILE *file)
{
    const char *no = getenv("NO_COLOR"), *force = getenv("CLICOLOR_FORCE");
    const char *term = getenv("TERM");

    if (no && no[0])
        return &plain;
    if (force && force[0] && strcmp(force, "0") != 0)
        return &ansi;
    return isatty(fileno(file)) && term && strcmp(term, "dumb") != 0 ? &ansi : &plain;
}

void tt_say(const char *fmt, ...)
{
    va_list ap;

    fflush(stdout);
    fputs("trimtab: ", stderr);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
}

int tt_out_of_memory(void)
{
    tt_say("out of memory");
    return TT_EXIT_USAGE;
}

int tt_out_finish(struct tt_buf *buf, int code)
{
    errno = 0;
    bool failed = buf->err || fwrite(buf->p ? buf->p : "", 1, buf->n, stdout) != buf->n ||
                  fflush(stdout) != 0;

    if (buf->err)
        tt_out_of_memory();
    else if (failed && errno != EPIPE) /* `| head` has seen enough */
        tt_say("the output could not be written");
    tt_buf_release(buf);
    return failed ? TT_EXIT_USAGE : code;
}

int tt_out_add_safe(struct tt_buf *buf, tt_str text)
{
    for (size_t at = 0, n; at < text.n; at += n) {
        uint32_t c = tt_utf8_decode(tt_str_sub(text, at, text.n), &n);
        bool control = (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7f && c < 0xa0);
        bool turns = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);

        if (control || turns)
            tt_buf_addc(buf, '?');
        else if (c == 0xfffd)
            tt_buf_adds(buf, "\xef\xbf\xbd");
        else
            tt_buf_add(buf, tt_str_sub(text, at, at + n));
    }
    return buf->err;
}

int tt_out_add_path(struct tt_buf *buf, const char *path)
{
    for (const char *end; (end = strchr(path, '\n')); path = end + 1) {
        tt_out_add_safe(buf, (tt_str){ path, (size_t)(end - path) });
        tt_buf_addc(buf, '?');
    }
    return tt_out_add_safe(buf, tt_str_from(path));
}
