/* test_git_config.c -- the settings that git would read from a text. */
#include "config/git_config.h"

#include "base/buf.h"
#include "test.h"

static const struct {
    const char *text, *want; /* want: "key=value;" each; "key;" has no value */
} rows[] = {
    { "[core]\n\texcludesFile = ~/.ignore\n", "core.excludesfile=~/.ignore;" },
    { "[CORE] ExcludesFile=a\n", "core.excludesfile=a;" },
    { "[core]\n  a = b  ; why\n  c = d # why\n", "core.a=b;core.c=d;" },
    { "[core]\n a = \"b # c\" \" d\"\n", "core.a=b # c  d;" },
    { "[core]\n a = b   c   \n", "core.a=b   c;" },
    { "[core]\n a = b\\\n  c\n d = e\n", "core.a=b  c;core.d=e;" },
    { "[core]\n a = \"x\\ty\\\\z\\\"\"\n", "core.a=x\ty\\z\";" },
    { "[core]\r\n a = b\r\n c = d\r\n", "core.a=b;core.c=d;" },
    { "\xef\xbb\xbf[core]\na=b", "core.a=b;" },
    { "[core]\na\nb =\nc", "core.a;core.b=;core.c;" },
    { "[remote \"Or \\\"ig\"]\nurl = x\n", "remote.Or \"ig.url=x;" },
    { "[includeIf \"gitdir:~/w/\"]\npath = x\n", "includeif.gitdir:~/w/.path=x;" },
    { "# a = b\n; [x]\n\n[y]\n  # z\nk = v\n", "y.k=v;" },
    { "[a.b]\nk = v\n", "a.b.k=v;" },
    /* git gives up there; what stood before was read */
    { "[core]\na = b\n???\nc = d\n", "core.a=b;" },
    { "[core]\na = \"b\nc = d\n", "" },
    { "[core]\na = b\\q\nc = d\n", "" },
    { "[core\na = b\n", "" },
    { "[core \"x]\na = b\n", "" },
    { "[core]\na ? b\n", "" },
    { "[core]\na = b\\", "core.a=b;" },
    { "[", "" },
    { "", "" },
};

static void record(void *arg, tt_str key, tt_str value)
{
    struct tt_buf *out = arg;

    tt_buf_add(out, key);
    if (value.p)
        tt_buf_addf(out, "=%.*s", TT_STR_ARG(value));
    tt_buf_addc(out, ';');
}

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tt_buf got = TT_BUF_INIT(TT_BUF_OWN);

        tt_git_config_each(tt_str_from(rows[i].text), record, &got);
        CHECK(tt_str_eq(tt_buf_str(&got), tt_str_from(rows[i].want)), "row %zu: got %s", i,
              got.p ? got.p : "nothing");
        tt_buf_release(&got);
    }
}

/* A value over the limit is no value, and no memory grows with it. */
static void test_limits(void **state)
{
    struct tt_buf text = TT_BUF_INIT(TT_BUF_OWN), got = TT_BUF_INIT(TT_BUF_OWN);

    (void)state;
    tt_buf_adds(&text, "[core]\na = b\nc = ");
    for (size_t i = 0; i < 100000; i++)
        tt_buf_addc(&text, 'x');
    tt_buf_adds(&text, "\nd = e\n");
    tt_git_config_each(tt_buf_str(&text), record, &got);
    CHECK(tt_str_eq(tt_buf_str(&got), TT_STR("core.a=b;")), "%.100s", got.p);
    tt_buf_release(&text);
    tt_buf_release(&got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
