/* test_excerpt.c -- a line with its caret, and diffs in colour. */
#include "app/excerpt.h"
#include "test.h"
#include "text/text.h"

static const struct tt_colors plain = { "", "", "", "", "", "", "", "" };
static const struct tt_colors marks = { "<>", "<b>", "<d>", "<r>", "<g>", "<y>", "<l>", "<c>" };

static void test_excerpts(void **state)
{
    static const struct {
        const char *text;
        uint32_t start, end;
        const char *want;
    } rows[] = {
        { "abc def\n", 4, 7, "     1 | abc def\n       |     ^~~\n" },
        { "abc\ndef\n", 5, 5, "     2 | def\n       |  ^\n" },
        { "a\nbcd\nef", 3, 8, "     2 | bcd\n       |  ^~\n" },
        { "\tx = 1", 1, 2, "     1 | \tx = 1\n       | \t^\n" },
        { "\xc3\xa4\xf0\x9f\x98\x80 x", 7, 8,
          "     1 | \xc3\xa4\xf0\x9f\x98\x80 x\n       |    ^\n" },
        { "a\x1b[31mb", 0, 1, "     1 | a?[31mb\n       | ^\n" },
        { "", 0, 0, "     1 | \n       | ^\n" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tt_buf out = TT_BUF_INIT(4096);
        struct tt_text *text;

        CHECK(tt_text_create(tt_str_from(rows[i].text), &text, NULL) == 0);
        tt_excerpt_add(&out, text, (struct tt_range){ rows[i].start, rows[i].end }, &plain, "");
        CHECK(strcmp(out.p, rows[i].want) == 0, "row %zu: %s", i, out.p);
        tt_text_unref(text);
        tt_buf_release(&out);
    }
}

static void test_long_lines(void **state)
{
    struct tt_buf long_line = TT_BUF_INIT(1 << 20), out = TT_BUF_INIT(1 << 20);
    struct tt_text *text;

    (void)state;
    for (int i = 0; i < 5000; i++)
        tt_buf_adds(&long_line, "\xc3\xa4");
    CHECK(tt_text_create(tt_buf_str(&long_line), &text, NULL) == 0);
    tt_excerpt_add(&out, text, (struct tt_range){ 5000, 5002 }, &plain, "");
    CHECK(!out.err && out.n < 500 && strchr(out.p, '^'), "%s", out.p);
    CHECK(!strstr(out.p, "\xef\xbf\xbd"), "a character was cut: %s", out.p);
    tt_text_unref(text);
    tt_buf_release(&long_line);
    tt_buf_release(&out);
}

static void test_diff(void **state)
{
    struct tt_buf out = TT_BUF_INIT(4096);

    (void)state;
    CHECK(tt_diff_add(&out, "/x/f.c", TT_STR("c\nd\r\n"), TT_STR("c\ne\x1b\n"), &marks) == 0);
    CHECK(strcmp(out.p, "<b>--- a/x/f.c<>\n<b>+++ b/x/f.c<>\n<c>@@ -1,2 +1,2 @@<>\n c\n<r>-d?<>\n"
                        "<g>+e?<>\n") == 0,
          "%s", out.p);
    tt_buf_clear(&out); /* for git apply: bytes as they are */
    CHECK(tt_diff_add(&out, "f.c", TT_STR("d\r\n"), TT_STR("e\x1b\n"), &plain) == 0);
    CHECK(strcmp(out.p, "--- a/f.c\n+++ b/f.c\n@@ -1 +1 @@\n-d\r\n+e\x1b\n") == 0, "%s", out.p);
    tt_buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_excerpts),
        cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_diff),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
