/* test_conventions.c -- what is said about how a file is written. */
#include "base/buf.h"
#include "prompt/conventions.h"
#include "test.h"

static const struct {
    const char *name, *language, *before, *after;
    const char *want; /* lines, each with "|" behind it */
} cases[] = {
    { "nothing to read", "python", "", "", "" },
    { "python", "python",
      "def get_one(a_b):\n    x = 'one'\n    y = 'two'\n    raise NotFound('a')\n\n"
      "def get_two(a):\n    x = 'one'\n    raise NotFound('a')\n",
      "def get_three(a):\n    z = 'three'\n    logger.info('x')\n    raise NotFound('b')\n"
      "def get_four(a):\n    return 'four'\n",
      "indentation: 4 spaces|strings: single quotes|names of functions: snake_case|"
      "errors here are reported like this: raise NotFound('a')|"
      "errors here are reported like this: raise NotFound('b')|"
      "the log is written like this: logger.info('x')|" },
    { "javascript without semicolons", "javascript",
      "function getOne(a) {\n  const x = \"1\"\n  const y = f(x)\n  return y\n}\n"
      "function getTwo(a) {\n  const x = \"2\"\n  return g(x)\n}\n",
      "function getThree() {\n  const x = \"3\"\n  return h(\"4\")\n}\n"
      "function getFour() {\n  return h(\"4\")\n}\n",
      "indentation: 2 spaces|strings: double quotes|names of functions: camelCase|"
      "statements end without a semicolon|" },
    { "tabs", "go", "func a() {\n\tx()\n\ty()\n\tz()\n\treturn fmt.Errorf(\"a: %w\", err)\n}\n", "",
      "indentation: tabs|errors here are reported like this: return fmt.Errorf(\"a: %w\", err)|" },
    { "mixed quotes say nothing", "python", "a = 'x'\nb = \"y\"\nc = 'z'\nd = \"u\"\ne = 'v'\n", "",
      "" },
    { "an apostrophe is no quote", "python",
      "a = 1  # don't\nb = 2  # can't\nc = 3  # won't\nd = 4  # isn't\n", "", "" },
};

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct tt_buf document = TT_BUF_INIT(1 << 16), got = TT_BUF_INIT(1 << 16);
        struct tt_arena arena = { 0 };
        struct tt_range target;
        tt_str lines[TT_CONVENTIONS_MAX];
        size_t n;

        tt_buf_adds(&document, cases[i].before);
        target.start = (uint32_t)document.n;
        tt_buf_adds(&document, "\t\tthrow \"of the target: never an example\"\n");
        target.end = (uint32_t)document.n;
        tt_buf_adds(&document, cases[i].after);
        n = tt_conventions_find(tt_buf_str(&document), target, tt_str_from(cases[i].language),
                                &arena, lines);
        for (size_t k = 0; k < n; k++)
            tt_buf_addf(&got, "%.*s|", TT_STR_ARG(lines[k]));
        CHECK(tt_str_eq(tt_buf_str(&got), tt_str_from(cases[i].want)), "%s: %.*s", cases[i].name,
              TT_STR_ARG(tt_buf_str(&got)));
        tt_arena_release(&arena);
        tt_buf_release(&document);
        tt_buf_release(&got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_cases) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
