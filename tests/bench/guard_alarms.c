/* guard_alarms.c -- how often the syntax guard and the noise marks are wrong.
 *
 *     guard_alarms FILE.jsonl...
 *
 * The records are real changes (make_answers.py): `original` became `expected`
 * by a commit, so that an alarm of the guard is a false one, and a hunk marked
 * as noise was wanted.  With make_noise.py's records, `answer` is the expected
 * text with noise put in: then the marks on both kinds of hunks are counted.
 * One line a language. */
#include "edit_corpus.h"
#include "syntax/lang.h"
#include "text/diff.h"
#include "trimtab/edit.h"
#include "trimtab/error.h"

#include <stdlib.h>

struct row {
    tt_str language;
    size_t changes, alarms, warnings;
    size_t wanted, wanted_marked, injected, injected_marked;
    size_t kinds[4], missed;
};

static struct row rows[64];
static size_t n_rows;
static bool verbose;

static struct row *row_of(tt_str language)
{
    for (size_t i = 0; i < n_rows; i++) {
        if (tt_str_eq(rows[i].language, language))
            return &rows[i];
    }
    rows[n_rows].language = language;
    return n_rows < 63 ? &rows[n_rows++] : &rows[63];
}

/* Does this range of the original touch one of the hunks that the commit made? */
static bool is_wanted(const struct tt_diff *commit, struct tt_range range)
{
    for (size_t i = 0; i < commit->n_hunks; i++) {
        struct tt_range h = commit->hunks[i].before;

        if (range.start <= h.end && h.start <= range.end)
            return true;
    }
    return false;
}

static void count_hunks(struct row *row, const struct corpus_record *r, bool noisy,
                        const struct tt_edit_plan *plan)
{
    struct tt_arena arena;
    struct tt_diff commit;

    tt_arena_init(&arena);
    if (tt_diff_texts(r->original->string, r->expected->string, 0, &arena, &commit))
        exit(2);
    for (size_t i = 0; i < tt_edit_plan_hunk_count(plan); i++) {
        const struct tt_edit_hunk *h = tt_edit_plan_hunk_at(plan, i);
        bool marked = h->noise != TT_NOISE_NONE;

        if (!noisy || is_wanted(&commit, h->edit.range)) {
            row->wanted++;
            row->wanted_marked += marked;
            row->kinds[h->noise]++;
        } else {
            row->injected++;
            row->injected_marked += marked;
        }
        if (verbose && (noisy ? !marked && !is_wanted(&commit, h->edit.range) : marked))
            printf(
                "%.*s %.*s kind %d\n-%.*s\n+%.*s\n", TT_STR_ARG(r->id), TT_STR_ARG(r->path),
                (int)h->noise,
                TT_STR_ARG(tt_str_sub(r->original->string, h->edit.range.start, h->edit.range.end)),
                TT_STR_ARG(h->edit.text));
    }
    tt_arena_release(&arena);
}

static void one(const struct corpus_record *r)
{
    static const char fence[] = "``````````\n";
    const struct tt_lang *lang = tt_lang_for_path(r->path);
    bool noisy = tt_str_eq(r->format, TT_STR("noise"));
    tt_str after = noisy ? r->answer : r->expected->string;
    struct tt_buf answer = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_edit_plan *plan;

    if (!lang)
        return;
    tt_buf_adds(&answer, fence);
    tt_buf_add(&answer, after);
    tt_buf_adds(&answer, tt_str_ends(after, TT_STR("\n")) ? "" : "\n");
    tt_buf_adds(&answer, fence);
    struct tt_edit_input in = {
        .before = r->original->string,
        .complete = true,
        .format = TT_FORMAT_REGION,
        .lang = lang,
        .deletion_limit = 100,
        .answer = tt_buf_str(&answer),
    };
    struct row *row = row_of(tt_lang_name(lang));

    if (tt_edit_plan_create(&in, &plan))
        exit(2);
    row->changes++;
    row->alarms += tt_edit_plan_verdict(plan) == TT_EDIT_BREAKS_SYNTAX;
    row->warnings += tt_edit_plan_warning(plan).n > 0;
    if (verbose && tt_edit_plan_verdict(plan) == TT_EDIT_BREAKS_SYNTAX)
        printf("ALARM %.*s %.*s: %.*s\n", TT_STR_ARG(r->id), TT_STR_ARG(r->path),
               TT_STR_ARG(tt_edit_plan_reason(plan)));
    count_hunks(row, r, noisy, plan);
    tt_edit_plan_destroy(plan);
    tt_buf_release(&answer);
}

static double percent(size_t part, size_t all)
{
    return all ? 100.0 * (double)part / (double)all : 0.0;
}

int main(int argc, char **argv)
{
    struct tt_arena arena;
    struct corpus_record r;

    tt_arena_init(&arena);
    for (int i = 1; i < argc; i++) {
        bool piped;
        FILE *file;

        if (strcmp(argv[i], "--verbose") == 0) {
            verbose = true;
            continue;
        }
        file = corpus_open(argv[i], &piped);
        while (file && corpus_next(file, &arena, &r) == 1) {
            if (r.original->type == TT_JL_STRING && r.expected)
                one(&r);
        }
        if (file)
            corpus_close(file, piped);
    }
    tt_arena_release(&arena);
    printf("%-12s %7s %15s %9s %22s %22s  layout/comment/rename\n", "language", "changes", "alarms",
           "warnings", "wanted hunks marked", "injected hunks marked");
    for (size_t i = 0; i < n_rows; i++) {
        const struct row *w = &rows[i];

        printf("%-12.*s %7zu %6zu (%5.2f %%) %9zu %6zu of %5zu (%4.1f %%) %6zu of %5zu (%4.1f %%)  "
               "%zu/%zu/%zu\n",
               TT_STR_ARG(w->language), w->changes, w->alarms, percent(w->alarms, w->changes),
               w->warnings, w->wanted_marked, w->wanted, percent(w->wanted_marked, w->wanted),
               w->injected_marked, w->injected, percent(w->injected_marked, w->injected),
               w->kinds[1], w->kinds[2], w->kinds[3]);
    }
    return 0;
}
