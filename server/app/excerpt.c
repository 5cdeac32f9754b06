/* excerpt.c -- see excerpt.h.  A caret is as wide as its code points: close enough
 * for what terminals make of East Asian text. */
#include "app/excerpt.h"

#include "base/utf8.h"
#include "text/diff.h"
#include "text/text.h"
#include "trimtab/error.h"

#define WIDTH   160 /* bytes of a line that are shown */
#define CONTEXT 3   /* lines of a diff before and after a change */

/* The part of `line` that is shown: round `start` when the line is long. */
static struct tt_range window(const struct tt_text *text, struct tt_range line, uint32_t start)
{
    struct tt_range shown = line;

    if (line.end - line.start <= WIDTH)
        return shown;
    if (start > line.start + WIDTH / 2)
        shown.start = start - WIDTH / 2;
    if (shown.start + WIDTH < line.end)
        shown.end = shown.start + WIDTH;
    while (shown.start > line.start && !tt_text_is_boundary(text, shown.start))
        shown.start--;
    while (shown.end < line.end && !tt_text_is_boundary(text, shown.end))
        shown.end++;
    return shown;
}

static void add_caret(struct tt_buf *out, tt_str before, tt_str marked)
{
    size_t n;
    bool first = true;

    for (size_t at = 0; at < before.n; at += n) {
        tt_utf8_decode(tt_str_sub(before, at, before.n), &n);
        tt_buf_addc(out, before.p[at] == '\t' ? '\t' : ' ');
    }
    for (size_t at = 0; at < marked.n || first; at += n) {
        tt_buf_addc(out, first ? '^' : '~');
        first = false;
        n = 1;
        if (at < marked.n)
            tt_utf8_decode(tt_str_sub(marked, at, marked.n), &n);
    }
}

void tt_excerpt_add(struct tt_buf *out, const struct tt_text *text, struct tt_range range,
                    const struct tt_colors *colors, const char *caret_color)
{
    struct tt_buf scratch = TT_BUF_INIT(1 << 16);
    uint32_t number = tt_text_line_at(text, range.start);
    struct tt_range line = tt_text_line(text, number);
    struct tt_range shown = window(text, line, range.start);
    tt_str bytes = tt_text_view(text, shown, &scratch);
    uint32_t from = range.start < shown.end ? range.start : shown.end;
    uint32_t to = range.end < shown.end ? range.end : shown.end;

    tt_buf_addf(out, "%s%6u |%s ", colors->dim, number + 1, colors->off);
    tt_out_add_safe(out, bytes);
    tt_buf_addf(out, "\n%s       |%s %s", colors->dim, colors->off, caret_color);
    add_caret(out, tt_str_sub(bytes, 0, from - shown.start),
              tt_str_sub(bytes, from - shown.start, to < from ? 0 : to - shown.start));
    tt_buf_addf(out, "%s\n", colors->off);
    tt_buf_release(&scratch);
}

static const char *color_of(tt_str line, const struct tt_colors *colors)
{
    if (tt_str_starts(line, TT_STR("+++")) || tt_str_starts(line, TT_STR("---")))
        return colors->bold;
    if (tt_str_starts(line, TT_STR("@@")))
        return colors->cyan;
    if (line.n && line.p[0] == '+')
        return colors->green;
    return line.n && line.p[0] == '-' ? colors->red : "";
}

static void add_colored(struct tt_buf *out, tt_str diff, const struct tt_colors *colors)
{
    while (diff.n) {
        const char *end = memchr(diff.p, '\n', diff.n);
        tt_str line = tt_str_sub(diff, 0, end ? (size_t)(end - diff.p) : diff.n);
        const char *color = color_of(line, colors);

        tt_buf_adds(out, color);
        if (colors->off[0]) /* on a terminal; a piped diff keeps its bytes */
            tt_out_add_safe(out, line);
        else
            tt_buf_add(out, line);
        if (color[0])
            tt_buf_adds(out, colors->off);
        tt_buf_addc(out, '\n');
        diff = tt_str_sub(diff, line.n + 1, diff.n);
    }
}

int tt_diff_add(struct tt_buf *out, const char *path, tt_str before, tt_str after,
                const struct tt_colors *colors)
{
    struct tt_buf diff = TT_BUF_INIT(TT_BUF_OWN), from = TT_BUF_INIT(TT_BUF_OWN),
                  to = TT_BUF_INIT(TT_BUF_OWN);
    int err;

    while (*path == '/')
        path++;
    tt_buf_addf(&from, "a/%s", path);
    tt_buf_addf(&to, "b/%s", path);
    err = tt_diff_unified(before, after, tt_buf_str(&from), tt_buf_str(&to), CONTEXT, &diff);
    if (!err)
        add_colored(out, tt_buf_str(&diff), colors);
    if (diff.err || from.err || to.err || out->err)
        err = TT_ENOMEM;
    tt_buf_release(&diff);
    tt_buf_release(&from);
    tt_buf_release(&to);
    return err;
}
