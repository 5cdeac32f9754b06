/* test_uri.c -- one file, many spellings; and what they are as paths. */
#include "lsp/uri.h"
#include "test.h"
#include "trimtab/error.h"

static const struct {
    const char *uri, *normal, *path; /* path NULL: no file URI */
} cases[] = {
    { "file:///tmp/a.py", "file:///tmp/a.py", "/tmp/a.py" },
    { "FILE:///tmp/a.py", "file:///tmp/a.py", "/tmp/a.py" },
    { "file:/tmp/a.py", "file:///tmp/a.py", "/tmp/a.py" },
    { "file://localhost/tmp/a.py", "file:///tmp/a.py", "/tmp/a.py" },
    { "file://LocalHost/tmp/a.py", "file:///tmp/a.py", "/tmp/a.py" },
    { "file:///tmp/a%20b.py", "file:///tmp/a%20b.py", "/tmp/a b.py" },
    { "file:///tmp/a b.py", "file:///tmp/a%20b.py", "/tmp/a b.py" },
    { "file:///tmp/%61.py", "file:///tmp/a.py", "/tmp/a.py" },
    { "file:///tmp/%c3%a9", "file:///tmp/%C3%A9", "/tmp/\xC3\xA9" },
    { "file:///tmp/\xC3\xA9", "file:///tmp/%C3%A9", "/tmp/\xC3\xA9" },
    { "file:///tmp/a%2Bb", "file:///tmp/a%2Bb", "/tmp/a+b" },
    { "file:///tmp/a+b", "file:///tmp/a%2Bb", "/tmp/a+b" },
    { "file:///tmp/%5Bid%5D.ts", "file:///tmp/%5Bid%5D.ts", "/tmp/[id].ts" },
    { "file:///tmp/[id].ts", "file:///tmp/%5Bid%5D.ts", "/tmp/[id].ts" },
    { "file:///tmp/c#/a.cs", "file:///tmp/c%23/a.cs", "/tmp/c#/a.cs" },
    { "file:///tmp/100%", "file:///tmp/100%25", "/tmp/100%" },
    { "file:///tmp/%zz%4", "file:///tmp/%25zz%254", "/tmp/%zz%4" },
    { "file:///tmp/%25", "file:///tmp/%25", "/tmp/%" },
    { "file:///tmp/a%2Fb", "file:///tmp/a%2Fb", "/tmp/a/b" },
    { "file:///tmp/a\\b", "file:///tmp/a%5Cb", "/tmp/a\\b" },
    { "file:///c%3A/x/y.py", "file:///c:/x/y.py", "c:/x/y.py" },
    { "file:///C:/x/y.py", "file:///c:/x/y.py", "c:/x/y.py" },
    { "file:///c:\\x\\y.py", "file:///c:/x/y.py", "c:\\x\\y.py" },
    { "file:///c%3a%5Cx", "file:///c:/x", "c:\\x" },
    { "file:///c:", "file:///c:", "c:" },
    { "file:///c:x", "file:///c:x", "/c:x" },
    { "file://Server/share/a.py", "file://server/share/a.py", "//Server/share/a.py" },
    { "file:///", "file:///", "/" },
    { "file://", "file://", "" },
    { "file:", "file://", "" },
    { "untitled:Untitled-1", "untitled:Untitled-1", NULL },
    { "Untitled:Untitled-1", "untitled:Untitled-1", NULL },
    { "untitled:/tmp/new%20file.py", "untitled:/tmp/new%20file.py", NULL },
    { "vscode-notebook-cell:/x/a.ipynb#W0sZmlsZQ%3D%3D",
      "vscode-notebook-cell:/x/a.ipynb#W0sZmlsZQ==", NULL },
    { "vscode-notebook-cell:/x/a.ipynb#W0sZmlsZQ==", "vscode-notebook-cell:/x/a.ipynb#W0sZmlsZQ==",
      NULL },
    { "git:/x/a.py?%7B%22ref%22%3A%22~%22%7D", "git:/x/a.py?{\"ref\":\"~\"}", NULL },
    { "vscode-remote://WSL%2Bubuntu/home/x.py", "vscode-remote://wsl%2bubuntu/home/x.py", NULL },
    { "jdt://a/b%23c", "jdt://a/b%23c", NULL },
    { "", "", NULL },
    { "/tmp/a.py", "/tmp/a.py", NULL },
    { "C:\\x\\y.py", "C:\\x\\y.py", NULL },
    { "c:/x", "c:/x", NULL },
    { ":", ":", NULL },
    { "1file:///x", "1file:///x", NULL },
};

static void test_normal_form_and_path(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct tt_buf normal = TT_BUF_INIT(1000), again = TT_BUF_INIT(1000);
        struct tt_buf path = TT_BUF_INIT(1000);
        tt_str uri = tt_str_from(cases[i].uri);
        int err;

        CHECK(tt_uri_normalize(uri, &normal) == 0);
        CHECK(tt_str_eq(tt_buf_str(&normal), tt_str_from(cases[i].normal)), "%s: got %s",
              cases[i].uri, normal.p);
        tt_uri_normalize(tt_buf_str(&normal), &again);
        CHECK(tt_str_eq(tt_buf_str(&normal), tt_buf_str(&again)), "%s, twice: %s", cases[i].uri,
              again.p);
        err = tt_uri_to_path(uri, &path);
        CHECK(err == (cases[i].path ? 0 : TT_EINVALID), "%s: %d", cases[i].uri, err);
        CHECK(tt_uri_is_file(uri) == (cases[i].path != NULL), "%s", cases[i].uri);
        CHECK(!cases[i].path || tt_str_eq(tt_buf_str(&path), tt_str_from(cases[i].path)),
              "%s: got %s", cases[i].uri, path.p);
        tt_buf_release(&normal);
        tt_buf_release(&again);
        tt_buf_release(&path);
    }
}

static void test_equality(void **state)
{
    (void)state;
    CHECK(tt_uri_eq(TT_STR("file:///c%3A/x"), TT_STR("file:///C:/x")));
    CHECK(tt_uri_eq(TT_STR("file:///a%c3%a9"), TT_STR("file:///a\xC3\xA9")));
    CHECK(!tt_uri_eq(TT_STR("file:///a"), TT_STR("file:///A")));
    CHECK(!tt_uri_eq(TT_STR("file:///a%2Fb"), TT_STR("file:///a/b")));
    CHECK(!tt_uri_eq(TT_STR("file:///a"), TT_STR("git:/a")));
    CHECK(!tt_uri_eq(TT_STR("git:/a%3Fb"), TT_STR("git:/a?b")));
    CHECK(tt_uri_eq(TT_STR("untitled:a"), TT_STR("UNTITLED:a")));
}

static void test_nul_in_a_path(void **state)
{
    struct tt_buf path = TT_BUF_INIT(100);

    (void)state;
    tt_buf_adds(&path, "kept");
    CHECK(tt_uri_to_path(TT_STR("file:///a%00b"), &path) == TT_EPARSE);
    CHECK(tt_str_eq(tt_buf_str(&path), TT_STR("kept")));
    tt_buf_clear(&path);
    CHECK(tt_uri_path_part(TT_STR("file:///a%00b"), &path) == 0);
    CHECK(tt_str_eq(tt_buf_str(&path), TT_STR("/a_b")));
    tt_buf_release(&path);
}

static const struct {
    const char *uri, *path;
} parts[] = {
    { "untitled:a%20b.py", "a b.py" },
    { "vscode-notebook-cell:/x/a.ipynb#c1", "/x/a.ipynb" },
    { "git:/x/a.py?{\"ref\":\"~\"}", "/x/a.py" },
    { "vscode-remote://host/home/x.py", "/home/x.py" },
    { "file:///c%3A/x.py", "c:/x.py" },
    { "/tmp/a.py", "/tmp/a.py" },
    { "", "" },
};

static void test_path_part(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(parts); i++) {
        struct tt_buf path = TT_BUF_INIT(100);

        CHECK(tt_uri_path_part(tt_str_from(parts[i].uri), &path) == 0);
        CHECK(tt_str_eq(tt_buf_str(&path), tt_str_from(parts[i].path)), "%s: %s", parts[i].uri,
              path.p);
        tt_buf_release(&path);
    }
}

static const struct {
    const char *path, *uri;
} paths[] = {
    { "/tmp/a.py", "file:///tmp/a.py" },
    { "/tmp/a b#c?d%.py", "file:///tmp/a%20b%23c%3Fd%25.py" },
    { "/tmp/\xC3\xA9", "file:///tmp/%C3%A9" },
    { "c:/x/y.py", "file:///c%3A/x/y.py" },
    { "C:\\x\\y.py", "file:///c%3A/x/y.py" },
    { "//server/share/a", "file://server/share/a" },
    { "/", "file:///" },
};

static void test_from_path_and_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct tt_buf uri = TT_BUF_INIT(100), back = TT_BUF_INIT(100), again = TT_BUF_INIT(100);

        CHECK(tt_uri_from_path(tt_str_from(paths[i].path), &uri) == 0);
        CHECK(tt_str_eq(tt_buf_str(&uri), tt_str_from(paths[i].uri)), "%s: %s", paths[i].path,
              uri.p);
        CHECK(tt_uri_to_path(tt_buf_str(&uri), &back) == 0);
        tt_uri_from_path(tt_buf_str(&back), &again);
        CHECK(tt_str_eq(tt_buf_str(&uri), tt_buf_str(&again)), "%s: %s", paths[i].path, again.p);
        tt_buf_release(&uri);
        tt_buf_release(&back);
        tt_buf_release(&again);
    }
}

static void test_no_memory_left(void **state)
{
    struct tt_buf small = TT_BUF_INIT(3);

    (void)state;
    CHECK(tt_uri_normalize(TT_STR("file:///tmp/a"), &small) == TT_ETOOBIG);
    tt_buf_release(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_normal_form_and_path), cmocka_unit_test(test_equality),
        cmocka_unit_test(test_nul_in_a_path),        cmocka_unit_test(test_path_part),
        cmocka_unit_test(test_from_path_and_back),   cmocka_unit_test(test_no_memory_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
