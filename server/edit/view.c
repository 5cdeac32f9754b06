/* view.c -- see view.h.  On the way back, the lines that an edit touches are
 * compared with what becomes of them, so that equal ones are kept as they are. */
#include "edit/view.h"

#include "base/buf.h"
#include "text/diff.h"
#include "trimtab/error.h"

/* The lines end with '\n', or with '\r' where no '\n' is (`lone`).  The first pass
 * counts, the second one fills in. */
static int find_lines(struct tt_view *view, struct tt_arena *arena)
{
    char end = view->lone ? view->lone : '\n';
    const char *p = view->source.n ? view->source.p : "", *last = p + view->source.n,
               *from = p + view->bom, *nl;
    size_t n = 0, at = 0;

    for (const char *q = from; q < last && (nl = memchr(q, end, (size_t)(last - q))); q = nl + 1)
        n++;
    view->lines = tt_arena_array(arena, n + 1, sizeof(*view->lines));
    if (!view->lines)
        return TT_ENOMEM;
    while (from < last && (nl = memchr(from, end, (size_t)(last - from))) != NULL) {
        uint8_t eol = end == '\n' && nl > from && nl[-1] == '\r' ? 2 : 1;
        uint32_t len = (uint32_t)(nl + 1 - eol - from);

        view->lines[view->n++] = (struct tt_line){ (uint32_t)at, len, (uint32_t)(from - p), eol };
        at += len + 1;
        from = nl + 1;
    }
    if (from < last)
        view->lines[view->n++] =
            (struct tt_line){ (uint32_t)at, (uint32_t)(last - from), (uint32_t)(from - p), 0 };
    return 0;
}

static int make_text(struct tt_view *view, struct tt_arena *arena)
{
    char *p;
    size_t n = 0;

    view->text = view->source;
    if (view->plain)
        return 0;
    p = tt_arena_alloc(arena, view->source.n + 1);
    if (!p)
        return TT_ENOMEM;
    for (size_t i = 0; i < view->n; i++) {
        const struct tt_line *line = &view->lines[i];

        memcpy(p + n, view->source.p + line->source, line->len);
        n += line->len;
        if (line->eol)
            p[n++] = '\n';
    }
    view->text = (tt_str){ p, n };
    return 0;
}

int tt_view_init(struct tt_view *view, tt_str source, struct tt_arena *arena)
{
    bool cr = source.n && memchr(source.p, '\r', source.n);
    bool lf = source.n && memchr(source.p, '\n', source.n);
    int err;

    *view = (struct tt_view){ .source = source };
    view->bom = tt_str_starts(source, TT_STR("\xEF\xBB\xBF")) ? 3 : 0;
    view->lone = cr && !lf ? '\r' : '\0';
    view->plain = !view->bom && !cr;
    err = find_lines(view, arena);
    return err ? err : make_text(view, arena);
}

tt_str tt_view_line(const struct tt_view *view, size_t i)
{
    return tt_str_sub(view->text, view->lines[i].start,
                      (size_t)view->lines[i].start + view->lines[i].len);
}

uint32_t tt_view_start(const struct tt_view *view, size_t i)
{
    return i < view->n ? view->lines[i].start : (uint32_t)view->text.n;
}

/* The last line that starts at or before the offset, by view or by source. */
static size_t line_before(const struct tt_view *view, uint32_t offset, bool source)
{
    size_t lo = 0, hi = view->n;

    while (hi - lo > 1) {
        size_t mid = (lo + hi) / 2;

        if ((source ? view->lines[mid].source : view->lines[mid].start) <= offset)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

size_t tt_view_line_at(const struct tt_view *view, uint32_t offset)
{
    return line_before(view, offset, false);
}

static uint32_t from_source(const struct tt_view *view, uint32_t offset)
{
    if (view->n == 0)
        return 0;
    const struct tt_line *line = &view->lines[line_before(view, offset, true)];
    uint32_t in_line = offset > line->source ? offset - line->source : 0;

    if (in_line <= line->len)
        return line->start + in_line;
    return line->start + line->len + (in_line >= line->len + line->eol && line->eol ? 1 : 0);
}

struct tt_range tt_view_from_source(const struct tt_view *view, struct tt_range range)
{
    return (struct tt_range){ from_source(view, range.start), from_source(view, range.end) };
}

uint32_t tt_view_to_source(const struct tt_view *view, uint32_t offset)
{
    if (view->n == 0)
        return (uint32_t)view->bom;
    const struct tt_line *line = &view->lines[line_before(view, offset, false)];
    uint32_t in_line = offset - line->start;

    return line->source + (in_line <= line->len ? in_line : line->len + line->eol);
}

struct restorer {
    const struct tt_view *view;
    struct tt_buf out;
    size_t line; /* of the old view: the next one to be kept */
};

static tt_str eol_of(const struct tt_view *view, size_t i)
{
    const struct tt_line *line = &view->lines[i];

    return tt_str_sub(view->source, (size_t)line->source + line->len,
                      (size_t)line->source + line->len + line->eol);
}

/* The end for an added or changed line: that of old line i, else of the nearest. */
static tt_str chosen_eol(const struct tt_view *view, size_t i)
{
    for (size_t k = i < view->n ? i + 1 : view->n; k > 0; k--) {
        if (view->lines[k - 1].eol)
            return eol_of(view, k - 1);
    }
    for (size_t k = i; k < view->n; k++) {
        if (view->lines[k].eol)
            return eol_of(view, k);
    }
    return TT_STR("\n");
}

static void keep_lines(struct restorer *r, size_t to)
{
    for (; r->line < to; r->line++) {
        tt_buf_add(&r->out, tt_view_line(r->view, r->line));
        tt_buf_add(&r->out, eol_of(r->view, r->line));
    }
}

/* Lines [from, to) of the old view become this text. */
static void new_lines(struct restorer *r, size_t from, size_t to, tt_str text)
{
    for (size_t i = from; text.n; i++) {
        const char *nl = memchr(text.p, '\n', text.n);
        size_t end = nl ? (size_t)(nl - text.p) : text.n;
        /* one by one while they last, then the last of them; a pure insertion
         * looks at the line in front of it, or at the first one */
        size_t like = i < to ? i : to > 0 ? to - 1 : 0;

        tt_buf_add(&r->out, tt_str_sub(text, 0, end));
        if (nl)
            tt_buf_add(&r->out, chosen_eol(r->view, like));
        text = tt_str_sub(text, end + 1, text.n);
    }
    r->line = to;
}

/* How many lines start before this offset of the view. */
static size_t lines_before(const struct tt_view *view, uint32_t offset)
{
    if (view->n == 0 || offset == 0)
        return 0;
    if (offset >= view->text.n)
        return view->n;
    return tt_view_line_at(view, offset);
}

/* Lines [from, to) of the view become `text`. */
static int replace_lines(struct restorer *r, size_t from, size_t to, tt_str text,
                         struct tt_arena *arena)
{
    const struct tt_view *view = r->view;
    uint32_t start = tt_view_start(view, from);
    tt_str old = tt_str_sub(view->text, start, tt_view_start(view, to));
    struct tt_diff diff;
    int err = tt_diff_texts(old, text, TT_DIFF_LINES, arena, &diff);

    for (size_t i = 0; i < diff.n_hunks && !err; i++) {
        const struct tt_diff_hunk *hunk = &diff.hunks[i];
        size_t first =
            hunk->before.start == old.n ? to : lines_before(view, start + hunk->before.start);
        size_t last = hunk->before.end == old.n ? to : lines_before(view, start + hunk->before.end);

        keep_lines(r, first);
        new_lines(r, first, last, tt_str_sub(text, hunk->after.start, hunk->after.end));
    }
    if (!err)
        keep_lines(r, to);
    return err;
}

/* The whole lines that edits [i, j) touch; j is moved over all that share them. */
static void lines_of(const struct tt_view *view, const struct tt_text_edit *edits, size_t n,
                     size_t i, size_t *j, size_t *from, size_t *to)
{
    *from = edits[i].range.start >= view->text.n && edits[i].range.start > 0 &&
                    view->text.p[view->text.n - 1] == '\n'
                ? view->n
                : tt_view_line_at(view, edits[i].range.start);
    for (*j = i;; ++*j) {
        uint32_t end = edits[*j].range.end;

        *to = lines_before(view, end);
        if (*to < view->n && (end > tt_view_start(view, *to) || *to < *from))
            ++*to;
        if (*to < *from)
            *to = *from;
        if (*j + 1 == n || edits[*j + 1].range.start >= tt_view_start(view, *to))
            break;
    }
    ++*j;
}

static int replace_group(struct restorer *r, const struct tt_text_edit *edits, size_t n,
                         size_t from, size_t to, struct tt_arena *arena)
{
    struct tt_buf text = TT_BUF_INIT(TT_BUF_OWN * 8);
    uint32_t at = tt_view_start(r->view, from);
    int err;

    for (size_t i = 0; i < n; i++) {
        tt_buf_add(&text, tt_str_sub(r->view->text, at, edits[i].range.start));
        tt_buf_add(&text, edits[i].text);
        at = edits[i].range.end;
    }
    tt_buf_add(&text, tt_str_sub(r->view->text, at, tt_view_start(r->view, to)));
    err = text.err ? text.err : replace_lines(r, from, to, tt_buf_str(&text), arena);
    tt_buf_release(&text);
    return err;
}

int tt_view_apply(const struct tt_view *view, const struct tt_text_edit *edits, size_t n,
                  struct tt_arena *arena, tt_str *out)
{
    struct restorer r = { .view = view, .out = TT_BUF_INIT(TT_BUF_OWN * 8) };
    int err = 0;

    if (view->plain) {
        err = tt_diff_apply(view->text, edits, n, &r.out);
    } else {
        tt_buf_add(&r.out, tt_str_sub(view->source, 0, view->bom));
        for (size_t i = 0, j; i < n && !err; i = j) {
            size_t from, to;

            lines_of(view, edits, n, i, &j, &from, &to);
            keep_lines(&r, from);
            err = replace_group(&r, edits + i, j - i, from, to, arena);
        }
        keep_lines(&r, view->n);
    }
    err = err ? err : r.out.err;
    if (!err) {
        *out = tt_arena_dup(arena, tt_buf_str(&r.out));
        err = out->p ? 0 : TT_ENOMEM;
    }
    tt_buf_release(&r.out);
    return err;
}
