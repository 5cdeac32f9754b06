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
                    tt_skip(&s, "|") || tt_skip(&s, "\t") || tt_skip(&s, "\xE2\x86\x92") ||
                    tt_skip(&s, ": ") || tt_str_is(s, ":")))
        return false;
    *line = tt_str_is(s, ":") ? tt_str_sub(s, 1, 1) : s;
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

/* Does one of the first lines of `lines` stand in the text? */
static bool shares_line(tt_str lines, tt_str text)
{
    for (size_t i = 0; lines.n && i < 64; i++) {
        const char *nl = memchr(lines.p, '\n', lines.n);
        size_t end = nl ? (size_t)(nl - lines.p) : lines.n;
        tt_str line = tt_trim(tt_str_sub(lines, 0, end));

        if (line.n > 2 && text.n && memmem(text.p, text.n, line.p, line.n))
            return true;
        lines = tt_str_sub(lines, end + 1, lines.n);
    }
    return false;
}

bool tt_is_listing(tt_str text, tt_str of)
{
    struct tt_buf bare = TT_BUF_INIT(TT_ANSWER_MAX + 1);
    uint32_t first;
    bool is = tt_lines_count(text) > 1 && unnumbered(text, true, &bare, &first) && !bare.err &&
              shares_line(tt_buf_str(&bare), of);

    tt_buf_release(&bare);
    return is;
}

size_t tt_lines_count(tt_str s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == '\n';
    return n;
}

bool tt_dedent(tt_str text, tt_str indent, struct tt_buf *out)
{
    tt_buf_clear(out);
    while (text.n) {
        const char *nl = memchr(text.p, '\n', text.n);
        size_t end = nl ? (size_t)(nl - text.p) : text.n;
        tt_str line = tt_str_sub(text, 0, end);

        if (tt_str_starts(line, indent))
            line = tt_str_sub(line, indent.n, line.n);
        else if (!tt_is_blank(line))
            return false;
        tt_lines_add(out, line);
        text = tt_str_sub(text, end + 1, text.n);
    }
    return true;
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
    } else if (block && tt_is_listing(new, old)) {
        tt_parse_malformed(p, "the new text of the block in line %u has line numbers in it",
                           block->line);
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

bool tt_fence_holds(const struct tt_fence *open, unsigned *depth, tt_str line)
{
    struct tt_fence inner;

    if (tt_fence_closes(line, open))
        return (*depth)-- > 0;
    if (tt_fence_open(line, &inner) && inner.kind == open->kind && inner.info.n &&
        inner.run >= open->run)
        ++*depth;
    return true;
}

/* "2. src/a.py", "2) src/a.py" */
static tt_str skip_list_number(tt_str s)
{
    size_t n = 0;

    while (n < s.n && n < 3 && isdigit((unsigned char)s.p[n]))
        n++;
    if (n > 0 && n + 1 < s.n && (s.p[n] == '.' || s.p[n] == ')') && s.p[n + 1] == ' ')
        return tt_str_sub(s, n + 2, s.n);
    return s;
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
        s = skip_list_number(s);
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

/* The value of `title="..."` and its like; n 0: there is none. */
static tt_str info_attribute(tt_str info)
{
    static const char *const names[] = { "title=", "filename=", "file=", "path=" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *at = memmem(info.p, info.n, names[i], strlen(names[i]));
        tt_str value =
            at ? tt_str_sub(info, (size_t)(at - info.p) + strlen(names[i]), info.n) : info;
        size_t n = 0;

        if (!at)
            continue;
        if (value.n && (value.p[0] == '"' || value.p[0] == '\''))
            value = tt_str_sub(value, 1, value.n);
        while (n < value.n && !strchr("\"' \t}", value.p[n]))
            n++;
        return tt_str_sub(value, 0, n);
    }
    return (tt_str){ NULL, 0 };
}

bool tt_path_in_info(tt_str info, tt_str *path, bool *weak)
{
    const char *blank, *colon;
    tt_str value, rest;

    if (!info.n)
        return false;
    value = info_attribute(info);
    if (value.n)
        return tt_path_in_line(value, path, weak);
    blank = memchr(info.p, ' ', info.n);
    rest = blank ? tt_trim(tt_str_sub(info, (size_t)(blank - info.p), info.n)) : info;
    /* "python:src/a.py", "12:15:src/a.py"; not "C:/src/a.py" */
    while ((colon = rest.n ? memchr(rest.p, ':', rest.n) : NULL) && colon > rest.p + 1) {
        rest = tt_str_sub(rest, (size_t)(colon - rest.p) + 1, rest.n);
        blank = colon;
    }
    /* "src/a.py", but not "python" */
    return rest.n && tt_path_in_line(rest, path, weak) && (blank || !*weak);
}
