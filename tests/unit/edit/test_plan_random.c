/* test_plan_random.c -- random edits come back as asked, or are refused. */
#include "planning.h"
#include "random.h"
#include "text/diff.h"

static void random_lines(struct random *random, size_t n, struct tt_buf *out)
{
    static const char *const lines[] = { "alpha",
                                         "  beta",
                                         "\tgamma",
                                         "",
                                         "}",
                                         "delta = 1;",
                                         "\xE6\xBD\xAE",
                                         "x",
                                         "  return \xF0\x9F\x8C\x8A" };

    for (size_t i = 0; i < n; i++) {
        tt_buf_adds(out, lines[random_below(random, COUNT(lines))]);
        if (random_below(random, 2))
            tt_buf_addf(out, "%u", random_below(random, 40));
        tt_buf_adds(out, random_below(random, 5) ? "\n" : "\r\n");
    }
}

static size_t line_start(tt_str s, size_t line)
{
    size_t at = 0;

    for (; line > 0 && at < s.n; line--) {
        const char *nl = memchr(s.p + at, '\n', s.n - at);

        at = nl ? (size_t)(nl - s.p) + 1 : s.n;
    }
    return at;
}

static void add_lf(struct tt_buf *out, tt_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '\r')
            tt_buf_addc(out, s.p[i]);
    }
}

static void one_random(uint64_t seed)
{
    struct random random = { seed };
    struct tt_buf before = TT_BUF_INIT(1 << 20), answer = TT_BUF_INIT(1 << 20);
    struct tt_buf new = TT_BUF_INIT(1 << 20), want = TT_BUF_INIT(1 << 20);
    struct tt_buf got = TT_BUF_INIT(1 << 20), lf = TT_BUF_INIT(1 << 20);
    size_t n = 3 + random_below(&random, 30);

    random_lines(&random, n, &before);
    tt_str text = tt_buf_str(&before);
    size_t first = random_below(&random, (uint32_t)n);
    size_t count = 1 + random_below(&random, 6);
    size_t from = line_start(text, first), to = line_start(text, first + count);
    struct tt_range allowed = { (uint32_t)from, (uint32_t)to };

    random_lines(&random, random_below(&random, 5), &new);
    tt_buf_adds(&answer, "<<<<<<< SEARCH\n");
    add_lf(&answer, tt_str_sub(text, from, to));
    tt_buf_adds(&answer, "=======\n");
    add_lf(&answer, tt_buf_str(&new));
    tt_buf_adds(&answer, ">>>>>>> REPLACE\n");
    add_lf(&want, tt_str_sub(text, 0, from));
    add_lf(&want, tt_buf_str(&new));
    add_lf(&want, tt_str_sub(text, to, text.n));

    struct tt_edit_plan *plan = plan_of((struct tt_edit_input){
        .before = text,
        .allowed = seed % 3 ? &allowed : NULL,
        .n_allowed = seed % 3 ? 1 : 0,
        .answer = tt_buf_str(&answer),
    });
    enum tt_verdict verdict = tt_edit_plan_verdict(plan);

    CHECK(verdict == TT_EDIT_READY || verdict == TT_EDIT_AMBIGUOUS || verdict == TT_EDIT_UNCHANGED,
          "seed %lu: %s", (unsigned long)seed, tt_verdict_name(verdict));
    for (size_t i = 0; i < tt_edit_plan_count(plan) && seed % 3; i++)
        CHECK(tt_range_contains(allowed, tt_edit_plan_at(plan, i)->range), "seed %lu",
              (unsigned long)seed);
    if (verdict == TT_EDIT_READY) {
        tt_edit_plan_result(plan, text, false, &got);
        add_lf(&lf, tt_buf_str(&got));
        CHECK(tt_str_eq(tt_buf_str(&lf), tt_buf_str(&want)), "seed %lu", (unsigned long)seed);
        CHECK(tt_str_starts(tt_buf_str(&got), tt_str_sub(text, 0, from)), "seed %lu",
              (unsigned long)seed);
        CHECK(tt_str_ends(tt_buf_str(&got), tt_str_sub(text, to, text.n)), "seed %lu",
              (unsigned long)seed);
    }
    tt_edit_plan_destroy(plan);
    tt_buf_release(&before);
    tt_buf_release(&answer);
    tt_buf_release(&new);
    tt_buf_release(&want);
    tt_buf_release(&got);
    tt_buf_release(&lf);
}

static void test_properties(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 10000; seed++)
        one_random(seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_properties),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
