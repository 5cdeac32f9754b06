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

/* What the one who runs this test ignores is nobody's business. */
static void nothing_of_the_users(void)
{
    setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
    setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
    setenv("XDG_CONFIG_HOME", in_folder("xdg"), 1);
}

static void test_above(void **state)
{
    struct tt_ignore *ignore;
    char path[512];

    (void)state;
    nothing_of_the_users();
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

static bool ignores(const char *name)
{
    struct tt_ignore *ignore = tt_ignore_enter(NULL, in_folder("r"));
    bool has = tt_ignore_has(ignore, tt_str_from(in_folder(name)), false);

    tt_ignore_leave(ignore, NULL);
    return has;
}

/* The user's own file for all repositories, wherever git would find it. */
static void test_the_users_own_file(void **state)
{
    (void)state;
    nothing_of_the_users();
    unsetenv("GIT_CONFIG_GLOBAL");
    unsetenv("XDG_CONFIG_HOME");
    setenv("HOME", in_folder("home"), 1);
    put("home/.config/git/ignore", "\xef\xbb\xbfnormal.py\n");
    put("r/.gitignore", "!back.py\n");
    CHECK(!ignores("r/normal.py"), "that is no repository");
    put("r/.git/HEAD", "");
    CHECK(ignores("r/normal.py"));
    setenv("XDG_CONFIG_HOME", in_folder("xdg"), 1);
    CHECK(!ignores("r/normal.py"));
    put("xdg/git/ignore", "xdg.py\n");
    CHECK(ignores("r/xdg.py"));

    put("xdg/git/config", "[core]\n\texcludesFile = ~/one\n");
    put("home/one", "one.py\nback.py\ntaken.py\n");
    CHECK(ignores("r/one.py") && !ignores("r/xdg.py"), "named, so the usual one is not read");
    CHECK(!ignores("r/back.py"), "the repository's own lines come first");
    put("r/.git/info/exclude", "!taken.py\n");
    CHECK(!ignores("r/taken.py"));

    put("home/.gitconfig", "[include]\n\tpath = more/settings\n");
    CHECK(ignores("r/one.py"));
    put("home/more/settings", "[core]\nexcludesfile = ~/two\n[include]\npath = settings\n");
    put("home/two", "two.py\n");
    CHECK(ignores("r/two.py") && !ignores("r/one.py"), "a file that includes itself ends");
    put("r/.git/config", "[core]\nexcludesfile = mine\n");
    put("r/mine", "three.py\n");
    CHECK(ignores("r/three.py") && !ignores("r/two.py"), "from the top of the repository");
    put("r/.git/config", "[core]\nexcludesfile =\n");
    CHECK(!ignores("r/three.py") && !ignores("r/xdg.py"), "none");
    put("r/.git/config", "");

    setenv("GIT_CONFIG_GLOBAL", in_folder("elsewhere"), 1);
    put("elsewhere", "[core]\nexcludesfile = ~nobody-of-this-name/x\n");
    CHECK(ignores("r/xdg.py"), "no such user: as if it were not set");
}

/* ".git" of a worktree is a file. */
static void test_worktree(void **state)
{
    (void)state;
    nothing_of_the_users();
    put("main/.git/info/exclude", "mine.py\n");
    put("main/.git/worktrees/r/commondir", "../..\n");
    put("r/.git", "gitdir: ../main/.git/worktrees/r\n");
    CHECK(ignores("r/mine.py"));
    put("main/.git/worktrees/r/info/exclude", "module.py\n");
    CHECK(remove(in_folder("main/.git/worktrees/r/commondir")) == 0);
    CHECK(ignores("r/module.py") && !ignores("r/mine.py"), "a submodule has all of its own");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_below),
        cmocka_unit_test_setup_teardown(test_above, folder_make, folder_drop),
        cmocka_unit_test_setup_teardown(test_the_users_own_file, folder_make, folder_drop),
        cmocka_unit_test_setup_teardown(test_worktree, folder_make, folder_drop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
