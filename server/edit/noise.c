/* noise.c -- compares the tokens of each hunk, and where they stand in the tree.
 *
 * A statement that is laid out anew can fall into several hunks, with equal
 * lines between: runs of hunks are compared too. */
#include "edit/noise.h"

#include "edit/noise_steps.h"
#include "edit/parse.h"
#include "syntax/lang.h"

#include <stdlib.h>

#define MAX_RUN 6u

#define MAX_GAP 400u /* bytes between two hunks of a run */

/* ---- one hunk, or some together ---- */

/* Languages in which white space never decides what tokens mean: there a piece
 * that the grammar could not make sense of can still be compared by tokens. */
static bool is_free_form(const struct tt_job_edit *job)
{
    static const char *const names[] = { "c", "cpp", "java", "c-sharp", "rust", "php", "json" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (tt_str_is(tt_lang_name(job->in->lang), names[i]))
            return true;
    }
    return false;
}

static struct tt_range span(const struct tt_job_edit *job, size_t i, size_t j, bool after)
{
    const struct tt_diff_hunk *a = &job->diff.hunks[i], *b = &job->diff.hunks[j];

    return after ? (struct tt_range){ a->after.start, b->after.end }
                 : (struct tt_range){ a->before.start, b->before.end };
}

/* The first token behind the hunk stands where it stood: a changed indentation
 * can give the lines below another parent. */
static bool same_behind(struct tt_marker *m, size_t j, int *err)
{
    const struct tt_diff_hunk *h = &m->job->diff.hunks[j];
    struct tt_range before = { h->before.end, h->before.end + 400 };
    struct tt_range after = { h->after.end, h->after.end + 400 };
    struct tt_side old, new;

    if (before.end > m->job->in->before.n)
        before.end = (uint32_t)m->job->in->before.n;
    if (after.end > m->job->after.n)
        after.end = (uint32_t)m->job->after.n;
    if (before.start >= before.end || after.start >= after.end)
        return true;
    *err = tt_sides_read(m, before, after, &old, &new);
    if (*err || !old.n_code || !new.n_code)
        return !*err;
    return old.code[0].path == new.code[0].path;
}

/* What kind of noise hunks [i, j] are, taken together. */
static enum tt_edit_noise kind_of_run(struct tt_marker *m, size_t i, size_t j, bool note, int *err)
{
    const struct tt_edit_input *in = m->job->in;
    struct tt_side old, new;

    *err = tt_sides_read(m, span(m->job, i, j, false), span(m->job, i, j, true), &old, &new);
    if (*err || (!is_free_form(m->job) && (tt_side_has_error(&old) || tt_side_has_error(&new))))
        return TT_NOISE_NONE;
    if (tt_sides_same_code(&old, &new)) {
        if (!same_behind(m, j, err) || *err)
            return TT_NOISE_NONE;
        if (tt_sides_same_comments(&old, &new))
            return in->layout_asked ? TT_NOISE_NONE : TT_NOISE_LAYOUT;
        if (in->comments_asked || tt_side_has_directive(&old) || tt_side_has_directive(&new))
            return TT_NOISE_NONE;
        return TT_NOISE_COMMENT;
    }
    if (in->renames_asked || i != j || !tt_renames_only(m, &old, &new, note, err))
        return TT_NOISE_NONE;
    return note || tt_renames_good(m, &old, &new) ? TT_NOISE_RENAME : TT_NOISE_NONE;
}

/* ---- runs of hunks ---- */

static void mark(struct tt_marker *m, size_t i, size_t j, enum tt_edit_noise noise)
{
    for (; i <= j; i++)
        m->job->plan->hunks[i].noise = noise;
}

/* How many bytes are neither white space nor commas: a layout leaves them all. */
static size_t solid_bytes(tt_str text, struct tt_range range)
{
    size_t n = 0;

    for (uint32_t i = range.start; i < range.end; i++) {
        char c = text.p[i];

        n += c != ' ' && c != '\t' && c != '\n' && c != '\r' && c != ',';
    }
    return n;
}

/* Cheap: can hunks [i, j] be one statement laid out anew? */
static bool may_be_run(const struct tt_marker *m, size_t i, size_t j)
{
    const struct tt_diff_hunk *last = &m->job->diff.hunks[j - 1], *h = &m->job->diff.hunks[j];

    return !m->job->plan->hunks[j].noise && h->before.start - last->before.end <= MAX_GAP &&
           solid_bytes(m->job->in->before, span(m->job, i, j, false)) ==
               solid_bytes(m->job->after, span(m->job, i, j, true));
}

/* Runs of hunks that are laid out anew together. */
static int mark_runs(struct tt_marker *m)
{
    size_t n = m->job->plan->n_hunks;
    int err = 0;

    for (size_t i = 0; i < n && !err; i++) {
        for (size_t j = i + 1; j < n && j < i + MAX_RUN && !err; j++) {
            if (m->job->plan->hunks[i].noise)
                break;
            if (!may_be_run(m, i, j))
                continue;
            enum tt_edit_noise noise = kind_of_run(m, i, j, false, &err);

            if (noise) {
                mark(m, i, j, noise);
                break;
            }
        }
    }
    return err;
}

/* ---- all of them ---- */

int tt_noise_mark(struct tt_job_edit *job, struct tt_guard *guard)
{
    struct tt_marker m = { .job = job, .guard = guard };
    bool renames = false;
    int err = 0;

    if (job->plan->n_hunks > 2000)
        return 0;
    for (size_t i = 0; i < job->plan->n_hunks && !err; i++) {
        enum tt_edit_noise noise = kind_of_run(&m, i, i, true, &err);

        renames |= noise == TT_NOISE_RENAME;
        mark(&m, i, i, noise);
    }
    if (!err && renames)
        err = tt_renames_check(&m);
    for (size_t i = 0; i < job->plan->n_hunks && !err && renames; i++) {
        if (job->plan->hunks[i].noise == TT_NOISE_RENAME)
            mark(&m, i, i, kind_of_run(&m, i, i, false, &err));
    }
    if (!err)
        err = mark_runs(&m);
    free(m.renames);
    return err;
}
