/* test_frame.c -- the same messages and problems come out, however the bytes are
 * cut, and whatever went wrong before. */
#include "base/buf.h"
#include "random.h"
#include "rpc/frame.h"
#include "test.h"
#include "trimtab/error.h"

/* What happened, as text: `[body]` or `!problem(length)`; bodies that begin with
 * '#' count as "not JSON". */
static bool on_body(void *arg, tt_str body)
{
    tt_buf_addf(arg, "[%.*s]", TT_STR_ARG(body));
    return body.n > 0 && body.p[0] != '#';
}

static void on_problem(void *arg, enum tt_frame_problem problem, uint64_t length)
{
    static const char *const names[] = { "bad", "none", "long" };

    tt_buf_addf(arg, "!%s(%llu)", names[problem], (unsigned long long)length);
}

static const struct tt_frame_events events = { on_body, on_problem };

#define MAX 20 /* bytes of a body in these tests */

static const struct {
    const char *name, *in, *want;
} cases[] = {
    { "one", "Content-Length: 3\r\n\r\nabc", "[abc]" },
    { "two", "Content-Length: 3\r\n\r\nabcContent-Length: 1\r\n\r\nd", "[abc][d]" },
    { "empty body", "Content-Length: 0\r\n\r\nContent-Length: 1\r\n\r\nd", "[][d]" },
    { "empty body at the end", "Content-Length: 0\r\n\r\n", "[]" },
    { "largest", "Content-Length: 20\r\n\r\n01234567890123456789", "[01234567890123456789]" },
    { "LF only", "Content-Length: 3\n\nabc", "[abc]" },
    { "any case, no space", "cONTENT-lENGTH:3\r\n\r\nabc", "[abc]" },
    { "blanks", "Content-Length: \t 3 \r\n\r\nabc", "[abc]" },
    { "leading zeros", "Content-Length: 0003\r\n\r\nabc", "[abc]" },
    { "another header before", "Content-Type: x; charset=utf-8\r\nContent-Length: 3\r\n\r\nabc",
      "[abc]" },
    { "another header behind", "Content-Length: 3\r\nX-1: y:z\r\n\r\nabc", "[abc]" },
    { "the last length counts", "Content-Length: 9\r\nContent-Length: 3\r\n\r\nabc", "[abc]" },
    { "empty lines before", "\r\n\n\r\nContent-Length: 3\r\n\r\nabc\n\nContent-Length: 1\r\n\r\nd",
      "[abc][d]" },
    { "CRLF in the body", "Content-Length: 4\r\n\r\n\r\n\r\nContent-Length: 1\r\n\r\nd",
      "[\r\n\r\n][d]" },
    { "no length", "X: y\r\n\r\nContent-Length: 3\r\n\r\nabc", "!none(0)[abc]" },
    { "garbage", "hello\r\n\r\nContent-Length: 3\r\n\r\nabc", "!bad(0)[abc]" },
    { "garbage is said once", "a\nb\nc\n: x\nContent-Length: 3\r\n\r\nabc", "!bad(0)[abc]" },
    { "garbage in front of a header", "}}Content-Length: 3\r\n\r\nabc", "!bad(0)[abc]" },
    { "a word in front of a header", "xxContent-Length: 3\r\n\r\nabc", "!bad(0)[abc]" },
    { "a header in front of a header", "X: yContent-Length: 3\r\n\r\nabc", "!bad(0)[abc]" },
    { "no number", "Content-Length: x\r\n\r\nContent-Length: 3\r\n\r\nabc", "!bad(0)[abc]" },
    { "no digits", "Content-Length:\r\n\r\nContent-Length: 3\r\n\r\nabc", "!bad(0)[abc]" },
    { "negative", "Content-Length: -3\r\n\r\nabcContent-Length: 3\r\n\r\nabc", "!bad(0)[abc]" },
    { "sign", "Content-Length: +3\r\n\r\nabcContent-Length: 3\r\n\r\nabc", "!bad(0)[abc]" },
    { "more than any number",
      "Content-Length: 99999999999999999999\r\n\r\nContent-Length: 3\r\n\r\nabc", "!bad(0)[abc]" },
    { "the name in its own line", "Content-Length: Content-Length: 3\r\n\r\nabc", "!bad(0)[abc]" },
    { "header with a space in its name", "Content Length: 3\r\n\r\nContent-Length: 3\r\n\r\nabc",
      "!bad(0)[abc]" },
    { "too long", "Content-Length: 21\r\n\r\n012345678901234567890Content-Length: 3\r\n\r\nabc",
      "!long(21)[abc]" },
    { "too long, then garbage",
      "Content-Length: 21\r\n\r\n012345678901234567890oops\nContent-Length: "
      "3\r\n\r\nabc",
      "!long(21)!bad(0)[abc]" },
    { "too long was a lie", "Content-Length: 99999999\r\n\r\nContent-Length: 3\r\n\r\nabc",
      "!long(99999999)[abc]" },
    { "too long, with the name in it",
      "Content-Length: 40\r\n\r\n...Content-Length: x..................\r\n\r\n"
      "Content-Length: 3\r\n\r\nabc",
      "!long(40)[abc]" },
    { "length too small", "Content-Length: 2\r\n\r\n#bcdContent-Length: 3\r\n\r\nabc",
      "[#b][abc]" },
    { "length too small, alone", "Content-Length: 2\r\n\r\n#bcd\r\nContent-Length: 3\r\n\r\nabc",
      "[#b][abc]" },
    { "length too large", "Content-Length: 9\r\n\r\n#bcContent-Length: 3\r\n\r\nabc",
      "[#bcConten][abc]" },
    { "length too large by a whole frame",
      "Content-Length: 20\r\n\r\n#Content-Length: 0\r\n\r\nContent-Length: 3\r\n\r\nabc",
      "[#Content-Length: 0\r\n][][abc]" },
    { "not JSON, twice",
      "Content-Length: 2\r\n\r\n#aContent-Length: 2\r\n\r\n#bContent-Length: 3\r\n\r\nabc",
      "[#a][#b][abc]" },
    { "unfinished", "Content-Length: 3\r\n\r\nab", "" },
};

static void feed_in_steps(const char *name, tt_str in, size_t step, const char *want)
{
    struct tt_buf got = TT_BUF_INIT(4096);
    struct tt_frame *frame = tt_frame_create(MAX, &events, &got);

    for (size_t at = 0; at < in.n; at += step) {
        tt_str piece = tt_str_sub(in, at, at + step);
        char *exact = malloc(piece.n);

        memcpy(exact, piece.p, piece.n);
        CHECK(tt_frame_feed(frame, (tt_str){ exact, piece.n }) == 0, "%s", name);
        free(exact);
    }
    CHECK(tt_str_eq(tt_buf_str(&got), tt_str_from(want)), "%s, cut every %zu: got %s", name, step,
          got.p);
    tt_frame_destroy(frame);
    tt_buf_release(&got);
}

static void test_any_cut(void **state)
{
    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++) {
        tt_str in = tt_str_from(cases[c].in);

        for (size_t step = 1; step <= in.n; step++)
            feed_in_steps(cases[c].name, in, step, cases[c].want);
    }
}

/* Two pieces, cut at every place. */
static void test_one_cut(void **state)
{
    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++) {
        tt_str in = tt_str_from(cases[c].in);

        for (size_t cut = 0; cut <= in.n; cut++) {
            struct tt_buf got = TT_BUF_INIT(4096);
            struct tt_frame *frame = tt_frame_create(MAX, &events, &got);

            tt_frame_feed(frame, tt_str_sub(in, 0, cut));
            tt_frame_feed(frame, tt_str_sub(in, cut, in.n));
            CHECK(tt_str_eq(tt_buf_str(&got), tt_str_from(cases[c].want)), "%s, cut at %zu: %s",
                  cases[c].name, cut, got.p);
            tt_frame_destroy(frame);
            tt_buf_release(&got);
        }
    }
}

static void test_long_lines(void **state)
{
    struct tt_buf in = TT_BUF_INIT(10000), got = TT_BUF_INIT(10000);

    (void)state;
    tt_buf_adds(&in, "X-Long: ");
    for (int i = 0; i < 3000; i++)
        tt_buf_addc(&in, 'x');
    tt_buf_adds(&in, "\r\nContent-Length: 3\r\n\r\nabc");
    for (size_t step = 1; step < 40; step++)
        feed_in_steps("a header of 3000 bytes", tt_buf_str(&in), step, "!bad(0)[abc]");
    tt_buf_clear(&in);
    for (int i = 0; i < 500; i++)
        tt_buf_adds(&in, "Content-Length: ");
    tt_buf_adds(&in, "3\r\n\r\nabc");
    feed_in_steps("the name 500 times", tt_buf_str(&in), in.n, "!bad(0)[abc]");
    feed_in_steps("the name 500 times", tt_buf_str(&in), 7, "!bad(0)[abc]");
    tt_buf_release(&in);
    tt_buf_release(&got);
}

/* A header that claims much gets no memory for it; a body over the limit of the
 * product goes by without being kept. */
static void test_limit_of_the_product(void **state)
{
    struct tt_buf got = TT_BUF_INIT(4096);
    struct tt_frame *frame = tt_frame_create(TT_FRAME_MAX, &events, &got);
    char piece[65536];

    (void)state;
    memset(piece, 'x', sizeof(piece));
    CHECK(tt_frame_feed(frame, TT_STR("Content-Length: 67108865\r\n\r\n")) == 0);
    CHECK(tt_frame_partial(frame));
    for (size_t left = TT_FRAME_MAX + 1; left;) {
        size_t n = left < sizeof(piece) ? left : sizeof(piece);

        CHECK(tt_frame_feed(frame, (tt_str){ piece, n }) == 0);
        left -= n;
    }
    CHECK(tt_frame_feed(frame, TT_STR("Content-Length: 3\r\n\r\nabc")) == 0);
    CHECK(!tt_frame_partial(frame));
    CHECK(tt_str_eq(tt_buf_str(&got), TT_STR("!long(67108865)[abc]")), "got %s", got.p);
    CHECK(tt_frame_feed(frame, TT_STR("Content-Length: 67108864\r\n\r\nabc")) == 0);
    CHECK(tt_frame_partial(frame));
    tt_frame_destroy(frame);
    tt_buf_release(&got);
}

static void test_partial(void **state)
{
    static const struct {
        const char *in;
        bool want;
    } rows[] = {
        { "", false },
        { "\r\n", false },
        { "C", true },
        { "Content-Length: 3\r\n", true },
        { "Content-Length: 3\r\n\r\n", true },
        { "Content-Length: 3\r\n\r\nab", true },
        { "Content-Length: 3\r\n\r\nabc", false },
        { "garbage\r\n", false },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tt_buf got = TT_BUF_INIT(4096);
        struct tt_frame *frame = tt_frame_create(MAX, &events, &got);

        tt_frame_feed(frame, tt_str_from(rows[i].in));
        CHECK(tt_frame_partial(frame) == rows[i].want, "%s", rows[i].in);
        tt_frame_destroy(frame);
        tt_buf_release(&got);
    }
}

/* Damage anything before it: a good message behind it still arrives, unless a
 * length that was changed takes it in. */
static void test_mutations(void **state)
{
    static const char model[] =
        "Content-Length: 5\r\nX: y\r\n\r\n[1,2]Content-Length: 3\r\n\r\n[3]";
    static const char spice[] = "Content-Length: 0\r\n:x\xFF";
    struct random random = { 7 };

    (void)state;
    for (int round = 0; round < 5000; round++) {
        char text[200];
        size_t n = sizeof(model) - 1;
        struct tt_buf got = TT_BUF_INIT(4096);
        struct tt_frame *frame = tt_frame_create(MAX, &events, &got);

        memcpy(text, model, n);
        for (uint32_t k = random_below(&random, 3) + 1; k; k--)
            text[random_below(&random, (uint32_t)n)] =
                spice[random_below(&random, sizeof(spice) - 1)];
        for (size_t at = 0; at < n;) {
            size_t step = random_below(&random, 9) + 1;

            CHECK(tt_frame_feed(frame, tt_str_sub((tt_str){ text, n }, at, at + step)) == 0);
            at += step;
        }
        for (int i = 0; i < 10; i++) /* enough to fill any body that is still open */
            tt_frame_feed(frame, TT_STR("\r\n\r\nContent-Length: 6\r\n\r\n[good]"));
        CHECK(tt_str_ends(tt_buf_str(&got), TT_STR("[[good]]")), "round %d: %s", round, got.p);
        tt_frame_destroy(frame);
        tt_buf_release(&got);
    }
}

static void test_problem_texts(void **state)
{
    (void)state;
    for (int i = TT_FRAME_BAD_HEADER; i <= TT_FRAME_TOO_LONG; i++)
        CHECK(strlen(tt_frame_problem_text((enum tt_frame_problem)i)) > 20);
    tt_frame_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_cut),       cmocka_unit_test(test_one_cut),
        cmocka_unit_test(test_long_lines),    cmocka_unit_test(test_limit_of_the_product),
        cmocka_unit_test(test_partial),       cmocka_unit_test(test_mutations),
        cmocka_unit_test(test_problem_texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
