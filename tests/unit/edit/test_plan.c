/* test_plan.c -- what a plan promises: bounds, scope, imports, other files, secrets. */
#include "planning.h"
#include "syntax/lang.h"

/* ---- bounds and scope ---- */

static const struct {
    const char *name, *allowed, *answer;
    bool imports;
    enum tt_verdict want;
    const char *result; /* NULL: not looked at */
} bounds[] = {
    { "inside", "def b():\n    x = 1\n    return x\n", SR("def b():\n", "def b(y):\n"), false,
      TT_EDIT_READY, NULL },
    { "outside", "def b():\n    x = 1\n    return x\n", SR("def a():\n", "def a(y):\n"), false,
      TT_EDIT_OUT_OF_BOUNDS, NULL },
    { "one in, one out", "def b():\n    x = 1\n    return x\n",
      SR("def b():\n", "def b(y):\n") SR("def a():\n", "def a(y):\n"), false, TT_EDIT_OUT_OF_BOUNDS,
      NULL },
    { "the scope decides between two", "def b():\n    x = 1\n    return x\n",
      SR("    x = 1\n", "    x = 2\n"), false, TT_EDIT_READY,
      "import os\n\ndef a():\n    x = 1\n    return x\n\ndef b():\n    x = 2\n    return x\n" },
    { "context outside is no edit outside", "def b():\n    x = 1\n    return x\n",
      SR("    return x\n\ndef b():\n", "    return x\n\ndef b(y):\n"), false, TT_EDIT_READY, NULL },
    { "a line added behind the last", "    return x\n\ndef b", SR("\ndef b():\n", "\n\ndef b():\n"),
      false, TT_EDIT_READY, NULL },
    { "an import, not allowed", "def b():\n    x = 1\n    return x\n",
      SR("import os\n", "import os\nimport sys\n") SR("def b():\n", "def b(y):\n"), false,
      TT_EDIT_OUT_OF_BOUNDS, NULL },
    { "an import, allowed", "def b():\n    x = 1\n    return x\n",
      SR("import os\n", "import os\nimport sys\n") SR("def b():\n", "def b(y):\n"), true,
      TT_EDIT_READY,
      "import os\nimport sys\n\ndef a():\n    x = 1\n    return x\n\ndef b(y):\n    x = 1\n"
      "    return x\n" },
    { "imports allowed, but code changed", "def b():\n    x = 1\n    return x\n",
      SR("def a():\n", "def a(y):\n"), true, TT_EDIT_OUT_OF_BOUNDS, NULL },
};

static void test_bounds(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bounds); i++) {
        struct tt_range allowed = range_of(two_functions, bounds[i].allowed);
        struct tt_edit_plan *plan = plan_of((struct tt_edit_input){
            .before = tt_str_from(two_functions),
            .allowed = &allowed,
            .n_allowed = 1,
            .imports_allowed = bounds[i].imports,
            .lang = tt_lang_by_name(TT_STR("python")),
            .answer = tt_str_from(bounds[i].answer),
        });

        check_verdict(plan, bounds[i].want, bounds[i].name);
        if (bounds[i].result)
            check_result(plan, two_functions, false, bounds[i].result);
        tt_edit_plan_destroy(plan);
    }
}

/* Of a line that stands everywhere only some places are kept: that one of these is
 * in the scope says nothing. */
static void test_scope_with_more_places_than_are_kept(void **state)
{
    struct tt_buf before = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_edit_plan *plan;

    (void)state;
    for (unsigned i = 0; i < 80; i++)
        tt_buf_adds(&before, "x = 1\n");
    plan = plan_of((struct tt_edit_input){
        .before = tt_buf_str(&before),
        .scope = { 63 * 6, 80 * 6 },
        .answer = TT_STR(SR("x = 1\n", "x = 2\n")),
    });
    check_verdict(plan, TT_EDIT_AMBIGUOUS, "80 places");
    tt_edit_plan_destroy(plan);
    tt_buf_release(&before);
}

/* The end of the file is meant, although other lines are more alike. */
static void test_end_of_file_in_other_spaces(void **state)
{
    const char *before = "a = 1\nb = 2\nc = 3\na = 1 \nb = 2 \n";
    struct tt_edit_plan *plan;

    (void)state;
    plan = plan_of((struct tt_edit_input){
        .before = tt_str_from(before),
        .answer = TT_STR("*** Begin Patch\n*** Update File: x.txt\n@@\n a = 1\n-b = 2\n+b = 4\n"
                         "*** End of File\n*** End Patch\n"),
    });
    check_verdict(plan, TT_EDIT_READY, "the end");
    check_result(plan, before, false, "a = 1\nb = 2\nc = 3\na = 1 \nb = 4\n");
    tt_edit_plan_destroy(plan);
}

static void test_import_hunk_is_flagged(void **state)
{
    struct tt_range allowed = range_of(two_functions, "def b():\n    x = 1\n    return x\n");
    struct tt_edit_plan *plan = plan_of((struct tt_edit_input){
        .before = tt_str_from(two_functions),
        .allowed = &allowed,
        .n_allowed = 1,
        .imports_allowed = true,
        .answer =
            TT_STR(SR("import os\n", "import os\nimport sys\n") SR("def b():\n", "def b(y):\n")),
    });

    (void)state;
    CHECK(tt_edit_plan_hunk_count(plan) == 2);
    CHECK(tt_edit_plan_hunk_at(plan, 0)->in_imports);
    CHECK(!tt_edit_plan_hunk_at(plan, 1)->in_imports);
    CHECK(tt_str_eq(tt_edit_plan_hunk_at(plan, 1)->label, TT_STR("line 7: changed")), "got %.*s",
          TT_STR_ARG(tt_edit_plan_hunk_at(plan, 1)->label));
    tt_edit_plan_destroy(plan);
}

static void test_bad_ranges(void **state)
{
    struct tt_range outside = { 5, 900 }, backwards = { 5, 2 };
    struct tt_range unsorted[] = { { 5, 6 }, { 1, 2 } };
    struct tt_edit_plan *plan = NULL;
    struct tt_edit_input in = { .before = TT_STR("some text\n"), .complete = true };

    (void)state;
    in.allowed = &outside;
    in.n_allowed = 1;
    CHECK(tt_edit_plan_create(&in, &plan) == TT_EINVALID);
    in.allowed = &backwards;
    CHECK(tt_edit_plan_create(&in, &plan) == TT_EINVALID);
    in.allowed = unsorted;
    in.n_allowed = 2;
    CHECK(tt_edit_plan_create(&in, &plan) == TT_EINVALID);
    in.n_allowed = 0;
    in.scope = outside;
    CHECK(tt_edit_plan_create(&in, &plan) == TT_EINVALID);
    CHECK(plan == NULL);
}

/* ---- other files, new files, secrets ---- */

static void test_skipped(void **state)
{
    struct tt_edit_plan *plan = plan_of((struct tt_edit_input){
        .before = TT_STR("a\nb\n"),
        .path = TT_STR("src/x.txt"),
        .answer = TT_STR("src/y.txt\n" SR("q\n", "r\n") "src/x.txt\n" SR(
            "a\n", "c\n") "src/y.txt\n" SR("s\n", "t\n")),
    });

    (void)state;
    check_verdict(plan, TT_EDIT_READY, "skipped");
    CHECK(tt_edit_plan_skipped_count(plan) == 1);
    CHECK(tt_str_eq(tt_edit_plan_skipped_at(plan, 0), TT_STR("src/y.txt")));
    tt_edit_plan_destroy(plan);
}

static void test_new_file(void **state)
{
    struct tt_edit_plan *plan = plan_of((struct tt_edit_input){
        .is_new = true,
        .path = TT_STR("tests/test_a.py"),
        .answer = TT_STR("*** Begin Patch\n*** Add File: test_a_new.py\n+import a\n+a.f()\n"
                         "*** End Patch\n"),
    });

    (void)state;
    check_verdict(plan, TT_EDIT_READY, "new file");
    CHECK(tt_edit_plan_count(plan) == 1);
    check_result(plan, "", false, "import a\na.f()\n");
    tt_edit_plan_destroy(plan);
}

static void test_redactions(void **state)
{
    static const char before[] = "key = \"s3cr3t\"\nn = 1\n";
    static const struct tt_edit_redaction list[] = {
        { TT_STR_INIT("<<SECRET-1>>"), TT_STR_INIT("s3cr3t") },
    };
    static const struct {
        const char *answer;
        enum tt_verdict want;
        const char *result;
    } rows[] = {
        { SR("key = \"<<SECRET-1>>\"\nn = 1\n", "key = \"<<SECRET-1>>\"\nn = 2\n"), TT_EDIT_READY,
          "key = \"s3cr3t\"\nn = 2\n" },
        { SR("key = \"<<SECRET-1>>\"\n", "key = load()\n"), TT_EDIT_READY,
          "key = load()\nn = 1\n" },
        { SR("key = \"<<SECRET-1>>\"\n", "key = \"<<SECRET-2>>\"\n"), TT_EDIT_PLACEHOLDER, before },
        { "{\"old_str\": \"\\\"<<SECRET-1>>\\\"\", \"new_str\": \"f(\\\"<<SECRET-1>>\\\")\"}",
          TT_EDIT_READY, "key = f(\"s3cr3t\")\nn = 1\n" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tt_edit_plan *plan = plan_of((struct tt_edit_input){
            .before = tt_str_from(before),
            .answer = tt_str_from(rows[i].answer),
            .redactions = list,
            .n_redactions = COUNT(list),
            .redaction_prefix = TT_STR("<<SECRET-"),
        });

        check_verdict(plan, rows[i].want, rows[i].answer);
        check_result(plan, before, false, rows[i].result);
        tt_edit_plan_destroy(plan);
    }
}

/* ---- candidates ---- */

static void test_candidates(void **state)
{
    struct tt_edit_plan *plan = plan_of((struct tt_edit_input){
        .before = tt_str_from(two_functions),
        .answer = TT_STR(SR("    x = 1\n    return x\n", "    return 1\n")),
    });

    (void)state;
    check_verdict(plan, TT_EDIT_AMBIGUOUS, "candidates");
    CHECK(tt_edit_plan_candidate_count(plan) == 2);
    CHECK(tt_edit_plan_candidate_at(plan, 0)->line == 4);
    CHECK(tt_edit_plan_candidate_at(plan, 1)->line == 8);
    tt_edit_plan_destroy(plan);

    plan = plan_of((struct tt_edit_input){
        .before = tt_str_from(two_functions),
        .answer = TT_STR(SR("def b(self):\n    x = 1\n", "def b(q):\n")),
    });
    check_verdict(plan, TT_EDIT_NO_MATCH, "candidates");
    CHECK(tt_edit_plan_candidate_count(plan) > 0);
    CHECK(tt_edit_plan_candidate_at(plan, 0)->line == 7, "line %u",
          tt_edit_plan_candidate_at(plan, 0)->line);
    CHECK(tt_edit_plan_advice(plan).n > 0);
    tt_edit_plan_destroy(plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_scope_with_more_places_than_are_kept),
        cmocka_unit_test(test_end_of_file_in_other_spaces),
        cmocka_unit_test(test_import_hunk_is_flagged),
        cmocka_unit_test(test_bad_ranges),
        cmocka_unit_test(test_skipped),
        cmocka_unit_test(test_new_file),
        cmocka_unit_test(test_redactions),
        cmocka_unit_test(test_candidates),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
