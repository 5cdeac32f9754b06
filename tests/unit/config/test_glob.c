/* test_glob.c -- patterns of files that are never read and never sent. */
#include "config/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct {
    const char *glob, *path;
    bool want;
} cases[] = {
    { "a.ts", "a.ts", true },
    { "a.ts", "src/a.ts", true },
    { "a.ts", "src/ba.ts", false },
    { "*.ts", "src/deep/a.ts", true },
    { "*.ts", "src/a.tsx", false },
    { "/a.ts", "a.ts", true },
    { "/a.ts", "src/a.ts", false },
    { "src/*.ts", "src/a.ts", true },
    { "src/*.ts", "src/deep/a.ts", false },
    { "src/*.ts", "x/src/a.ts", false },
    { "src/**", "src/deep/a.ts", true },
    { "src/**/a.ts", "src/a.ts", true },
    { "src/**/a.ts", "src/x/y/a.ts", true },
    { "**/test/**", "a/test/b.ts", true },
    { "**/test/**", "a/tests/b.ts", false },
    { "node_modules", "a/node_modules/b/c.js", true },
    { "node_modules/", "a/node_modules/b/c.js", true },
    { "build/out", "build/out/x/y", true },
    { "build/out", "build/output", false },
    { "a?c", "abc", true },
    { "a?c", "a/c", false },
    { "[a-c]x", "bx", true },
    { "[a-c]x", "dx", false },
    { "[!a-c]x", "dx", true },
    { "[!a-c]x", "ax", false },
    { "[]]x", "]x", true },
    { "[x", "[x", true },
    { "\\*x", "*x", true },
    { "\\*x", "ax", false },
    { "", "a", false },
    { "/", "a", false },
    { "*", "a/b", true },
    { ".env*", "conf/.env.local", true },
};

static void test_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (tt_glob_match(tt_str_from(cases[i].glob), tt_str_from(cases[i].path)) != cases[i].want)
            fail_msg("%s on %s", cases[i].glob, cases[i].path);
    }
}

/* A hostile pattern gives up instead of hanging; a long path costs no stack. */
static void test_hostile(void **state)
{
    size_t n = 1 << 20;
    char *path = malloc(n);

    (void)state;
    memset(path, 'a', n);
    assert_false(tt_glob_match(TT_STR("*a*a*a*a*a*a*a*a*a*a*b"), (tt_str){ path, 200 }));
    assert_false(tt_glob_match(TT_STR("**b"), (tt_str){ path, n }));
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_hostile),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
