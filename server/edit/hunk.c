/* hunk.c -- see hunk.h. */
#include "edit/hunk.h"

#include "trimtab/error.h"

void tt_hunk_add(struct tt_parse *p, struct tt_hunk *hunk, tt_str line)
{
    char op = line.n ? line.p[0] : '\0';
    bool bare = op != ' ' && op != '+' && op != '-';

    if (hunk->n == hunk->cap) {
        size_t cap = hunk->cap ? 2 * hunk->cap : 16;
        struct tt_hunk_line *more = tt_arena_array(p->arena, cap, sizeof(*more));

        if (!more) {
            p->err = TT_ENOMEM;
            return;
        }
        if (hunk->n)
            memcpy(more, hunk->lines, hunk->n * sizeof(*more));
        hunk->lines = more;
        hunk->cap = cap;
    }
    if (op == '+' || op == '-')
        hunk->changes = true;
    hunk->lines[hunk->n++] = (struct tt_hunk_line){
        .op = bare ? ' ' : op,
        .bare = bare,
        .text = tt_parse_keep(p, bare ? line : tt_str_sub(line, 1, line.n)),
    };
}

/* `verbatim`: context lines that do have a blank in front keep it. */
static void add_reading(struct tt_parse *p, const struct tt_hunk *hunk, size_t from, size_t to,
                        bool verbatim, struct tt_block *block)
{
    struct tt_buf old = TT_BUF_INIT(TT_ANSWER_MAX + 1), new = TT_BUF_INIT(TT_ANSWER_MAX + 1);

    for (size_t i = from; i < to; i++) {
        const struct tt_hunk_line *line = &hunk->lines[i];
        bool blank = verbatim && line->op == ' ' && !line->bare;

        if (line->op != '+') {
            tt_buf_adds(&old, blank ? " " : "");
            tt_lines_add(&old, line->text);
        }
        if (line->op != '-') {
            tt_buf_adds(&new, blank ? " " : "");
            tt_lines_add(&new, line->text);
        }
    }
    if (old.err || new.err)
        p->err = TT_ENOMEM;
    else
        tt_parse_reading(p, block, tt_buf_str(&old), tt_buf_str(&new));
    tt_buf_release(&old);
    tt_buf_release(&new);
}

void tt_hunk_readings(struct tt_parse *p, const struct tt_hunk *hunk, struct tt_block *block)
{
    size_t first = 0, last = hunk->n;
    bool bare = false;

    for (size_t i = 0; i < hunk->n; i++)
        bare |= hunk->lines[i].bare && hunk->lines[i].text.n > 0;
    while (last > 0 && hunk->lines[last - 1].bare && hunk->lines[last - 1].text.n == 0)
        last--;
    while (first < last && hunk->lines[first].bare && hunk->lines[first].text.n == 0)
        first++;
    for (int verbatim = 0; verbatim <= (bare ? 1 : 0); verbatim++) {
        add_reading(p, hunk, 0, hunk->n, verbatim != 0, block);
        add_reading(p, hunk, 0, last, verbatim != 0, block);
        add_reading(p, hunk, first, last, verbatim != 0, block);
    }
}

static bool read_number(tt_str *s, uint32_t *out)
{
    uint32_t value = 0;
    size_t digits = 0;

    while (s->n && s->p[0] >= '0' && s->p[0] <= '9' && value < 100000000u) {
        value = value * 10 + (uint32_t)(s->p[0] - '0');
        *s = tt_str_sub(*s, 1, s->n);
        digits++;
    }
    *out = value;
    return digits > 0;
}

static bool read_range(tt_str *s, uint32_t *line, uint32_t *count)
{
    *count = 1;
    return read_number(s, line) && (!tt_skip(s, ",") || read_number(s, count));
}

bool tt_hunk_header(tt_str rest, struct tt_hunk_header *out)
{
    struct tt_hunk_header h;
    uint32_t new_line;

    rest = tt_trim(rest);
    if (!tt_skip(&rest, "-") || !read_range(&rest, &h.old_line, &h.old_count))
        return false;
    rest = tt_trim_left(rest);
    if (!tt_skip(&rest, "+") || !read_range(&rest, &new_line, &h.new_count))
        return false;
    rest = tt_trim_left(rest);
    if (!tt_skip(&rest, "@@"))
        return false;
    *out = h;
    return true;
}
