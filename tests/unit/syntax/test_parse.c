/* test_parse.c -- budgets, and trees that are the same whichever way they came about. */
#include "base/buf.h"
#include "syntax/lang.h"
#include "syntax/parse.h"
#include "test.h"
#include "text/text.h"
#include "trees.h"
#include "trimtab/error.h"

/* Returns how many of the trees were not the one that a full parse gives. */
static unsigned edit_for_a_while(const struct tt_lang *lang, const char *source, uint64_t seed,
                                 unsigned edits, unsigned *compared)
{
    struct tt_parser *parser = tt_parser_create(), *other = tt_parser_create();
    struct tt_text *text = make_text(tt_str_from(source)), *next;
    struct tt_buf a = TT_BUF_INIT(TT_BUF_OWN), b = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_buf scratch = TT_BUF_INIT(TT_BUF_OWN);
    TSTree *tree, *full, *old;
    unsigned different = 0;

    CHECK(tt_parse(parser, lang, text, NULL, NULL, &tree) == 0);
    for (unsigned i = 0; i < edits; i++) {
        struct tt_text_edit edit;

        random_edit(&seed, text, (struct tt_range){ 0, tt_text_size(text) }, &edit, &scratch);
        CHECK(tt_text_replace(text, edit.range, edit.text, &next) == 0);
        old = tt_tree_copy(tree);
        tt_tree_edit(old, text, next, edit.range, edit.range.start + (uint32_t)edit.text.n);
        tt_tree_destroy(tree);
        CHECK(tt_parse(parser, lang, next, old, NULL, &tree) == 0);
        CHECK(tt_parse(other, lang, next, NULL, NULL, &full) == 0);
        if (!trees_equal(tree, full, &a, &b)) {
            CHECK(tt_tree_has_error(full), "%s", a.p);
            different++;
        }
        ++*compared;
        tt_tree_destroy(full);
        tt_tree_destroy(old);
        tt_text_unref(text);
        text = next;
    }
    tt_tree_destroy(tree);
    tt_text_unref(text);
    tt_parser_destroy(parser);
    tt_parser_destroy(other);
    tt_buf_release(&a);
    tt_buf_release(&b);
    tt_buf_release(&scratch);
    return different;
}

/* tree-sitter promises the same tree, but where a text is broken several ways of
 * mending it may cost the same, and then it may choose another: rarely. */
static void test_incremental_is_full(void **state)
{
    unsigned all = 0, all_different = 0;

    (void)state;
    for (size_t i = 0; i < n_samples; i++) {
        unsigned compared = 0, different = 0;

        for (uint64_t seed = 1; seed <= 5; seed++)
            different += edit_for_a_while(lang_of(samples[i].lang), samples[i].text, seed * 6151,
                                          20, &compared);
        CHECK(different * 50 <= compared, "%s: %u of %u", samples[i].lang, different, compared);
        all += compared;
        all_different += different;
    }
    CHECK(all_different * 200 <= all, "%u of %u", all_different, all);
}

static void test_change_is_measured(void **state)
{
    struct tt_text *before = make_text(TT_STR("a\r\n\xE6\xBC\xA2\nb c\n")), *after;
    struct tt_tree_change change;

    (void)state;
    CHECK(tt_text_replace(before, (struct tt_range){ 1, 9 }, TT_STR("\n\nxy"), &after) == 0);
    change = tt_tree_change_measure(before, after, (struct tt_range){ 1, 9 }, 5);
    CHECK(change.start == 1 && change.old_end == 9 && change.new_end == 5);
    CHECK(change.start_row == 0 && change.start_col == 1);
    CHECK(change.old_end_row == 2 && change.old_end_col == 2, "%u:%u", change.old_end_row,
          change.old_end_col);
    CHECK(change.new_end_row == 2 && change.new_end_col == 2);
    tt_text_unref(before);
    tt_text_unref(after);
}

/* --- budgets -------------------------------------------------------------- */

/* A clock that goes on by `step` whenever somebody looks. */
struct fake_clock {
    uint64_t now, step;
    unsigned looks;
};

static uint64_t fake_now(void *arg)
{
    struct fake_clock *clock = arg;

    clock->looks++;
    return clock->now += clock->step;
}

/* However often a parse is suspended, the tree is the same. */
static void test_resume(void **state)
{
    const struct tt_lang *lang = lang_of("python");
    struct tt_parser *parser = tt_parser_create();
    struct tt_text *text = long_text(samples[0].text, 30000);
    struct tt_buf a = TT_BUF_INIT(TT_BUF_OWN), b = TT_BUF_INIT(TT_BUF_OWN);
    TSTree *full;

    (void)state;
    CHECK(tt_parse(parser, lang, text, NULL, NULL, &full) == 0);
    for (uint64_t step = 20; step <= 2000; step *= 10) {
        struct fake_clock clock = { .step = step };
        struct tt_parse_limits limits = { .budget_us = 2000,
                                          .clock = fake_now,
                                          .clock_arg = &clock };
        TSTree *tree = NULL;
        unsigned pauses = 0;
        int err = tt_parse(parser, lang, text, NULL, &limits, &tree);

        while (err == TT_ETIMEOUT) {
            CHECK(!tree);
            pauses++;
            err = tt_parse_resume(parser, &limits, &tree);
        }
        CHECK(err == 0, "%d", err);
        CHECK(pauses > 0, "a step of %u us: %u looks", (unsigned)step, clock.looks);
        CHECK(trees_equal(tree, full, &a, &b), "%u pauses", pauses);
        tt_tree_destroy(tree);
    }
    tt_tree_destroy(full);
    tt_text_unref(text);
    tt_parser_destroy(parser);
    tt_buf_release(&a);
    tt_buf_release(&b);
}

static void test_suspended_is_dropped(void **state)
{
    const struct tt_lang *lang = lang_of("python");
    struct tt_parser *parser = tt_parser_create();
    struct tt_text *text = long_text(samples[0].text, 30000), *other = make_text(TT_STR("x = 1\n"));
    struct fake_clock clock = { .step = 2000 };
    struct tt_parse_limits limits = { .budget_us = 2000, .clock = fake_now, .clock_arg = &clock };
    TSTree *tree = NULL;

    (void)state;
    CHECK(tt_parse_resume(parser, NULL, &tree) == TT_EINVALID);
    CHECK(tt_parse(parser, lang, text, NULL, &limits, &tree) == TT_ETIMEOUT);
    tt_text_unref(text); /* the parser has its own share */
    CHECK(tt_parse_resume(parser, &limits, &tree) == TT_ETIMEOUT);
    CHECK(tt_parse(parser, lang_of("json"), other, NULL, NULL, &tree) == 0 && tree);
    CHECK(ts_node_end_byte(ts_tree_root_node(tree)) <= 6);
    tt_tree_destroy(tree);
    text = long_text(samples[0].text, 30000);
    CHECK(tt_parse(parser, lang, text, NULL, &limits, &tree) == TT_ETIMEOUT);
    tt_parse_drop(parser);
    CHECK(tt_parse_resume(parser, NULL, &tree) == TT_EINVALID);
    CHECK(tt_parse(parser, lang, text, NULL, &limits, &tree) == TT_ETIMEOUT);
    tt_text_unref(text);
    tt_text_unref(other);
    tt_parser_destroy(parser); /* with a suspended parse */
    tt_parser_destroy(NULL);
}

static void test_cancel(void **state)
{
    struct tt_parser *parser = tt_parser_create();
    struct tt_text *text = long_text(samples[0].text, 30000);
    atomic_bool cancel = false;
    struct tt_parse_limits limits = { .cancel = &cancel };
    TSTree *tree = NULL;

    (void)state;
    CHECK(tt_parse(parser, lang_of("python"), text, NULL, &limits, &tree) == 0);
    tt_tree_destroy(tree);
    tree = NULL;
    atomic_store(&cancel, true);
    CHECK(tt_parse(parser, lang_of("python"), text, NULL, &limits, &tree) == TT_ECANCELED && !tree);
    CHECK(tt_parse_resume(parser, NULL, &tree) == TT_EINVALID, "what is cancelled is gone");
    tt_text_unref(text);
    tt_parser_destroy(parser);
}

static void test_no_text(void **state)
{
    struct tt_parser *parser = tt_parser_create();

    (void)state;
    for (size_t i = 0; i < tt_lang_count(); i++) {
        struct tt_text *text = make_text(TT_STR(""));
        TSTree *tree = NULL;

        CHECK(tt_parse(parser, tt_lang_at(i), text, NULL, NULL, &tree) == 0, "%.*s",
              TT_STR_ARG(tt_lang_name(tt_lang_at(i))));
        tt_tree_destroy(tree);
        tt_text_unref(text);
    }
    CHECK(tt_tree_copy(NULL) == NULL);
    tt_tree_destroy(NULL);
    tt_parser_destroy(parser);
}

static void test_errors_and_estimate(void **state)
{
    struct tt_parser *parser = tt_parser_create();
    struct tt_text *good = make_text(TT_STR("x = 1\n")), *bad = make_text(TT_STR("x = (\n")),
                   *large = long_text(samples[0].text, 30000);
    TSTree *tree;
    size_t small;

    (void)state;
    CHECK(tt_parse(parser, lang_of("python"), bad, NULL, NULL, &tree) == 0);
    CHECK(tt_tree_has_error(tree));
    tt_tree_destroy(tree);
    CHECK(tt_parse(parser, lang_of("python"), good, NULL, NULL, &tree) == 0);
    CHECK(!tt_tree_has_error(tree));
    small = tt_tree_estimate(tree);
    tt_tree_destroy(tree);
    CHECK(tt_parse(parser, lang_of("python"), large, NULL, NULL, &tree) == 0);
    CHECK(tt_tree_estimate(tree) > 100 * small);
    tt_tree_destroy(tree);
    tt_text_unref(good);
    tt_text_unref(bad);
    tt_text_unref(large);
    tt_parser_destroy(parser);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_incremental_is_full),
        cmocka_unit_test(test_change_is_measured),
        cmocka_unit_test(test_resume),
        cmocka_unit_test(test_suspended_is_dropped),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_no_text),
        cmocka_unit_test(test_errors_and_estimate),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
