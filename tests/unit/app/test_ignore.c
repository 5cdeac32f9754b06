/* test_ignore.c -- nested .gitignore files, as git reads them. */
#include "app/ignore.h"
#include "folder.h"

static const struct {
    const char *lines; /* of /r/.gitignore */
    const char *inner; /* of /r/src/.gitignore; NULL: none */
    const char *path;
    bool is_folder, want;
} rows[] = {
    { "*.log", NULL, "/r/a.log", false, true },
    { "*.log", NULL, "/r/src/a.log", false, true },
    { "/a.log", NULL, "/r/a.log", false, true },
    { "/a.log", NULL, "/r/src/a.log", false, false },
    { "src/gen", NULL, "/r/src/gen", true, true },
    { "src/gen", NULL, "/r/x/src/gen", true, false },
    { "out/", NULL, "/r/out", true, true },
    { "out/", NULL, "/r/out", false, false },
    { "out/", NULL, "/r/src/out", true, true },
    { "**/x/*.py", NULL, "/r/a/x/b.py", false, true },
    { "*.log\n!keep.log", NULL, "/r/keep.log", false, false },
    { "!keep.log\n*.log", NULL, "/r/keep.log", false, true },
    { "*.log", "!keep.log", "/r/src/keep.log", false, false },
    { "*.log", "!keep.log", "/r/src/other.log", false, true },
    { "", "*.py", "/r/src/a.py", false, true },
    { "", "/a.py", "/r/src/a.py", false, true },
    { "# a.py\n\n  \na.py  \r\n", NULL, "/r/a.py", false, true },
    { "\\#x", NULL, "/r/#x", false, true },
    { "\\!x", NULL, "/r/!x", false, true },
    { "a.py", NULL, "/r/a.pyc", false, false },
    { "[ab].py", NULL, "/r/b.py", false, true },
    { "!", NULL, "/r/a", false, false },
    { "/", NULL, "/r/a", false, false },
    { "*.log", NULL, "/elsewhere/a.log", false, false },
    { "*.log", NULL, "/rx/a.log", false, false },
    { "/logs/*\n!/logs/keep/", NULL, "/r/logs/keep", true, false },
    { "/logs/*\n!/logs/keep/", NULL, "/r/logs/keep/y.py", false, false },
    { "/logs/*\n!/logs/keep/", NULL, "/r/logs/y.py", false, true },
    { "out/", NULL, "/r/out/a.py", false, false }, /* nobody comes there */
};

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tt_ignore *outer = tt_ignore_add(NULL, "/r", tt_str_from(rows[i].lines));
        struct tt_ignore *inner =
            rows[i].inner ? tt_ignore_add(outer, "/r/src", tt_str_from(rows[i].inner)) : outer;

        CHECK(tt_ignore_has(inner, tt_str_from(rows[i].path), rows[i].is_folder) == rows[i].want,
              "row %zu: %s", i, rows[i].path);
        tt_ignore_leave(inner, outer);
        tt_ignore_destroy_all(outer);
    }
}

static void test_below(void **state)
{
    struct tt_ignore *ignore = tt_ignore_add(NULL, "/r", TT_STR("out/\n!out/a.py\n*.log\n"));

    (void)state;
    CHECK(tt_ignore_has_below(ignore, TT_STR("/r/out/a.py")));
    CHECK(tt_ignore_has_below(ignore, TT_STR("/r/src/out/b/c.py")));
    CHECK(tt_ignore_has_below(ignore, TT_STR("/r/src/a.log")));
    CHECK(!tt_ignore_has_below(ignore, TT_STR("/r/src/out.py")));
    tt_ignore_destroy_all(ignore);
}

static void test_above(void **state)
{
    struct tt_ignore *ignore;
    char path[512];

    (void)state;
    put(".git/HEAD", "");
    put(".git/info/exclude", "mine.py\n");
    put(".gitignore", "*.log\n");
    put("a/.gitignore", "!deep.log\n");
    put("a/b/c.py", "");
    snprintf(path, sizeof(path), "%s/a/b", folder);
    ignore = tt_ignore_above(path);
    snprintf(path, sizeof(path), "%s/a/b/x.log", folder);
    CHECK(tt_ignore_has(ignore, tt_str_from(path), false));
    snprintf(path, sizeof(path), "%s/a/b/deep.log", folder);
    CHECK(!tt_ignore_has(ignore, tt_str_from(path), false));
    snprintf(path, sizeof(path), "%s/a/b/mine.py", folder);
    CHECK(tt_ignore_has(ignore, tt_str_from(path), false));
    tt_ignore_destroy_all(ignore);
    CHECK(!tt_ignore_above("/"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_below),
        cmocka_unit_test_setup_teardown(test_above, folder_make, folder_drop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
