/* test_window.c -- which lines of a document are shown. */
#include "base/buf.h"
#include "prompt/window.h"
#include "test.h"
#include "trimtab/error.h"

/* Lines of one word and their number: "line 0001\n" is 10 bytes, 4 tokens. */
static tt_str lines(struct tt_buf *buf, uint32_t n)
{
    for (uint32_t i = 1; i <= n; i++)
        tt_buf_addf(buf, "line %04u\n", i);
    return tt_buf_str(buf);
}

static struct tt_range span(uint32_t first, uint32_t last)
{
    return first ? (struct tt_range){ (first - 1) * 10, last * 10 } : (struct tt_range){ 0, 0 };
}

/* "C1-9 T10-12 I20-30": the parts with their lines. */
static const char *describe(const struct tt_window *w, struct tt_buf *out)
{
    for (size_t i = 0; i < w->n; i++)
        tt_buf_addf(out, "%s%c%u-%u", i ? " " : "", "TCI"[w->parts[i].kind],
                    w -> parts[i].range.start / 10 + 1, w->parts[i].range.end / 10);
    tt_buf_adds(out, w->whole ? " all" : "");
    return out->p;
}

static const struct {
    const char *name;
    uint32_t lines, target[2], symbol[2], imports[2], tokens;
    bool new_file;
    const char *want;
} cases[] = {
    { "small: everything", 100, { 10, 12 }, { 0 }, { 0 }, 100, false, "C1-9 T10-12 C13-100 all" },
    { "small, imports",
      100,
      { 10, 12 },
      { 0 },
      { 2, 4 },
      100,
      false,
      "C1-1 I2-4 C5-9 T10-12 C13-100 all" },
    { "imports behind",
      100,
      { 10, 12 },
      { 0 },
      { 20, 30 },
      100,
      false,
      "C1-9 T10-12 C13-19 I20-30 C31-100 all" },
    { "imports are the target", 100, { 1, 5 }, { 0 }, { 2, 4 }, 100, false, "T1-5 C6-100 all" },
    { "target is the file", 100, { 1, 100 }, { 0 }, { 2, 4 }, 100, false, "T1-100 all" },
    { "nothing changes", 100, { 10, 12 }, { 0 }, { 2, 4 }, 100, true, "C1-1 I2-4 C5-100 all" },
    { "large: neighbours",
      5000,
      { 1000, 1001 },
      { 0 },
      { 0 },
      6000,
      false,
      "C960-999 T1000-1001 C1002-1041" },
    { "large: budget",
      5000,
      { 1000, 1001 },
      { 0 },
      { 0 },
      48,
      false,
      "C995-999 T1000-1001 C1002-1006" },
    { "large: symbol and a few lines",
      5000,
      { 1000, 1001 },
      { 900, 1100 },
      { 0 },
      6000,
      false,
      "C860-999 T1000-1001 C1002-1140" },
    { "large: head of a long symbol",
      5000,
      { 1000, 1001 },
      { 900, 1900 },
      { 0 },
      200,
      false,
      "C900-902 C977-999 T1000-1001 C1002-1023" },
    { "large: imports",
      5000,
      { 1000, 1001 },
      { 0 },
      { 1, 10 },
      400,
      false,
      "I1-10 C960-999 T1000-1001 C1002-1041" },
    { "large: too many imports",
      5000,
      { 1000, 1001 },
      { 0 },
      { 1, 400 },
      400,
      false,
      "I1-24 C963-999 T1000-1001 C1002-1038" },
    { "large: imports near by",
      5000,
      { 50, 51 },
      { 0 },
      { 1, 10 },
      6000,
      false,
      "I1-10 C11-49 T50-51 C52-91" },
    { "large: a small gap is shown",
      5000,
      { 53, 54 },
      { 0 },
      { 1, 10 },
      6000,
      false,
      "I1-10 C11-52 T53-54 C55-94" },
    { "large: a gap is a gap",
      5000,
      { 56, 57 },
      { 0 },
      { 1, 10 },
      6000,
      false,
      "I1-10 C16-55 T56-57 C58-97" },
    { "large: begins with the target", 5000, { 1, 2 }, { 0 }, { 0 }, 6000, false, "T1-2 C3-42" },
    { "large: ends with the target",
      5000,
      { 4999, 5000 },
      { 0 },
      { 0 },
      6000,
      false,
      "C4959-4998 T4999-5000" },
    { "large: a new file", 5000, { 1000, 1100 }, { 1000, 1100 }, { 0 }, 6000, true, "C960-1140" },
};

static void test_choice(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct tt_buf text = TT_BUF_INIT(1 << 20), got = TT_BUF_INIT(4096);
        struct tt_window w;
        const struct tt_window_input in = {
            .document = lines(&text, cases[i].lines),
            .target = span(cases[i].target[0], cases[i].target[1]),
            .symbol = span(cases[i].symbol[0], cases[i].symbol[1]),
            .imports = span(cases[i].imports[0], cases[i].imports[1]),
            .tokens = cases[i].tokens,
            .nothing_changes = cases[i].new_file,
        };

        assert_int_equal(tt_window_choose(&in, &w), 0);
        describe(&w, &got);
        CHECK(strcmp(got.p, cases[i].want) == 0, "%s: got %s", cases[i].name, got.p);
        tt_buf_release(&text);
        tt_buf_release(&got);
    }
}

static void test_widened(void **state)
{
    static const struct {
        struct tt_range target, want;
    } rows[] = {
        { { 0, 0 }, { 0, 3 } }, { { 1, 2 }, { 0, 3 } }, { { 0, 3 }, { 0, 3 } },
        { { 1, 4 }, { 0, 6 } }, { { 3, 3 }, { 3, 6 } }, { { 7, 8 }, { 6, 8 } },
        { { 8, 8 }, { 6, 8 } },
    };
    const tt_str text = TT_STR("ab\ncd\nef");

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct tt_window_input in = { .document = text, .target = rows[i].target };
        struct tt_window w;

        assert_int_equal(tt_window_choose(&in, &w), 0);
        CHECK(w.target.start == rows[i].want.start && w.target.end == rows[i].want.end,
              "%zu: got %u-%u", i, w.target.start, w.target.end);
    }
}

static void test_refused(void **state)
{
    struct tt_buf text = TT_BUF_INIT(1 << 20);
    struct tt_window_input in = { .document = lines(&text, 5000), .tokens = 100 };
    struct tt_window w;

    (void)state;
    in.target = span(1, 200);
    assert_int_equal(tt_window_choose(&in, &w), TT_ETOOBIG);
    in.target = span(1, 90);
    assert_int_equal(tt_window_choose(&in, &w), 0);
    in.target = (struct tt_range){ 0, 50001 };
    assert_int_equal(tt_window_choose(&in, &w), TT_EINVALID);
    in.target = (struct tt_range){ 9, 8 };
    assert_int_equal(tt_window_choose(&in, &w), TT_EINVALID);
    in.target = span(1, 2);
    in.imports = (struct tt_range){ 0, 60000 };
    assert_int_equal(tt_window_choose(&in, &w), TT_EINVALID);
    tt_buf_release(&text);
}

/* Whatever the ranges: parts are sorted, disjoint, whole lines, hold the target. */
static void test_any(void **state)
{
    struct tt_buf text = TT_BUF_INIT(1 << 20);
    tt_str document = lines(&text, 3000);
    uint64_t dice = 42;

    (void)state;
    for (int round = 0; round < 3000; round++) {
        uint32_t r[7];
        struct tt_window_input in;
        struct tt_window w;
        uint32_t last = 0;
        bool target = false;

        for (size_t i = 0; i < 7; i++) {
            dice = dice * 6364136223846793005u + 1442695040888963407u;
            r[i] = (uint32_t)(dice >> 33) % (uint32_t)(document.n + 1);
        }
        for (size_t i = 0; i < 6; i += 2)
            r[i + 1] = r[i] + (round % 3 ? r[i + 1] % 700 : r[i + 1]);
        in = (struct tt_window_input){ .document = document,
                                       .target = { r[0], r[1] },
                                       .symbol = { r[2], r[3] },
                                       .imports = { r[4], r[5] },
                                       .tokens = r[6] % 4000 };
        if (tt_window_choose(&in, &w))
            continue;
        assert_true(w.n > 0 && w.n < TT_WINDOW_PARTS);
        for (size_t i = 0; i < w.n; i++) {
            struct tt_range p = w.parts[i].range;

            assert_true(p.start >= last && p.start <= p.end && p.end <= document.n);
            assert_true(p.start % 10 == 0 && p.end % 10 == 0);
            if (w.parts[i].kind == TT_WINDOW_TARGET)
                target = p.start <= r[0] && p.end >= r[1];
            last = p.end;
        }
        assert_true(target);
    }
    tt_buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_choice),
        cmocka_unit_test(test_widened),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_any),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
