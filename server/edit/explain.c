/* explain.c -- what a person and the model are told when a block has no certain
 * place.  Similarity is used here, and only here. */
#include "base/buf.h"
#include "edit/parse.h"
#include "edit/plan.h"
#include "trimtab/error.h"

#include <stdlib.h>

#define MAX_CANDIDATES  3u
#define MAX_SHOWN_LINES 8u

/* ---- nearest places ---- */

struct near {
    size_t line;
    double score;
};

static uint64_t line_key(tt_str s)
{
    uint64_t h = 1469598103934665603u;

    s = tt_trim(s);
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
    return h;
}

/* Shared pairs of letters, in percent of all: cheap and good enough to point. */
static double pair_similarity(tt_str a, tt_str b)
{
    uint16_t count[1024] = { 0 };
    size_t shared = 0;

    a = tt_trim(a);
    b = tt_trim(b);
    if (a.n < 2 || b.n < 2)
        return tt_str_eq(a, b) ? 1.0 : 0.0;
    for (size_t i = 0; i + 1 < a.n && i < 400; i++)
        count[((unsigned char)a.p[i] * 31u + (unsigned char)a.p[i + 1]) % 1024]++;
    for (size_t i = 0; i + 1 < b.n && i < 400; i++) {
        uint16_t *c = &count[((unsigned char)b.p[i] * 31u + (unsigned char)b.p[i + 1]) % 1024];

        if (*c > 0) {
            (*c)--;
            shared++;
        }
    }
    size_t total = (a.n < 401 ? a.n : 401) + (b.n < 401 ? b.n : 401) - 2;
    return 2.0 * (double)shared / (double)total;
}

/* Mean similarity of the block's lines to the lines from `at` on. */
static double score_at(const struct tt_line_keys *file, const struct tt_line_keys *block, size_t at)
{
    size_t n = block->n < 40 ? block->n : 40, counted = 0;
    double sum = 0;

    for (size_t i = 0; i < n; i++) {
        if (tt_is_blank(block->line[i]))
            continue;
        counted++;
        if (at + i < file->n)
            sum += pair_similarity(block->line[i], file->line[at + i]);
    }
    return counted ? sum / (double)counted : 0;
}

static void keep_best(struct near *best, size_t *n, struct near one, size_t min_distance)
{
    for (size_t i = 0; i < *n; i++) {
        size_t d = best[i].line > one.line ? best[i].line - one.line : one.line - best[i].line;

        if (d < min_distance) { /* the same place, really: keep the better */
            if (one.score > best[i].score)
                best[i] = one;
            return;
        }
    }
    if (*n < MAX_CANDIDATES) {
        best[(*n)++] = one;
        return;
    }
    size_t worst = 0;
    for (size_t i = 1; i < *n; i++) {
        if (best[i].score < best[worst].score)
            worst = i;
    }
    if (one.score > best[worst].score)
        best[worst] = one;
}

static int by_score(const void *a, const void *b)
{
    const struct near *x = a, *y = b;

    return x->score < y->score ? 1 : x->score > y->score ? -1 : x->line < y->line ? -1 : 1;
}

/* The longest line of the block is looked for everywhere; a place where it is
 * similar is compared as a whole. */
static size_t find_near(const struct tt_line_keys *file, const struct tt_line_keys *block,
                        struct near *best)
{
    size_t probe = 0, n = 0, budget = 3000;
    uint64_t key;

    for (size_t i = 1; i < block->n && i < 40; i++) {
        if (tt_trim(block->line[i]).n > tt_trim(block->line[probe]).n)
            probe = i;
    }
    if (!block->n || tt_is_blank(block->line[probe]))
        return 0;
    key = line_key(block->line[probe]);
    for (size_t i = 0; i < file->n && i < 200000 && budget; i++) {
        bool equal = line_key(file->line[i]) == key;

        if (!equal && (file->n > 20000 || pair_similarity(block->line[probe], file->line[i]) < 0.6))
            continue;
        budget--;
        size_t at = i >= probe ? i - probe : 0;
        double score = score_at(file, block, at);

        if (score >= 0.4)
            keep_best(best, &n, (struct near){ at, score }, block->n / 2 + 1);
    }
    qsort(best, n, sizeof(*best), by_score);
    return n;
}

static struct tt_edit_candidate candidate(const struct tt_view *view, size_t line, size_t lines,
                                          double score)
{
    uint32_t from = tt_view_start(view, line);
    uint32_t to = tt_view_start(view, line + lines < view->n ? line + lines : view->n);

    return (struct tt_edit_candidate){
        .range = { tt_view_to_source(view, from),
                   to == view->text.n ? (uint32_t)view->source.n : tt_view_to_source(view, to) },
        .line = (uint32_t)line + 1,
        .similarity = (uint8_t)(score * 100),
    };
}

/* Are the lines from `at` on those of the block, white space at their ends and
 * starts aside? */
static bool is_only_shifted(const struct tt_line_keys *file, const struct tt_line_keys *block,
                            size_t at)
{
    for (size_t i = 0; i < block->n; i++) {
        if (at + i >= file->n || !tt_str_eq(tt_trim(file->line[at + i]), tt_trim(block->line[i])))
            return false;
    }
    return true;
}

static int add_candidates(struct tt_job_edit *job, const struct tt_placement *pl,
                          bool *only_white_space)
{
    const struct tt_block *block = &job->blocks[pl->block];
    struct near best[MAX_CANDIDATES];
    struct tt_line_keys file, old;
    size_t n;

    if (tt_keys_of_view(&file, &job->view, job->arena) ||
        tt_keys_of_text(&old, block->reading[0].old, job->arena))
        return TT_ENOMEM;
    job->plan->candidates = tt_arena_array(job->arena, TT_MAX_HITS, sizeof(*job->plan->candidates));
    if (!job->plan->candidates)
        return TT_ENOMEM;
    if (pl->why != TT_PLACE_NOT_FOUND) { /* places where it fits as it stands */
        for (size_t i = 0; i < pl->hits.n; i++) {
            size_t line = pl->hits_are_bytes
                              ? tt_view_line_at(&job->view, (uint32_t)pl->hits.at[i].line)
                              : pl->hits.at[i].line;

            job->plan->candidates[i] = candidate(&job->view, line, old.n, 1.0);
        }
        job->plan->n_candidates = pl->hits.n;
        return 0;
    }
    n = find_near(&file, &old, best);
    *only_white_space = n && is_only_shifted(&file, &old, best[0].line);
    for (size_t i = 0; i < n; i++) {
        double score = best[i].score < 0.99 ? best[i].score : 0.99; /* it is not the same */

        job->plan->candidates[i] = candidate(&job->view, best[i].line, old.n, score);
    }
    job->plan->n_candidates = n;
    return 0;
}

/* ---- sentences ---- */

static void say_block(struct tt_buf *buf, const struct tt_job_edit *job, size_t block,
                      const char *capital)
{
    if (job->n_blocks > 1)
        tt_buf_addf(buf, "%slock %zu of %zu", capital, block + 1, job->n_blocks);
    else
        tt_buf_addf(buf, "%s", *capital == 'B' ? "The block" : "the block");
}

static void say_lines(struct tt_buf *buf, const struct tt_edit_plan *plan)
{
    for (size_t i = 0; i < plan->n_candidates && i < 6; i++)
        tt_buf_addf(buf, "%s%u",
                    i == 0                        ? ""
                    : i + 1 == plan->n_candidates ? " and "
                                                  : ", ",
                    plan->candidates[i].line);
    if (plan->n_candidates > 6)
        tt_buf_adds(buf, ", ...");
}

/* The nearest lines with their numbers, for the model to copy from. */
static void show_nearest(struct tt_buf *buf, const struct tt_job_edit *job)
{
    const struct tt_edit_candidate *c = job->plan->candidates;
    size_t line, n = 0;

    if (!job->plan->n_candidates)
        return;
    tt_buf_addf(buf, " The nearest lines of the file begin at line %u:\n", c->line);
    for (line = c->line - 1; line < job->view.n && n < MAX_SHOWN_LINES; line++, n++) {
        if (job->view.lines[line].source >= c->range.end)
            break;
        tt_str s = tt_view_line(&job->view, line);

        tt_buf_add(buf, tt_str_sub(s, 0, 200));
        tt_buf_addc(buf, '\n');
    }
}

/* " (line 12)": the first place of a block that has one. */
static void say_place(struct tt_buf *b, const struct tt_edit_plan *plan)
{
    if (plan->n_candidates)
        tt_buf_addf(b, " (line %u)", plan->candidates[0].line);
}

static void say_reason(struct tt_buf *b, const struct tt_job_edit *job,
                       const struct tt_placement *pl, bool only_white_space)
{
    const struct tt_edit_plan *plan = job->plan;

    say_block(b, job, pl->block, "B");
    switch (pl->why) {
    case TT_PLACE_NOT_FOUND:
        tt_buf_adds(b, " refers to text that the file does not have");
        if (pl->applied_instead)
            tt_buf_adds(b, "; its new text is there already");
        else if (only_white_space)
            tt_buf_addf(b, " as written (line %u differs only in white space)",
                        plan->candidates[0].line);
        else if (plan->n_candidates)
            tt_buf_addf(b, " (the nearest is at line %u, %u %% alike)", plan->candidates[0].line,
                        plan->candidates[0].similarity);
        break;
    case TT_PLACE_NO_ANCHOR:
        tt_buf_adds(b, " names a line above it (@@) that the file does not have there");
        say_place(b, plan);
        break;
    case TT_PLACE_NOT_AT_END:
        tt_buf_adds(b, " is for the end of the file, but its lines stand elsewhere");
        say_place(b, plan);
        break;
    case TT_PLACE_MANY:
        tt_buf_addf(b, " fits in %s%zu places of the file (lines ", pl->hits.more ? "over " : "",
                    plan->n_candidates);
        say_lines(b, plan);
        tt_buf_adds(b, ")");
        break;
    case TT_PLACE_NOWHERE:
        tt_buf_adds(b, " says what to insert, but not where");
        break;
    case TT_PLACE_OVERLAP:
        tt_buf_adds(b, " changes lines that another block changes too");
        say_place(b, plan);
        break;
    case TT_PLACE_NO_SHIFT:
        tt_buf_adds(b, " is indented differently from the file, and its new text cannot be "
                       "shifted in the same way");
        say_place(b, plan);
        break;
    case TT_PLACE_NO_LINE:
        tt_buf_adds(b, " inserts behind a line that the file does not have");
        break;
    case TT_PLACE_PARTLY:
        tt_buf_adds(b, " was applied before");
        say_place(b, plan);
        tt_buf_adds(b, ", but other blocks of the same answer were not");
        break;
    case TT_PLACE_FOUND:
    case TT_PLACE_APPLIED:
        break;
    }
    tt_buf_adds(b, "; nothing was changed.");
}

static void say_advice(struct tt_buf *b, const struct tt_job_edit *job,
                       const struct tt_placement *pl)
{
    say_block(b, job, pl->block, "B");
    switch (pl->why) {
    case TT_PLACE_MANY:
        tt_buf_adds(b, " matches several places (lines ");
        say_lines(b, job->plan);
        tt_buf_adds(b, "): answer again with more unchanged lines around it, so that it "
                       "matches only one.");
        break;
    case TT_PLACE_NO_ANCHOR:
        tt_buf_adds(b, " names an @@ line that does not stand above it in the file: answer again "
                       "with lines copied from the file.");
        break;
    case TT_PLACE_NOT_AT_END:
        tt_buf_adds(b, " ends with *** End of File, but its lines are not the last ones of the "
                       "file: answer again without that mark, or with the last lines.");
        break;
    case TT_PLACE_NOWHERE:
        tt_buf_adds(b, " has no old text: answer again with a few unchanged lines of the file "
                       "around the insertion.");
        break;
    case TT_PLACE_OVERLAP:
        tt_buf_adds(b, " overlaps another one: answer again with one block for these lines.");
        break;
    case TT_PLACE_NO_SHIFT:
        tt_buf_adds(b, " is indented differently from the file: answer again with the exact "
                       "indentation of the file.");
        break;
    case TT_PLACE_NO_LINE:
        tt_buf_addf(b, " inserts behind a line that does not exist: the file has %zu lines.",
                    job->view.n);
        break;
    case TT_PLACE_PARTLY:
        tt_buf_adds(b, " is in the file already: answer again with what is still to be changed, "
                       "and nothing else.");
        break;
    case TT_PLACE_NOT_FOUND:
    case TT_PLACE_FOUND:
    case TT_PLACE_APPLIED:
        tt_buf_adds(b, ": its old text is not in the file as written: answer again with the old "
                       "text copied from the file, character by character.");
        show_nearest(b, job);
        break;
    }
}

static enum tt_verdict verdict_of(enum tt_place_why why)
{
    switch (why) {
    case TT_PLACE_MANY:
    case TT_PLACE_NOWHERE:
    case TT_PLACE_OVERLAP:
        return TT_EDIT_AMBIGUOUS;
    default:
        return TT_EDIT_NO_MATCH;
    }
}

int tt_explain_placement(struct tt_job_edit *job, const struct tt_placement *pl)
{
    struct tt_buf reason = TT_BUF_INIT(TT_BUF_OWN), advice = TT_BUF_INIT(TT_BUF_OWN);
    bool only_white_space = false;
    int err;

    if (pl->why == TT_PLACE_APPLIED)
        return tt_plan_refuse(job, TT_EDIT_UNCHANGED,
                              TT_STR("The file already says what the answer asks for."),
                              TT_STR(""));
    err = add_candidates(job, pl, &only_white_space);
    say_reason(&reason, job, pl, only_white_space);
    say_advice(&advice, job, pl);
    if (!err)
        err = reason.err ? reason.err : advice.err;
    if (!err)
        err = tt_plan_refuse(job, verdict_of(pl->why), tt_buf_str(&reason), tt_buf_str(&advice));
    tt_buf_release(&reason);
    tt_buf_release(&advice);
    return err;
}
