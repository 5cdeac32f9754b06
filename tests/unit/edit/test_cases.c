/* test_cases.c -- the answers of tests/data/edit/, each with its verdict and
 * its result, in every way to feed and to force them. */
#include "base/buf.h"
#include "edit/answer.h"
#include "edit_trials.h"
#include "syntax/lang.h"
#include "test.h"
#include "text/diff.h"

static const char *const files[] = {
    "search-replace", "patch", "patch-body", "str-replace", "udiff", "region",
};

static size_t n_trials;

static struct tt_edit_input input_of(const struct corpus_record *r)
{
    return (struct tt_edit_input){
        .before = r->original->string,
        .path = r->path,
        .complete = true,
        .answer = r->answer,
        .format = corpus_format(r->format),
        .lang = tt_lang_for_path(r->path),
    };
}

/* Edits are sorted and disjoint, and make the result. */
static void check_edits(const struct corpus_record *r, const struct tt_edit_plan *plan)
{
    struct tt_buf result = TT_BUF_INIT(TT_BUF_OWN), applied = TT_BUF_INIT(TT_BUF_OWN);
    uint32_t last = 0;

    for (size_t i = 0; i < tt_edit_plan_count(plan); i++) {
        const struct tt_text_edit *e = tt_edit_plan_at(plan, i);

        CHECK(e->range.start >= last && e->range.end >= e->range.start &&
                  e->range.end <= r->original->string.n,
              "%.*s: edit %zu", TT_STR_ARG(r->id), i);
        last = e->range.end;
    }
    if (tt_edit_plan_count(plan))
        tt_diff_apply(r->original->string, tt_edit_plan_at(plan, 0), tt_edit_plan_count(plan),
                      &applied);
    else
        tt_buf_add(&applied, r->original->string);
    tt_edit_plan_result(plan, r->original->string, false, &result);
    CHECK(tt_str_eq(tt_buf_str(&result), tt_buf_str(&applied)), "%.*s", TT_STR_ARG(r->id));
    if (r->expected)
        CHECK(tt_str_eq(tt_buf_str(&result), r->expected->string), "%.*s: got\n%.*s",
              TT_STR_ARG(r->id), TT_STR_ARG(tt_buf_str(&result)));
    tt_buf_release(&result);
    tt_buf_release(&applied);
}

static void check_record(const struct corpus_record *r, struct tt_edit_input in)
{
    struct tt_edit_plan *plan;

    CHECK(tt_edit_plan_create(&in, &plan) == 0);
    const char *got = tt_verdict_name(tt_edit_plan_verdict(plan));

    CHECK(tt_str_eq(r->verdict, tt_str_from(got)), "%.*s: got %s: %.*s", TT_STR_ARG(r->id), got,
          TT_STR_ARG(tt_edit_plan_reason(plan)));
    CHECK(tt_edit_plan_reason(plan).n > 0, "%.*s", TT_STR_ARG(r->id));
    if (tt_edit_plan_verdict(plan) != TT_EDIT_READY && !tt_edit_plan_held(plan))
        CHECK(tt_edit_plan_count(plan) == 0, "%.*s", TT_STR_ARG(r->id));
    check_edits(r, plan);
    tt_edit_plan_destroy(plan);
}

static void each_record(void (*check)(const struct corpus_record *))
{
    size_t n = 0;

    for (size_t i = 0; i < COUNT(files); i++) {
        char path[512];
        struct tt_arena arena;
        struct corpus_record r;
        bool piped;
        FILE *file;
        int got;

        snprintf(path, sizeof(path), "%s/tests/data/edit/%s.jsonl", TT_SOURCE_DIR, files[i]);
        file = corpus_open(path, &piped);
        CHECK(file != NULL, "%s", path);
        tt_arena_init(&arena);
        while ((got = corpus_next(file, &arena, &r)) != 0) {
            CHECK(got == 1, "%s: record %zu", path, n);
            check(&r);
            n++;
        }
        tt_arena_release(&arena);
        corpus_close(file, piped);
    }
    CHECK(n >= 150, "only %zu records", n);
}

static void forced(const struct corpus_record *r)
{
    check_record(r, input_of(r));
}

/* Any syntax is accepted, whatever was asked for.  (A body without its envelope
 * has to be forced.) */
static void automatic(const struct corpus_record *r)
{
    struct tt_edit_input in = input_of(r);

    in.format = TT_FORMAT_AUTO;
    if (!memmem(r->id.p, r->id.n, "body", 4) && !memmem(r->id.p, r->id.n, "-cut", 4))
        check_record(r, in);
}

static void incomplete(const struct corpus_record *r)
{
    struct tt_edit_input in = input_of(r);
    struct tt_edit_plan *plan;

    in.complete = false;
    CHECK(tt_edit_plan_create(&in, &plan) == 0);
    CHECK(tt_edit_plan_verdict(plan) == TT_EDIT_TRUNCATED, "%.*s", TT_STR_ARG(r->id));
    CHECK(tt_edit_plan_count(plan) == 0);
    tt_edit_plan_destroy(plan);
}

/* What must hold for any answer (edit_trials.h), forced and automatic. */
static void try_both(const struct corpus_record *r, void (*trial)(struct trial *))
{
    struct trial t = {
        .record = r,
        .format = corpus_format(r->format),
        .lang = tt_lang_for_path(r->path),
    };

    trial(&t);
    if (!memmem(r->id.p, r->id.n, "body", 4)) {
        t.format = TT_FORMAT_AUTO;
        trial(&t);
    }
    CHECK(t.bad == 0, "%.*s: %zu of %zu", TT_STR_ARG(r->id), t.bad, t.runs);
    n_trials += t.runs;
}

static void stale(const struct corpus_record *r)
{
    try_both(r, trial_stale);
}

static void variants(const struct corpus_record *r)
{
    try_both(r, trial_variants);
}

static void each_prefix(struct trial *t)
{
    trial_prefixes(t, 1);
}

/* Nothing marks the end of a body of a patch, and of a diff without a fence; nor the
 * beginning of thoughts of which only the end is marked. */
static bool has_end(const struct corpus_record *r)
{
    return !memmem(r->id.p, r->id.n, "body", 4) &&
           !memmem(r->id.p, r->id.n, "thoughts-alone", 14) &&
           (!tt_str_eq(r->format, TT_STR("udiff")) || memmem(r->answer.p, r->answer.n, "```", 3));
}

static void prefixes(const struct corpus_record *r)
{
    if (has_end(r))
        try_both(r, each_prefix);
}

/* What was applied adds nothing a second time: the answer on its own result. */
static void twice(const struct corpus_record *r)
{
    try_both(r, trial_twice);
}

/* The same on the result that the record gives, which must not even be READY. */
static void on_expected(const struct corpus_record *r)
{
    struct tt_edit_input in = input_of(r);
    struct tt_edit_plan *plan;

    if (!r->expected)
        return;
    in.before = r->expected->string;
    CHECK(tt_edit_plan_create(&in, &plan) == 0);
    CHECK(tt_edit_plan_verdict(plan) != TT_EDIT_READY, "%.*s", TT_STR_ARG(r->id));
    tt_edit_plan_destroy(plan);
}

static bool same_block(const struct tt_block *a, const struct tt_block *b)
{
    return a->kind == b->kind && tt_str_eq(a->path, b->path) && a->n_readings == b->n_readings &&
           tt_str_eq(a->reading[0].old, b->reading[0].old) &&
           tt_str_eq(a->reading[0].new, b->reading[0].new);
}

static void read_answer(tt_str answer, enum tt_edit_format format, size_t step,
                        struct tt_arena *arena, struct tt_answer *out)
{
    struct tt_answer_parser *parser = tt_answer_parser_create(format, arena);

    for (size_t at = 0; at < answer.n; at += step)
        CHECK(tt_answer_feed(parser, tt_str_sub(answer, at, at + step)) == 0);
    CHECK(tt_answer_finish(parser, out) == 0);
    tt_answer_parser_destroy(parser);
}

/* However the bytes are cut, the blocks are the same. */
static void any_cut(const struct corpus_record *r)
{
    static const size_t steps[] = { 1, 2, 3, 7, 64 };
    struct tt_answer whole, cut;
    struct tt_arena a, b;

    tt_arena_init(&a);
    read_answer(r->answer, TT_FORMAT_AUTO, r->answer.n + 1, &a, &whole);
    for (size_t s = 0; s < COUNT(steps); s++) {
        tt_arena_init(&b);
        read_answer(r->answer, TT_FORMAT_AUTO, steps[s], &b, &cut);
        CHECK(cut.n == whole.n && cut.state == whole.state && cut.format == whole.format,
              "%.*s cut every %zu", TT_STR_ARG(r->id), steps[s]);
        for (size_t i = 0; i < cut.n; i++)
            CHECK(same_block(&cut.blocks[i], &whole.blocks[i]), "%.*s cut every %zu",
                  TT_STR_ARG(r->id), steps[s]);
        tt_arena_release(&b);
    }
    tt_arena_release(&a);
}

/* A diff without a fence ends with its last line, if that is whole. */
static void test_half_a_line(void **state)
{
    static const struct {
        const char *answer;
        enum tt_answer_state want;
    } rows[] = {
        { "--- a/x\n+++ b/x\n@@ -1,1 +1,2 @@\n one\n+two\n", TT_ANSWER_COMPLETE },
        { "--- a/x\n+++ b/x\n@@ -1,1 +1,2 @@\n one\n+two", TT_ANSWER_UNFINISHED },
        { "--- a/x\n+++ b/x\n@@ -1,1 +1,2 @@\n+two\n one", TT_ANSWER_COMPLETE },
        { "--- a/x\n+++ b/x\n@@ -1,2 +1,3 @@\n+two\n one\n", TT_ANSWER_UNFINISHED },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tt_arena arena;
        struct tt_answer answer;

        tt_arena_init(&arena);
        read_answer(tt_str_from(rows[i].answer), TT_FORMAT_AUTO, 100, &arena, &answer);
        CHECK(answer.state == rows[i].want, "row %zu", i);
        tt_arena_release(&arena);
    }
}

static void test_forced(void **state)
{
    (void)state;
    each_record(forced);
}

static void test_automatic(void **state)
{
    (void)state;
    each_record(automatic);
}

static void test_incomplete(void **state)
{
    (void)state;
    each_record(incomplete);
}

/* Runs that did happen, or the trial tries nothing. */
static void try_each(void (*check)(const struct corpus_record *), size_t at_least)
{
    n_trials = 0;
    each_record(check);
    CHECK(n_trials >= at_least, "only %zu runs", n_trials);
}

static void test_twice(void **state)
{
    (void)state;
    try_each(twice, 200);
    each_record(on_expected);
}

static void test_stale(void **state)
{
    (void)state;
    try_each(stale, 150);
}

static void test_variants(void **state)
{
    (void)state;
    try_each(variants, 1500);
}

static void test_any_cut(void **state)
{
    (void)state;
    each_record(any_cut);
}

static void test_every_prefix(void **state)
{
    (void)state;
    try_each(prefixes, 50000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forced),      cmocka_unit_test(test_automatic),
        cmocka_unit_test(test_incomplete),  cmocka_unit_test(test_twice),
        cmocka_unit_test(test_stale),       cmocka_unit_test(test_variants),
        cmocka_unit_test(test_any_cut),     cmocka_unit_test(test_every_prefix),
        cmocka_unit_test(test_half_a_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
