/* test_files.c -- reading, replacing and finding files. */
#include "app/files.h"
#include "folder.h"
#include "trimtab/error.h"

static void test_read(void **state)
{
    struct tt_buf buf = TT_BUF_INIT(5);

    (void)state;
    put("five", "12345");
    put("six", "123456");
    put("none", "");
    CHECK(tt_file_read(in_folder("five"), &buf) == 0);
    CHECK(tt_str_eq(tt_buf_str(&buf), TT_STR("12345")));
    tt_buf_clear(&buf);
    CHECK(tt_file_read(in_folder("none"), &buf) == 0 && buf.n == 0);
    CHECK(tt_file_read(in_folder("six"), &buf) == TT_ETOOBIG);
    tt_buf_clear(&buf);
    CHECK(tt_file_read(in_folder("absent"), &buf) == TT_ENOTFOUND);
    CHECK(tt_file_read(in_folder("five/x"), &buf) == TT_ENOTFOUND);
    CHECK(tt_file_read(folder, &buf) == TT_EINVALID);
    CHECK(tt_file_read("/dev/zero", &buf) == TT_EINVALID);
    CHECK(buf.n == 0);
    tt_buf_release(&buf);
}

static void test_replace(void **state)
{
    struct stat st;

    (void)state;
    put("a", "old");
    CHECK(chmod(in_folder("a"), 0751) == 0);
    CHECK(symlink("a", in_folder("link")) == 0);
    CHECK(tt_file_replace(in_folder("a"), TT_STR("else"), TT_STR("new")) == TT_ESTALE);
    expect_file("a", "old");
    CHECK(tt_file_replace(in_folder("link"), TT_STR("old"), TT_STR("new")) == 0);
    expect_file("a", "new");
    CHECK(lstat(in_folder("link"), &st) == 0 && S_ISLNK(st.st_mode));
    CHECK(stat(in_folder("a"), &st) == 0 && (st.st_mode & 07777) == 0751);
    CHECK(tt_file_replace(in_folder("absent"), TT_STR(""), TT_STR("x")) == TT_ENOTFOUND);
    CHECK(access(in_folder("absent"), F_OK) != 0);
    CHECK(chmod(in_folder("a"), 0444) == 0);
    if (geteuid() != 0) { /* root may write anything */
        CHECK(tt_file_replace(in_folder("a"), TT_STR("new"), TT_STR("x")) == TT_EDENIED);
        expect_file("a", "new");
    }
    CHECK(tt_file_create(in_folder("a"), TT_STR("x")) == TT_EINVALID);
    CHECK(tt_file_create(in_folder("b"), TT_STR("x")) == 0);
    expect_file("b", "x");
}

static void test_absolute(void **state)
{
    static const char *const rows[][2] = {
        { "/a/b", "/a/b" },    { "/a//b/", "/a/b" }, { "/a/./b", "/a/b" },  { "/a/../b", "/b" },
        { "/../..", "/" },     { "/", "/" },         { "/a/b/../..", "/" }, { "x", "/usr/x" },
        { "./x/.", "/usr/x" }, { "../x", "/x" },     { ".", "/usr" },       { "", "/usr" },
    };

    (void)state;
    CHECK(chdir("/usr") == 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tt_buf path = TT_BUF_INIT(1000);

        CHECK(tt_path_absolute(rows[i][0], &path) == 0);
        CHECK(strcmp(path.p, rows[i][1]) == 0, "%s: %s", rows[i][0], path.p);
        tt_buf_release(&path);
    }
    CHECK(chdir("/") == 0);
}

static void test_upward(void **state)
{
    struct tt_buf path = TT_BUF_INIT(1000);

    (void)state;
    put("top.json", "");
    put("a/b/c.py", "");
    CHECK(tt_file_upward(in_folder("a/b/c.py"), "top.json", &path) == 0);
    CHECK(strcmp(path.p, in_folder("top.json")) == 0, "%s", path.p);
    tt_buf_clear(&path);
    CHECK(tt_file_upward(in_folder("a"), "no-such-name", &path) == TT_ENOTFOUND && path.n == 0);
    tt_buf_release(&path);
}

static void test_dirs(void **state)
{
    struct tt_buf path = TT_BUF_INIT(1000);

    (void)state;
    setenv("HOME", "/h", 1);
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("TRIMTAB_CONFIG_DIR");
    CHECK(tt_dir_path(TT_DIR_CONFIG, "config.json", &path) == 0);
    CHECK(strcmp(path.p, "/h/.config/trimtab/config.json") == 0);
    tt_buf_clear(&path);
    setenv("XDG_CONFIG_HOME", "relative", 1);
    CHECK(tt_dir_path(TT_DIR_CONFIG, NULL, &path) == 0);
    CHECK(strcmp(path.p, "/h/.config/trimtab") == 0);
    tt_buf_clear(&path);
    setenv("XDG_CONFIG_HOME", "/x", 1);
    CHECK(tt_dir_path(TT_DIR_CONFIG, NULL, &path) == 0 && strcmp(path.p, "/x/trimtab") == 0);
    tt_buf_clear(&path);
    setenv("TRIMTAB_CONFIG_DIR", "/own", 1);
    CHECK(tt_dir_path(TT_DIR_CONFIG, NULL, &path) == 0 && strcmp(path.p, "/own") == 0);
    tt_buf_clear(&path);
    unsetenv("TRIMTAB_STATE_DIR");
    unsetenv("XDG_STATE_HOME");
    unsetenv("HOME");
    CHECK(tt_dir_path(TT_DIR_STATE, NULL, &path) == TT_ENOTFOUND);
    tt_buf_release(&path);
}

static void test_make_folders(void **state)
{
    struct stat st;

    (void)state;
    CHECK(tt_dir_make(in_folder("a/b/c")) == 0);
    CHECK(tt_dir_make(in_folder("a/b/c")) == 0);
    CHECK(stat(in_folder("a/b/c"), &st) == 0 && S_ISDIR(st.st_mode) && (st.st_mode & 0777) == 0700);
    put("file", "");
    CHECK(tt_dir_make(in_folder("file/x")) == TT_ENOTFOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_read, folder_make, folder_drop),
        cmocka_unit_test_setup_teardown(test_replace, folder_make, folder_drop),
        cmocka_unit_test(test_absolute),
        cmocka_unit_test_setup_teardown(test_upward, folder_make, folder_drop),
        cmocka_unit_test(test_dirs),
        cmocka_unit_test_setup_teardown(test_make_folders, folder_make, folder_drop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
