/* test_region.c -- a region that the answer rewrites as a whole. */
#include "planning.h"
#include "syntax/lang.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_region),
        cmocka_unit_test(test_region_indentation),
        cmocka_unit_test(test_regions_as_models_send_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
