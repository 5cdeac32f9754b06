/* suppress_others.c -- comments that are meant for another linter.
 *
 * Asked only where a rule has a finding, so a file without one is not searched.
 */
#include "analysis/suppress.h"

#include "analysis/imports.h"
#include "analysis/paths.h"
#include "syntax/lang.h"
#include "syntax/query.h"

#include <ctype.h>

enum place {
    ON_LINE,        /* behind the code */
    ON_LINE_BEFORE, /* alone on the line above */
    ON_OR_BEFORE,   /* either */
    ANYWHERE_ALONE, /* alone on its line, for the whole file */
};

enum { PYTHON = 1, SCRIPT = 2, GO = 4, JAVA = 8 };

/* What stands behind a mark: `separator` and codes, or nothing: then it speaks of all.
 * Where a blank separates, `digits` says that words without a digit are a reason. */
static const struct mark {
    const char *text;
    unsigned languages;
    enum place place;
    char separator; /* 0: no codes */
    bool digits;
} marks[] = {
    { "# noqa", PYTHON, ON_LINE, ':', false },
    { "# flake8: noqa", PYTHON, ANYWHERE_ALONE, ':', false },
    { "# ruff: noqa", PYTHON, ANYWHERE_ALONE, ':', false },
    { "pylint: disable", PYTHON, ON_LINE, '=', false },
    { "pylint: disable-next", PYTHON, ON_LINE_BEFORE, '=', false },
    { "# nosec", PYTHON, ON_LINE, ' ', true },
    { "#nosec", PYTHON, ON_LINE, ' ', true },
    { "#nosec", GO, ON_OR_BEFORE, ' ', true },
    { "eslint-disable-line", SCRIPT, ON_LINE, ' ', false },
    { "eslint-disable-next-line", SCRIPT, ON_LINE_BEFORE, ' ', false },
    { "biome-ignore", SCRIPT, ON_LINE_BEFORE, ' ', false },
    { "//nolint", GO, ON_OR_BEFORE, ':', false },
    { "//lint:ignore", GO, ON_OR_BEFORE, ' ', false },
    { "NOSONAR", PYTHON | SCRIPT | GO | JAVA, ON_LINE, 0, false },
    { "NOPMD", JAVA, ON_LINE, 0, false },
};

static unsigned language_of(const struct tt_source *source)
{
    tt_str name = tt_lang_name(source->lang);

    return tt_str_eq(name, TT_STR("python")) ? PYTHON
           : tt_str_eq(name, TT_STR("go"))   ? GO
           : tt_str_eq(name, TT_STR("java")) ? JAVA
           : tt_str_eq(name, TT_STR("javascript")) || tt_str_eq(name, TT_STR("typescript")) ||
                   tt_str_eq(name, TT_STR("tsx"))
               ? SCRIPT
               : 0;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || strchr("_-/@.:", c);
}

static bool has_digit(tt_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (isdigit((unsigned char)s.p[i]))
            return true;
    }
    return false;
}

/* "java:S108" and "PMD.EmptyCatchBlock" say in front whose code it is. */
static bool is_code_of(const struct tt_rule_info *rule, tt_str code)
{
    for (size_t i = code.n; i > 0; i--) {
        if (strchr(":.", code.p[i - 1]))
            return tt_rule_is_same(rule, code) ||
                   tt_rule_is_same(rule, tt_str_sub(code, i, code.n));
    }
    return tt_rule_is_same(rule, code);
}

/* Codes, with blanks and commas between them, up to " -- why" or "*" "/". */
static bool lists(tt_str codes, const struct tt_rule_info *rule)
{
    for (size_t i = 0; i < codes.n;) {
        size_t end = i;

        while (end < codes.n && is_word(codes.p[end]))
            end++;
        tt_str code = tt_str_sub(codes, i, end);
        if (tt_str_starts(code, TT_STR("--")) || (code.n == 0 && !strchr(" \t,", codes.p[i])))
            return false;
        if (code.n && code.p[code.n - 1] == ':') /* biome: "lint/a/b: why" */
            code.n--;
        if (tt_str_eq(code, TT_STR("all")) || (code.n && is_code_of(rule, code)))
            return true;
        i = code.n ? end : i + 1;
    }
    return false;
}

/* Does what stands behind the mark speak of the rule? */
static bool speaks_of(const struct mark *mark, tt_str behind, const struct tt_rule_info *rule)
{
    if (mark->separator == 0)
        return true;
    size_t at = 0;
    while (at < behind.n && strchr(" \t", behind.p[at]))
        at++;
    bool end = at == behind.n || strchr("-*\r\n", behind.p[at]);
    if (mark->separator != ' ')
        return end || behind.p[at] != mark->separator ||
               lists(tt_str_sub(behind, at + 1, behind.n), rule);
    size_t first = at;
    while (first < behind.n && is_word(behind.p[first]))
        first++;
    return end || (mark->digits && !has_digit(tt_str_sub(behind, at, first))) ||
           lists(tt_str_sub(behind, at, behind.n), rule);
}

/* A mark of the comment in `line` that speaks of the rule, if the mark belongs at `place`. */
static bool line_says(const struct tt_source *source, struct tt_range line, const struct mark *mark,
                      const struct tt_rule_info *rule)
{
    tt_str text = tt_str_sub(source->bytes, line.start, line.end);
    tt_str word = tt_str_from(mark->text);

    for (size_t i = 0; i + word.n <= text.n; i++) {
        tt_str behind = tt_str_sub(text, i + word.n, text.n);

        if (tt_str_starts_nocase(tt_str_sub(text, i, text.n), word) &&
            !(behind.n && (isalnum((unsigned char)behind.p[0]) ||
                           (behind.p[0] == '-' && mark->separator != 0))) &&
            tt_suppress_in_comment(source, line.start + (uint32_t)(i + word.n) - 1) &&
            speaks_of(mark, behind, rule))
            return true;
    }
    return false;
}

static struct tt_range line_at(const struct tt_source *source, uint32_t at)
{
    return (struct tt_range){ tt_source_line_start(source->bytes, at),
                              tt_source_line_end(source->bytes, at) };
}

/* The line above, if it is nothing but a comment; else an empty range. */
static struct tt_range comment_above(const struct tt_source *source, struct tt_range line)
{
    if (line.start == 0)
        return (struct tt_range){ 0, 0 };
    struct tt_range above = line_at(source, line.start - 1);
    uint32_t code = above.start + (uint32_t)tt_source_indent(source->bytes, above.start).n;

    if (code >= above.end || !tt_suppress_in_comment(source, code))
        above.end = above.start;
    return above;
}

static bool marked(const struct tt_source *source, struct tt_range line, const struct mark *mark,
                   const struct tt_rule_info *rule)
{
    if ((mark->place == ON_LINE || mark->place == ON_OR_BEFORE) &&
        line_says(source, line, mark, rule))
        return true;
    return (mark->place == ON_LINE_BEFORE || mark->place == ON_OR_BEFORE) &&
           line_says(source, comment_above(source, line), mark, rule);
}

/* Comments that are alone on their line and speak for the whole file. */
static bool file_says(const struct tt_source *source, const struct mark *mark,
                      const struct tt_rule_info *rule)
{
    size_t n = strlen(mark->text);

    for (const char *p = source->bytes.p, *end = p + source->bytes.n, *hit;
         (hit = memmem(p, (size_t)(end - p), mark->text, n)); p = hit + n) {
        uint32_t at = (uint32_t)(hit - source->bytes.p);
        struct tt_range line = line_at(source, at);

        if (line.start + tt_source_indent(source->bytes, line.start).n == at &&
            line_says(source, line, mark, rule))
            return true;
    }
    return false;
}

/* ESLint: from a block comment "eslint-disable CODES" to "eslint-enable". */
static bool inside_disabled(const struct tt_source *source, uint32_t start,
                            const struct tt_rule_info *rule)
{
    static const struct mark disable = { "eslint-disable", SCRIPT, ON_LINE, ' ', false };
    bool off = false;
    tt_str left = tt_str_sub(source->bytes, 0, start);

    for (const char *hit; (hit = memmem(left.p, left.n, "eslint-", 7));) {
        size_t at = (size_t)(hit - source->bytes.p) + 7;
        tt_str line =
            tt_str_sub(source->bytes, at, tt_source_line_end(source->bytes, (uint32_t)at));
        bool begins =
            tt_str_starts_nocase(line, TT_STR("disable")) && !(line.n > 7 && line.p[7] == '-');
        bool ends = tt_str_starts_nocase(line, TT_STR("enable"));

        if ((begins || ends) && tt_suppress_in_comment(source, (uint32_t)at) &&
            speaks_of(&disable, tt_str_sub(line, begins ? 7 : 6, line.n), rule))
            off = begins;
        left = tt_str_sub(source->bytes, at, start);
    }
    return off;
}

/* Java: @SuppressWarnings("...") at the method, field or class around it. */
static bool annotated(const struct tt_source *source, uint32_t start,
                      const struct tt_rule_info *rule)
{
    TSNode node = ts_node_descendant_for_byte_range(ts_tree_root_node(source->tree), start, start);

    for (; !ts_node_is_null(node); node = ts_node_parent(node)) {
        TSNode first = ts_node_named_child(node, 0);

        if (ts_node_is_null(first) || strcmp(ts_node_type(first), "modifiers") != 0)
            continue;
        tt_str text = tt_str_sub(source->bytes, ts_node_start_byte(first), ts_node_end_byte(first));
        const char *name = memmem(text.p, text.n, "@SuppressWarnings", 17);
        size_t at = name ? (size_t)(name - text.p) + 17 : text.n;
        const char *close = at < text.n ? memchr(text.p + at, ')', text.n - at) : NULL;

        for (const char *p = text.p + at; close && p < close;) {
            const char *open = memchr(p, '"', (size_t)(close - p));
            const char *quote = open ? memchr(open + 1, '"', (size_t)(close - open - 1)) : NULL;

            if (!quote)
                break;
            if (lists((tt_str){ open + 1, (size_t)(quote - open - 1) }, rule))
                return true;
            p = quote + 1;
        }
    }
    return false;
}

bool tt_suppressed_for_others(const struct tt_source *source, const struct tt_rule_info *rule,
                              uint32_t start)
{
    unsigned language = language_of(source);
    struct tt_range line = line_at(source, start);

    if (rule->same_as.n == 0 || language == 0)
        return false;
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (!(marks[i].languages & language))
            continue;
        if (marks[i].place == ANYWHERE_ALONE ? file_says(source, &marks[i], rule)
                                             : marked(source, line, &marks[i], rule))
            return true;
    }
    return language == JAVA ? annotated(source, start, rule)
                            : language == SCRIPT && inside_disabled(source, start, rule);
}
