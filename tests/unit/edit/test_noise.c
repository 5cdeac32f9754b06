/* test_noise.c -- plans that are held, and hunks that are noise. */
#include "planning.h"
#include "syntax/guard.h"
#include "syntax/lang.h"

static void test_held(void **state)
{
    struct tt_edit_plan *plan = plan_of((struct tt_edit_input){
        .before = tt_str_from(two_functions),
        .lang = tt_lang_by_name(TT_STR("python")),
        .answer = TT_STR(SR("def b():\n", "def b(:\n")),
    });

    (void)state;
    check_verdict(plan, TT_EDIT_BREAKS_SYNTAX, "held");
    CHECK(tt_edit_plan_held(plan));
    CHECK(tt_edit_plan_hunk_count(plan) == 1 && tt_edit_plan_count(plan) == 1);
    tt_edit_plan_destroy(plan);
}

static const char sums[] = "# Sums.\n"
                           "def total(items, start):\n"
                           "    result = start\n"
                           "    for item in items:\n"
                           "        result = result + item\n"
                           "    return result\n"
                           "\n"
                           "\n"
                           "def mean(items):\n"
                           "    # all of them\n"
                           "    return total(items, 0) / len(items)\n";

static const struct {
    const char *name, *answer;
    enum tt_edit_noise want;
} noise[] = {
    { "code", SR("    return total(items, 0) / len(items)\n", "    return total(items, 1)\n"),
      TT_NOISE_NONE },
    { "laid out anew",
      SR("    return total(items, 0) / len(items)\n",
         "    return total(\n        items, 0) / len(items)\n"),
      TT_NOISE_LAYOUT },
    { "a blank line", SR("    result = start\n", "    result = start\n\n"), TT_NOISE_LAYOUT },
    { "a comment", SR("    # all of them\n", "    # every one of them\n"), TT_NOISE_COMMENT },
    { "a comment added", SR("    result = start\n", "    # begin\n    result = start\n"),
      TT_NOISE_COMMENT },
    { "a comment that tools obey", SR("    result = start\n", "    result = start  # noqa\n"),
      TT_NOISE_NONE },
    { "out of the loop",
      SR("        result = result + item\n    return result\n",
         "    result = result + item\n    return result\n"),
      TT_NOISE_NONE },
    { "into the loop",
      SR("        result = result + item\n    return result\n",
         "        result = result + item\n        return result\n"),
      TT_NOISE_NONE },
    { "another function is called",
      SR("    return total(items, 0) / len(items)\n", "    return fsum(items, 0) / len(items)\n"),
      TT_NOISE_NONE },
    { "a rename throughout",
      SR("    result = start\n    for item in items:\n        result = result + item\n"
         "    return result\n",
         "    acc = start\n    for item in items:\n        acc = acc + item\n"
         "    return acc\n"),
      TT_NOISE_RENAME },
    { "a rename of half of it", SR("    return result\n", "    return outcome\n"), TT_NOISE_NONE },
};

/* A clock for each way of running out of time: one step for each look at it. */
static uint64_t step_cpu(void *arg)
{
    return ((uint64_t *)arg)[0] += ((uint64_t *)arg)[2];
}

static uint64_t step_wall(void *arg)
{
    return ((uint64_t *)arg)[1] += ((uint64_t *)arg)[3];
}

/* A busy machine is no reason to go without the guard; and who goes without is told. */
static void test_no_time_for_the_guard(void **state)
{
    static const struct {
        uint64_t cpu_step, wall_step;
        bool held;
    } rows[] = { { 0, 900, true }, { 900, 900, false }, { 0, 9000000, false } };
    struct tt_buf before = TT_BUF_INIT(TT_BUF_OWN);

    (void)state;
    tt_buf_adds(&before, "def a():\n    return (1)\n");
    for (unsigned i = 0; i < 400; i++)
        tt_buf_addf(&before, "x%u = [%u, %u]\n", i, i, i);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint64_t clocks[4] = { 0, 0, rows[i].cpu_step, rows[i].wall_step };
        struct tt_guard_limits limits = { 1, 2000, step_cpu, step_wall, clocks };
        struct tt_edit_plan *plan = plan_of(
            (struct tt_edit_input){ .before = tt_buf_str(&before),
                                    .lang = tt_lang_by_name(TT_STR("python")),
                                    .guard_limits = &limits,
                                    .answer = TT_STR(SR("    return (1)\n", "    return (1\n")) });

        CHECK(clocks[1] > 1000, "%zu", i);
        CHECK(tt_edit_plan_held(plan) == rows[i].held, "%zu", i);
        check_verdict(plan, rows[i].held ? TT_EDIT_BREAKS_SYNTAX : TT_EDIT_READY, "no time");
        CHECK((tt_edit_plan_warning(plan).n > 0) == !rows[i].held, "%zu", i);
        tt_edit_plan_destroy(plan);
    }
    tt_buf_release(&before);
}

static void test_noise(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(noise); i++) {
        struct tt_edit_plan *plan = plan_of((struct tt_edit_input){
            .before = tt_str_from(sums),
            .lang = tt_lang_by_name(TT_STR("python")),
            .answer = tt_str_from(noise[i].answer),
        });

        CHECK(tt_edit_plan_hunk_count(plan) > 0, "%s", noise[i].name);
        for (size_t k = 0; k < tt_edit_plan_hunk_count(plan); k++)
            CHECK(tt_edit_plan_hunk_at(plan, k)->noise == noise[i].want, "%s: hunk %zu is %d",
                  noise[i].name, k, (int)tt_edit_plan_hunk_at(plan, k)->noise);
        if (noise[i].want != TT_NOISE_NONE)
            check_result(plan, sums, true, sums);
        tt_edit_plan_destroy(plan);
    }
}

/* A name that is declared elsewhere becomes another one: that is a change of what is
 * meant, also when the old name is gone from the file with it. */
static void test_names_from_elsewhere(void **state)
{
    static const struct {
        const char *lang, *before, *answer;
        enum tt_edit_noise want;
    } rows[] = {
        { "rust", "fn f(h: H) -> R {\n    on(Method::Get, h)\n}\n",
          SR("    on(Method::Get, h)\n", "    on(Method::GET, h)\n"), TT_NOISE_NONE },
        { "rust", "fn f(h: H) -> R {\n    regex::quote(&h)\n}\n",
          SR("    regex::quote(&h)\n", "    regex::escape(&h)\n"), TT_NOISE_NONE },
        { "rust", "fn f() -> R {\n    let h = g();\n    on(h)\n}\n",
          SR("    let h = g();\n    on(h)\n", "    let head = g();\n    on(head)\n"),
          TT_NOISE_RENAME },
        { "python", "def f():\n    g(size=1)\n", SR("    g(size=1)\n", "    g(width=1)\n"),
          TT_NOISE_NONE },
        { "java", "class A {\n    void f() {\n        b.get();\n    }\n}\n",
          SR("        b.get();\n", "        b.fetch();\n"), TT_NOISE_NONE },
        { "php", "<?php\n$a = $b->size;\n", SR("$a = $b->size;\n", "$a = $b->width;\n"),
          TT_NOISE_NONE },
        { "tsx", "export const a = () => <Panel wide />;\n",
          SR("export const a = () => <Panel wide />;\n",
             "export const a = () => <Drawer wide />;\n"),
          TT_NOISE_NONE },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tt_edit_plan *plan = plan_of((struct tt_edit_input){
            .before = tt_str_from(rows[i].before),
            .lang = tt_lang_by_name(tt_str_from(rows[i].lang)),
            .answer = tt_str_from(rows[i].answer),
        });

        CHECK(tt_edit_plan_hunk_count(plan) > 0, "%s %zu", rows[i].lang, i);
        for (size_t k = 0; k < tt_edit_plan_hunk_count(plan); k++)
            CHECK(tt_edit_plan_hunk_at(plan, k)->noise == rows[i].want, "%s %zu: %d", rows[i].lang,
                  i, (int)tt_edit_plan_hunk_at(plan, k)->noise);
        tt_edit_plan_destroy(plan);
    }
}

static void test_noise_asked_for(void **state)
{
    struct tt_edit_plan *plan = plan_of((struct tt_edit_input){
        .before = tt_str_from(sums),
        .lang = tt_lang_by_name(TT_STR("python")),
        .comments_asked = true,
        .answer = TT_STR(SR("    # all of them\n", "    # every one\n")),
    });

    (void)state;
    CHECK(tt_edit_plan_hunk_at(plan, 0)->noise == TT_NOISE_NONE);
    tt_edit_plan_destroy(plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_held),
        cmocka_unit_test(test_no_time_for_the_guard),
        cmocka_unit_test(test_noise),
        cmocka_unit_test(test_names_from_elsewhere),
        cmocka_unit_test(test_noise_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
