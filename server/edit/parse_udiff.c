/* parse_udiff.c -- see the header.  A "--- " line is held back until the next
 * one shows whether it is a file header or a removed line. */
#include "edit/parse_udiff.h"

#include "trimtab/error.h"

void tt_parse_udiff_init(struct tt_parse_udiff *u, struct tt_arena *arena)
{
    *u = (struct tt_parse_udiff){ .p = { .arena = arena } };
}

static void finish_hunk(struct tt_parse_udiff *u)
{
    if (u->hunk.changes) {
        bool create = u->no_old_file;
        struct tt_block *block = tt_parse_add(&u->p, create ? TT_BLOCK_CREATE : TT_BLOCK_LINES);

        if (block) {
            block->path = u->path;
            block->in_order = true;
            block->line_hint = u->counted ? u->hint : 0;
            block->line = u->hunk_line;
            tt_hunk_readings(&u->p, &u->hunk, block);
        }
    }
    u->hunk = (struct tt_hunk){ NULL, 0, 0, false };
    u->in_hunk = false;
}

/* "a/src/x.py\t2024-01-01" -> "src/x.py" */
static tt_str header_path(tt_str s)
{
    const char *tab = s.n ? memchr(s.p, '\t', s.n) : NULL;

    if (tab)
        s.n = (size_t)(tab - s.p);
    s = tt_trim(s);
    if (!tt_skip(&s, "a/"))
        tt_skip(&s, "b/");
    return s;
}

static void file_header(struct tt_parse_udiff *u, tt_str minus, tt_str plus)
{
    finish_hunk(u);
    tt_parse_mark(&u->p);
    u->in_diff = true;
    u->lead = (struct tt_hunk){ NULL, 0, 0, false };
    u->loose_end = false;
    u->no_old_file = tt_str_is(header_path(minus), "/dev/null");
    u->deleting = tt_str_is(header_path(plus), "/dev/null");
    if (u->deleting) {
        struct tt_block *block = tt_parse_add(&u->p, TT_BLOCK_DELETE);

        u->in_diff = false;
        if (block) {
            block->path = tt_parse_keep(&u->p, header_path(minus));
            tt_parse_reading(&u->p, block, TT_STR(""), TT_STR(""));
        }
        return;
    }
    u->path = tt_parse_keep(&u->p, header_path(plus));
}

static void begin_hunk(struct tt_parse_udiff *u, tt_str rest)
{
    struct tt_hunk_header header;

    finish_hunk(u);
    tt_parse_mark(&u->p);
    u->in_hunk = true;
    u->hunk_line = u->p.line;
    u->fenced_hunk = u->fence.kind != 0;
    u->counted = tt_hunk_header(rest, &header);
    u->hint = 0;
    u->loose_end = true;
    if (u->counted) {
        u->hint = header.old_line;
        u->old_left = header.old_count;
        u->new_left = header.new_count;
    }
}

static void count_down(struct tt_parse_udiff *u, char op)
{
    if (op != '+' && u->old_left)
        u->old_left--;
    if (op != '-' && u->new_left)
        u->new_left--;
    if (u->counted && !u->old_left && !u->new_left)
        u->loose_end = false;
}

static void hunk_line(struct tt_parse_udiff *u, tt_str line)
{
    char op = line.n ? line.p[0] : ' ';

    if (tt_str_starts(line, TT_STR("\\ No newline")))
        return;
    if (!u->fenced_hunk && u->counted && !u->old_left && !u->new_left) {
        finish_hunk(u); /* the rest is prose, or the next header */
        return;
    }
    tt_hunk_add(&u->p, &u->hunk, line);
    count_down(u, op);
}

/* A line in a fence without any "@@": the first change begins the hunk, and what
 * stands above it is its context. */
static void lead_line(struct tt_parse_udiff *u, tt_str line)
{
    if (line.n && (line.p[0] == '+' || line.p[0] == '-')) {
        begin_hunk(u, TT_STR(""));
        u->hunk = u->lead;
        hunk_line(u, line);
    } else if (u->lead.n || !tt_is_blank(line)) {
        tt_hunk_add(&u->p, &u->lead, line);
    }
}

static bool is_git_line(tt_str line)
{
    static const char *const starts[] = { "diff --git ", "index ",       "new file mode ",
                                          "similarity ", "rename from ", "rename to ",
                                          "old mode ",   "new mode ",    "deleted file mode " };

    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        if (tt_str_starts(line, tt_str_from(starts[i])))
            return true;
    }
    return false;
}

static void plain_line(struct tt_parse_udiff *u, tt_str line)
{
    tt_str rest = line;

    if (u->in_diff && tt_skip(&rest, "@@"))
        begin_hunk(u, rest);
    else if (!u->in_diff && !u->deleting && u->p.n && tt_str_starts(line, TT_STR("@@ -")))
        tt_parse_malformed(&u->p, "the hunk in line %u stands outside of the diff", u->p.line);
    else if (is_git_line(line) && (u->in_hunk || u->in_diff))
        finish_hunk(u);
    else if (u->in_hunk)
        hunk_line(u, line);
    else if (u->in_diff && u->fence.kind)
        lead_line(u, line);
}

static void close_fence(struct tt_parse_udiff *u)
{
    if (u->fenced_hunk)
        u->loose_end = false;
    finish_hunk(u);
    u->fence = (struct tt_fence){ 0, 0, { NULL, 0 } };
    u->in_diff = false;
    u->fenced_hunk = false;
}

/* "--- x" and "+++ y" in a hunk that still lacks lines of both kinds are lines of
 * it, unless they are named as files are. */
static bool is_header(const struct tt_parse_udiff *u, tt_str minus, tt_str plus)
{
    tt_str old = tt_str_sub(minus, 4, minus.n), new = tt_str_sub(plus, 4, plus.n);

    if (!u->in_hunk || !u->counted || !u->old_left || !u->new_left)
        return true;
    return (tt_skip(&old, "a/") || tt_skip(&old, "/dev/null")) &&
           (tt_skip(&new, "b/") || tt_skip(&new, "/dev/null"));
}

void tt_parse_udiff_line(struct tt_parse_udiff *u, tt_str line)
{
    tt_str rest = line, minus = u->minus;
    struct tt_fence fence;

    u->p.line++;
    if (u->p.err || u->p.state == TT_ANSWER_MALFORMED)
        return;
    u->minus = (tt_str){ NULL, 0 };
    if (minus.p && tt_skip(&rest, "+++ ") && is_header(u, minus, line)) {
        file_header(u, tt_str_sub(minus, 4, minus.n), rest);
        return;
    }
    if (minus.p)
        plain_line(u, minus);
    /* " ```" in a hunk is a line of the file */
    if (u->fence.kind && !(u->in_hunk && line.n && line.p[0] == ' ') &&
        tt_fence_closes(line, &u->fence)) {
        close_fence(u);
    } else if (!u->in_hunk && !u->fence.kind && tt_fence_open(line, &fence)) {
        u->fence = fence;
        u->lead = (struct tt_hunk){ NULL, 0, 0, false };
        u->fence.info = (tt_str){ NULL, 0 };
        u->in_diff = tt_str_is(fence.info, "diff") || tt_str_is(fence.info, "patch") ||
                     tt_str_is(fence.info, "udiff");
    } else if (tt_str_starts(line, TT_STR("--- "))) {
        u->minus = tt_parse_keep(&u->p, line);
    } else {
        plain_line(u, line);
    }
}

void tt_parse_udiff_end(struct tt_parse_udiff *u, bool last_newline)
{
    bool half;

    if (u->p.err || u->p.state == TT_ANSWER_MALFORMED)
        return;
    if (u->minus.p)
        plain_line(u, u->minus);
    half = !last_newline && u->hunk.n && u->hunk.lines[u->hunk.n - 1].op == '+';
    finish_hunk(u);
    if (u->p.first_line && !u->p.n)
        tt_parse_malformed(&u->p, "the diff in line %u has no change that can be read",
                           u->p.first_line);
    else if (half || u->loose_end || (u->fence.kind && u->fenced_hunk))
        u->p.state = TT_ANSWER_UNFINISHED;
}
