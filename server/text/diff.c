/* diff.c -- lines, then tokens inside a block of changed lines, then edits. */
#include "text/diff.h"

#include "base/utf8.h"
#include "text/diff_seq.h"
#include "text/diff_slide.h"
#include "text/diff_tokens.h"
#include "trimtab/error.h"

#define MAX_LINE_COST 1000u

static bool is_tail(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* May a text be cut in front of byte i? */
static bool can_cut(tt_str s, size_t i)
{
    if (i == 0 || i >= s.n)
        return true;
    return !is_tail(s.p[i]) && !(s.p[i - 1] == '\r' && s.p[i] == '\n');
}

/* Take common ends off; *edit is empty on both sides when nothing differs. */
static void trim(tt_str before, struct tt_text_edit *edit)
{
    tt_str old = tt_str_sub(before, edit->range.start, edit->range.end);
    tt_str new = edit->text;
    size_t most = old.n < new.n ? old.n : new.n, head = 0, tail = 0;

    while (head < most && old.p[head] == new.p[head])
        head++;
    while (head > 0 && !(can_cut(old, head) && can_cut(new, head)))
        head--;
    while (tail < most - head && old.p[old.n - 1 - tail] == new.p[new.n - 1 - tail])
        tail++;
    while (tail > 0 && !(can_cut(old, old.n - tail) && can_cut(new, new.n - tail)))
        tail--;
    edit->range.start += (uint32_t)head;
    edit->range.end -= (uint32_t)tail;
    edit->text = tt_str_sub(new, head, new.n - tail);
}

/* The cut must also be right where the piece joins the rest of the text: a
 * '\r' kept in front of an edit whose text begins with '\n' would become one
 * line end.  Widen until both borders are clean. */
static void widen(tt_str before, tt_str after, struct tt_text_edit *edit)
{
    size_t from = (size_t)(edit->text.p - after.p), to = from + edit->text.n;
    uint32_t start = edit->range.start, end = edit->range.end;

    while (start > 0 && from > 0 && !(can_cut(before, start) && can_cut(after, from)))
        start--, from--;
    while (end < before.n && to < after.n && !(can_cut(before, end) && can_cut(after, to)))
        end++, to++;
    edit->range = (struct tt_range){ start, end };
    edit->text = tt_str_sub(after, from, to);
}

/* Widening can bring a common end back that may be cut elsewhere. */
static void tighten(tt_str before, tt_str after, struct tt_text_edit *edit)
{
    for (int round = 0; round < 3; round++) {
        struct tt_range was = edit->range;

        trim(before, edit);
        if (edit->range.start == edit->range.end && edit->text.n == 0)
            return;
        widen(before, after, edit);
        if (edit->range.start == was.start && edit->range.end == was.end)
            return;
    }
}

static int split_lines(tt_str text, struct tt_arena *arena, struct tt_seq *out)
{
    size_t n = 0, at = 0;

    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == '\n';
    n += text.n > 0 && text.p[text.n - 1] != '\n';
    *out = (struct tt_seq){ .at = tt_arena_array(arena, n, sizeof(*out->at)), .n = n };
    if (!out->at)
        return TT_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        const char *nl = memchr(text.p + at, '\n', text.n - at);
        size_t end = nl ? (size_t)(nl - text.p) + 1 : text.n;

        out->at[i] = (struct tt_range){ (uint32_t)at, (uint32_t)end };
        at = end;
    }
    return 0;
}

static uint32_t line_start(const struct tt_seq *s, size_t i, tt_str text)
{
    return i < s->n ? s->at[i].start : (uint32_t)text.n;
}

static size_t count_hunks(const struct tt_seq *a, const struct tt_seq *b)
{
    size_t n = 0, i = 0, j = 0;

    while (i < a->n || j < b->n) {
        bool any = false;

        while (i < a->n && a->changed[i])
            i++, any = true;
        while (j < b->n && b->changed[j])
            j++, any = true;
        n += any;
        i++, j++;
    }
    return n;
}

static int find_hunks(tt_str before, const struct tt_seq *a, tt_str after, const struct tt_seq *b,
                      struct tt_arena *arena, struct tt_diff *out)
{
    size_t i = 0, j = 0;

    out->hunks = tt_arena_array(arena, count_hunks(a, b), sizeof(*out->hunks));
    if (!out->hunks)
        return TT_ENOMEM;
    while (i < a->n || j < b->n) {
        size_t i0 = i, j0 = j;

        while (i < a->n && a->changed[i])
            i++;
        while (j < b->n && b->changed[j])
            j++;
        if (i > i0 || j > j0) {
            struct tt_diff_hunk *hunk = &out->hunks[out->n_hunks++];

            hunk->before = (struct tt_range){ line_start(a, i0, before), line_start(a, i, before) };
            hunk->after = (struct tt_range){ line_start(b, j0, after), line_start(b, j, after) };
        }
        i++, j++;
    }
    return 0;
}

struct edit_list {
    struct tt_text_edit *at;
    size_t n, cap;
};

static int add_edit(struct edit_list *list, struct tt_arena *arena, struct tt_text_edit edit)
{
    if (list->n == list->cap) {
        size_t cap = list->cap ? 2 * list->cap : 16;
        struct tt_text_edit *more = tt_arena_array(arena, cap, sizeof(*more));

        if (!more)
            return TT_ENOMEM;
        if (list->n)
            memcpy(more, list->at, list->n * sizeof(*more));
        list->at = more;
        list->cap = cap;
    }
    list->at[list->n++] = edit;
    return 0;
}

/* One hunk's pieces: trimmed, widened to clean borders, joined where they meet. */
static int add_pieces(tt_str before, tt_str after, const struct tt_text_edit *pieces, size_t n,
                      struct tt_arena *arena, struct edit_list *list)
{
    size_t first = list->n;

    for (size_t i = 0; i < n; i++) {
        struct tt_text_edit edit = pieces[i];

        tighten(before, after, &edit);
        if (edit.range.start == edit.range.end && edit.text.n == 0)
            continue;
        struct tt_text_edit *last = list->n > first ? &list->at[list->n - 1] : NULL;

        if (last && last->range.end >= edit.range.start) {
            last->text = tt_str_sub(after, (size_t)(last->text.p - after.p),
                                    (size_t)(edit.text.p - after.p) + edit.text.n);
            last->range.end = edit.range.end;
            tighten(before, after, last);
        } else if (add_edit(list, arena, edit)) {
            return TT_ENOMEM;
        }
    }
    return 0;
}

static int make_edits(tt_str before, tt_str after, unsigned flags, struct tt_arena *arena,
                      struct tt_diff *out)
{
    struct edit_list list = { NULL, 0, 0 };

    for (size_t i = 0; i < out->n_hunks; i++) {
        struct tt_diff_hunk *hunk = &out->hunks[i];
        struct tt_text_edit whole = { hunk->before,
                                      tt_str_sub(after, hunk->after.start, hunk->after.end) };
        struct tt_text_edit *pieces = &whole;
        size_t n = 1;
        int err = 0;

        hunk->first_edit = list.n;
        if (!(flags & TT_DIFF_LINES))
            err = tt_diff_tokens(before, after, hunk, arena, &pieces, &n);
        if (!err)
            err = add_pieces(before, after, pieces, n, arena, &list);
        if (err)
            return err;
        hunk->n_edits = list.n - hunk->first_edit;
    }
    out->edits = list.at;
    out->n_edits = list.n;
    return 0;
}

static int diff_all(tt_str before, tt_str after, unsigned flags, struct tt_arena *arena,
                    struct tt_diff *out)
{
    struct tt_diff diff = { NULL, 0, NULL, 0 };
    struct tt_seq a, b;
    uint32_t n_ids;
    int err;

    err = split_lines(before, arena, &a);
    if (!err)
        err = split_lines(after, arena, &b);
    if (!err)
        err = tt_diff_ids(before, &a, after, &b, arena, &n_ids);
    if (!err)
        err = tt_diff_mark(&a, &b, n_ids, true, MAX_LINE_COST);
    if (err)
        return err;
    tt_diff_slide(before, &a, after, &b);
    err = find_hunks(before, &a, after, &b, arena, &diff);
    if (!err)
        err = make_edits(before, after, flags, arena, &diff);
    if (!err)
        *out = diff;
    return err;
}

/* Equal bytes in front, or at the end. */
static size_t common_head(tt_str a, tt_str b)
{
    size_t most = a.n < b.n ? a.n : b.n, n = 0;

    while (most - n >= 4096 && memcmp(a.p + n, b.p + n, 4096) == 0)
        n += 4096;
    while (n < most && a.p[n] == b.p[n])
        n++;
    return n;
}

static size_t common_tail(tt_str a, tt_str b, size_t most)
{
    size_t n = 0;

    while (most - n >= 4096 && memcmp(a.p + a.n - n - 4096, b.p + b.n - n - 4096, 4096) == 0)
        n += 4096;
    while (n < most && a.p[a.n - 1 - n] == b.p[b.n - 1 - n])
        n++;
    return n;
}

/* Lines around the change that are looked at: a group of lines may slide there. */
#define CONTEXT 100

/* Most of a long text is the same in front and behind: the part between, whole
 * lines, as a range of each text. */
static void find_window(tt_str before, tt_str after, struct tt_range *old, struct tt_range *new)
{
    size_t head = common_head(before, after), most = before.n < after.n ? before.n : after.n;
    size_t tail = common_tail(before, after, most - head), start = head, end = before.n - tail;

    for (int i = 0; i <= CONTEXT && start > 0; i++) {
        const char *nl = memrchr(before.p, '\n', start - (i > 0));

        start = nl ? (size_t)(nl - before.p) + 1 : 0;
    }
    for (int i = 0; i <= CONTEXT && end < before.n; i++) {
        const char *nl = memchr(before.p + end, '\n', before.n - end);

        end = nl ? (size_t)(nl - before.p) + 1 : before.n;
    }
    *old = (struct tt_range){ (uint32_t)start, (uint32_t)end };
    *new = (struct tt_range){ (uint32_t)start, (uint32_t)(after.n - (before.n - end)) };
}

static void move(struct tt_range *range, uint32_t by)
{
    range->start += by;
    range->end += by;
}

int tt_diff_texts(tt_str before, tt_str after, unsigned flags, struct tt_arena *arena,
                  struct tt_diff *out)
{
    struct tt_range old, new;
    int err;

    if (before.n > INT32_MAX || after.n > INT32_MAX)
        return TT_ETOOBIG;
    find_window(before, after, &old, &new);
    err = diff_all(tt_str_sub(before, old.start, old.end), tt_str_sub(after, new.start, new.end),
                   flags, arena, out);
    for (size_t i = 0; i < out->n_hunks && !err; i++) {
        move(&out->hunks[i].before, old.start);
        move(&out->hunks[i].after, old.start);
    }
    for (size_t i = 0; i < out->n_edits && !err; i++)
        move(&out->edits[i].range, old.start);
    return err;
}

int tt_diff_apply(tt_str before, const struct tt_text_edit *edits, size_t n, struct tt_buf *out)
{
    size_t at = 0;

    for (size_t i = 0; i < n; i++) {
        tt_buf_add(out, tt_str_sub(before, at, edits[i].range.start));
        tt_buf_add(out, edits[i].text);
        at = edits[i].range.end;
    }
    return tt_buf_add(out, tt_str_sub(before, at, before.n));
}
