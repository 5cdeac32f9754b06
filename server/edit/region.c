/* region.c -- the whole region rewritten by the model.
 *
 * Such an answer needs no matching, and so nothing shows that the model saw the
 * region as it is: it is held when it loses much of it. */
#include "base/buf.h"
#include "edit/parse.h"
#include "edit/region_lines.h"
#include "trimtab/error.h"

#include <stdlib.h>

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
    tt_str have = tt_region_indent(code), want = tt_region_indent(old);
    size_t head = tt_region_blanks_above(code), tail = tt_region_blanks_below(code);
    size_t old_head = tt_region_blanks_above(old), old_tail = tt_region_blanks_below(old);

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
        err = tt_region_check_code(job, block, region);
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

        if (tt_region_keys(tt_str_sub(job->after, h->after.start, h->after.end), false, job->arena,
                           &keys, &count))
            return TT_ENOMEM;
        memcpy(*out + *n, keys, count * sizeof(*keys));
        *n += count;
    }
    if (!*out)
        return TT_ENOMEM;
    qsort(*out, *n, sizeof(**out), tt_region_key_order);
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

        if (tt_region_keys(tt_str_sub(job->in->before, h->before.start, h->before.end), false,
                           job->arena, &gone, &n_gone) ||
            tt_region_keys(tt_str_sub(job->after, h->after.start, h->after.end), true, job->arena,
                           &come, &n_come))
            return TT_ENOMEM;
        for (size_t k = 0; k < n_gone; k++)
            left +=
                !n_added || !bsearch(&gone[k], added, n_added, sizeof(*added), tt_region_key_order);
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

    return tt_keys_of_text(&old, region, job->arena) == 0 && defines(tt_region_first_line(&old)) &&
           !defines(job->changes[0].text);
}

int tt_region_check_loss(struct tt_job_edit *job)
{
    unsigned limit = job->in->deletion_limit ? job->in->deletion_limit : 30;
    tt_str region = tt_str_sub(job->view.text, job->region.start, job->region.end);
    size_t lost, n_region;
    uint64_t *unused;

    if (tt_region_keys(region, false, job->arena, &unused, &n_region) || count_lost(job, &lost))
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
