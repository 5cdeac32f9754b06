/* test_plan.c -- what a plan promises: bounds, scope, imports, guards, noise. */
#include "base/buf.h"
#include "random.h"
#include "syntax/guard.h"
#include "syntax/lang.h"
#include "test.h"
#include "text/diff.h"
#include "trimtab/edit.h"
#include "trimtab/error.h"

static struct tt_edit_plan *plan_of(struct tt_edit_input in)
{
    struct tt_edit_plan *plan;

    in.complete = true;
    CHECK(tt_edit_plan_create(&in, &plan) == 0);
    return plan;
}

static void check_result(const struct tt_edit_plan *plan, const char *before, bool drop_noise,
                         const char *want)
{
    struct tt_buf out = TT_BUF_INIT(1 << 20);

    CHECK(tt_edit_plan_result(plan, tt_str_from(before), drop_noise, &out) == 0);
    CHECK(tt_str_eq(tt_buf_str(&out), tt_str_from(want)), "got\n%.*s",
          TT_STR_ARG(tt_buf_str(&out)));
    tt_buf_release(&out);
}

static void check_verdict(const struct tt_edit_plan *plan, enum tt_verdict want, const char *row)
{
    enum tt_verdict got = tt_edit_plan_verdict(plan);

    CHECK(got == want, "%s: got %s: %.*s", row, tt_verdict_name(got),
          TT_STR_ARG(tt_edit_plan_reason(plan)));
}

/* The range of the first occurrence of `part`. */
static struct tt_range range_of(const char *text, const char *part)
{
    const char *at = strstr(text, part);

    CHECK(at != NULL, "%s", part);
    return (struct tt_range){ (uint32_t)(at - text), (uint32_t)(at - text + (long)strlen(part)) };
}

#define SR(old, new) "<<<<<<< SEARCH\n" old "=======\n" new ">>>>>>> REPLACE\n"

/* ---- bounds and scope ---- */

static const char two_functions[] = "import os\n"
                                    "\n"
                                    "def a():\n"
                                    "    x = 1\n"
                                    "    return x\n"
                                    "\n"
                                    "def b():\n"
                                    "    x = 1\n"
                                    "    return x\n";

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

static void test_region(void **state)
{
    struct tt_range region = range_of(two_functions, "def b():\n    x = 1\n    return x\n");
    struct tt_edit_plan *plan = plan_of((struct tt_edit_input){
        .before = tt_str_from(two_functions),
        .allowed = &region,
        .n_allowed = 1,
        .format = TT_FORMAT_REGION,
        .answer = TT_STR("```python\ndef b():\n    return 1\n```\n"),
    });

    (void)state;
    check_verdict(plan, TT_EDIT_READY, "region");
    check_result(plan, two_functions, false,
                 "import os\n\ndef a():\n    x = 1\n    return x\n\ndef b():\n    return 1\n");
    tt_edit_plan_destroy(plan);
}

/* A method comes back without the indentation of its class. */
static void test_region_indentation(void **state)
{
    static const char before[] = "class A:\n    def f(self):\n        return 1\n";
    struct tt_range region = range_of(before, "    def f(self):\n        return 1\n");
    struct tt_edit_plan *plan = plan_of((struct tt_edit_input){
        .before = tt_str_from(before),
        .region = region,
        .answer = TT_STR("```python\ndef f(self):\n    return 2\n```\n"),
    });

    (void)state;
    check_result(plan, before, false, "class A:\n    def f(self):\n        return 2\n");
    tt_edit_plan_destroy(plan);
}

static const char members[] = "import os\n"
                              "\n"
                              "\n"
                              "class Quay:\n"
                              "    def depth(self):\n"
                              "        return self.mean + self.tide\n"
                              "\n"
                              "    def name(self):\n"
                              "        return self.label\n";

static const char c_functions[] = "int a(int x)\n"
                                  "{\n"
                                  "    return x;\n"
                                  "}\n"
                                  "\n"
                                  "int b(int x)\n"
                                  "{\n"
                                  "    return x + 1;\n"
                                  "}\n";

/* What models send for one definition of a file. */
static const struct {
    const char *name, *language, *before, *region, *answer;
    enum tt_verdict want;
    bool held;
} regions[] = {
    { "a method", "python", members, "    def depth(self):\n        return self.mean + self.tide\n",
      "```python\n    def depth(self):\n        return self.tide\n```\n", TT_EDIT_READY, false },
    { "its class around it", "python", members,
      "    def depth(self):\n        return self.mean + self.tide\n",
      "```python\nclass Quay:\n    def depth(self):\n        return self.tide\n```\n",
      TT_EDIT_OUT_OF_BOUNDS, false },
    { "imports above it", "python", members,
      "    def depth(self):\n        return self.mean + self.tide\n",
      "```python\nimport math\n\n    def depth(self):\n        return math.fabs(self.tide)\n```\n",
      TT_EDIT_OUT_OF_BOUNDS, false },
    { "its body alone", "python", members,
      "    def depth(self):\n        return self.mean + self.tide\n",
      "```python\nreturn self.tide\n```\n", TT_EDIT_TOO_MUCH_DELETED, true },
    { "a body is a region, too", "python", members, "        return self.mean + self.tide\n",
      "```python\nimport math\nreturn math.fabs(self.tide)\n```\n", TT_EDIT_READY, false },
    { "with the numbers of a listing", "python", members,
      "    def depth(self):\n        return self.mean + self.tide\n",
      "```python\n5 |     def depth(self):\n6 |         return self.tide\n```\n",
      TT_EDIT_UNREADABLE, false },
    { "a brace is missing", "c", c_functions, "int a(int x)\n{\n    return x;\n}\n",
      "```c\nint a(int x)\n{\n    return -x;\n```\n", TT_EDIT_BREAKS_SYNTAX, true },
    { "a brace too many", "c", c_functions, "int a(int x)\n{\n    return x;\n}\n",
      "```c\nint a(int x)\n{\n    return -x;\n}\n}\n```\n", TT_EDIT_BREAKS_SYNTAX, true },
    { "braces in texts are none", "c", c_functions, "int a(int x)\n{\n    return x;\n}\n",
      "```c\nint a(int x)\n{\n    puts(\"{\"); /* { */\n    return '{';\n}\n```\n", TT_EDIT_READY,
      false },
};

static void test_regions_as_models_send_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(regions); i++) {
        struct tt_range region = range_of(regions[i].before, regions[i].region);
        struct tt_edit_plan *plan = plan_of((struct tt_edit_input){
            .before = tt_str_from(regions[i].before),
            .allowed = &region,
            .n_allowed = 1,
            .region_asked = true,
            .lang = tt_lang_by_name(tt_str_from(regions[i].language)),
            .answer = tt_str_from(regions[i].answer),
        });

        check_verdict(plan, regions[i].want, regions[i].name);
        CHECK(tt_edit_plan_held(plan) == regions[i].held, "%s", regions[i].name);
        tt_edit_plan_destroy(plan);
    }
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

/* ---- held plans and noise ---- */

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

/* ---- properties: random edits come back as asked, or are refused ---- */

static void random_lines(struct random *random, size_t n, struct tt_buf *out)
{
    static const char *const lines[] = { "alpha",
                                         "  beta",
                                         "\tgamma",
                                         "",
                                         "}",
                                         "delta = 1;",
                                         "\xE6\xBD\xAE",
                                         "x",
                                         "  return \xF0\x9F\x8C\x8A" };

    for (size_t i = 0; i < n; i++) {
        tt_buf_adds(out, lines[random_below(random, COUNT(lines))]);
        if (random_below(random, 2))
            tt_buf_addf(out, "%u", random_below(random, 40));
        tt_buf_adds(out, random_below(random, 5) ? "\n" : "\r\n");
    }
}

static size_t line_start(tt_str s, size_t line)
{
    size_t at = 0;

    for (; line > 0 && at < s.n; line--) {
        const char *nl = memchr(s.p + at, '\n', s.n - at);

        at = nl ? (size_t)(nl - s.p) + 1 : s.n;
    }
    return at;
}

static void add_lf(struct tt_buf *out, tt_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '\r')
            tt_buf_addc(out, s.p[i]);
    }
}

static void one_random(uint64_t seed)
{
    struct random random = { seed };
    struct tt_buf before = TT_BUF_INIT(1 << 20), answer = TT_BUF_INIT(1 << 20);
    struct tt_buf new = TT_BUF_INIT(1 << 20), want = TT_BUF_INIT(1 << 20);
    struct tt_buf got = TT_BUF_INIT(1 << 20), lf = TT_BUF_INIT(1 << 20);
    size_t n = 3 + random_below(&random, 30);

    random_lines(&random, n, &before);
    tt_str text = tt_buf_str(&before);
    size_t first = random_below(&random, (uint32_t)n);
    size_t count = 1 + random_below(&random, 6);
    size_t from = line_start(text, first), to = line_start(text, first + count);
    struct tt_range allowed = { (uint32_t)from, (uint32_t)to };

    random_lines(&random, random_below(&random, 5), &new);
    tt_buf_adds(&answer, "<<<<<<< SEARCH\n");
    add_lf(&answer, tt_str_sub(text, from, to));
    tt_buf_adds(&answer, "=======\n");
    add_lf(&answer, tt_buf_str(&new));
    tt_buf_adds(&answer, ">>>>>>> REPLACE\n");
    add_lf(&want, tt_str_sub(text, 0, from));
    add_lf(&want, tt_buf_str(&new));
    add_lf(&want, tt_str_sub(text, to, text.n));

    struct tt_edit_plan *plan = plan_of((struct tt_edit_input){
        .before = text,
        .allowed = seed % 3 ? &allowed : NULL,
        .n_allowed = seed % 3 ? 1 : 0,
        .answer = tt_buf_str(&answer),
    });
    enum tt_verdict verdict = tt_edit_plan_verdict(plan);

    CHECK(verdict == TT_EDIT_READY || verdict == TT_EDIT_AMBIGUOUS || verdict == TT_EDIT_UNCHANGED,
          "seed %lu: %s", (unsigned long)seed, tt_verdict_name(verdict));
    for (size_t i = 0; i < tt_edit_plan_count(plan) && seed % 3; i++)
        CHECK(tt_range_contains(allowed, tt_edit_plan_at(plan, i)->range), "seed %lu",
              (unsigned long)seed);
    if (verdict == TT_EDIT_READY) {
        tt_edit_plan_result(plan, text, false, &got);
        add_lf(&lf, tt_buf_str(&got));
        CHECK(tt_str_eq(tt_buf_str(&lf), tt_buf_str(&want)), "seed %lu", (unsigned long)seed);
        CHECK(tt_str_starts(tt_buf_str(&got), tt_str_sub(text, 0, from)), "seed %lu",
              (unsigned long)seed);
        CHECK(tt_str_ends(tt_buf_str(&got), tt_str_sub(text, to, text.n)), "seed %lu",
              (unsigned long)seed);
    }
    tt_edit_plan_destroy(plan);
    tt_buf_release(&before);
    tt_buf_release(&answer);
    tt_buf_release(&new);
    tt_buf_release(&want);
    tt_buf_release(&got);
    tt_buf_release(&lf);
}

static void test_properties(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 10000; seed++)
        one_random(seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_scope_with_more_places_than_are_kept),
        cmocka_unit_test(test_end_of_file_in_other_spaces),
        cmocka_unit_test(test_import_hunk_is_flagged),
        cmocka_unit_test(test_region),
        cmocka_unit_test(test_region_indentation),
        cmocka_unit_test(test_regions_as_models_send_them),
        cmocka_unit_test(test_bad_ranges),
        cmocka_unit_test(test_skipped),
        cmocka_unit_test(test_new_file),
        cmocka_unit_test(test_redactions),
        cmocka_unit_test(test_candidates),
        cmocka_unit_test(test_held),
        cmocka_unit_test(test_no_time_for_the_guard),
        cmocka_unit_test(test_noise),
        cmocka_unit_test(test_names_from_elsewhere),
        cmocka_unit_test(test_noise_asked_for),
        cmocka_unit_test(test_properties),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
