/* test_walk.c -- which files a folder means. */
#include "app/walk.h"
#include "folder.h"
#include "trimtab/error.h"

static void expect(const char *const *words, size_t n_words, const char *want)
{
    struct tt_cli_settings settings;
    struct tt_walk walk;
    char got[2048] = "";

    CHECK(tt_cli_settings_load(words[0], &settings) == 0);
    CHECK(tt_walk_paths(words, n_words, &settings, &walk) == 0);
    for (size_t i = 0; i < walk.n; i++) {
        strncat(got, walk.paths[i], sizeof(got) - strlen(got) - 1);
        strncat(got, " ", sizeof(got) - strlen(got) - 1);
    }
    CHECK(strcmp(got, want) == 0, "got %s", got);
    tt_walk_release(&walk);
    tt_cli_settings_release(&settings);
}

static void fill(void)
{
    put(".git/HEAD", "");
    put(".git/hooks/hook.py", "");
    put(".gitignore", "/gen\n*.tmp.py\n");
    put(".trimtab.json", "{\"ignore\": [\"legacy/**\"]}");
    put("a.py", "");
    put("b.tmp.py", "");
    put("gen/x.py", "");
    put("legacy/x.py", "");
    put("node_modules/m/index.js", "");
    put("src/c.ts", "");
    put("src/data.bin", "");
    put("src/min.min.js", "");
    put("src/build/d.py", "");
    put("src/.gitignore", "e.py\n");
    put("src/e.py", "");
    put("src/z/e.py", "");
    put("src/z/f.sql", "");
    CHECK(symlink("..", in_folder("src/loop")) == 0);
    CHECK(symlink("../a.py", in_folder("src/link.py")) == 0);
}

static void test_folders(void **state)
{
    const char *const here[] = { "." };
    const char *const sub[] = { "src" };
    const char *const slash[] = { "src/" };
    const char *const up[] = { "../src/z" };
    const char *const named[] = { "b.tmp.py", "gen", "a.py", "a.py" };
    const char *const one[] = { "src/data.bin" };

    (void)state;
    setenv("TRIMTAB_CONFIG_DIR", "/nonexistent", 1);
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
    fill();
    CHECK(chdir(folder) == 0);
    expect(here, 1, ".trimtab.json a.py src/c.ts src/z/f.sql ");
    expect(sub, 1, "src/c.ts src/z/f.sql ");
    expect(slash, 1, "src/c.ts src/z/f.sql ");
    expect(named, 4, "b.tmp.py gen/x.py a.py ");
    expect(one, 1, "src/data.bin ");
    CHECK(chdir("src") == 0);
    expect(up, 1, "../src/z/f.sql ");
    CHECK(chdir("/") == 0);
}

static void test_missing(void **state)
{
    const char *const words[] = { "/nonexistent/x" };
    struct tt_cli_settings settings;
    struct tt_walk walk;

    (void)state;
    CHECK(tt_cli_settings_load(NULL, &settings) == 0);
    CHECK(tt_walk_paths(words, 1, &settings, &walk) == TT_ENOTFOUND);
    tt_cli_settings_release(&settings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_folders, folder_make, folder_drop),
        cmocka_unit_test(test_missing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
