/* region_check.c -- is this code the region, written anew, and nothing else?
 *
 * Code without an edit syntax may be an example, a part of the region, more than
 * the region, or the region cut off: only what is certainly none of these may
 * take its place. */
#include "edit/parse_region.h"
#include "edit/region_lines.h"
#include "edit/scope.h"
#include "trimtab/error.h"

#include <stdlib.h>

/* ---- does it come to the end? ---- */

/* Line i without the indentation that all lines share, and without what is
 * blank at its end. */
static tt_str bare_line(const struct tt_line_keys *keys, size_t i, tt_str indent)
{
    tt_str line = tt_trim_right(keys->line[i]);

    return line.n >= indent.n ? tt_str_sub(line, indent.n, line.n) : line;
}

#define TAIL 3u

/* The last lines that are not blank, from the last one up; returns how many. */
static size_t tail_of(const struct tt_line_keys *keys, size_t end, tt_str indent, tt_str *out)
{
    size_t n = 0;

    for (size_t i = end; i > 0 && n < TAIL; i--) {
        if (!tt_is_blank(keys->line[i - 1]))
            out[n++] = bare_line(keys, i - 1, indent);
    }
    return n;
}

/* How often these lines stand in the text, white space aside. */
static size_t count_tail(const struct tt_line_keys *keys, const tt_str *tail, size_t n)
{
    tt_str indent = tt_region_indent(keys), here[TAIL];
    size_t found = 0;

    for (size_t i = 0; i < keys->n; i++) {
        bool same = !tt_is_blank(keys->line[i]) && tail_of(keys, i + 1, indent, here) >= n;

        for (size_t k = 0; k < n && same; k++)
            same = tt_str_eq(here[k], tail[k]);
        found += same;
    }
    return found;
}

/* Does the code come to the end of the region?  Its last lines are those of the
 * region, and it has them at least as often. */
static bool reaches_end(const struct tt_line_keys *code, const struct tt_line_keys *old)
{
    tt_str want[TAIL], have[TAIL];
    size_t n = tail_of(old, old->n, tt_region_indent(old), want);
    bool same = tail_of(code, code->n, tt_region_indent(code), have) >= n;

    for (size_t k = 0; k < n && same; k++)
        same = tt_str_eq(have[k], want[k]);
    return same && count_tail(code, want, n) >= count_tail(old, want, n);
}

/* ---- is it the region at all? ---- */

/* Does the code look like the region, written anew?  Half of its lines stand in
 * the region, or half of the region's lines in it. */
static int is_alike(struct tt_job_edit *job, tt_str code, tt_str region, bool *out)
{
    uint64_t *new, *old;
    size_t n_new, n_old, shared = 0;

    if (tt_region_keys(code, false, job->arena, &new, &n_new) ||
        tt_region_keys(region, false, job->arena, &old, &n_old))
        return TT_ENOMEM;
    if (n_new)
        qsort(new, n_new, sizeof(*new), tt_region_key_order);
    if (n_old)
        qsort(old, n_old, sizeof(*old), tt_region_key_order);
    for (size_t i = 0, k = 0; i < n_new && k < n_old;) {
        shared += new[i] == old[k];
        if (new[i] == old[k])
            i++, k++;
        else if (new[i] < old[k])
            i++;
        else
            k++;
    }
    *out = shared && (shared * 2 >= n_new || shared * 2 >= n_old);
    return 0;
}

/* ---- is it more than the region? ---- */

/* Lines of the file beside the region, the nearest first: at most TAIL. */
static size_t beside(const struct tt_job_edit *job, bool above, tt_str *out)
{
    const struct tt_view *view = &job->view;
    size_t n = 0, i = above ? tt_view_line_at(view, job->region.start)
                            : tt_view_line_at(view, job->region.end);

    if (above ? job->region.start == 0 : job->region.end >= view->text.n)
        return 0;
    while (n < TAIL && (above ? i > 0 : i < view->n)) {
        tt_str line = tt_trim(tt_view_line(view, above ? --i : i++));

        if (line.n)
            out[n++] = line;
    }
    return n;
}

/* Do these lines, `from` the first of them, stand in the code one after another? */
static bool has_run(const struct tt_line_keys *code, const tt_str *run, size_t n, bool up)
{
    for (size_t i = 0; i < code->n; i++) {
        size_t k = 0;

        if (tt_is_blank(code->line[i]))
            continue;
        for (size_t at = i; at < code->n && k < n; at++) {
            tt_str line = tt_trim(code->line[at]);

            if (!line.n)
                continue;
            if (!tt_str_eq(line, run[up ? n - 1 - k : k]))
                break;
            k++;
        }
        if (k == n)
            return true;
    }
    return false;
}

/* The code repeats lines that stand beside the region: put in its place, they
 * would be there twice. */
static bool repeats_surroundings(const struct tt_job_edit *job, const struct tt_line_keys *code,
                                 const struct tt_line_keys *old)
{
    tt_str run[TAIL];

    for (int above = 0; above < 2; above++) {
        size_t n = beside(job, above != 0, run), letters = 0;

        for (size_t i = 0; i < n; i++)
            letters += run[i].n;
        if (n && letters >= 8 && has_run(code, run, n, above != 0) &&
            !has_run(old, run, n, above != 0))
            return true;
    }
    return false;
}

/* Does the line begin a definition?  In front of one, imports are the file's. */
static bool is_definition(tt_str line)
{
    static const char *const words[] = {
        "def ",      "async ",    "class ",     "func ",           "fn ",       "pub ",
        "fun ",      "function ", "export ",    "public ",         "private ",  "protected ",
        "internal ", "static ",   "interface ", "struct ",         "type ",     "impl ",
        "trait ",    "enum ",     "abstract ",  "final ",          "override ", "const ",
        "module ",   "suspend ",  "data ",      "local function ", "@",         "#["
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (tt_str_starts(line, tt_str_from(words[i])))
            return true;
    }
    return false;
}

/* The imports of the file in front of a definition from the middle of it. */
static bool brings_imports(const struct tt_job_edit *job, const struct tt_line_keys *code,
                           const struct tt_line_keys *old)
{
    tt_str first = tt_region_first_line(code);

    return job->region.start > 0 && is_definition(tt_region_first_line(old)) &&
           !is_definition(first) && tt_scope_is_import(first);
}

static size_t indent_of(tt_str line)
{
    return line.n - tt_trim_left(line).n;
}

/* The code begins with a line that stands above the region and encloses it, as
 * the class of a method: put in its place, it would be there twice. */
static bool repeats_header(const struct tt_job_edit *job, const struct tt_line_keys *code,
                           const struct tt_line_keys *old)
{
    const struct tt_view *view = &job->view;
    tt_str first = tt_region_first_line(code);
    size_t at = tt_view_line_at(view, job->region.start), indent = tt_region_indent(old).n;

    if (first.n < 4 || tt_str_eq(first, tt_region_first_line(old)))
        return false;
    while (at-- > 0 && indent > 0) {
        tt_str line = tt_view_line(view, at);

        if (tt_is_blank(line) || indent_of(line) >= indent)
            continue;
        indent = indent_of(line);
        if (tt_str_eq(tt_trim(line), first))
            return true;
    }
    return false;
}

/* ---- all of it ---- */

int tt_region_check_code(struct tt_job_edit *job, const struct tt_block *block, tt_str region)
{
    bool asked = job->in->format == TT_FORMAT_REGION || job->in->region_asked, alike = true;
    struct tt_line_keys code, old;

    if (tt_keys_of_text(&code, block->reading[0].new, job->arena) ||
        tt_keys_of_text(&old, region, job->arena) ||
        (!asked && is_alike(job, block->reading[0].new, region, &alike)))
        return TT_ENOMEM;
    if (!alike && tt_keys_nonblank(&old)) /* an example, most likely */
        return tt_plan_refuse(
            job, TT_EDIT_UNREADABLE,
            TT_STR("The answer has code, but no edit, and the code does not look like this "
                   "place written anew; nothing was changed."),
            TT_STR("No edit was found: answer with the edit alone, in the format asked for."));
    if (tt_is_listing(block->reading[0].new, region))
        return tt_plan_refuse(job, TT_EDIT_UNREADABLE,
                              TT_STR("The code has line numbers in it; nothing was changed."),
                              TT_STR("Answer again with the code alone, without line numbers."));
    if (brings_imports(job, &code, &old))
        return tt_plan_refuse(
            job, TT_EDIT_OUT_OF_BOUNDS,
            TT_STR("The answer puts imports in front of what was asked for, in the middle of the "
                   "file; nothing was changed."),
            TT_STR("Answer again with the lines that were asked for alone, without imports."));
    if (!block->unfenced && !tt_parse_region_holds(block, region))
        return tt_plan_refuse(
            job, TT_EDIT_UNREADABLE,
            TT_STR("The code has lines that look like the end of its code fence, so nothing "
                   "shows where it ends; nothing was changed."),
            TT_STR("The code has code fences in it: answer again with a longer fence around "
                   "all of it."));
    if (repeats_surroundings(job, &code, &old) || repeats_header(job, &code, &old))
        return tt_plan_refuse(
            job, TT_EDIT_OUT_OF_BOUNDS,
            TT_STR("The answer also repeats lines that stand around what was asked for; nothing "
                   "was changed."),
            TT_STR("Answer again with the lines that were asked for alone: what stands above "
                   "and below them must not be repeated."));
    if (block->unfenced && (!tt_keys_nonblank(&old) ||
                            (job->in->format != TT_FORMAT_REGION &&
                             !tt_str_eq(tt_region_first_line(&code), tt_region_first_line(&old))) ||
                            !reaches_end(&code, &old)))
        return tt_plan_refuse(
            job, TT_EDIT_TRUNCATED,
            TT_STR("The rewritten code stands in no code fence, so nothing shows that it is "
                   "complete, and that it is nothing but code; nothing was changed."),
            TT_STR("Answer again with the whole code in one closed code fence."));
    return 0;
}
