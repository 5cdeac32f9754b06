/* region.c -- the whole region rewritten by the model.
 *
 * Such an answer needs no matching, and so nothing shows that the model saw the
 * region as it is: it is held when it loses much of it. */
#include "base/buf.h"
#include "edit/parse_region.h"
#include "edit/plan.h"
#include "edit/scope.h"
#include "trimtab/error.h"

#include <stdlib.h>

/* The white space that all lines have in front which are not blank. */
static tt_str common_indent(const struct tt_line_keys *keys)
{
    tt_str common = { NULL, 0 };
    bool first = true;

    for (size_t i = 0; i < keys->n; i++) {
        tt_str line = keys->line[i];
        size_t n = line.n - tt_trim_left(line).n, k = 0;

        if (tt_is_blank(line))
            continue;
        if (first)
            common = tt_str_sub(line, 0, n);
        while (k < common.n && k < n && common.p[k] == line.p[k])
            k++;
        common.n = k;
        first = false;
    }
    return common;
}

static size_t leading_blanks(const struct tt_line_keys *keys)
{
    size_t n = 0;

    while (n < keys->n && tt_is_blank(keys->line[n]))
        n++;
    return n;
}

static size_t trailing_blanks(const struct tt_line_keys *keys)
{
    size_t n = 0;

    while (n < keys->n && tt_is_blank(keys->line[keys->n - 1 - n]))
        n++;
    return n;
}

static tt_str first_code(const struct tt_line_keys *keys)
{
    size_t blanks = leading_blanks(keys);

    return blanks < keys->n ? tt_trim(keys->line[blanks]) : (tt_str){ NULL, 0 };
}

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
    tt_str indent = common_indent(keys), here[TAIL];
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
    size_t n = tail_of(old, old->n, common_indent(old), want);
    bool same = tail_of(code, code->n, common_indent(code), have) >= n;

    for (size_t k = 0; k < n && same; k++)
        same = tt_str_eq(have[k], want[k]);
    return same && count_tail(code, want, n) >= count_tail(old, want, n);
}

/* ---- lines as numbers ---- */

static uint64_t key_of(tt_str line)
{
    uint64_t h = 1469598103934665603u;

    line = tt_trim(line);
    for (size_t i = 0; i < line.n; i++)
        h = (h ^ (unsigned char)line.p[i]) * 1099511628211u;
    return line.n ? h | 1 : 0; /* 0: blank */
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

/* Says nothing that runs: what comes instead of code must be code. */
static bool is_comment(tt_str line)
{
    static const char *const starts[] = { "//", "/*", "*", "#", "--", "<!--", "\"\"\"" };

    line = tt_trim(line);
    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        if (tt_str_starts(line, tt_str_from(starts[i])))
            return true;
    }
    return false;
}

/* Keys of the lines of this text that are not blank. */
static int keys_of(tt_str text, bool code_only, struct tt_arena *arena, uint64_t **out, size_t *n)
{
    struct tt_line_keys lines;

    if (tt_keys_of_text(&lines, text, arena))
        return TT_ENOMEM;
    *out = tt_arena_array(arena, lines.n + 1, sizeof(**out));
    if (!*out)
        return TT_ENOMEM;
    *n = 0;
    for (size_t i = 0; i < lines.n; i++) {
        uint64_t key = key_of(lines.line[i]);

        if (key && !(code_only && is_comment(lines.line[i])))
            (*out)[(*n)++] = key;
    }
    return 0;
}

/* ---- is it the region at all? ---- */

/* Does the code look like the region, written anew?  Half of its lines stand in
 * the region, or half of the region's lines in it. */
static int is_alike(struct tt_job_edit *job, tt_str code, tt_str region, bool *out)
{
    uint64_t *new, *old;
    size_t n_new, n_old, shared = 0;

    if (keys_of(code, false, job->arena, &new, &n_new) ||
        keys_of(region, false, job->arena, &old, &n_old))
        return TT_ENOMEM;
    if (n_new)
        qsort(new, n_new, sizeof(*new), by_value);
    if (n_old)
        qsort(old, n_old, sizeof(*old), by_value);
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
    tt_str first = first_code(code);

    return job->region.start > 0 && is_definition(first_code(old)) && !is_definition(first) &&
           tt_scope_is_import(first);
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
    tt_str first = first_code(code);
    size_t at = tt_view_line_at(view, job->region.start), indent = common_indent(old).n;

    if (first.n < 4 || tt_str_eq(first, first_code(old)))
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

/* What must be certain before code takes the place of a region that has any. */
static int check_code(struct tt_job_edit *job, const struct tt_block *block, tt_str region)
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
    if (block->unfenced &&
        (!tt_keys_nonblank(&old) ||
         (job->in->format != TT_FORMAT_REGION && !tt_str_eq(first_code(&code), first_code(&old))) ||
         !reaches_end(&code, &old)))
        return tt_plan_refuse(
            job, TT_EDIT_TRUNCATED,
            TT_STR("The rewritten code stands in no code fence, so nothing shows that it is "
                   "complete, and that it is nothing but code; nothing was changed."),
            TT_STR("Answer again with the whole code in one closed code fence."));
    return 0;
}

/* ---- what becomes of it ---- */

/* One line with its indentation moved from `have` to `want`. */
static void add_shifted(struct tt_buf *out, tt_str line, tt_str have, tt_str want)
{
    if (!tt_is_blank(line) && !tt_str_eq(have, want)) {
        tt_buf_add(out, want);
        line = tt_str_sub(line, have.n, line.n);
    }
    tt_lines_add(out, line);
}

/* The code with the indentation and the blank border lines of the region. */
static void build(struct tt_buf *out, const struct tt_line_keys *code,
                  const struct tt_line_keys *old, bool whole_file)
{
    tt_str have = common_indent(code), want = common_indent(old);
    size_t head = leading_blanks(code), tail = trailing_blanks(code);
    size_t old_head = leading_blanks(old), old_tail = trailing_blanks(old);

    if (whole_file ||
        !(have.n == 0 || want.n == 0 || tt_str_ends(want, have) || tt_str_ends(have, want)))
        have = want = (tt_str){ NULL, 0 };
    for (size_t i = 0; i < old_head && !head; i++)
        tt_lines_add(out, old->line[i]);
    for (size_t i = 0; i < code->n; i++)
        add_shifted(out, code->line[i], have, want);
    for (size_t i = old->n - old_tail; i < old->n && !tail; i++)
        tt_lines_add(out, old->line[i]);
}

int tt_region_rewrite(struct tt_job_edit *job, const struct tt_block *block, tt_str *out)
{
    tt_str text = job->view.text, new = block->reading[0].new;
    tt_str region = tt_str_sub(text, job->region.start, job->region.end);
    bool whole = region.n == text.n;
    struct tt_line_keys code, old;
    struct tt_buf buf = TT_BUF_INIT(TT_BUF_OWN);
    int err = tt_keys_of_text(&code, new, job->arena);

    if (!err)
        err = tt_keys_of_text(&old, region, job->arena);
    if (!err && (tt_keys_nonblank(&old) || block->unfenced))
        err = check_code(job, block, region);
    if (err || job->decided)
        return err;
    if (tt_keys_nonblank(&code) == 0)
        return tt_plan_refuse(job, TT_EDIT_UNREADABLE, TT_STR("The answer's code is empty."),
                              TT_STR("The code was empty: answer with the whole code."));
    if (tt_keys_nonblank(&old) == 0)
        tt_buf_add(&buf, new);
    else
        build(&buf, &code, &old, whole);
    /* the final line end is the file's affair */
    if (region.n && !tt_str_ends(region, TT_STR("\n")) &&
        tt_str_ends(tt_buf_str(&buf), TT_STR("\n")))
        buf.n--;
    err = buf.err;
    if (!err) {
        *out = tt_arena_dup(job->arena, tt_buf_str(&buf));
        err = out->p ? 0 : TT_ENOMEM;
    }
    tt_buf_release(&buf);
    return err;
}

/* ---- how much is lost ---- */

/* Keys of the lines that the hunks add, sorted. */
static int added_keys(struct tt_job_edit *job, uint64_t **out, size_t *n)
{
    size_t total = 0;

    for (size_t i = 0; i < job->diff.n_hunks; i++)
        total += job->diff.hunks[i].after.end - job->diff.hunks[i].after.start;
    *out = tt_arena_array(job->arena, total + 1, sizeof(**out)); /* a byte a line at least */
    *n = 0;
    for (size_t i = 0; *out && i < job->diff.n_hunks; i++) {
        const struct tt_diff_hunk *h = &job->diff.hunks[i];
        uint64_t *keys;
        size_t count;

        if (keys_of(tt_str_sub(job->after, h->after.start, h->after.end), false, job->arena, &keys,
                    &count))
            return TT_ENOMEM;
        memcpy(*out + *n, keys, count * sizeof(*keys));
        *n += count;
    }
    if (!*out)
        return TT_ENOMEM;
    qsort(*out, *n, sizeof(**out), by_value);
    return 0;
}

/* Lines that go and do not come back elsewhere, less those that come instead. */
static int count_lost(struct tt_job_edit *job, size_t *lost)
{
    uint64_t *added, *gone, *come;
    size_t n_added, n_gone, n_come;

    if (added_keys(job, &added, &n_added))
        return TT_ENOMEM;
    *lost = 0;
    for (size_t i = 0; i < job->diff.n_hunks; i++) {
        const struct tt_diff_hunk *h = &job->diff.hunks[i];
        size_t left = 0;

        if (keys_of(tt_str_sub(job->in->before, h->before.start, h->before.end), false, job->arena,
                    &gone, &n_gone) ||
            keys_of(tt_str_sub(job->after, h->after.start, h->after.end), true, job->arena, &come,
                    &n_come))
            return TT_ENOMEM;
        for (size_t k = 0; k < n_gone; k++)
            left += !n_added || !bsearch(&gone[k], added, n_added, sizeof(*added), by_value);
        *lost += left > n_come ? left - n_come : 0;
    }
    return 0;
}

/* The words by which functions and classes are defined. */
static bool defines(tt_str text)
{
    static const char *const words[] = { "def ",      "class ", "func ",      "fn ",    "fun ",
                                         "function ", "impl ",  "interface ", "trait ", "struct " };

    while (text.n) {
        const char *nl = memchr(text.p, '\n', text.n);
        size_t end = nl ? (size_t)(nl - text.p) : text.n;
        tt_str line = tt_trim(tt_str_sub(text, 0, end));

        if (line.n && memmem(line.p, line.n, "=>", 2)) /* "const f = () => {" */
            return true;
        for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
            const char *at = line.n ? memmem(line.p, line.n, words[i], strlen(words[i])) : NULL;

            if (at && (at == line.p || at[-1] == ' '))
                return true;
        }
        text = tt_str_sub(text, end + 1, text.n);
    }
    return false;
}

static int hold_loss(struct tt_job_edit *job, tt_str reason)
{
    job->plan->held = true;
    return reason.p ? tt_plan_refuse(job, TT_EDIT_TOO_MUCH_DELETED, reason,
                                     TT_STR("Much of the region was missing: answer again with "
                                            "the whole region, every line that stays included."))
                    : TT_ENOMEM;
}

/* Only the body of what the region defines came back. */
static bool loses_definition(const struct tt_job_edit *job, tt_str region)
{
    struct tt_line_keys old;

    return tt_keys_of_text(&old, region, job->arena) == 0 && defines(first_code(&old)) &&
           !defines(job->changes[0].text);
}

int tt_region_check_loss(struct tt_job_edit *job)
{
    unsigned limit = job->in->deletion_limit ? job->in->deletion_limit : 30;
    tt_str region = tt_str_sub(job->view.text, job->region.start, job->region.end);
    size_t lost, n_region;
    uint64_t *unused;

    if (keys_of(region, false, job->arena, &unused, &n_region) || count_lost(job, &lost))
        return TT_ENOMEM;
    if (loses_definition(job, region))
        return hold_loss(job, TT_STR("The rewritten region has lost the line that it begins with; "
                                     "look at the proposal before it is applied."));
    if (lost < 5 || lost * 100 <= limit * n_region)
        return 0;
    return hold_loss(job, tt_arena_printf(job->arena,
                                          "The rewritten region loses %zu of its %zu lines; look "
                                          "at the proposal before it is applied.",
                                          lost, n_region));
}
