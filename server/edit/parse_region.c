/* parse_region.c -- see the header.  Commands to run and blocks that are named
 * after other files are told apart; which block counts is decided later. */
#include "edit/parse_region.h"

#include "trimtab/error.h"

void tt_parse_region_init(struct tt_parse_region *r, struct tt_arena *arena)
{
    *r = (struct tt_parse_region){ .p = { .arena = arena } };
    tt_buf_init(&r->code, TT_ANSWER_MAX + 1);
    tt_buf_init(&r->all, TT_ANSWER_MAX + 1);
}

void tt_parse_region_release(struct tt_parse_region *r)
{
    tt_buf_release(&r->code);
    tt_buf_release(&r->all);
}

static bool is_shell(tt_str info)
{
    static const char *const names[] = { "bash",          "sh",         "shell",   "console",
                                         "shell-session", "zsh",        "cmd",     "bat",
                                         "ps1",           "powershell", "terminal" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (tt_str_is(info, names[i]))
            return true;
    }
    return false;
}

static bool is_diff(tt_str info)
{
    return tt_str_is(info, "diff") || tt_str_is(info, "patch") || tt_str_is(info, "udiff");
}

static void name_block(struct tt_parse_region *r, struct tt_block *block)
{
    tt_str path;
    bool weak;

    if (tt_path_in_info(r->fence.info, &path, &weak)) {
        block->path = path;
        block->weak_path = weak;
    } else if (r->near.n && tt_path_in_line(r->near, &path, &weak)) {
        block->path = path;
        block->weak_path = weak;
    }
}

static void open_fence(struct tt_parse_region *r, struct tt_fence fence, tt_str indent)
{
    tt_parse_mark(&r->p);
    r->fences = true;
    r->fence = fence;
    r->fence.info = tt_parse_keep(&r->p, fence.info);
    r->indent = tt_parse_keep(&r->p, indent);
    r->depth = 0;
    r->begin = r->p.line;
    tt_buf_clear(&r->code);
}

static void close_fence(struct tt_parse_region *r)
{
    struct tt_block *block = tt_parse_add(&r->p, TT_BLOCK_WHOLE);
    struct tt_buf bare = TT_BUF_INIT(TT_ANSWER_MAX + 1);
    tt_str code = tt_buf_str(&r->code);

    /* in a list, all of it is indented as the fence is */
    if (r->indent.n && tt_dedent(code, r->indent, &bare))
        code = tt_buf_str(&bare);
    if (block) {
        block->line = r->begin;
        block->commands = is_shell(r->fence.info);
        block->changes = is_diff(r->fence.info);
        block->fence_kind = r->fence.kind;
        block->fence_run = r->fence.run;
        name_block(r, block);
        tt_parse_reading(&r->p, block, TT_STR(""), code);
    }
    r->p.err = r->p.err ? r->p.err : bare.err;
    tt_buf_release(&bare);
    r->fence.kind = '\0';
    r->near = (tt_str){ NULL, 0 };
}

bool tt_parse_region_holds(const struct tt_block *block, tt_str text)
{
    struct tt_fence fence = { .kind = block->fence_kind, .run = block->fence_run };
    unsigned depth = 0;

    while (text.n) {
        const char *nl = memchr(text.p, '\n', text.n);
        size_t end = nl ? (size_t)(nl - text.p) : text.n;

        if (!tt_fence_holds(&fence, &depth, tt_str_sub(text, 0, end)))
            return false;
        text = tt_str_sub(text, end + 1, text.n);
    }
    return depth == 0;
}

void tt_parse_region_line(struct tt_parse_region *r, tt_str line)
{
    struct tt_fence fence;

    r->p.line++;
    if (r->p.err)
        return;
    if (!r->fences)
        tt_lines_add(&r->all, line);
    if (!r->fence.kind) {
        if (tt_fence_open(line, &fence))
            open_fence(r, fence, tt_str_sub(line, 0, line.n - tt_trim_left(line).n));
        else if (!tt_is_blank(line))
            r->near = tt_parse_keep(&r->p, line.n > 500 ? tt_str_sub(line, 0, 0) : line);
    } else if (tt_fence_holds(&r->fence, &r->depth, line)) {
        tt_lines_add(&r->code, line);
    } else {
        close_fence(r);
    }
    if (r->code.err || r->all.err)
        r->p.err = TT_ENOMEM;
}

void tt_parse_region_end(struct tt_parse_region *r, bool last_newline)
{
    tt_str all = tt_buf_str(&r->all);

    if (r->p.err)
        return;
    if (r->fence.kind) {
        r->p.state = TT_ANSWER_UNFINISHED;
    } else if (!r->fences && r->near.p) {
        struct tt_block *block = tt_parse_add(&r->p, TT_BLOCK_WHOLE);

        if (!last_newline)
            all.n--; /* the line end that tt_lines_add put there */
        if (block) {
            block->unfenced = true;
            block->line = 1;
            tt_parse_reading(&r->p, block, TT_STR(""), all);
        }
    }
}
