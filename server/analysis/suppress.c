/* suppress.c -- a search for the mark; the tree only tells whether it is a comment. */
#include "analysis/suppress.h"

#include "analysis/imports.h"
#include "analysis/paths.h"
#include "syntax/query.h"
#include "trimtab/error.h"

#define MARK          "trimtab: ignore["
#define MARKS_AT_MOST 4096

static TSNode comment_at(const struct tt_source *source, uint32_t offset)
{
    TSNode node =
        ts_node_descendant_for_byte_range(ts_tree_root_node(source->tree), offset, offset + 1);

    for (; !ts_node_is_null(node); node = ts_node_parent(node)) {
        if (strstr(ts_node_type(node), "comment") || strcmp(ts_node_type(node), "marginalia") == 0)
            return node;
    }
    return node;
}

static bool blank(tt_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!strchr(" \t\r\n", s.p[i]))
            return false;
    }
    return true;
}

bool tt_suppress_in_comment(const struct tt_source *source, uint32_t offset)
{
    return !ts_node_is_null(comment_at(source, offset));
}

/* The next line that holds code: behind other comments and empty lines. */
static struct tt_range next_code_line(const struct tt_source *source, uint32_t at)
{
    tt_str bytes = source->bytes;

    for (;;) {
        uint32_t end = tt_source_line_end(bytes, at);

        while (end < bytes.n && bytes.p[end] != '\n')
            end++;
        if (end >= bytes.n)
            return (struct tt_range){ (uint32_t)bytes.n, (uint32_t)bytes.n };
        at = end + 1;
        uint32_t code = at + (uint32_t)tt_source_indent(bytes, at).n;
        TSNode comment = comment_at(source, code);
        if (!ts_node_is_null(comment)) {
            at = ts_node_end_byte(comment);
            continue;
        }
        end = tt_source_line_end(bytes, at);
        if (!blank(tt_str_sub(bytes, at, end)))
            return (struct tt_range){ at, end };
    }
}

static struct tt_range line_of(const struct tt_source *source, TSNode comment)
{
    uint32_t start = ts_node_start_byte(comment);
    uint32_t line = tt_source_line_start(source->bytes, start);
    uint32_t behind = ts_node_end_byte(comment);
    uint32_t end = tt_source_line_end(source->bytes, behind > start ? behind - 1 : start);

    if (end > behind && !blank(tt_str_sub(source->bytes, behind, end))) /* in front of code */
        return (struct tt_range){ line, end };
    if (blank(tt_str_sub(source->bytes, line, start)))
        return next_code_line(source, ts_node_end_byte(comment));
    return (struct tt_range){ line, tt_source_line_end(source->bytes, start) };
}

int tt_suppressions_find(const struct tt_source *source, struct tt_arena *arena,
                         struct tt_suppressions *out)
{
    tt_str bytes = source->bytes;
    size_t cap = 0;

    *out = (struct tt_suppressions){ 0 };
    for (size_t at = 0; at < bytes.n && out->n < MARKS_AT_MOST;) {
        const char *hit = memmem(bytes.p + at, bytes.n - at, MARK, sizeof(MARK) - 1);

        if (!hit)
            break;
        at = (size_t)(hit - bytes.p) + sizeof(MARK) - 1;
        const char *close = memchr(bytes.p + at, ']', bytes.n - at);
        TSNode comment = comment_at(source, (uint32_t)at);
        if (!close || ts_node_is_null(comment))
            continue;
        if (out->n == cap) {
            cap = cap ? 2 * cap : 16;
            struct tt_suppression *more = tt_arena_array(arena, cap, sizeof(*more));
            if (!more)
                return TT_ENOMEM;
            if (out->n)
                memcpy(more, out->at, out->n * sizeof(*more));
            out->at = more;
        }
        out->at[out->n++] = (struct tt_suppression){
            line_of(source, comment),
            tt_str_sub(bytes, at, (size_t)(close - bytes.p)),
        };
    }
    return 0;
}

static tt_str trim(tt_str s)
{
    while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t'))
        s = tt_str_sub(s, 1, s.n);
    while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
        s.n--;
    return s;
}

static bool names(tt_str ids, const struct tt_rule_info *rule)
{
    while (ids.n > 0) {
        const char *comma = memchr(ids.p, ',', ids.n);
        size_t n = comma ? (size_t)(comma - ids.p) : ids.n;
        tt_str id = trim(tt_str_sub(ids, 0, n));

        if (tt_str_eq(id, TT_STR("*")) || tt_str_eq(id, rule->id) ||
            tt_str_eq_nocase(id, tt_str_from(tt_task_id(rule->finding))))
            return true;
        ids = tt_str_sub(ids, n + 1, ids.n);
    }
    return false;
}

bool tt_suppressed(const struct tt_suppressions *all, const struct tt_rule_info *rule,
                   uint32_t start)
{
    for (size_t i = 0; i < all->n; i++) {
        const struct tt_suppression *s = &all->at[i];

        if (start >= s->line.start && start <= s->line.end && names(s->ids, rule))
            return true;
    }
    return false;
}
