/* test_unified.c -- unified diffs are what `patch` takes back. */
#include "test.h"
#include "text/diff.h"

static const struct {
    const char *name, *before, *after, *want;
} cases[] = {
    { "equal", "a\nb\n", "a\nb\n", "" },
    { "one line", "a\nb\nc\n", "a\nB\nc\n", "--- x\n+++ y\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n" },
    { "added at the end", "a\n", "a\nb\n", "--- x\n+++ y\n@@ -1 +1,2 @@\n a\n+b\n" },
    { "of nothing", "", "a\n", "--- x\n+++ y\n@@ -0,0 +1 @@\n+a\n" },
    { "to nothing", "a\n", "", "--- x\n+++ y\n@@ -1 +0,0 @@\n-a\n" },
    { "no final newline", "a\nb", "a\nc",
      "--- x\n+++ y\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n"
      "\\ No newline at end of file\n" },
    { "two far apart", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "one\n2\n3\n4\n5\n6\n7\n8\nnine\n",
      "--- x\n+++ y\n@@ -1,2 +1,2 @@\n-1\n+one\n 2\n@@ -8,2 +8,2 @@\n 8\n-9\n+nine\n" },
    { "two that touch", "1\n2\n3\n4\n", "one\n2\n3\nfour\n",
      "--- x\n+++ y\n@@ -1,4 +1,4 @@\n-1\n+one\n 2\n 3\n-4\n+four\n" },
};

static void test_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct tt_buf out = TT_BUF_INIT(1 << 20);

        CHECK(tt_diff_unified(tt_str_from(cases[i].before), tt_str_from(cases[i].after),
                              TT_STR("x"), TT_STR("y"), 1, &out) == 0);
        CHECK(tt_str_eq(tt_buf_str(&out), tt_str_from(cases[i].want)), "%s:\n%.*s", cases[i].name,
              TT_STR_ARG(tt_buf_str(&out)));
        tt_buf_release(&out);
    }
}

/* Random texts over few lines: applying the diff by its own lines gives `after`. */
static void test_it_can_be_applied(void **state)
{
    unsigned seed = 4711;

    (void)state;
    for (int round = 0; round < 2000; round++) {
        struct tt_buf a = TT_BUF_INIT(1 << 16), b = TT_BUF_INIT(1 << 16), d = TT_BUF_INIT(1 << 18),
                      got = TT_BUF_INIT(1 << 18);
        unsigned context = (unsigned)round % 4;
        size_t pos = 0;

        for (int i = 0; i < 30; i++) {
            seed = seed * 1103515245u + 12345u;
            if (seed >> 16 & 3)
                tt_buf_addf(&a, "%u\n", seed >> 20 & 7);
            if (seed >> 18 & 3)
                tt_buf_addf(&b, "%u\n", seed >> (round % 2 ? 20 : 23) & 7);
        }
        CHECK(tt_diff_unified(tt_buf_str(&a), tt_buf_str(&b), TT_STR("a"), TT_STR("b"), context,
                              &d) == 0);
        for (char *line = d.p, *end; line && line < d.p + d.n; line = end + 1) {
            unsigned from = 0;

            end = strchr(line, '\n');
            if (sscanf(line, "@@ -%u", &from) == 1) {
                size_t want = 0;
                bool empty = strstr(line, ",0 +") && strstr(line, ",0 +") < end;

                for (unsigned l = 1; l < from + (empty ? 1u : 0u); l++)
                    want = (size_t)(strchr(a.p + want, '\n') - a.p) + 1;
                CHECK(want >= pos);
                tt_buf_add(&got, tt_str_sub(tt_buf_str(&a), pos, want));
                pos = want;
            } else if (line[0] == ' ' || (line[0] == '+' && line[1] != '+')) {
                tt_buf_add(&got, (tt_str){ line + 1, (size_t)(end - line) });
            }
            if (line[0] == ' ' || (line[0] == '-' && line[1] != '-'))
                pos += (size_t)(end - line);
        }
        tt_buf_add(&got, tt_str_sub(tt_buf_str(&a), pos, a.n));
        CHECK(tt_str_eq(tt_buf_str(&got), tt_buf_str(&b)), "round %d:\n%s", round, d.p);
        tt_buf_release(&a);
        tt_buf_release(&b);
        tt_buf_release(&d);
        tt_buf_release(&got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_it_can_be_applied),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
