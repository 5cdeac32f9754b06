/* parse_blocks.c -- a state machine of three states over lines. */
#include "edit/parse_blocks.h"

#include "syntax/lang.h"
#include "trimtab/error.h"

enum mark { MARK_NONE, MARK_HEAD, MARK_DIVIDER, MARK_END };

struct seen {
    enum mark mark;
    char style;
    size_t run;
};

void tt_parse_blocks_init(struct tt_parse_blocks *b, struct tt_arena *arena)
{
    *b = (struct tt_parse_blocks){ .p = { .arena = arena } };
    tt_buf_init(&b->old, TT_ANSWER_MAX + 1);
    tt_buf_init(&b->new, TT_ANSWER_MAX + 1);
}

void tt_parse_blocks_release(struct tt_parse_blocks *b)
{
    tt_buf_release(&b->old);
    tt_buf_release(&b->new);
}

static bool is_word(tt_str s, const char *const *words)
{
    if (tt_str_ends(s, TT_STR(">")))
        s.n--;
    for (; *words; words++) {
        if (tt_str_is(s, *words))
            return true;
    }
    return false;
}

/* "<<<<<<< SEARCH": at least three signs, one or more blanks, the word. */
static bool is_marked_word(tt_str line, char sign, const char *const *words, size_t *run)
{
    tt_str s = tt_trim_right(line);

    *run = tt_run(s, sign);
    tt_str rest = tt_str_sub(s, *run, s.n);
    return *run >= 3 && rest.n > 1 && rest.p[0] == ' ' && is_word(tt_trim(rest), words);
}

static struct seen classify(tt_str line, char style, size_t head_run)
{
    static const char *const search[] = { "SEARCH", NULL };
    static const char *const heads[] = { "SEARCH", "ORIGINAL", "HEAD", NULL };
    static const char *const ends[] = { "REPLACE", "UPDATED", "updated", NULL };
    tt_str s = tt_trim_right(line);
    size_t run;

    if (is_marked_word(line, '<', heads, &run))
        return (struct seen){ MARK_HEAD, '<', run };
    if (is_marked_word(line, '-', search, &run))
        return (struct seen){ MARK_HEAD, '-', run };
    if (is_marked_word(line, '>', ends, &run))
        return (struct seen){ MARK_END, '>', run };
    if (is_marked_word(line, '+', ends, &run))
        return (struct seen){ MARK_END, '+', run };
    if (style == '<' && head_run && tt_run(s, '>') == head_run && s.n == head_run)
        return (struct seen){ MARK_END, '>', head_run };
    run = tt_run(s, '=');
    /* The dashed style is strict about its divider: "======= " is not one. */
    if (run == s.n && ((style == '<' && run >= 5) || (style == '-' && run >= 3 && s.n == line.n)))
        return (struct seen){ MARK_DIVIDER, '=', run };
    return (struct seen){ MARK_NONE, '\0', 0 };
}

/* "In `src/b.py`, change the import:": the one file that a line of prose speaks
 * of, near its beginning or at its end. */
static bool mentioned(tt_str line, tt_str *path)
{
    size_t blanks = 0, before = 0;
    bool found = false, last = false, weak;
    tt_str p;

    for (size_t i = 0; i < line.n; i++) {
        blanks += line.p[i] == ' ';
        if (line.p[i] != '`')
            continue;
        const char *close = memchr(line.p + i + 1, '`', line.n - i - 1);
        size_t end = close ? (size_t)(close - line.p) : line.n;

        if (close && tt_path_in_line(tt_str_sub(line, i + 1, end), &p, &weak) &&
            (!weak || tt_lang_for_path(p))) {
            if (found && !tt_str_eq(p, *path))
                return false;
            *path = p;
            before = found ? before : blanks;
            last = line.n - end < 5;
            found = true;
        }
        i = end;
    }
    return found && (before < 4 || last);
}

/* A line outside of blocks: the last one before a block may name its file, and a
 * heading further up may, too. */
static void note_prose(struct tt_parse_blocks *b, tt_str line)
{
    struct tt_fence fence;
    tt_str path;
    bool weak;

    if (tt_is_blank(line))
        return;
    if (tt_fence_open(line, &fence)) {
        if (tt_path_in_info(fence.info, &path, &weak)) {
            b->near = tt_parse_keep(&b->p, path);
            b->near_line = b->p.line;
        }
        return;
    }
    if (tt_fence_closes(line, &(struct tt_fence){ .kind = 's' }))
        return;
    b->near = tt_parse_keep(&b->p, line.n > 500 ? tt_str_sub(line, 0, 0) : line);
    b->near_line = b->p.line;
    if (tt_path_in_line(b->near, &path, &weak))
        b->heading_path = path;
}

/* Which file the block that begins here is for; the one of the block before it
 * if nothing is said.  What is said further away, or in passing, is weak. */
static void find_path(struct tt_parse_blocks *b)
{
    tt_str path;
    bool weak;

    if (b->near_line && b->p.line - b->near_line <= 3 && tt_path_in_line(b->near, &path, &weak)) {
        b->path = path;
        b->weak = weak;
    } else if (b->near_line && mentioned(b->near, &path)) {
        b->path = path;
        b->weak = true;
    } else if (b->heading_path.n) {
        b->path = b->heading_path;
        b->weak = true;
    }
    b->near_line = 0;
    b->heading_path = (tt_str){ NULL, 0 };
}

static void begin_block(struct tt_parse_blocks *b, tt_str line, struct seen seen)
{
    tt_parse_mark(&b->p);
    b->at = TT_BLOCKS_OLD;
    b->style = seen.style;
    b->run = seen.run;
    b->indent = tt_parse_keep(&b->p, tt_str_sub(line, 0, (size_t)(tt_trim_left(line).p - line.p)));
    b->hint = 0;
    b->begin = b->p.line;
    b->heading = true;
    b->had_hint = false;
    tt_buf_clear(&b->old);
    tt_buf_clear(&b->new);
    find_path(b);
}

/* A half that is one fenced block: what stands in the fence. */
static bool unfence(tt_str text, tt_str *out)
{
    const char *nl = text.n ? memchr(text.p, '\n', text.n) : NULL;
    size_t first = nl ? (size_t)(nl - text.p) + 1 : 0;
    size_t last = text.n ? text.n - 1 : 0;
    struct tt_fence fence;

    while (last > first && text.p[last - 1] != '\n')
        last--;
    if (!nl || last < first || !tt_fence_open(tt_str_sub(text, 0, first - 1), &fence) ||
        !tt_fence_closes(tt_str_sub(text, last, text.n - 1), &fence))
        return false;
    *out = tt_str_sub(text, first, last);
    return true;
}

static void end_block(struct tt_parse_blocks *b)
{
    tt_str old = tt_buf_str(&b->old), new = tt_buf_str(&b->new), bare_old, bare_new;
    struct tt_block *block = tt_parse_add(&b->p, TT_BLOCK_LINES);
    struct tt_buf o = TT_BUF_INIT(TT_ANSWER_MAX + 1), n = TT_BUF_INIT(TT_ANSWER_MAX + 1);

    b->at = TT_BLOCKS_OUTSIDE;
    if (!block)
        return;
    block->path = b->path;
    block->weak_path = b->weak;
    block->line_hint = b->hint;
    block->line = b->begin;
    if (b->indent.n && tt_dedent(old, b->indent, &o) && tt_dedent(new, b->indent, &n))
        tt_parse_reading(&b->p, block, tt_buf_str(&o), tt_buf_str(&n));
    tt_parse_reading(&b->p, block, old, new);
    if (unfence(old, &bare_old) && (new.n == 0 || unfence(new, &bare_new)))
        tt_parse_reading(&b->p, block, bare_old, new.n ? bare_new : new);
    tt_parse_numbered(&b->p, block, old, new);
    b->p.err = o.err || n.err ? TT_ENOMEM : b->p.err;
    tt_buf_release(&o);
    tt_buf_release(&n);
}

/* Lines right behind the opening mark that are about the block. */
static bool read_hint(struct tt_parse_blocks *b, tt_str line)
{
    tt_str s = tt_trim(line);
    bool start = tt_skip(&s, ":start_line:");

    if (start || tt_skip(&s, ":end_line:")) {
        uint32_t value = 0;

        for (s = tt_trim(s); s.n && s.p[0] >= '0' && s.p[0] <= '9' && value < 100000000u;
             s = tt_str_sub(s, 1, s.n))
            value = value * 10 + (uint32_t)(s.p[0] - '0');
        if (start)
            b->hint = value;
        b->had_hint = true;
        return true;
    }
    b->heading = false;
    return b->had_hint && s.n >= 5 && tt_run(s, '-') == s.n;
}

/* "\=======" in the text stands for a line that looks like a mark. */
static tt_str unescape(tt_str line)
{
    static const char signs[] = "<=>-+:";

    for (size_t i = 0; line.n > 4 && line.p[0] == '\\' && signs[i]; i++) {
        if (line.p[1] == signs[i] &&
            (tt_run(tt_str_sub(line, 1, line.n), signs[i]) >= 5 || signs[i] == ':'))
            return tt_str_sub(line, 1, line.n);
    }
    return line;
}

static void in_old(struct tt_parse_blocks *b, tt_str line, struct seen seen)
{
    if (seen.mark == MARK_HEAD || seen.mark == MARK_END) {
        tt_parse_malformed(&b->p, "the mark in line %u stands inside a SEARCH part", b->p.line);
    } else if (seen.mark == MARK_DIVIDER) {
        b->at = TT_BLOCKS_NEW;
        b->divider_run = seen.run;
    } else if (!b->heading || !read_hint(b, line)) {
        tt_lines_add(&b->old, unescape(line));
    }
}

/* A second divider: text, if only one of the two is as long as the opening mark. */
static void second_divider(struct tt_parse_blocks *b, tt_str line, struct seen seen)
{
    if (seen.run == b->divider_run) {
        tt_parse_malformed(&b->p, "line %u is a second divider in one block", b->p.line);
    } else if (seen.run == b->run) {
        for (size_t i = 0; i < b->divider_run; i++)
            tt_buf_addc(&b->old, '=');
        tt_buf_addc(&b->old, '\n');
        tt_buf_add(&b->old, tt_buf_str(&b->new));
        tt_buf_clear(&b->new);
        b->divider_run = seen.run;
    } else {
        tt_lines_add(&b->new, line);
    }
}

void tt_parse_blocks_line(struct tt_parse_blocks *b, tt_str line)
{
    bool outside = b->at == TT_BLOCKS_OUTSIDE;
    tt_str s = outside ? tt_trim_left(line) : line;

    b->p.line++;
    if (b->p.state == TT_ANSWER_MALFORMED || b->p.err)
        return;
    if (!outside && b->indent.n && tt_str_starts(line, b->indent))
        s = tt_str_sub(line, b->indent.n, line.n);
    struct seen seen = classify(s, outside ? '\0' : b->style, b->run);

    if (outside && seen.mark == MARK_HEAD) {
        begin_block(b, line, seen);
    } else if (outside && seen.mark == MARK_END) {
        tt_parse_mark(&b->p);
        tt_parse_malformed(&b->p, "line %u ends a block that was not begun", b->p.line);
    } else if (outside) {
        note_prose(b, line);
    } else if (b->at == TT_BLOCKS_OLD) {
        in_old(b, line, seen);
    } else if (seen.mark == MARK_HEAD) {
        tt_parse_malformed(&b->p, "line %u begins a block inside another one", b->p.line);
    } else if (seen.mark == MARK_DIVIDER) {
        second_divider(b, line, seen);
    } else if (seen.mark == MARK_END) {
        end_block(b);
    } else {
        tt_lines_add(&b->new, unescape(line));
    }
    if (b->old.err || b->new.err)
        b->p.err = TT_ENOMEM;
}

void tt_parse_blocks_end(struct tt_parse_blocks *b)
{
    if (b->at != TT_BLOCKS_OUTSIDE && b->p.state != TT_ANSWER_MALFORMED)
        b->p.state = TT_ANSWER_UNFINISHED;
}
