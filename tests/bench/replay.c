/* replay.c -- measure the edit engine on a corpus of answers.
 *
 *     replay [--auto] [--failures] [--diff] [--drop-noise] [--stale] [--double]
 *            [--prefix] [--variants] [--no-guard] FILE.jsonl[.gz]...
 *
 * --stale, --double, --prefix and --variants also try what must hold for any
 * answer (edit_trials.h).
 * Prints, for each file and in total: reproduced, refused (by verdict), wrong,
 * how large the edits are next to replacing whole blocks, and how long it took.
 * The exit code is 1 when any answer was applied wrongly. */
#include "edit/answer.h"
#include "edit/paths.h"
#include "edit_trials.h"
#include "syntax/grammar.h"
#include "trimtab/error.h"

#include <stdlib.h>
#include <time.h>

struct options {
    bool automatic, failures, diff, stale, twice, prefix, variants, no_guard, drop_noise;
};

enum outcome { SAME, BLANK_LINES, REFUSED, HELD, WRONG };

struct tally {
    size_t records, same, blank, wrong, rejected, refused, held, held_right, verdicts[16];
    double naive, lines, tokens, before_rewrite; /* characters */
    double *ms;
    size_t n_ms, cap_ms;
    size_t extra_runs, extra_bad; /* stale, double and prefix tests */
};

static double now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t); /* others use this machine too */
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void add_time(struct tally *t, double ms)
{
    if (t->n_ms == t->cap_ms) {
        t->cap_ms = t->cap_ms ? 2 * t->cap_ms : 256;
        t->ms = realloc(t->ms, t->cap_ms * sizeof(*t->ms));
        if (!t->ms)
            abort();
    }
    t->ms[t->n_ms++] = ms;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static double percentile(struct tally *t, double p)
{
    if (!t->n_ms)
        return 0;
    qsort(t->ms, t->n_ms, sizeof(*t->ms), by_value);
    return t->ms[(size_t)((double)(t->n_ms - 1) * p)];
}

/* How much the blocks of the answer would replace if they were taken as edits. */
static double naive_size(tt_str answer, enum tt_edit_format format, tt_str path)
{
    struct tt_arena arena;
    struct tt_answer a;
    double sum = 0;

    tt_arena_init(&arena);
    struct tt_answer_parser *parser = tt_answer_parser_create(format, &arena);

    if (tt_answer_feed(parser, answer) == 0 && tt_answer_finish(parser, &a) == 0) {
        for (size_t i = 0; i < a.n; i++) {
            const struct tt_block *b = &a.blocks[i];

            if (!b->path.n || !path.n || tt_path_fit(path, b->path) == TT_PATH_SAME)
                sum += (double)(b->reading[0].old.n + b->reading[0].new.n);
        }
    }
    tt_answer_parser_destroy(parser);
    tt_arena_release(&arena);
    return sum;
}

/* A document's tree is there before an answer comes: it is not in the times. */
static TSTree *parse(const struct tt_lang *lang, tt_str text)
{
    TSParser *parser = ts_parser_new();
    TSTree *tree = NULL;

    if (ts_parser_set_language(parser, tt_lang_grammar(lang)))
        tree = ts_parser_parse_string(parser, NULL, text.p, (uint32_t)text.n);
    ts_parser_delete(parser);
    return tree;
}

static struct tt_edit_plan *plan_for(const struct options *o, const struct corpus_record *r,
                                     tt_str path, tt_str before, bool is_new, tt_str answer,
                                     struct tally *t)
{
    struct tt_edit_input in = {
        .before = before,
        .path = path,
        .loose_path = true,
        .is_new = is_new,
        .complete = true,
        .answer = answer,
        .format = o->automatic ? TT_FORMAT_AUTO : corpus_format(r->format),
        .lang = o->no_guard || !path.n ? NULL : tt_lang_for_path(path),
    };
    struct tt_edit_plan *plan = NULL;
    TSTree *tree = in.lang ? parse(in.lang, before) : NULL;
    double start;
    int err;

    in.tree = tree;
    start = now_ms();
    err = tt_edit_plan_create(&in, &plan);

    if (t)
        add_time(t, now_ms() - start);
    if (tree)
        ts_tree_delete(tree);
    if (err) {
        fprintf(stderr, "%.*s: %s\n", TT_STR_ARG(r->id), tt_strerror(err));
        exit(2);
    }
    return plan;
}

static void add_sizes(struct tally *t, const struct tt_edit_plan *plan, double naive)
{
    t->naive += naive;
    for (size_t i = 0; i < tt_edit_plan_hunk_count(plan); i++) {
        const struct tt_edit_hunk *h = tt_edit_plan_hunk_at(plan, i);

        t->lines += h->edit.range.end - h->edit.range.start + (double)h->edit.text.n;
    }
    for (size_t i = 0; i < tt_edit_plan_count(plan); i++) {
        const struct tt_text_edit *e = tt_edit_plan_at(plan, i);

        t->tokens += e->range.end - e->range.start + (double)e->text.n;
    }
}

static void show_failure(const struct options *o, const struct corpus_record *r, tt_str path,
                         enum outcome outcome, const struct tt_edit_plan *plan, tt_str expected,
                         tt_str result)
{
    if (!o->failures && outcome != WRONG)
        return;
    printf("  %s %.*s [%.*s]: %s: %.*s\n",
           outcome == WRONG         ? "WRONG"
           : outcome == HELD        ? "held"
           : outcome == BLANK_LINES ? "blank lines of"
                                    : "refused",
           TT_STR_ARG(r->id), TT_STR_ARG(path), tt_verdict_name(tt_edit_plan_verdict(plan)),
           TT_STR_ARG(tt_edit_plan_reason(plan)));
    if (o->diff && (outcome == WRONG || outcome == BLANK_LINES)) {
        FILE *want = fopen("/tmp/replay.want", "w"), *got = fopen("/tmp/replay.got", "w");

        fwrite(expected.p, 1, expected.n, want);
        fwrite(result.p, 1, result.n, got);
        fclose(want);
        fclose(got);
        fflush(stdout);
        if (system("diff -u /tmp/replay.want /tmp/replay.got | head -40"))
            return;
    }
}

/* One file of one record. */
static enum outcome one_file(const struct options *o, const struct corpus_record *r, tt_str path,
                             tt_str before, bool is_new, const tt_str *expected, struct tally *t,
                             enum tt_verdict *verdict)
{
    struct tt_edit_plan *plan = plan_for(o, r, path, before, is_new, r->answer, t);
    struct tt_buf result = TT_BUF_INIT(TT_BUF_OWN);
    enum outcome outcome = REFUSED;

    *verdict = tt_edit_plan_verdict(plan);
    tt_edit_plan_result(plan, before, o->drop_noise, &result);
    if (tt_edit_plan_held(plan)) {
        outcome = HELD;
        t->held_right += expected && tt_str_eq(tt_buf_str(&result), *expected);
    } else if (*verdict == TT_EDIT_READY || (*verdict == TT_EDIT_UNCHANGED && expected)) {
        if (!expected && !r->must_reject)
            outcome = SAME; /* nobody says what is right */
        else if (!expected || r->must_reject)
            outcome = *verdict == TT_EDIT_READY ? WRONG : REFUSED;
        else if (tt_str_eq(tt_buf_str(&result), *expected))
            outcome = SAME;
        else if (trial_same_but_blanks(tt_buf_str(&result), *expected))
            outcome = BLANK_LINES;
        else
            outcome = *verdict == TT_EDIT_READY ? WRONG : REFUSED;
    } else if (expected && !is_new && tt_str_eq(before, *expected) && !r->must_reject) {
        outcome = SAME; /* left alone, as it should be */
    }
    if (*verdict == TT_EDIT_READY && outcome == SAME)
        add_sizes(t, plan, naive_size(r->answer, corpus_format(r->format), path));
    if (outcome > SAME)
        show_failure(o, r, path, outcome, plan, expected ? *expected : TT_STR("(a refusal)\n"),
                     tt_buf_str(&result));
    tt_buf_release(&result);
    tt_edit_plan_destroy(plan);
    return outcome;
}

static const tt_str *expected_for(const struct corpus_record *r, tt_str path)
{
    if (!r->expected)
        return NULL;
    if (r->expected->type == TT_JL_STRING)
        return &r->expected->string;
    for (const struct tt_jl *m = r->expected->child; m; m = m->next) {
        if (tt_str_eq(m->key, path))
            return &m->string;
    }
    return NULL;
}

static bool has_member(const struct tt_jl *object, tt_str key)
{
    for (const struct tt_jl *m = object->child; m; m = m->next) {
        if (tt_str_eq(m->key, key))
            return true;
    }
    return false;
}

static enum outcome worse(enum outcome a, enum outcome b)
{
    return a > b ? a : b;
}

static enum outcome one_record(const struct options *o, const struct corpus_record *r,
                               struct tally *t, enum tt_verdict *verdict)
{
    enum outcome outcome = SAME;
    enum tt_verdict v;

    if (r->original->type == TT_JL_STRING)
        return one_file(o, r, r->path, r->original->string, false, expected_for(r, r->path), t,
                        verdict);
    *verdict = TT_EDIT_READY;
    for (const struct tt_jl *m = r->original->child; m; m = m->next) {
        enum outcome one = one_file(o, r, m->key, m->string, false, expected_for(r, m->key), t, &v);

        if (one >= REFUSED && outcome < one)
            *verdict = v;
        outcome = worse(outcome, one);
    }
    for (const struct tt_jl *m = r->expected ? r->expected->child : NULL; m; m = m->next) {
        if (has_member(r->original, m->key))
            continue;
        enum outcome one = one_file(o, r, m->key, TT_STR(""), true, &m->string, t, &v);

        if (one >= REFUSED && outcome < one)
            *verdict = v;
        outcome = worse(outcome, one);
    }
    if (!r->original->child && !r->expected)
        outcome = one_file(o, r, TT_STR("x"), TT_STR(""), false, NULL, t, verdict);
    return outcome;
}

/* What must hold for any answer, on this record. */
static void try_record(const struct options *o, const struct corpus_record *r, struct tally *t)
{
    struct trial trial = {
        .record = r,
        .format = o->automatic ? TT_FORMAT_AUTO : corpus_format(r->format),
        .lang = o->no_guard || !r->path.n ? NULL : tt_lang_for_path(r->path),
    };

    if (o->stale)
        trial_stale(&trial);
    if (o->twice)
        trial_twice(&trial);
    if (o->prefix)
        trial_prefixes(&trial, r->answer.n > 20000 ? 7 : 1);
    if (o->variants)
        trial_variants(&trial);
    t->extra_runs += trial.runs;
    t->extra_bad += trial.bad;
}

static void count(struct tally *t, const struct corpus_record *r, enum outcome outcome,
                  enum tt_verdict verdict)
{
    t->records++;
    switch (outcome) {
    case SAME:
        t->same++;
        break;
    case BLANK_LINES:
        t->blank++;
        break;
    case WRONG:
        t->wrong++;
        break;
    case HELD:
    case REFUSED:
        if (r->must_reject || !r->expected)
            t->rejected++;
        else if (outcome == HELD)
            t->held++;
        else
            t->refused++;
        t->verdicts[verdict]++;
        break;
    }
}

static void add_tally(struct tally *sum, const struct tally *t)
{
    sum->records += t->records;
    sum->same += t->same;
    sum->blank += t->blank;
    sum->wrong += t->wrong;
    sum->rejected += t->rejected;
    sum->refused += t->refused;
    sum->held += t->held;
    sum->held_right += t->held_right;
    sum->naive += t->naive;
    sum->lines += t->lines;
    sum->tokens += t->tokens;
    sum->extra_runs += t->extra_runs;
    sum->extra_bad += t->extra_bad;
    for (size_t i = 0; i < 16; i++)
        sum->verdicts[i] += t->verdicts[i];
    for (size_t i = 0; i < t->n_ms; i++)
        add_time(sum, t->ms[i]);
}

static void print_tally(const char *name, struct tally *t)
{
    const char *slash = strrchr(name, '/');

    printf("%-28s %5zu records: %zu reproduced (%.2f %%), %zu but for blank lines, %zu refused, "
           "%zu held (%zu of them right), %zu rightly rejected, %zu WRONG\n",
           slash ? slash + 1 : name, t->records, t->same,
           t->records > t->rejected ? 100.0 * (double)t->same / (double)(t->records - t->rejected)
                                    : 100.0,
           t->blank, t->refused, t->held, t->held_right, t->rejected, t->wrong);
    if (t->held_right)
        printf("%-28s with the proposals that are held and equal what was wanted: %.2f %%\n", "",
               100.0 * (double)(t->same + t->held_right) / (double)(t->records - t->rejected));
    printf("%-28s verdicts:", "");
    for (size_t i = 0; i <= TT_EDIT_STALE; i++) {
        if (t->verdicts[i])
            printf(" %s %zu", tt_verdict_name((enum tt_verdict)i), t->verdicts[i]);
    }
    printf("; edit size: lines %.4f, tokens %.4f of the blocks; ms p50 %.2f p95 %.2f p99 %.2f\n",
           t->naive > 0 ? t->lines / t->naive : 0.0, t->naive > 0 ? t->tokens / t->naive : 0.0,
           percentile(t, 0.5), percentile(t, 0.95), percentile(t, 0.99));
    if (t->extra_runs)
        printf("%-28s extra test: %zu runs, %zu bad\n", "", t->extra_runs, t->extra_bad);
}

static int one_corpus(const struct options *o, const char *path, struct tally *sum)
{
    struct tally t = { 0 };
    struct tt_arena arena;
    struct corpus_record r;
    bool piped;
    FILE *file = corpus_open(path, &piped);
    int got;

    if (!file) {
        fprintf(stderr, "replay: cannot open %s\n", path);
        return 2;
    }
    tt_arena_init(&arena);
    while ((got = corpus_next(file, &arena, &r)) != 0) {
        enum tt_verdict verdict = TT_EDIT_READY;

        if (got < 0) {
            fprintf(stderr, "replay: %s: a line is no record\n", path);
            continue;
        }
        enum outcome outcome = one_record(o, &r, &t, &verdict);

        count(&t, &r, outcome, verdict);
        try_record(o, &r, &t);
    }
    tt_arena_release(&arena);
    corpus_close(file, piped);
    print_tally(path, &t);
    add_tally(sum, &t);
    free(t.ms);
    return 0;
}

int main(int argc, char **argv)
{
    struct options o = { 0 };
    struct tally sum = { 0 };
    int files = 0, err = 0;

    for (int i = 1; i < argc; i++) {
        const char *a = argv[i];

        if (strcmp(a, "--auto") == 0)
            o.automatic = true;
        else if (strcmp(a, "--failures") == 0)
            o.failures = true;
        else if (strcmp(a, "--diff") == 0)
            o.diff = o.failures = true;
        else if (strcmp(a, "--stale") == 0)
            o.stale = true;
        else if (strcmp(a, "--double") == 0)
            o.twice = true;
        else if (strcmp(a, "--prefix") == 0)
            o.prefix = true;
        else if (strcmp(a, "--variants") == 0)
            o.variants = true;
        else if (strcmp(a, "--no-guard") == 0)
            o.no_guard = true;
        else if (strcmp(a, "--drop-noise") == 0)
            o.drop_noise = true;
        else
            files++, err |= one_corpus(&o, a, &sum);
    }
    if (files > 1)
        print_tally("total", &sum);
    err = err ? err : sum.wrong || sum.extra_bad;
    free(sum.ms);
    if (!files)
        fprintf(stderr, "usage: replay [--auto] [--failures] [--stale] [--double] [--prefix] "
                        "[--variants] FILE.jsonl[.gz]...\n");
    return files ? err : 2;
}
