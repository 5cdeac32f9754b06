/* test_lang.c -- the table of languages is whole, and is searched as editors ask. */
#include "syntax/grammar.h"
#include "syntax/lang.h"
#include "test.h"

static const struct {
    const char *path, *want; /* want: NULL when no language has it */
} paths[] = {
    { "a.py", "python" },           { "/src/a.d.ts", "typescript" },
    { "C:\\src\\view.tsx", "tsx" }, { "view.jsx", "javascript" },
    { "db/schema.sql", "sql" },     { "Rakefile", "ruby" },
    { "ci/Rakefile.old", NULL },    { "py", NULL },
    { "dir.py/readme", NULL },      { "", NULL },
};

static void test_for_path(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(paths); i++) {
        const struct tt_lang *lang = tt_lang_for_path(tt_str_from(paths[i].path));
        tt_str got = lang ? tt_lang_name(lang) : (tt_str){ NULL, 0 };

        CHECK(tt_str_eq(got, tt_str_from(paths[i].want)), "%s: got %.*s", paths[i].path,
              TT_STR_ARG(got));
    }
}

static const struct {
    const char *id, *want;
} ids[] = {
    { "python", "python" },
    { "typescriptreact", "tsx" },
    { "javascriptreact", "javascript" },
    { "csharp", "c-sharp" },
    { "shellscript", "bash" },
    { "jsonc", "json" },
    { "type", NULL },
    { "", NULL },
    { "json jsonc", NULL },
};

static void test_by_id(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(ids); i++) {
        const struct tt_lang *lang = tt_lang_by_id(tt_str_from(ids[i].id));
        tt_str got = lang ? tt_lang_name(lang) : (tt_str){ NULL, 0 };

        CHECK(tt_str_eq(got, tt_str_from(ids[i].want)), "%s: got %.*s", ids[i].id, TT_STR_ARG(got));
    }
}

/* Each grammar is of an ABI that our core accepts, and is the one it says. */
static void test_every_row(void **state)
{
    TSParser *parser = ts_parser_new();

    (void)state;
    for (size_t i = 0; i < tt_lang_count(); i++) {
        const struct tt_lang *lang = tt_lang_at(i);
        tt_str name = tt_lang_name(lang);

        CHECK(tt_lang_by_name(name) == lang, "%.*s", TT_STR_ARG(name));
        CHECK(tt_lang_by_id(tt_lang_id(lang)) == lang, "%.*s", TT_STR_ARG(name));
        CHECK(ts_parser_set_language(parser, tt_lang_grammar(lang)), "%.*s", TT_STR_ARG(name));
        TSTree *tree = ts_parser_parse_string(parser, NULL, "\n", 1);
        CHECK(tree != NULL, "%.*s", TT_STR_ARG(name));
        ts_tree_delete(tree);
        CHECK((tt_lang_block_open(lang).n == 0) == (tt_lang_block_close(lang).n == 0), "%.*s",
              TT_STR_ARG(name));
    }
    ts_parser_delete(parser);
    CHECK(tt_lang_by_name(TT_STR("klingon")) == NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_for_path),
        cmocka_unit_test(test_by_id),
        cmocka_unit_test(test_every_row),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
