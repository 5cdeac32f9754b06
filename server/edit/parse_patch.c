/* parse_patch.c -- see the header.  A hunk is finished by the next header. */
#include "edit/parse_patch.h"

#include "trimtab/error.h"

void tt_parse_patch_init(struct tt_parse_patch *v, struct tt_arena *arena, bool body)
{
    *v = (struct tt_parse_patch){ .p = { .arena = arena }, .body = body };
    if (body)
        v->section = TT_PATCH_UPDATE;
    tt_buf_init(&v->content, TT_ANSWER_MAX + 1);
}

void tt_parse_patch_release(struct tt_parse_patch *v)
{
    tt_buf_release(&v->content);
}

static void keep_anchors(struct tt_parse_patch *v, struct tt_block *block)
{
    if (!v->n_anchors)
        return;
    block->anchors = tt_arena_array(v->p.arena, v->n_anchors, sizeof(*block->anchors));
    if (!block->anchors) {
        v->p.err = TT_ENOMEM;
        return;
    }
    memcpy(block->anchors, v->anchors, v->n_anchors * sizeof(*block->anchors));
    block->n_anchors = v->n_anchors;
}

static void finish_hunk(struct tt_parse_patch *v)
{
    if (v->hunk.changes) {
        struct tt_block *block = tt_parse_add(&v->p, TT_BLOCK_LINES);

        if (block) {
            block->path = v->path;
            block->in_order = true;
            block->appends = v->n_anchors == 0;
            block->at_end = v->at_end;
            block->line_hint = v->hint;
            block->line = v->hunk_line;
            keep_anchors(v, block);
            tt_hunk_readings(&v->p, &v->hunk, block);
        }
    }
    v->hunk = (struct tt_hunk){ NULL, 0, 0, false };
    v->n_anchors = 0;
    v->hint = 0;
    v->at_end = false;
}

static void finish_section(struct tt_parse_patch *v)
{
    if (v->section == TT_PATCH_UPDATE) {
        finish_hunk(v);
        if (v->p.n == v->blocks_before && !v->moved)
            tt_parse_malformed(&v->p, "the update of %.*s in line %u changes nothing",
                               TT_STR_ARG(tt_str_sub(v->path, 0, 100)), v->section_line);
    } else if (v->section == TT_PATCH_ADD) {
        struct tt_block *block = tt_parse_add(&v->p, TT_BLOCK_CREATE);

        if (block) {
            block->path = v->path;
            block->line = v->section_line;
            tt_parse_reading(&v->p, block, TT_STR(""), tt_buf_str(&v->content));
        }
    }
    tt_buf_clear(&v->content);
    v->section = TT_PATCH_NO_FILE;
}

static void begin_section(struct tt_parse_patch *v, enum tt_patch_section section, tt_str path)
{
    finish_section(v);
    v->section = section;
    v->path = tt_parse_keep(&v->p, tt_trim(path));
    v->blocks_before = v->p.n;
    v->section_line = v->p.line;
    v->moved = false;
    if (section == TT_PATCH_DELETE) {
        struct tt_block *block = tt_parse_add(&v->p, TT_BLOCK_DELETE);

        if (block) {
            block->path = v->path;
            tt_parse_reading(&v->p, block, TT_STR(""), TT_STR(""));
        }
    }
}

static void move_to(struct tt_parse_patch *v, tt_str path)
{
    struct tt_block *block = tt_parse_add(&v->p, TT_BLOCK_MOVE);

    v->moved = true;
    if (block) {
        block->path = v->path;
        tt_parse_reading(&v->p, block, TT_STR(""), tt_trim(path));
    }
}

/* A line that begins with "*** ".  False when it is not a mark. */
static bool read_mark(struct tt_parse_patch *v, tt_str line)
{
    tt_str s = tt_trim(line);

    if (!tt_skip(&s, "*** "))
        return false;
    if (tt_skip(&s, "Update File:"))
        begin_section(v, TT_PATCH_UPDATE, s);
    else if (tt_skip(&s, "Add File:"))
        begin_section(v, TT_PATCH_ADD, s);
    else if (tt_skip(&s, "Delete File:"))
        begin_section(v, TT_PATCH_DELETE, s);
    else if (v->section == TT_PATCH_UPDATE && tt_skip(&s, "Move to:"))
        move_to(v, s);
    else if (tt_str_is(s, "End of File"))
        v->at_end = true;
    else if (line.p[0] == '*')
        tt_parse_malformed(&v->p, "line %u is no mark of a patch that is known", v->p.line);
    else
        return false;
    return true;
}

static void read_anchor(struct tt_parse_patch *v, tt_str rest)
{
    struct tt_hunk_header header;

    if (v->hunk.n)
        finish_hunk(v);
    if (!v->n_anchors)
        v->hunk_line = v->p.line;
    rest = tt_trim(rest);
    if (tt_hunk_header(rest, &header)) {
        v->hint = header.old_line;
        return;
    }
    while (tt_str_ends(rest, TT_STR("@@")))
        rest = tt_trim(tt_str_sub(rest, 0, rest.n - 2));
    if (rest.n == 0 || tt_str_is(rest, "..."))
        return;
    if (v->n_anchors == sizeof(v->anchors) / sizeof(v->anchors[0]))
        tt_parse_malformed(&v->p, "line %u has too many @@ lines above it", v->p.line);
    else
        v->anchors[v->n_anchors++] = tt_parse_keep(&v->p, rest);
}

static void in_section(struct tt_parse_patch *v, tt_str line)
{
    tt_str rest = line;

    if (v->section == TT_PATCH_UPDATE) {
        if (tt_skip(&rest, "@@")) {
            read_anchor(v, rest);
        } else if (!tt_str_starts(line, TT_STR("\\ No newline"))) {
            if (!v->hunk.n && !v->n_anchors)
                v->hunk_line = v->p.line;
            tt_hunk_add(&v->p, &v->hunk, line);
        }
    } else if (v->section == TT_PATCH_ADD) {
        if (line.n && line.p[0] != '+')
            tt_parse_malformed(&v->p, "line %u of an added file does not begin with '+'",
                               v->p.line);
        tt_lines_add(&v->content, tt_str_sub(line, 1, line.n));
    } else if (!tt_is_blank(line)) {
        tt_parse_malformed(&v->p, "line %u of the patch belongs to no file", v->p.line);
    }
}

static void envelope(struct tt_parse_patch *v, tt_str line)
{
    tt_str s = tt_trim(line);

    if (tt_str_is(s, "*** Begin Patch")) {
        tt_parse_mark(&v->p);
        if (v->inside)
            tt_parse_malformed(&v->p, "line %u begins a patch inside another one", v->p.line);
        v->inside = true;
        v->section = TT_PATCH_NO_FILE;
        v->blocks_before = v->p.n;
    } else if (v->inside && tt_str_is(s, "*** End Patch")) {
        finish_section(v);
        v->inside = false;
        if (!v->p.n)
            tt_parse_malformed(&v->p, "the patch is empty");
    } else if (v->inside && !read_mark(v, line)) {
        in_section(v, line);
    }
}

void tt_parse_patch_line(struct tt_parse_patch *v, tt_str line)
{
    v->p.line++;
    if (v->p.state == TT_ANSWER_MALFORMED || v->p.err)
        return;
    if (!v->body)
        envelope(v, line);
    else if (tt_str_is(tt_trim(line), "*** End of File"))
        v->at_end = true;
    else
        in_section(v, line);
    if (v->content.err)
        v->p.err = TT_ENOMEM;
}

/* A body whose lines all begin with '+' and that has no "@@" is a whole file. */
static bool is_whole_file(const struct tt_hunk *hunk)
{
    for (size_t i = 0; i < hunk->n; i++) {
        if (hunk->lines[i].op != '+' && hunk->lines[i].text.n)
            return false;
    }
    return hunk->changes;
}

void tt_parse_patch_end(struct tt_parse_patch *v)
{
    if (v->p.err || v->p.state == TT_ANSWER_MALFORMED)
        return;
    if (!v->body) {
        if (v->inside)
            v->p.state = TT_ANSWER_UNFINISHED;
        return;
    }
    if (v->p.n == 0 && !v->n_anchors && is_whole_file(&v->hunk)) {
        v->section = TT_PATCH_ADD;
        for (size_t i = 0; i < v->hunk.n; i++)
            tt_lines_add(&v->content, v->hunk.lines[i].text);
    }
    if (v->section == TT_PATCH_UPDATE)
        finish_hunk(v);
    else
        finish_section(v);
}
