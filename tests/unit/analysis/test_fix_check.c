/* test_fix_check.c -- where a rewrite is not offered. */
#include "analysis/fix_check.h"
#include "code.h"
#include "test.h"

struct row {
    const char *language, *path, *code, *old, *text; /* the first `old` becomes `text` */
    bool stands;
};

static const struct row rows[] = {
    { "python", "a.py", "raise New(x)\n", "New(x)", "New(x) from e", true },
    /* what follows would become a part of the last word */
    { "python", "a.py", "raise New(x)\xc3\xa9\n", "New(x)", "New(x) from e", false },
    { "python", "a.py", "a = f(x)if y else 1\n", "f(x)", "g", false },
    { "python", "a.py", "a = f(x) if y else 1\n", "f(x)", "g", true },
    { "python", "a.py", "return(x)\n", "(x)", "x", false },
    { "python", "a.py", "a = bc\n", "c", "d", true }, /* it was one word before */
    { "python", "a.py", "not(a)\n", "(", "", false },
    /* a line that is not understood, and one that is */
    { "python", "a.py", "x = 1\nraise New(x) )\n", "New(x)", "New(x) from e", false },
    { "python", "a.py", "x = ) 1\nraise New(x)\n", "New(x)", "New(x) from e", true },
    { "javascript", "a.js", "var a = 1; b = = 2;\n", "var", "let", false },
    { "javascript", "a.js", "b = = 2;\n\nvar a = 1;\n", "var", "let", true },
    { "go", "a.go", "package a\n\nfunc f() {\n\tx := g()\n", "g()", "h()", true }, /* no end yet */
};

static void test_stands(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct row *row = &rows[i];
        uint32_t start = (uint32_t)(strstr(row->code, row->old) - row->code);
        const struct tt_text_edit edit = { { start, start + (uint32_t)strlen(row->old) },
                                           tt_str_from(row->text) };
        struct code code;

        code_init(&code, tt_str_from(row->language), tt_str_from(row->path),
                  tt_str_from(row->code));
        CHECK(fix_stands(ts_tree_root_node(code.source.tree), code.source.bytes, &edit, 1) ==
                  row->stands,
              "row %zu: %s", i, row->code);
        code_release(&code);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stands),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
