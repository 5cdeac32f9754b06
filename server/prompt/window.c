/* window.c -- see window.h. */
#include "prompt/window.h"

#include "llm/request.h"
#include "trimtab/error.h"

#define WHOLE_BYTES 12000 /* about 3000 tokens: not worth cutting */
#define NEIGHBOURS  40    /* lines beyond the enclosing definition, on each side */
#define HEAD_LINES  3     /* of the enclosing definition, when the target is far inside */
#define GAP_LINES   3     /* a gap this small is shown rather than marked */

static uint32_t line_start(tt_str text, uint32_t at)
{
    const char *lf = at > 0 ? memrchr(text.p, '\n', at) : NULL;

    return lf ? (uint32_t)(lf - text.p) + 1 : 0;
}

/* Behind the end of the line that `at` is in. */
static uint32_t line_end(tt_str text, uint32_t at)
{
    const char *lf = at < text.n ? memchr(text.p + at, '\n', text.n - at) : NULL;

    return lf ? (uint32_t)(lf - text.p) + 1 : (uint32_t)text.n;
}

static struct tt_range widen(tt_str text, struct tt_range range)
{
    struct tt_range wide = { line_start(text, range.start), range.end };

    /* A range that ends where a line begins does not mean that line. */
    if (range.end == range.start || text.p[range.end - 1] != '\n')
        wide.end = line_end(text, range.end);
    return wide;
}

/* How much is taken.  No text has more tokens than bytes: what fits when bytes are counted
 * for tokens is the same, for a hundredth of the time. */
struct measure {
    tt_str text;
    bool bytes;
    bool full; /* something did not fit */
};

static uint64_t cost_of(const struct measure *m, uint32_t start, uint32_t end)
{
    return m->bytes ? end - start : tt_tokens_text(tt_str_sub(m->text, start, end));
}

static bool fits(struct measure *m, uint64_t cost, uint64_t budget)
{
    m->full |= cost > budget;
    return cost <= budget;
}

/* ---- growing ---- */

struct growth {
    struct measure *measure;
    tt_str text;
    struct tt_range shown;
    uint64_t budget;
};

static bool grow_up(struct growth *g, uint32_t limit)
{
    uint32_t start;
    uint64_t cost;

    if (g->shown.start <= limit)
        return false;
    start = line_start(g->text, g->shown.start - 1);
    cost = cost_of(g->measure, start, g->shown.start);
    if (!fits(g->measure, cost, g->budget))
        return false;
    g->budget -= cost;
    g->shown.start = start;
    return true;
}

static bool grow_down(struct growth *g, uint32_t limit)
{
    uint32_t end;
    uint64_t cost;

    if (g->shown.end >= limit)
        return false;
    end = line_end(g->text, g->shown.end);
    cost = cost_of(g->measure, g->shown.end, end);
    if (!fits(g->measure, cost, g->budget))
        return false;
    g->budget -= cost;
    g->shown.end = end;
    return true;
}

/* Both ways in turns, so that neither side takes all. */
static void grow(struct growth *g, struct tt_range limit, uint32_t lines)
{
    bool up = true, down = true;

    for (uint32_t i = 0; i < lines && (up || down); i++) {
        up = up && grow_up(g, limit.start);
        down = down && grow_down(g, limit.end);
    }
}

/* The first lines of a range that cost at most `budget`. */
static struct tt_range first_lines(struct measure *m, struct tt_range range, uint32_t lines,
                                   uint64_t budget)
{
    struct tt_range head = { range.start, range.start };

    for (uint32_t i = 0; i < lines && head.end < range.end; i++) {
        uint32_t end = line_end(m->text, head.end);

        if (!fits(m, cost_of(m, range.start, end), budget))
            break;
        head.end = end;
    }
    return head;
}

/* ---- putting together ---- */

static bool is_small_gap(tt_str text, uint32_t start, uint32_t end)
{
    for (uint32_t lines = 0; start < end; lines++) {
        if (lines == GAP_LINES)
            return false;
        start = line_end(text, start);
    }
    return true;
}

static void insert(struct tt_range *list, size_t *n, struct tt_range range)
{
    size_t at = *n;

    if (range.end <= range.start && *n > 0)
        return;
    while (at > 0 && list[at - 1].start > range.start) {
        list[at] = list[at - 1];
        at--;
    }
    list[at] = range;
    (*n)++;
}

static size_t join(tt_str text, struct tt_range *list, size_t n)
{
    size_t kept = 0;

    for (size_t i = 1; i < n; i++) {
        struct tt_range *last = &list[kept];

        if (list[i].start <= last->end || is_small_gap(text, last->end, list[i].start)) {
            if (list[i].end > last->end)
                last->end = list[i].end;
        } else {
            list[++kept] = list[i];
        }
    }
    return n ? kept + 1 : 0;
}

static void add_part(struct tt_window *out, enum tt_window_kind kind, uint32_t start, uint32_t end)
{
    if (out->n < TT_WINDOW_PARTS && (start < end || kind == TT_WINDOW_TARGET))
        out->parts[out->n++] = (struct tt_window_part){ kind, { start, end } };
}

/* One shown range, cut where the imports begin and end. */
static void add_context(struct tt_window *out, struct tt_range imports, uint32_t start,
                        uint32_t end)
{
    uint32_t from = imports.start > start ? imports.start : start;
    uint32_t to = imports.end < end ? imports.end : end;

    if (from >= to) {
        add_part(out, TT_WINDOW_CONTEXT, start, end);
        return;
    }
    add_part(out, TT_WINDOW_CONTEXT, start, from);
    add_part(out, TT_WINDOW_IMPORTS, from, to);
    add_part(out, TT_WINDOW_CONTEXT, to, end);
}

static void add_range(const struct tt_window_input *in, struct tt_window *out, struct tt_range r,
                      struct tt_range imports)
{
    struct tt_range target = out->target;

    if (in->nothing_changes || target.start < r.start || target.end > r.end) {
        add_context(out, imports, r.start, r.end);
        return;
    }
    add_context(out, imports, r.start, target.start);
    add_part(out, TT_WINDOW_TARGET, target.start, target.end);
    add_context(out, imports, target.end, r.end);
}

static bool is_inside(tt_str text, struct tt_range range)
{
    return range.start <= range.end && range.end <= text.n;
}

/* The ranges to show when not everything is; the target itself costs nothing here. */
static size_t choose(const struct tt_window_input *in, const struct tt_window *out,
                     struct tt_range imports, struct measure *m, uint64_t budget,
                     struct tt_range *list)
{
    struct growth g = { m, in->document, out->target, budget };
    struct tt_range symbol = widen(in->document, in->symbol), head = { 0, 0 };
    size_t n = 0;

    imports = first_lines(m, imports, UINT32_MAX, budget / 4);
    g.budget -= cost_of(m, imports.start, imports.end);
    if (in->symbol.end > in->symbol.start && symbol.start < out->target.start) {
        head = first_lines(m, symbol, HEAD_LINES, g.budget / 4);
        g.budget -= cost_of(m, head.start, head.end);
    }
    if (in->symbol.end > in->symbol.start)
        grow(&g, symbol, UINT32_MAX);
    grow(&g, (struct tt_range){ 0, (uint32_t)in->document.n }, NEIGHBOURS);
    insert(list, &n, g.shown);
    insert(list, &n, imports);
    insert(list, &n, head);
    return join(in->document, list, n);
}

/* As bytes where all fits, else as tokens.  Returns TT_ETOOBIG, or how many ranges. */
static int choose_within(const struct tt_window_input *in, const struct tt_window *out,
                         struct tt_range imports, struct tt_range *list)
{
    struct measure bytes = { .text = in->document, .bytes = true };
    struct measure tokens = { .text = in->document };
    uint64_t cost = out->target.end - out->target.start, budget = in->tokens;
    size_t n;

    if (cost < budget) {
        n = choose(in, out, imports, &bytes, budget - cost, list);
        if (!bytes.full)
            return (int)n;
    }
    if (cost / 16 > budget) /* bytes first: the target may be a file of many megabytes */
        return TT_ETOOBIG;
    cost = cost_of(&tokens, out->target.start, out->target.end);
    if (cost > budget * 4)
        return TT_ETOOBIG;
    return (int)choose(in, out, imports, &tokens, cost < budget ? budget - cost : budget / 4, list);
}

int tt_window_choose(const struct tt_window_input *in, struct tt_window *out)
{
    struct tt_range list[3], imports = { 0, 0 };
    int n = 1;

    if (in->document.n > UINT32_MAX || !is_inside(in->document, in->target) ||
        !is_inside(in->document, in->symbol) || !is_inside(in->document, in->imports))
        return TT_EINVALID;
    *out = (struct tt_window){ .target = widen(in->document, in->target) };
    if (in->imports.end > in->imports.start)
        imports = widen(in->document, in->imports);
    if (tt_range_overlaps(imports, out->target))
        imports = (struct tt_range){ 0, 0 };
    list[0] = (struct tt_range){ 0, (uint32_t)in->document.n };
    if (in->document.n > WHOLE_BYTES)
        n = choose_within(in, out, imports, list);
    if (n < 0)
        return n;
    for (int i = 0; i < n; i++)
        add_range(in, out, list[i], imports);
    out->whole = n == 1 && list[0].start == 0 && list[0].end == in->document.n;
    return 0;
}
