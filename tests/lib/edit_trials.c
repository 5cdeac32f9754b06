/* edit_trials.c -- see the header. */
#include "edit_trials.h"

#include "edit/answer.h"
#include "edit/parse.h"
#include "edit/paths.h"
#include "text/diff.h"
#include "text/text.h"
#include "trimtab/error.h"

#include <stdio.h>
#include <stdlib.h>

static void fail(struct trial *t, const char *what, size_t n)
{
    t->bad++;
    printf("  %s %.*s (%.*s, %zu)\n", what, TT_STR_ARG(t->record->id), TT_STR_ARG(t->record->path),
           n);
}

static struct tt_edit_plan *plan_for(const struct trial *t, tt_str before, tt_str answer,
                                     bool complete)
{
    struct tt_edit_input in = {
        .before = before,
        .path = t->record->path,
        .loose_path = true,
        .complete = complete,
        .answer = answer,
        .format = t->format,
        .lang = t->lang,
    };
    struct tt_edit_plan *plan;

    if (tt_edit_plan_create(&in, &plan))
        abort();
    return plan;
}

static bool is_applied(const struct tt_edit_plan *plan)
{
    return tt_edit_plan_verdict(plan) == TT_EDIT_READY || tt_edit_plan_held(plan);
}

static bool read_blocks(const struct trial *t, tt_str answer, struct tt_arena *arena,
                        struct tt_answer *a)
{
    struct tt_answer_parser *parser = tt_answer_parser_create(t->format, arena);
    bool ok = tt_answer_feed(parser, answer) == 0 && tt_answer_finish(parser, a) == 0;

    tt_answer_parser_destroy(parser);
    return ok;
}

static bool is_text(const struct tt_jl *value)
{
    return value && value->type == TT_JL_STRING;
}

/* The next line that is not blank, taken off `s`; empty when none is left. */
static tt_str next_solid(tt_str *s)
{
    while (s->n) {
        const char *nl = memchr(s->p, '\n', s->n);
        size_t end = nl ? (size_t)(nl - s->p) : s->n;
        tt_str line = tt_str_sub(*s, 0, end);

        *s = tt_str_sub(*s, end + 1, s->n);
        line.n -= tt_str_ends(line, TT_STR("\r"));
        if (!tt_is_blank(line))
            return line;
    }
    return (tt_str){ NULL, 0 };
}

bool trial_same_but_blanks(tt_str a, tt_str b)
{
    tt_str x, y;

    do {
        x = next_solid(&a);
        y = next_solid(&b);
    } while (x.n && tt_str_eq(x, y));
    return x.n == 0 && y.n == 0;
}

/* ---- stale ---- */

static bool has(tt_str text, tt_str part)
{
    return part.n && memmem(text.p, text.n, part.p, part.n);
}

/* The text without this block's old lines, if they stand there once, and nothing
 * is left that they could mean: not even at the end, where a last blank line of
 * a block is the end of the file. */
static bool cut_out(tt_str text, tt_str old, struct tt_buf *out)
{
    const char *found = old.n ? memmem(text.p, text.n, old.p, old.n) : NULL;
    tt_str open = tt_str_sub(old, 0, old.n - (tt_str_ends(old, TT_STR("\n\n")) ? 1 : 0));

    if (!found || (found > text.p && found[-1] != '\n' && old.p[old.n - 1] == '\n'))
        return false;
    size_t at = (size_t)(found - text.p);

    tt_buf_add(out, tt_str_sub(text, 0, at));
    tt_buf_add(out, tt_str_sub(text, at + old.n, text.n));
    return !has(tt_buf_str(out), old) && !tt_str_ends(tt_buf_str(out), open) &&
           !tt_str_ends(tt_buf_str(out), tt_str_sub(open, 0, open.n - 1));
}

void trial_stale(struct trial *t)
{
    const struct corpus_record *r = t->record;
    struct tt_arena arena;
    struct tt_answer a;

    if (!is_text(r->original))
        return;
    tt_arena_init(&arena);
    for (size_t i = 0; read_blocks(t, r->answer, &arena, &a) && i < a.n; i++) {
        const struct tt_block *block = &a.blocks[i];
        tt_str old = block->reading[0].old;
        struct tt_buf doc = TT_BUF_INIT(TT_BUF_OWN);
        bool ours =
            !block->path.n || !r->path.n || tt_path_fit(r->path, block->path) != TT_PATH_OTHER;

        /* a block that only changes white space may find its work done elsewhere */
        if ((block->kind == TT_BLOCK_LINES || block->kind == TT_BLOCK_BYTES) && ours &&
            !trial_same_but_blanks(old, block->reading[0].new) &&
            cut_out(r->original->string, old, &doc)) {
            struct tt_edit_plan *plan = plan_for(t, tt_buf_str(&doc), r->answer, true);

            t->runs++;
            if (is_applied(plan))
                fail(t, "STALE", i + 1);
            tt_edit_plan_destroy(plan);
        }
        tt_buf_release(&doc);
    }
    tt_arena_release(&arena);
}

/* ---- twice ---- */

void trial_twice(struct trial *t)
{
    struct tt_buf once = TT_BUF_INIT(TT_BUF_OWN), again = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_edit_plan *plan;

    if (!is_text(t->record->original))
        return;
    plan = plan_for(t, t->record->original->string, t->record->answer, true);
    if (is_applied(plan)) {
        tt_edit_plan_result(plan, t->record->original->string, false, &once);
        tt_edit_plan_destroy(plan);
        plan = plan_for(t, tt_buf_str(&once), t->record->answer, true);
        tt_edit_plan_result(plan, tt_buf_str(&once), false, &again);
        t->runs++;
        if (is_applied(plan) && !trial_same_but_blanks(tt_buf_str(&once), tt_buf_str(&again)))
            fail(t, "TWICE", 2);
    }
    tt_edit_plan_destroy(plan);
    tt_buf_release(&once);
    tt_buf_release(&again);
}

/* ---- prefixes ---- */

static bool same_blocks(const struct tt_answer *part, const struct tt_answer *whole)
{
    for (size_t i = 0; i < part->n; i++) {
        const struct tt_block *a = &part->blocks[i], *b = &whole->blocks[i];

        if (i >= whole->n || a->kind != b->kind || a->n_anchors != b->n_anchors ||
            !tt_str_eq(a->path, b->path) || !tt_str_eq(a->reading[0].old, b->reading[0].old) ||
            !tt_str_eq(a->reading[0].new, b->reading[0].new))
            return false;
    }
    return true;
}

/* What came of it is all of the answer, but for a last line end. */
static bool is_all(const struct trial *t, const struct tt_edit_plan *plan)
{
    tt_str before = t->record->original->string;
    struct tt_edit_plan *all = plan_for(t, before, t->record->answer, true);
    struct tt_buf a = TT_BUF_INIT(TT_BUF_OWN), b = TT_BUF_INIT(TT_BUF_OWN);
    bool same;

    tt_edit_plan_result(plan, before, false, &a);
    tt_edit_plan_result(all, before, false, &b);
    same = trial_same_but_blanks(tt_buf_str(&a), tt_buf_str(&b));
    tt_edit_plan_destroy(all);
    tt_buf_release(&a);
    tt_buf_release(&b);
    return same;
}

static void one_prefix(struct trial *t, const struct tt_answer *whole, size_t n)
{
    tt_str prefix = tt_str_sub(t->record->answer, 0, n);
    struct tt_edit_plan *plan;
    struct tt_answer part;
    struct tt_arena arena;

    tt_arena_init(&arena);
    t->runs++;
    if (!read_blocks(t, prefix, &arena, &part))
        abort();
    if (part.state == TT_ANSWER_COMPLETE && part.n &&
        (part.format != whole->format || !same_blocks(&part, whole))) {
        plan = plan_for(t, t->record->original->string, prefix, true);
        if (is_applied(plan) && !is_all(t, plan))
            fail(t, "PREFIX", n);
        tt_edit_plan_destroy(plan);
    }
    plan = plan_for(t, t->record->original->string, prefix, false);
    if (tt_edit_plan_verdict(plan) != TT_EDIT_TRUNCATED || tt_edit_plan_count(plan))
        fail(t, "NOT COMPLETE", n);
    tt_edit_plan_destroy(plan);
    tt_arena_release(&arena);
}

void trial_prefixes(struct trial *t, size_t step)
{
    struct tt_answer whole;
    struct tt_arena arena;

    if (!is_text(t->record->original))
        return;
    tt_arena_init(&arena);
    if (read_blocks(t, t->record->answer, &arena, &whole) && whole.state == TT_ANSWER_COMPLETE) {
        for (size_t n = 0; n < t->record->answer.n; n += step)
            one_prefix(t, &whole, n);
    }
    tt_arena_release(&arena);
}

/* ---- variants ---- */

enum ends { LF, CRLF, MIXED };

/* The text with these line ends; `bom`: behind a byte order mark; `open`: without
 * its final newline. */
static void make_variant(tt_str text, enum ends ends, bool bom, bool open, struct tt_buf *out)
{
    size_t lines = 0;

    tt_buf_clear(out);
    tt_buf_adds(out, bom ? "\xEF\xBB\xBF" : "");
    text.n -= open;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\n' && (ends == CRLF || (ends == MIXED && lines++ % 3)))
            tt_buf_addc(out, '\r');
        tt_buf_addc(out, text.p[i]);
    }
}

/* All line ends "\n", no byte order mark. */
static void plain(tt_str text, struct tt_buf *out)
{
    tt_buf_clear(out);
    if (tt_str_starts(text, TT_STR("\xEF\xBB\xBF")))
        text = tt_str_sub(text, 3, text.n);
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] != '\r' || i + 1 == text.n || text.p[i + 1] != '\n')
            tt_buf_addc(out, text.p[i]);
    }
}

/* Units of one code point: bytes, UTF-16 or UTF-32. */
static uint32_t units(unsigned char lead, enum tt_encoding encoding)
{
    uint32_t bytes = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;

    return encoding == TT_UTF8 ? bytes : encoding == TT_UTF16 && bytes == 4 ? 2 : 1;
}

/* Where a position is, by counting from the top; shares nothing with text/. */
static size_t offset_of(tt_str text, struct tt_position position, enum tt_encoding encoding)
{
    size_t at = 0;
    uint32_t line = 0, character = 0;

    while (line < position.line && at < text.n) {
        bool crlf = text.p[at] == '\r' && at + 1 < text.n && text.p[at + 1] == '\n';

        line += crlf || text.p[at] == '\n' || text.p[at] == '\r';
        at += crlf ? 2 : 1;
    }
    while (character < position.character && at < text.n) {
        character += units((unsigned char)text.p[at], encoding);
        for (at++; at < text.n && ((unsigned char)text.p[at] & 0xC0) == 0x80; at++)
            ;
    }
    return character == position.character && line == position.line ? at : SIZE_MAX;
}

/* The edits as a client would get and apply them. */
static bool by_positions(const struct tt_edit_plan *plan, tt_str before, enum tt_encoding encoding,
                         struct tt_buf *out)
{
    struct tt_text *text;
    size_t at = 0;
    bool ok = tt_text_create(before, &text, NULL) == 0;

    tt_buf_clear(out);
    for (size_t i = 0; ok && i < tt_edit_plan_count(plan); i++) {
        const struct tt_text_edit *edit = tt_edit_plan_at(plan, i);
        struct tt_position_range range = tt_text_position_range(text, edit->range, encoding);
        size_t start = offset_of(before, range.start, encoding);
        size_t end = offset_of(before, range.end, encoding);

        ok = start >= at && start != SIZE_MAX && end >= start && end != SIZE_MAX;
        if (!ok)
            break;
        tt_buf_add(out, tt_str_sub(before, at, start));
        tt_buf_add(out, edit->text);
        at = end;
    }
    if (ok)
        tt_buf_add(out, tt_str_sub(before, at, before.n));
    tt_text_unref(text);
    return ok;
}

static void one_variant(struct trial *t, enum ends ends, bool bom, bool open)
{
    static const enum tt_encoding encodings[] = { TT_UTF8, TT_UTF16, TT_UTF32 };
    struct tt_buf before = TT_BUF_INIT(TT_BUF_OWN), want = TT_BUF_INIT(TT_BUF_OWN),
                  got = TT_BUF_INIT(TT_BUF_OWN), other = TT_BUF_INIT(TT_BUF_OWN);
    size_t name = (size_t)ends + (bom ? 10u : 0u) + (open ? 100u : 0u);
    struct tt_edit_plan *plan;

    make_variant(t->record->original->string, ends, bom, open, &before);
    make_variant(t->record->expected->string, ends, bom, open, &want);
    plan = plan_for(t, tt_buf_str(&before), t->record->answer, true);
    t->runs++;
    tt_edit_plan_result(plan, tt_buf_str(&before), false, &got);
    if (ends == MIXED) { /* an added line has the end of a neighbour: which, is not said */
        plain(tt_buf_str(&got), &other);
        plain(tt_buf_str(&want), &got);
        if (!tt_str_eq(tt_buf_str(&got), tt_buf_str(&other)))
            fail(t, "MIXED", name);
        tt_buf_clear(&want);
        tt_edit_plan_result(plan, tt_buf_str(&before), false, &want);
    } else if (!tt_str_eq(tt_buf_str(&got), tt_buf_str(&want))) {
        fail(t, "VARIANT", name);
    }
    for (size_t i = 0; i < 3; i++) {
        if (!by_positions(plan, tt_buf_str(&before), encodings[i], &other) ||
            (ends != MIXED && !tt_str_eq(tt_buf_str(&other), tt_buf_str(&got))) ||
            (ends == MIXED && !tt_str_eq(tt_buf_str(&other), tt_buf_str(&want))))
            fail(t, "POSITIONS", name);
    }
    tt_edit_plan_destroy(plan);
    tt_buf_release(&before);
    tt_buf_release(&want);
    tt_buf_release(&got);
    tt_buf_release(&other);
}

/* Text of a kind that has all variants, and in which each of them is certain. */
static bool has_variants(tt_str s)
{
    return s.n > 1 && !memchr(s.p, '\r', s.n) && !tt_str_starts(s, TT_STR("\xEF\xBB\xBF")) &&
           memchr(s.p, '\n', s.n);
}

static bool ends_once(tt_str s)
{
    return tt_str_ends(s, TT_STR("\n")) && !tt_str_ends(s, TT_STR("\n\n"));
}

void trial_variants(struct trial *t)
{
    const struct corpus_record *r = t->record;
    struct tt_buf result = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_edit_plan *plan;
    bool right;

    if (!is_text(r->original) || !is_text(r->expected) || !has_variants(r->original->string) ||
        !has_variants(r->expected->string))
        return;
    plan = plan_for(t, r->original->string, r->answer, true);
    tt_edit_plan_result(plan, r->original->string, false, &result);
    right = tt_edit_plan_verdict(plan) == TT_EDIT_READY &&
            tt_str_eq(tt_buf_str(&result), r->expected->string);
    tt_edit_plan_destroy(plan);
    tt_buf_release(&result);
    for (int k = 0; k < 12 && right; k++) {
        bool open = k >= 6;

        /* without its last line end it must still show how its lines end */
        if (!open || (ends_once(r->original->string) && ends_once(r->expected->string) &&
                      memchr(r->original->string.p, '\n', r->original->string.n - 1)))
            one_variant(t, (enum ends)(k % 3), k % 6 >= 3, open);
    }
}
