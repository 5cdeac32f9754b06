/* parse.c -- see parse.h. */
#include "edit/parse.h"

#include "trimtab/error.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>

struct tt_block *tt_parse_add(struct tt_parse *p, enum tt_block_kind kind)
{
    if (p->n == p->cap) {
        size_t cap = p->cap ? 2 * p->cap : 4;
        struct tt_block *more = tt_arena_array(p->arena, cap, sizeof(*more));

        if (!more) {
            p->err = TT_ENOMEM;
            return NULL;
        }
        if (p->n)
            memcpy(more, p->blocks, p->n * sizeof(*more));
        p->blocks = more;
        p->cap = cap;
    }
    struct tt_block *block = &p->blocks[p->n++];

    *block = (struct tt_block){ .kind = kind, .line = p->line };
    p->last_line = p->line;
    return block;
}

tt_str tt_parse_keep(struct tt_parse *p, tt_str s)
{
    tt_str copy = tt_arena_dup(p->arena, s);

    if (!copy.p)
        p->err = TT_ENOMEM;
    return copy;
}

/* A byte order mark is the file's affair: models copy it, or add one. */
static tt_str without_bom(tt_str s)
{
    return tt_str_starts(s, TT_STR("\xEF\xBB\xBF")) ? tt_str_sub(s, 3, s.n) : s;
}

void tt_parse_reading(struct tt_parse *p, struct tt_block *block, tt_str old, tt_str new)
{
    if (!block || block->n_readings == TT_MAX_READINGS)
        return;
    old = without_bom(old);
    new = without_bom(new);
    for (size_t i = 0; i < block->n_readings; i++) {
        if (tt_str_eq(block->reading[i].old, old) && tt_str_eq(block->reading[i].new, new))
            return;
    }
    block->reading[block->n_readings++] =
        (struct tt_reading){ tt_parse_keep(p, old), tt_parse_keep(p, new) };
}

/* Behind the number of a listing's line; false when there is none. */
static bool skip_number(tt_str *line, uint32_t *number)
{
    tt_str s = tt_trim_left(*line);
    size_t n = 0;

    *number = 0;
    while (n < s.n && n < 8 && isdigit((unsigned char)s.p[n]))
        *number = *number * 10 + (uint32_t)(s.p[n++] - '0');
    s = tt_str_sub(s, n, s.n);
    if (n == 0 || !(tt_skip(&s, " | ") || tt_skip(&s, " |") || tt_skip(&s, "| ") ||
                    tt_skip(&s, "|") || tt_skip(&s, "\t")))
        return false;
    *line = s;
    return true;
}

/* The text without numbers, if every line has one (and, if `rising`, they count
 * up); *first is the first of them. */
static bool unnumbered(tt_str text, bool rising, struct tt_buf *out, uint32_t *first)
{
    uint32_t number, last = 0;

    while (text.n) {
        const char *nl = memchr(text.p, '\n', text.n);
        size_t end = nl ? (size_t)(nl - text.p) : text.n;
        tt_str line = tt_str_sub(text, 0, end);

        if (!skip_number(&line, &number) || (rising && last && number != last + 1))
            return false;
        if (!last)
            *first = number;
        last = number;
        tt_lines_add(out, line);
        text = tt_str_sub(text, end + 1, text.n);
    }
    return last > 0;
}

void tt_parse_numbered(struct tt_parse *p, struct tt_block *block, tt_str old, tt_str new)
{
    struct tt_buf o = TT_BUF_INIT(TT_ANSWER_MAX + 1), n = TT_BUF_INIT(TT_ANSWER_MAX + 1);
    uint32_t first = 0, unused;

    if (block && unnumbered(old, true, &o, &first)) {
        if (!block->line_hint)
            block->line_hint = first;
        if (unnumbered(new, false, &n, &unused))
            new = tt_buf_str(&n);
        tt_parse_reading(p, block, tt_buf_str(&o), new);
    }
    if (o.err || n.err)
        p->err = TT_ENOMEM;
    tt_buf_release(&o);
    tt_buf_release(&n);
}

void tt_parse_malformed(struct tt_parse *p, const char *fmt, ...)
{
    char text[200];
    va_list ap;

    if (p->state == TT_ANSWER_MALFORMED)
        return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    p->state = TT_ANSWER_MALFORMED;
    p->problem = tt_parse_keep(p, tt_str_from(text));
}

void tt_parse_mark(struct tt_parse *p)
{
    if (!p->first_line)
        p->first_line = p->line;
}

void tt_parse_result(const struct tt_parse *p, enum tt_edit_format format, struct tt_answer *out)
{
    *out = (struct tt_answer){
        .format = format,
        .state = p->state == TT_ANSWER_NONE && p->n ? TT_ANSWER_COMPLETE : p->state,
        .blocks = p->blocks,
        .n = p->n,
        .problem = p->problem,
        .first_line = p->first_line,
        .last_line = p->last_line,
    };
}

void tt_lines_add(struct tt_buf *buf, tt_str line)
{
    tt_buf_add(buf, line);
    tt_buf_addc(buf, '\n');
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

tt_str tt_trim_left(tt_str s)
{
    size_t i = 0;

    while (i < s.n && is_space(s.p[i]))
        i++;
    return tt_str_sub(s, i, s.n);
}

tt_str tt_trim_right(tt_str s)
{
    while (s.n > 0 && is_space(s.p[s.n - 1]))
        s.n--;
    return s;
}

tt_str tt_trim(tt_str s)
{
    return tt_trim_left(tt_trim_right(s));
}

bool tt_is_blank(tt_str s)
{
    return tt_trim_right(s).n == 0;
}

bool tt_skip(tt_str *s, const char *prefix)
{
    tt_str p = tt_str_from(prefix);

    if (!tt_str_starts(*s, p))
        return false;
    *s = tt_str_sub(*s, p.n, s->n);
    return true;
}

bool tt_str_is(tt_str s, const char *c)
{
    return tt_str_eq(s, tt_str_from(c));
}

size_t tt_run(tt_str s, char c)
{
    size_t n = 0;

    while (n < s.n && s.p[n] == c)
        n++;
    return n;
}

static const struct {
    char kind;
    const char *open, *close;
} tags[] = {
    { 's', "<source>", "</source>" },
    { 'c', "<code>", "</code>" },
    { 'p', "<pre>", "</pre>" },
};

bool tt_fence_open(tt_str line, struct tt_fence *out)
{
    tt_str s = tt_trim(line);

    for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
        tt_str rest = s;

        if (tt_skip(&rest, tags[i].open) && !memchr(rest.p, '<', rest.n)) {
            *out = (struct tt_fence){ tags[i].kind, 0, tt_trim(rest) };
            return true;
        }
    }
    char kind = s.n ? s.p[0] : '\0';
    size_t run = kind == '`' || kind == '~' ? tt_run(s, kind) : 0;
    tt_str info = tt_trim(tt_str_sub(s, run, s.n));

    if (run < 3 || (info.n && memchr(info.p, '`', info.n)))
        return false;
    *out = (struct tt_fence){ kind, run, info };
    return true;
}

bool tt_fence_closes(tt_str line, const struct tt_fence *open)
{
    tt_str s = tt_trim(line);

    for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
        if (open->kind == tags[i].kind)
            return tt_str_is(s, tags[i].close);
    }
    return open->kind && tt_run(s, open->kind) >= open->run && tt_run(s, open->kind) == s.n;
}

/* Decoration around a path: "### `src/a.py`:", "**File: a.py**". */
static tt_str strip_decoration(tt_str s)
{
    static const char *const words[] = { "File:", "file:", "Filename:", "filename:",
                                         "Path:", "path:", "FILE:",     "File path:" };
    size_t before;

    do {
        before = s.n;
        while (s.n && (strchr("#*`\"' \t>", s.p[0]) || is_space(s.p[0])))
            s = tt_str_sub(s, 1, s.n);
        if (tt_skip(&s, "//") || tt_skip(&s, "--") || tt_skip(&s, "<!--"))
            continue;
        for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
            if (tt_skip(&s, words[i]))
                break;
        }
    } while (s.n != before);
    (void)(tt_str_ends(s, TT_STR("-->")) && (s.n -= 3));
    while (s.n && strchr("*`\"': \t", s.p[s.n - 1]))
        s.n--;
    return s;
}

/* "name.ext": one to eight letters or digits behind the last dot. */
static bool has_extension(tt_str s)
{
    size_t i = s.n;

    while (i > 0 && isalnum((unsigned char)s.p[i - 1]))
        i--;
    return i > 1 && i < s.n && s.n - i <= 8 && s.p[i - 1] == '.' && s.p[i - 2] != '.' &&
           s.p[i - 2] != '/' && !isdigit((unsigned char)s.p[i]);
}

bool tt_path_in_line(tt_str line, tt_str *path, bool *weak)
{
    static const char *const plain[] = { "Makefile", "Dockerfile", "Gemfile",
                                         "Rakefile", "Procfile",   "CMakeLists.txt" };
    tt_str s = strip_decoration(tt_trim(line));
    bool folder = false;

    if (s.n == 0 || s.n > 400)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (!isalnum(c) && c < 0x80 && !strchr("_./\\-@+()[]$~:,", (int)c))
            return false;
        folder |= (c == '/' || c == '\\');
    }
    bool known = has_extension(s) || (s.p[0] == '.' && s.n > 1 && isalpha((unsigned char)s.p[1]));

    for (size_t i = 0; !known && i < sizeof(plain) / sizeof(plain[0]); i++)
        known = tt_str_ends(s, tt_str_from(plain[i]));
    if (!known && !(folder && s.p[s.n - 1] != '/'))
        return false;
    if (!known && memchr(s.p, '(', s.n))
        return false;
    *path = s;
    *weak = !folder;
    return true;
}
