/* test_diff.c -- edits make the new text, are as small as they should be, and
 * split nothing that belongs together. */
#include "base/utf8.h"
#include "random.h"
#include "test.h"
#include "text/diff.h"

static const struct {
    const char *name, *before, *after, *want; /* want: "start-end:text;" per edit */
} cases[] = {
    { "equal", "a\nb\n", "a\nb\n", "" },
    { "from nothing", "", "a\n", "0-0:a\n;" },
    { "to nothing", "a\n", "", "0-2:;" },
    { "one word", "let a = 1;\nlet b = 2;\n", "let a = 1;\nlet b = 3;\n", "19-20:3;" },
    { "two words of a line", "move(left, right)\n", "move(up, down)\n", "5-9:up;11-16:down;" },
    { "a line added", "a\nc\n", "a\nb\nc\n", "2-2:b\n;" },
    { "a line removed", "a\nb\nc\n", "a\nc\n", "2-4:;" },
    { "final newline added", "a", "a\n", "1-1:\n;" },
    { "final newline removed", "a\n", "a", "1-2:;" },
    { "line end changed", "a\r\nb\r\n", "a\nb\r\n", "1-3:\n;" },
    { "CRLF stays whole", "a\r\nb\r\n", "a\r\nx\r\nb\r\n", "3-3:x\r\n;" },
    { "code point stays whole", "\xC3\xA9\n", "\xC3\xA8\n", "0-2:\xC3\xA8;" },
    { "four bytes", "\xF0\x9F\x8C\x8A.\n", "\xF0\x9F\x8C\x8B.\n", "0-4:\xF0\x9F\x8C\x8B;" },
    { "slides to the blank line", "f() {\n  a\n}\n\nh() {\n  a\n}\n",
      "f() {\n  a\n}\n\ng() {\n  a\n}\n\nh() {\n  a\n}\n", "13-13:g() {\n  a\n}\n\n;" },
    { "moved line", "a\nb\nc\nd\n", "b\nc\nd\na\n", "0-2:;8-8:a\n;" },
};

static void describe(const struct tt_diff *diff, struct tt_buf *out)
{
    for (size_t i = 0; i < diff->n_edits; i++) {
        const struct tt_text_edit *e = &diff->edits[i];

        tt_buf_addf(out, "%u-%u:", e->range.start, e->range.end);
        tt_buf_add(out, e->text);
        tt_buf_addc(out, ';');
    }
}

static void test_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct tt_buf got = TT_BUF_INIT(4096);
        struct tt_arena arena;
        struct tt_diff diff;

        tt_arena_init(&arena);
        CHECK(tt_diff_texts(tt_str_from(cases[i].before), tt_str_from(cases[i].after), 0, &arena,
                            &diff) == 0);
        describe(&diff, &got);
        CHECK(tt_str_eq(tt_buf_str(&got), tt_str_from(cases[i].want)), "%s: got %.*s",
              cases[i].name, TT_STR_ARG(tt_buf_str(&got)));
        tt_arena_release(&arena);
        tt_buf_release(&got);
    }
}

static void test_unified(void **state)
{
    struct tt_buf out = TT_BUF_INIT(4096);

    (void)state;
    CHECK(tt_diff_unified(TT_STR("1\n2\n3\n4\n5\n6\n7\n8\n9"),
                          TT_STR("1\n2\n3\nx\n5\n6\n7\n8\n9\n"), TT_STR("a/f"), TT_STR("b/f"), 1,
                          &out) == 0);
    CHECK(tt_str_eq(tt_buf_str(&out),
                    TT_STR("--- a/f\n+++ b/f\n@@ -3,3 +3,3 @@\n 3\n-4\n+x\n 5\n@@ -8,2 +8,2 @@\n"
                           " 8\n-9\n\\ No newline at end of file\n+9\n")),
          "got\n%.*s", TT_STR_ARG(tt_buf_str(&out)));
    tt_buf_clear(&out);
    CHECK(tt_diff_unified(TT_STR("1\n2\n"), TT_STR("1\n2\n"), TT_STR("a"), TT_STR("b"), 3, &out) ==
          0);
    CHECK(out.n == 0);
    CHECK(tt_diff_unified(TT_STR(""), TT_STR("1\n"), TT_STR("a"), TT_STR("b"), 3, &out) == 0);
    CHECK(tt_str_eq(tt_buf_str(&out), TT_STR("--- a\n+++ b\n@@ -0,0 +1 @@\n+1\n")), "got\n%.*s",
          TT_STR_ARG(tt_buf_str(&out)));
    tt_buf_release(&out);
}

/* ---- properties ---- */

static const char *const words[] = {
    "let ",         "if (",      ") {\n",       "}\n",     "\n",      "\r\n",   "  ",
    "\t",           "x",         "sum ",        "= ",      "1;\n",    "naïve ", "\xF0\x9F\x8C\x8A",
    "\xE2\x80\x9C", "e\xCC\x81", "// a note\n", "return ", "foo_bar", ", ",     "\r",
};

static void random_text(struct random *random, size_t n, struct tt_buf *out)
{
    for (size_t i = 0; i < n; i++)
        tt_buf_adds(out, words[random_below(random, COUNT(words))]);
}

/* The text with some pieces cut out, put in or repeated, at code points. */
static void mutate(struct random *random, tt_str text, struct tt_buf *out)
{
    size_t at = 0;

    while (at < text.n) {
        size_t end = at + 1 + random_below(random, 60);

        if (end > text.n)
            end = text.n;
        while (end < text.n && ((unsigned char)text.p[end] & 0xC0) == 0x80)
            end++;
        switch (random_below(random, 8)) {
        case 0:
            break; /* cut */
        case 1:
            random_text(random, 1 + random_below(random, 5), out);
            break;
        case 2: /* twice */
            tt_buf_add(out, tt_str_sub(text, at, end));
            /* fall through */
        default:
            tt_buf_add(out, tt_str_sub(text, at, end));
        }
        at = end;
    }
    if (random_below(random, 4) == 0)
        random_text(random, random_below(random, 4), out);
}

static bool splits(tt_str s, size_t i)
{
    return i > 0 && i < s.n &&
           (((unsigned char)s.p[i] & 0xC0) == 0x80 || (s.p[i] == '\n' && s.p[i - 1] == '\r'));
}

/* A border that could be moved in: equal code points at the ends of both sides. */
static bool has_common_end(tt_str old, tt_str new)
{
    size_t a, b;

    if (!old.n || !new.n)
        return false;
    tt_utf8_decode(old, &a);
    tt_utf8_decode(new, &b);
    bool crlf = (a < old.n && old.p[0] == '\r' && old.p[1] == '\n') ||
                (b < new.n &&new.p[0] == '\r' && new.p[1] == '\n');
    bool head = a == b && memcmp(old.p, new.p, a) == 0 && !crlf;
    char x = old.p[old.n - 1], y = new.p[new.n - 1];
    bool tail = (unsigned char)x < 0x80 && x == y && x != '\n' && x != '\r';

    return head || tail;
}

static void check_diff(uint64_t seed, tt_str before, tt_str after, unsigned flags)
{
    struct tt_buf made = TT_BUF_INIT(1 << 20);
    struct tt_arena arena;
    struct tt_diff diff;
    uint32_t last = 0;
    size_t edits = 0;

    tt_arena_init(&arena);
    CHECK(tt_diff_texts(before, after, flags, &arena, &diff) == 0);
    for (size_t i = 0; i < diff.n_edits; i++) {
        const struct tt_text_edit *e = &diff.edits[i];
        tt_str old = tt_str_sub(before, e->range.start, e->range.end);

        CHECK((i == 0 || e->range.start > last) && e->range.end <= before.n, "seed %lu edit %zu",
              (unsigned long)seed, i);
        CHECK(old.n || e->text.n, "seed %lu: an empty edit", (unsigned long)seed);
        CHECK(!splits(before, e->range.start) && !splits(before, e->range.end),
              "seed %lu edit %zu splits", (unsigned long)seed, i);
        CHECK(tt_utf8_check(e->text) == e->text.n, "seed %lu edit %zu", (unsigned long)seed, i);
        CHECK(!has_common_end(old, e->text), "seed %lu edit %zu: common end of <%.*s> and <%.*s>",
              (unsigned long)seed, i, TT_STR_ARG(old), TT_STR_ARG(e->text));
        last = e->range.end;
    }
    for (size_t i = 0; i < diff.n_hunks; i++) {
        CHECK(diff.hunks[i].first_edit == edits && diff.hunks[i].n_edits > 0, "seed %lu hunk %zu",
              (unsigned long)seed, i);
        edits += diff.hunks[i].n_edits;
    }
    CHECK(edits == diff.n_edits, "seed %lu", (unsigned long)seed);
    tt_diff_apply(before, diff.edits, diff.n_edits, &made);
    CHECK(tt_str_eq(tt_buf_str(&made), after), "seed %lu", (unsigned long)seed);
    tt_buf_release(&made);
    tt_arena_release(&arena);
}

static void test_properties(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 10000; seed++) {
        struct random random = { seed };
        struct tt_buf before = TT_BUF_INIT(1 << 20), after = TT_BUF_INIT(1 << 20);

        random_text(&random, random_below(&random, 120), &before);
        mutate(&random, tt_buf_str(&before), &after);
        check_diff(seed, tt_buf_str(&before), tt_buf_str(&after),
                   seed % 4 == 0 ? TT_DIFF_LINES : 0);
        tt_buf_release(&before);
        tt_buf_release(&after);
    }
}

/* Ten thousand lines that share nothing: the cost has its limit. */
static void test_large(void **state)
{
    struct tt_buf before = TT_BUF_INIT(1 << 24), after = TT_BUF_INIT(1 << 24);

    (void)state;
    for (int i = 0; i < 10000; i++) {
        tt_buf_addf(&before, "%d\n", i % 7);
        tt_buf_addf(&after, "%d\n", i % 11);
    }
    check_diff(0, tt_buf_str(&before), tt_buf_str(&after), 0);
    tt_buf_release(&before);
    tt_buf_release(&after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_unified),
        cmocka_unit_test(test_properties),
        cmocka_unit_test(test_large),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
