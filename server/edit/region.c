/* region.c -- the whole region rewritten by the model.
 *
 * Such an answer needs no matching, and so nothing shows that the model saw the
 * region as it is: it is held when it loses much of it. */
#include "base/buf.h"
#include "edit/parse.h"
#include "edit/plan.h"
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

static tt_str last_code(const struct tt_line_keys *keys)
{
    size_t blanks = trailing_blanks(keys);

    return blanks < keys->n ? tt_trim(keys->line[keys->n - 1 - blanks]) : (tt_str){ NULL, 0 };
}

/* How many of the answer's lines stand in the region. */
static size_t shared_lines(const struct tt_line_keys *code, tt_str region)
{
    size_t n = 0;

    for (size_t i = 0; i < code->n && i < 2000; i++) {
        tt_str line = tt_trim(code->line[i]);

        n += line.n && memmem(region.p, region.n, line.p, line.n);
    }
    return n;
}

/* Without a fence only the code itself can show that it is code, and all of it. */
static int check_unfenced(struct tt_job_edit *job, const struct tt_line_keys *code,
                          const struct tt_line_keys *old, tt_str region)
{
    if (job->in->format != TT_FORMAT_REGION &&
        shared_lines(code, region) * 2 < tt_keys_nonblank(code))
        return tt_plan_refuse(
            job, TT_EDIT_UNREADABLE, TT_STR("The answer has no edit in it that can be read."),
            TT_STR("No edit was found: answer with the edit alone, in the format asked for."));
    if (!tt_str_eq(last_code(code), last_code(old)))
        return tt_plan_refuse(
            job, TT_EDIT_TRUNCATED,
            TT_STR("The rewritten code stands in no code fence, so nothing shows that it is "
                   "complete; nothing was changed."),
            TT_STR("Answer again with the whole code in one closed code fence."));
    return 0;
}

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
    if (!err && block->unfenced)
        err = check_unfenced(job, &code, &old, region);
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

int tt_region_check_loss(struct tt_job_edit *job)
{
    unsigned limit = job->in->deletion_limit ? job->in->deletion_limit : 30;
    tt_str region = tt_str_sub(job->view.text, job->region.start, job->region.end);
    size_t lost, n_region;
    uint64_t *unused;

    if (keys_of(region, false, job->arena, &unused, &n_region) || count_lost(job, &lost))
        return TT_ENOMEM;
    if (lost < 5 || lost * 100 <= limit * n_region)
        return 0;
    job->plan->held = true;
    tt_str reason = tt_arena_printf(
        job->arena,
        "The rewritten region loses %zu of its %zu lines; look at the proposal before it is "
        "applied.",
        lost, n_region);
    return reason.p ? tt_plan_refuse(job, TT_EDIT_TOO_MUCH_DELETED, reason,
                                     TT_STR("Much of the region was missing: answer again with "
                                            "the whole region, every line that stays included."))
                    : TT_ENOMEM;
}
